"""Make the rows of a table equal to wanted records with as few writes as it takes."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam

Record = Mapping[str, object]


class Changes(NamedTuple):
    """How many rows were written, and how many could stay."""

    added: int
    changed: int
    removed: int
    kept: int

    @property
    def any(self) -> bool:
        """Say whether anything was written."""
        return self.added + self.changed + self.removed > 0


class Difference(NamedTuple):
    """The records to write to one table, told apart by the columns of its primary key."""

    table: Table
    added: list[Record]
    changed: list[Record]
    removed: list[Record]
    kept: int

    @property
    def changes(self) -> Changes:
        """Count."""
        return Changes(len(self.added), len(self.changed), len(self.removed), self.kept)

    def write(self, connection: Connection) -> None:
        """Change and add rows."""
        if self.changed:
            others = [column for column in self.table.columns if column.name in self.changed[0]]
            update = self.table.update().where(_same_key(self.table))
            connection.execute(
                update.values({column: bindparam(f"new_{column.name}") for column in others}),
                [_old_key(self.table, record) | _new(record) for record in self.changed],
            )
        if self.added:
            connection.execute(self.table.insert(), self.added)

    def remove(self, connection: Connection) -> None:
        """Take rows out."""
        if self.removed:
            statement = self.table.delete().where(_same_key(self.table))
            connection.execute(statement, [_old_key(self.table, record) for record in self.removed])


def difference(
    table: Table, wanted: Iterable[Record], found: Iterable[Record], *, compared: tuple[str, ...] | None = None
) -> Difference:
    """Compare the records that should be there with those that are.

    Where ``compared`` names columns, such as a digest, only these tell whether a record has changed.
    """
    keys = tuple(column.name for column in table.primary_key.columns)
    present = {tuple(record[name] for name in keys): record for record in found}
    added, changed, kept = [], [], 0
    for record in wanted:
        former = present.pop(tuple(record[name] for name in keys), None)
        if former is None:
            added.append(record)
        elif any(former[name] != record[name] for name in compared or record):
            changed.append(record)
        else:
            kept += 1
    return Difference(table, added, changed, list(present.values()), kept)


def _same_key(table: Table) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f"old_{column.name}") for column in table.primary_key.columns))


def _old_key(table: Table, record: Record) -> dict[str, object]:
    return {f"old_{column.name}": record[column.name] for column in table.primary_key.columns}


def _new(record: Record) -> dict[str, object]:
    return {f"new_{name}": found for name, found in record.items()}
