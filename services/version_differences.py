"""Two versions of the fact base, held against each other."""

from collections.abc import Iterator

from estimator.reference.facts import DiagnosisCode, Fact
from services.runtime import Runtime
from storage import facts, packed, versions
from storage.facts import LoadedFacts

CURRENT = "current"


def difference(one: str, other: str, *, runtime: Runtime) -> dict[str, object]:
    """Say what the facts and codes of version ``other`` have that those of ``one`` have not, and the other way round.

    A version is named by the digits that answers show; ``current`` is the one in force. Raises ``NotOnFile``.
    """
    with runtime.database.read() as connection:
        before, after = (
            facts.load(connection) if name == CURRENT else packed.load(connection, name) for name in (one, other)
        )
    return {
        "from": versions.shown(before.version),
        "to": versions.shown(after.version),
        "facts": _compare(_fact_lines(before), _fact_lines(after)),
        "sources": _compare(_source_lines(before), _source_lines(after)),
        "diagnosis_codes": _compare(_code_lines(before), _code_lines(after)),
    }


def list_versions(*, runtime: Runtime) -> list[dict[str, object]]:
    """List every version there has been, the newest first."""
    with runtime.database.read() as connection:
        rows = packed.list_all(connection)
    shown = ((versions.shown(row.version), row.noted_at.isoformat(timespec="seconds")) for row in rows)
    return [{"version": version, "noted_at": noted_at} for version, noted_at in shown]


def difference_lines(found: dict[str, object]) -> Iterator[str]:
    """Say a difference in lines: ``+`` what came, ``-`` what went, ``~`` what changed."""
    yield f"{found['from']} -> {found['to']}"
    for name in ("facts", "sources", "diagnosis_codes"):
        compared = found[name]
        if not isinstance(compared, dict):
            continue
        counts = ", ".join(f"{len(compared[each])} {each}" for each in ("added", "removed", "changed"))
        yield f"{name.replace('_', ' ')}: {counts}"
        yield from (f"  + {item['id']}  {item['to']}" for item in compared["added"])
        yield from (f"  - {item['id']}  {item['from']}" for item in compared["removed"])
        yield from (f"  ~ {item['id']}  {item['from']} -> {item['to']}" for item in compared["changed"])


def _compare(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Compare records by id; each has the line that is shown and the line that tells whether anything changed."""
    return {
        "added": [{"id": name, "to": after[name][0]} for name in sorted(after.keys() - before.keys())],
        "removed": [{"id": name, "from": before[name][0]} for name in sorted(before.keys() - after.keys())],
        "changed": [
            {"id": name, "from": before[name][0], "to": after[name][0]}
            for name in sorted(before.keys() & after.keys())
            if before[name][1] != after[name][1]
        ],
    }


def _fact_lines(loaded: LoadedFacts) -> dict[str, tuple[str, str]]:
    return {fact.id: (_shown(fact), versions.fact_digest(fact)) for fact in loaded.facts}


def _shown(fact: Fact) -> str:
    value = fact.value if isinstance(fact.value, str) else versions.value_text(fact.value)
    unit = "" if fact.unit is None else f" {fact.unit}"
    return f"{value}{unit} ({fact.source_id}: {fact.locator}; {fact.basis})"


def _source_lines(loaded: LoadedFacts) -> dict[str, tuple[str, str]]:
    return {source.id: (source.title, versions.source_line(source)) for source in loaded.sources}


def _code_lines(loaded: LoadedFacts) -> dict[str, tuple[str, str]]:
    codes = loaded.diagnosis_codes
    return {f"{code.code} {code.period.first_day}": (_code(code), versions.diagnosis_line(code)) for code in codes}


def _code(code: DiagnosisCode) -> str:
    until = "" if code.period.last_day is None else f", until {code.period.last_day}"
    return f"{code.title} ({'billable' if code.billable else 'category'}{until})"
