"""Keys that may write: kept as hashes, found by the first characters of their secret."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from storage import tables


class KeyRow(NamedTuple):
    """One key as it is kept. ``digest`` is the SHA-256 of the whole secret; times are in UTC.

    Whatever is made with a key belongs to its organization.
    """

    prefix: str
    digest: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_on: date | None
    revoked_at: datetime | None
    organization_id: str = tables.OWN_ORGANIZATION


def add(connection: Connection, row: KeyRow) -> None:
    """Keep a new key."""
    connection.execute(tables.api_keys.insert(), {**row._asdict(), "scopes": " ".join(row.scopes)})


def find(connection: Connection, prefix: str) -> KeyRow | None:
    """Find a key by its first characters."""
    found = connection.execute(select(tables.api_keys).where(tables.api_keys.c.prefix == prefix)).first()
    return None if found is None else _row(found._asdict())


def list_all(connection: Connection) -> list[KeyRow]:
    """List the keys, the oldest first."""
    query = select(tables.api_keys).order_by(tables.api_keys.c.created_at, tables.api_keys.c.prefix)
    return [_row(found._asdict()) for found in connection.execute(query)]


def revoke(connection: Connection, prefix: str, *, at: datetime) -> bool:
    """Revoke a key that is not revoked yet; say whether there was one."""
    table = tables.api_keys
    done = connection.execute(
        update(table).where(table.c.prefix == prefix, table.c.revoked_at.is_(None)).values(revoked_at=at)
    )
    return done.rowcount > 0


def _row(found: dict[str, object]) -> KeyRow:
    scopes = tuple(str(found.pop("scopes")).split())
    found["organization_id"] = found["organization_id"] or tables.OWN_ORGANIZATION
    return KeyRow(scopes=scopes, **found)  # type: ignore[arg-type]  # the columns are the fields
