"""Make room for organizations, the contracts that are their own, and say whose each key is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    organizations = op.create_table(
        "organizations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.execute(
        organizations.insert().values(id="main", name="This installation", created_at=sa.func.current_timestamp())
    )
    # One statement that every database understands. No default: keys of the release before have no organization.
    op.execute(
        "ALTER TABLE api_keys ADD COLUMN organization_id VARCHAR(40) "
        "CONSTRAINT fk_api_keys_organization_id_organizations REFERENCES organizations (id)"
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organization_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payer", sa.String(length=20), nullable=False),
        sa.Column("payer_name", sa.Text()),
        sa.Column("site_of_care", sa.String(length=30)),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("source_publisher", sa.Text()),
        sa.Column("source_published_on", sa.Date()),
        sa.Column("source_url", sa.Text()),
        sa.Column("source_sha256", sa.String(length=64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_contracts_period")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_contracts_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_index(op.f("ix_contracts_organization_id_created_at"), "contracts", ["organization_id", "created_at"])
    op.create_table(
        "contract_rates",
        sa.Column("contract_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=5)),
        sa.Column("scope", sa.String(length=14)),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("per", sa.String(length=6), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.CheckConstraint("(code IS NULL) <> (scope IS NULL)", name=op.f("ck_contract_rates_code_or_scope")),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_contract_rates_period")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_rates_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("contract_id", "number", name=op.f("pk_contract_rates")),
    )


def downgrade() -> None:
    op.drop_table("contract_rates")
    op.drop_table("contracts")
    op.execute("ALTER TABLE api_keys DROP COLUMN organization_id")
    op.drop_table("organizations")
