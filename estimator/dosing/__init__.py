"""Therapy order → dated infusions in whole milligrams.

A course is given on one day or split over consecutive days; courses follow each other at an interval. A loading dose
comes first where one is ordered, and an order may change in phases. Holidays and weekends are not looked at.
"""

from estimator.dosing.calendar import schedule, segment_starts
from estimator.dosing.checks import LabelRange, check_stated_dose, label_range_of
from estimator.dosing.conversion import Conversion
from estimator.dosing.course import Course, ordered_mg_per_kg, split_course
from estimator.dosing.intervals import course_start, interval_days, interval_span
from estimator.dosing.phases import Segment
from estimator.dosing.regimen import Regimen, complete
from estimator.dosing.weight import Weighed

__all__ = [
    "Conversion",
    "Course",
    "LabelRange",
    "Regimen",
    "Segment",
    "Weighed",
    "check_stated_dose",
    "complete",
    "course_start",
    "interval_days",
    "interval_span",
    "label_range_of",
    "ordered_mg_per_kg",
    "schedule",
    "segment_starts",
    "split_course",
]
