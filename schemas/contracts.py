"""A contract with a payer, as an organization enters it."""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.codes import Payer, Site
from estimator.model.contracts import CasePer, RateMethod, RateScope
from estimator.model.periods import Period
from estimator.model.quantities import plain
from schemas.amounts import MAX_UNIT_PRICE, UNSIGNED_PATTERN, exact
from schemas.fields import Choice, EnumField, IsoDate, NameField, PlanYearDate, Refused, StrictField
from schemas.queries import QuerySchema, TruthField
from schemas.reading import Given, Part, PartList, RequestSchema, Values, WholeRequest

PAYERS = (Payer.COMMERCIAL, Payer.MEDICARE_ADVANTAGE, Payer.MEDICAID, Payer.TRICARE, Payer.VA)
"""Who negotiates. Original Medicare sets its prices itself, and who pays without insurance has no contract."""

MOST_RATES = 500
MOST_NUMBERS = 100
MOST_DOLLARS = Decimal(10_000_000)
_BOUNDS = {
    RateMethod.PER_UNIT: (Decimal(0), MAX_UNIT_PRICE),
    RateMethod.PERCENT_OF_PAYMENT_LIMIT: (Decimal(10), Decimal(1000)),
    RateMethod.ASP_PLUS_PERCENT: (Decimal(0), Decimal(1000)),
    RateMethod.PERCENT_OF_CHARGE: (Decimal(1), Decimal(100)),
    RateMethod.PER_DIEM: (Decimal(0), MOST_DOLLARS),
    RateMethod.CASE_RATE: (Decimal(0), MOST_DOLLARS),
}
_FRACTIONS = (RateMethod.PERCENT_OF_PAYMENT_LIMIT, RateMethod.ASP_PLUS_PERCENT, RateMethod.PERCENT_OF_CHARGE)
_CODE = re.compile(r"[A-Z][0-9]{4}|[0-9]{4}[0-9A-Z]").fullmatch


class SourceDraft(NamedTuple):
    """Where the rates are written."""

    title: str
    publisher: str | None = None
    published_on: date | None = None
    url: str | None = None
    sha256: str | None = None


class RateDraft(NamedTuple):
    """One rate, for a code or for a scope. ``locator`` says where in the source it stands."""

    method: RateMethod
    value: Decimal
    code: str | None = None
    scope: RateScope | None = None
    per: CasePer = CasePer.VISIT
    first_day: date | None = None
    last_day: date | None = None
    locator: str = "entered by hand"

    def period(self, contract: "ContractDraft") -> Period:
        """Give the days the rate holds: its own, else the contract's."""
        return Period(self.first_day or contract.first_day, self.last_day or contract.last_day)


class ContractDraft(NamedTuple):
    """A contract as entered."""

    name: str
    payer: Payer
    first_day: date
    rates: tuple[RateDraft, ...]
    source: SourceDraft
    last_day: date | None = None
    payer_name: str | None = None
    site: Site | None = None


class BillingCodeField(StrictField[str]):
    """A HCPCS or CPT code, in any case."""

    def openapi(self) -> dict[str, object]:
        """Describe a billing code."""
        return {"type": "string", "pattern": "^([A-Za-z][0-9]{4}|[0-9]{4}[0-9A-Za-z])$"}

    def read(self, value: object) -> str:
        """Read a code into capitals."""
        code = value.strip().upper() if type(value) is str else ""
        if _CODE(code) is None:
            raise Refused("billing_code_malformed")
        return code


class RateValueField(StrictField[Decimal]):
    """Dollars or percent, by the method."""

    def openapi(self) -> dict[str, object]:
        """Describe the number of a rate."""
        return {"type": ["string", "number"], "pattern": UNSIGNED_PATTERN, "minimum": 0}

    def read(self, value: object) -> Decimal:
        """Read a number that is not negative."""
        found = exact(
            value, oversized="out_of_range", params={"why": "bounds", "low": "0", "high": plain(MOST_DOLLARS)}
        )
        if found < 0:
            raise Refused("out_of_range", {"low": "0", "high": plain(MOST_DOLLARS)})
        return found


class TitleField(NameField):
    """A longer text, such as a document's title."""

    longest = 200


class RateGivenSchema(RequestSchema[RateDraft]):
    """One rate of a contract."""

    code = BillingCodeField("The drug or service it is for.", examples=["J1561"])
    scope = EnumField(RateScope, "Instead of a code: the drug, all that gives it, or everything.")
    method = EnumField(RateMethod, "What the number means.", required=True, examples=["percent_of_payment_limit"])
    value = RateValueField("Dollars or percent.", required=True, examples=["120"])
    per = EnumField(CasePer, "case_rate only: each visit (the default), or each course of consecutive days.")
    first_day = IsoDate("Default: the contract's first day.")
    last_day = IsoDate("Default: the contract's last day.")

    example = '{"code": "J1561", "method": "percent_of_payment_limit", "value": "120"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Hold what the rate is for, and its number, against its method."""
        problems: list[Problem] = []
        if given.get("code") is None and given.get("scope") is None:
            problems.append(Problem("/code", "required"))
        elif given.get("code") is not None and given.get("scope") is not None:
            return [Problem("/scope", "conflict", {"one": "code", "other": "scope"})]
        method = values.get("method")
        if method is None:
            return problems
        if given.get("per") is not None and method is not RateMethod.CASE_RATE:
            problems.append(Problem("/per", "case_rate_only"))
        if "value" in values:
            problems += _value_problems(method, values["value"])
        return problems + _scope_problems(method, values.get("code"), values.get("scope"))

    def make(self, values: Values) -> RateDraft:
        """Make a rate."""
        return RateDraft(**values)


class RateSourceSchema(RequestSchema[SourceDraft]):
    """Where the rates are written."""

    title = TitleField(required=True, examples=["Agreement with Invented Health, exhibit B"])
    publisher = TitleField()
    published_on = PlanYearDate("The day it was signed or published.", examples=["2026-11-01"])
    url = TitleField()

    example = '{"title": "Agreement, exhibit B", "published_on": "2026-11-01"}'

    def make(self, values: Values) -> SourceDraft:
        """Make a source."""
        return SourceDraft(**values)


class ContractRequestSchema(WholeRequest[ContractDraft]):
    """A contract with a payer. It is never changed: withdraw it and enter another."""

    name = TitleField("What you call it.", required=True, examples=["Invented Health PPO 2027"])
    payer = Choice([payer.value for payer in PAYERS], "The kind of payer.", required=True, examples=["commercial"])
    payer_name = TitleField("The payer's name.", examples=["Invented Health"])
    site_of_care = EnumField(Site, "Where it pays; default anywhere.", attribute="site")
    first_day = IsoDate("First date of service.", required=True, examples=["2027-01-01"])
    last_day = IsoDate("Last date of service; default: until it is withdrawn.", examples=["2027-12-31"])
    rates = PartList(Part(RateGivenSchema()), "The rates.", longest=MOST_RATES, required=True)
    source = Part(RateSourceSchema(), "Where the rates are written.", required=True)

    example = '{"name": "…", "payer": "commercial", "first_day": "2027-01-01", "rates": [], "source": {"title": "…"}}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Find days in the wrong order. Rates are held against each other and the facts by ``services.contracts``."""
        first_day, last_day = values.get("first_day"), values.get("last_day")
        if first_day is None:
            return []
        if last_day is not None and last_day < first_day:
            return [Problem("/last_day", "last_day_before_first")]
        return []

    def make(self, values: Values) -> ContractDraft:
        """Make a contract."""
        values.pop("as_of", None)
        return ContractDraft(**(values | {"payer": Payer(values["payer"])}))


def _value_problems(method: RateMethod, value: Decimal) -> list[Problem]:
    low, high = _BOUNDS[method]
    if method in _FRACTIONS and 0 < value < 1:
        return [Problem("/value", "percent_looks_like_fraction", {"meant": plain(value * 100)})]
    if not low <= value <= high:
        return [Problem("/value", "out_of_range", {"low": plain(low), "high": plain(high)})]
    if method.is_packaged and value != value.quantize(Decimal("0.01")):
        return [Problem("/value", "too_many_places", {"places": 2})]
    return []


def _scope_problems(method: RateMethod, code: str | None, scope: RateScope | None) -> list[Problem]:
    """Find what a method cannot be for."""
    if method is RateMethod.PER_UNIT and scope is not None:
        return [Problem("/scope", "rate_needs_code")]
    if method is RateMethod.CASE_RATE and code is not None:
        return [Problem("/code", "rate_needs_scope")]
    if method is RateMethod.ASP_PLUS_PERCENT and scope not in (None, RateScope.DRUG):
        return [Problem("/method", "drugs_only")]
    return []


class NumbersField(StrictField[tuple[str, ...]]):
    """Numbers of so many digits in a query string: one, or the parameter several times. Hyphens may stand in them."""

    def __init__(self, digits: int, description: str) -> None:
        self.digits = digits
        super().__init__(description)

    def openapi(self) -> dict[str, object]:
        """Describe a list of numbers."""
        return {"type": "array", "items": {"type": "string", "pattern": "^[0-9-]+$"}, "maxItems": MOST_NUMBERS}

    def read(self, value: object) -> tuple[str, ...]:
        """Read one number or several."""
        given = value if isinstance(value, list) else [value]
        if len(given) > MOST_NUMBERS:
            raise Refused("too_many", {"limit": MOST_NUMBERS})
        for each in given:
            bare = each.replace("-", "") if isinstance(each, str) else ""
            if not (bare.isascii() and bare.isdigit() and len(bare) == self.digits):
                raise Refused("number_of_digits", {"digits": self.digits})
        return tuple(given)


class PriceFileQuery(NamedTuple):
    """Which prices of a file are wanted, and what contract they become."""

    name: str
    payer: Payer
    npi: tuple[str, ...] = ()
    tin: tuple[str, ...] = ()
    payer_name: str | None = None
    plan_name: str | None = None
    site: Site | None = None
    first_day: date | None = None
    last_day: date | None = None
    dry_run: bool = False


class PriceFileQuerySchema(QuerySchema[PriceFileQuery]):
    """Which prices of a file are wanted, and what contract they become."""

    name = TitleField("What you call the contract.", required=True, examples=["Invented Health PPO 2027"])
    payer = Choice([payer.value for payer in PAYERS], "The kind of payer.", required=True, examples=["commercial"])
    npi = NumbersField(10, "Whose prices in a payer's file, by National Provider Identifier.")
    tin = NumbersField(9, "The same, by tax number.")
    payer_name = TitleField("Part of the payer's name; a price that names none is then not taken.")
    plan_name = TitleField("Part of the plan's name in a hospital's file; a payer's file names none.")
    site_of_care = EnumField(Site, "Only prices of this site; needed where prices differ by site.", attribute="site")
    first_day = IsoDate("First date of service; default: the day the file names.")
    last_day = IsoDate("Last date of service.")
    dry_run = TruthField("Only say what it would hold.")

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Find days in the wrong order."""
        first_day, last_day = values.get("first_day"), values.get("last_day")
        if first_day is not None and last_day is not None and last_day < first_day:
            return [Problem("/last_day", "last_day_before_first")]
        return []

    def make(self, values: Values) -> PriceFileQuery:
        """Make a query."""
        return PriceFileQuery(**(values | {"payer": Payer(values["payer"])}))


PRICE_FILE_QUERY = PriceFileQuerySchema()
CONTRACT_REQUEST = ContractRequestSchema()
