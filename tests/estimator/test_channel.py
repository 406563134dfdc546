"""Which benefit pays which line."""

import pytest

from estimator import channel
from estimator.model.codes import Benefit, Payer, Route, Site

IV, SC = Route.IV, Route.SC


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
        ("medicare", Site.HOME, IV, None, "part_d", "none"),
        ("medicare", Site.HOME, SC, "D83.1", "dme", "dme"),
        ("medicare", Site.HOME, SC, "G61.81", "dme", "dme"),
    ],
)
def test_payer_site_route_and_diagnosis_choose_the_benefit(payer, site, route, diagnosis, drug, administration, book):
    found = channel.choose(payer=Payer(payer), site=site, route=route, diagnosis=diagnosis, book=book)

    assert (found.drug, found.administration) == (Benefit(drug), Benefit(administration))
