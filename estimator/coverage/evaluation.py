"""Three-valued evaluation of criteria trees (Kleene): a missing fact is unknown, never not met.

``all`` is not met if one part is not met, else unknown if one is unknown, else met; ``any`` is its mirror; ``at_least``
is met when enough parts are, not met when those that are or may be are too few. Parts whose guard is false fall away:
an ``all`` without parts is met, an ``any`` without parts is not.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from estimator.reference.clinical import ClinicalFact, ClinicalValue
from estimator.reference.criteria import Ambiguity, Branch, Citation, Comparison, Leaf, Node, Unread

Facts = Mapping[str, ClinicalValue]
"""What is known of a patient and an order, by the name that criteria use."""
ListHolds = Callable[[str, str], bool | None]
"""Whether a list on file, by name, holds a code; ``None`` where the list may have grown since it was read."""

MISSING_FACT = "missing_fact"
PAYER_DISCRETION = "payer_discretion"
AMBIGUOUS_TEXT = "ambiguous_text"
NOT_READ = "not_read"
LEFT_TO_THE_PAYER = frozenset({PAYER_DISCRETION, AMBIGUOUS_TEXT})


class Verdict(IntEnum):
    """How one criterion stands."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2
    NOT_APPLICABLE = 3

    @property
    def word(self) -> str:
        """Give the contract's word."""
        return self.name.lower()


class Finding(NamedTuple):
    """One criterion held against what is known. ``depth`` is its place in the tree; leaves test one fact."""

    id: str
    verdict: Verdict
    reason: str | None
    given: ClinicalValue | None
    test: Comparison | None
    says: str | None
    evidence: str | None
    other_reading: str | None
    cite: Citation | None
    depth: int


class Outcome(NamedTuple):
    """A node's verdict.

    ``needs`` are the facts of the smallest set that could still make it met; ``failed`` the leaves and named parts
    that are the reason it is not; ``open_reasons`` why it is unknown.
    """

    verdict: Verdict
    needs: tuple[ClinicalFact, ...] = ()
    failed: tuple[str, ...] = ()
    open_reasons: frozenset[str] = frozenset()


MET = Outcome(Verdict.MET)
FELL_AWAY = Outcome(Verdict.NOT_APPLICABLE)


class Evaluation:
    """One evaluation of trees against the facts known. ``findings`` lists every criterion that did not fall away."""

    def __init__(self, facts: Facts, holds: ListHolds) -> None:
        self.facts = facts
        self.holds = holds
        self.findings: list[Finding] = []
        self.tested: dict[str, Leaf] = {}

    def evaluate(self, node: Node, depth: int = 0) -> Outcome:
        """Evaluate a node with everything below it."""
        if isinstance(node, Leaf):
            return self._leaf(node, depth)
        if isinstance(node, Unread):
            self._note(node, Verdict.UNKNOWN, node.reason, depth)
            return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({node.reason}))
        return self._branch(node, depth)

    def holds_true(self, test: Comparison) -> bool | None:
        """Say whether a comparison holds; ``None`` when its fact is missing."""
        given = self.given(test.fact)
        return None if given is None else compare(test, given, self.holds)

    def given(self, fact: ClinicalFact) -> ClinicalValue | None:
        """Give what is known of a fact, or of one that stands in for it."""
        found = self.facts.get(fact.criterion)
        for name in fact.also_from if found is None else ():
            found = self.facts.get(name)
            if found is not None:
                break
        return found

    def _guard(self, when: Comparison | None) -> bool | None:
        return True if when is None else self.holds_true(when)

    def _leaf(self, leaf: Leaf, depth: int) -> Outcome:
        guard = self._guard(leaf.when)
        if guard is False:
            return FELL_AWAY
        self.tested[leaf.id] = leaf
        given = self.given(leaf.test.fact)
        if given is None:
            reason = PAYER_DISCRETION if leaf.judge else MISSING_FACT
            self._note(leaf, Verdict.UNKNOWN, reason, depth)
            return Outcome(Verdict.UNKNOWN, (leaf.test.fact,), open_reasons=frozenset({reason}))
        if guard is None and leaf.when is not None:
            self._note(leaf, Verdict.UNKNOWN, MISSING_FACT, depth, given)
            return Outcome(Verdict.UNKNOWN, (leaf.when.fact,), open_reasons=frozenset({MISSING_FACT}))
        return self._tested(leaf, given, depth)

    def _tested(self, leaf: Leaf, given: ClinicalValue, depth: int) -> Outcome:
        if _is_ambiguous(leaf.ambiguity, given):
            self._note(leaf, Verdict.UNKNOWN, AMBIGUOUS_TEXT, depth, given)
            return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({AMBIGUOUS_TEXT}))
        if self._is_open(leaf.test, given):
            self._note(leaf, Verdict.UNKNOWN, NOT_READ, depth, given)
            return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({NOT_READ}))
        if not compare(leaf.test, given, self.holds):
            self._note(leaf, Verdict.NOT_MET, None, depth, given)
            return Outcome(Verdict.NOT_MET, failed=(leaf.id,))
        if leaf.judge:
            self._note(leaf, Verdict.UNKNOWN, PAYER_DISCRETION, depth, given)
            return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({PAYER_DISCRETION}))
        self._note(leaf, Verdict.MET, None, depth, given)
        return MET

    def _is_open(self, test: Comparison, given: ClinicalValue) -> bool:
        listed, value = test.op == "in_list", test.value
        return listed and isinstance(given, str) and isinstance(value, str) and self.holds(value, given) is None

    def _branch(self, branch: Branch, depth: int) -> Outcome:
        guard = self._guard(branch.when)
        if guard is False:
            return FELL_AWAY
        place = len(self.findings)
        below = depth + (branch.id is not None)
        outcome = joined(branch, [self.evaluate(part, below) for part in branch.parts])
        if guard is None and branch.when is not None:
            outcome = Outcome(Verdict.UNKNOWN, (branch.when.fact,), open_reasons=frozenset({MISSING_FACT}))
        if branch.ambiguity is not None and outcome.verdict is Verdict.NOT_MET:
            outcome = Outcome(Verdict.UNKNOWN, open_reasons=frozenset({AMBIGUOUS_TEXT}))
        if branch.id is not None:
            reason = min(outcome.open_reasons) if outcome.verdict is Verdict.UNKNOWN else None
            self._note(branch, outcome.verdict, reason, depth, at=place)
            if outcome.verdict is Verdict.NOT_MET:
                outcome = outcome._replace(failed=(branch.id, *outcome.failed))
        return outcome

    def _note(
        self,
        node: Node,
        verdict: Verdict,
        reason: str | None,
        depth: int,
        given: ClinicalValue | None = None,
        at: int | None = None,
    ) -> None:
        is_leaf = isinstance(node, Leaf)
        ambiguity = None if isinstance(node, Unread) else node.ambiguity
        finding = Finding(
            id=node.id or "",
            verdict=verdict,
            reason=reason,
            given=given,
            test=node.test if isinstance(node, Leaf) else None,
            says=node.says,
            evidence=node.evidence if is_leaf and isinstance(node, Leaf) else None,
            other_reading=None if ambiguity is None else ambiguity.other_reading or ambiguity.says,
            cite=node.cite,
            depth=depth,
        )
        self.findings.insert(len(self.findings) if at is None else at, finding)


def compare(test: Comparison, given: ClinicalValue, holds: ListHolds) -> bool:
    """Compare a value, in the fact's own unit, with what a criterion asks for."""
    value = test.value
    if test.op == "in_list":
        return isinstance(given, str) and isinstance(value, str) and holds(value, given) is True
    if isinstance(given, Decimal):
        return _compare_numbers(test.op, given, value)
    if isinstance(value, frozenset):
        words = given if isinstance(given, frozenset) else frozenset({str(given)})
        return bool(words & value) == (test.op in ("==", "in"))
    return (given == value) == (test.op == "==")


def _compare_numbers(op: str, given: Decimal, value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value[0] <= given <= value[1])
    if not isinstance(value, Decimal):
        return False
    return {
        "<": given < value,
        "<=": given <= value,
        ">": given > value,
        ">=": given >= value,
        "==": given == value,
        "!=": given != value,
    }[op]


def joined(branch: Branch, parts: list[Outcome]) -> Outcome:
    """Join the outcomes of a branch's parts."""
    live = [part for part in parts if part.verdict is not Verdict.NOT_APPLICABLE]
    if branch.kind == "not":
        return negated(live[0]) if live else FELL_AWAY
    if branch.kind == "all":
        least = len(live)
    elif branch.kind == "any":
        least = 1
    else:
        least = branch.least
    return at_least(least, live)


def at_least(least: int, parts: list[Outcome]) -> Outcome:
    """Say whether so many parts hold: ``all`` of them, or one of them, are the two ends of it."""
    met = sum(part.verdict is Verdict.MET for part in parts)
    if met >= least:
        return MET
    unknown = [part for part in parts if part.verdict is Verdict.UNKNOWN]
    if met + len(unknown) < least:
        return Outcome(Verdict.NOT_MET, failed=tuple(name for part in parts for name in part.failed))
    cheapest = sorted(unknown, key=_cost)[: least - met]
    needs = dict.fromkeys(fact for part in cheapest for fact in part.needs)
    return Outcome(
        Verdict.UNKNOWN,
        tuple(needs),
        open_reasons=frozenset(reason for part in cheapest for reason in part.open_reasons),
    )


def negated(part: Outcome) -> Outcome:
    """Turn a part round."""
    if part.verdict is Verdict.UNKNOWN:
        return part
    return MET if part.verdict is Verdict.NOT_MET else Outcome(Verdict.NOT_MET)


def _cost(part: Outcome) -> tuple[bool, int, bool]:
    """Rank ways to settle a branch: what was read first, then the fewest facts, then what facts alone settle."""
    return NOT_READ in part.open_reasons, len(part.needs), bool(part.open_reasons - {MISSING_FACT})


def _is_ambiguous(ambiguity: Ambiguity | None, given: ClinicalValue) -> bool:
    if ambiguity is None:
        return False
    if ambiguity.low is None or ambiguity.high is None or not isinstance(given, Decimal):
        return ambiguity.low is None
    return ambiguity.low <= given <= ambiguity.high
