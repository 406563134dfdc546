"""The coverage stage's answer as it stands in documents."""

from collections.abc import Callable, Iterator

from estimator.checked_periods import Checked, CheckedPeriod
from estimator.coverage import CoverageCheck, Flag, read_on
from estimator.model.codes import Payer, Severity
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Basis
from estimator.reference.policies import Policy
from services import advance_notices, policy_answers
from services.advance_notices import Figures
from services.wording import Wording

FIRST_HAND = frozenset({"primary", "primary_mirror"})
LANGUAGE_OF_TEXTS = "en"
APPEAL = "appeal_rights"
APPEALS = {
    Payer.COMMERCIAL: "appeal_rights_private",
    Payer.SELF_PAY: "no_insurer",
}
"""Which notice about appeals goes with which payer."""
SEVERITIES = tuple(Severity)
BY_PERIOD = (
    "outlook",
    "prior_authorization",
    "policies",
    "policies_without_version",
    "documents_needed",
    "advance_notice",
    "flags",
    "liability_if_denied",
    "notices",
)
"""The parts of an answer that go by payer and day."""


PeriodFigures = Callable[[CheckedPeriod], Figures]
"""Gives what an estimate knows of the figures of a notice that is due in one stretch of days."""


def whole(
    checked: Checked, book: ReferenceBook, wording: Wording, figures: PeriodFigures | None = None
) -> dict[str, object]:
    """Write coverage over the window: that of the first date of service, and what is otherwise from a later day on."""
    first = _section(checked.periods[0], book, wording, figures)
    if len(checked.periods) == 1:
        return first | {"periods": [], "calendar": _calendar(checked, wording)}
    known = [flag for part in checked.periods[:1] for flag in part.check.flags]
    later = []
    for part in checked.periods[1:]:
        for flag in part.check.flags:
            if flag not in known:
                known.append(flag)
                later.append((flag, part.period.first_day))
    own = [flag_document(flag, book, wording) for flag in checked.first.flags]
    own += [flag_document(flag, book, wording) | {"applies_from": day.isoformat()} for flag, day in later]
    ranked = sorted(
        _merged(own), key=lambda flag: (SEVERITIES.index(Severity(str(flag["severity"]))), str(flag["code"]))
    )
    return first | {
        "flags": ranked,
        "documents_needed": _needed_in_all(checked, wording),
        "periods": [_period(part, book, wording, figures) for part in checked.periods],
        "calendar": _calendar(checked, wording),
    }


def _calendar(checked: Checked, wording: Wording) -> list[dict[str, object]]:
    """Write the days on which somebody has to act."""
    return [
        {
            "on": event.on.isoformat(),
            "kind": event.kind,
            "says": wording.sentence("coverage_calendar", event.kind, (("on", event.on.isoformat()), *event.params)),
        }
        for event in checked.calendar
    ]


def _needed_in_all(checked: Checked, wording: Wording) -> list[dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for part in checked.periods:
        for item in policy_answers.documents_needed(part.check.policies.needs, wording):
            found.setdefault(str(item["fact"]), item)
    return list(found.values())


def _period(
    part: CheckedPeriod, book: ReferenceBook, wording: Wording, figures: PeriodFigures | None
) -> dict[str, object]:
    """Write what differs by coverage and by version of a policy."""
    known = _section(part, book, wording, figures)
    last_day = part.period.last_day
    return {
        "first_day": part.period.first_day.isoformat(),
        "last_day": None if last_day is None else last_day.isoformat(),
        "payer": part.coverage.payer.value,
        "is_new_start": part.is_new_start,
        **{name: known[name] for name in BY_PERIOD},
    }


def _section(
    part: CheckedPeriod, book: ReferenceBook, wording: Wording, figures: PeriodFigures | None
) -> dict[str, object]:
    return section(part.check, book, wording, None if figures is None else figures(part))


def section(
    check: CoverageCheck, book: ReferenceBook, wording: Wording, figures: Figures | None = None
) -> dict[str, object]:
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
        "advance_notice": advance_notices.notice(check, book, wording, figures),
        "context": policy_answers.outside_reviews(check, book),
        "flags": _merged([flag_document(flag, book, wording) for flag in ordered]),
        "liability_if_denied": check.liability_if_denied,
        "notices": notices(check, book, wording),
    }


def _merged(flags: list[dict[str, object]]) -> list[dict[str, object]]:
    """Say once what several documents raise in the same words, from the first of its days, with every source."""
    found: dict[tuple[object, object], dict[str, object]] = {}
    for flag in flags:
        known = found.setdefault((flag["code"], flag["message"]), flag)
        sources = (known["source_ids"], flag["source_ids"])
        known["source_ids"] = list(dict.fromkeys(each for part in sources if isinstance(part, list) for each in part))
    return list(found.values())


def notices(check: CoverageCheck, book: ReferenceBook, wording: Wording) -> list[str]:
    """Write what always stands beside the result: what it is not, what was compared, and how well that was read."""
    found = [wording.sentence("notices", code) for code in ("not_a_guarantee", "not_the_payer")]
    compared = [one.policy for one in check.policies.applicable]
    if not compared:
        found.append(wording.sentence("notices", "policy_texts_held"))
    found += [said for policy in compared for said in _how_read(policy, book, wording)]
    if compared:
        found.append(wording.sentence("notices", "not_checked"))
        if wording.language != LANGUAGE_OF_TEXTS:
            found.append(wording.sentence("notices", "criteria_in_english"))
    if check.policies.lacks_state:
        found.append(wording.sentence("notices", "state_needed"))
    if check.policies.shared_with is not None:
        places, other = check.policies.shared_with
        found.append(wording.sentence("notices", "state_shared", (("places", places), ("other", other))))
    last = ("not_medical_advice", APPEALS.get(check.payer, APPEAL))
    return found + [wording.sentence("notices", code) for code in last]


def _how_read(policy: Policy, book: ReferenceBook, wording: Wording) -> Iterator[str]:
    """Say what a document is, and how well it was read."""
    params: list[tuple[str, str]] = [("title", policy.title), ("payer", policy.payer)]
    read = read_on(policy, book)
    if read is None:
        yield wording.sentence("notices", "policy_text_not_read", params)
        return
    params.append(("read", read.isoformat()))
    if policy.is_first_day_stated:
        params.append(("from", policy.period.first_day.isoformat()))
    compared_as = "policy_text_compared" if policy.is_first_day_stated else "policy_text_compared_undated"
    yield wording.sentence("notices", compared_as, params)
    if policy.source_kind not in FIRST_HAND:
        yield wording.sentence("notices", "policy_text_second_hand", params)
    if not policy.is_fully_read:
        yield wording.sentence("notices", "policy_text_read_in_part", params)
    if policy.basis is Basis.UNVERIFIED:
        yield wording.sentence("notices", "policy_text_unverified", params)


def flag_document(flag: Flag, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    """Write one flag with its severity, owner, sentences and sources."""
    kind = book.flags[flag.code]
    cited = (book.facts[fact_id].source_id for fact_id in flag.fact_ids if fact_id in book.facts)
    return {
        "code": flag.code,
        "severity": kind.severity,
        "owner": kind.owner,
        "message": wording.flag_part(flag.code, "message", flag.params),
        "next_step": wording.flag_part(flag.code, "next_step", flag.params),
        "plain": wording.flag_part(flag.code, "plain", flag.params),
        "source_ids": list(dict.fromkeys((*cited, kind.source_id))),
        "applies_from": None,
    }


def _rank(flag: Flag, book: ReferenceBook) -> tuple[int, str]:
    return SEVERITIES.index(Severity(book.flags[flag.code].severity)), flag.code
