"""What fails in a policy document, named: a denial to be expected needs its reason."""

from collections.abc import Iterator
from decimal import Decimal

from estimator.coverage.evaluation import Finding, Verdict
from estimator.coverage.flags import LIKELY_DENIALS, Flag, raised
from estimator.coverage.judging import CODE_ON_LIST, Judged
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook

SITE_DOCUMENTS = frozenset({"site_of_care"})
SAID_BY_OTHERS = frozenset({CODE_ON_LIST, "listed_use", "product"})
"""What fails under flags of its own."""
EQUIPMENT = "part_b_dme"


def failure_flags(one: Judged, book: ReferenceBook) -> Iterator[Flag]:
    """Name the criteria that fail, or what shuts the use out; those that a grave flag of their own names fall away."""
    if one.verdict is not Verdict.NOT_MET:
        return
    failed = frozenset(one.failed)
    terms = [
        _wanted(item)
        for item in one.findings
        if item.id in failed and item.verdict is Verdict.NOT_MET and not _is_said(item, one, book)
    ]
    if terms:
        measure = "failed" if one.excluded is None else "excluded"
        yield raised(
            "CRITERION_FAILED",
            one.policy.fact_id,
            policy=one.policy.title,
            measure=measure,
            term="; ".join(dict.fromkeys(terms)),
        )


def _is_said(item: Finding, one: Judged, book: ReferenceBook) -> bool:
    """Say whether a flag of its own says that a criterion fails, and is grave enough for it."""
    if item.id in SAID_BY_OTHERS or (item.id == one.excluded == "maintenance"):
        return True
    if item.test is None:
        return item.id != one.excluded  # a part: what fails in it is named
    own = item.test.fact.flag_if_failed
    if own == "SITE_OF_CARE" and one.policy.document not in SITE_DOCUMENTS:
        return False
    kind = None if own is None else book.flags.get(own)
    return kind is not None and kind.severity in LIKELY_DENIALS


def _wanted(item: Finding) -> str:
    """Say what a criterion asks for: in its words, else as a comparison with the fact's name in plain words."""
    if item.says is not None or item.test is None:
        return item.says or item.id
    test, value = item.test, item.test.value
    name = test.fact.name.rpartition(".")[2].replace("_", " ")
    if isinstance(value, tuple):
        said = f"{plain(value[0])}-{plain(value[1])}"
    elif isinstance(value, Decimal):
        said = f"{test.op} {plain(value)}"
    elif isinstance(value, bool):
        return name if value == (test.op == "==") else f"no {name}"
    else:
        words = ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
        said = f"{'in list' if test.op == 'in_list' else test.op} {words.replace('_', ' ')}"
    unit = next((name for name, size in test.fact.units.items() if size == 1), "")
    return f"{name} {said} {'' if test.fact.is_bare else unit}".strip()


def is_about_benefit(one: Judged) -> bool:
    """Say whether a failure is about the benefit itself: all that a statute asks for, the place of equipment."""
    if one.policy.document == "statute":
        return True
    failed = frozenset(one.failed)
    places = (
        item.id in failed and item.test is not None and item.test.fact.criterion == "site" for item in one.findings
    )
    return one.policy.benefit == EQUIPMENT and any(places)
