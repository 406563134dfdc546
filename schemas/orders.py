"""The request that all endpoints about an order share: estimates, claim lines and coverage checks."""

from datetime import date
from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.codes import HospitalDepartment, Payer, Site
from estimator.model.order import (
    DEFAULTS,
    Coverage,
    DosingWeight,
    EstimateRequest,
    Patient,
    PriceOverrides,
    Therapy,
    Window,
)
from schemas.assistance import assistance_part
from schemas.clinical import ClinicalField, readable_facts
from schemas.codes import StateField
from schemas.coverages import (
    CoverageSchema,
    DenialSchema,
    PriceSchema,
    SmoothingSchema,
    WindowSchema,
    coverage_periods_part,
    periods_named,
    settle_periods,
)
from schemas.fields import EnumField, KnowledgeDate, Refused, StrictBoolean
from schemas.not_supported import NotYetSupported
from schemas.patients import PatientSchema
from schemas.reading import Given, Part, Values, WholeRequest
from schemas.therapies import TherapySchema

_THERAPY, _COVERAGE, _PRICE = TherapySchema(), CoverageSchema(), PriceSchema()
_NAMES = ("diagnosis", "indication", "product", "hcpcs", "route", "start_on")
_DEFAULTED = tuple((name, tuple(name.split("."))) for name in DEFAULTS)


class Names(NamedTuple):
    """What an order names, as a request of names alone. ``is_day_known``: none of its days was unreadable."""

    request: EstimateRequest
    is_day_known: bool


class SaveField(StrictBoolean):
    """Whether to keep the answer. Keeping needs a key, and this release hands out none."""

    def read(self, value: object) -> bool:
        """Read ``false``; ``true`` needs a key."""
        if super().read(value):
            raise Refused("key_required")
        return False


class OrderRequestSchema(WholeRequest[EstimateRequest]):
    """An infusion order with who pays for it."""

    as_of = KnowledgeDate(
        "Which day's knowledge; default today. Prices go by date of service.", examples=["2026-11-21"]
    )
    patient = Part(PatientSchema())
    therapy = Part(_THERAPY, required=True)
    site_of_care = EnumField(Site, "Default: physician office, with hospital outpatient in the range.")
    hospital_department = EnumField(
        HospitalDepartment,
        "Where the hospital's outpatient department lies; Medicare's rates and modifiers go by it. Default on campus.",
        examples=["off_campus_excepted"],
    )
    service_state = StateField("Where it is given; default the state of residence.", examples=["TX"])
    price = Part(_PRICE)
    coverage = Part(_COVERAGE)
    coverage_periods = coverage_periods_part()
    assistance = assistance_part()
    clinical = ClinicalField("Facts from GET /v1/clinical-facts, by name; a missing one is unknown.")
    denial = Part(DenialSchema())
    smoothing = Part(SmoothingSchema(), "Drug costs billed month by month.", attribute="opted_in_on")
    eligibility = NotYetSupported("eligibility")
    coverage_check = StrictBoolean("Whether coverage is judged; default true.")
    window = Part(WindowSchema())
    save = SaveField("Whether to keep the answer; needs a key.")

    example = '{"therapy": {"diagnosis": "G61.81"}, "coverage": {"payer": "commercial"}}'

    def check(self, values: Values, given: Given) -> list[Problem]:
        """Find what the endpoint lacks."""
        problems = settle_periods(values, given, instead_of=("coverage",))
        periods = values.get("coverage_periods", ())
        cash = peek(given, "price", "cash_price_per_unit")
        payers = [part.coverage.payer for part in periods] or [peek(given, "coverage", "payer")]
        if cash is not None and Payer.SELF_PAY not in payers:
            problems.append(Problem("/price/cash_price_per_unit", "self_pay_only"))
        site = peek(given, "site_of_care")
        if peek(given, "hospital_department") is not None and site != Site.HOSPITAL_OUTPATIENT.value:
            problems.append(Problem("/hospital_department", "hospital_outpatient_only"))
        values["unsaid"] = tuple(name for name, path in _DEFAULTED if _is_unsaid(given, path))
        return problems + self.needs(given)

    def names_in(self, given: Given, *, today: date) -> Names:
        """Read what an order names of things on file, each by itself, whatever is wrong with the rest."""
        own = self.read_some(given, ("as_of", "window"))
        therapy, price, coverage = (peek(given, name) for name in ("therapy", "price", "coverage"))
        order = _THERAPY.read_some(therapy, _NAMES)
        request = EstimateRequest(
            as_of=own.get("as_of", today),
            patient=Patient(),
            therapy=Therapy(**order),
            coverage=Coverage(payer=Payer.UNKNOWN, **_COVERAGE.read_some(coverage, ("policies",))),
            price=PriceOverrides(**_PRICE.read_some(price, ("contract",))),
            window=own.get("window", Window()),
            clinical=readable_facts(given.get("clinical")),
            periods=periods_named(given, _COVERAGE),
            coverage_check=False,
        )
        said = [(given, own, "as_of"), (given, own, "window"), (therapy, order, "start_on")]
        return Names(request, is_day_known=all(peek(at, name) is None or name in read for at, read, name in said))

    def needs(self, given: Given) -> list[Problem]:  # noqa: ARG002 - for endpoints that need something
        """Find what this endpoint needs and was not given."""
        return []

    def make(self, values: Values) -> EstimateRequest:
        """Make a request."""
        values.pop("save", None)
        values.setdefault("patient", Patient())
        values.setdefault("therapy", Therapy())
        periods = values.pop("coverage_periods", ())
        if periods:
            values |= {"coverage": periods[0].coverage, "periods": periods}
        if "coverage" not in values:
            values["coverage"] = Coverage(payer=Payer.UNKNOWN)
        return EstimateRequest(**values)


def _is_unsaid(given: Given, path: tuple[str, ...]) -> bool:
    """Say whether a field was left out: of the request, or of any of its coverage periods."""
    periods = given.get("coverage_periods")
    if path[0] in ("coverage", "assistance") and isinstance(periods, list) and periods:
        return peek(given, *path) is None and any(peek(part, *path) is None for part in periods)
    return peek(given, *path) is None


def peek(given: object, *path: str) -> object:
    """Look at what was sent at a place, whether or not it could be read; ``None`` if nothing is there."""
    for key in path:
        if not isinstance(given, dict):
            return None
        given = given.get(key)
    return given


def lacks_for_dose(given: Given) -> list[Problem]:
    """Find what an ordered dose cannot be worked out without: a weight, height and sex, the dose of a phase."""
    patient, therapy = given.get("patient") or {}, given.get("therapy")
    if not isinstance(patient, dict) or not isinstance(therapy, dict):
        return []
    phases = therapy.get("phases")
    found = [
        (f"/therapy/phases/{place}/dose", "phase_dose")
        for place, phase in enumerate(phases if isinstance(phases, list) else ())
        if isinstance(phase, dict) and phase.get("dose") is None and phase.get("grams_per_day") is None
    ]
    if therapy.get("dosing_weight") in (DosingWeight.IDEAL, DosingWeight.ADJUSTED):
        lacking = [name for name in ("height", "sex") if patient.get(name) is None]
        if patient.get("weight") is None:
            found.append(("/patient/weight", "dosing_weight"))
        found += [(f"/patient/{name}", "ideal_weight") for name in lacking]
    return [Problem(pointer, "required", {"why": why}) for pointer, why in found]


def lacks_all(given: Given, *names: str) -> bool:
    """Say whether the therapy that was sent is readable as an object and names none of these fields."""
    therapy = given.get("therapy")
    return isinstance(therapy, dict) and all(therapy.get(name) is None for name in names)
