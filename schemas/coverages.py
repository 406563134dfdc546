"""Who pays and on what terms, prices the caller knows, and what the denied scenario supposes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.codes import Benefit, DenialNotice, DenialReason, DrugLines, Payer
from estimator.model.order import (
    Authorization,
    Coverage,
    CoveragePeriod,
    Denial,
    DrugSupply,
    PriceOverrides,
    Window,
)
from estimator.model.periods import Period
from schemas.amounts import MoneyField, PercentOfLimit, StrictInteger, UnitPriceField
from schemas.assistance import assistance_part
from schemas.balances import BalancesSchema, check_terms
from schemas.codes import HcpcsField
from schemas.fields import CenturyDate, Choice, EnumField, IsoDate, NameField, StrictBoolean, StrictField
from schemas.plans import FUNDING, PlanSchema
from schemas.reading import Given, Part, PartList, RequestSchema, Values
from schemas.secondaries import check_secondaries, secondaries_part

MAX_PERIODS = 6
MARKETS = ("employer", "marketplace", "unknown")


BENEFITS = ("medical", "pharmacy", "part_b", "dme", "part_d")
OF_MEDICARE = frozenset({"part_b", "dme", "part_d", "none"})
OF_OTHERS = {
    Payer.MEDICARE: OF_MEDICARE,
    Payer.MEDICARE_ADVANTAGE: frozenset({"medical", "pharmacy", "part_b", "part_d", "none"}),
}
"""Benefits that a payer has; all others have a medical and a pharmacy benefit."""
OF_ANY = frozenset({"medical", "pharmacy", "none"})


class Benefits(NamedTuple):
    """Which benefit pays the drug, and which giving it; ``None`` is worked out."""

    drug: str | None = None
    administration: str | None = None


class BenefitsSchema(RequestSchema[Benefits]):
    """A benefit for the drug and one for giving it."""

    drug = Choice(BENEFITS)
    administration = Choice((*BENEFITS, "none"), "none: no benefit pays it.")

    example = '{"drug": "part_d", "administration": "none"}'

    def make(self, values: Values) -> Benefits:
        """Make benefits."""
        return Benefits(**values)


class BenefitField(StrictField[Benefits]):
    """Which benefit pays: one word for the drug, or a benefit for each of drug and administration."""

    _word = Choice(BENEFITS)
    _both = BenefitsSchema()

    def openapi(self) -> dict[str, object]:
        """Describe a word or an object."""
        both = {
            "type": "object",
            "properties": {
                "drug": {"type": "string", "enum": list(BENEFITS)},
                "administration": {"type": "string", "enum": [*BENEFITS, "none"]},
            },
            "additionalProperties": False,
        }
        return {"anyOf": [{"type": "string", "enum": list(BENEFITS)}, both]}

    def read(self, value: object) -> Benefits:
        """Read a benefit or two."""
        return self._both.read(value) if isinstance(value, dict) else Benefits(drug=self._word.read(value))


def is_part_d(values: Values) -> bool:
    """Say whether a drug plan pays."""
    benefit = values.get("benefit")
    return benefit is not None and benefit.drug == "part_d"


class SmoothingSchema(RequestSchema[date]):
    """The Medicare Prescription Payment Plan: drug costs billed month by month."""

    opted_in_on = IsoDate("The day of joining.", required=True, examples=["2026-04-01"])

    example = '{"opted_in_on": "2026-04-01"}'

    def make(self, values: Values) -> date:
        """Give the day of joining."""
        opted_in_on: date = values["opted_in_on"]
        return opted_in_on


def network_field() -> Choice:
    """Make the field that says whether a provider is in the plan's network."""
    return Choice(("in", "out"), "Whether the provider is in the plan's network; default in.")


class AuthorizationSchema(RequestSchema[Authorization]):
    """How prior authorization stands."""

    status = Choice(("approved", "pending", "denied", "not_requested", "unknown"))
    number_on_file = StrictBoolean("Whether the authorization number is on file; default false.")
    first_day = CenturyDate("First day it holds.", examples=["2026-12-01"])
    last_day = CenturyDate("Last day it holds.", examples=["2027-06-30"])
    code = HcpcsField("The drug's billing code it was given for.", examples=["J1561"])
    units = StrictInteger("Billing units it holds for.", low=1, high=10**7, examples=[2520])
    visits = StrictInteger("Infusion days it holds for.", low=1, high=1000, examples=[18])

    example = '{"status": "approved", "number_on_file": true}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Find days in the wrong order."""
        first_day, last_day = values.get("first_day"), values.get("last_day")
        if first_day is not None and last_day is not None and last_day < first_day:
            return [Problem("/last_day", "period_backwards")]
        return []

    def make(self, values: Values) -> Authorization:
        """Make an authorization."""
        return Authorization(**values)


class CoverageSchema(RequestSchema[Coverage]):
    """Who pays and on what terms."""

    payer = EnumField(Payer, "Needed for estimates.", examples=["commercial"])
    market = Choice(MARKETS, "Commercial only.")
    policies = PartList(
        NameField(),
        "Policies from GET /v1/policies to hold the order against; Medicare's own are found by place and day.",
        longest=20,
        examples=[["bcbsnd.ig"]],
    )
    funding = Choice(FUNDING, "Whose money pays claims.")
    benefit = BenefitField("Left out: worked out.")
    drug_lines = EnumField(
        DrugLines,
        "Whether each package size of the drug is a claim line; marked: told apart by the modifiers KP and KQ. "
        "Default: the payer's rule where one is on file, else one line.",
    )
    drug_supply = EnumField(DrugSupply, "Who buys the drug and bills it; default the place of care.")
    network = network_field()
    plan = Part(PlanSchema(), "Left out: from nothing owed to the federal limit of the year.")
    balances = Part(BalancesSchema())
    secondaries = secondaries_part()
    authorization = Part(AuthorizationSchema())

    example = '{"payer": "commercial"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find what contradicts between payer, plan and balances."""
        problems = check_terms(values, given)
        problems += check_secondaries(values.get("payer"), values.get("secondaries", ()), is_part_d=is_part_d(values))
        problems += benefit_problems(values.get("payer", Payer.UNKNOWN), values.get("benefit"))
        given_plan = given.get("plan")
        funding = given_plan.get("funding") if isinstance(given_plan, Mapping) else None
        if funding in FUNDING and values.setdefault("funding", funding) != funding:
            problems.append(Problem("/plan/funding", "conflict", {"one": "funding", "other": "plan.funding"}))
        return problems

    def make(self, values: Values) -> Coverage:
        """Make coverage; without a payer it is unknown."""
        benefits = values.pop("benefit", None)
        if benefits is not None:
            values["drug_benefit"], values["administration_benefit"] = (
                None if word is None else Benefit(word) for word in benefits
            )
        values.setdefault("payer", Payer.UNKNOWN)
        if values.get("plan") is not None and values.get("funding") is not None:
            values["plan"] = replace(values["plan"], funding=values["funding"])
        authorization = values.get("authorization")
        if authorization is not None:
            values["authorization_status"] = authorization.status
            values["authorization_number_on_file"] = authorization.number_on_file
        return Coverage(**values)


def benefit_problems(payer: Payer, benefits: Benefits | None) -> list[Problem]:
    """Find benefits that a payer does not have."""
    known = OF_OTHERS.get(payer, OF_ANY)
    return [
        Problem(f"/benefit{'' if name == 'drug' else '/administration'}", "benefit_not_of_payer", {"benefit": word})
        for name, word in zip(("drug", "administration"), benefits or (), strict=False)
        if word is not None and word not in known
    ] + (
        [Problem("/benefit/administration", "not_supported", {"supported": "none"})]
        if benefits is not None and benefits.drug == "part_d" and benefits.administration not in (None, "none")
        else []
    )


_DRUG_PRICES = ("drug_allowed_per_unit", "percent_of_payment_limit", "contract")


class PriceSchema(RequestSchema[PriceOverrides]):
    """Prices the caller knows; each replaces the price on file."""

    drug_allowed_per_unit = UnitPriceField("Allowed for one billing unit of the drug.", examples=["61.35"])
    percent_of_payment_limit = PercentOfLimit("The same, in percent of Medicare's payment limit.", examples=["120"])
    contract = NameField(
        "A contract of your organization (see POST /v1/contracts); needs its key.",
        attribute="contract_id",
        examples=["ctr_0123456789abcdef0123"],
    )
    administration_allowed_per_visit = MoneyField("Allowed for one visit's administration.", examples=["310.00"])
    facility_allowed_per_visit = MoneyField("Allowed for the place itself, a visit.", examples=["150.00"])
    billed_charge_per_unit = UnitPriceField("Charged for one billing unit of the drug.", examples=["180.00"])
    billed_charge_administration = MoneyField("Charged for one visit's administration.", examples=["600.00"])
    cash_price_per_unit = UnitPriceField("What one unit costs who pays without insurance.", examples=["95.00"])

    example = '{"drug_allowed_per_unit": "61.35"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was sent is enough
        """Find a drug priced twice."""
        ways = [name for name in _DRUG_PRICES if given.get(name) is not None]
        return [Problem(f"/{name}", "conflict", {"one": ways[0], "other": name}) for name in ways[1:]]

    def make(self, values: Values) -> PriceOverrides:
        """Make prices."""
        return PriceOverrides(**values)


class DenialSchema(RequestSchema[Denial]):
    """Why the payer denies, and whether the patient signed a notice first."""

    reason = EnumField(DenialReason)
    notice = EnumField(DenialNotice)

    example = '{"reason": "not_necessary", "notice": "signed"}'

    def make(self, values: Values) -> Denial:
        """Make a denial."""
        return Denial(**values)


class WindowSchema(RequestSchema[Window]):
    """What "annual" covers: whole months from a first day."""

    start_on = IsoDate("Default: the therapy's start.", examples=["2027-01-05"])
    months = StrictInteger("Default 12.", low=1, high=24, examples=[12])

    example = '{"start_on": "2027-01-05", "months": 12}'

    def make(self, values: Values) -> Window:
        """Make a window."""
        return Window(**values)


class CoveragePeriodSchema(RequestSchema[CoveragePeriod]):
    """Who pays from one day to another. Each coverage has its own ledger, which begins with nothing met."""

    first_day = CenturyDate("First day of the coverage.", required=True, examples=["2027-01-01"])
    last_day = CenturyDate("Last day; left out where none is known.", examples=["2027-06-30"])
    coverage = Part(CoverageSchema(), required=True)
    price = Part(PriceSchema(), "Prices under this coverage; default those of the request.")
    assistance = assistance_part()

    example = '{"first_day": "2027-01-01", "last_day": null, "coverage": {"payer": "commercial"}}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find a period that ends before it begins, and a coverage without a payer."""
        problems = []
        if values.get("first_day", date.min) > values.get("last_day", date.max):
            problems.append(Problem("/last_day", "period_backwards"))
        coverage = given.get("coverage")
        if isinstance(coverage, Mapping) and coverage.get("payer") is None:
            problems.append(Problem("/coverage/payer", "required"))
        return problems

    def make(self, values: Values) -> CoveragePeriod:
        """Make a period."""
        first_day = values.pop("first_day")
        coverage = replace(values.pop("coverage"), since=first_day)
        return CoveragePeriod(Period(first_day, values.pop("last_day", None)), coverage, **values)


def coverage_periods_part() -> PartList[CoveragePeriod]:
    """Make the field that holds a change of coverage."""
    return PartList(Part(CoveragePeriodSchema()), "For a change of plan, instead of coverage.", longest=MAX_PERIODS)


def settle_periods(values: Values, given: Given, *, instead_of: tuple[str, ...]) -> list[Problem]:
    """Put periods in order, and find what stands beside them and where they overlap."""
    problems = [
        Problem(f"/{name}", "conflict", {"one": name, "other": "coverage_periods"})
        for name in instead_of
        if given.get("coverage_periods") and given.get(name) is not None
    ]
    periods = values.get("coverage_periods")
    if periods is None:
        return problems
    placed = sorted(enumerate(periods), key=lambda item: item[1].period.first_day)
    for (_, before), (place, after) in pairwise(placed):
        last_day = before.period.last_day
        if last_day is None or last_day >= after.period.first_day:
            problems.append(Problem(f"/coverage_periods/{place}/first_day", "periods_overlap"))
    values["coverage_periods"] = tuple(
        replace(period, coverage=replace(period.coverage, place=place)) for place, period in placed
    )
    return problems


def periods_named(given: Given, schema: CoverageSchema) -> tuple[CoveragePeriod, ...]:
    """Read the policies that coverage periods name, each at its place; their days do not matter to that."""
    periods = given.get("coverage_periods")
    found = []
    for place, part in enumerate(periods if isinstance(periods, list) else ()):
        named = schema.read_some(part.get("coverage") if isinstance(part, Mapping) else None, ("policies",))
        if named:
            found.append(CoveragePeriod(Period(date.min, None), Coverage(Payer.UNKNOWN, place=place, **named)))
    return tuple(found)
