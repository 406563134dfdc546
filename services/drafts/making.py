"""From a file's figures to a draft: only what is not on file becomes facts, each with its release and its source."""

import hashlib
import re
from datetime import date, timedelta

from estimator.model.periods import Period, Quarter, quarter_of
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Basis, Fact, Source
from schemas.pricefiles.containers import FileRefused
from services.drafts.comparing import OnFile, Same, Scope, compare, equal, large_changes
from services.drafts.model import Asked, Document, Draft, Figure, FileFacts

FEW = 3
MOST_DROPPED = 4
"""A file that lacks more than ``FEW`` figures and more than one in ``MOST_DROPPED`` of those on file was cut off."""

_RELEASE_DAY = re.compile(r"(\d{1,2})([._-]?)(\d{2})\2(\d{4}|\d{2})\D*$")


def whole_draft(file: FileFacts, content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Draft a file that is reissued whole: where any figure is new, all of them make up its next release."""
    on_file = OnFile(book, {item.kind for item in file.figures})
    stated = {(item.kind, item.key) for item in file.figures}
    compared = compare(
        file.figures, None, file.period, on_file, same=equal, scope=lambda fact: fact.period == file.period
    )
    is_news = bool(compared["added"] or compared["changed"])
    highest = max((on_file.highest_release(kind, key, file.period) for kind, key in stated), default=0)
    release = highest + 1 if is_news else max(highest, 1)
    news = [(item, release) for item in file.figures] if is_news else []
    return _draft(file, news, release, compared, content, asked, on_file=on_file, same=equal, scope=lambda _: True)


def partial_draft(
    file: FileFacts,
    content: bytes,
    asked: Asked,
    *,
    book: ReferenceBook,
    same: Same = equal,
    scope: Scope = lambda _: True,
) -> Draft:
    """Draft a file of which only what is new is taken: most of its figures repeat those of the release before.

    ``scope`` tells which facts on file this file would state if they were still so.
    """
    on_file = OnFile(book, {item.kind for item in file.figures})
    compared = compare(file.figures, None, file.period, on_file, same=same, scope=scope)
    news = []
    for item in file.figures:
        period = item.period or file.period
        if not _is_held(item, period, on_file, same):
            news.append((item, on_file.highest_release(item.kind, item.key, period) + 1))
    release = max((number for _, number in news), default=1)
    return _draft(file, news, release, compared, content, asked, on_file=on_file, same=same, scope=scope)


def quarter_stated(stated: Period | None, asked: Asked) -> Quarter:
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


def quarter_period(quarter: Quarter) -> Period:
    """Give the days of a quarter."""
    return Period(quarter.first_day, quarter.last_day)


def source_of(file: FileFacts, content: bytes, asked: Asked, *, release: int, tag: str) -> Source:
    """Name a file as the source of what it states, by its own bytes."""
    digest = hashlib.sha256(content).hexdigest()
    published_on = asked.published_on or file.published_on or _day_in(asked.file_name, file.table, near=file.period)
    return Source(
        id=f"cms-{file.kind.replace('_', '-')}-{tag}-r{release}-{digest[:8]}",
        title=f"{file.title}, {tag}: {file.table}",
        publisher="CMS",
        url=file.url,
        published_on=None if published_on is None else published_on.isoformat(),
        official=True,
        note=f"loaded from a file of SHA-256 {digest}",
    )


def report_of(
    file: FileFacts,
    source: Source,
    content: bytes,
    asked: Asked,
    *,
    release: int,
    tag: str,
    news: int,
    now: Document,
    before: Document,
    warnings: list[Document],
) -> Document:
    """Say what a file would bring."""
    unknown: list[Document] = [{"code": "published_on_unknown", "key": None}] if source.published_on is None else []
    return {
        "kind": file.kind,
        "quarter": tag,
        "effective_from": file.period.first_day.isoformat(),
        "effective_to": None if file.period.last_day is None else file.period.last_day.isoformat(),
        "release": release,
        "file_name": asked.file_name,
        "table": file.table,
        "sha256": hashlib.sha256(content).hexdigest(),
        "published_on": source.published_on,
        "rows": file.rows,
        "kept": file.kept,
        "skipped": file.rows - file.kept,
        "new_facts": news,
        "same_quarter": now,
        "quarter_before": before,
        "warnings": [*file.warnings, *unknown, *warnings],
    }


def _draft(
    file: FileFacts,
    news: list[tuple[Figure, int]],
    release: int,
    compared: Document,
    content: bytes,
    asked: Asked,
    *,
    on_file: OnFile,
    same: Same,
    scope: Scope,
) -> Draft:
    tag = str(quarter_of(file.period.first_day))
    source = source_of(file, content, asked, release=release, tag=tag)
    day_before = file.period.first_day - timedelta(days=1)
    before = compare(file.figures, day_before, file.period, on_file, same=same, scope=scope)
    _refuse_cut(compared)
    _refuse_cut(before)
    report = report_of(
        file,
        source,
        content,
        asked,
        release=release,
        tag=tag,
        news=len(news),
        now=compared,
        before=before,
        warnings=[*large_changes(file.figures, day_before, on_file), *_not_repeated(compared, before)],
    )
    facts = tuple(_fact(item, number, file.period, source) for item, number in news)
    digest = str(report["sha256"])
    return Draft(file.kind, file.period, release if news else None, asked.file_name, digest, facts, source, report)


def _refuse_cut(compared: Document) -> None:
    """Refuse a file that lacks more of what is on file than any release ever dropped: its end is missing."""
    dropped, changed, same = _dropped(compared), compared["changed"], compared["unchanged"]
    if isinstance(changed, list) and isinstance(same, int):
        held = len(dropped) + len(changed) + same
        if len(dropped) > FEW and len(dropped) * MOST_DROPPED > held:
            raise FileRefused("file_cut_short", lacks=len(dropped), of=held)


def _not_repeated(compared: Document, before: Document) -> list[Document]:
    """Name what is on file and not in the file: what holds on its days stays as it is, the rest ended before them."""
    now, earlier = (dict.fromkeys(str(item["key"]) for item in _dropped(each)) for each in (compared, before))
    found: list[Document] = [{"code": "not_in_file_stays", "key": key} for key in now]
    found += [{"code": "not_in_file_ended", "key": key} for key in earlier if key not in now]
    return found


def _dropped(compared: Document) -> list[Document]:
    found = compared["dropped"]
    return found if isinstance(found, list) else []


def _is_held(item: Figure, period: Period, on_file: OnFile, same: Same) -> bool:
    """Say whether a figure is on file for all its days, and need not be looked up again before it says."""
    held = on_file.on(item.kind, item.key, period.first_day)
    if held is None or not same(held.value, item.value):
        return False
    last_day = held.period.last_day
    if last_day is not None:
        return period.last_day is not None and last_day >= period.last_day
    return item.recheck_after is None or (held.recheck_after is not None and held.recheck_after >= item.recheck_after)


def _fact(item: Figure, release: int, period: Period, source: Source) -> Fact:
    return Fact(
        kind=item.kind,
        key=item.key,
        value=item.value,
        unit=item.unit,
        period=item.period or period,
        recheck_after=item.recheck_after,
        published_on=None if source.published_on is None else date.fromisoformat(source.published_on),
        source_id=source.id,
        locator=item.locator,
        basis=Basis.READ,
        release=release,
        note=item.note,
    )


def _day_in(*names: str, near: Period) -> date | None:
    """Find the release day at the end of a file's name, as in ``091626`` or ``12.29.25``, within half a year."""
    for name in names:
        found = _RELEASE_DAY.search(name.rpartition(".")[0] or name)
        if found is not None:
            month, day, year = (int(found[place]) for place in (1, 3, 4))
            try:
                on = date(year % 100 + 2000, month, day)
            except ValueError:
                continue
            if abs((on - near.first_day).days) <= 183:
                return on
    return None
