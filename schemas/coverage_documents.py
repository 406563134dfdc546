"""What ``POST /v1/coverage-checks`` answers, its checklist, and the section of an estimate (contract, section 5)."""

from estimator.model.codes import IndicationBasis
from schemas.answers import RANGE, AnswerSchema, VersionedSchema, anything, day, flag, part, parts, text, texts, whole
from schemas.line_documents import AssumptionSchema, FlagSchema, UsedFactSchema

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


class LimitReadSchema(AnswerSchema):
    """A policy's limit, and what the order comes to."""

    measure = text(enum=("units", "grams", "g_per_kg", "interval_days"))
    given = text("What the order comes to; null where the order does not say.", null=True)
    limit = text("The most; of an interval the least.")
    units = whole(null=True)
    limit_units = whole(null=True)
    per_days = whole("The days it is for; null: one course.", null=True)
    is_over = flag()
    by_weight = flag("Whether only the patient's weight exceeds it.")
    result = text(enum=RESULTS)
    lifted_by = text("What would lift it.", null=True)
    says = text(null=True)
    citation = text(null=True)


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
    limits = parts(LimitReadSchema(), "They decide flags, not the result: more than a limit is another request.")
    approval_months = anything()
    approval = anything("How long an approval lasts, by phase.")
    stops_without_improvement_after_months = whole(null=True)
    exclusions_not_judged = anything(
        "What the document shuts out in words that no code or fact settles: for a person to read."
    )
    links = anything("Documents it goes with: an LCD's billing article, another edition, the site-of-care rules.")


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
    years = text()
    bias = text()
    warning = text("What it must not be taken for.")
    source_id = text()
    fact_id = text()


class NoticeRuleSchema(AnswerSchema):
    """A rule on file behind a notice."""

    fact_id = text()
    says = text()
    source_id = text()


class NoticeLineSchema(AnswerSchema):
    """One line of the next day of service."""

    code = text(null=True)
    modifiers = texts()
    category = text()
    units = whole()
    billed_amount = text("The provider's own charge; null where it was not said.", null=True)
    allowed_range = part(RANGE, "What is allowed; for who pays without insurance the price that is asked.")


class RecurringSchema(AnswerSchema):
    """The day of service and all that follow it under the same coverage."""

    infusion_days = whole()
    first_day = day()
    last_day = day()
    estimated_cost = part(RANGE, null=True)


class FormFieldsSchema(AnswerSchema):
    """What is known for the form. Figures are those of an estimate; a check without prices knows none."""

    item = text()
    reasons_it_may_not_be_paid = texts()
    service_on = day("The first day of service still ahead.", null=True)
    diagnosis = text(null=True)
    lines = parts(NoticeLineSchema(), "Empty where nothing was priced.")
    estimated_cost = part(RANGE, "Of that day; null where no price is known.", null=True)
    estimated_cost_is = text(enum=("billed_charge", "allowed_amount", "expected_charge"), null=True)
    estimated_cost_says = text("What the figure is, and what it is not.")
    recurring = part(RecurringSchema(), null=True)


class AdvanceNoticeSchema(AnswerSchema):
    """The notice due before a service that may not be paid: explained, as data for its form, and never issued by us."""

    kind = text(enum=("abn_mandatory", "abn_voluntary", "organization_determination", "good_faith_estimate"))
    form = text(null=True)
    explains = text()
    issued = flag("Always false: the provider gives the form in its own name.")
    form_fields = part(FormFieldsSchema())
    for_the_provider = texts("What only provider and patient can fill in.")
    rules = parts(NoticeRuleSchema())


class CoverageByDaySchema(AnswerSchema):
    """What goes by payer and day: policy text against facts. Never a probability, never a verdict of ours."""

    outlook = text(enum=("criteria_met", "payer_discretion", "incomplete", "criterion_failed", "excluded", "no_policy"))
    prior_authorization = text(enum=("required", "not_required", "none_exists", "unknown"))
    policies = parts(PolicySchema())
    policies_without_version = texts("Policies that have no version on file for the day.")
    documents_needed = parts(DocumentNeededSchema())
    advance_notice = part(AdvanceNoticeSchema(), null=True)
    flags = parts(FlagSchema())
    liability_if_denied = text(enum=("patient", "patient_only_with_notice", "provider", "none", "unknown"), null=True)
    notices = texts()


class CheckedPeriodSchema(CoverageByDaySchema):
    """The days under one coverage and one version of each policy."""

    first_day = day()
    last_day = day(null=True)
    payer = text()
    is_new_start = flag("Whether the payer is another one than before: its rules for a first request apply.")


class CalendarEventSchema(AnswerSchema):
    """A day on which somebody has to act."""

    on = day()
    kind = text(
        enum=(
            "renewal_request",
            "authorization_ends",
            "authorization_ends_by_policy",
            "renewal_ends_by_policy",
            "new_start",
            "policy_changes",
            "response_due",
        )
    )
    says = text()


class CoverageSectionSchema(CoverageByDaySchema):
    """Coverage on the first date of service, and over the window where it changes."""

    indication = part(IndicationTakenSchema())
    label_status = text(enum=("product_labeled", "class_labeled", "off_label"), null=True)
    evidence = parts(EvidenceSchema())
    context = parts(OutsideReviewSchema(), "Only where something stands in the way.")
    calendar = parts(CalendarEventSchema(), "Renewals, new payers and checks of the response inside the window.")
    periods = parts(CheckedPeriodSchema(), "Empty where one coverage and one version of each policy hold throughout.")


class CoverageCheckSchema(CoverageSectionSchema, VersionedSchema):
    """The answer of a coverage check."""

    assumptions = parts(AssumptionSchema(), optional=True)
    facts = parts(UsedFactSchema(), optional=True)


class AskedBySchema(AnswerSchema):
    """A criterion that asks for a fact."""

    policy = text()
    title = text()
    criterion = text()
    says = text(null=True)
    needs = text(null=True)
    citation = text(null=True)


class QuestionSchema(AnswerSchema):
    """One thing to find, in the paper it stands in."""

    number = whole()
    fact = text("Its name in `clinical`.")
    ask = text()
    proof = text()
    proof_name = text()
    type = text(enum=("flag", "number", "word", "words"))
    unit = text(null=True)
    choices = texts()
    answer = anything("Always null: to be filled in.", null=True)
    asked_by = parts(AskedBySchema())


class OpenPointSchema(AnswerSchema):
    """A criterion that no paper settles."""

    kind = text(enum=("judged_by_payer", "not_read"))
    title = text()
    says = text()
    other_reading = text(null=True)
    citation = text(null=True)
    first_day = day()


class QuestionnaireSchema(VersionedSchema):
    """The smallest set of facts that could settle a coverage check, as a checklist, and a page of it."""

    outlook = text()
    items = parts(QuestionSchema())
    open_points = parts(OpenPointSchema())
    notices = texts()
    markdown = text("The checklist as a page.")


COVERAGE_CHECK = CoverageCheckSchema()
QUESTIONNAIRE = QuestionnaireSchema()
