"""One record of a seed file becomes one Fact, or a ``BadFact`` that says where and why not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.model.periods import Period
from estimator.reference.facts import Basis, Fact, Source, Standing

RECORD_FIELDS = frozenset(
    {
        "key",
        "value",
        "unit",
        "effective_from",
        "effective_to",
        "recheck_after",
        "published_on",
        "source",
        "locator",
        "basis",
        "release",
        "note",
        "standing",
    }
)
SOURCE_FIELDS = frozenset({"title", "publisher", "url", "published_on", "official", "note"})

AMOUNT_KINDS = frozenset(
    {
        "payment_limit",
        "part_b_coinsurance",
        "physician_rvu",
        "conversion_factor",
        "opps_rate",
        "opps_status",
        "federal_limit",
        "medicare_amount",
        "poverty_guideline",
        "program_amount",
        "home_infusion_rate",
    }
)
"""Kinds whose facts always have a last day: they are set anew for each period."""

AMOUNTS_IN_FORCE = frozenset({("medicare_amount", "part_b_coinsurance_percent")})
"""The exceptions: set by statute, in force until it changes."""


class Place(NamedTuple):
    """Where a record stands."""

    file: str
    row: str

    def bad(self, reason: str) -> BadFact:
        """Make the complaint about this record."""
        return BadFact(file=self.file, row=self.row, reason=reason)


def read_fact(record: Mapping[str, object], *, kind: str, place: Place) -> Fact:
    """Read one record; ``record`` has the field names of the seed data's README."""
    _refuse_unknown(record, RECORD_FIELDS, place)
    key = _required_text(record, "key", place)
    if "/" in key or key != key.strip():
        raise place.bad(f"the key {key!r} has a slash or a space at its edge")
    period = read_period(record, place)
    recheck_after = _day(record, "recheck_after", place)
    if period.last_day is None:
        if kind in AMOUNT_KINDS and (kind, key) not in AMOUNTS_IN_FORCE:
            raise place.bad(f"a {kind} needs a last day (effective_to)")
        if recheck_after is None:
            raise place.bad("without a last day (effective_to) it needs recheck_after")
    return Fact(
        kind=kind,
        key=key,
        value=_value(record.get("value"), place),
        unit=_text(record, "unit", place),
        period=period,
        recheck_after=recheck_after,
        published_on=_day(record, "published_on", place),
        source_id=_required_text(record, "source", place),
        locator=_required_text(record, "locator", place),
        basis=_basis(record, place),
        release=_release(record, place),
        note=_text(record, "note", place),
        standing=_standing(record, place),
    )


def read_source(record: Mapping[str, object], *, source_id: str, place: Place) -> Source:
    """Read one entry of ``sources.yaml``. ``published_on`` is as precise as the document states it."""
    _refuse_unknown(record, SOURCE_FIELDS, place)
    official = record.get("official")
    if not isinstance(official, bool):
        raise place.bad("official must be true or false")
    published_on = record.get("published_on")
    if isinstance(published_on, date):
        published_on = published_on.isoformat()
    return Source(
        id=source_id,
        title=_required_text(record, "title", place),
        publisher=_required_text(record, "publisher", place),
        url=_text(record, "url", place),
        published_on=_text({"published_on": published_on}, "published_on", place),
        official=official,
        note=_text(record, "note", place),
    )


def check_together(placed: Iterable[tuple[Fact, Place]], known_sources: frozenset[str]) -> list[BadFact]:
    """List what is wrong between records: unknown sources, an id that stands twice, periods that overlap."""
    problems = []
    first_places: dict[str, Place] = {}
    releases: dict[tuple[str, str, int | None], list[tuple[Period, Place]]] = defaultdict(list)
    for fact, place in placed:
        if fact.source_id not in known_sources:
            problems.append(place.bad(f"the source {fact.source_id!r} is not in sources.yaml"))
        earlier = first_places.setdefault(fact.id, place)
        if earlier is not place:
            problems.append(place.bad(f"the id {fact.id} stands already in {earlier.file}, {earlier.row}"))
        elif fact.standing is Standing.IN_FORCE:
            releases[fact.kind, fact.key, fact.release].append((fact.period, place))
    for (kind, key, _), periods in releases.items():
        periods.sort(key=lambda item: item[0].first_day)
        for (period, _), (following, place) in pairwise(periods):
            if period.last_day is None or period.last_day >= following.first_day:
                until = period.last_day or "no last day"
                problems.append(place.bad(f"overlaps {kind}:{key} from {period.first_day} to {until}"))
    return problems


def read_period(record: Mapping[str, object], place: Place) -> Period:
    """Read ``effective_from`` and ``effective_to``, which must be in order."""
    first_day = _day(record, "effective_from", place)
    last_day = _day(record, "effective_to", place)
    if first_day is None:
        raise place.bad("effective_from is missing")
    if last_day is not None and last_day < first_day:
        raise place.bad(f"ends ({last_day}) before it begins ({first_day})")
    return Period(first_day, last_day)


def _refuse_unknown(record: Mapping[str, object], known: frozenset[str], place: Place) -> None:
    unknown = sorted(record.keys() - known)
    if unknown:
        raise place.bad(f"has unknown fields: {', '.join(unknown)}")


def _required_text(record: Mapping[str, object], name: str, place: Place) -> str:
    found = _text(record, name, place)
    if found is None:
        raise place.bad(f"{name} is missing")
    return found


def _text(record: Mapping[str, object], name: str, place: Place) -> str | None:
    found = record.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise place.bad(f"{name} must be text; quote {found!s}")
    if not found.strip():
        raise place.bad(f"{name} is empty")
    return found.strip()


def _day(record: Mapping[str, object], name: str, place: Place) -> date | None:
    found = record.get(name)
    if found is None or type(found) is date:
        return found
    raise place.bad(f"{name} must be a day such as 2026-01-31, without quotes; found {found!r}")


def _basis(record: Mapping[str, object], place: Place) -> Basis:
    found = record.get("basis")
    if not isinstance(found, str) or found not in tuple(Basis):
        raise place.bad(f"basis must be {' or '.join(Basis)}; found {found!r}")
    return Basis(found)


def _standing(record: Mapping[str, object], place: Place) -> Standing:
    found = record.get("standing", Standing.IN_FORCE.value)
    if not isinstance(found, str) or found not in tuple(Standing):
        raise place.bad(f"standing must be {' or '.join(Standing)}; found {found!r}")
    return Standing(found)


def _release(record: Mapping[str, object], place: Place) -> int | None:
    found = record.get("release")
    if found is None:
        return None
    if type(found) is int and found > 0:
        return found
    raise place.bad(f"release must be 1, 2, 3 …; found {found!r}")


def _value(found: object, place: Place) -> str | Mapping[str, object]:
    if isinstance(found, str) and found.strip():
        return found
    if isinstance(found, Mapping) and found:
        return {name: _plain(item, place) for name, item in found.items()}
    if found is None or found in ("", {}):
        raise place.bad("value is missing")
    raise place.bad(f"value must be text or a map; quote {found!s}")


def _plain(found: object, place: Place) -> object:
    """Give the same as JSON keeps it, so that a value read back from the database is the one that was written."""
    if found is None or isinstance(found, str | bool | int):
        return found
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, Mapping):
        return {name: _plain(item, place) for name, item in found.items()}
    if isinstance(found, list):
        return [_plain(item, place) for item in found]
    raise place.bad(f"value holds {found!r}, which is neither text, whole number, true, false, list nor map")
