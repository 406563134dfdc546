"""The notice that is due to a patient before a service that may not be paid: explained, and what we know for its form.

Nothing here is issued: the provider fills in, gives and keeps the form in its own name.
"""

from collections.abc import Callable, Mapping

from estimator.coverage import CoverageCheck
from estimator.coverage.flags import LIKELY_DENIALS
from estimator.model.codes import Payer
from estimator.reference.book import ReferenceBook
from services import notice_figures
from services.wording import Wording

FORM_RULE = "abn:when"
RULES = {
    "abn_mandatory": (FORM_RULE, "abn:cost_estimate", "abn:form_expiry", "abn:modifier_ga", "abn:modifier_gz"),
    "abn_voluntary": (FORM_RULE, "abn:modifier_gx", "abn:modifier_gy"),
    "organization_determination": ("abn:not_for_medicare_advantage",),
    "good_faith_estimate": (
        "good_faith_estimate:who",
        "good_faith_estimate:timing",
        "good_faith_estimate:content",
        "good_faith_estimate:recurring",
    ),
}
"""The rules on file behind each kind of notice."""
BY_FLAG = {
    "ABN_GA_GZ": "abn_mandatory",
    "ABN_GX_GY": "abn_voluntary",
    "NO_ABN_IN_MA": "organization_determination",
}
FOR_THE_PROVIDER = (
    "patient_name",
    "identification_number",
    "estimated_cost",
    "option_chosen",
    "signature",
    "signed_on",
)
"""What a form asks for that only provider and patient can fill in; the cost only where no estimate of ours holds it."""


Figures = Callable[[bool], dict[str, object]]
"""Gives the figures of an estimate, asked whether the patient is insured."""


def notice(
    check: CoverageCheck, book: ReferenceBook, wording: Wording, figures: Figures | None = None
) -> dict[str, object] | None:
    """Write what is known for the form of the notice that is due; ``None`` where none is."""
    kind = _kind(check)
    if kind is None:
        return None
    facts = [fact for key in RULES[kind] for fact in book.words.get(("benefit_rule", key), ())]
    forms = (fact.value.get("form") for fact in facts if isinstance(fact.value, Mapping))
    form = next((name for name in forms if name is not None), None)
    reasons = dict.fromkeys(
        wording.flag_part(flag.code, "message", flag.params)
        for flag in check.settled_flags
        if book.flags[flag.code].severity in LIKELY_DENIALS
    )
    known = notice_figures.UNKNOWN if figures is None else figures(check.payer is not Payer.SELF_PAY)
    cost_is = known["estimated_cost_is"]
    missing = "estimated_cost" if cost_is is None else None
    return {
        "kind": kind,
        "form": form if kind.startswith("abn") else None,
        "explains": wording.sentence("advance_notices", kind),
        "issued": False,
        "form_fields": {
            "item": wording.sentence("advance_notices", "item"),
            "reasons_it_may_not_be_paid": list(reasons),
            **known,
            "estimated_cost_says": wording.sentence("advance_notices", f"cost_{cost_is or 'unknown'}"),
        },
        "for_the_provider": [name for name in FOR_THE_PROVIDER if name != "estimated_cost" or missing],
        "rules": [
            {
                "fact_id": fact.id,
                "says": wording.sentence("advance_notice_rules", fact.key, _figures(fact.value)),
                "source_id": fact.source_id,
            }
            for fact in facts
        ],
    }


def _kind(check: CoverageCheck) -> str | None:
    if check.payer is Payer.SELF_PAY:
        return "good_faith_estimate"
    return next((BY_FLAG[flag.code] for flag in check.flags if flag.code in BY_FLAG), None)


def _figures(value: str | Mapping[str, object]) -> list[tuple[str, str]]:
    """Give the figures of a rule, which its sentence names."""
    known = value if isinstance(value, Mapping) else {}
    return [(name, said) for name, said in known.items() if isinstance(said, str)]
