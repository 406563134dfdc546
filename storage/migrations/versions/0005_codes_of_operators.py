"""Tell the diagnosis codes that an operator loaded, which `flask seed` leaves alone."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement that every database understands: the check belongs to the column, and goes with it.
    op.execute(
        "ALTER TABLE diagnosis_codes ADD COLUMN origin VARCHAR(8) DEFAULT 'seed' NOT NULL "
        "CONSTRAINT ck_diagnosis_codes_origin CHECK (origin IN ('seed', 'operator'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE diagnosis_codes DROP COLUMN origin")
