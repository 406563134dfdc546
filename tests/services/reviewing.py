"""Lines and orders of the review of benefits: small bodies whose right answers were worked out by hand."""

from tests.services import asking

PLAN = {
    "year_starts_on": "2027-01-01",
    "deductible": {"individual": "1000.00"},
    "out_of_pocket_max": {"individual": "5000.00"},
    "cost_share": {"default": {"coinsurance_percent": "20"}},
}
NO_DEDUCTIBLE = PLAN | {"deductible": "none"}
AGREED = {"year_starts_on": "2027-01-01", "out_of_pocket_max": "none", "deductible": "none"}
SECOND = {
    "kind": "commercial",
    "method": "standard",
    "plan": AGREED
    | {"cost_share": {"default": {"coinsurance_percent": "0"}, "administration": {"coinsurance_percent": "100"}}},
}
OUTSIDE = {
    "deductible": {"individual": "1000.00"},
    "out_of_pocket_max": {"individual": "5000.00"},
    "cost_share": {"default": {"coinsurance_percent": "50"}},
}
ORDER = {
    "therapy": {
        "diagnosis": "G61.81",
        "product": "gamunex-c",
        "dose": {"amount": "1", "unit": "g/kg"},
        "interval": {"value": 28, "unit": "day"},
        "days_per_course": 1,
        "courses": 13,
        "start_on": "2027-01-05",
        "infusion_minutes": 180,
    },
    "coverage_check": False,
    "price": {"drug_allowed_per_unit": "10.00", "administration_allowed_per_visit": "100.00"},
}


def line(name, on, amount, **more):
    return {"id": name, "service_on": on, "category": "drug", "allowed_amount": amount, **more}


def card(maximum, counting="none", **more):
    return {"copay_program": {"annual_maximum": maximum, **more}, "accumulator_program": counting}


def adjudicate(runtime, *lines, plan=PLAN, **whole):
    """Adjudicate lines; every line must add up."""
    if "coverage_periods" not in whole:
        whole = {"payer": "commercial", **({} if plan is None else {"plan": plan})} | whole
    document = asking.adjudicate(runtime, lines=list(lines), **whole)
    for found in document["lines"]:
        if found["patient_cost"] is None or found["balance_bill"] is None:
            continue
        borne = ("plan_paid", "secondary_paid", "assistance_paid", "patient_cost", "provider_liability")
        given = cents(found["allowed_amount"]) + cents(found["balance_bill"])
        assert given == sum(cents(found[name]) for name in borne)
    return document


def cents(amount):
    return int(amount.replace(".", ""))


def estimate(runtime, therapy=(), **parts):
    return asking.estimate(runtime, **{**ORDER, **parts, "therapy": ORDER["therapy"] | dict(therapy)})


def of(document, *names):
    return [tuple(found[name] for name in names) for found in document["lines"]]


def codes(document):
    return {item["code"] for item in document["assumptions"]}


def scenario(document, name):
    return next(each for each in document["scenarios"] if each["code"] == name)["patient_cost"]["high"]
