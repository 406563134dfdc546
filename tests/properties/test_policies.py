"""What holds of every policy on file, whatever is known: facts settle, and their absence never settles more."""

import random
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.coverage.evaluation import Evaluation, Verdict
from estimator.coverage.judging import judge
from estimator.coverage.selection import Chosen
from estimator.coverage.situation import Situation
from estimator.model.codes import Route
from estimator.reference.criteria import Branch, Leaf

SETTLED = frozenset({Verdict.MET, Verdict.NOT_MET})
CHOOSING = frozenset({"phase", "approved_by", "approved_by_this_plan", "condition"})
"""Facts that choose which criteria are asked for, those of a first request or of a renewal, or of which disease."""
ROUTES = {"iv": Route.IV, "sc": Route.SC}
TRIES = 20


def leaves(node):
    if isinstance(node, Branch):
        return [each for part in node.parts for each in leaves(part)]
    return [node] if isinstance(node, Leaf) else []


def nodes(node):
    return [node, *[each for part in node.parts for each in nodes(part)]] if isinstance(node, Branch) else [node]


def trees(policy):
    return [tree for entry in policy.entries for tree in entry.trees.values()]


def named_by(node):
    """List the facts that a criterion names: those it tests, those that stand in for them, and those of its guards."""
    tests = [getattr(part, "when", None) for part in nodes(node)] + [leaf.test for leaf in leaves(node)]
    facts = [test.fact for test in tests if test is not None]
    return {name for fact in facts for name in (fact.criterion, *fact.also_from)}


def comparisons(policy):
    found = [leaf.test for tree in trees(policy) for leaf in leaves(tree)]
    found += [part.when for tree in trees(policy) for part in nodes(tree) if getattr(part, "when", None) is not None]
    found += [entry.applies_when for entry in policy.entries if entry.applies_when is not None]
    return found + [test for item in policy.exclusions for test in item.tests]


def values(test):
    """Give the values on either side of what a criterion asks for, and at it."""
    if test.fact.type == "flag":
        return {True, False}
    numbers = test.value if isinstance(test.value, tuple) else (test.value,)
    if all(isinstance(each, Decimal) for each in numbers):
        return {each + step for each in numbers for step in (-1, 0, 1)}
    words = test.value if isinstance(test.value, frozenset) else {str(test.value)}
    return {*words, "another"}


def facts_of(policy, chance):
    """Draw what is known: of each fact that a document names, nothing or a value near what it asks for."""
    near = {}
    for test in comparisons(policy):
        near.setdefault(test.fact.criterion, set()).update(values(test))
    drawn = {name: chance.choice([None, *sorted(found, key=str)]) for name, found in sorted(near.items())}
    return {name: value for name, value in drawn.items() if value is not None}


def order(policy, indication):
    return Situation(
        state=None,
        route=next((ROUTES[name] for name in policy.routes if name in ROUTES), Route.IV),
        site=None,
        diagnosis=None,
        indication=indication,
        condition=None,
        product_id=None,
        age_years=None,
        mg_per_kg=None,
        mg_per_course=None,
        interval_days=None,
        on=policy.period.first_day,
        as_of=date(2026, 11, 21),
    )


def judged(policy, facts, indication, book):
    return judge(Chosen(policy, is_named=True, outside=None), order(policy, indication), facts, book)


def stand_ins(policy, name):
    """List the facts that are read where this one is missing: without them too nothing answers."""
    return {other for test in comparisons(policy) if test.fact.criterion == name for other in test.fact.also_from}


def draws(seed, book):
    """Draw for every version of every policy what is known, and one fact that may as well not be."""
    chance = random.Random(seed)
    for versions in book.policies.values():
        for policy in versions:
            facts = facts_of(policy, chance)
            names = sorted(set(facts) - CHOOSING)
            if not names:
                continue
            one = chance.choice(names)
            uses = sorted({each for entry in policy.entries for each in entry.indications}) or ["cidp"]
            gone = {one, *stand_ins(policy, one)}
            less = {name: value for name, value in facts.items() if name not in gone}
            yield policy, facts, less, gone, chance.choice(uses)


def verdict(node, facts):
    return Evaluation(facts, lambda _name, _code: False).evaluate(node).verdict


@settings(max_examples=TRIES, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_adding_a_fact_changes_no_settled_criterion_that_does_not_name_it(seed, book):
    for policy, facts, less, more, _ in draws(seed, book):
        for tree in trees(policy):
            for node in nodes(tree):
                if not more & named_by(node):
                    assert verdict(node, less) is verdict(node, facts), (policy.fact_id, node, more)


@settings(max_examples=TRIES, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_removing_a_fact_never_turns_not_met_into_met(seed, book):
    for policy, facts, less, gone, indication in draws(seed, book):
        for tree in trees(policy):
            assert (verdict(tree, facts), verdict(tree, less)) != (Verdict.NOT_MET, Verdict.MET)
        before, after = (judged(policy, known, indication, book) for known in (facts, less))
        if before.verdict is Verdict.NOT_MET:
            assert after.verdict is not Verdict.MET, (policy.fact_id, indication, gone, before.failed)


@settings(max_examples=TRIES, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_a_criterion_whose_fact_is_missing_is_not_settled(seed, book):
    for policy, _, less, gone, indication in draws(seed, book):
        for item in judged(policy, less, indication, book).findings:
            names = set() if item.test is None else {item.test.fact.criterion, *item.test.fact.also_from}
            if gone & names and not names & set(less):
                assert item.given is not None or item.verdict not in SETTLED, (policy.fact_id, item.id)
