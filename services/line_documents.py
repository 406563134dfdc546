"""Orders, packages, minutes and claim lines as they stand in documents."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from estimator.benefits import YearTerms
from estimator.benefits.day import BILL_UNKNOWN
from estimator.dosing import Conversion, Course, Regimen, Segment
from estimator.model.claims import ClaimLine, Fill, InfusionTime, LedgerState, OpenedVial, Share
from estimator.model.money import Cents, MilliPercent, percent_text, text
from estimator.model.order import Therapy
from estimator.model.plan import NO_LIMIT
from estimator.model.quantities import MG_PER_GRAM, grams_text, plain
from estimator.reference.kinds import Product
from estimator.vials import RoundedDose, change_percent
from services.wording import money

Document = dict[str, object]


def order(
    regimen: Regimen,
    therapy: Therapy,
    product: Product | None,
    *,
    course: Course | None,
    rounded: Sequence[RoundedDose],
) -> Document:
    """Write the order as it was made complete. A dose known only as a range has no single figure.

    ``course`` is the course that is written out, ``rounded`` its days as they are given.
    """
    label, weighed = regimen.label_range, regimen.weighed
    given_mg = sum(each.mg for each in rounded)
    volume = None
    custom = therapy.custom_product
    percent = product.concentration_percent if product is not None else custom and custom.concentration_percent
    if course is not None and percent:
        volume = plain((Decimal(given_mg) / (percent * 10)).quantize(Decimal("0.1")))
    return {
        "dosing_weight_kg": None if weighed is None else _kg(weighed.kg),
        "dosing_weight_basis": (therapy.dosing_weight if weighed is None else weighed.basis).value,
        "bmi": None if weighed is None or weighed.bmi is None else plain(_rounded(weighed.bmi, "0.1")),
        "ideal_weight_kg": None if weighed is None else _kg(weighed.ideal_kg),
        "adjusted_weight_kg": None if weighed is None else _kg(weighed.adjusted_kg),
        "dose_mg": None if course is None else course.mg,
        "dose_mg_per_day": None if course is None else list(course.mg_per_day),
        "rounded_dose_mg": None if course is None else given_mg,
        "rounding": None if course is None else _rounding(therapy, rounded),
        "volume_ml": volume,
        "label_range": None
        if label is None
        else {
            "low": plain(label.low / MG_PER_GRAM),
            "high": plain(label.high / MG_PER_GRAM),
            "unit": "g/kg",
            "per": label.per,
            "position": label.position,
        },
        "phases": [segment(each) for each in (*regimen.ramp_up, *regimen.phases)],
        "conversion": None if regimen.conversion is None else _conversion(regimen.conversion, product),
    }


def segment(found: Segment) -> Document:
    """Write a phase of an order that changes over time."""
    course = found.course.expected
    return {
        "dose_mg_per_day": None if course is None else list(course.mg_per_day),
        "interval": None
        if found.interval is None
        else {"value": found.interval.value, "unit": found.interval.unit.value},
        "courses": found.courses,
        "then_after_days": found.then_after_days,
    }


def _conversion(found: Conversion, product: Product | None) -> Document:
    """Write what the label makes of the infusions by vein before."""
    weekly_ml = None
    if product is not None and product.concentration_percent:
        weekly_ml = plain(_rounded(found.mg_per_week / (product.concentration_percent * 10), "0.1"))
    return {
        "factor": plain(found.factor),
        "previous_grams": grams_text(found.previous.mg),
        "previous_interval_days": found.previous.interval_days,
        "weekly_grams": plain(_rounded(found.mg_per_week / MG_PER_GRAM, "0.001")),
        "weekly_ml": weekly_ml,
        "fact_id": found.fact_id,
    }


def _rounding(therapy: Therapy, rounded: Sequence[RoundedDose]) -> Document:
    """Write how the dose was rounded: always, also where nothing changed."""
    ordered, given = sum(each.ordered_mg for each in rounded), sum(each.mg for each in rounded)
    limit = therapy.dose_rounding_max_percent
    kept = next((each.kept_because for each in rounded if each.kept_because is not None), None)
    return {
        "rule": therapy.dose_rounding.value,
        "max_percent": None if limit is None else plain(Decimal(percent_text(limit))),
        "mg_per_day": [each.mg for each in rounded],
        "change_percent": plain(change_percent(ordered, given)),
        "kept_because": kept,
    }


def _kg(kilograms: Decimal | None) -> str | None:
    return None if kilograms is None else plain(_rounded(kilograms, "0.0001"))


def _rounded(number: Decimal, places: str) -> Decimal:
    return number.quantize(Decimal(places), rounding=ROUND_HALF_UP)


def vials(fill: Fill) -> list[Document]:
    """Write the opened packages."""
    return packages(fill.vials)


def packages(opened: tuple[OpenedVial, ...]) -> list[Document]:
    """Write packages by size."""
    return [{"ndc": vial.ndc, "grams": grams_text(vial.mg), "count": vial.packages} for vial in opened]


def line_packages(drawn: tuple[OpenedVial, ...]) -> list[Document]:
    """Write a drug line's packages, with what of them the line bills."""
    return [
        {
            "ndc": vial.ndc,
            "grams": grams_text(vial.mg),
            "count": vial.packages,
            "mg": vial.drawn_mg,
            "shared": vial.is_shared,
        }
        for vial in drawn
    ]


def infusion(time: InfusionTime | None) -> Document | None:
    """Write how long an infusion takes; ``None`` where nobody bills for giving the drug."""
    if time is None:
        return None
    return {
        "minutes": time.expected,
        "minutes_range": {"low": time.low, "high": time.high} if time.is_range else None,
        "basis": time.basis.value,
        "steps": [
            {"mg_per_kg_min": plain(step.mg_per_kg_min.quantize(Decimal("0.0001"))), "minutes": step.minutes}
            for step in time.steps
        ],
    }


def line(claim: ClaimLine, product: Product | None = None) -> Document:
    """Write a claim line; ``product`` says in what unit of measure its packages are reported."""
    return {
        "code": claim.code,
        "modifiers": claim.modifiers,
        "units": claim.units,
        "paid_units": claim.units if claim.paid_units is None else claim.paid_units,
        "ndc": claim.ndc,
        "packages": line_packages(claim.packages),
        "claim_ndc": [_claim_ndc(vial, product) for vial in claim.packages if vial.ndc is not None],
        "revenue_code": claim.revenue_code,
        "category": claim.category.value,
        "benefit": claim.benefit.value,
        "price_basis": claim.price_basis.value,
        "unit_price": None if claim.unit_price is None else format(claim.unit_price, "f"),
        "allowed_amount": money(claim.allowed),
        "billed_amount": money(claim.billed),
        "fact_ids": claim.fact_ids,
    }


def _claim_ndc(vial: OpenedVial, product: Product | None) -> Document:
    """Write a package as a claim reports it: qualifier N4, eleven digits, unit of measure and quantity.

    Liquids are counted in millilitres of what the line bills, powders in packages.
    """
    digits = (vial.ndc or "").replace("-", "")
    unit, quantity = "UN", str(vial.packages)
    if product is not None and product.details.get("form") == "liquid" and vial.drawn_mg is not None:
        unit, quantity = "ML", plain(_rounded(vial.drawn_mg / (product.concentration_percent * 10), "0.001"))
    return {
        "qualifier": "N4",
        "ndc": digits,
        "unit_of_measure": unit,
        "quantity": quantity,
        "text": f"N4{digits} {unit}{quantity}",
    }


UNKNOWN_SHARE: Document = dict.fromkeys(
    (
        "deductible",
        "copay",
        "coinsurance",
        "ceiling_reduction",
        "non_covered",
        "balance_bill",
        "plan_paid",
        "secondary_paid",
        "patient_share",
        "assistance_paid",
        "provider_liability",
        "write_off",
    )
) | {"why": []}


NOTHING = "0.00"
AMOUNT_OF = {
    "deductible": "deductible",
    "copay": "copay",
    "maximizer": "copay",
    "coinsurance": "coinsurance",
    "hospital_day_ceiling": "ceiling_reduction",
    "out_of_pocket_max_reached": "ceiling_reduction",
    "income_limit_of_quarter": "ceiling_reduction",
    "balance_bill": "balance_bill",
    "no_out_of_network_benefit": "non_covered",
    "no_benefit": "non_covered",
    "denied_patient_liable": "non_covered",
    "denied_charge": "balance_bill",
    "denied_provider_liable": "provider_liability",
    "copay_program": "assistance_paid",
    "grant": "assistance_paid",
}
"""Which part of a share each rule's code speaks of."""


def share(found: Share, *, billed: Cents | None, allowed: Cents | None) -> Document:
    """Write how a line is borne; the patient's cost after assistance is left to the caller.

    Where a charge is known, what of it is neither allowed nor billed to the patient is written off; less than nothing
    where a rate set beforehand lies above the charge.
    """
    write_off = found.write_off
    if write_off is None and billed is not None and allowed is not None:
        write_off = Cents(billed - allowed - found.balance_bill)
    return {
        "deductible": text(found.deductible) if found.deductible else NOTHING,
        "copay": text(found.copay) if found.copay else NOTHING,
        "coinsurance": text(found.coinsurance) if found.coinsurance else NOTHING,
        "ceiling_reduction": text(found.ceiling_reduction) if found.ceiling_reduction else NOTHING,
        "non_covered": text(found.non_covered) if found.non_covered else NOTHING,
        "balance_bill": None if BILL_UNKNOWN in found.why else text(found.balance_bill),
        "plan_paid": text(found.plan_paid) if found.plan_paid else NOTHING,
        "secondary_paid": text(found.secondary_paid) if found.secondary_paid else NOTHING,
        "patient_share": text(found.patient_share) if found.patient_share else NOTHING,
        "assistance_paid": text(found.assistance_paid) if found.assistance_paid else NOTHING,
        "provider_liability": text(found.provider_liability) if found.provider_liability else NOTHING,
        "write_off": money(write_off),
        "why": [
            *({"code": code, "params": _params(code, found)} for code in found.why),
            *({"code": code, "params": dict(params)} for code, params in found.rules),
        ],
    }


def _params(code: str, found: Share) -> dict[str, str]:
    """Give the figures that a rule's code speaks of."""
    name = AMOUNT_OF.get(code)
    params = {} if name is None else {"amount": text(getattr(found, name))}
    if code == "coinsurance" and found.percent is not None:
        params["percent"] = percent_of_share(found.percent)
    return params


def percent_of_share(percent: MilliPercent) -> str:
    """Write a coinsurance percentage without idle zeros: ``20``, ``19.15``."""
    return plain(Decimal(percent).scaleb(-3))


def balances(state: LedgerState, terms: YearTerms, *, is_unknown: bool = False) -> Document:
    """Write what has been met. Where no yearly limit exists, or nothing is insured, there is nothing to have met.

    ``is_unknown`` says that a price was missing, so that what has been met cannot be known either.
    """
    has_family = terms.family_deductible < NO_LIMIT or terms.family_out_of_pocket_max < NO_LIMIT

    def met(amount: Cents, *, exists: bool) -> str | None:
        return text(amount) if exists and not is_unknown else None

    document: Document = {
        "deductible_met": met(state.deductible_met, exists=terms.has_deductible),
        "out_of_pocket_met": met(state.out_of_pocket_met, exists=terms.is_capped),
    }
    if has_family:
        document["family_deductible_met"] = met(state.family_deductible_met, exists=True)
        document["family_out_of_pocket_met"] = met(state.family_out_of_pocket_met, exists=True)
    if terms.pharmacy_deductible is not None:
        document["pharmacy_deductible_met"] = met(state.pharmacy_deductible_met, exists=True)
    if terms.out_of_network is not None:
        outside = state.out_of_network
        document["out_of_network"] = balances(LedgerState(*outside), terms.out_of_network, is_unknown=is_unknown)
    return document
