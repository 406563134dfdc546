"""What ``POST /v1/adjudications`` takes: claim lines, the plan they fall under, and what has been met so far."""

from estimator.errors import Problem
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.codes import Benefit, Category, Payer, Site
from estimator.model.order import Denial
from estimator.model.plan import PlanDesign
from schemas.amounts import MoneyField, PercentField, StrictInteger
from schemas.assistance import assistance_part
from schemas.balances import BalancesSchema, check_terms
from schemas.coverages import (
    BenefitField,
    DenialSchema,
    SmoothingSchema,
    benefit_problems,
    coverage_periods_part,
    is_part_d,
    network_field,
    settle_periods,
)
from schemas.fields import CenturyDate, Choice, EnumField, KnowledgeDate, NameField, Refused, StrictBoolean
from schemas.orders import SaveField, peek
from schemas.patients import HouseholdSchema
from schemas.plans import PlanSchema
from schemas.reading import Given, Part, PartList, RequestSchema, Values, WholeRequest, below
from schemas.secondaries import check_secondaries, secondaries_part

MAX_LINES = 1000


class AdjudicationLineSchema(RequestSchema[AdjudicationLine]):
    """One claim line."""

    id = NameField("The caller's own; comes back with the shares.", required=True, examples=["a"])
    member = NameField("Whose line it is; default self.", examples=["self"])
    service_on = CenturyDate("Date of service.", required=True, examples=["2027-01-05"])
    code = NameField("Billing code.", examples=["J1561"])
    units = StrictInteger("Billing units.", low=0, high=10**6, examples=[140])
    category = EnumField(Category, "Which cost share applies.", required=True, examples=["drug"])
    billed_amount = MoneyField("The charge.", attribute="billed")
    allowed_amount = MoneyField("The allowed amount.", required=True, attribute="allowed", examples=["6870.64"])
    coinsurance_percent = PercentField(
        "The percentage of this very line, where the payer sets it by code and date.", attribute="coinsurance"
    )
    site_of_care = EnumField(Site)
    network = network_field()
    surprise_bill_protected = StrictBoolean(
        "Out of network, but the law against surprise bills holds: in-network terms, nothing on top. Default false.",
        attribute="is_protected",
    )
    covered = StrictBoolean("Default true; false where a denial's reason is given.")
    denial = Part(DenialSchema(), "Why it is not covered.")
    assignment = Choice(
        ("accepted", "not_accepted"),
        "Whether the provider takes Medicare's amount as payment in full; default accepted.",
    )
    primary_paid = MoneyField("What another plan has paid before Medicare; payer medicare only.", examples=["120.00"])
    medicare_fee = MoneyField("Medicare's own fee, where it pays after another plan.", examples=["125.00"])

    example = '{"id": "a", "service_on": "2027-01-05", "category": "drug", "allowed_amount": "6870.64"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find a line that is said to be covered and to be denied."""
        denial = values.get("denial")
        if values.get("covered") is True and denial is not None and denial.reason is not None:
            return [Problem("/denial", "conflict", {"one": "covered", "other": "denial"})]
        return super().check(values, given)

    def make(self, values: Values) -> AdjudicationLine:
        """Make a line. One of which it is said why it was denied is not covered."""
        values["is_assigned"] = values.pop("assignment", "accepted") == "accepted"
        values["is_out_of_network"] = values.pop("network", "in") == "out"
        denial: Denial | None = values.pop("denial", None)
        if denial is not None:
            values["denial_reason"], values["denial_notice"] = denial.reason, denial.notice
            values.setdefault("covered", denial.reason is None)
        return AdjudicationLine(**values)


class AdjudicationRequestSchema(WholeRequest[AdjudicationRequest]):
    """Claim lines to be shared out between plan and patient."""

    as_of = KnowledgeDate("Which day's knowledge; default today.", examples=["2026-11-21"])
    payer = EnumField(Payer, "Needed unless coverage_periods are given.", examples=["commercial"])
    benefit = BenefitField()
    plan = Part(PlanSchema(), "Needed unless the payer is medicare or self_pay.")
    balances = Part(BalancesSchema(), "Left out: nothing has been met.")
    secondaries = secondaries_part()
    coverage_periods = coverage_periods_part()
    assistance = assistance_part()
    smoothing = Part(SmoothingSchema(), "Drug costs billed month by month.", attribute="opted_in_on")
    household = Part(
        HouseholdSchema(), "For Medicaid, whose limit goes by income, and drug plans with full Medicaid behind."
    )
    lines = PartList(Part(AdjudicationLineSchema()), longest=MAX_LINES, required=True)
    rounding = Choice(("none", "sbc"), "sbc adds the totals rounded as in a Summary of Benefits and Coverage.")
    save = SaveField("Whether to keep the answer; needs a key.")

    example = '{"payer": "commercial", "plan": {}, "lines": []}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find a plan that is not complete, ids used twice and terms that contradict each other."""
        problems = check_terms(values, given)
        problems += settle_periods(values, given, instead_of=("payer", "plan", "balances"))
        if not given.get("coverage_periods") and given.get("payer") is None:
            problems.append(Problem("/payer", "required"))
        if "payer" in values:
            problems += benefit_problems(values["payer"], values.get("benefit"))
        drug_plan = is_part_d(values)
        if values.get("opted_in_on") is not None and not drug_plan and not given.get("coverage_periods"):
            problems.append(Problem("/smoothing", "part_d_only"))
        if values.get("payer") not in (None, Payer.MEDICARE, Payer.SELF_PAY) and not drug_plan:
            problems += _missing_terms(values.get("plan"), given)
        problems += _of_periods(given)
        problems += check_secondaries(values.get("payer"), values.get("secondaries", ()), is_part_d=drug_plan)
        seen: set[str] = set()
        for index, line in enumerate(values.get("lines", ())):
            problems += _misplaced(line, values.get("payer"), index)
            if line.id in seen:
                problems.append(Problem(f"/lines/{index}/id", "not_unique"))
            seen.add(line.id)
        return problems

    def make(self, values: Values) -> AdjudicationRequest:
        """Make a request."""
        values.pop("save", None)
        benefit = values.pop("benefit", None)
        if benefit is not None and benefit.drug not in (None, "medical"):
            values["benefit"] = Benefit(benefit.drug)
        periods = values.pop("coverage_periods", ())
        if periods:
            values |= {"payer": periods[0].coverage.payer, "periods": periods}
        values.setdefault("plan", None)
        values.setdefault("balances", None)
        return AdjudicationRequest(**values)


def _of_periods(given: Given) -> list[Problem]:
    """Find what the coverage of each period lacks, and prices, which are the lines' own here."""
    problems: list[Problem] = []
    periods = given.get("coverage_periods")
    for place, part in enumerate(periods if isinstance(periods, list) else ()):
        coverage = part.get("coverage") if isinstance(part, dict) else None
        at = f"/coverage_periods/{place}"
        if isinstance(part, dict) and part.get("price") is not None:
            problems.append(Problem(f"{at}/price", "price_of_lines"))
        if isinstance(coverage, dict) and coverage.get("payer") not in (None, Payer.MEDICARE, Payer.SELF_PAY):
            problems += below(f"{at}/coverage", _missing_terms(_plan_of(coverage), coverage))
    return problems


def _plan_of(coverage: Given) -> PlanDesign | None:
    try:
        return PLAN.read(coverage.get("plan"))
    except Refused:
        return None


PLAN = PlanSchema()


def _misplaced(line: AdjudicationLine, payer: object, index: int) -> list[Problem]:
    """Find what only Medicare's claims know: a payment before it, a provider who does not accept its amount."""
    if payer is Payer.MEDICARE or payer is None:
        return []
    pairs = ((line.primary_paid is not None, "primary_paid"), (not line.is_assigned, "assignment"))
    return [Problem(f"/lines/{index}/{name}", "medicare_lines_only") for is_said, name in pairs if is_said]


def _missing_terms(plan: PlanDesign | None, given: Given) -> list[Problem]:
    """Find terms without which nothing can be shared out; where there is none, the caller writes "none"."""
    sent = given.get("plan")
    if sent is None:
        return [Problem("/plan", "required", {"why": "plan"})]
    if plan is None:  # it could not be read, and the reasons are already listed
        pairs = (
            [
                (sent.get("deductible"), "/plan/deductible"),
                (sent.get("out_of_pocket_max"), "/plan/out_of_pocket_max"),
                (peek(sent, "cost_share", "default"), "/plan/cost_share/default"),
            ]
            if isinstance(sent, dict)
            else []
        )
    else:
        pairs = [
            (plan.deductible.individual, "/plan/deductible/individual"),
            (plan.out_of_pocket_max.individual, "/plan/out_of_pocket_max/individual"),
            (plan.default_share, "/plan/cost_share/default"),
        ]
    return [
        Problem(pointer, "required", {"why": "cost_share" if "cost_share" in pointer else "plan_terms"})
        for found, pointer in pairs
        if found is None
    ]


ADJUDICATION_REQUEST = AdjudicationRequestSchema()
