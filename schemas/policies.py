"""What ``GET /v1/policies``, ``/v1/clinical-facts`` and ``/v1/flags`` answer."""

from schemas.answers import AnswerSchema, VersionedSchema, anything, day, flag, mapping, parts, text, texts, whole


class PolicyVersionSchema(AnswerSchema):
    """One version of a policy document."""

    fact_id = text()
    title = text()
    payer = text()
    number = text(null=True)
    version = text(null=True)
    effective_from = day()
    is_first_day_stated = flag("false: the document states none; it is compared from effective_from on.")
    effective_to = day(null=True)
    read_on = day(null=True)
    recheck_after = day(null=True)
    basis = text()
    source_kind = text()
    text_read = text()
    not_seen = texts()
    source_id = text()
    url = text(null=True)
    locator = text()
    routes = texts()
    sites = anything(null=True)
    states = anything(null=True)
    jurisdictions = texts()


class PolicyListedSchema(AnswerSchema):
    """A policy document."""

    id = text()
    title = text()
    payer = text()
    document = text()
    lines = texts()
    versions = parts(PolicyVersionSchema())


class PoliciesSchema(VersionedSchema):
    """Policy documents."""

    items = parts(PolicyListedSchema())
    next = text(null=True)


class ExclusionSchema(AnswerSchema):
    """A use that a document shuts out."""

    id = text()
    says = text()
    indications = texts()
    conditions = texts()
    when = anything()
    is_judged = flag("Whether the record states in data whom it shuts out; else it is only shown.")
    citation = text(null=True)


class LimitListedSchema(AnswerSchema):
    """A limit of units or grams."""

    indications = texts()
    products = texts()
    units = whole(null=True)
    grams = text()
    per_days = whole("null: one course.", null=True)
    phase = text(null=True)


class EntrySchema(AnswerSchema):
    """The criteria for one use."""

    name = text()
    says = text(null=True)
    indications = texts("Empty: for every use.")
    conditions = texts()
    route = text(null=True)
    products = texts()
    applies_when = anything(null=True)
    criteria = mapping()
    dose_limits = anything("The most per kg, and how often.")
    stops_without_improvement_after_months = whole(null=True)
    approval = anything("How long an approval lasts, by phase.")


class PolicyContentSchema(PolicyVersionSchema):
    """One version of a policy document, with its criteria."""

    unlisted = text("What it means that a use is not listed: excluded, unknown or outside.")
    requires_authorization = flag()
    approval_months = anything()
    approval = anything("How long an approval lasts, by phase.")
    vial_limits = anything("The most packages of the largest size.")
    billing_codes = texts("The document's own list of drug codes; empty where none was read.")
    links = anything("Documents it goes with, such as an LCD's billing article.")
    preferred = anything()
    nonpreferred = anything()
    excluded_products = texts()
    codes = anything(null=True)
    codes_are_closed = flag(null=True)
    unit_limits = parts(LimitListedSchema())
    exclusions = parts(ExclusionSchema())
    entries = parts(EntrySchema())
    unverified = anything("What was not read and settles nothing.", null=True)


class PolicyShownSchema(VersionedSchema):
    """A policy document with every version."""

    id = text()
    versions = parts(PolicyContentSchema())


class ClinicalFactSchema(AnswerSchema):
    """A clinical fact."""

    name = text("Its name in requests.")
    criterion = text("Its short name in policy records; taken in requests as well.")
    type = text(enum=("flag", "number", "word", "words"))
    unit = text("The unit criteria use.", null=True)
    units = anything("Every unit taken, with what one of it is in the unit criteria use.")
    choices = texts()
    proof = text("The document that proves it.")
    ask = text("The question, in the language of the request.")
    meaning = text(null=True)
    from_order = flag("Taken from the order itself.")
    also_from = texts("Facts that stand in where this one is missing.")
    fact_id = text()


class ClinicalFactsSchema(VersionedSchema):
    """The dictionary of clinical facts."""

    items = parts(ClinicalFactSchema())
    next = text(null=True)


class FlagListedSchema(AnswerSchema):
    """A registered flag. Words in braces are filled in when it is raised."""

    code = text()
    severity = text()
    owner = text(enum=("clinician", "biller", "patient"))
    when = text("What raises it.", null=True)
    message = text()
    next_step = text()
    plain = text("For patients.")
    source_id = text()
    locator = text()
    basis = text()
    fact_id = text()


class FlagsSchema(VersionedSchema):
    """The registry of flags."""

    items = parts(FlagListedSchema())
    next = text(null=True)


POLICIES = PoliciesSchema()
POLICY = PolicyShownSchema()
CLINICAL_FACTS = ClinicalFactsSchema()
FLAGS = FlagsSchema()
