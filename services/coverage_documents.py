"""The coverage stage's answer as it stands in documents."""

from estimator.coverage import CoverageCheck, Flag
from estimator.model.codes import Payer, Severity
from estimator.reference.book import ReferenceBook
from services import advance_notices, policy_answers
from services.wording import Wording

NOTICES = ("not_a_guarantee", "not_the_payer", "policy_texts_held", "not_medical_advice")
APPEAL = "appeal_rights"
APPEALS = {
    Payer.COMMERCIAL: "appeal_rights_private",
    Payer.SELF_PAY: "no_insurer",
}
"""Which notice about appeals goes with which payer."""
SEVERITIES = tuple(Severity)


def section(check: CoverageCheck, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    """Write the coverage section: gravest flags first, notices always beside the result."""
    ordered = sorted(check.flags, key=lambda flag: _rank(flag, book))
    return {
        "indication": {
            "id": check.indication,
            "name": None if check.indication is None else wording.name(check.indication),
            "basis": check.indication_basis.value,
        },
        "label_status": check.label_status.value,
        "evidence": [
            {"grade": item.grade, "by": item.by, "source_id": item.source_id, "basis": item.basis}
            for item in check.evidence
        ],
        "outlook": check.outlook,
        "prior_authorization": check.prior_authorization,
        "policies": policy_answers.policies(check, book, wording),
        "policies_without_version": [each.policy_id for each in check.policies.absent],
        "documents_needed": policy_answers.documents_needed(check.policies.needs, wording),
        "advance_notice": advance_notices.notice(check, book, wording),
        "context": policy_answers.outside_reviews(check, book),
        "flags": [flag_document(flag, book, wording) for flag in ordered],
        "liability_if_denied": check.liability_if_denied,
        "notices": [wording.sentence("notices", code) for code in (*NOTICES, APPEALS.get(check.payer, APPEAL))],
    }


def flag_document(flag: Flag, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    """Write one flag with its severity, owner, sentences and sources."""
    kind = book.flags[flag.code]
    cited = (book.facts[fact_id].source_id for fact_id in flag.fact_ids if fact_id in book.facts)
    return {
        "code": flag.code,
        "severity": kind.severity,
        "owner": kind.owner,
        "message": wording.part("flags", flag.code, "message", flag.params) or flag.code,
        "next_step": wording.part("flags", flag.code, "next_step", flag.params),
        "plain": wording.part("flags", flag.code, "plain", flag.params),
        "source_ids": list(dict.fromkeys((*cited, kind.source_id))),
    }


def _rank(flag: Flag, book: ReferenceBook) -> tuple[int, str]:
    return SEVERITIES.index(Severity(book.flags[flag.code].severity)), flag.code
