"""Note which seed files the database was last filled from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reference_state", sa.Column("seed_digest", sa.String(length=64)))


def downgrade() -> None:
    op.execute("ALTER TABLE reference_state DROP COLUMN seed_digest")
