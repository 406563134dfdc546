"""Policies held against an order, as they stand in documents."""

from collections.abc import Mapping
from decimal import Decimal

from estimator.coverage import CoverageCheck, Finding, Judged, LimitReading, Need, Verdict, read_on
from estimator.coverage.judging import NAMED_WITHOUT_CODE
from estimator.model.codes import LabelStatus
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalFact, ClinicalValue
from estimator.reference.criteria import Citation, Comparison
from estimator.reference.policies import Policy
from services.wording import Wording

OUTSIDE_REVIEWS = "context:calibration.external_review_california"
STANDS_IN_THE_WAY = frozenset({"criterion_failed", "excluded"})
EXPERIMENTAL = "denied_as_experimental"
NOT_NECESSARY = "denied_as_not_medically_necessary"
REVIEW_GROUPS = {"neurology": "neurologic_diagnosis", "immunodeficiency": "immunologic_diagnosis"}
"""Which group of outside reviews an indication of ours belongs to."""


def policies(check: CoverageCheck, book: ReferenceBook, wording: Wording) -> list[dict[str, object]]:
    """Write every document held against the order, those that speak about it first."""
    ordered = sorted(check.policies.judged, key=lambda one: one.verdict is Verdict.NOT_APPLICABLE)
    return [policy(one, book, wording) for one in ordered]


def policy(one: Judged, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    """Write one document with its criteria."""
    known = one.policy
    source = book.sources.get(known.source_id)
    read = read_on(known, book)
    return {
        "id": known.id,
        "title": known.title,
        "payer": known.payer,
        "number": known.number,
        "version": known.edition,
        "document": known.document,
        "effective_from": first_day(known),
        "effective_to": None if known.period.last_day is None else known.period.last_day.isoformat(),
        "read_on": None if read is None else read.isoformat(),
        "recheck_after": None if known.recheck_after is None else known.recheck_after.isoformat(),
        "url": None if source is None else source.url,
        "basis": known.basis.value,
        "source_kind": known.source_kind,
        "text_read": known.text_read,
        "not_seen": list(known.not_seen),
        "fact_id": known.fact_id,
        "result": one.verdict.word,
        "outlook": one.outlook,
        "outside": one.outside,
        "failed": list(one.failed),
        "entries": list(one.entries),
        "criteria": [criterion(item, book, wording) for item in one.findings],
        "limits": [limit(item, book) for item in dict.fromkeys(one.limits)],
        "approval_months": dict(known.approval_months),
        "approval": dict(one.approval),
        "stops_without_improvement_after_months": one.stops_after_months,
        "exclusions_not_judged": [
            {"id": item.id, "says": item.says} for item in known.exclusions if not item.is_judged
        ],
        "links": [dict(link) for link in known.links],
    }


def first_day(known: Policy) -> str | None:
    """Give the first day that a document states; ``None`` where it states none and we hold it from a day of our own."""
    return known.period.first_day.isoformat() if known.is_first_day_stated else None


def criterion(item: Finding, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    """Write one criterion: what was given, what is asked for, and where it stands."""
    fact = None if item.test is None else item.test.fact
    return {
        "id": item.id,
        "result": item.verdict.word,
        "fact": None if fact is None else fact.name,
        "given": said(item.given, fact),
        "needs": None if item.test is None else asked(item.test),
        "reason": item.reason,
        "says": item.says,
        "other_reading": other_reading(item, wording),
        "ask": None if fact is None else wording.sentence("clinical_facts", fact.name),
        "proof": item.evidence or (None if fact is None else fact.proof),
        "citation": None if item.cite is None else citation(item.cite, book),
        "depth": item.depth,
    }


def other_reading(item: Finding, wording: Wording) -> str | None:
    """Say how else a text can be read: in its own words, or in ours where it only leaves a code out."""
    if item.other_reading == NAMED_WITHOUT_CODE:
        return wording.sentence("notices", NAMED_WITHOUT_CODE)
    return item.other_reading


def limit(reading: LimitReading, book: ReferenceBook) -> dict[str, object]:
    """Write a limit and what the order comes to: in billing units, grams, g/kg or days."""
    grams = MG_PER_GRAM if reading.kind in ("mg", "vials", "mg_per_kg") else 1
    measures = {"mg": "grams", "vials": "grams", "mg_per_kg": "g_per_kg", "interval_days": "interval_days"}
    measure = measures.get(reading.kind, reading.kind)
    given = None if reading.given is None else plain(reading.given / grams)
    most = plain(reading.limit / grams)
    is_units = reading.kind == "units"
    return {
        "measure": measure,
        "given": given,
        "limit": most,
        "units": int(reading.given) if is_units and reading.given is not None else None,
        "limit_units": int(reading.limit) if is_units else None,
        "per_days": reading.per_days,
        "is_over": reading.is_over,
        "by_weight": reading.by_weight,
        "result": reading.verdict.word,
        "lifted_by": None if reading.lifted_by is None else f"{reading.lifted_by.fact.name} {asked(reading.lifted_by)}",
        "says": reading.says,
        "citation": None if reading.cite is None else citation(reading.cite, book),
    }


def documents_needed(needs: tuple[Need, ...], wording: Wording) -> list[dict[str, object]]:
    """Write the smallest set of facts that could settle the answer, as a checklist: question, proof and unit."""
    return [
        {
            "fact": need.fact.name,
            "ask": wording.sentence("clinical_facts", need.fact.name),
            "proof": need.evidence or need.fact.proof,
            "unit": shown_unit(need.fact),
            "type": need.fact.type,
            "choices": list(need.fact.choices),
            "asked_by": [{"policy": policy_id, "criterion": name} for policy_id, name in need.asked_by],
        }
        for need in needs
    ]


def shown_unit(fact: ClinicalFact) -> str | None:
    """Give the unit in which a fact is shown: the one that criteria use."""
    return next((unit for unit, size in fact.units.items() if size == 1), None)


def said(value: ClinicalValue | None, fact: ClinicalFact | None) -> object:
    """Write a value as it may stand in a document."""
    if isinstance(value, Decimal):
        return {"value": plain(value), "unit": None if fact is None else shown_unit(fact)}
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def asked(test: Comparison) -> str:
    """Write what a criterion asks for: ``< 500 mg/dL``."""
    value = test.value
    unit = shown_unit(test.fact)
    tail = "" if unit in (None, "count", "point") else f" {unit}"
    if isinstance(value, tuple):
        return f"{plain(value[0])} to {plain(value[1])}{tail}"
    if isinstance(value, Decimal):
        return f"{test.op} {plain(value)}{tail}"
    if isinstance(value, bool):
        return "true" if value == (test.op == "==") else "false"
    words = ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
    return f"{'in list' if test.op == 'in_list' else test.op} {words}"


def citation(cite: Citation, book: ReferenceBook) -> str:
    """Write where a criterion stands."""
    source = book.sources.get(cite.source_id)
    title = cite.source_id if source is None else source.title
    kind = "" if cite.source_kind in (None, "primary") else f" ({str(cite.source_kind).replace('_', ' ')})"
    return f"{title}: {cite.locator}{kind}"


def outside_reviews(check: CoverageCheck, book: ReferenceBook) -> list[dict[str, object]]:
    """Give outcomes of outside reviews of this kind of denial as context: how many of how many, when, and the bias.

    Only where something stands in the way. It is the past of other patients, never a forecast for this one.
    """
    if check.outlook not in STANDS_IN_THE_WAY and check.label_status is not LabelStatus.OFF_LABEL:
        return []
    known = book.indications.get(check.indication or "")
    groups = {"all", REVIEW_GROUPS.get(known.group if known is not None else "", "all")}
    groups.add(EXPERIMENTAL if check.label_status is LabelStatus.OFF_LABEL else NOT_NECESSARY)
    return [
        {
            "kind": "outside_review",
            "group": row["group"],
            "overturned": row.get("overturned"),
            "n": row.get("n"),
            "years": fact.value.get("years"),
            "bias": fact.value.get("bias"),
            "warning": fact.value.get("warning"),
            "source_id": fact.source_id,
            "fact_id": fact.id,
        }
        for fact in book.words.get(("policy", OUTSIDE_REVIEWS), ())
        if isinstance(fact.value, Mapping)
        for row in _rows(fact.value)
        if row.get("group") in groups
    ]


def _rows(value: Mapping[str, object]) -> list[Mapping[str, object]]:
    rows = value.get("rows")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
