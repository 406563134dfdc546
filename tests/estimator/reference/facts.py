"""A small book from literals: invented figures of the year 2099."""

from datetime import date, timedelta

from estimator.model.periods import Period
from estimator.reference.build import build
from estimator.reference.facts import Basis, Fact, Source

PRODUCT = {
    "brand": "Globulin",
    "manufacturer": "Maker",
    "names": ["globulin 10%"],
    "routes": ["iv", "sc"],
    "concentration_percent": "10",
    "hcpcs": "J0001",
    "group": "ivig",
    "status": "marketed",
}
PACKAGE = {"product": "globulin", "labeler": "Maker", "container": "vial", "mg": 5000, "ml": "50", "offered": True}
CODE = {"category": "drug", "name": "Globulin", "mg_per_unit": "500", "immune_globulin": True}
DOSE = {"phase": "maintenance", "mg_per_kg_min": "300", "mg_per_kg_max": "600", "interval_days": [21, 28]}
LABEL = {"product": "globulin", "indication": "pi", "routes": ["iv"], "age_min_years": 2, "doses": [DOSE]}
LADDER = {"initial_mg_per_kg_min": "1", "steps": [{"mg_per_kg_min": "1", "minutes": 30}, {"ml_per_kg_h": "3"}]}
REGIMEN = {"mg_per_kg": {"low": "300", "typical": "400", "high": "600"}, "interval_days": [28], "days_per_course": [1]}
INDICATION = {"name": "Disease", "group": "neuro", "icd10": ["A00.0"], "class_labeled": True}
FLAG = {"severity": "advisory", "owner": "biller"}

SOURCE = Source("cms-2099", "Invented fee schedule", "CMS", None, "2098-11", official=True)


def fact(value, *, kind="payment_limit", key="J0001", first="2099-01-01", last="2099-03-31", **more):
    """Make a fact."""
    return Fact(
        kind=kind,
        key=key,
        value=value,
        unit=more.pop("unit", None),
        period=Period(date.fromisoformat(first), None if last is None else date.fromisoformat(last)),
        recheck_after=None,
        published_on=date.fromisoformat(more.pop("published")) if "published" in more else None,
        source_id=more.pop("source", "cms-2099"),
        locator="row of the code",
        basis=more.pop("basis", Basis.READ),
        **more,
    )


def quarters(*values, kind="payment_limit", key="J0001", year=2098):
    """Make a fact for each calendar quarter from the first of a year; ``None`` leaves a quarter out."""
    found = []
    for index, value in enumerate(values):
        first = date(year + index // 4, 3 * (index % 4) + 1, 1)
        last = date(first.year + (first.month == 10), (first.month + 3) % 12 or 12, 1) - timedelta(days=1)
        if value is not None:
            found.append(fact(value, kind=kind, key=key, first=first.isoformat(), last=last.isoformat()))
    return found


def years(*values, kind="medicare_amount", key="part_b_deductible", first=2098):
    """Make a fact for each calendar year."""
    return [
        fact(value, kind=kind, key=key, first=f"{first + index}-01-01", last=f"{first + index}-12-31")
        for index, value in enumerate(values)
    ]


def book_of(*facts, codes=(), version="small", sources=(SOURCE,)):
    """Build a book of some facts."""
    return build(facts, sources, codes, version=version)


def product(key="globulin", **value):
    return fact(PRODUCT | value, kind="product", key=key, first="2099-01-01", last=None)


def indication(key="pi", **value):
    return fact(INDICATION | value, kind="indication", key=key, last=None)


def packages(*rows):
    return [
        fact(
            PACKAGE | {"mg": mg, "labeler": labeler, "offered": offered},
            kind="package",
            key=ndc,
            first=first,
            last=last,
        )
        for ndc, mg, labeler, offered, first, last in rows
    ]
