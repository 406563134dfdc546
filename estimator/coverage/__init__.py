"""How a use stands to the labels, and which published rules may stand in the way. Never a verdict, never a promise."""

from estimator.coverage.check import CoverageCheck, CoverageQuestion, assess, claim_flags, may_be_denied, owes_if_denied
from estimator.coverage.flags import Flag
from estimator.coverage.label import LabelReading, label_status

__all__ = [
    "CoverageCheck",
    "CoverageQuestion",
    "Flag",
    "LabelReading",
    "assess",
    "claim_flags",
    "label_status",
    "may_be_denied",
    "owes_if_denied",
]
