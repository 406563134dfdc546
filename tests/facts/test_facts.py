"""The data policed: every fact cited, closed where it must be, and in agreement with its neighbours."""

from collections import defaultdict
from decimal import Decimal
from itertools import combinations

import pytest

from estimator.model.codes import Severity
from estimator.reference.facts import Basis, Standing

AMOUNTS = frozenset(
    {"payment_limit", "part_b_coinsurance", "physician_rvu", "conversion_factor", "opps_rate", "federal_limit"}
)
STATUTORY = {"medicare_amount:part_b_coinsurance_percent:2024-01-01"}


@pytest.fixture(scope="module")
def facts(book):
    return [fact for fact in book.facts.values() if fact.kind != "physician_fee"]


def test_every_fact_has_a_source_a_place_in_it_and_a_basis(facts, book):
    lacking = [
        fact.id
        for fact in facts
        if fact.source_id not in book.sources or not fact.locator.strip() or not isinstance(fact.basis, Basis)
    ]

    assert lacking == []


def test_every_source_can_be_looked_up(book):
    unnamed = [
        source.id
        for source in book.sources.values()
        if not (source.title.strip() and source.publisher.strip())
        or (source.url is not None and not source.url.startswith("http"))
    ]

    assert unnamed == []


def test_a_fact_was_published_when_its_source_was(facts, book):
    """A source may state only a year or a month."""
    differing = [
        fact.id
        for fact in facts
        if fact.published_on is not None
        and not fact.published_on.isoformat().startswith(book.sources[fact.source_id].published_on or "unknown")
    ]

    assert differing == []


def test_every_diagnosis_has_a_source(book):
    cited = {record.source_id for records in book.diagnosis_codes.values() for record in records}

    assert cited <= set(book.sources)


def test_amounts_and_rates_have_a_last_day(facts):
    endless = {
        fact.id
        for fact in facts
        if (fact.kind in AMOUNTS or fact.kind == "medicare_amount") and fact.period.last_day is None
    }

    assert endless == STATUTORY


def test_what_has_no_last_day_is_looked_up_again(facts):
    assert [fact.id for fact in facts if fact.period.last_day is None and fact.recheck_after is None] == []


def test_no_fact_ends_before_it_begins(facts):
    assert [
        fact.id for fact in facts if fact.period.last_day is not None and fact.period.last_day < fact.period.first_day
    ] == []


def test_periods_of_one_amount_do_not_overlap(facts):
    by_key = defaultdict(list)
    for fact in facts:
        if fact.kind in AMOUNTS or fact.kind in (
            "medicare_amount",
            "billing_code",
            "product",
            "package",
            "opps_status",
        ):
            by_key[fact.kind, fact.key].append(fact)
    overlapping = [
        (one.id, other.id)
        for group in by_key.values()
        for one, other in combinations(group, 2)
        if one.period != other.period
        and (one.period.holds(other.period.first_day) or other.period.holds(one.period.first_day))
    ]

    assert overlapping == []


def test_two_records_of_one_period_are_releases(facts):
    by_period = defaultdict(list)
    for fact in facts:
        if fact.standing is Standing.IN_FORCE:
            by_period[fact.kind, fact.key, fact.period].append(fact.release)
    doubled = {key: releases for key, releases in by_period.items() if len(releases) > 1}

    assert [
        key
        for key, releases in doubled.items()
        if sorted(map(str, releases)) != [str(each) for each in range(1, len(releases) + 1)]
    ] == []


def test_percentages_are_between_0_and_100(facts):
    odd = [fact.id for fact in facts if fact.unit == "percent" and not 0 <= Decimal(fact.value) <= 100]

    assert odd == []


def test_a_family_s_limit_is_no_less_than_one_person_s(book):
    for kind, key in book.timelines:
        if kind == "federal_limit" and key.endswith("_individual"):
            family = book.timeline(kind, key.replace("_individual", "_family"))
            for fact in book.timeline(kind, key).facts:
                assert Decimal(family.in_force(fact.period.first_day).value) >= Decimal(fact.value)


def test_labels_name_products_and_indications_on_file(book):
    for (product_id, indication), records in book.labels.items():
        assert product_id in book.products
        assert indication in book.indications
        for _, label in records:
            assert set(label.routes) <= set(book.products[product_id].routes)


def test_a_label_s_doses_are_ordered(book):
    for records in book.labels.values():
        for fact, label in records:
            for dose in label.doses:
                if dose.mg_per_kg_min is not None and dose.mg_per_kg_max is not None:
                    assert 0 < dose.mg_per_kg_min <= dose.mg_per_kg_max, fact.id
                if dose.days_min is not None and dose.days_max is not None:
                    assert 1 <= dose.days_min <= dose.days_max, fact.id


def test_usual_practice_is_ordered_and_plausible(book):
    low, high = book.plausible_range("iv_mg_per_kg_course")
    for indication, usual in book.regimens.items():
        assert indication in book.indications
        assert low <= usual.low <= usual.typical <= usual.high <= high


def test_what_a_label_names_is_labeled_as_a_class(book):
    labeled = {indication for _, indication in book.labels}
    class_labeled = {item.id for item in book.indications.values() if item.class_labeled}

    # Measles is on a label that is not on file, of a product for the muscle.
    assert class_labeled - labeled == {"measles_pep"}
    assert labeled <= class_labeled


def test_ladders_climb_from_the_label_s_first_rate_to_its_highest(book):
    for key, ladder in book.ladders.items():
        rates = [rate for rate, _ in ladder.steps]
        assert rates == sorted(rates), key
        assert all(minutes is not None for _, minutes in ladder.steps[:-1]), key
        if rates:
            assert ladder.steps[-1][1] is None, key
            # Gammagard Liquid prints 5 mL/kg/h, which is 8.33, beside a highest rate of 8.
            assert rates[-1] <= ladder.max_mg_per_kg_min * Decimal("1.05"), key


def test_a_package_holds_what_its_volume_and_units_say(book):
    for product_id, packages in book.packages.items():
        product = book.products[product_id]
        for package in packages:
            if package.billing_units is not None:
                code = book.billing_code(
                    package.hcpcs, max(package.period.first_day, book.billing_codes[package.hcpcs][-1].period.first_day)
                )
                assert package.billing_units * code.mg_per_unit == package.mg, package.ndc
            if package.ml is not None and product_id not in ("gammagard-sd", "cutaquig"):
                assert package.ml * product.concentration_percent * 10 == package.mg, package.ndc


def test_marketed_products_have_a_code_packages_and_a_price(book):
    on = book.newest_publication.replace(month=10, day=1)
    for product in book.products.values():
        if product.is_marketed:
            assert book.billing_code(product.hcpcs, on).immune_globulin, product.id
            assert book.offered_packages(product.id, on), product.id
            assert book.payment_limit(product.hcpcs, on) is not None, product.id


def test_indications_name_billable_codes_of_the_official_list(book):
    wrong = [
        (item.id, code)
        for item in book.indications.values()
        for code in item.icd10
        if not any(record.billable for record in book.diagnosis_codes.get(code, ()))
    ]

    assert wrong == []


def test_lists_name_codes_of_the_official_list(book):
    for name, (_, codes) in book.lists.items():
        assert [code for code in codes if code not in book.diagnosis_codes] == [], name


def test_flags_have_a_severity_and_an_owner_of_the_closed_sets(book):
    for flag in book.flags.values():
        assert flag.severity in tuple(Severity)
        assert flag.owner in ("clinician", "biller", "patient")


@pytest.mark.parametrize(
    ("label", "factor"),
    [("hizentra:pi", "1.37"), ("gamunex-c:pi:sc", "1.37"), ("cuvitru:pi", "1.30"), ("cutaquig:pi", "1.30")],
)
def test_the_published_factors_from_vein_to_skin(label, factor, book):
    # http://www.drugs.com/dosage/vivaglobin.html (Hizentra 1.37, Cuvitru 1.30), http://www.cutaquigus.com/hcp/usage/
    fact = next(fact for fact in book.facts.values() if fact.kind == "label" and fact.key == label)

    assert {Decimal(dose["conversion_factor"]) for dose in fact.value["doses"]} == {Decimal(factor)}


@pytest.mark.parametrize(
    ("label", "phase", "expected"),
    [
        ("privigen:cidp", "loading", ("2000", "2000", 2, 5)),
        ("privigen:cidp", "maintenance", ("1000", "1000", 1, 2)),
        ("gammagard-liquid:cidp", "loading", ("2000", "2000", 2, 5)),
        ("gammagard-liquid:cidp", "maintenance", ("1000", "1000", 1, 4)),
    ],
)
def test_the_published_regimens_for_cidp(label, phase, expected, book):
    # http://www.privigen.com/Dosing; https://www.gammagard.com/hcp/cidp/dosing-administration
    fact = next(fact for fact in book.facts.values() if fact.kind == "label" and fact.key == label)
    dose = next(dose for dose in fact.value["doses"] if dose["phase"] == phase)

    assert (dose["mg_per_kg_min"], dose["mg_per_kg_max"], dose["days_min"], dose["days_max"]) == expected
