"""Orders, plans and lines for tests: what a test does not care about is left out."""

from datetime import date
from decimal import Decimal

from estimator.model.claims import ClaimLine
from estimator.model.codes import Benefit, Category, Payer, PriceBasis
from estimator.model.money import Cents, milli_percent
from estimator.model.order import Coverage, Dose, DosePer, EstimateRequest, Interval, IntervalUnit, Patient, Therapy
from estimator.model.plan import NO_LIMIT, CostShareRule, Limit, PlanDesign
from estimator.model.quantities import DoseUnit, Weight, WeightUnit

AS_OF = date(2026, 11, 21)
UNITS = {"": DoseUnit.G, "g": DoseUnit.G, "mg": DoseUnit.MG, "g/kg": DoseUnit.G_PER_KG, "mg/kg": DoseUnit.MG_PER_KG}


def cents(dollars):
    """Read dollars as they are written in a case; ``none`` is no limit."""
    if dollars is None:
        return None
    return NO_LIMIT if dollars == "none" else Cents(int(Decimal(dollars).scaleb(2)))


def dollars(amount):
    """Write whole cents the way cases do, without the product's own code."""
    return None if amount is None else str(Decimal(amount).scaleb(-2).quantize(Decimal("0.01")))


def day(text):
    """Read a day; YAML has often read it already."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def weight(value, unit="kg"):
    """Make a body weight."""
    return Weight(Decimal(value), WeightUnit(unit))


def dose(text, per="course"):
    """Make a dose from ``1 g/kg``."""
    amount, _, unit = text.partition(" ")
    return Dose(Decimal(amount), UNITS[unit], DosePer(per))


def every(text):
    """Make an interval from ``21 day``."""
    value, _, unit = text.partition(" ")
    return Interval(int(value), IntervalUnit(unit))


def patient(kg="70", **more):
    """Make a patient of 70 kg."""
    return Patient(weight=None if kg is None else weight(kg), **more)


def order(*, payer=Payer.COMMERCIAL, plan=None, balances=None, who=None, as_of=AS_OF, **parts):
    """Make a request for an estimate. What is no part of the request is part of the therapy."""
    own = {"site_of_care", "price", "window", "denial", "coverage_check", "assistance"}
    request = {name: parts.pop(name) for name in own & set(parts)}
    coverage = Coverage(
        payer=payer, plan=plan, balances=balances, authorization_status=parts.pop("authorization", None)
    )
    return EstimateRequest(as_of, who or patient(), Therapy(**parts), coverage, **request)


def plan(deductible="0", maximum="none", percent="20", *, year_starts_on=date(2027, 1, 1), **more):
    """Make a plan of one person with a deductible, a percentage and a maximum."""
    share = more.pop("share", CostShareRule(milli_percent(Decimal(percent))))
    return PlanDesign(
        year_starts_on=year_starts_on,
        deductible=more.pop("deductible_limit", Limit(cents(deductible))),
        out_of_pocket_max=more.pop("maximum_limit", Limit(cents(maximum))),
        default_share=share,
        **more,
    )


def line(allowed, category="drug", *, percent=None, code="", **more):
    """Make a priced claim line."""
    return ClaimLine(
        code=code,
        modifiers=(),
        units=1,
        category=Category(category),
        benefit=Benefit.MEDICAL,
        price_basis=PriceBasis.CALLER,
        unit_price=None,
        allowed=cents(allowed),
        coinsurance=None if percent is None else milli_percent(Decimal(percent)),
        **more,
    )
