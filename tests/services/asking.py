"""Asking the services as the door does: a body, read on a day that is stated."""

import json
import re

from schemas.adjudications import ADJUDICATION_REQUEST
from schemas.claim_lines import CLAIM_LINES_REQUEST
from schemas.coverage_checks import COVERAGE_CHECK_REQUEST
from schemas.estimates import ESTIMATE_REQUEST
from services import adjudications, claim_lines, coverage_checks, estimates
from tests.schemas import requests

ORDER = {
    "diagnosis": "G61.81",
    "product": "gamunex-c",
    "route": "iv",
    "dose": {"amount": "1", "unit": "g/kg"},
    "days_per_course": 1,
    "courses": 1,
    "start_on": "2026-12-01",
    "infusion_minutes": 180,
}
PLAN = {
    "year_starts_on": "2026-01-01",
    "deductible": {"individual": "1500.00"},
    "out_of_pocket_max": {"individual": "6000.00"},
    "cost_share": {"default": {"coinsurance_percent": "20"}},
}
NOTHING_MET = {"as_of": "2026-11-20", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}
EMPLOYER = {"payer": "commercial", "plan": PLAN, "balances": NOTHING_MET}
MEDICARE = {"payer": "medicare", "balances": {"as_of": "2026-11-20", "deductible_met": "283.00"}}
PRICE = {"drug_allowed_per_unit": "61.35", "administration_allowed_per_visit": "310.00"}
WEIGHT = {"weight": {"value": 70, "unit": "kg"}}


def body(**parts):
    """Make a body: 70 g in an office under an employer's plan, unless parts say otherwise."""
    therapy = {name: value for name, value in (ORDER | parts.pop("therapy", {})).items() if value is not None}
    whole = {
        "as_of": "2026-11-21",
        "patient": WEIGHT,
        "therapy": therapy,
        "site_of_care": "physician_office",
        "price": PRICE,
        "coverage": EMPLOYER,
    } | parts
    return {name: value for name, value in whole.items() if value is not None}


def estimate(runtime, language="en", view=None, **parts):
    request = requests.read(ESTIMATE_REQUEST, body(**parts))
    return plain(estimates.quote(request, runtime=runtime, language=language, view=view))


def claim(runtime, language="en", **parts):
    request = requests.read(CLAIM_LINES_REQUEST, body(**parts))
    return plain(claim_lines.bill(request, runtime=runtime, language=language))


def check(runtime, language="en", **parts):
    request = requests.read(COVERAGE_CHECK_REQUEST, body(**parts))
    return plain(coverage_checks.check(request, runtime=runtime, language=language))


def checked(runtime, whole):
    """Check an order as it stands, without the usual parts."""
    language = whole.pop("language", "en")
    request = requests.read(COVERAGE_CHECK_REQUEST, whole)
    return plain(coverage_checks.check(request, runtime=runtime, language=language))


def adjudicate(runtime, language="en", **whole):
    request = requests.read(ADJUDICATION_REQUEST, whole)
    return plain(adjudications.adjudicate(request, runtime=runtime, language=language))


def plain(document):
    """Give a document as a reader of its JSON gets it."""
    return json.loads(json.dumps(document))


def unquoted(sentence):
    """Give a sentence of ours without the words of a policy that it quotes."""
    return re.sub("“[^”]*”|«[^»]*»", "", sentence)


def wordless(part):
    """Give a part of a document without its sentences, which are the only thing that a language changes."""
    if isinstance(part, dict):
        return {name: wordless(value) for name, value in part.items() if name != "explain"}
    return [wordless(each) for each in part] if isinstance(part, list) else part
