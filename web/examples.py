"""The request examples of the OpenAPI document. A test sends every one of them."""

from typing import Any

Example = dict[str, Any]

_PLAN: Example = {
    "year_starts_on": "2027-01-01",
    "deductible": {"individual": "1500.00"},
    "out_of_pocket_max": {"individual": "6000.00"},
    "cost_share": {"default": {"coinsurance_percent": "20", "copay": "none", "per": "visit"}},
}
_BALANCES: Example = {"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}
_ORDER: Example = {
    "diagnosis": "G61.81",
    "product": "gamunex-c",
    "route": "iv",
    "dose": {"amount": "1", "unit": "g/kg", "per": "course"},
    "days_per_course": 1,
    "interval": {"value": 21, "unit": "day"},
    "start_on": "2027-01-05",
}
_PATIENT: Example = {"weight": {"value": 70, "unit": "kg"}, "age_years": 54, "residence_state": "TX"}


def _named(summary: str, value: Example) -> Example:
    return {"summary": summary, "value": value}


ESTIMATES: dict[str, Example] = {
    "minimal": _named(
        "A diagnosis, a weight and a payer; everything else is a named assumption",
        {
            "patient": {"weight": {"value": 70, "unit": "kg"}},
            "therapy": {"diagnosis": "G61.81"},
            "coverage": {"payer": "commercial"},
        },
    ),
    "employer_plan": _named(
        "A loading dose, then every three weeks, under an employer's plan",
        {
            "patient": _PATIENT,
            "therapy": {
                **_ORDER,
                "loading": {
                    "dose": {"amount": "2", "unit": "g/kg", "per": "course"},
                    "days": 2,
                    "then_after_days": 21,
                },
            },
            "site_of_care": "infusion_suite",
            "coverage": {
                "payer": "commercial",
                "funding": "fully_insured",
                "network": "in",
                "plan": _PLAN,
                "balances": _BALANCES,
            },
        },
    ),
    "medicare": _named(
        "Original Medicare in a physician's office",
        {
            "patient": {**_PATIENT, "age_years": 70},
            "therapy": _ORDER,
            "site_of_care": "physician_office",
            "coverage": {"payer": "medicare", "balances": {"as_of": "2027-01-01", "deductible_met": "0.00"}},
        },
    ),
}

CLAIM_LINES: dict[str, Example] = {
    "one_course": _named(
        "70 g of a product on file",
        {"patient": {"weight": {"value": 70, "unit": "kg"}}, "therapy": _ORDER, "site_of_care": "physician_office"},
    ),
    "custom_product": _named(
        "A product the caller describes",
        {
            "therapy": {
                "custom_product": {"hcpcs": "J1599", "mg_per_unit": "500", "package_mg": [5000, 10000]},
                "dose": {"amount": "30", "unit": "g"},
                "start_on": "2027-01-05",
            }
        },
    ),
}

COVERAGE_CHECKS: dict[str, Example] = {
    "cidp": _named(
        "A labeled use", {"therapy": {"diagnosis": "G61.81", "product": "gamunex-c"}, "coverage": {"payer": "medicare"}}
    ),
}

ADJUDICATIONS: dict[str, Example] = {
    "one_visit": _named(
        "Drug and administration of one visit",
        {
            "payer": "commercial",
            "benefit": "medical",
            "plan": _PLAN,
            "balances": _BALANCES,
            "lines": [
                {
                    "id": "a",
                    "service_on": "2027-01-05",
                    "code": "J1561",
                    "units": 140,
                    "category": "drug",
                    "allowed_amount": "6870.64",
                },
                {
                    "id": "b",
                    "service_on": "2027-01-05",
                    "code": "96365",
                    "units": 1,
                    "category": "administration",
                    "allowed_amount": "67.14",
                },
            ],
        },
    ),
}

CONTRACTS: dict[str, Example] = {
    "asp_plus": _named(
        "A drug at ASP plus 10 percent, and one amount for giving it",
        {
            "name": "Invented Health PPO 2027",
            "payer": "commercial",
            "payer_name": "Invented Health",
            "site_of_care": "physician_office",
            "first_day": "2027-01-01",
            "last_day": "2027-12-31",
            "rates": [
                {"code": "J1561", "method": "asp_plus_percent", "value": "10"},
                {"scope": "administration", "method": "per_diem", "value": "310.00"},
            ],
            "source": {"title": "Agreement with Invented Health, exhibit B", "published_on": "2026-11-01"},
        },
    )
}
