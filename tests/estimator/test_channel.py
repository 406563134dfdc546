"""Which benefit pays which line."""

from datetime import date

import pytest

from estimator import channel
from estimator.model.codes import Benefit, Payer, Route, Site

IV, SC = Route.IV, Route.SC
ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("payer", "site", "route", "diagnosis", "drug", "administration"),
    [
        ("commercial", Site.HOME, IV, "G61.81", "medical", "medical"),
        ("medicare_advantage", Site.PHYSICIAN_OFFICE, IV, "G61.81", "medical", "medical"),
        ("medicare", Site.PHYSICIAN_OFFICE, IV, "G61.81", "part_b", "part_b"),
        ("medicare", Site.PHYSICIAN_OFFICE, SC, "D83.1", "part_b", "part_b"),
        ("medicare", Site.HOSPITAL_OUTPATIENT, IV, None, "part_b", "part_b"),
        ("medicare", Site.HOME, IV, "D83.1", "part_b", "part_b"),
        ("medicare", Site.HOME, IV, "D80.1", "part_d", "none"),
        ("medicare", Site.HOME, IV, "G61.81", "part_d", "none"),
        ("medicare", Site.HOME, IV, None, "part_b", "part_b"),  # a missing code is a question
        ("medicare", Site.HOME, IV, "D81.82", "part_b", "part_b"),  # it may have been added to the list
        ("medicare", Site.HOME, SC, "D83.1", "dme", "part_b"),
        ("medicare", Site.HOME, SC, None, "dme", "part_b"),
        ("medicare", Site.HOME, SC, "G61.81", "dme", "part_b"),  # with a product that the rule names
        ("medicare", Site.HOME, SC, "M33.20", "part_d", "none"),
    ],
)
def test_payer_site_route_and_diagnosis_choose_the_benefit(payer, site, route, diagnosis, drug, administration, book):
    found = channel.choose(payer=Payer(payer), site=site, route=route, diagnosis=diagnosis, on=ON, book=book)

    assert (found.drug, found.administration) == (Benefit(drug), Benefit(administration))
