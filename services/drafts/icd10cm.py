"""The official ICD-10-CM list: which codes begin, end or change on its first day."""

from datetime import date, timedelta

from estimator.model.periods import Period, quarter_of
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import DiagnosisCode
from schemas.pricefiles import icd10cm
from schemas.pricefiles.containers import FileRefused
from services.drafts.making import report_of, source_of
from services.drafts.model import Asked, Document, Draft, FileFacts

URL = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"
_QUARTERS = {4: "October", 2: "April"}


def draft(content: bytes, asked: Asked, *, book: ReferenceBook) -> Draft:
    """Read an order file, whole or addenda. Raises ``FileRefused``.

    A whole file must repeat most of what is on file: one that lacks more codes than a year ever dropped was cut off.
    """
    file = icd10cm.read(content, name=asked.file_name)
    first_day = _first_day(file, asked)
    newest = max((records[-1].period.first_day for records in book.diagnosis_codes.values()), default=first_day)
    if newest > first_day:
        raise FileRefused("file_older_than_codes", newest=newest.isoformat())
    held = {code: now for code in book.diagnosis_codes if (now := book.diagnosis(code, first_day)) is not None}
    gone = _gone(file, held)
    if file.deleted is None and len(gone) > max(len(held) // 50, 5):
        raise FileRefused("file_cut_short", lacks=len(gone), of=len(held))
    period = Period(first_day, None)
    tag = str(quarter_of(first_day))
    rows = len(file.codes) + len(file.deleted or {})
    found = FileFacts("icd10cm", "ICD-10-CM order file", URL, file.name, period, (), rows, rows)
    source = source_of(found, content, asked, release=1, tag=tag)
    compared, codes = _changes(file, gone, held, first_day, source.id)
    day_before = first_day - timedelta(days=1)
    earlier = {code: was for code in book.diagnosis_codes if (was := book.diagnosis(code, day_before)) is not None}
    before, _ = _changes(file, _gone(file, earlier), earlier, first_day, source.id)
    report = report_of(
        found, source, content, asked, release=1, tag=tag, news=len(codes), now=compared, before=before, warnings=[]
    )
    return Draft(
        kind=found.kind,
        period=period,
        release=1 if codes else None,
        file_name=asked.file_name,
        sha256=str(report["sha256"]),
        facts=(),
        source=source,
        report=report,
        codes=codes,
    )


def _first_day(file: icd10cm.CodeFile, asked: Asked) -> date:
    """Take the first day from the name or the operator's quarter: lists begin in October, updates in April."""
    quarter = asked.quarter or (None if file.effective_from is None else quarter_of(file.effective_from))
    if quarter is None:
        raise FileRefused("file_period_missing")
    if file.effective_from is not None and file.effective_from != quarter.first_day:
        raise FileRefused("file_other_quarter", says=file.effective_from.isoformat(), quarter=str(quarter))
    if quarter.number not in _QUARTERS:
        raise FileRefused("file_not_a_quarter", says=str(quarter))
    return quarter.first_day


def _gone(file: icd10cm.CodeFile, held: dict[str, DiagnosisCode]) -> set[str]:
    if file.deleted is None:
        return held.keys() - file.codes.keys()
    return (file.deleted.keys() - file.codes.keys()) & held.keys()


def _changes(
    file: icd10cm.CodeFile, gone: set[str], held: dict[str, DiagnosisCode], first_day: date, source_id: str
) -> tuple[Document, tuple[DiagnosisCode, ...]]:
    """Say what is added, changed and dropped, and give the records that make it so."""
    until = first_day - timedelta(days=1)
    added, changed, kept = [], [], 0
    records: list[DiagnosisCode] = []
    for row in file.codes.values():
        former = held.get(row.code)
        if former is not None and (former.billable, former.title) == (row.billable, row.title):
            kept += 1
            continue
        change = {"kind": "diagnosis_code", "key": row.code, "value": _shown(row.billable, row.title)}
        if former is None:
            added.append(change)
        else:
            changed.append(change | {"on_file": _shown(former.billable, former.title)})
            records += _ended(former, until)
        records.append(DiagnosisCode(row.code, row.billable, row.title, Period(first_day, None), source_id))
    dropped = []
    for code in sorted(gone):
        former = held[code]
        ended = _ended(former, until)
        if not ended:
            raise FileRefused("file_older_than_codes", newest=former.period.first_day.isoformat())
        records += ended
        shown = _shown(former.billable, former.title)
        dropped.append({"kind": "diagnosis_code", "key": code, "on_file": shown})
    return {"added": added, "changed": changed, "dropped": dropped, "unchanged": kept}, tuple(records)


def _ended(former: DiagnosisCode, until: date) -> list[DiagnosisCode]:
    """End a record on a day; one that begins later is replaced by what follows it."""
    if former.period.first_day > until:
        return []
    return [former._replace(period=Period(former.period.first_day, until))]


def _shown(billable: bool, title: str) -> str:  # noqa: FBT001 - the two parts of one line
    return f"{title} ({'billable' if billable else 'category'})"
