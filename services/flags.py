"""The registry of flags: every code with its severity, owner, trigger, sentences and source."""

from estimator.model.codes import Severity
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording

SEVERITIES = tuple(Severity)


def list_flags(*, runtime: Runtime, language: str) -> dict[str, object]:
    """List every flag, gravest first."""
    book, wording = runtime.book, Wording(runtime, language)
    kinds = sorted(book.flags.values(), key=lambda kind: (SEVERITIES.index(Severity(kind.severity)), kind.code))
    items = []
    for kind in kinds:
        fact = book.facts[kind.fact_id]
        items.append(
            {
                "code": kind.code,
                "severity": kind.severity,
                "owner": kind.owner,
                "when": kind.when,
                "message": wording.template("flags", kind.code, "message"),
                "next_step": wording.template("flags", kind.code, "next_step"),
                "plain": wording.template("flags", kind.code, "plain"),
                "source_id": kind.source_id,
                "locator": fact.locator,
                "basis": fact.basis.value,
                "fact_id": kind.fact_id,
            }
        )
    return stamped({"items": items, "next": None}, runtime)
