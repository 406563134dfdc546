"""Every policy document that speaks about an order, and what they come to together. Never a verdict of the payer's."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.coverage import situation
from estimator.coverage.evaluation import AMBIGUOUS_TEXT, PAYER_DISCRETION, Facts, Finding, Verdict, compare
from estimator.coverage.failures import SITE_DOCUMENTS, failure_flags, is_about_benefit
from estimator.coverage.flags import Flag, raised
from estimator.coverage.judging import CODE_ON_LIST, NOT_LISTED, SPEAKS_OF_USES, Judged, judge
from estimator.coverage.label import LabelReading
from estimator.coverage.selection import Absent, chosen, shared_with
from estimator.coverage.situation import Situation
from estimator.model.codes import Payer, Site
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalFact, ClinicalValue
from estimator.reference.criteria import Comparison
from estimator.reference.policies import Policy

OUTLOOKS = ("excluded", "criterion_failed", "incomplete", "payer_discretion", "criteria_met")
"""Worst first: documents apply together, and the worst of them decides."""
NO_POLICY = "no_policy"
NOT_CLINICAL = frozenset({"site_of_care", "step_therapy", "quantity_limit"})
"""Documents about place, brand or amount: what they ask says nothing of whether the use is necessary."""
PRODUCT_FACTS = frozenset({"product_preferred", "each_preferred_failed", "preferred_failed", "preferred_tried"})
CONTINUITY = "since_last_dose"
OF_CONTRACTORS = frozenset({Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE})
MEDICARES_OWN = frozenset({"lcd", "ncd"})
IN_GRAMS = frozenset({"mg", "vials", "mg_per_kg"})
"""Measures that are counted in milligrams and said in grams."""
ALONE = frozenset({"interval_days"})
"""Measures that are not for a number of days."""


class Need(NamedTuple):
    """A fact that is still needed, and the criteria that ask for it."""

    fact: ClinicalFact
    evidence: str | None
    asked_by: tuple[tuple[str, str], ...]


class PolicyReading(NamedTuple):
    """What the documents come to together, and each by itself."""

    outlook: str
    judged: tuple[Judged, ...]
    absent: tuple[Absent, ...]
    needs: tuple[Need, ...]
    flags: tuple[Flag, ...]
    flags_of_missing: tuple[Flag, ...]
    lacks_state: bool
    phase: str
    conditions: tuple[str, ...]
    shared_with: tuple[str, str] | None = None

    @property
    def is_on_therapy(self) -> bool:
        """Say whether the patient is treated already: then no term runs from the first date of service here."""
        is_running = any(facts.get("starting_dose") is False or CONTINUITY in facts for facts in self._facts())
        return self.phase == "renewal" or is_running

    def _facts(self) -> Iterator[Facts]:
        yield from (each.tested_on for each in self.judged)

    @property
    def applicable(self) -> tuple[Judged, ...]:
        """List the documents that say something about this use."""
        return tuple(each for each in self.judged if each.verdict is not Verdict.NOT_APPLICABLE)

    @property
    def names_use(self) -> bool:
        """Say whether a document that speaks of uses has criteria for this one."""
        return any(each.names_use and each.policy.document not in NOT_CLINICAL for each in self.applicable)

    @property
    def lacks_benefit(self) -> bool:
        """Say whether a document fails on what makes a benefit, not on what is necessary.

        That is all that a statute asks for, and the place where equipment is used.
        """
        return any(each.verdict is Verdict.NOT_MET and is_about_benefit(each) for each in self.judged)


def read_policies(
    order: Situation,
    *,
    payer: Payer,
    named: tuple[str, ...],
    given: Mapping[str, ClinicalValue],
    reading: LabelReading,
    book: ReferenceBook,
) -> PolicyReading:
    """Hold every document that applies against an order."""
    facts = situation.known_facts(order, given, reading, book)
    documents, absent = chosen(order, payer=payer, named=named, book=book)
    judged = tuple(judge(one, order, facts, book) for one in documents)
    return PolicyReading(
        outlook=_outlook(judged),
        judged=judged,
        absent=absent,
        needs=_needs(judged),
        flags=tuple(
            dict.fromkeys(
                (
                    *(flag for each in judged for flag in (*_flags(each, order), *failure_flags(each, book))),
                    *_product_code_flags(judged),
                )
            )
        ),
        flags_of_missing=tuple(dict.fromkeys(flag for each in judged for flag in _missing_flags(each, order))),
        lacks_state=payer is Payer.MEDICARE and order.state is None and order.site is not Site.HOME,
        phase=situation.phase(facts),
        conditions=tuple(sorted(situation.conditions(order, facts, book))),
        shared_with=shared_with(order.state, book) if payer in OF_CONTRACTORS and order.site is not Site.HOME else None,
    )


def _needs(judged: tuple[Judged, ...]) -> tuple[Need, ...]:
    """List each fact still needed once, with every criterion that asks for it; a settled failure asks for nothing."""
    found: dict[str, Need] = {}
    for each in judged:
        if each.verdict is not Verdict.UNKNOWN:
            continue
        for fact in each.needs:
            asking = [item for item in each.findings if item.test is not None and item.test.fact is fact]
            evidence = next((item.evidence for item in asking if item.evidence), None)
            asked_by = tuple((each.policy.id, item.id) for item in asking)
            known = found.get(fact.criterion)
            if known is not None:
                evidence, asked_by = known.evidence or evidence, known.asked_by + asked_by
            found[fact.criterion] = Need(fact, evidence, asked_by)
    return tuple(found.values())


def _outlook(judged: tuple[Judged, ...]) -> str:
    """Give the worst outlook; what only rules of place, brand or amount let pass has met no policy about the use."""
    outlooks = {each.outlook for each in judged}
    worst = next((word for word in OUTLOOKS if word in outlooks), NO_POLICY)
    is_compared = any(
        each.verdict is not Verdict.NOT_APPLICABLE
        and (each.policy.document in SPEAKS_OF_USES or (each.names_use and each.policy.document not in NOT_CLINICAL))
        for each in judged
    )
    return worst if is_compared or worst not in ("criteria_met", "payer_discretion") else NO_POLICY


def _flags(one: Judged, order: Situation) -> Iterator[Flag]:
    """Raise what is settled about a document."""
    if any(_holds(gap, one.tested_on) for gap in one.policy.gaps):
        yield raised("THERAPY_GAP", one.policy.fact_id)
    if one.verdict is Verdict.NOT_APPLICABLE:
        return
    yield from _document_flags(one, order)
    yield from _product_flags(one, order)
    yield from _limit_flags(one)
    if one.stops_after_months is not None and one.verdict is not Verdict.NOT_MET:
        yield raised("RESPONSE_DEADLINE", one.policy.fact_id, months=one.stops_after_months)
    yield from _code_flags(one, order)
    failed = frozenset(one.failed)
    for item in one.findings:
        if item.id in failed and item.test is not None:
            yield from _fact_flags(item.test.fact.flag_if_failed, one, item, order)


def _product_code_flags(judged: tuple[Judged, ...]) -> Iterator[Flag]:
    """Say that a product's code is in no list read: of the documents about the use, else of those silent about it."""
    lacking = [each for each in judged if each.unlisted_code is not None]
    spoken = [each for each in lacking if each.verdict is not Verdict.NOT_APPLICABLE] or lacking
    if spoken:
        facts = (each.policy.fact_id for each in spoken)
        yield raised("PRODUCT_CODE_NOT_LISTED", *facts, code=spoken[0].unlisted_code)


def _holds(test: Comparison, facts: Facts) -> bool:
    """Say whether a comparison holds on what is known; a missing fact holds nothing."""
    given = facts.get(test.fact.criterion)
    return given is not None and compare(test, given, lambda _name, _code: False)


def _missing_flags(one: Judged, order: Situation) -> Iterator[Flag]:
    """Raise what is still missing: no reason yet to expect a denial."""
    if one.verdict is not Verdict.UNKNOWN:
        return
    terms = [item.says or item.id for item in one.findings if item.reason == PAYER_DISCRETION and item.test is not None]
    if terms:
        yield raised("DISCRETIONARY", one.policy.fact_id, term="; ".join(dict.fromkeys(terms)))
    for item in one.findings:
        if item.test is not None and item.given is None and item.test.fact in one.needs:
            yield from _fact_flags(item.test.fact.flag_if_missing, one, item, order)


def _document_flags(one: Judged, order: Situation) -> Iterator[Flag]:
    policy = one.policy
    if one.excluded == NOT_LISTED and policy.document != "statute":
        is_named = order.indication in policy.not_covered
        measure = "named" if is_named else "of_medicare" if policy.document in MEDICARES_OWN else "closed"
        yield raised("NOT_LISTED_CLOSED_POLICY", policy.fact_id, policy=policy.title, measure=measure)
    if one.excluded == "maintenance":
        yield raised("MAINTENANCE_NOT_ALLOWED", policy.fact_id)
    again = policy.recheck_after
    if again is not None and max(order.as_of, order.on) > again:
        measure = "due" if order.as_of > again else "service_later"
        yield raised("POLICY_STALE", policy.fact_id, date=again.isoformat(), policy=policy.title, measure=measure)
    if policy.benefit == "pharmacy" or policy.supply == "pharmacy":
        yield raised("BENEFIT_PHARMACY_NOT_MEDICAL", policy.fact_id)
    if order.site is not None and order.site.is_hospital and policy.shifts_cost and one.verdict is not Verdict.MET:
        yield raised("HOSPITAL_MEMBER_LIABLE", policy.fact_id)
    if policy.supply == "buy_and_bill_only":
        yield raised("BUY_AND_BILL_ONLY", policy.fact_id)


def _product_flags(one: Judged, order: Situation) -> Iterator[Flag]:
    policy, product = one.policy, order.product_id
    if product is None:
        return
    if one.excluded == "product" or (one.excluded is None and "product" in one.failed):
        since = policy.period.first_day if policy.is_first_day_stated else None
        measure = "undated" if since is None else "in_part" if not policy.is_fully_read else "dated"
        yield raised(
            "PRODUCT_EXCLUDED", policy.fact_id, product=product, policy=policy.title, since=since or "", measure=measure
        )
    has_lists = bool(policy.preferred) and bool(policy.nonpreferred)
    if has_lists and "product_preferred" not in one.tested_on:
        yield raised("PRODUCT_NOT_ON_LIST", policy.fact_id, product=product)
    continues = [item for item in one.findings if item.test is not None and item.test.fact.criterion == CONTINUITY]
    if (
        any(item.verdict is Verdict.MET for item in continues)
        and one.tested_on.get("product_preferred") is False
        and not PRODUCT_FACTS & frozenset(one.failed)
    ):
        spans = [item.test.value for item in continues if item.test is not None and item.verdict is Verdict.MET]
        days = min((span for span in spans if isinstance(span, Decimal)), default=Decimal(0))
        yield raised("STEP_EXEMPT_CONTINUATION", policy.fact_id, days=plain(days))


def _limit_flags(one: Judged) -> Iterator[Flag]:
    """Say which limits the order goes beyond, in the measure of each; by weight alone is another matter."""
    for reading in one.limits:
        if not reading.is_over or reading.given is None:
            continue
        size = MG_PER_GRAM if reading.kind in IN_GRAMS else 1
        given, limit = plain(reading.given / size), plain(reading.limit / size)
        if reading.by_weight and reading.kind == "units":
            weight = one.policy.weight_behind_kg
            yield raised("DOSE_CAP_WEIGHT_DRIVEN", one.policy.fact_id, limit=limit, units=given, weight=weight)
        elif not reading.by_weight:
            yield raised(
                "DOSE_ABOVE_POLICY",
                one.policy.fact_id,
                measure=reading.kind
                if reading.per_days is not None or reading.kind in ALONE
                else f"{reading.kind}_course",
                units=given,
                limit=limit,
                days=reading.per_days or "",
            )


def _code_flags(one: Judged, order: Situation) -> Iterator[Flag]:
    for item in one.findings:
        if item.id == CODE_ON_LIST and order.diagnosis is not None:
            if item.reason == AMBIGUOUS_TEXT:
                yield raised("DX_CODE_CONDITION_MISMATCH", one.policy.fact_id, code=order.diagnosis)
            elif item.verdict is Verdict.NOT_MET:
                yield raised("DX_NOT_IN_LIST", one.policy.fact_id, code=order.diagnosis)


def _fact_flags(code: str | None, one: Judged, item: Finding, order: Situation) -> Iterator[Flag]:
    """Raise the flag that the dictionary keeps for a fact that is missing or fails."""
    policy = one.policy
    if code is None or item.test is None or code == "PRODUCT_EXCLUDED":
        return
    if code == "SITE_OF_CARE" and policy.document not in SITE_DOCUMENTS:
        return
    wanted = item.test.value
    words = ", ".join(sorted(wanted)) if isinstance(wanted, frozenset) else str(wanted)
    of_route = (policy.preferred.get(route, frozenset()) for route in (order.route.value, ""))
    preferred = sorted(frozenset[str]().union(*of_route) - {order.product_id})
    yield raised(
        code,
        policy.fact_id,
        test=item.test.fact.name,
        days=words,
        specialty=words,
        code=order.diagnosis or "",
        products=", ".join(preferred),
        term=item.says or item.id,
    )


def read_on(policy: Policy, book: ReferenceBook) -> date | None:
    """Give the day on which a document was last read; ``None`` for one of which nothing was."""
    if policy.text_read == "none":
        return None
    said = policy.details.get("read_on")
    if said is None:
        records = book.words.get(("policy", "context:read_on"), ())
        value = records[-1].value if records else {}
        said = value.get("read_on") if isinstance(value, Mapping) else None
    return None if said is None else date.fromisoformat(str(said))
