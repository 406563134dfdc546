"""The tables. A migration in ``storage/migrations`` makes each; a test compares the two."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

SEED = "seed"
OPERATOR = "operator"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("url", Text),
    Column("published_on", Text),
    Column("official", Boolean, nullable=False),
    Column("note", Text),
    Column("origin", String(8), nullable=False, server_default=text("'seed'")),
    CheckConstraint("origin IN ('seed', 'operator')", name="origin"),
)
"""Documents that facts were taken from. ``origin`` tells the rows that `flask seed` may change."""

facts = Table(
    "facts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", Text),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("recheck_after", Date),
    Column("published_on", Date),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("locator", Text, nullable=False),
    Column("basis", String(10), nullable=False),
    Column("release", Integer),
    Column("note", Text),
    Column("standing", String(10), nullable=False, server_default=text("'in_force'")),
    Column("origin", String(8), nullable=False, server_default=text("'seed'")),
    Column("digest", String(64), nullable=False),
    CheckConstraint("basis IN ('read', 'unverified')", name="basis"),
    CheckConstraint("standing IN ('in_force', 'disputed', 'superseded')", name="standing"),
    CheckConstraint("origin IN ('seed', 'operator')", name="origin"),
    CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="period"),
    Index(None, "kind", "key"),
)
"""Dated, cited statements. ``value`` is JSON text; ``digest`` is the hash of the whole record."""

diagnosis_codes = Table(
    "diagnosis_codes",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("effective_from", Date, primary_key=True),
    Column("billable", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("effective_to", Date),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("origin", String(8), nullable=False, server_default=text("'seed'")),
    CheckConstraint("origin IN ('seed', 'operator')", name="origin"),
)
"""The official ICD-10-CM list; a code that is not billable is a category. ``origin`` is that of a fact."""

reference_state = Table(
    "reference_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", String(64), nullable=False),
    Column("facts", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("diagnosis_codes", Integer, nullable=False),
    Column("seeded_at", DateTime(timezone=True), nullable=False),
    Column("seed_digest", String(64)),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row once the tables above are filled: the hash over their records, how many there are, of which seed files."""

OWN_ORGANIZATION = "main"

organizations = Table(
    "organizations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
"""Whose keys, contracts and other things of their own these are. ``main`` is the installation's own."""

api_keys = Table(
    "api_keys",
    metadata,
    Column("prefix", String(12), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_on", Date),
    Column("revoked_at", DateTime(timezone=True)),
    Column("organization_id", String(40), ForeignKey("organizations.id")),
)
"""Keys that may write. The secret itself is nowhere: only its hash, and the first characters to know it by.

A key without an organization (one made by an earlier release) belongs to the installation's own.
"""

releases = Table(
    "releases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("release", Integer),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("version", String(64), nullable=False),
)
"""Official files that were loaded, by whom and what they changed. ``report`` is JSON; ``version`` what came of it."""

reference_versions = Table(
    "reference_versions",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("noted_at", DateTime(timezone=True), nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("sources", LargeBinary, nullable=False),
    Column("codes_digest", String(64), nullable=False),
)
"""Every version of the fact base that was ever in force, packed, so that an old answer can be worked out again."""

code_lists = Table(
    "code_lists",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The diagnosis codes of a version, packed; many versions share one list."""

contracts = Table(
    "contracts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("organization_id", String(40), ForeignKey("organizations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("payer", String(20), nullable=False),
    Column("payer_name", Text),
    Column("site_of_care", String(30)),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("source_title", Text, nullable=False),
    Column("source_publisher", Text),
    Column("source_published_on", Date),
    Column("source_url", Text),
    Column("source_sha256", String(64)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("version", String(64), nullable=False),
    CheckConstraint("last_day IS NULL OR last_day >= first_day", name="period"),
    Index(None, "organization_id", "created_at"),
)
"""What an organization and a payer agreed to. Never changed: withdrawn, and another made. ``version`` is its hash."""

contract_rates = Table(
    "contract_rates",
    metadata,
    Column("contract_id", ForeignKey("contracts.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("code", String(5)),
    Column("scope", String(14)),
    Column("method", String(24), nullable=False),
    Column("value", Text, nullable=False),
    Column("per", String(6), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("locator", Text, nullable=False),
    CheckConstraint("(code IS NULL) <> (scope IS NULL)", name="code_or_scope"),
    CheckConstraint("last_day IS NULL OR last_day >= first_day", name="period"),
)
"""The rates of a contract. ``value`` is exact decimal text: dollars or percent, by ``method``."""
