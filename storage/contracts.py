"""Organizations and their contracts. Whatever is asked for is asked for one organization: others' are not there."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from storage import tables


class RateRow(NamedTuple):
    """One rate of a contract; ``value`` is exact decimal text."""

    code: str | None
    scope: str | None
    method: str
    value: str
    per: str
    first_day: date
    last_day: date | None
    locator: str


class ContractRow(NamedTuple):
    """A contract as it is kept; times are in UTC."""

    id: str
    organization_id: str
    name: str
    payer: str
    payer_name: str | None
    site_of_care: str | None
    first_day: date
    last_day: date | None
    source_title: str
    source_publisher: str | None
    source_published_on: date | None
    source_url: str | None
    source_sha256: str | None
    created_at: datetime
    created_by: str
    withdrawn_at: datetime | None
    version: str
    rates: tuple[RateRow, ...]


class OrganizationRow(NamedTuple):
    """An organization."""

    id: str
    name: str
    created_at: datetime


def add(connection: Connection, row: ContractRow) -> None:
    """Keep a new contract with its rates."""
    fields = row._asdict()
    rates = fields.pop("rates")
    connection.execute(tables.contracts.insert(), fields)
    connection.execute(
        tables.contract_rates.insert(),
        [{"contract_id": row.id, "number": number, **rate._asdict()} for number, rate in enumerate(rates, start=1)],
    )


def find(connection: Connection, contract_id: str, organization_id: str) -> ContractRow | None:
    """Find a contract of an organization by its id, withdrawn or not."""
    table = tables.contracts
    query = select(table).where(table.c.id == contract_id, table.c.organization_id == organization_id)
    found = connection.execute(query).first()
    if found is None:
        return None
    rates = tables.contract_rates
    listed = connection.execute(select(rates).where(rates.c.contract_id == contract_id).order_by(rates.c.number))
    return ContractRow(**found._asdict(), rates=tuple(_rate(row._asdict()) for row in listed))


def list_all(connection: Connection, organization_id: str) -> list[ContractRow]:
    """List an organization's contracts without their rates, the newest first; withdrawn ones are not listed."""
    table = tables.contracts
    query = (
        select(table)
        .where(table.c.organization_id == organization_id, table.c.withdrawn_at.is_(None))
        .order_by(table.c.created_at.desc(), table.c.id)
    )
    return [ContractRow(**row._asdict(), rates=()) for row in connection.execute(query)]


def withdraw(connection: Connection, contract_id: str, organization_id: str, *, at: datetime) -> bool:
    """Withdraw a contract that is not withdrawn yet; say whether there was one. Its rates stay on file."""
    table = tables.contracts
    done = connection.execute(
        update(table)
        .where(table.c.id == contract_id, table.c.organization_id == organization_id, table.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    return done.rowcount > 0


def add_organization(connection: Connection, row: OrganizationRow) -> None:
    """Keep a new organization."""
    connection.execute(tables.organizations.insert(), row._asdict())


def has_organization(connection: Connection, organization_id: str) -> bool:
    """Say whether there is such an organization."""
    table = tables.organizations
    return connection.execute(select(table.c.id).where(table.c.id == organization_id)).first() is not None


def list_organizations(connection: Connection) -> list[OrganizationRow]:
    """List the organizations, the oldest first."""
    table = tables.organizations
    query = select(table).order_by(table.c.created_at, table.c.id)
    return [OrganizationRow(**row._asdict()) for row in connection.execute(query)]


def _rate(found: dict[str, object]) -> RateRow:
    return RateRow(**{name: found[name] for name in RateRow._fields})  # type: ignore[arg-type]  # columns are fields
