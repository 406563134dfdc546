"""What a clinician or a biller needs of one product on one page: label, doses, rates, packages, codes, limits."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from estimator.infusion_time import AT_RISK
from estimator.model.codes import InfusionRisk
from estimator.model.periods import quarter_of
from estimator.model.quantities import MG_PER_GRAM, grams_text, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.kinds import BillingCode, Label, LabelDose, Package, Product, RateLadder

Document = dict[str, object]
MG_PLACES = Decimal("0.0001")
ML_PLACES = Decimal("0.001")
CENTS = Decimal("0.01")
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
        "packages": [_package(package, product) for package in book.packages.get(product.id, ())],
        "labels": [
            _label(label, book)
            for (product_id, _), records in sorted(book.labels.items())
            if product_id == product.id
            for _, label in records
        ],
        "infusion_rates": [
            _ladder(indication, ladder, product, book)
            for (product_id, indication), ladder in sorted(book.ladders.items())
            if product_id == product.id
        ],
        "rates_at_risk": _at_risk(product, today, book),
        "routes_not_allowed": _forbidden(product, today, book),
        "subcutaneous_sites": _sites(product, today, book),
        "billing": _billing(product, today, book),
    }


def _package(package: Package, product: Product) -> Document:
    """Write a package; a claim counts liquids in millilitres and powders in packages."""
    return {
        "ndc": package.ndc,
        "claim_ndc": f"N4{package.ndc.replace('-', '')}",
        "unit_of_measure": "ML" if product.details.get("form") == "liquid" else "UN",
        "grams": grams_text(package.mg),
        "ml": None if package.ml is None else plain(package.ml),
        "container": package.container,
        "labeler": package.labeler,
        "offered": package.offered,
        "billing_units": package.billing_units,
        "fact_id": package.fact_id,
    }


def _label(label: Label, book: ReferenceBook) -> Document:
    stated = book.facts[label.fact_id].value
    known = book.indications.get(label.indication)
    return {
        "indication": label.indication,
        "name": label.indication if known is None else known.name,
        "limitations": stated.get("limitations") if isinstance(stated, Mapping) else None,
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
        "ramp_up": [
            {
                "interval_days": each.interval_days,
                "steps": [{"week": week, "part": str(part)} for week, part in each.steps],
            }
            for each in dose.ramp_up
        ],
    }


def _ladder(indication: str, ladder: RateLadder, product: Product, book: ReferenceBook) -> Document:
    """Write the rates of a use, as labels and pumps count them."""
    return {
        "indication": indication,
        "initial_mg_per_kg_min": None if ladder.initial_mg_per_kg_min is None else plain(ladder.initial_mg_per_kg_min),
        "max_mg_per_kg_min": None if ladder.max_mg_per_kg_min is None else plain(ladder.max_mg_per_kg_min),
        "max_ml_per_kg_h": None
        if ladder.max_mg_per_kg_min is None
        else _ml_per_kg_h(ladder.max_mg_per_kg_min, product),
        "steps": _steps(ladder.steps, product),
        "first_infusion_steps": _steps(ladder.first_steps, product),
        "note": book.facts[ladder.fact_id].note,
        "fact_id": ladder.fact_id,
    }


def _steps(steps: tuple[tuple[Decimal, int | None], ...], product: Product) -> list[Document]:
    return [
        {
            "mg_per_kg_min": plain(rate.quantize(MG_PLACES)),
            "ml_per_kg_h": _ml_per_kg_h(rate, product),
            "minutes": minutes,
        }
        for rate, minutes in steps
    ]


def _ml_per_kg_h(mg_per_kg_min: Decimal, product: Product) -> str | None:
    """Give a rate in millilitres per kg and hour; ``None`` where the strength is not known."""
    if not product.concentration_percent:
        return None
    return plain((mg_per_kg_min * 60 / (product.concentration_percent * 10)).quantize(ML_PLACES))


def _at_risk(product: Product, today: date, book: ReferenceBook) -> list[Document]:
    """Say what the label asks for where there is a risk; without a figure: the lowest rate practicable."""
    fact = book.word("benefit_rule", f"{AT_RISK}:{product.id}", today)
    if fact is None or not isinstance(fact.value, Mapping):
        return []
    return [
        {
            "risk": risk.value,
            "max_mg_per_kg_min": stated.get("max_mg_per_kg_min"),
            "rule": fact.value.get("rule"),
            "fact_id": fact.id,
        }
        for risk in InfusionRisk
        if isinstance(stated := fact.value.get(risk.value), Mapping)
    ]


def _forbidden(product: Product, today: date, book: ReferenceBook) -> list[Document]:
    """List the routes that the label forbids for a use."""
    start = f"route_not_allowed:{product.id}:"
    found: list[Document] = []
    for kind, key in sorted(book.words):
        fact = book.word(kind, key, today) if kind == "benefit_rule" and key.startswith(start) else None
        if fact is not None and isinstance(fact.value, Mapping):
            indication, _, route = key.removeprefix(start).rpartition(":")
            found.append({"indication": indication, "route": route, "rule": fact.value.get("rule"), "fact_id": fact.id})
    return found


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
        "before_own_code": _before(product, book),
        "waste_modifiers": {
            name: _word("claim_modifier", name, today, book) for name in ("discarded", "none_discarded")
        },
        "units_per_day": {setting: _word("mue", f"{product.hcpcs}:{setting}", today, book) for setting in SETTINGS},
        "grams_per_day": {setting: _grams_a_day(product, setting, code, today, book) for setting in SETTINGS},
        "limits": [
            {
                "quarter": str(quarter_of(fact.period.first_day)),
                "payment_limit": str(fact.value),
                "usd_per_gram": _per_gram(fact, product, book),
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


def _per_gram(fact: Fact, product: Product, book: ReferenceBook) -> str | None:
    """Give a limit for a gram, by the unit of the code at the time."""
    code = book.billing_code(product.hcpcs, fact.period.first_day)
    if code is None or not code.mg_per_unit:
        return None
    return plain((Decimal(str(fact.value)) * MG_PER_GRAM / code.mg_per_unit).quantize(CENTS))


def _grams_a_day(
    product: Product, setting: str, code: BillingCode | None, today: date, book: ReferenceBook
) -> str | None:
    """Give the claim edit's units in grams."""
    units = _word("mue", f"{product.hcpcs}:{setting}", today, book)
    if units is None or code is None or not code.mg_per_unit:
        return None
    return plain(Decimal(units) * code.mg_per_unit / MG_PER_GRAM)


def _before(product: Product, book: ReferenceBook) -> list[Document]:
    """List the codes that the product was billed with before it had its own."""
    return [
        {
            "code": fact.value.get("code"),
            "first_day": fact.period.first_day.isoformat(),
            "last_day": None if fact.period.last_day is None else fact.period.last_day.isoformat(),
            "rule": fact.value.get("rule"),
            "fact_id": fact.id,
        }
        for fact in book.words.get(("benefit_rule", f"claim_units:code_before_own:{product.id}"), ())
        if isinstance(fact.value, Mapping)
    ]


def _code(code: BillingCode) -> Document:
    return {
        "first_day": code.period.first_day.isoformat(),
        "mg_per_unit": None if code.mg_per_unit is None else plain(code.mg_per_unit),
        "route_modifiers": dict(code.route_modifiers),
        "revenue_code": code.revenue_code,
        "fact_id": code.fact_id,
    }


def _texts(found: object) -> list[object]:
    return list(found) if isinstance(found, list | tuple) else []
