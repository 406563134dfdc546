"""The closed sets of words that requests, claim lines and answers share."""

from enum import StrEnum


class Route(StrEnum):
    """How the drug enters the body."""

    IV = "iv"
    SC = "sc"


class Site(StrEnum):
    """Where the infusion is given."""

    PHYSICIAN_OFFICE = "physician_office"
    INFUSION_SUITE = "infusion_suite"
    HOSPITAL_OUTPATIENT = "hospital_outpatient"
    CRITICAL_ACCESS_HOSPITAL = "critical_access_hospital"
    HOME = "home"

    @property
    def is_hospital(self) -> bool:
        """Say whether a hospital bills for this site."""
        return self in (Site.HOSPITAL_OUTPATIENT, Site.CRITICAL_ACCESS_HOSPITAL)


class HospitalDepartment(StrEnum):
    """Where a hospital's outpatient department lies, as Medicare's outpatient rates tell departments apart."""

    ON_CAMPUS = "on_campus"
    OFF_CAMPUS_EXCEPTED = "off_campus_excepted"
    OFF_CAMPUS_EXCEPTED_RURAL_SOLE_COMMUNITY = "off_campus_excepted_rural_sole_community"
    OFF_CAMPUS_NONEXCEPTED = "off_campus_nonexcepted"


class Payer(StrEnum):
    """Who insures the patient."""

    COMMERCIAL = "commercial"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    TRICARE = "tricare"
    VA = "va"
    SELF_PAY = "self_pay"
    UNKNOWN = "unknown"


class Category(StrEnum):
    """What a claim line is for; the plan may share its cost by category."""

    DRUG = "drug"
    ADMINISTRATION = "administration"
    PREMEDICATION = "premedication"
    VISIT = "visit"
    FACILITY = "facility"
    NURSING = "nursing"
    SUPPLIES = "supplies"
    PHARMACY = "pharmacy"


class Benefit(StrEnum):
    """Which benefit pays a line."""

    MEDICAL = "medical"
    PHARMACY = "pharmacy"
    PART_B = "part_b"
    DME = "dme"
    PART_D = "part_d"
    NONE = "none"


class PriceBasis(StrEnum):
    """Where the allowed amount of a line comes from."""

    PAYMENT_LIMIT = "payment_limit"
    PERCENT_OF_PAYMENT_LIMIT = "percent_of_payment_limit"
    FEE_SCHEDULE = "fee_schedule"
    OPPS_RATE = "opps_rate"
    OPPS_PACKAGED = "opps_packaged"
    HOME_INFUSION_RATE = "home_infusion_rate"
    PLANNING_RANGE = "planning_range"
    CALLER = "caller"
    CONTRACT = "contract"
    INCLUDED = "included"
    COMMERCIAL_RANGE = "commercial_range"
    NONE_PUBLISHED = "none_published"


class VialPolicy(StrEnum):
    """What the choice of packages is to make best."""

    LEAST_WASTE = "least_waste"
    FEWEST_VIALS = "fewest_vials"
    LOWEST_ACQUISITION_COST = "lowest_acquisition_cost"
    GIVEN = "given"


class Phase(StrEnum):
    """Which part of the therapy a course belongs to."""

    LOADING = "loading"
    MAINTENANCE = "maintenance"


class LabelStatus(StrEnum):
    """How a use stands to the labels on file."""

    PRODUCT_LABELED = "product_labeled"
    CLASS_LABELED = "class_labeled"
    OFF_LABEL = "off_label"


class IndicationBasis(StrEnum):
    """How the indication was found. ``assumed``: the diagnosis code stands for more than one condition."""

    GIVEN = "given"
    DIAGNOSIS = "diagnosis"
    ASSUMED = "assumed"
    NONE = "none"


class Severity(StrEnum):
    """How much a flag matters, gravest first."""

    BLOCKS_PAYMENT = "blocks_payment"
    LIKELY_DENIAL = "likely_denial"
    NEEDS_DOCUMENT = "needs_document"
    PROCESS = "process"
    ADVISORY = "advisory"


class DenialReason(StrEnum):
    """Why a payer might deny."""

    NOT_NECESSARY = "not_necessary"
    NO_BENEFIT = "no_benefit"
    NO_AUTHORIZATION = "no_authorization"


class DenialNotice(StrEnum):
    """Whether the patient signed a notice before the service."""

    SIGNED = "signed"
    NONE = "none"


class InfusionRisk(StrEnum):
    """What a label names as a reason to infuse more slowly."""

    RENAL = "renal"
    THROMBOSIS = "thrombosis"


class DrugLines(StrEnum):
    """Whether each package size of a drug is a claim line, and whether modifiers tell the lines apart."""

    ONE = "one_line"
    PER_PACKAGE = "line_per_package"
    PER_PACKAGE_MARKED = "line_per_package_marked"


class MinutesBasis(StrEnum):
    """How infusion minutes came about."""

    PLANNED = "planned"
    DOCUMENTED = "documented"
    LABEL_RATE_STEPS = "label_rate_steps"
    LABEL_OTHER_USE = "label_other_use"
    LABEL_RATE_AT_RISK = "label_rate_at_risk"
    LOWEST_PRACTICABLE = "lowest_practicable"
    LABEL_SITE_LIMITS = "label_site_limits"
    CLASS_DEFAULT = "class_default"
    CLASS_WITHOUT_OWN = "class_without_own"
    WEIGHT_UNKNOWN = "weight_unknown"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """Needed for ideal and adjusted body weight alone."""

    FEMALE = "female"
    MALE = "male"
