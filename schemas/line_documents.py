"""What ``POST /v1/claim-lines`` and ``POST /v1/adjudications`` answer (contract, sections 3 and 4)."""

from estimator.model.codes import Category, MinutesBasis
from estimator.model.order import DoseRounding, DosingWeight, IntervalUnit
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
    mapping,
    money,
    number,
    part,
    parts,
    text,
    texts,
    whole,
    wholes,
)

CATEGORIES = tuple(Category)


class LabelRangeSchema(AnswerSchema):
    """The label's dose range, and where the ordered dose stands to it."""

    low = number()
    high = number()
    unit = text()
    per = text("What the label counts the dose by.", enum=("course", "week", "month"))
    position = text(enum=("below", "within", "above", "unknown"))


class RoundingSchema(AnswerSchema):
    """How each day's dose was rounded to whole packages."""

    rule = text(enum=tuple(DoseRounding))
    max_percent = number(null=True)
    mg_per_day = wholes("Milligrams of each day as given.")
    change_percent = text("Of the whole course; negative where less is given than ordered.")
    kept_because = text(
        "Why a day's dose was not rounded.",
        null=True,
        enum=("beyond_max_percent", "no_package_below", "above_dose_cap"),
    )


class IntervalAnswerSchema(AnswerSchema):
    """From course to course."""

    value = whole()
    unit = text(enum=tuple(IntervalUnit))


class PhaseOfOrderSchema(AnswerSchema):
    """One phase of an order that changes over time."""

    dose_mg_per_day = wholes("Milligrams on each day of a course.", null=True)
    interval = part(IntervalAnswerSchema(), null=True)
    courses = whole("null: through the window.", null=True)
    then_after_days = whole("From its day to the next phase, where it is a single dose.", null=True)


class ConversionSchema(AnswerSchema):
    """What the label makes of the infusions by vein before."""

    factor = number()
    previous_grams = number()
    previous_interval_days = whole()
    weekly_grams = number()
    weekly_ml = number(null=True)
    fact_id = text()


class OrderSchema(AnswerSchema):
    """The order made complete."""

    dosing_weight_kg = number(null=True)
    dosing_weight_basis = text("Which weight the dose was counted on.", enum=tuple(DosingWeight))
    bmi = number(null=True)
    ideal_weight_kg = number(null=True)
    adjusted_weight_kg = number(null=True)
    dose_mg = whole(null=True)
    dose_mg_per_day = wholes("Milligrams on each day of a course; null where only a range is known.", null=True)
    rounded_dose_mg = whole("What is given.", null=True)
    rounding = part(RoundingSchema(), null=True)
    volume_ml = number(null=True)
    label_range = part(LabelRangeSchema(), null=True)
    phases = parts(PhaseOfOrderSchema(), "Of a taper, or the smaller doses before the first full one.")
    conversion = part(ConversionSchema(), null=True)


class VialSchema(AnswerSchema):
    """Packages of one size that are opened."""

    ndc = text("null for a product the caller described.", null=True)
    grams = number()
    count = whole()


class LinePackageSchema(VialSchema):
    """Packages of one size that a drug line bills."""

    mg = whole("Milligrams of them that this line bills.", null=True)
    shared = flag("One of them was given in part: it stands on the line of the dose too.")


class MinutesRangeSchema(AnswerSchema):
    """Infusion minutes where only a range is known."""

    low = whole()
    high = whole()


class RateStepSchema(AnswerSchema):
    """One step of the infusion rate."""

    mg_per_kg_min = number()
    minutes = whole("null for the last step, which lasts until the dose is in.", null=True)


class InfusionTimeSchema(AnswerSchema):
    """How long an infusion takes."""

    minutes = whole(null=True)
    minutes_range = part(MinutesRangeSchema(), null=True)
    basis = text(enum=tuple(MinutesBasis))
    steps = parts(RateStepSchema(), "The label's rate steps.")


class ClaimNdcSchema(AnswerSchema):
    """A package as a claim reports it."""

    qualifier = text()
    ndc = text("Eleven digits.")
    unit_of_measure = text(enum=("ML", "UN"))
    quantity = number()
    text = text("All of it, as the claim form has it.")


class LineSchema(AnswerSchema):
    """One claim line."""

    code = text("null where no code is on file for a service.", null=True)
    modifiers = texts()
    units = whole()
    paid_units = whole(
        "How often it is paid, where that is not once per unit: a day counted in quarter hours.", optional=True
    )
    claim_ndc = parts(ClaimNdcSchema(), "The packages as a claim reports them.", optional=True)
    ndc = text("Of the package, where the line is of one size alone; else see packages.", null=True, optional=True)
    packages = parts(LinePackageSchema(), "A drug line's packages: those given from, or those the waste is left in.")
    revenue_code = text(null=True, optional=True)
    category = text(enum=CATEGORIES)
    benefit = text("Which benefit pays it.")
    price_basis = text()
    unit_price = number(null=True)
    allowed_amount = money("null where no price is on file: unknown, never zero.", null=True)
    billed_amount = money(null=True, optional=True)
    fact_ids = texts()


class ClaimLineSchema(LineSchema):
    """One claim line of a course; where a price is known only as a range, its bounds."""

    allowed_range = part(RANGE)


class AlternativeSchema(AnswerSchema):
    """Packages that are best by one or more policies."""

    policies = texts()
    chosen = flag("Whether these are the packages of the day.")
    vials = parts(VialSchema())
    packages = whole()
    discarded_mg = whole()
    discarded_units = whole()
    discarded_amount = money("At the day's own price of the drug; null where it has none.", null=True)
    acquisition_cost = money("Where package prices were given.", null=True)


class DaySchema(AnswerSchema):
    """One day of a course."""

    service_on = day("The day that is billed: maintenance begins after a loading dose or smaller doses.")
    day = whole("Counts from 1.")
    dose_mg = whole()
    vials = parts(VialSchema())
    discarded_mg = whole()
    infusion = part(InfusionTimeSchema(), "null where nobody bills for giving the drug.", null=True)
    lines = parts(ClaimLineSchema())
    alternatives = parts(AlternativeSchema(), "The best choice of packages by each policy, and what each discards.")


class SupplySchema(AnswerSchema):
    """What is shipped and billed at once."""

    service_on = day()
    days_supply = whole()
    infusions = whole("Infusion days it is for.")
    grams = number()
    vials = parts(VialSchema())
    units = whole("Billing units of it.")


class SourceSchema(AnswerSchema):
    """A document that facts were taken from."""

    id = text()
    title = text()
    publisher = text()
    url = text(null=True)
    published_on = text(null=True)
    official = flag(optional=True)
    note = text(null=True, optional=True)


class UsedFactSchema(AnswerSchema):
    """A fact that an answer rests on."""

    id = text()
    value = anything()
    unit = text(null=True)
    effective_from = day()
    effective_to = day(null=True)
    recheck_after = day(null=True, optional=True)
    basis = text(enum=("read", "unverified"))
    source = part(SourceSchema())
    locator = text()


class FlagSchema(AnswerSchema):
    """Something that stands between the order and its payment."""

    code = text()
    severity = text(enum=("blocks_payment", "likely_denial", "needs_document", "process", "advisory"))
    owner = text()
    message = text()
    next_step = text(null=True)
    plain = text("The same in short words, for the patient.", null=True)
    source_ids = texts()
    applies_from = day("Where coverage changes: the first day it is about.", null=True)


class AssumptionSchema(AnswerSchema):
    """Something supposed because it was not said or is not known."""

    code = text()
    message = text()
    effect = part(RANGE, "How it moves the patient's cost.", null=True, optional=True)
    field = text("The answer that would replace it.", null=True, optional=True)
    fact_ids = texts(optional=True)


class ClaimPhaseSchema(PhaseOfOrderSchema):
    """A phase of an order that changes over time, with the claim of its first course."""

    first_day = day()
    days = parts(DaySchema())


class ClaimLinesSchema(VersionedSchema):
    """The claim lines of one course."""

    order = part(OrderSchema())
    days = parts(DaySchema())
    phases = parts(
        ClaimPhaseSchema(),
        "Of an order that changes over time. days are then its first phase, or the full dose after smaller ones.",
    )
    place_of_service = text("Of a professional claim; hospitals bill revenue codes instead.", null=True)
    dispenses = parts(SupplySchema(), "What is shipped and billed at once, where that was said.")
    flags = parts(FlagSchema())
    assumptions = parts(AssumptionSchema())
    facts = parts(UsedFactSchema())


class WhySchema(AnswerSchema):
    """A rule that was applied."""

    code = text()
    params = mapping(optional=True)


class OutOfNetworkAfterSchema(AnswerSchema):
    """What has been met out of network after a line."""

    deductible_met = money(null=True)
    out_of_pocket_met = money(null=True)
    family_deductible_met = money(null=True, optional=True)
    family_out_of_pocket_met = money(null=True, optional=True)


class BalancesAfterSchema(OutOfNetworkAfterSchema):
    """What has been met after a line. null: there is no such limit, or what has been met cannot be known."""

    pharmacy_deductible_met = money("Where drugs have a deductible of their own.", null=True, optional=True)
    out_of_network = part(OutOfNetworkAfterSchema(), "Where the plan pays out of network.", null=True, optional=True)
    assistance_used = money("Of a copay programme, in the calendar year, by the end of the day.", optional=True)
    assistance_left = money("null where the programme has no maximum.", null=True, optional=True)


class ShareSchema(AnswerSchema):
    """How a line's allowed amount is borne."""

    deductible = money(null=True)
    copay = money(null=True)
    coinsurance = money(null=True)
    ceiling_reduction = money(null=True)
    non_covered = money(null=True)
    balance_bill = money(null=True)
    plan_paid = money(null=True)
    secondary_paid = money(null=True)
    patient_share = money("Before assistance.", null=True)
    assistance_paid = money(null=True)
    provider_liability = money(null=True)
    write_off = money(null=True)


class AdjudicatedLineSchema(ShareSchema):
    """One line with its shares."""

    id = text()
    member = text(optional=True)
    service_on = day(optional=True)
    category = text(optional=True, enum=CATEGORIES)
    allowed_amount = money(optional=True)
    billed_amount = money(null=True, optional=True)
    patient_cost = money("After assistance.", null=True)
    patient_cost_range = part(RANGE, "Where it is not known: what it may cost; high null: unbounded.", optional=True)
    balances_after = part(BalancesAfterSchema())
    why = parts(WhySchema(), "Rule codes with parameters.")
    explain = text("The same in plain sentences.")


class MemberYearSchema(AnswerSchema):
    """Where one member of the family stands at the end of a plan year."""

    member = text()
    limit_reached_on = day("The member's own limit, or the family's.", null=True)
    balances_after = anything(null=True)


class PlanYearSchema(AnswerSchema):
    """One plan year touched. Limit and balances are the patient's, or those of the only member who has lines."""

    plan_year = text("First and last day, as 2027-01-01/2027-12-31.")
    patient_cost = anything("A plain amount, null where it is unknown; in estimates a range.", null=True)
    patient_cost_bounds = part(BOUNDS, f"In estimates. {BOUNDS_MEANING}", optional=True)
    limit_reached_on = day(null=True)
    limit_reached_bounds = part(LIMIT_DAYS, f"In estimates. {LIMIT_DAYS_MEANING}", null=True, optional=True)
    balances_after = anything(null=True)
    members = parts(MemberYearSchema(), "In adjudications of several members: each.", optional=True)


class SourceOfMoneySchema(AnswerSchema):
    """Money that could pay some of the patient's cost."""

    kind = text(enum=("hra", "fsa", "hsa"))
    amount = money(null=True)


class AlternativeCostSchema(AnswerSchema):
    """What the patient pays where the plan counts a copay programme's payment one way."""

    accumulator_program = text(enum=("none", "accumulator", "maximizer"))
    patient_cost = money(null=True)


class AdjudicationSchema(VersionedSchema):
    """Lines shared out between plan and patient."""

    lines = parts(AdjudicatedLineSchema())
    totals = mapping()
    summary_of_benefits = mapping("With rounding sbc: the patient's part in rounded amounts.", null=True, optional=True)
    explain = text("Who bears all lines, in plain sentences.", optional=True)
    years = parts(PlanYearSchema())
    patient_cost = part(RANGE, "All lines, over what was left unknown; the lines show the highest.", optional=True)
    alternatives = parts(
        AlternativeCostSchema(), "Where it is unknown how the plan counts help: each way.", optional=True
    )
    sources_of_money = parts(SourceOfMoneySchema(), "What of it accounts could pay; no reduction.", optional=True)
    narrow_with = texts("The answers that would settle what is open.", optional=True)
    payment_plan = anything(null=True, optional=True)
    assumptions = parts(AssumptionSchema())
    facts = parts(UsedFactSchema(), optional=True)


CLAIM_LINES = ClaimLinesSchema()
ADJUDICATION = AdjudicationSchema()
