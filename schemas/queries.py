"""Query strings, read as strictly as bodies. Pointers to a query parameter are written ``?name``."""

from datetime import date
from typing import Generic, NamedTuple, TypeVar

from estimator.errors import InvalidRequest, Problem
from estimator.reference.facts import Basis
from schemas.amounts import StrictInteger
from schemas.codes import HcpcsField
from schemas.fields import Choice, EnumField, IsoDate, NameField
from schemas.reading import RequestSchema, Values

T = TypeVar("T")

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
    after: str | None = None
    limit: int = PAGE


class FactsQuerySchema(QuerySchema[FactsQuery]):
    """Which facts."""

    kind = NameField("Kind of fact.", examples=["payment_limit"])
    key = LongText("What the fact is about.", examples=["J1561"])
    on = IsoDate("Only facts that hold on this day.", examples=["2026-11-21"])
    basis = EnumField(Basis, "Only facts read in their source, or only unverified ones.")
    after = LongText("The `next` of the page before.")
    limit = StrictInteger(f"How many; default {PAGE}.", low=1, high=LARGEST_PAGE)

    def make(self, values: Values) -> FactsQuery:
        """Make a query."""
        return FactsQuery(**values)


NO_QUERY = NoQuerySchema()
ESTIMATE_QUERY = EstimateQuerySchema()
DAY_QUERY = DayQuerySchema()
PAYMENT_LIMIT_QUERY = PaymentLimitQuerySchema()
FACTS_QUERY = FactsQuerySchema()
