"""The infusion order."""

from decimal import Decimal

from estimator.errors import Problem
from estimator.model.codes import MinutesBasis, Phase, Route, VialPolicy
from estimator.model.order import (
    CustomProduct,
    Dose,
    DosePer,
    DoseRounding,
    DosingWeight,
    GivenVial,
    Interval,
    IntervalUnit,
    Loading,
    Premedication,
    PreviousIvig,
    Therapy,
    TherapyPhase,
)
from estimator.model.quantities import DoseUnit
from schemas.amounts import DecimalField, GramsField, MoneyField, PercentField, PositiveDecimal, StrictInteger
from schemas.codes import HcpcsField, Icd10Field, ServiceCodeField, read_ndc
from schemas.fields import Choice, EnumField, IsoDate, NameField, StrictBoolean, UnitField
from schemas.reading import Given, MapOf, Part, PartList, RequestSchema, Values

REPLACED_BY_PHASES = (
    "dose",
    "grams_per_day",
    "days_per_course",
    "interval",
    "interval_days",
    "courses",
    "loading",
    "previous_ivig",
    "ramp_up",
)
"""What an order in phases says in each phase, or does not say at all."""

MAX_INTERVAL = {IntervalUnit.DAY: 366, IntervalUnit.WEEK: 52, IntervalUnit.MONTH: 12}


class DoseSchema(RequestSchema[Dose]):
    """A dose as ordered."""

    amount = PositiveDecimal("How much.", high=10**6, code="dose_out_of_range", required=True, examples=["1"])
    unit = UnitField(DoseUnit, "By weight, or in all.", required=True, examples=["g/kg"])
    per = EnumField(DosePer, "For the whole course (the default) or for each of its days.")

    example = '{"amount": "1", "unit": "g/kg", "per": "course"}'

    def make(self, values: Values) -> Dose:
        """Make a dose."""
        return Dose(**values)


class IntervalSchema(RequestSchema[Interval]):
    """The time from the first day of one course to the first day of the next."""

    value = StrictInteger(low=1, high=366, required=True, examples=[21])
    unit = UnitField(IntervalUnit, "A month is a calendar month.", required=True, examples=["day"])

    example = '{"value": 21, "unit": "day"}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was read is enough
        """Keep an interval within a year."""
        if len(values) == 2 and values["value"] > (limit := MAX_INTERVAL[values["unit"]]):
            return [Problem("/value", "out_of_range", {"low": "1", "high": str(limit)})]
        return []

    def make(self, values: Values) -> Interval:
        """Make an interval."""
        return Interval(**values)


class LoadingSchema(RequestSchema[Loading]):
    """A loading dose before the first course. Not counted in ``courses``."""

    dose = Part(DoseSchema(), required=True)
    days = StrictInteger("Consecutive days it is given on.", low=1, high=10)
    then_after_days = StrictInteger("From its first day to the first course.", low=1, high=366)

    example = '{"dose": {"amount": "2", "unit": "g/kg"}, "days": 2, "then_after_days": 21}'

    def make(self, values: Values) -> Loading:
        """Make a loading dose."""
        return Loading(**values)


class TherapyPhaseSchema(RequestSchema[TherapyPhase]):
    """One phase of an order that changes over time, such as a taper."""

    dose = Part(DoseSchema(), "Or grams_per_day.")
    days_per_course = StrictInteger("Consecutive days of one course.", low=1, high=31, examples=[1])
    grams_per_day = PartList(
        GramsField(), "Grams on each day of a course.", longest=31, attribute="mg_per_day", examples=[["40", "30"]]
    )
    interval = Part(IntervalSchema(), "From course to course, and to the first course of the next phase.")
    interval_days = StrictInteger("Short for an interval in days.", low=1, high=366, examples=[21])
    courses = StrictInteger("How many; left out for the last phase alone: through the window.", low=1, high=400)

    example = '{"dose": {"amount": "1", "unit": "g/kg"}, "interval_days": 21, "courses": 6}'

    def check(self, values: Values, given: Given) -> list[Problem]:  # noqa: ARG002 - what was sent is enough
        """Find fields that contradict each other."""
        return _conflicts(
            given, ("interval", "interval_days"), ("dose", "grams_per_day"), ("days_per_course", "grams_per_day")
        )

    def make(self, values: Values) -> TherapyPhase:
        """Make a phase."""
        days = values.pop("interval_days", None)
        if days is not None:
            values["interval"] = Interval(days)
        return TherapyPhase(**values)


class PreviousIvigSchema(RequestSchema[PreviousIvig]):
    """The infusions by vein that a subcutaneous therapy takes the place of."""

    grams = GramsField("Grams of each infusion.", required=True, attribute="mg", examples=["30"])
    interval_days = StrictInteger("Days from one to the next.", low=1, high=366, required=True, examples=[28])

    example = '{"grams": "30", "interval_days": 28}'

    def make(self, values: Values) -> PreviousIvig:
        """Make the infusions before."""
        return PreviousIvig(**values)


class PremedicationSchema(RequestSchema[Premedication]):
    """A service before the infusion, as it is billed."""

    code = ServiceCodeField("Its billing code.", required=True, examples=["96375"])
    units = StrictInteger("Default 1.", low=1, high=100, examples=[1])

    example = '{"code": "96375", "units": 1}'

    def make(self, values: Values) -> Premedication:
        """Make a premedication."""
        return Premedication(**values)


class DispenseSchema(RequestSchema[int]):
    """What is shipped and billed at once."""

    days_supply = StrictInteger("Days that one supply lasts.", low=1, high=120, required=True, examples=[28])

    example = '{"days_supply": 28}'

    def make(self, values: Values) -> int:
        """Give the days."""
        days: int = values["days_supply"]
        return days


class CustomProductSchema(RequestSchema[CustomProduct]):
    """A product that is not on file, as the caller describes it."""

    hcpcs = HcpcsField("Its billing code.", required=True, examples=["J1599"])
    mg_per_unit = PositiveDecimal("Milligrams in one billing unit.", high=10**6, required=True, examples=["500"])
    package_mg = PartList(
        StrictInteger(low=1, high=10**6), "Milligrams in each package size.", required=True, examples=[[5000, 10000]]
    )
    single_dose = StrictBoolean("Whether what is left in an opened package is discarded; true by default.")
    concentration_percent = DecimalField(low=Decimal("0.1"), high=100)

    example = '{"hcpcs": "J1599", "mg_per_unit": "500", "package_mg": [5000, 10000]}'

    def make(self, values: Values) -> CustomProduct:
        """Make a product."""
        return CustomProduct(**values)


class GivenVialSchema(RequestSchema[GivenVial]):
    """Packages of one size that are opened."""

    grams = GramsField("Size of one package.", required=True, attribute="mg", examples=["20"])
    count = StrictInteger(low=1, high=200, required=True, examples=[2])

    example = '{"grams": "20", "count": 2}'

    def make(self, values: Values) -> GivenVial:
        """Make given packages."""
        return GivenVial(**values)


class TherapySchema(RequestSchema[Therapy]):
    """The infusion order."""

    diagnosis = Icd10Field("ICD-10-CM, any case, dot optional.", examples=["G61.81"])
    indication = NameField("Id from GET /v1/indications.", examples=["cidp"])
    product = NameField("Id from GET /v1/products, or a brand name.", examples=["gamunex-c"])
    hcpcs = HcpcsField("Billing code of the product, where the product is not known.", examples=["J1561"])
    custom_product = Part(CustomProductSchema(), "Claim lines only.")
    route = EnumField(Route, "Default: the product's, intravenous if it has both.")
    dose = Part(DoseSchema(), "Default: the label's or usual practice; claim lines need one.")
    days_per_course = StrictInteger("Consecutive days of one course.", low=1, high=31, examples=[1])
    grams_per_day = PartList(
        GramsField(), "Grams on each day of a course.", longest=31, attribute="mg_per_day", examples=[["40", "30"]]
    )
    interval = Part(IntervalSchema(), "From course to course. Default: the label's or usual practice.")
    interval_days = StrictInteger("Short for an interval in days.", low=1, high=366, examples=[21])
    loading = Part(LoadingSchema(), 'A loading dose; "usual" takes the label\'s.', words={"usual": Loading(dose=None)})
    phases = PartList(
        Part(TherapyPhaseSchema()),
        "Phases one after the other, for a taper; instead of dose, interval and courses.",
        may_be_empty=True,
    )
    start_on = IsoDate("First date of service; default today.", examples=["2027-01-05"])
    courses = StrictInteger("How many courses; default: through the window.", low=1, high=400)
    previous_ivig = Part(
        PreviousIvigSchema(),
        "For a switch to subcutaneous: gives the dose, by the label's factor, where none is given.",
    )
    ramp_up = StrictBoolean("Whether the label's smaller first doses are given; default: with a switch from IVIG.")
    dispense = Part(
        DispenseSchema(), "Supply shipped and billed for several infusions at once.", attribute="dispense_days"
    )
    first_infusion = StrictBoolean(
        "Whether the patient has never had the product: its first infusion may run more slowly, and its first visit "
        "at home has a code of its own. Default false.",
        attribute="is_first_infusion",
    )
    pump_setups = StrictInteger(
        "Subcutaneous: how many pumps are set up for one infusion, each with sites of its own; default 1.",
        low=1,
        high=8,
    )
    nurse_visits = Choice(
        ("each", "none"),
        "At home: whether a nurse comes to each infusion; default each by vein, none under the skin.",
    )
    package_prices = MapOf(
        read_ndc, MoneyField(), "What a package costs to buy, by NDC.", examples=[{"13533-0800-40": "1800.00"}]
    )
    stock_grams = PartList(
        GramsField(),
        "Package sizes at hand; default: all on the market.",
        attribute="stock_mg",
        examples=[["20", "10"]],
    )
    phase = EnumField(Phase, "Claim lines only; default maintenance.")
    dosing_weight = EnumField(DosingWeight, "Which weight a dose per kg is counted on; default actual.")
    dose_rounding = EnumField(DoseRounding, "How each day's dose is rounded to whole packages; default none.")
    dose_rounding_max_percent = PercentField(
        "The most a day's dose may change by; a dose that would change more is kept.", examples=["10"]
    )
    dose_cap_grams = GramsField("The most grams of one course, whatever the weight.", attribute="dose_cap_mg")
    vial_policy = EnumField(VialPolicy, "Default: least waste.")
    vials = PartList(Part(GivenVialSchema()), "The packages opened, with the policy given.")
    infusion_minutes = StrictInteger("Minutes of one infusion; default: from label rate steps.", low=1, high=1440)
    infusion_minutes_basis = Choice(
        (MinutesBasis.PLANNED, MinutesBasis.DOCUMENTED), "Where the minutes come from; default planned."
    )
    premedication = PartList(
        Part(PremedicationSchema()), "Services before each infusion, as they are billed.", may_be_empty=True
    )

    example = '{"diagnosis": "G61.81", "product": "gamunex-c"}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find fields that contradict each other."""
        problems: list[Problem] = []
        problems += _conflicts(
            given,
            ("interval", "interval_days"),
            ("product", "custom_product"),
            ("hcpcs", "custom_product"),
            *[(name, "phases") for name in REPLACED_BY_PHASES],
        )
        if given.get("dose_cap_grams") is not None and given.get("grams_per_day") is not None:
            problems.append(Problem("/dose_cap_grams", "conflict", {"one": "grams_per_day", "other": "dose_cap_grams"}))
        if given.get("dose_rounding_max_percent") is not None and given.get("dose_rounding") in (None, "none"):
            problems.append(Problem("/dose_rounding", "required", {"why": "dose_rounding_max_percent"}))
        policy = values.get("vial_policy")
        has_vials = given.get("vials") is not None
        if policy is VialPolicy.GIVEN and not has_vials:
            problems.append(Problem("/vials", "required"))
        elif has_vials and policy is not VialPolicy.GIVEN:
            problems.append(Problem("/vial_policy", "vials_without_policy"))
        if policy is VialPolicy.LOWEST_ACQUISITION_COST and not given.get("package_prices"):
            problems.append(Problem("/package_prices", "required"))
        return problems

    def make(self, values: Values) -> Therapy:
        """Make an order."""
        days = values.pop("interval_days", None)
        if days is not None:
            values["interval"] = Interval(days)
        basis = values.get("infusion_minutes_basis")
        if basis is not None:
            values["infusion_minutes_basis"] = MinutesBasis(basis)
        nurse = values.pop("nurse_visits", None)
        if nurse is not None:
            values["nurse_visits"] = nurse == "each"
        return Therapy(**values)


def _conflicts(given: Given, *pairs: tuple[str, str]) -> list[Problem]:
    """Find pairs of fields of which only one may be sent."""
    return [
        Problem(f"/{other}", "conflict", {"one": one, "other": other})
        for one, other in pairs
        if given.get(one) not in (None, []) and given.get(other) not in (None, [])
    ]
