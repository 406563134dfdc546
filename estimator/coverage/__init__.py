"""How a use stands to the labels, and which published rules may stand in the way. Never a verdict, never a promise."""

from estimator.coverage.authorization import Countdown, authorization_flags, count_down, other_code
from estimator.coverage.calendar import Event, of_authorization, of_response
from estimator.coverage.check import (
    CoverageCheck,
    CoverageQuestion,
    assess,
    may_be_denied,
    off_label_flags,
    owes_if_denied,
    rules_on,
)
from estimator.coverage.edits import claim_flags
from estimator.coverage.entries import entry_flags, route_flags, waste_flags
from estimator.coverage.evaluation import Finding, Verdict
from estimator.coverage.flags import Flag
from estimator.coverage.judging import Judged
from estimator.coverage.label import LabelReading, label_status
from estimator.coverage.limits import LimitReading
from estimator.coverage.policies import Need, PolicyReading, read_on

__all__ = [
    "Countdown",
    "CoverageCheck",
    "CoverageQuestion",
    "Event",
    "Finding",
    "Flag",
    "Judged",
    "LabelReading",
    "LimitReading",
    "Need",
    "PolicyReading",
    "Verdict",
    "assess",
    "authorization_flags",
    "claim_flags",
    "count_down",
    "entry_flags",
    "label_status",
    "may_be_denied",
    "of_authorization",
    "of_response",
    "off_label_flags",
    "other_code",
    "owes_if_denied",
    "read_on",
    "route_flags",
    "rules_on",
    "waste_flags",
]
