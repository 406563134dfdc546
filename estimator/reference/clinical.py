"""The dictionary of clinical facts: what criteria ask about, in which unit, and how a given value is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.reference.facts import Fact
from estimator.reference.record_reading import Reader, exact

ClinicalValue = bool | Decimal | str | frozenset[str]
"""A value in the unit of the criteria: a yes or no, a number, a word, or several words."""
TYPES = ("flag", "number", "word", "words")


class Contradiction(NamedTuple):
    """What cannot hold together with a value of a fact: another fact that is ``==``, ``<`` or ``>=`` to ``other``."""

    value: ClinicalValue
    criterion: str
    op: str
    other: ClinicalValue


@dataclass(frozen=True, slots=True, eq=False)
class ClinicalFact:
    """One entry of the dictionary. ``criterion`` is its name in policy records, ``name`` its name in requests.

    ``units`` gives, for each unit taken, what one of it is in the unit of the criteria. ``also_from`` are facts that
    stand in for this one where it is missing; nothing else ever does. Below ``low`` or above ``high``, in the unit of
    the criteria, a number is refused as a slip of the pen; below ``usual_low`` its unit is asked after.
    """

    name: str
    criterion: str
    type: str
    unit: str | None
    units: Mapping[str, Decimal]
    choices: tuple[str, ...]
    proof: str
    from_order: bool
    order_words: Mapping[str, str]
    also_from: tuple[str, ...]
    flag_if_missing: str | None
    flag_if_failed: str | None
    meaning: str | None
    fact_id: str
    low: Decimal | None = None
    high: Decimal | None = None
    usual_low: Decimal | None = None
    contradicts: tuple[Contradiction, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Say whether a number of it needs no unit, because it can only be counted."""
        return self.unit in ("count", "points")


def clinical_fact(fact: Fact) -> ClinicalFact:
    """Read an entry of the dictionary."""
    read = Reader(fact)
    kind = read.text("type")
    unit = read.text_or_none("unit")
    if kind not in TYPES or (kind == "number") != (unit is not None):
        raise read.bad("type", f"{kind!r} is unknown, or does not go with its unit")
    units = read.value.get("units") or {}
    words = read.value.get("order_words") or {}
    bounds = read.value.get("bounds") or {}
    if not isinstance(units, Mapping) or not isinstance(words, Mapping) or not isinstance(bounds, Mapping):
        raise read.bad("units", "must be a map")
    return ClinicalFact(
        name=fact.key,
        criterion=read.text("criterion"),
        type=kind,
        unit=unit,
        units={str(name): exact(size, fact=fact, name="units") for name, size in units.items()},
        choices=read.texts("choices"),
        proof=read.text("proof"),
        from_order=read.flag("from_order"),
        order_words={str(one): str(other) for one, other in words.items()},
        also_from=read.texts("also_from"),
        flag_if_missing=read.text_or_none("flag_if_missing"),
        flag_if_failed=read.text_or_none("flag_if_failed"),
        meaning=read.text_or_none("meaning"),
        fact_id=fact.id,
        low=exact(bounds["low"], fact=fact, name="bounds") if "low" in bounds else None,
        high=exact(bounds["high"], fact=fact, name="bounds") if "high" in bounds else None,
        usual_low=exact(bounds["usual_low"], fact=fact, name="bounds") if "usual_low" in bounds else None,
        contradicts=tuple(_contradiction(each, kind, fact) for each in read.maps("contradicts")),
    )


def _contradiction(raw: Mapping[str, object], kind: str, fact: Fact) -> Contradiction:
    op, value, other = str(raw.get("op") or "=="), raw.get("value"), raw.get("other")
    if op not in ("==", "<", ">=") or not isinstance(value, bool if kind == "flag" else str):
        raise BadFact(file=fact.kind, row=fact.id, reason=f"contradicts: {dict(raw)}")
    bound = other if isinstance(other, bool) or op == "==" else exact(other, fact=fact, name="contradicts")
    if not isinstance(bound, bool | str | Decimal):
        raise BadFact(file=fact.kind, row=fact.id, reason=f"contradicts: {dict(raw)}")
    return Contradiction(value, str(raw.get("fact")), op, bound)


class Dictionary(NamedTuple):
    """Every clinical fact, by its name in requests and by its name in criteria."""

    by_name: Mapping[str, ClinicalFact]
    by_criterion: Mapping[str, ClinicalFact]

    def find(self, name: str) -> ClinicalFact | None:
        """Find an entry by either of its names."""
        return self.by_name.get(name) or self.by_criterion.get(name)


def dictionary(entries: Mapping[str, ClinicalFact]) -> Dictionary:
    """Put the dictionary together; raises ``BadFact`` where two entries have one name or one names no other."""
    by_criterion: dict[str, ClinicalFact] = {}
    for entry in entries.values():
        if entry.criterion in by_criterion or entry.criterion in entries:
            raise BadFact(file="clinical_fact", row=entry.fact_id, reason=f"{entry.criterion!r} stands twice")
        by_criterion[entry.criterion] = entry
    for entry in entries.values():
        named = (*entry.also_from, *(each.criterion for each in entry.contradicts))
        unknown = [name for name in named if name not in by_criterion]
        if unknown:
            raise BadFact(file="clinical_fact", row=entry.fact_id, reason=f"it names {unknown[0]!r}")
    return Dictionary(entries, by_criterion)
