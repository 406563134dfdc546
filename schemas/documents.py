"""What ``POST /v1/estimates`` and ``POST /v1/coverage-checks`` answer (contract, sections 5 and 6)."""

from estimator.model.codes import IndicationBasis
from schemas.answers import (
    BOUNDS,
    BOUNDS_MEANING,
    LIMIT_DAYS,
    LIMIT_DAYS_MEANING,
    RANGE,
    AnswerSchema,
    VersionedSchema,
    anything,
    day,
    flag,
    part,
    parts,
    text,
    texts,
    whole,
)
from schemas.line_documents import (
    AssumptionSchema,
    BalancesAfterSchema,
    FlagSchema,
    InfusionTimeSchema,
    LineSchema,
    OrderSchema,
    PlanYearSchema,
    ShareSchema,
    UsedFactSchema,
    VialSchema,
    WhySchema,
)

RESULTS = ("met", "not_met", "unknown", "not_applicable")


class EvidenceSchema(AnswerSchema):
    """One graded statement about the use."""

    grade = text()
    by = text()
    source_id = text()
    basis = text(enum=("read", "unverified"))


class CriterionSchema(AnswerSchema):
    """One criterion of a policy."""

    id = text()
    result = text(enum=RESULTS)
    fact = text("The clinical fact tested.", null=True)
    given = anything(null=True)
    needs = text(null=True)
    reason = text(null=True, enum=("missing_fact", "payer_discretion", "ambiguous_text", "not_read"))
    says = text("The criterion in words.", null=True)
    other_reading = text("Where the text can be read in two ways: the other.", null=True)
    ask = text(null=True)
    proof = text("What proves the fact.", null=True)
    citation = text(null=True)
    depth = whole("0 for a criterion by itself; 1 and more for the parts of the one above.")


class UnitLimitSchema(AnswerSchema):
    """A policy's unit limit, and what the order comes to in its days."""

    units = whole()
    limit_units = whole()
    per_days = whole()
    is_over = flag()


class PolicySchema(AnswerSchema):
    """One policy read against the order."""

    id = text()
    title = text()
    payer = text()
    number = text(null=True)
    version = text(null=True)
    document = text("medical_policy, lcd, ncd, statute, site_of_care, step_therapy …")
    effective_from = day(null=True)
    effective_to = day(null=True)
    read_on = day(null=True)
    recheck_after = day(null=True)
    url = text(null=True)
    basis = text()
    source_kind = text("primary, primary_mirror, secondary_summary, ai_written …")
    text_read = text("full, part, head_only or none: what was not read may ask for more.")
    not_seen = texts()
    fact_id = text()
    result = text(enum=RESULTS)
    outlook = text(null=True)
    outside = text("The part of its scope that the order is outside of.", null=True)
    failed = texts("The criteria that are the reason of a result that is not met.")
    entries = texts("The criteria entries that are about this use.")
    criteria = parts(CriterionSchema())
    limits = parts(UnitLimitSchema())
    approval_months = anything()


class DocumentNeededSchema(AnswerSchema):
    """A document the payer will ask for."""

    fact = text()
    ask = text()
    proof = text(null=True)
    unit = text("The unit criteria use.", null=True)
    type = text(enum=("flag", "number", "word", "words"))
    choices = texts()
    asked_by = anything("The criteria that ask for it: policy and criterion.")


class IndicationTakenSchema(AnswerSchema):
    """The indication the order was held against."""

    id = text(null=True)
    name = text(null=True)
    basis = text(
        "given; of the diagnosis; assumed, where the code stands for more than one condition; none on file.",
        enum=tuple(IndicationBasis),
    )


class OutsideReviewSchema(AnswerSchema):
    """How outside reviews of other patients' denials ended: context with its bias, never a forecast."""

    kind = text()
    group = text()
    overturned = text()
    n = text()
    percent = text()
    interval_95 = texts("Wilson.")
    years = text()
    bias = text()
    source_id = text()
    fact_id = text()


class NoticeRuleSchema(AnswerSchema):
    """A rule on file behind a notice."""

    fact_id = text()
    says = text()
    source_id = text()


class AdvanceNoticeSchema(AnswerSchema):
    """The notice due before a service that may not be paid: explained, as data for its form, and never issued by us."""

    kind = text(enum=("abn_mandatory", "abn_voluntary", "organization_determination", "good_faith_estimate"))
    form = text(null=True)
    explains = text()
    issued = flag("Always false: the provider gives the form in its own name.")
    form_fields = anything("What is known for the form.")
    for_the_provider = texts("What only provider and patient can fill in.")
    rules = parts(NoticeRuleSchema())


class CoverageSectionSchema(AnswerSchema):
    """Policy text against facts. Never a probability, never a verdict of ours."""

    indication = part(IndicationTakenSchema())
    label_status = text(enum=("product_labeled", "class_labeled", "off_label"), null=True)
    evidence = parts(EvidenceSchema())
    outlook = text(enum=("criteria_met", "payer_discretion", "incomplete", "criterion_failed", "excluded", "no_policy"))
    prior_authorization = text(enum=("required", "not_required", "none_exists", "unknown"))
    policies = parts(PolicySchema())
    policies_without_version = texts("Policies that have no version on file for the day.")
    documents_needed = parts(DocumentNeededSchema())
    advance_notice = part(AdvanceNoticeSchema(), null=True)
    context = parts(OutsideReviewSchema(), "Only where something stands in the way.")
    flags = parts(FlagSchema())
    liability_if_denied = text(enum=("patient", "patient_only_with_notice", "provider", "none", "unknown"), null=True)
    notices = texts()


class CoverageCheckSchema(CoverageSectionSchema, VersionedSchema):
    """The answer of a coverage check."""

    assumptions = parts(AssumptionSchema(), optional=True)
    facts = parts(UsedFactSchema(), optional=True)


class WindowAnswerSchema(AnswerSchema):
    """The days an estimate covers."""

    start_on = day()
    end_on = day()


class NextInfusionSchema(AnswerSchema):
    """The next infusion in the window."""

    service_on = day()
    patient_cost = part(RANGE)


class AheadSchema(AnswerSchema):
    """The infusions from the day of asking on."""

    infusion_days = whole()
    patient_cost = part(RANGE)


class SummarySchema(AnswerSchema):
    """The estimate in short."""

    window = part(WindowAnswerSchema())
    infusion_days = whole("Days whose cost is counted.", null=True)
    history_days = whole("Days of the window whose cost is inside the balances already.")
    allowed_total = part(RANGE, null=True)
    plan_paid_total = part(RANGE, null=True)
    patient_cost = part(RANGE, null=True)
    ahead = part(AheadSchema(), "What of it lies on or after the day of asking.")
    next_infusion = part(NextInfusionSchema(), null=True)
    limit_reached_on = day("Of the first plan year; null where it is not reached, or not on one known day.", null=True)
    limit_reached_bounds = part(LIMIT_DAYS, LIMIT_DAYS_MEANING, null=True)
    uncapped = flag("No yearly limit exists; null where no benefit pays or its rules are not on file.", null=True)
    narrow_with = texts("The answers that would narrow the range most, best first.")
    headline = text("One plain sentence.")


class MonthSchema(AnswerSchema):
    """One calendar month the window touches."""

    month = text(pattern=r"^[0-9]{4}-[0-9]{2}$")
    patient_cost = part(RANGE)
    patient_cost_bounds = part(BOUNDS, BOUNDS_MEANING)


class EstimateLineSchema(LineSchema, ShareSchema):
    """A claim line with its shares, those of the run that is shown; the patient's cost is a range over all runs."""

    allowed_range = part(RANGE, "The allowed amount over the prices supposed; allowed_amount is its expected value.")
    patient_cost = part(RANGE)
    balances_after = part(BalancesAfterSchema(), "What has been met after the line, in the expected run.", null=True)
    why = parts(WhySchema(), "Rule codes with parameters.")


class InfusionSchema(AnswerSchema):
    """One day of infusing."""

    number = whole()
    phase = text(enum=("loading", "maintenance"))
    service_on = day()
    dose_mg = whole()
    vials = parts(VialSchema())
    discarded_mg = whole()
    infusion = part(InfusionTimeSchema(), null=True)
    lines = parts(EstimateLineSchema())
    allowed_amount = part(RANGE)
    patient_cost = part(RANGE)
    patient_cost_bounds = part(BOUNDS, BOUNDS_MEANING)
    balances_after = part(BalancesAfterSchema(), null=True)
    history = flag("Before the balances' day: already in them.")
    explain = text("Who bears the day's lines in the expected run, in plain sentences.", null=True, optional=True)


class AlternativeRangeSchema(AnswerSchema):
    """What the window costs where the plan counts a copay programme's payment one way."""

    accumulator_program = text(enum=("none", "accumulator", "maximizer"))
    patient_cost = part(RANGE)


class ScenarioSchema(AnswerSchema):
    """What if."""

    code = text()
    patient_cost = part(RANGE, null=True, optional=True)
    reason = text(null=True, optional=True)
    notice = text(null=True, optional=True)
    next_infusion = part(RANGE, null=True, optional=True)
    window = part(RANGE, null=True, optional=True)
    owes = text(null=True, optional=True)
    modifiers = texts("What the claim would say about a notice to the patient.", optional=True)
    window_is_likely = flag("false: that a whole window is denied is no likely course.", optional=True)
    why = text(null=True, optional=True)
    alternatives = parts(
        AlternativeRangeSchema(), "Where it is unknown how the plan counts help: each way.", optional=True
    )


class ShownSchema(AnswerSchema):
    """Whose infusions are shown where several products or sites are in the range."""

    indication = text("The indication that dose, rates and label were taken for.", null=True)
    product = text()
    site_of_care = text()
    run = text(enum=("low", "expected", "high"))


class DispensedSchema(AnswerSchema):
    """One supply of the drug."""

    service_on = day()
    days_supply = whole()
    grams = text()
    vials = parts(VialSchema())
    units = whole("Billing units of it.")
    patient_cost = part(RANGE)


class CountedSchema(AnswerSchema):
    """What was authorized, what of it is planned, and what is left."""

    authorized = whole(null=True)
    planned = whole()
    left = whole("Negative where more is planned.", null=True)


class CountdownSchema(AnswerSchema):
    """An authorization counted down over the planned days on which it holds."""

    units = part(CountedSchema())
    visits = part(CountedSchema())
    exceeded_on = day("The first day beyond units or visits.", null=True)
    days_outside = whole("Planned days on which it does not hold.")


class AccountRangeSchema(AnswerSchema):
    """What an account could pay of the patient's cost as entered."""

    kind = text(enum=("hra", "fsa", "hsa"))
    amount = part(RANGE)


class ProgramSchema(AnswerSchema):
    """A programme that an income, or paying without insurance, may open. No promise, and counted in no figure."""

    code = text(
        enum=(
            "cost_sharing_reduction",
            "cost_sharing_reduction_below",
            "cost_sharing_reduction_differs",
            "extra_help",
            "qualified_medicare_beneficiary",
            "charity_care",
            "good_faith_estimate",
        )
    )
    message = text()
    poverty_percent = text("The income in whole percent of the poverty guideline, rounded down.", null=True)
    guideline_year = whole("The year of that guideline.", null=True)
    guideline_carried_forward = flag("Whether an earlier year's guideline stands in for it.", null=True)
    fact_ids = texts()


class EstimateSchema(VersionedSchema):
    """An estimate: orders, claim lines, coverage and shares over the window."""

    id = text("null when the answer is not kept.", null=True)
    created_at = text()
    summary = part(SummarySchema())
    years = parts(PlanYearSchema())
    payment_plan = anything("Drug costs billed by month, each a range; null where not known.", null=True, optional=True)
    months = parts(MonthSchema())
    order = part(OrderSchema())
    shown = part(ShownSchema())
    infusions = parts(InfusionSchema(), optional=True)
    dispenses = parts(DispensedSchema(), "What is shipped and billed at once.", optional=True)
    authorization = part(CountdownSchema(), "null where nothing of it was said.", null=True)
    scenarios = parts(ScenarioSchema())
    sources_of_money = parts(AccountRangeSchema(), "What accounts could pay of the cost as entered; no reduction.")
    coverage_check = part(CoverageSectionSchema(), null=True)
    programs = parts(ProgramSchema(), "What an income or paying oneself may open; counted in no figure.")
    assumptions = parts(AssumptionSchema())
    facts = parts(UsedFactSchema(), optional=True)
    notices = texts()


ESTIMATE = EstimateSchema()
COVERAGE_CHECK = CoverageCheckSchema()
