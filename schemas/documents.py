"""What ``POST /v1/estimates`` answers (contract, section 6)."""

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
from schemas.coverage_documents import CoverageSectionSchema
from schemas.line_documents import (
    AssumptionSchema,
    BalancesAfterSchema,
    InfusionTimeSchema,
    LineSchema,
    OrderSchema,
    PlanYearSchema,
    ShareSchema,
    UsedFactSchema,
    VialSchema,
    WhySchema,
)


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
    discarded = whole("Of the units planned: those billed as discarded.", optional=True)
    left = whole("Negative where more is planned.", null=True)


class AuthorizedPartSchema(AnswerSchema):
    """The infusion days on one side of an authorization's reach, and what they cost."""

    infusion_days = whole("Days whose cost is counted.")
    first_day = day(null=True)
    last_day = day(null=True)
    allowed = part(RANGE, "In the run of the lowest, the expected and the highest cost to the patient.")
    plan_paid = part(RANGE, "In the same runs.")
    patient_cost = part(RANGE, "Over every run; the ends of the parts need not add up to those of the window.")


class CountdownSchema(AnswerSchema):
    """An authorization counted down over the planned days on which it holds, those of the run that is shown."""

    units = part(CountedSchema())
    visits = part(CountedSchema())
    exceeded_on = day("The first day beyond units or visits.", null=True)
    days_outside = whole("Planned days on which it does not hold.")
    inside = part(AuthorizedPartSchema(), "What rests on it; null where the payer authorizes nothing.", null=True)
    beyond = part(
        AuthorizedPartSchema(),
        "What needs an approval that is not on file, exceeded_on included; null likewise.",
        null=True,
    )
    under_other_coverage = part(AuthorizedPartSchema(), "What a later coverage decides; null without one.", null=True)


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
            "cost_sharing_reduction_none",
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
