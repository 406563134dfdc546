"""What a clinician or a biller needs of one product on one page: label, doses, rates, packages, codes, limits."""

from datetime import date
from decimal import Decimal

from estimator.model.periods import quarter_of
from estimator.model.quantities import MG_PER_GRAM, grams_text, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode, Label, LabelDose, Package, Product, RateLadder

Document = dict[str, object]
MG_PLACES = Decimal("0.0001")
SETTINGS = ("practitioner", "outpatient_hospital", "dme_supplier")


def details(product: Product, today: date, book: ReferenceBook) -> Document:
    """Write everything on file about a product beside its short description."""
    own = product.details
    return {
        "form": own.get("form"),
        "stabilizer": own.get("stabilizer"),
        "sugar": own.get("sugar"),
        "iga_mcg_per_ml": own.get("iga_mcg_per_ml"),
        "iga_meaning": own.get("iga_meaning"),
        "cautions": _texts(own.get("cautions")),
        "packages": [_package(package) for package in book.packages.get(product.id, ())],
        "labels": [
            _label(label)
            for (product_id, _), records in sorted(book.labels.items())
            if product_id == product.id
            for _, label in records
        ],
        "infusion_rates": [
            _ladder(indication, ladder)
            for (product_id, indication), ladder in sorted(book.ladders.items())
            if product_id == product.id
        ],
        "subcutaneous_sites": _sites(product, today, book),
        "billing": _billing(product, today, book),
    }


def _package(package: Package) -> Document:
    return {
        "ndc": package.ndc,
        "grams": grams_text(package.mg),
        "ml": None if package.ml is None else plain(package.ml),
        "container": package.container,
        "labeler": package.labeler,
        "offered": package.offered,
        "billing_units": package.billing_units,
        "fact_id": package.fact_id,
    }


def _label(label: Label) -> Document:
    return {
        "indication": label.indication,
        "routes": [route.value for route in label.routes],
        "age_min_years": label.age_min_years,
        "age_max_years": label.age_max_years,
        "age_text": label.age_text,
        "doses": [_dose(dose) for dose in label.doses],
        "fact_id": label.fact_id,
    }


def _dose(dose: LabelDose) -> Document:
    low, high = dose.mg_per_kg_min, dose.mg_per_kg_max
    return {
        "phase": dose.phase,
        "g_per_kg": None
        if low is None or high is None
        else {"low": plain(low / MG_PER_GRAM), "high": plain(high / MG_PER_GRAM)},
        "per": dose.per,
        "interval_days": list(dose.interval_days),
        "days": None if dose.days_min is None else {"low": dose.days_min, "high": dose.days_max or dose.days_min},
        "conversion_factor": None if dose.conversion_factor is None else plain(dose.conversion_factor),
        "ramp_up": [{"week": week, "percent": plain(percent)} for week, percent in dose.ramp_up],
    }


def _ladder(indication: str, ladder: RateLadder) -> Document:
    return {
        "indication": indication,
        "initial_mg_per_kg_min": None if ladder.initial_mg_per_kg_min is None else plain(ladder.initial_mg_per_kg_min),
        "max_mg_per_kg_min": None if ladder.max_mg_per_kg_min is None else plain(ladder.max_mg_per_kg_min),
        "steps": [
            {"mg_per_kg_min": plain(rate.quantize(MG_PLACES)), "minutes": minutes} for rate, minutes in ladder.steps
        ],
        "fact_id": ladder.fact_id,
    }


def _sites(product: Product, today: date, book: ReferenceBook) -> list[Document]:
    """List the limits of subcutaneous sites, as their records state them."""
    start = f"sc_site_limit:{product.id}"
    found: list[Document] = []
    for kind, key in sorted(book.words):
        if kind == "benefit_rule" and (key == start or key.startswith(f"{start}:")):
            fact = book.word(kind, key, today)
            if fact is not None:
                indication = key.removeprefix(start).lstrip(":") or None
                found.append({"indication": indication, "limits": fact.value, "fact_id": fact.id})
    return found


def _billing(product: Product, today: date, book: ReferenceBook) -> Document:
    """Write how the product is billed: its code as it stands today, and what Medicare pays by quarter."""
    code = book.billing_code(product.hcpcs, today)
    limits = book.timeline("payment_limit", product.hcpcs)
    percents = book.timeline("part_b_coinsurance", product.hcpcs)
    return {
        "hcpcs": product.hcpcs,
        "code": None if code is None else _code(code),
        "units_per_day": {
            setting: None
            if (fact := book.word("mue", f"{product.hcpcs}:{setting}", today)) is None
            else str(fact.value)
            for setting in SETTINGS
        },
        "limits": [
            {
                "quarter": str(quarter_of(fact.period.first_day)),
                "payment_limit": str(fact.value),
                "coinsurance_percent": None
                if percents is None or (percent := percents.in_force(fact.period.first_day)) is None
                else str(percent.value),
                "hospital_status": _word("opps_status", product.hcpcs, fact.period.first_day, book),
                "release": fact.release,
                "fact_id": fact.id,
            }
            for fact in (limits.facts if limits is not None else ())
        ],
    }


def _word(kind: str, key: str, on: date, book: ReferenceBook) -> str | None:
    fact = book.word(kind, key, on)
    return None if fact is None else str(fact.value)


def _code(code: BillingCode) -> Document:
    return {
        "mg_per_unit": None if code.mg_per_unit is None else plain(code.mg_per_unit),
        "route_modifiers": dict(code.route_modifiers),
        "revenue_code": code.revenue_code,
        "fact_id": code.fact_id,
    }


def _texts(found: object) -> list[object]:
    return list(found) if isinstance(found, list | tuple) else []
