"""Official files that were loaded: what they brought, when, and by whom."""

import json
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from storage import tables


class ReleaseRow(NamedTuple):
    """One loaded file. ``report`` is what the load answered; ``version`` the fact base that came of it."""

    id: str
    kind: str
    effective_from: date
    effective_to: date | None
    release: int | None
    file_name: str
    sha256: str
    loaded_at: datetime
    loaded_by: str
    report: dict[str, object]
    version: str


def add(connection: Connection, row: ReleaseRow) -> None:
    """Note a load."""
    report = json.dumps(row.report, ensure_ascii=False, sort_keys=True)
    connection.execute(tables.releases.insert(), {**row._asdict(), "report": report})


def list_all(connection: Connection) -> list[ReleaseRow]:
    """List the loads, the newest first."""
    table = tables.releases
    rows = connection.execute(select(table).order_by(table.c.loaded_at.desc(), table.c.id))
    return [ReleaseRow(**{**row._asdict(), "report": json.loads(row.report)}) for row in rows]
