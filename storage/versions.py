"""The hash that names the contents of the fact base, whatever machine holds it and in whatever order."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from estimator.reference.facts import DiagnosisCode, Fact, Source, Standing

_SHOWN_DIGITS = 16


def content_version(facts: Iterable[Fact], sources: Iterable[Source], diagnosis_codes: Iterable[DiagnosisCode]) -> str:
    """Give the SHA-256 over every record, in hexadecimal digits."""
    whole = hashlib.sha256()
    for name, lines in (
        ("facts", map(fact_line, facts)),
        ("sources", map(source_line, sources)),
        ("diagnosis_codes", map(diagnosis_line, diagnosis_codes)),
    ):
        whole.update(f"{name}\n".encode())
        whole.update("\n".join(sorted(lines)).encode())
        whole.update(b"\n")
    return whole.hexdigest()


def shown(version: str) -> str:
    """Shorten a version to what answers show as ``reference_version``."""
    return version[:_SHOWN_DIGITS]


def fact_digest(fact: Fact) -> str:
    """Give the SHA-256 of one fact: it differs as soon as any field does."""
    return hashlib.sha256(fact_line(fact).encode()).hexdigest()


def value_text(value: str | Mapping[str, object]) -> str:
    """Write a fact's value as JSON in one fixed way."""
    return _json(value)


def fact_line(fact: Fact) -> str:
    """Write a fact in one line, the same on every machine."""
    first_day, last_day = fact.period
    return _json(
        [
            fact.kind,
            fact.key,
            fact.value,
            fact.unit,
            first_day.isoformat(),
            _day(last_day),
            _day(fact.recheck_after),
            _day(fact.published_on),
            fact.source_id,
            fact.locator,
            fact.basis,
            fact.release,
            fact.note,
            # A fact in force reads as it did before there was anything else, so older versions keep their names.
            *(() if fact.standing is Standing.IN_FORCE else (fact.standing,)),
        ]
    )


def source_line(source: Source) -> str:
    """Write a source in one line, the same on every machine."""
    fields = [source.id, source.title, source.publisher, source.url, source.published_on, source.official, source.note]
    return _json(fields)


def diagnosis_line(code: DiagnosisCode) -> str:
    """Write a diagnosis code in one line, the same on every machine."""
    first_day, last_day = code.period
    # No field holds a tab. JSON would take several times as long for the hundred thousand rows of the list.
    return f"{code.code}\t{first_day}\t{last_day}\t{int(code.billable)}\t{code.source_id}\t{code.title}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
