"""How a contract pays: the closed set of methods."""

from enum import StrEnum


class RateMethod(StrEnum):
    """What the number of a contracted rate means."""

    PER_UNIT = "per_unit"
    PERCENT_OF_PAYMENT_LIMIT = "percent_of_payment_limit"
    ASP_PLUS_PERCENT = "asp_plus_percent"
    PERCENT_OF_CHARGE = "percent_of_charge"
    PER_DIEM = "per_diem"
    CASE_RATE = "case_rate"
