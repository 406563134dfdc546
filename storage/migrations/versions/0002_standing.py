"""Say of each fact whether it is in force, disputed or superseded."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement that every database understands: the check belongs to the column, and goes with it.
    op.execute(
        "ALTER TABLE facts ADD COLUMN standing VARCHAR(10) DEFAULT 'in_force' NOT NULL "
        "CONSTRAINT ck_facts_standing CHECK (standing IN ('in_force', 'disputed', 'superseded'))"
    )


def downgrade() -> None:
    op.execute("DELETE FROM facts WHERE standing <> 'in_force'")
    op.execute("ALTER TABLE facts DROP COLUMN standing")
