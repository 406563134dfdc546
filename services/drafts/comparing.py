"""A file's figures held against what is on file: added, changed, dropped, or the same."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact, Standing
from services.drafts.model import Document, Figure, Value

LARGE_CHANGE_PERCENT = Decimal(25)
"""A price that moves by more from one quarter to the next is shown for review; of 116 moves on file none did."""

Same = Callable[[Value, Value], bool]
Scope = Callable[[Fact], bool]


class OnFile:
    """The facts of some kinds, asked by key and day: the record that began last holds, its highest release first."""

    def __init__(self, book: ReferenceBook, kinds: Iterable[str]) -> None:
        self._records: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        wanted = frozenset(kinds)
        for fact in book.facts.values():
            if fact.kind in wanted and fact.standing is Standing.IN_FORCE:
                self._records[fact.kind, fact.key].append(fact)
        for records in self._records.values():
            records.sort(key=lambda fact: (fact.period.first_day, fact.release or 0), reverse=True)

    def on(self, kind: str, key: str, day: date) -> Fact | None:
        """Give the record that holds on a day."""
        return next((fact for fact in self._records.get((kind, key), ()) if fact.period.holds(day)), None)

    def all_on(self, day: date) -> dict[tuple[str, str], Fact]:
        """Give every record that holds on a day."""
        found = {(kind, key): self.on(kind, key, day) for kind, key in self._records}
        return {place: fact for place, fact in found.items() if fact is not None}

    def highest_release(self, kind: str, key: str, period: Period) -> int:
        """Give the highest release on file of one period; 0 where none is. An unnumbered record is the first."""
        records = self._records.get((kind, key), ())
        return max((fact.release or 1 for fact in records if fact.period == period), default=0)


def equal(one: Value, other: Value) -> bool:
    """Say whether two values are the same to the last digit; that a file writes 20 and another 20.000 is no change."""
    if isinstance(one, str) and isinstance(other, str):
        try:
            return Decimal(one) == Decimal(other)
        except InvalidOperation:
            return one == other
    return one == other


def compare(
    figures: Sequence[Figure], day: date | None, period: Period, on_file: OnFile, *, same: Same, scope: Scope
) -> Document:
    """List what is added, changed and dropped against what holds on ``day``, and count what stays.

    Without a day each figure is held against what holds on its own first day.
    """
    added, changed, kept = [], [], 0
    for item in figures:
        held = on_file.on(item.kind, item.key, day or (item.period or period).first_day)
        if held is None:
            added.append({"kind": item.kind, "key": item.key, "value": shown(item.value)})
        elif same(held.value, item.value):
            kept += 1
        else:
            sides = {"on_file": shown(held.value), "value": shown(item.value)}
            changed.append({"kind": item.kind, "key": item.key, **sides})
    stated = {(item.kind, item.key) for item in figures}
    dropped = [
        {"kind": kind, "key": key, "on_file": shown(fact.value)}
        for (kind, key), fact in sorted(on_file.all_on(day or period.first_day).items())
        if (kind, key) not in stated and scope(fact)
    ]
    return {"added": added, "changed": changed, "dropped": dropped, "unchanged": kept}


def large_changes(figures: Iterable[Figure], before: date, on_file: OnFile) -> list[Document]:
    """Name the payment limits that moved further than any has, to be looked at."""
    found: list[Document] = []
    for item in figures:
        held = on_file.on(item.kind, item.key, before) if item.kind == "payment_limit" else None
        if held is None or not isinstance(held.value, str) or not Decimal(held.value):
            continue
        percent = (Decimal(str(item.value)) / Decimal(held.value) - 1) * 100
        if abs(percent) > LARGE_CHANGE_PERCENT:
            found.append({"code": "large_change", "key": item.key, "percent": f"{percent:.1f}"})
    return found


def shown(value: Value) -> str:
    """Write a value in one line."""
    if not isinstance(value, Mapping):
        return value
    return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)
