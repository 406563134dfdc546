"""Query strings, read as strictly as bodies. Pointers to a query parameter are written ``?name``."""

import re
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from estimator.errors import InvalidRequest, Problem
from estimator.model.periods import Quarter
from estimator.reference.facts import Basis, Standing
from schemas.amounts import StrictInteger
from schemas.codes import HcpcsField
from schemas.fields import Choice, EnumField, IsoDate, NameField, Refused, StrictField
from schemas.reading import RequestSchema, Values

T = TypeVar("T")

RELEASE_KINDS = (
    "payment_limits",
    "ndc_crosswalk",
    "physician_fee_schedule",
    "opps_addendum_b",
    "mue",
    "icd10cm",
)
"""The official files that can be loaded; a test compares them with what the services know."""

_QUARTER = re.compile(r"[0-9]{4}[qQ][1-4]").fullmatch
PAGE = 100
LARGEST_PAGE = 500


class QuerySchema(RequestSchema[T], Generic[T]):
    """The parameters of one endpoint; all are optional."""

    def read_query(self, sent: dict[str, object]) -> T:
        """Read the parameters. Raises ``InvalidRequest`` with every problem found."""
        values, problems = self.gather(sent)
        if problems:
            raise InvalidRequest([Problem(f"?{p.pointer[1:]}", p.code, p.params) for p in problems])
        return self.make(values)


class LongText(NameField):
    """A text that may be as long as a fact's id."""

    longest = 200


class NoQuery(NamedTuple):
    """An endpoint without parameters."""


class NoQuerySchema(QuerySchema[NoQuery]):
    """An endpoint without parameters."""

    def make(self, values: Values) -> NoQuery:
        """Make nothing."""
        return NoQuery(**values)


class EstimateQuery(NamedTuple):
    """How an estimate is answered."""

    view: str | None = None


class EstimateQuerySchema(QuerySchema[EstimateQuery]):
    """How an estimate is answered."""

    view = Choice(("summary",), "`summary` leaves out `infusions` and `facts`.")

    def make(self, values: Values) -> EstimateQuery:
        """Make a query."""
        return EstimateQuery(**values)


class DayQuery(NamedTuple):
    """A day to be asked about."""

    on: date | None = None


class DayQuerySchema(QuerySchema[DayQuery]):
    """A day to be asked about."""

    on = IsoDate("The day asked about; default today.", examples=["2026-11-21"])

    def make(self, values: Values) -> DayQuery:
        """Make a query."""
        return DayQuery(**values)


class PaymentLimitQuery(NamedTuple):
    """Which payment limits."""

    hcpcs: str | None = None
    on: date | None = None


class PaymentLimitQuerySchema(QuerySchema[PaymentLimitQuery]):
    """Which payment limits."""

    hcpcs = HcpcsField("One code; left out, all codes.", examples=["J1561"])
    on = IsoDate("The day of service; default today.", examples=["2026-11-21"])

    def make(self, values: Values) -> PaymentLimitQuery:
        """Make a query."""
        return PaymentLimitQuery(**values)


class FactsQuery(NamedTuple):
    """Which facts."""

    kind: str | None = None
    key: str | None = None
    on: date | None = None
    basis: Basis | None = None
    standing: Standing | None = None
    after: str | None = None
    limit: int = PAGE


class FactsQuerySchema(QuerySchema[FactsQuery]):
    """Which facts."""

    kind = NameField("Kind of fact.", examples=["payment_limit"])
    key = LongText("What the fact is about.", examples=["J1561"])
    on = IsoDate("Only facts that hold on this day.", examples=["2026-11-21"])
    basis = EnumField(Basis, "Only facts read in their source, or only unverified ones.")
    standing = EnumField(Standing, "Only facts in force, only disputed ones, or only superseded ones.")
    after = LongText("The `next` of the page before.")
    limit = StrictInteger(f"How many; default {PAGE}.", low=1, high=LARGEST_PAGE)

    def make(self, values: Values) -> FactsQuery:
        """Make a query."""
        return FactsQuery(**values)


class QuarterField(StrictField[Quarter]):
    """A calendar quarter, as ``2027q1``."""

    def openapi(self) -> dict[str, object]:
        """Describe a quarter."""
        return {"type": "string", "pattern": "^[0-9]{4}[qQ][1-4]$"}

    def read(self, value: object) -> Quarter:
        """Read a quarter."""
        if isinstance(value, str) and _QUARTER(value) is not None:
            return Quarter(int(value[:4]), int(value[5]))
        raise Refused("not_a_quarter")


class TruthField(StrictField[bool]):
    """``true`` or ``false`` in a query string."""

    def openapi(self) -> dict[str, object]:
        """Describe the two words."""
        return {"type": "boolean"}

    def read(self, value: object) -> bool:
        """Read a word."""
        if value in ("true", "false"):
            return value == "true"
        raise Refused("not_allowed", {"choices": "true, false"})


class ReleaseQuery(NamedTuple):
    """Which file is sent, and whether it is to be taken in."""

    kind: str
    file_name: str = "file"
    quarter: Quarter | None = None
    published_on: date | None = None
    dry_run: bool = False


class ReleaseQuerySchema(QuerySchema[ReleaseQuery]):
    """Which file is sent, and whether it is to be taken in."""

    kind = Choice(
        RELEASE_KINDS,
        "What the file is; one table of `mue` for each setting.",
        required=True,
        examples=["payment_limits"],
    )
    file_name = LongText("Its name; CMS's names end in the day of release.", examples=["payment limits 091626.csv"])
    quarter = QuarterField("The quarter it is of; needed where the file does not say.", examples=["2027q1"])
    published_on = IsoDate("When it was published; left out: the day in its name.", examples=["2026-12-17"])
    dry_run = TruthField("Only say what it would bring.")

    def make(self, values: Values) -> ReleaseQuery:
        """Make a query."""
        return ReleaseQuery(**values)


NO_QUERY = NoQuerySchema()
RELEASE_QUERY = ReleaseQuerySchema()
ESTIMATE_QUERY = EstimateQuerySchema()
DAY_QUERY = DayQuerySchema()
PAYMENT_LIMIT_QUERY = PaymentLimitQuerySchema()
FACTS_QUERY = FactsQuerySchema()
