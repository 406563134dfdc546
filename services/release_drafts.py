"""What an official file would bring: each kind of file becomes facts, told apart from what is on file already."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from estimator.model.periods import Period, Quarter, quarter_of
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Basis, Fact, Source, Standing
from schemas.pricefiles import payment_limits
from schemas.pricefiles.containers import FileRefused

Document = dict[str, object]
LARGE_CHANGE_PERCENT = Decimal(25)
"""A price that moves by more from one quarter to the next is shown for review; of 116 moves on file none did."""

_RELEASE_DAY = re.compile(r"(\d{2})(\d{2})(\d{2})\D*$")


class Asked(NamedTuple):
    """What the operator says about a file: the quarter it is claimed to be of, and when it was published."""

    file_name: str
    quarter: Quarter | None = None
    published_on: date | None = None


class Draft(NamedTuple):
    """What a file would bring. ``facts`` are only those that are not on file as they stand."""

    kind: str
    period: Period
    release: int | None
    file_name: str
    sha256: str
    facts: tuple[Fact, ...]
    source: Source
    report: Document


class Figure(NamedTuple):
    """One figure a file states: the fact it becomes but for release, source and publication."""

    kind: str
    key: str
    value: str
    unit: str
    locator: str
    note: str | None = None


def payment_limit_draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read CMS's quarterly payment limit file. Raises ``FileRefused``."""
    file = payment_limits.read(content, name=asked.file_name)
    quarter = _quarter_of(file.period, asked)
    own = {code for code, records in book.billing_codes.items() if any(item.immune_globulin for item in records)}
    kept = [row for code, row in file.rows.items() if code in own]
    figures: list[Figure] = []
    for row in kept:
        place = f"row of {row.code}, line {row.line}"
        if row.limit is not None:
            figures.append(Figure("payment_limit", row.code, str(row.limit), "usd_per_unit", place, row.notes or None))
        if row.coinsurance is not None:
            figures.append(Figure("part_b_coinsurance", row.code, str(row.coinsurance), "percent", place))
    if not figures:
        raise FileRefused("file_without_our_codes")
    warnings: list[Document] = []
    if file.period is None:
        warnings.append({"code": "period_not_in_file", "key": None})
    if not file.has_coinsurance:
        warnings.append({"code": "no_coinsurance_column", "key": None})
    warnings += _doubtful_prices(kept, quarter.first_day, book)
    return _draft(
        "payment_limits",
        figures,
        Period(quarter.first_day, quarter.last_day),
        content,
        asked,
        book=book,
        title="Medicare Part B payment limit file",
        url="https://www.cms.gov/medicare/payment/part-b-drugs/asp-pricing-files",
        member=file.name,
        rows=len(file.rows),
        kept=len(kept),
        warnings=warnings,
    )


DRAFTS: Mapping[str, Callable[..., Draft]] = {"payment_limits": payment_limit_draft}
"""The kinds of files that can be loaded."""


def _quarter_of(stated: Period | None, asked: Asked) -> Quarter:
    """Find the quarter of a file, and refuse one whose days are not those of the quarter it is claimed to be."""
    if stated is None:
        if asked.quarter is None:
            raise FileRefused("file_period_missing")
        return asked.quarter
    quarter = quarter_of(stated.first_day)
    says = f"{stated.first_day.isoformat()}/{stated.last_day}"
    if (stated.first_day, stated.last_day) != (quarter.first_day, quarter.last_day):
        raise FileRefused("file_not_a_quarter", says=says)
    if asked.quarter is not None and asked.quarter != quarter:
        raise FileRefused("file_other_quarter", says=says, quarter=str(asked.quarter))
    return quarter


def _doubtful_prices(rows: Iterable[payment_limits.LimitRow], on: date, book: ReferenceBook) -> list[Document]:
    """Name prices whose dollars per gram lie outside what immune globulin ever cost: a sign of a wrong unit."""
    found: list[Document] = []
    fact = book.word("plausible_range", "usd_per_gram", on)
    bounds = fact.value if fact is not None else None
    for row in rows:
        code = book.billing_code(row.code, on)
        if row.limit is None or code is None or not code.mg_per_unit or not isinstance(bounds, Mapping):
            continue
        per_gram = row.limit * 1000 / code.mg_per_unit
        if not Decimal(str(bounds["low"])) <= per_gram <= Decimal(str(bounds["high"])):
            found.append({"code": "price_per_gram_doubtful", "key": row.code, "usd_per_gram": f"{per_gram:.2f}"})
    return found


def _draft(
    kind: str,
    figures: list[Figure],
    period: Period,
    content: bytes,
    asked: Asked,
    *,
    book: ReferenceBook,
    title: str,
    url: str,
    member: str,
    rows: int,
    kept: int,
    warnings: list[Document],
) -> Draft:
    """Hold figures against what is on file for the same period, and against the period before."""
    on_file = _in_force(book, period)
    compared = _compare(figures, on_file)
    is_news = bool(compared["added"] or compared["changed"])
    stated = {(item.kind, item.key) for item in figures}
    releases = [fact.release or 1 for of, fact in on_file.items() if of in stated]
    release = (max(releases, default=0) + 1) if is_news else max(releases, default=1)
    published_on = asked.published_on or _day_in(asked.file_name, member, near=period.first_day)
    if published_on is None:
        warnings.append({"code": "published_on_unknown", "key": None})
    tag = str(quarter_of(period.first_day))
    digest = hashlib.sha256(content).hexdigest()
    source = Source(
        id=f"cms-{kind.replace('_', '-')}-{tag}-r{release}-{digest[:8]}",
        title=f"{title}, {tag}: {member}",
        publisher="CMS",
        url=url,
        published_on=None if published_on is None else published_on.isoformat(),
        official=True,
        note=f"loaded from a file of SHA-256 {digest}",
    )
    facts = tuple(_fact(item, period, release, published_on, source.id) for item in figures) if is_news else ()
    report: Document = {
        "kind": kind,
        "quarter": tag,
        "effective_from": period.first_day.isoformat(),
        "effective_to": None if period.last_day is None else period.last_day.isoformat(),
        "release": release,
        "file_name": asked.file_name,
        "table": member,
        "sha256": digest,
        "published_on": source.published_on,
        "rows": rows,
        "kept": kept,
        "skipped": rows - kept,
        "new_facts": len(facts),
        "same_quarter": compared,
        "quarter_before": _compare(figures, _in_force(book, _before(period))),
        "warnings": [*warnings, *_large_changes(figures, _in_force(book, _before(period)))],
    }
    return Draft(kind, period, release if is_news else None, asked.file_name, digest, facts, source, report)


def _in_force(book: ReferenceBook, period: Period) -> dict[tuple[str, str], Fact]:
    """Give the facts of a period, the highest release of each."""
    found: dict[tuple[str, str], Fact] = {}
    for fact in book.facts.values():
        if fact.period == period and fact.standing is Standing.IN_FORCE:
            held = found.get((fact.kind, fact.key))
            if held is None or (held.release or 0) < (fact.release or 0):
                found[fact.kind, fact.key] = fact
    return found


def _before(period: Period) -> Period:
    quarter = quarter_of(period.first_day - timedelta(days=1))
    return Period(quarter.first_day, quarter.last_day)


def _same(fact: Fact, figure: Figure) -> bool:
    """Say whether a figure is on file to the last digit; that a file writes 20 and another 20.000 is no change."""
    return isinstance(fact.value, str) and Decimal(fact.value) == Decimal(figure.value)


def _compare(figures: list[Figure], on_file: Mapping[tuple[str, str], Fact]) -> Document:
    """List what is added, changed and dropped against facts on file, and count what stays."""
    added, changed, same = [], [], 0
    for item in figures:
        held = on_file.get((item.kind, item.key))
        if held is None:
            added.append({"kind": item.kind, "key": item.key, "value": item.value})
        elif _same(held, item):
            same += 1
        else:
            changed.append({"kind": item.kind, "key": item.key, "on_file": held.value, "value": item.value})
    kinds, stated = {item.kind for item in figures}, {(item.kind, item.key) for item in figures}
    dropped = [
        {"kind": kind, "key": key, "on_file": fact.value}
        for (kind, key), fact in sorted(on_file.items())
        if kind in kinds and (kind, key) not in stated
    ]
    return {"added": added, "changed": changed, "dropped": dropped, "unchanged": same}


def _large_changes(figures: list[Figure], earlier: Mapping[tuple[str, str], Fact]) -> list[Document]:
    found: list[Document] = []
    for item in figures:
        held = earlier.get((item.kind, item.key))
        if item.kind != "payment_limit" or held is None or not isinstance(held.value, str) or not Decimal(held.value):
            continue
        percent = (Decimal(item.value) / Decimal(held.value) - 1) * 100
        if abs(percent) > LARGE_CHANGE_PERCENT:
            found.append({"code": "large_change", "key": item.key, "percent": f"{percent:.1f}"})
    return found


def _fact(item: Figure, period: Period, release: int, published_on: date | None, source_id: str) -> Fact:
    return Fact(
        kind=item.kind,
        key=item.key,
        value=item.value,
        unit=item.unit,
        period=period,
        recheck_after=None,
        published_on=published_on,
        source_id=source_id,
        locator=item.locator,
        basis=Basis.READ,
        release=release,
        note=item.note,
    )


def _day_in(*names: str, near: date) -> date | None:
    """Find the release day at the end of a file's name, as in ``091626``: within half a year of the period's start."""
    for name in names:
        found = _RELEASE_DAY.search(name.rpartition(".")[0] or name)
        if found is not None:
            month, day, year = (int(part) for part in found.groups())
            try:
                on = date(2000 + year, month, day)
            except ValueError:
                continue
            if abs((on - near).days) <= 183:
                return on
    return None


def release_lines(report: Document) -> Iterator[str]:
    """Say in lines what a file brings, for the command line."""
    loaded = "loaded" if report["loaded"] else "dry run: nothing was changed"
    yield f"{report['kind']} {report['quarter']}, release {report['release']}: {loaded}"
    yield f"{report['rows']} rows, {report['kept']} of immune globulin; {report['new_facts']} new facts"
    for name, title in (("same_quarter", "on file for this quarter"), ("quarter_before", "the quarter before")):
        shows_all = name == "quarter_before" or bool(report["new_facts"])
        yield from _comparison_lines(title, report[name], shows_all=shows_all)
    warnings = report["warnings"]
    for warning in warnings if isinstance(warnings, list) else ():
        yield "warning: " + " ".join(str(part) for part in warning.values() if part is not None)


def _comparison_lines(title: str, compared: object, *, shows_all: bool) -> Iterator[str]:
    if not isinstance(compared, Mapping):
        return
    counts = ", ".join(f"{len(compared[each])} {each}" for each in ("added", "changed", "dropped"))
    yield f"against {title}: {counts}, {compared['unchanged']} unchanged"
    for each in ("added", "changed", "dropped") if shows_all else ():
        for change in compared[each]:
            values = " -> ".join(str(change[side]) for side in ("on_file", "value") if side in change)
            yield f"  {each} {change['kind']} {change['key']} {values}"
