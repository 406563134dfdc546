"""Claim lines that a caller already has, shared out between plan and patient."""

from estimator import ledger
from estimator.benefits import AdjudicatedVisit
from estimator.benefits.day import BILL_UNKNOWN
from estimator.ledger import Adjudicated
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.claims import Share
from estimator.model.money import Cents, text
from services import assumptions, knowledge, line_documents, used_facts
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording

Document = dict[str, object]
SUMMED = (
    "deductible",
    "copay",
    "coinsurance",
    "ceiling_reduction",
    "non_covered",
    "balance_bill",
    "plan_paid",
    "secondary_paid",
    "patient_share",
    "assistance_paid",
    "patient_cost",
    "provider_liability",
)


def adjudicate(request: AdjudicationRequest, *, runtime: Runtime, language: str) -> Document:
    """Share out the lines and write the answer. Raises ``InvalidRequest``."""
    book = knowledge.book_on(request.as_of, runtime=runtime)
    wording = Wording(runtime, language)
    found = ledger.share_out(request, book=book)
    lines = {line.id: _line(line, found) for line in request.lines}
    document: Document = {
        "lines": list(lines.values()),
        "totals": _totals(request, found),
        "years": _years(found),
        "payment_plan": None,
        "assumptions": assumptions.documents(found.assumptions, wording),
        "facts": used_facts.documents(found.fact_ids, book),
    }
    return stamped(document, runtime)


def _line(line: AdjudicationLine, found: Adjudicated) -> Document:
    share, visit = found.shares[line.id], found.visits[line.id]
    document: Document = {
        "id": line.id,
        "member": line.member,
        "service_on": line.service_on.isoformat(),
        "category": line.category.value,
        "allowed_amount": text(line.allowed),
        "billed_amount": None if line.billed is None else text(line.billed),
    }
    if share is None:
        reason = found.unknown.get(line.id, "price_missing")
        if visit.is_history:
            reason = "earlier_plan_year" if _is_past(visit, found) else "already_in_balances"
        document |= line_documents.UNKNOWN_SHARE | {
            "patient_cost": None,
            "why": [{"code": reason, "params": {}}],
        }
    else:
        borne = line_documents.share(share, billed=line.billed, allowed=line.allowed)
        document |= borne | {"patient_cost": text(share.patient_cost)}
    document["balances_after"] = _balances(line.id, visit, found)
    return document


def _is_past(visit: AdjudicatedVisit, found: Adjudicated) -> bool:
    return any(year.is_past for year in found.adjudication.years if year.period == visit.year)


def _balances(line_id: str, visit: AdjudicatedVisit, found: Adjudicated) -> Document:
    terms = next(year.terms for year in found.adjudication.years if year.period == visit.year)
    return line_documents.balances(found.balances[line_id], terms, is_unknown=visit.is_unknown)


def _totals(request: AdjudicationRequest, found: Adjudicated) -> Document:
    """Add the lines up; history is not added again, and one unknown line makes its sums unknown."""
    live = [line for line in request.lines if not found.visits[line.id].is_history]
    shares: list[Share | None] = [found.shares[line.id] for line in live]
    totals: Document = {"allowed_amount": text(Cents(sum(line.allowed for line in live)))}
    for name in SUMMED:
        amounts: list[int] = [getattr(share, name) for share in shares if share is not None]
        is_known = len(amounts) == len(shares)
        if name == "balance_bill":
            is_known = is_known and not any(BILL_UNKNOWN in share.why for share in shares if share is not None)
        totals[name] = text(Cents(sum(amounts))) if is_known else None
    return totals


def _years(adjudicated: Adjudicated) -> list[Document]:
    found: list[Document] = []
    for year in adjudicated.adjudication.years:
        first_day, last_day = year.period
        cost = None if year.is_past else adjudicated.year_costs.get(year.period)
        found.append(
            {
                "plan_year": f"{first_day.isoformat()}/{'' if last_day is None else last_day.isoformat()}",
                "patient_cost": None if cost is None else text(cost),
                "limit_reached_on": None if year.limit_reached_on is None else year.limit_reached_on.isoformat(),
                "balances_after": line_documents.balances(year.balances_after, year.terms, is_unknown=year.is_unknown),
            }
        )
    return found
