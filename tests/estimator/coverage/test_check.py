"""Label status and flags, by the cases of ``coverage.yaml``."""

from datetime import date

import pytest

from estimator import checked_periods, coverage, pipeline
from estimator.coverage import Flag
from estimator.model.codes import DenialNotice, DenialReason, Payer, Route, Site
from tests.estimator.orders import AS_OF, day, dose, every, order, patient, plan
from tests.estimator.reference.facts import book_of, fact
from tests.reading import each


def asked(given, **more):
    """Make the order of a case."""
    parts = {name: given[name] for name in ("product", "diagnosis", "indication", "authorization") if name in given}
    if "route" in given:
        parts["route"] = Route(given["route"])
    if "dose" in given:
        parts["dose"] = dose(given["dose"])
    if "interval" in given:
        parts["interval"] = every(given["interval"])
    return order(
        payer=Payer(given.get("payer", "commercial")),
        site_of_care=Site(given.get("site", "physician_office")),
        who=patient(given.get("weight", "70"), age_years=given.get("age")),
        **parts,
        **more,
    )


def priced(given, book):
    own = {"product": "gamunex-c", "diagnosis": "G61.81"} | given
    own_plan = plan("0", given["maximum"]) if "maximum" in given else None
    start_on = day(given.get("start_on", date(2026, 2, 10)))
    request = asked(
        own, courses=1, days_per_course=1, start_on=start_on, infusion_minutes=given["minutes"], plan=own_plan
    )
    return pipeline.estimate(request, book=book).checked.first


@pytest.mark.parametrize("case", each("coverage", "checked"))
def test_an_order_is_held_against_labels_and_rules(case, book):
    found = checked_periods.of_order(asked(case["order"]), book=book).first
    codes = {flag.code for flag in found.flags}

    assert codes >= set(case.get("raised", ()))
    assert codes.isdisjoint(case.get("not_raised", ()))
    for name in ("label_status", "prior_authorization", "liability_if_denied"):
        if name in case:
            assert getattr(found, name) == case[name]
    assert found.outlook == case.get("outlook", "no_policy")


@pytest.mark.parametrize("case", each("coverage", "priced"))
def test_a_priced_order_is_held_against_edits_and_prices(case, book):
    flags = {flag.code: dict(flag.params) for flag in priced(case["order"], book).flags}

    for code, params in case.get("raised", {}).items():
        assert params.items() <= flags[code].items()
    assert set(flags).isdisjoint(case.get("not_raised", ()))


@pytest.mark.parametrize("case", each("coverage", "checked"))
def test_every_flag_is_registered_and_stands_once(case, book):
    found = checked_periods.of_order(asked(case["order"]), book=book).first

    assert [flag.code for flag in found.flags if flag.code not in book.flags] == []
    assert len(set(found.flags)) == len(found.flags)
    assert all(fact_id in book.facts for flag in found.flags for fact_id in flag.fact_ids)


def test_a_flag_says_what_its_sentence_needs(book):
    given = {"product": "gamunex-c", "diagnosis": "G61.81", "dose": "1.5 g/kg", "interval": "10 day"}

    flags = {flag.code: dict(flag.params) for flag in checked_periods.of_order(asked(given), book=book).first.flags}

    assert flags["DOSE_ABOVE_LABEL"] == {"given": "1.5", "limit": "1", "per": "course", "days": "21"}
    assert flags["INTERVAL_OUTSIDE_LABEL"] == {"given": "10 day", "label": "21-21 day"}


def test_an_off_label_product_is_told_which_products_are_labeled(book):
    given = {"product": "octagam-10", "diagnosis": "G61.81"}

    found = checked_periods.of_order(asked(given), book=book).first

    named = next(dict(flag.params) for flag in found.flags if flag.code == "OFF_LABEL_PRODUCT")
    assert named["product"] == "Octagam 10%"
    assert named["labeled_products"] == "Gammagard Liquid, Gammaked, Gamunex-C, Panzyga, Privigen"


def test_the_evidence_of_the_use_is_given(book):
    found = checked_periods.of_order(asked({"product": "gamunex-c", "diagnosis": "G35.A"}), book=book).first

    assert found.evidence == book.indications["ms_rrms"].evidence
    assert found.evidence


@pytest.mark.parametrize(
    ("payer", "reason", "notice", "expected"),
    [
        ("medicare", "not_necessary", "signed", "billed_charge"),
        ("medicare", "not_necessary", "none", "nothing"),
        ("medicare", "no_benefit", "none", "billed_charge"),
        ("commercial", "no_authorization", "none", "nothing"),
        ("commercial", "not_necessary", "signed", "unknown"),
        ("tricare", "not_necessary", "signed", "unknown"),
    ],
)
def test_who_owes_a_denied_service_is_a_fact_or_unknown(payer, reason, notice, expected, book):
    owes, facts = coverage.owes_if_denied(Payer(payer), DenialReason(reason), DenialNotice(notice), AS_OF, book)

    assert owes == expected
    assert bool(facts) == (payer != "tricare")


def test_a_raised_flag_holds_its_parameters_as_texts():
    assert coverage.flags.raised("A", "fact", one=1, two=None) == Flag("A", (("one", "1"), ("two", "None")), ("fact",))


@pytest.mark.parametrize(
    ("signed", "unsigned", "expected"),
    [
        ("billed_charge", "nothing", "patient_only_with_notice"),
        ("nothing", "nothing", "provider"),
        ("billed_charge", "billed_charge", "patient"),
        ("allowed_amount", "allowed_amount", "patient"),
        ("unknown", "nothing", "unknown"),
    ],
)
def test_who_bears_an_unnecessary_service_in_one_word(signed, unsigned, expected):
    small = book_of(
        fact(signed, kind="denial_liability", key="va:not_necessary:signed"),
        fact(unsigned, kind="denial_liability", key="va:not_necessary:none"),
    )

    assert coverage.check.liability_if_denied(Payer.VA, date(2099, 2, 1), small) == expected


def test_a_use_that_was_not_named_is_not_judged(book):
    request = asked({"product": "gamunex-c"}, coverage_check=False)

    flags = {flag.code for flag in checked_periods.of_order(request, book=book).first.flags}

    assert flags.isdisjoint({"OFF_LABEL_CLASS", "OFF_LABEL_PRODUCT", "DX_UNSPECIFIC"})
