"""What is known about coverage of an order: label status, evidence, prior authorization, flags."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from estimator.coverage.authorization import NOT_GIVEN, lapse
from estimator.coverage.edits import edit_flags
from estimator.coverage.entries import route_flags, value_flags
from estimator.coverage.flags import LIKELY_DENIALS, Flag, raised
from estimator.coverage.label import LabelReading
from estimator.coverage.policies import NO_POLICY, PolicyReading, read_policies
from estimator.coverage.situation import Situation
from estimator.model.codes import (
    DenialNotice,
    DenialReason,
    IndicationBasis,
    LabelStatus,
    Payer,
    Route,
    Site,
)
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalValue
from estimator.reference.kinds import Evidence, LabelDose

MAINTENANCE_PHASES = ("maintenance", "course", "sc_weekly")
UNSPECIFIED = "unspecified"
HOME_LIST = "medicare_home_ivig"
USUALLY_REQUIRED = "usually_required"
RENEWAL_WARNING_DAYS = 45
"""How long before its end an authorization is spoken of; the flag's own record says so."""
STATE_MANDATED = "pandas_pans"
WITHOUT_AUTHORIZATION = frozenset({Payer.MEDICARE, Payer.SELF_PAY})


FIRST_DAY_ON_FILE = date(2024, 1, 1)
"""The first day for which labels and rules of payers are on file; before it those of that day stand in."""
NOTHING_GIVEN: Mapping[str, ClinicalValue] = MappingProxyType({})


class CoverageQuestion(NamedTuple):
    """What the stages before have worked out about an order, as far as coverage needs it."""

    payer: Payer
    site: Site
    route: Route
    diagnosis: str | None
    indication: str | None
    indication_basis: IndicationBasis
    diagnosis_indications: tuple[str, ...]
    product_id: str | None
    brand: str | None
    age_years: int | None
    mg_per_kg: Decimal | None
    interval_days: Decimal | None
    days_per_course: int | None
    drug_code: str | None
    units_per_day: int
    service_units: tuple[tuple[str, int], ...]
    drug_modifiers: frozenset[str]
    unpriced: tuple[str, ...]
    carried_forward: bool
    authorization_status: str | None
    is_uncapped: bool
    on: date
    as_of: date
    interval_said: str | None = None
    state: str | None = None
    is_site_given: bool = True
    condition: str | None = None
    mg_per_course: Decimal | None = None
    authorized_from: date | None = None
    authorized_until: date | None = None
    window_until: date | None = None
    is_self_funded: bool = False
    rounds_dose: bool = False
    policies: tuple[str, ...] = ()
    clinical: Mapping[str, ClinicalValue] = NOTHING_GIVEN
    is_new_start: bool = False
    repeats: bool | None = None
    is_supply: bool = False
    interval_span: tuple[Decimal, Decimal] | None = None

    @property
    def rules_on(self) -> date:
        """Give the day whose labels and payer rules are used; policy documents go by the date of service itself."""
        return rules_on(self.on)


def rules_on(on: date) -> date:
    """Give the first day on file for a service before it."""
    return max(on, FIRST_DAY_ON_FILE)


class CoverageCheck(NamedTuple):
    """The whole answer of the coverage stage. ``outlook`` is ``no_policy`` where no text on file speaks of the use.

    ``evidence`` is that of an indication that is certain; none is shown for one that was only supposed.
    """

    payer: Payer
    indication: str | None
    indication_basis: IndicationBasis
    label_status: LabelStatus
    evidence: tuple[Evidence, ...]
    policies: PolicyReading
    prior_authorization: str
    liability_if_denied: str
    flags: tuple[Flag, ...]
    fact_ids: tuple[str, ...]

    @property
    def settled_flags(self) -> tuple[Flag, ...]:
        """List the flags without those that only say what is still missing."""
        return tuple(flag for flag in self.flags if flag not in self.policies.flags_of_missing)

    @property
    def outlook(self) -> str:
        """Say what the policy texts come to together."""
        return self.policies.outlook


def assess(question: CoverageQuestion, reading: LabelReading, *, book: ReferenceBook) -> CoverageCheck:
    """Put together what the labels, the payer's plain rules and the claim edits on file say about an order."""
    policies = read_policies(
        _situation(question),
        payer=question.payer,
        named=question.policies,
        given=question.clinical,
        reading=reading,
        book=book,
    )
    flags = [
        *policies.flags,
        *_label_flags(question, reading, is_named=policies.names_use),
        *route_flags(question.product_id, question.brand, question.indication, question.route, question.rules_on, book),
        *_diagnosis_flags(question, book),
        *_payer_flags(question, policies, book),
        *_claim_flags(question, book),
        *_price_flags(question),
        *_plan_flags(question),
        *value_flags(question.clinical, book),
    ]
    flags.extend(_notice_flags(question, policies, flags, book))
    flags.extend(policies.flags_of_missing)
    known = book.indications.get(question.indication or "")
    facts = [known.fact_id] if known is not None else []
    if reading.label is not None:
        facts.append(reading.label.fact_id)
    facts.extend(each.policy.fact_id for each in policies.judged)
    for flag in flags:
        facts.extend(flag.fact_ids)
    is_certain = question.indication_basis is not IndicationBasis.ASSUMED
    return CoverageCheck(
        payer=question.payer,
        indication=question.indication,
        indication_basis=question.indication_basis,
        label_status=reading.status,
        evidence=known.evidence if known is not None and is_certain else (),
        policies=policies,
        prior_authorization=_authorization(question, policies, book),
        liability_if_denied=liability_if_denied(question.payer, question.rules_on, book, reason=_denial_reason(flags)),
        flags=tuple(dict.fromkeys(flags)),
        fact_ids=tuple(dict.fromkeys(facts)),
    )


def _situation(question: CoverageQuestion) -> Situation:
    return Situation(
        state=question.state,
        route=question.route,
        site=question.site if question.is_site_given else None,
        diagnosis=question.diagnosis,
        indication=question.indication,
        condition=question.condition,
        product_id=question.product_id,
        age_years=question.age_years,
        mg_per_kg=question.mg_per_kg,
        mg_per_course=question.mg_per_course,
        interval_days=question.interval_days,
        on=question.on,
        as_of=question.as_of,
        repeats=question.repeats,
    )


def _authorization(question: CoverageQuestion, policies: PolicyReading, book: ReferenceBook) -> str:
    """Say whether prior authorization is required: by the plan's own text where that says so, else by its kind."""
    known = prior_authorization(question.payer, question.rules_on, book)
    if known == "unknown" and any(each.policy.requires_authorization for each in policies.judged):
        return "required"
    return known


def may_be_denied(flags: Iterable[Flag], book: ReferenceBook) -> bool:
    """Say whether a flag names something for which payers deny."""
    return any(book.flags[flag.code].severity in LIKELY_DENIALS for flag in flags)


def prior_authorization(payer: Payer, on: date, book: ReferenceBook) -> str:
    """Give what is on file about prior authorization of immune globulin by this kind of payer.

    That payers of a kind usually require it is no rule of this one: that stays ``unknown``, with a flag.
    """
    fact = book.word("payer_rule", f"{payer.value}:prior_authorization", on)
    return "unknown" if fact is None or fact.value == USUALLY_REQUIRED else str(fact.value)


def owes_if_denied(
    payer: Payer, reason: DenialReason, notice: DenialNotice, on: date, book: ReferenceBook
) -> tuple[str, tuple[str, ...]]:
    """Give what the patient owes after a denial: ``billed_charge, allowed_amount, nothing`` or ``unknown``."""
    fact = book.word("denial_liability", f"{payer.value}:{reason.value}:{notice.value}", on)
    return ("unknown", ()) if fact is None else (str(fact.value), (fact.id,))


def _denial_reason(flags: Iterable[Flag]) -> DenialReason:
    """Give the reason a denial would have: no benefit at all where that is said, else that it is not necessary."""
    codes = {flag.code for flag in flags}
    return DenialReason.NO_BENEFIT if codes & {"SITE_NO_BENEFIT", "ABN_GX_GY"} else DenialReason.NOT_NECESSARY


def liability_if_denied(
    payer: Payer, on: date, book: ReferenceBook, *, reason: DenialReason = DenialReason.NOT_NECESSARY
) -> str:
    """Say in one word who bears a denied service."""
    signed, _ = owes_if_denied(payer, reason, DenialNotice.SIGNED, on, book)
    unsigned, _ = owes_if_denied(payer, reason, DenialNotice.NONE, on, book)
    if "unknown" in (signed, unsigned):
        return "unknown"
    if unsigned != "nothing":
        return "patient"
    return "provider" if signed == "nothing" else "patient_only_with_notice"


def off_label_flags(brand: str, indication: str | None, reading: LabelReading) -> Iterator[Flag]:
    """Flag a product whose own label does not have the use by this route."""
    if reading.status is not LabelStatus.PRODUCT_LABELED:
        labeled = ", ".join(reading.labeled_products)
        yield raised("OFF_LABEL_PRODUCT", product=brand, indication=indication, labeled_products=labeled)


def _label_flags(question: CoverageQuestion, reading: LabelReading, *, is_named: bool) -> Iterator[Flag]:
    """Compare with the labels. Where a text that applies names the use, being off label is no reason to deny it."""
    if question.indication is None and question.diagnosis is None:
        return
    name = question.brand or ""
    if reading.status is LabelStatus.OFF_LABEL and not is_named:
        yield raised("OFF_LABEL_CLASS", indication=question.indication or question.diagnosis or "")
    if question.product_id is not None and not is_named:
        yield from off_label_flags(name, question.indication, reading)
    label = reading.label
    if label is None:
        return
    if reading.age_is_inside is False:
        yield raised(
            "AGE_OUTSIDE_LABEL",
            label.fact_id,
            age=question.age_years,
            age_min=label.age_min_years if label.age_min_years is not None else "",
            age_max=label.age_max_years if label.age_max_years is not None else "",
            label_age=label.age_text or "",
            product=name,
        )
    dose = label.dose(*MAINTENANCE_PHASES)
    if dose is None:
        return
    yield from _dose_flags(question, dose, label.fact_id)


def _dose_flags(question: CoverageQuestion, dose: LabelDose, fact_id: str) -> Iterator[Flag]:
    highest = dose.mg_per_kg_max
    if highest is not None and question.mg_per_kg is not None:
        given = question.mg_per_kg.quantize(Decimal("0.1"))
        bounds = dose.range_for(question.interval_days)
        if given > (highest if bounds is None else bounds[1]):
            yield raised(
                "DOSE_ABOVE_LABEL",
                fact_id,
                given=_grams(given),
                limit=_grams(highest),
                per=dose.per,
                days=", ".join(str(days) for days in dose.interval_days),
            )
    if dose.interval_days and question.interval_days is not None:
        shortest, longest = min(dose.interval_days), max(dose.interval_days)
        least, most = question.interval_span or (question.interval_days, question.interval_days)
        if most < shortest or least > longest:
            yield raised(
                "INTERVAL_OUTSIDE_LABEL",
                fact_id,
                given=question.interval_said or f"{plain(question.interval_days)} day",
                label=f"{shortest}-{longest} day",
            )


def _diagnosis_flags(question: CoverageQuestion, book: ReferenceBook) -> Iterator[Flag]:
    if question.diagnosis is None:
        return
    if question.diagnosis in book.code_list(UNSPECIFIED):
        fact, _ = book.lists[UNSPECIFIED]
        yield raised("DX_UNSPECIFIC", fact.id, code=question.diagnosis)
    if question.indication is None:
        yield raised("DX_NOT_ON_FILE", code=question.diagnosis)
    if question.indication is not None and question.indication not in question.diagnosis_indications:
        yield raised("DX_INDICATION_MISMATCH", code=question.diagnosis, indication=question.indication)


def _payer_flags(question: CoverageQuestion, policies: PolicyReading, book: ReferenceBook) -> Iterator[Flag]:
    rule = book.word("payer_rule", f"{question.payer.value}:prior_authorization", question.rules_on)
    is_asked = rule is not None and rule.value in ("required", USUALLY_REQUIRED)
    lapsed = lapse(question.authorized_from, question.authorized_until, question.on)
    if question.authorization_status == "denied":
        yield raised("PA_DENIED")
    elif question.authorization_status == "pending":
        yield raised("PA_PENDING")
    elif (rule is not None and is_asked) and (question.authorization_status != "approved" or lapsed is not None):
        asking = next((each.policy.fact_id for each in policies.judged if each.policy.requires_authorization), None)
        yield raised(
            "PA_REQUIRED",
            asking or rule.id,
            payer=question.payer.value,
            measure=lapsed or ("usual" if asking is None else "by_policy"),
            date=question.authorized_from or "",
            ended=question.authorized_until or "",
        )
    if rule is not None and rule.value == "none_exists":
        yield raised("PA_NOT_APPLICABLE_FFS", rule.id)
    if question.payer is Payer.MEDICARE and question.site is Site.HOME and question.route is Route.IV:
        listed = book.lists.get(HOME_LIST)
        if listed is not None and book.is_listed(HOME_LIST, question.diagnosis, question.indication) is False:
            yield raised("SITE_NO_BENEFIT", listed[0].id, code=question.diagnosis or "")
    if question.is_uncapped and question.payer is not Payer.SELF_PAY:
        yield raised("NO_OUT_OF_POCKET_MAXIMUM")
    if policies.outlook == NO_POLICY and question.payer not in (Payer.MEDICARE, Payer.SELF_PAY):
        silent = [each.policy.title for each in policies.judged]
        absent = [each.policy_id for each in policies.absent]
        measure = "silent" if silent else "no_version" if absent else "none"
        yield raised("POLICY_UNKNOWN", measure=measure, policies="; ".join(silent or absent))


def _plan_flags(question: CoverageQuestion) -> Iterator[Flag]:
    """Say what the plan's own terms add: a new payer, an authorization that ends, a state's law, rounded doses."""
    is_others = question.clinical.get("approved_by") == "other_insurer"
    if (question.is_new_start or is_others) and question.payer not in WITHOUT_AUTHORIZATION:
        yield raised("PLAN_CHANGED")
    until = question.authorized_until
    if until is not None and until < max(question.on, question.as_of) and question.authorization_status == "approved":
        yield raised("RENEWAL_DUE", date=until.isoformat(), measure="ended")
    elif until is not None and question.authorization_status not in NOT_GIVEN:
        is_near = question.as_of >= until - timedelta(days=RENEWAL_WARNING_DAYS)
        ends_inside = question.window_until is not None and until < question.window_until
        if is_near or ends_inside:
            yield raised("RENEWAL_DUE", date=until.isoformat())
    if question.indication == STATE_MANDATED and question.payer is Payer.COMMERCIAL and not question.is_self_funded:
        yield raised("STATE_MANDATE", indication=question.indication)
    if question.rounds_dose:
        yield raised("DOSE_ROUNDING")


def _notice_flags(
    question: CoverageQuestion, policies: PolicyReading, flags: list[Flag], book: ReferenceBook
) -> Iterator[Flag]:
    """Say which notice is due to the patient before a service that may not be paid."""
    has_no_benefit = policies.lacks_benefit or any(flag.code == "SITE_NO_BENEFIT" for flag in flags)
    if question.payer is Payer.MEDICARE and has_no_benefit:
        yield raised("ABN_GX_GY")
    elif question.payer is Payer.MEDICARE and may_be_denied(flags, book):
        yield raised("ABN_GA_GZ")
    elif question.payer is Payer.MEDICARE_ADVANTAGE and may_be_denied(flags, book):
        yield raised("NO_ABN_IN_MA")


def _claim_flags(question: CoverageQuestion, book: ReferenceBook) -> Iterator[Flag]:
    if question.drug_code is not None:
        yield from edit_flags(
            payer=question.payer,
            site=question.site,
            units=((question.drug_code, question.units_per_day), *question.service_units),
            modifiers=question.drug_modifiers,
            lacks_ndc=False,
            on=question.on,
            book=book,
            is_supply=question.is_supply,
        )


def _price_flags(question: CoverageQuestion) -> Iterator[Flag]:
    if question.carried_forward:
        yield raised("PRICE_STALE", code=question.drug_code or "")
    if question.unpriced:
        yield raised("NO_PUBLISHED_PRICE", about=", ".join(question.unpriced))


def _grams(mg_per_kg: Decimal) -> str:
    return plain(mg_per_kg / MG_PER_GRAM)
