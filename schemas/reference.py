"""What the read-only endpoints answer: facts, and the views made of them."""

from estimator.model.codes import InfusionRisk
from estimator.reference.facts import Standing
from estimator.reference.publications import Status
from schemas.answers import (
    AnswerSchema,
    VersionedSchema,
    anything,
    day,
    flag,
    mapping,
    number,
    part,
    parts,
    text,
    texts,
    whole,
)
from schemas.line_documents import SourceSchema


class PackageSchema(AnswerSchema):
    """One package size."""

    ndc = text()
    claim_ndc = text("As a claim names it: N4 and eleven digits.")
    unit_of_measure = text("What a claim counts: ML of liquids, UN of powders.", enum=("ML", "UN"))
    grams = number()
    ml = number(null=True)
    container = text()
    labeler = text()
    offered = flag()
    billing_units = whole(null=True)
    fact_id = text()


class LabelSchema(AnswerSchema):
    """What the label says about one indication."""

    indication = text()
    name = text()
    routes = texts()
    limitations = text("What the label says against a use.", null=True)
    age_min_years = whole(null=True)
    age_max_years = whole(null=True)
    age_text = text(null=True)
    doses = anything("Each with phase, g_per_kg, per, interval_days, days, conversion_factor, ramp_up.")
    fact_id = text()


class ProductSchema(AnswerSchema):
    """An immune globulin product."""

    id = text()
    brand = text()
    manufacturer = text()
    names = texts()
    routes = texts()
    concentration_percent = number()
    hcpcs = text()
    group = text()
    status = text()
    status_note = text(null=True)
    package_grams = texts("Sizes on the market today.")
    fact_id = text()


class LadderSchema(AnswerSchema):
    """The infusion rates of one indication."""

    indication = text()
    initial_mg_per_kg_min = number(null=True)
    max_mg_per_kg_min = number(null=True)
    max_ml_per_kg_h = number(null=True)
    steps = anything(
        "mg_per_kg_min and ml_per_kg_h with minutes; null minutes: until the dose is in. Empty where not all was read."
    )
    first_infusion_steps = anything("Slower steps of the very first infusion, where the label has them.")
    note = text(null=True)
    fact_id = text()


class RateAtRiskSchema(AnswerSchema):
    """What the label asks for by vein where there is a risk."""

    risk = text(enum=tuple(InfusionRisk))
    max_mg_per_kg_min = number("null: the lowest rate practicable, without a figure.", null=True)
    rule = text()
    fact_id = text()


class ForbiddenRouteSchema(AnswerSchema):
    """A route that the label forbids for a use."""

    indication = text()
    route = text()
    rule = text()
    fact_id = text()


class CodeBeforeSchema(AnswerSchema):
    """A code that the product was billed with before it had its own."""

    code = text()
    first_day = day()
    last_day = day(null=True)
    rule = text()
    fact_id = text()


class SiteLimitSchema(AnswerSchema):
    """Limits of a subcutaneous site."""

    indication = text(null=True)
    limits = mapping()
    fact_id = text()


class QuarterLimitSchema(AnswerSchema):
    """What Medicare pays in a quarter."""

    quarter = text()
    payment_limit = number()
    usd_per_gram = number(null=True)
    coinsurance_percent = number(null=True)
    hospital_status = text("Status indicator of hospital outpatient payment; N is packaged.", null=True)
    release = whole(null=True)
    fact_id = text()


class ProductBillingSchema(AnswerSchema):
    """How a product is billed."""

    hcpcs = text()
    code = mapping("The code as it stands today: first_day, mg_per_unit, route_modifiers, revenue_code.", null=True)
    before_own_code = parts(CodeBeforeSchema())
    waste_modifiers = mapping("Of the discarded part, and where nothing is discarded.")
    units_per_day = mapping("Medicare's claim edits by setting.")
    grams_per_day = mapping("The same in grams.")
    limits = parts(QuarterLimitSchema())


class ProductDetailSchema(ProductSchema, VersionedSchema):
    """A product with its packages and labels."""

    form = text(null=True)
    stabilizer = text(null=True)
    sugar = text(null=True)
    iga_mcg_per_ml = number(null=True)
    iga_meaning = text("average or maximum", null=True)
    cautions = texts()
    packages = parts(PackageSchema())
    labels = parts(LabelSchema())
    infusion_rates = parts(LadderSchema())
    rates_at_risk = parts(RateAtRiskSchema())
    routes_not_allowed = parts(ForbiddenRouteSchema())
    subcutaneous_sites = parts(SiteLimitSchema(), "Rates and volumes at one site.")
    billing = part(ProductBillingSchema())


class EvidenceAnswerSchema(AnswerSchema):
    """One graded statement."""

    grade = text()
    by = text()
    source_id = text()
    basis = text()


class IndicationSchema(AnswerSchema):
    """A condition that immune globulin is used for."""

    id = text()
    name = text("In the language of the request.")
    group = text()
    icd10 = texts()
    class_labeled = flag()
    fact_id = text()


class UsualPracticeSchema(AnswerSchema):
    """Usual practice."""

    g_per_kg = mapping()
    interval_days = anything()
    days_per_course = anything()
    loading_g_per_kg = number(null=True)
    fact_id = text()


class LabeledProductSchema(AnswerSchema):
    """A product labeled for an indication."""

    product = text()
    routes = texts()
    fact_id = text()


class IndicationDetailSchema(IndicationSchema, VersionedSchema):
    """An indication with its evidence, usual practice and labeled products."""

    aliases = texts()
    evidence = parts(EvidenceAnswerSchema())
    usual_practice = part(UsualPracticeSchema(), null=True)
    labeled_products = parts(LabeledProductSchema())


class DiagnosisCodeSchema(AnswerSchema):
    """One code of the official list."""

    code = text()
    title = text()
    billable = flag()


class DiagnosisSchema(DiagnosisCodeSchema, VersionedSchema):
    """A diagnosis code, our indications for it, and what lies under a category."""

    effective_from = day()
    effective_to = day(null=True)
    source_id = text()
    indications = texts("Our ids.")
    children = parts(DiagnosisCodeSchema(), "The billable codes under a category.")


class PaymentLimitSchema(AnswerSchema):
    """A payment limit as it stands on a day."""

    hcpcs = text()
    payment_limit = number()
    coinsurance_percent = number("null with a reason when it is not on file.", null=True)
    coinsurance_percent_reason = text(null=True)
    quarter = text("As 2026q4.")
    release = whole(null=True)
    effective_from = day()
    effective_to = day(null=True)
    in_force = flag("false when the newest quarter on file is over and its figure is carried forward.")
    payment_limit_range = mapping("Where it is carried forward: how far it may have moved.", null=True)
    basis = text()
    fact_id = text()
    source = part(SourceSchema())


class PaymentLimitAnswerSchema(PaymentLimitSchema, VersionedSchema):
    """The payment limit of one code on a day."""


class FactSchema(AnswerSchema):
    """One dated, cited statement."""

    id = text()
    kind = text()
    key = text()
    value = anything()
    unit = text(null=True)
    effective_from = day()
    effective_to = day(null=True)
    recheck_after = day(null=True)
    published_on = day(null=True)
    source = text()
    locator = text()
    basis = text()
    release = whole(null=True)
    note = text(null=True)
    standing = text("Where sources disagree one fact is in force.", enum=tuple(Standing))


class FactDetailSchema(FactSchema, VersionedSchema):
    """A fact with its source."""

    source_document = part(SourceSchema())


class SourceDetailSchema(SourceSchema, VersionedSchema):
    """A document, and how many facts rest on it."""

    fact_count = whole()


class KindCountSchema(AnswerSchema):
    """How many facts of one kind are on file, by basis."""

    kind = text()
    read = whole()
    unverified = whole()


class StaleSchema(AnswerSchema):
    """A fact that was to be looked up again."""

    id = text()
    since = day("The day after which it should have been looked up.")


class PublicationSchema(AnswerSchema):
    """Something that comes out every quarter or year, and its next issue that is not on file."""

    id = text()
    title = text()
    every = text(enum=("quarter", "year"))
    file = text("The kind to load it as; null where it comes with the seed files.", null=True)
    newest_from = day("First day of the newest issue on file.", null=True)
    next_from = day()
    next_to = day()
    expected_on = day("When such issues usually come out.")
    late_on = day("From this day on it is late.")
    status = text(enum=tuple(Status))
    missing = whole("How many issues are late.")
    fact_id = text()


class FreshnessWarningSchema(AnswerSchema):
    """Something that makes answers rest on older facts than there are."""

    code = text(enum=("publication_late", "seed_not_applied"))
    key = text("The publication, or what to run.")
    since = day(null=True)


class ReferenceSchema(VersionedSchema):
    """What is on file."""

    facts = whole()
    counts = parts(KindCountSchema(), "By kind and basis.")
    newest_quarter = text(null=True)
    unverified = whole()
    stale = texts("Ids of facts past the day they were to be looked up again.")
    stale_since = parts(StaleSchema())
    publications = parts(PublicationSchema(), "The calendar, the soonest first.")
    warnings = parts(FreshnessWarningSchema())
    sources = whole()


def listing(item: AnswerSchema) -> AnswerSchema:
    """Describe a list of items with the cursor of its next page."""
    name = type(item).__name__.removesuffix("Schema") + "ListSchema"
    fields = {"items": parts(item), "next": text("Give it as `after` for the next page.", null=True)}
    made: AnswerSchema = type(name, (VersionedSchema,), fields)()
    return made


PRODUCT = ProductDetailSchema()
PRODUCTS = listing(ProductSchema())
INDICATION = IndicationDetailSchema()
INDICATIONS = listing(IndicationSchema())
DIAGNOSIS = DiagnosisSchema()
PAYMENT_LIMIT = PaymentLimitAnswerSchema()
PAYMENT_LIMITS = listing(PaymentLimitSchema())
FACT = FactDetailSchema()
FACTS = listing(FactSchema())
SOURCE = SourceDetailSchema()
REFERENCE = ReferenceSchema()
