"""Make the tables of the fact base: sources, facts, diagnosis codes and what state they are in."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("published_on", sa.Text()),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("origin", sa.String(length=8), server_default=sa.text("'seed'"), nullable=False),
        sa.CheckConstraint("origin IN ('seed', 'operator')", name=op.f("ck_sources_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
    )
    op.create_table(
        "facts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date()),
        sa.Column("recheck_after", sa.Date()),
        sa.Column("published_on", sa.Date()),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("release", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("origin", sa.String(length=8), server_default=sa.text("'seed'"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("basis IN ('read', 'unverified')", name=op.f("ck_facts_basis")),
        sa.CheckConstraint("origin IN ('seed', 'operator')", name=op.f("ck_facts_origin")),
        sa.CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name=op.f("ck_facts_period")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_facts_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    op.create_index(op.f("ix_facts_kind_key"), "facts", ["kind", "key"])
    op.create_table(
        "diagnosis_codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("effective_to", sa.Date()),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_diagnosis_codes_source_id_sources")),
        sa.PrimaryKeyConstraint("code", "effective_from", name=op.f("pk_diagnosis_codes")),
    )
    op.create_table(
        "reference_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("diagnosis_codes", sa.Integer(), nullable=False),
        sa.Column("seeded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reference_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_state")),
    )


def downgrade() -> None:
    op.drop_table("reference_state")
    op.drop_table("diagnosis_codes")
    op.drop_index(op.f("ix_facts_kind_key"), table_name="facts")
    op.drop_table("facts")
    op.drop_table("sources")
