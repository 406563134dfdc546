"""One course as the claim that an office would send."""

from estimator import billing
from estimator.model.order import EstimateRequest
from services import assumptions, contracts, coverage_documents, knowledge, line_documents, used_facts
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording


def bill(
    request: EstimateRequest, *, runtime: Runtime, language: str, organization: str | None = None
) -> dict[str, object]:
    """Work out the claim lines of one course and write them.

    ``organization`` is the caller's, whose contracts the request may name. Raises ``InvalidRequest``.
    """
    book = knowledge.book_on(request.as_of, runtime=runtime)
    request, book, overlay = contracts.applied(request, book, organization=organization, runtime=runtime)
    wording = Wording(runtime, language)
    found = billing.bill(request, book=book)
    facts = [fact_id for day in found.days for line in day.lines for fact_id in line.fact_ids]
    for time in (day.time for day in found.days):
        facts.extend(time.fact_ids if time is not None else ())
    facts.extend(found.regimen.fact_ids)
    for assumption in found.assumptions:
        facts.extend(assumption.fact_ids)
    for flag in found.flags:
        facts.extend(flag.fact_ids)
    document: dict[str, object] = {
        "order": line_documents.order(
            found.regimen,
            request.therapy,
            found.product,
            course=found.regimen.course.expected,
            rounded=[day.rounded for day in found.days],
        ),
        "days": [
            {
                "day": day.day,
                "dose_mg": day.fill.dose_mg,
                "vials": line_documents.vials(day.fill),
                "discarded_mg": day.fill.discarded_mg,
                "infusion": line_documents.infusion(day.time),
                "lines": [line_documents.line(line) for line in day.lines],
            }
            for day in found.days
        ],
        "flags": [coverage_documents.flag_document(flag, book, wording) for flag in found.flags],
        "assumptions": assumptions.documents(found.assumptions, wording),
        "facts": used_facts.documents(facts, book),
    }
    return stamped(document, runtime, overlay=overlay)
