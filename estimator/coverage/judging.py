"""One policy document held against one order: which of its entries apply, and what their criteria come to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from estimator.coverage import evaluation, limits, situation
from estimator.coverage.evaluation import Evaluation, Facts, Finding, Outcome, Verdict
from estimator.coverage.limits import LimitReading
from estimator.coverage.selection import Chosen
from estimator.coverage.situation import Situation
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalFact
from estimator.reference.criteria import Ambiguity, Citation, Comparison, Leaf
from estimator.reference.policies import Entry, Exclusion, Policy

SPEAKS_OF_USES = frozenset({"medical_policy", "lcd", "ncd", "statute", "formulary"})
"""Kinds of documents from which an answer about a use is to be expected."""
NOT_LISTED = "not_listed"
CODE_ON_LIST = "code_on_list"
PRODUCT_CODE_ON_LIST = "product_code_on_list"
NAMED_WITHOUT_CODE = "condition_named_code_not_listed"


class Judged(NamedTuple):
    """What one document comes to. ``failed`` names leaves and parts; ``excluded`` says what shuts the use out."""

    policy: Policy
    outside: str | None
    verdict: Verdict
    outlook: str | None
    findings: tuple[Finding, ...]
    needs: tuple[ClinicalFact, ...]
    failed: tuple[str, ...]
    excluded: str | None
    entries: tuple[str, ...]
    limits: tuple[LimitReading, ...]
    tested_on: Facts
    stops_after_months: int | None = None
    approval: Mapping[str, str] = MappingProxyType({})
    unlisted_code: str | None = None
    names_use: bool = False


def judge(one: Chosen, order: Situation, facts: Facts, book: ReferenceBook) -> Judged:
    """Hold a document against an order."""
    policy = one.policy
    known = situation.of_policy(policy, order, facts)
    if one.outside is not None:
        return _not_applicable(policy, one.outside, known)
    if policy.text_read == "none" and not policy.entries:
        return _not_applicable(policy, "no_text", known)
    return _Judging(policy, order, known, book).run()


def _not_applicable(policy: Policy, reason: str, known: Facts) -> Judged:
    return Judged(policy, reason, Verdict.NOT_APPLICABLE, None, (), (), (), None, (), (), known)


class _Judging:
    """The steps of holding one document against one order."""

    def __init__(self, policy: Policy, order: Situation, facts: Facts, book: ReferenceBook) -> None:
        self.policy = policy
        self.order = order
        self.facts = facts
        self.book = book
        self.phase = situation.phase(facts)
        self.conditions = situation.conditions(order, facts, book)
        self.evaluation = Evaluation(facts, book.is_listed)
        self.excluded: str | None = None

    def run(self) -> Judged:
        """Do every step."""
        policy = self.policy
        general, specific = self._general(), self._specific()
        if not specific and not self._speaks(general):
            silent = _not_applicable(policy, self._why_silent(), self.facts)
            return silent._replace(unlisted_code=unlisted_code(policy, self.order, self.book))
        parts = [self._any_of(general, is_alternative=True), *self._each(general)]
        parts.append(self._uses(specific))
        parts.append(self._code_list())
        parts.append(self._product_code())
        parts += [self._exclusion(item) for item in policy.exclusions if item.is_judged]
        parts.append(self._product())
        parts.append(self._unread())
        live = [part for part in parts if part.verdict is not Verdict.NOT_APPLICABLE]
        outcome = evaluation.at_least(len(live), live)
        return Judged(
            policy=policy,
            outside=None,
            verdict=outcome.verdict,
            outlook=self._outlook(outcome),
            findings=tuple(self.evaluation.findings),
            needs=outcome.needs,
            failed=tuple(dict.fromkeys(outcome.failed)),
            excluded=self.excluded,
            entries=tuple(entry.name for entry in (*general, *specific)),
            limits=limits.read_limits(
                policy, tuple(specific), self.order, phase=self.phase, holds=self.evaluation.holds_true, book=self.book
            ),
            stops_after_months=_stops_after(specific),
            unlisted_code=unlisted_code(policy, self.order, self.book),
            approval=_approval(policy, specific, self.order, self.book),
            tested_on=self.facts,
            names_use=bool(specific) and self.excluded is None,
        )

    def _why_silent(self) -> str:
        """Name what keeps the entries about this use from this order: route, product, kind of request or a guard."""
        about = [entry for entry in self.policy.entries if entry.is_general or self._is_about(entry)]
        if not about:
            return "indication" if self.policy.entries else "no_criteria"
        about = [entry for entry in about if entry.route in (None, self.order.route.value)]
        if not about:
            return "route"
        about = [entry for entry in about if not entry.products or self.order.product_id in entry.products]
        if not about:
            return "product"
        about = [entry for entry in about if self._tree(entry) is not None]
        if not about:
            return "phase"
        guards = {entry.applies_when.fact.criterion for entry in about if entry.applies_when is not None}
        return "site" if guards == {"site"} else "condition"

    def _outlook(self, outcome: Outcome) -> str:
        if self.excluded is not None or self._lacks_benefit(outcome):
            return "excluded"
        if outcome.verdict is Verdict.NOT_MET:
            return "criterion_failed"
        if outcome.verdict is Verdict.MET:
            return "criteria_met"
        if outcome.open_reasons <= evaluation.LEFT_TO_THE_PAYER:
            return "payer_discretion"
        return "incomplete"

    def _lacks_benefit(self, outcome: Outcome) -> bool:
        """Say whether a statute's own list shuts a diagnosis out: there is no benefit then, whatever else is met."""
        lists = [leaf for leaf in self._tested() if leaf.test.op == "in_list" and leaf.id in outcome.failed]
        return self.policy.document == "statute" and bool(lists)

    def _tree(self, entry: Entry) -> str | None:
        """Name the tree of an entry that this phase asks for; a general rule without one of its own has one tree."""
        if self.phase in entry.trees:
            return self.phase
        renews = any("renewal" in each.trees for each in self.policy.entries)
        return "initial" if entry.is_general and not renews and "initial" in entry.trees else None

    def _fits(self, entry: Entry) -> bool:
        route_fits = entry.route is None or entry.route == self.order.route.value
        product = self.order.product_id
        product_fits = not entry.products or product in entry.products
        return route_fits and product_fits and self._tree(entry) is not None

    def _general(self) -> list[Entry]:
        return [
            entry
            for entry in self.policy.entries
            if entry.is_general and self._fits(entry) and self._guard(entry.applies_when) is not False
        ]

    def _specific(self) -> list[Entry]:
        found = [entry for entry in self.policy.entries if self._is_about(entry) and self._fits(entry)]
        found = [entry for entry in found if self._guard(entry.applies_when) is not False or self._is_named(entry)]
        exact = [entry for entry in found if self._is_named(entry) or self._guard(entry.applies_when) is True]
        exact = [entry for entry in exact if entry.applies_when is not None or self._is_named(entry)]
        if exact:
            return exact
        return [entry for entry in found if not entry.is_group] or found

    def _is_about(self, entry: Entry) -> bool:
        if self._is_named(entry):
            return True
        if entry.conditions and (self.conditions or not entry.indications):
            return False
        codes = self.policy.codes
        listed = codes is not None and self.order.diagnosis in codes.codes and not self._has_indication()
        return self.order.indication in entry.indications or (listed and bool(entry.indications))

    def _has_indication(self) -> bool:
        return any(self.order.indication in entry.indications for entry in self.policy.entries)

    def _is_named(self, entry: Entry) -> bool:
        return bool(self.conditions & (entry.conditions | {entry.name}))

    def _guard(self, when: Comparison | None) -> bool | None:
        return True if when is None else self.evaluation.holds_true(when)

    def _speaks(self, general: list[Entry]) -> bool:
        """Say whether the document is expected to say something about a use that none of its entries is about."""
        policy = self.policy
        has_specific = any(not entry.is_general for entry in policy.entries)
        if self.order.indication in policy.not_covered:
            return True
        if has_specific:
            return policy.unlisted != "outside"
        return bool(general) or policy.document in SPEAKS_OF_USES

    def _evaluate(self, entry: Entry) -> Outcome:
        tree = self._tree(entry)
        if tree is None:
            return evaluation.FELL_AWAY
        outcome = self.evaluation.evaluate(entry.trees[tree])
        if entry.ambiguity is not None and not self._is_settled(entry.ambiguity, outcome):
            needs = outcome.needs if outcome.verdict is Verdict.UNKNOWN else ()
            reasons = outcome.open_reasons | {evaluation.AMBIGUOUS_TEXT}
            outcome = Outcome(Verdict.UNKNOWN, needs, open_reasons=reasons)
            self._note(
                entry.name,
                Verdict.UNKNOWN,
                evaluation.AMBIGUOUS_TEXT,
                says=entry.ambiguity.says,
                other_reading=entry.ambiguity.other_reading,
            )
        if entry.applies_when is not None and not self._is_named(entry):
            applies = self._guard(entry.applies_when)
            if applies is None and outcome.verdict is not Verdict.NOT_MET:
                needs = (entry.applies_when.fact, *outcome.needs)
                return Outcome(Verdict.UNKNOWN, needs, open_reasons=frozenset({evaluation.MISSING_FACT}))
        return outcome

    def _is_settled(self, ambiguity: Ambiguity, outcome: Outcome) -> bool:
        """Say whether every reading of a text that is read in two ways comes to the same."""
        if ambiguity.other is None:
            return outcome.verdict is Verdict.MET
        other = Evaluation(self.facts, self.evaluation.holds).evaluate(ambiguity.other)
        return outcome.verdict is other.verdict is not Verdict.UNKNOWN

    def _any_of(self, entries: list[Entry], *, is_alternative: bool) -> Outcome:
        outcomes = [self._evaluate(entry) for entry in entries if entry.is_alternative is is_alternative]
        return evaluation.at_least(1, outcomes) if outcomes else evaluation.FELL_AWAY

    def _each(self, entries: list[Entry]) -> list[Outcome]:
        return [self._evaluate(entry) for entry in entries if not entry.is_alternative]

    def _uses(self, specific: list[Entry]) -> Outcome:
        """Join the entries about this use, of which one is enough; or say what it means that there is none."""
        policy = self.policy
        if specific:
            return evaluation.at_least(1, [self._evaluate(entry) for entry in specific])
        has_specific = any(not entry.is_general for entry in policy.entries)
        if self.order.indication in policy.not_covered or (has_specific and policy.unlisted == "excluded"):
            self.excluded = NOT_LISTED
            self._note("listed_use", Verdict.NOT_MET, None)
            return Outcome(Verdict.NOT_MET, failed=("listed_use",))
        if has_specific or not policy.entries:
            reason = evaluation.PAYER_DISCRETION if policy.is_fully_read else evaluation.NOT_READ
            self._note("listed_use", Verdict.UNKNOWN, reason)
            return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({reason}))
        return evaluation.FELL_AWAY

    def _code_list(self) -> Outcome:
        """Judge the code apart from the condition: a document may name a disease and leave its code out."""
        codes, code = self.policy.codes, self.order.diagnosis
        if (
            self.excluded is not None
            or codes is None
            or code is None
            or "icd10" in {leaf.test.fact.criterion for leaf in self._tested()}
        ):
            return evaluation.FELL_AWAY
        if code in codes.codes:
            self._note(CODE_ON_LIST, Verdict.MET, None, given=code, cite=codes.cite)
            return evaluation.MET
        if code in codes.named_without:
            self._note("condition_named", Verdict.MET, None, given=codes.condition_without, cite=codes.cite)
            reason = evaluation.AMBIGUOUS_TEXT
            self._note(CODE_ON_LIST, Verdict.UNKNOWN, reason, given=code, other_reading=NAMED_WITHOUT_CODE)
            return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({reason}))
        if codes.is_closed:
            self._note(CODE_ON_LIST, Verdict.NOT_MET, None, given=code, cite=codes.cite)
            return Outcome(Verdict.NOT_MET, failed=(CODE_ON_LIST,))
        self._note(CODE_ON_LIST, Verdict.UNKNOWN, evaluation.NOT_READ, given=code, cite=codes.cite)
        return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({evaluation.NOT_READ}))

    def _product_code(self) -> Outcome:
        """Judge the product's billing code apart from the use: lists of codes differ from contractor to contractor."""
        product = self.book.products.get(self.order.product_id or "")
        if product is None or not self.policy.hcpcs or self.excluded is not None:
            return evaluation.FELL_AWAY
        if unlisted_code(self.policy, self.order, self.book) is None:
            self._note(PRODUCT_CODE_ON_LIST, Verdict.MET, None, given=product.hcpcs)
            return evaluation.MET
        self._note(PRODUCT_CODE_ON_LIST, Verdict.UNKNOWN, evaluation.NOT_READ, given=product.hcpcs)
        return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({evaluation.NOT_READ}))

    def _tested(self) -> list[Leaf]:
        return list(self.evaluation.tested.values())

    def _exclusion(self, item: Exclusion) -> Outcome:
        of_use = (not item.indications and not item.conditions) or (
            self.order.indication in item.indications or bool(self.conditions & item.conditions)
        )
        if not of_use:
            return evaluation.FELL_AWAY
        held = [self.evaluation.holds_true(test) for test in item.tests]
        if False in held:
            return evaluation.FELL_AWAY
        if None in held:
            missing = [test.fact for test, holds in zip(item.tests, held, strict=True) if holds is None]
            self._note(item.id, Verdict.UNKNOWN, evaluation.MISSING_FACT, says=item.says, cite=item.cite)
            return Outcome(Verdict.UNKNOWN, tuple(missing), open_reasons=frozenset({evaluation.MISSING_FACT}))
        self.excluded = item.id
        self._note(item.id, Verdict.NOT_MET, None, says=item.says, cite=item.cite)
        return Outcome(Verdict.NOT_MET, failed=(item.id,))

    def _asked(self) -> frozenset[str]:
        return frozenset(leaf.test.fact.criterion for leaf in self._tested())

    def _product(self) -> Outcome:
        product = self.order.product_id
        if product is None or product not in self.policy.excluded_products:
            return evaluation.FELL_AWAY
        self.excluded = "product"
        if "product" in self._asked():
            return evaluation.FELL_AWAY  # a criterion of its own says so already
        self._note("product", Verdict.NOT_MET, None, given=product)
        return Outcome(Verdict.NOT_MET, failed=("product",))

    def _unread(self) -> Outcome:
        """What was not read of a document, or a reviewer's text that no plan was named for, may ask for more."""
        is_read = self.policy.is_fully_read or self.phase in self.policy.read_in_full
        if is_read and self.policy.usable_alone:
            return evaluation.FELL_AWAY
        self._note("rest_of_the_text", Verdict.UNKNOWN, evaluation.NOT_READ)
        return Outcome(Verdict.UNKNOWN, open_reasons=frozenset({evaluation.NOT_READ}))

    def _note(
        self,
        name: str,
        verdict: Verdict,
        reason: str | None,
        *,
        given: str | None = None,
        says: str | None = None,
        other_reading: str | None = None,
        cite: Citation | None = None,
    ) -> None:
        self.evaluation.findings.append(Finding(name, verdict, reason, given, None, says, None, other_reading, cite, 0))


def unlisted_code(policy: Policy, order: Situation, book: ReferenceBook) -> str | None:
    """Give the product's billing code where a document's own list lacks it; ``None`` where no list was read."""
    product = book.products.get(order.product_id or "")
    if product is None or not policy.hcpcs:
        return None
    is_listed = product.hcpcs in policy.hcpcs and product.hcpcs not in policy.hcpcs_missing
    return None if is_listed else product.hcpcs


def _stops_after(entries: list[Entry]) -> int | None:
    """Give the soonest day, in months, by which an entry wants to see improvement."""
    return min((entry.stops_after_months for entry in entries if entry.stops_after_months is not None), default=None)


def _approval(policy: Policy, entries: list[Entry], order: Situation, book: ReferenceBook) -> dict[str, str]:
    """Give how long an approval lasts, by phase: as the entry says, else the document; other products' are left out."""
    found = {
        name: said for name, said in policy.approval.items() if name not in book.products or name == order.product_id
    }
    for entry in entries:
        found |= entry.approval
    return found
