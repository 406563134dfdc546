"""Three levels of label status."""

from datetime import date

import pytest

from estimator.coverage.label import is_inside, label_status
from estimator.model.codes import LabelStatus, Route
from estimator.reference.kinds import Label
from tests.estimator.orders import AS_OF


def status(product_id, indication, *, route=Route.IV, on=AS_OF, book):
    return label_status(product_id, indication=indication, route=route, age_years=None, on=on, book=book)


@pytest.mark.parametrize(
    ("product_id", "indication", "expected"),
    [
        ("gamunex-c", "cidp", LabelStatus.PRODUCT_LABELED),
        ("octagam-10", "cidp", LabelStatus.CLASS_LABELED),
        ("octagam-10", "dermatomyositis", LabelStatus.PRODUCT_LABELED),
        ("gamunex-c", "dermatomyositis", LabelStatus.CLASS_LABELED),
        ("gamunex-c", "gbs", LabelStatus.OFF_LABEL),
        (None, "cidp", LabelStatus.CLASS_LABELED),
        (None, "gbs", LabelStatus.OFF_LABEL),
        ("gamunex-c", None, LabelStatus.OFF_LABEL),
    ],
)
def test_a_label_s_three_levels(product_id, indication, expected, book):
    assert status(product_id, indication, book=book).status is expected


def test_a_route_has_a_label_of_its_own(book):
    by_vein = status("gamunex-c", "pi", book=book).label
    under_the_skin = status("gamunex-c", "pi", route=Route.SC, book=book).label

    assert by_vein.fact_id != under_the_skin.fact_id
    assert under_the_skin.routes == (Route.SC,)


def test_a_label_holds_from_its_first_day(book):
    # Gammagard Liquid for CIDP: 26 January 2024.
    assert status("gammagard-liquid", "cidp", on=date(2024, 1, 25), book=book).status is LabelStatus.CLASS_LABELED
    assert status("gammagard-liquid", "cidp", on=date(2024, 1, 26), book=book).status is LabelStatus.PRODUCT_LABELED


@pytest.mark.parametrize(
    ("lowest", "highest", "age", "expected"),
    [
        (12, None, None, None),
        (12, None, 11, False),
        (12, None, 12, True),
        (12, 17, 17, True),
        (12, 17, 18, False),
        (None, 17, 0, True),
        (None, None, 99, True),
    ],
)
def test_an_age_is_inside_or_outside_or_unknown(lowest, highest, age, expected):
    label = Label("p", "i", (Route.IV,), lowest, highest, None, (), "f")

    assert is_inside(label, age) is expected
