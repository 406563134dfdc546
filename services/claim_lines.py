"""One course as the claim that an office would send."""

from estimator import billing, vials
from estimator.model.codes import Category, PriceBasis
from estimator.model.money import from_exact, text
from estimator.model.order import EstimateRequest
from estimator.model.quantities import grams_text
from estimator.reference.kinds import Product
from estimator.supplies import Supply
from services import assumptions, coverage_documents, knowledge, line_documents, lookups, ranges, used_facts
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording, money

RANGES_ONLY = frozenset({PriceBasis.COMMERCIAL_RANGE, PriceBasis.PLANNING_RANGE})
"""Prices that are a range without a middle."""


def bill(
    request: EstimateRequest, *, runtime: Runtime, language: str, organization: str | None = None
) -> dict[str, object]:
    """Work out the claim lines of one course and write them.

    ``organization`` is the caller's, whose contracts the request may name. Raises ``InvalidRequest``.
    """
    book = knowledge.book_on(request.as_of, runtime=runtime)
    request, book, overlay = lookups.applied(request, book, organization=organization, runtime=runtime)
    wording = Wording(runtime, language)
    found = billing.bill(request, book=book)
    every_day = (*found.days, *(day for phase in found.phases for day in phase.days))
    facts = [fact_id for day in every_day for line in day.lines for fact_id in line.fact_ids]
    for time in (day.time for day in every_day):
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
        "days": _days(found.days, found.product),
        "phases": [_phase(phase, found.product) for phase in found.phases],
        "place_of_service": found.place_of_service,
        "dispenses": [_supply(each) for each in found.supplies],
        "flags": [coverage_documents.flag_document(flag, book, wording) for flag in found.flags],
        "assumptions": [
            *assumptions.documents(found.assumptions, wording),
            *assumptions.resting_on(facts, book, wording),
            *assumptions.unverified(facts, book, wording),
        ],
        "facts": used_facts.documents(facts, book),
    }
    return stamped(document, runtime, overlay=overlay)


def _days(days: tuple[billing.BilledDay, ...], product: Product | None) -> list[dict[str, object]]:
    return [
        {
            "day": day.day,
            "service_on": day.service_on.isoformat(),
            "dose_mg": day.fill.dose_mg,
            "vials": line_documents.vials(day.fill),
            "discarded_mg": day.fill.discarded_mg,
            "infusion": line_documents.infusion(day.time),
            "lines": _lines(day, product),
            "alternatives": [_alternative(each, day) for each in day.alternatives],
        }
        for day in days
    ]


def _phase(phase: billing.BilledPhase, product: Product | None) -> dict[str, object]:
    """Write a phase of an order that changes over time, with the claim of its first course."""
    return {
        **line_documents.segment(phase.segment),
        "first_day": phase.first_on.isoformat(),
        "days": _days(phase.days, product),
    }


def _lines(day: billing.BilledDay, product: Product | None) -> list[dict[str, object]]:
    """Write a day's lines; a price known only as a range has no single figure, and its bounds stand beside it."""
    found = []
    for line, lowest, highest in zip(day.lines, day.lowest, day.highest, strict=True):
        document = line_documents.line(line, product)
        is_open = line.price_basis in RANGES_ONLY and lowest.allowed != highest.allowed
        document["allowed_range"] = ranges.of(lowest.allowed, None if is_open else line.allowed, highest.allowed)
        if is_open:
            document["allowed_amount"] = document["unit_price"] = None
        found.append(document)
    return found


def _supply(supply: Supply) -> dict[str, object]:
    return {
        "service_on": supply.service_on.isoformat(),
        "days_supply": supply.days,
        "infusions": supply.infusions,
        "grams": grams_text(supply.fill.dose_mg),
        "vials": line_documents.vials(supply.fill),
        "units": supply.fill.administered_units + supply.fill.discarded_units,
    }


def _alternative(found: vials.Alternative, day: billing.BilledDay) -> dict[str, object]:
    """Write another way to open packages, with what is discarded at the day's own price of the drug."""
    unit = next((line.unit_price for line in day.lines if line.category is Category.DRUG), None)
    return {
        "policies": [policy.value for policy in found.policies],
        "chosen": found.fill.vials == day.fill.vials,
        "vials": line_documents.vials(found.fill),
        "packages": found.packages,
        "discarded_mg": found.fill.discarded_mg,
        "discarded_units": found.fill.discarded_units,
        "discarded_amount": None if unit is None else text(from_exact(unit * found.fill.discarded_units)),
        "acquisition_cost": money(found.cost),
    }
