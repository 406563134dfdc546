"""Three-valued logic, worked by hand: truth tables of Kleene, guards, judges, ambiguous texts, the smallest need."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.coverage.evaluation import Evaluation, Outcome, Verdict, at_least
from estimator.reference.clinical import ClinicalFact
from estimator.reference.criteria import Ambiguity, Branch, Citation, Comparison, Leaf, Unread

MET, NOT_MET, UNKNOWN, AWAY = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE
CITE = Citation("source", "page 1", None)


def known(name, kind="flag", unit=None):
    return ClinicalFact(name, name, kind, unit, {}, (), "chart_note", False, {}, (), None, None, None, name)


FLAGS = {name: known(name) for name in "abcdefg"}
LEVEL = known("level", "number", "mg_per_dl")


def leaf(name, *, judge=False, when=None, fact=None, op="==", value=True, ambiguity=None):
    test = Comparison(fact or FLAGS[name], op, value)
    return Leaf(name, test, None, None, judge, ambiguity, when, CITE)


def branch(kind, *parts, least=0, when=None, name=None):
    return Branch(name, kind, least, parts, when)


def outcome(node, **facts):
    return Evaluation(facts, lambda _name, _code: False).evaluate(node)


@pytest.mark.parametrize(
    ("kind", "facts", "verdict"),
    [
        ("all", {"a": True, "b": True}, MET),
        ("all", {"a": True}, UNKNOWN),
        ("all", {"a": False}, NOT_MET),
        ("all", {}, UNKNOWN),
        ("any", {"a": True}, MET),
        ("any", {"a": False}, UNKNOWN),
        ("any", {"a": False, "b": False}, NOT_MET),
        ("any", {}, UNKNOWN),
    ],
)
def test_kleenes_tables(kind, facts, verdict):
    assert outcome(branch(kind, leaf("a"), leaf("b")), **facts).verdict is verdict


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"a": True, "b": True}, MET),
        ({"a": True, "b": False}, UNKNOWN),
        ({"a": True, "b": False, "c": False}, NOT_MET),
        ({"b": False, "c": False}, NOT_MET),
        ({}, UNKNOWN),
    ],
)
def test_two_of_three(facts, verdict):
    assert outcome(branch("at_least", leaf("a"), leaf("b"), leaf("c"), least=2), **facts).verdict is verdict


@pytest.mark.parametrize(("facts", "verdict"), [({"a": True}, NOT_MET), ({"a": False}, MET), ({}, UNKNOWN)])
def test_not(facts, verdict):
    assert outcome(branch("not", leaf("a")), **facts).verdict is verdict


def test_a_part_whose_guard_is_false_falls_away():
    guarded = leaf("b", when=Comparison(FLAGS["a"], "==", True))

    assert outcome(guarded, a=False).verdict is AWAY
    assert outcome(branch("all", guarded), a=False).verdict is MET
    assert outcome(branch("any", guarded), a=False).verdict is NOT_MET
    assert outcome(guarded, a=True, b=False).verdict is NOT_MET
    assert outcome(guarded, b=True).verdict is UNKNOWN


def test_what_the_payer_judges_is_never_met_by_us():
    judged = leaf("a", judge=True)

    assert outcome(judged, a=True).open_reasons == {"payer_discretion"}
    assert outcome(judged).open_reasons == {"payer_discretion"}
    assert outcome(judged, a=False).verdict is NOT_MET


@pytest.mark.parametrize(
    ("level", "verdict"),
    [(Decimal(200), UNKNOWN), (Decimal(400), UNKNOWN), (Decimal(401), MET), (Decimal(199), NOT_MET)],
)
def test_between_two_readings_the_payer_decides(level, verdict):
    faulty = leaf(
        "x", fact=LEVEL, op=">", value=Decimal(200), ambiguity=Ambiguity("", None, Decimal(200), Decimal(400))
    )

    assert outcome(faulty, level=level).verdict is verdict


@pytest.mark.parametrize(
    ("op", "level", "verdict"),
    [
        ("<", 500, NOT_MET),
        ("<", 499, MET),
        ("<=", 500, MET),
        (">", 500, NOT_MET),
        (">=", 500, MET),
        ("!=", 500, NOT_MET),
    ],
)
def test_boundaries(op, level, verdict):
    test = leaf("x", fact=LEVEL, op=op, value=Decimal(500))

    assert outcome(test, level=Decimal(level)).verdict is verdict


def test_what_was_not_read_settles_nothing():
    unread = Unread("rest", None, "not_read", CITE)

    assert outcome(branch("all", leaf("a"), unread), a=True).verdict is UNKNOWN
    assert outcome(branch("all", leaf("a"), unread), a=False).verdict is NOT_MET


def test_the_smallest_set_that_could_settle_it_is_asked_for():
    tree = branch("any", branch("all", leaf("a"), leaf("b")), leaf("c"))

    assert [fact.name for fact in outcome(tree).needs] == ["c"]
    assert [fact.name for fact in outcome(tree, c=False).needs] == ["a", "b"]
    assert [fact.name for fact in outcome(tree, c=False, a=True).needs] == ["b"]
    assert outcome(tree, c=True).needs == ()
    assert outcome(tree, c=False, a=False).needs == ()


def test_a_named_part_that_fails_is_named_with_its_leaves():
    step = branch("any", leaf("a"), leaf("b"), name="step")

    assert outcome(step, a=False, b=False).failed == ("step", "a", "b")


def trees():
    guards = st.none() | st.builds(Comparison, st.sampled_from(list(FLAGS.values())), st.just("=="), st.booleans())
    leaves = st.builds(
        lambda name, value, judge, when: leaf(name, value=value, judge=judge, when=when),
        st.sampled_from("abcdefg"),
        st.booleans(),
        st.booleans(),
        guards,
    )
    return st.recursive(
        leaves,
        lambda parts: st.builds(
            lambda kind, inner, least, when: branch(kind, *inner, least=min(least, len(inner)), when=when),
            st.sampled_from(["all", "any", "at_least"]),
            st.lists(parts, min_size=1, max_size=4),
            st.integers(1, 4),
            guards,
        ),
        max_leaves=10,
    )


def settled(tree, facts):
    evaluation = Evaluation(facts, lambda _name, _code: False)
    evaluation.evaluate(tree)
    return evaluation.findings


@given(tree=trees(), facts=st.dictionaries(st.sampled_from("abcdefg"), st.booleans()), more=st.sampled_from("abcdefg"))
def test_adding_a_fact_changes_no_settled_criterion_that_does_not_name_it(tree, facts, more):
    without = {name: value for name, value in facts.items() if name != more}
    for value in (True, False):
        before = {
            (item.id, item.test): item.verdict
            for item in settled(tree, without)
            if item.test is not None and item.test.fact.name != more and item.verdict in (MET, NOT_MET)
        }
        after = {(item.id, item.test): item.verdict for item in settled(tree, without | {more: value}) if item.test}
        for place, verdict in before.items():
            # A criterion may fall away when its guard names the fact added; it never turns round.
            assert after.get(place, verdict) in (verdict, UNKNOWN)


def without_guards(tree):
    if isinstance(tree, Leaf):
        return tree._replace(when=None)
    return tree._replace(when=None, parts=tuple(map(without_guards, tree.parts)))


@given(tree=trees(), facts=st.dictionaries(st.sampled_from("abcdefg"), st.booleans()), gone=st.sampled_from("abcdefg"))
def test_removing_a_fact_never_turns_what_was_settled_round(tree, facts, gone):
    plain = without_guards(tree)
    less = {name: value for name, value in facts.items() if name != gone}

    assert outcome(plain, **less).verdict in (UNKNOWN, outcome(plain, **facts).verdict)


@given(tree=trees(), facts=st.dictionaries(st.sampled_from("abcdefg"), st.booleans()), gone=st.sampled_from("abcdefg"))
def test_removing_a_fact_never_turns_not_met_into_met(tree, facts, gone):
    less = {name: value for name, value in facts.items() if name != gone}

    assert (outcome(tree, **facts).verdict, outcome(tree, **less).verdict) != (NOT_MET, MET)


def test_more_parts_than_there_are_can_never_hold():
    assert at_least(3, [Outcome(MET), Outcome(MET)]).verdict is NOT_MET
