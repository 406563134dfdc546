"""Sentences about lines as a patient reads them, written out by hand: one case for each rule of wording."""

import pytest

from tests.services import asking
from tests.services.reviewing import PLAN, adjudicate, card, line

LINE = line("a", "2027-02-01", "6000.00")


def explained(runtime, *lines, **whole):
    """Give the sentences of each line and of all, beside the whole answer."""
    document = adjudicate(runtime, *lines, **whole)
    return [each["explain"] for each in document["lines"]], document["explain"], document


@pytest.mark.parametrize(
    ("language", "sentence", "together"),
    [
        (
            "en",
            "The price is $6,000.00, and no plan pays any of it. You pay $6,000.00.",
            "The price is $6,000.00 in all, and no plan pays any of it. You pay $6,000.00.",
        ),
        (
            "es",
            "El precio es de $6,000.00, y ningún plan paga nada. Usted paga $6,000.00.",
            "El precio es de $6,000.00 en total, y ningún plan paga nada. Usted paga $6,000.00.",
        ),
    ],
)
def test_who_pays_alone_is_told_of_no_plan(language, sentence, together, runtime):
    own, whole, _ = explained(runtime, LINE, plan=None, payer="self_pay", language=language)

    assert (own, whole) == ([sentence], together)


def test_what_the_provider_bears_of_a_denied_line_is_said_in_the_whole(runtime):
    denied = line("b", "2027-02-02", "300.00", covered=False, denial={"reason": "no_authorization", "notice": "none"})
    own, whole, _ = explained(runtime, LINE, denied)

    assert own[1].startswith(
        "The amount of this line is $300.00. The plan does not cover it, and the provider bears $300.00."
    )
    assert whole == (
        "The amount of all lines is $6,300.00. $1,000.00 of it goes to your deductible. Your coinsurance comes to "
        "$1,000.00. The plan does not cover $300.00 of it. You pay $2,000.00; the plan pays $4,000.00. "
        "The provider bears $300.00."
    )


def test_the_family_s_limit_is_named_where_it_is_the_one_reached(runtime):
    plan = PLAN | {
        "tier": "family",
        "deductible": {"individual": "1500.00", "family": "3000.00"},
        "out_of_pocket_max": {"individual": "6000.00", "family": "9000.00"},
    }
    lines = [
        line("a", "2027-02-01", "20000.00"),
        line("b", "2027-02-02", "20000.00", member="second"),
        line("c", "2027-02-03", "20000.00", member="third"),
    ]
    own, _, _ = explained(runtime, *lines, plan=plan)

    # 1,500.00 + 20 % of 18,500.00 is 5,200.00 each, and the family's limit leaves 3,800.00 for the second.
    assert own[0].endswith("By then $5,200.00 of your yearly limit of $6,000.00 has been met.")
    assert "Your family reaches its yearly limit: $1,400.00 is taken off." in own[1]
    assert own[2] == (
        "The plan allows $20,000.00 for this line. Your coinsurance at 20 % comes to $4,000.00. Your family had "
        "reached its yearly limit already: $4,000.00 is taken off. You pay $0.00; the plan pays $20,000.00. By then "
        "$9,000.00 of your family's yearly limit of $9,000.00 has been met."
    )


def test_what_a_physician_charges_above_medicare_s_amount_is_said_of_the_line(runtime):
    given = {"assignment": "not_accepted", "medicare_fee": "120.00", "billed_amount": "200.00"}
    visit = line("a", "2026-02-01", "120.00", category="administration", **given)
    balances = {"as_of": "2026-01-01", "deductible_met": "283.00"}
    own, whole, _ = explained(runtime, visit, plan=None, payer="medicare", balances=balances)

    # 95 % of 120.00 is allowed; 115 % of that is the most that may be charged.
    assert own[0] == (
        "The plan allows $114.00 for this line. Your coinsurance at 20 % comes to $22.80. The provider does not take "
        "Medicare's amount as payment in full and may charge $17.10 on top. You pay $39.90; the plan pays $91.20."
    )
    assert whole.startswith("The plan allows $114.00 in all.")


@pytest.mark.parametrize(
    ("denied", "sentence", "asked"),
    [
        (
            {"billed_amount": "9000.00"},
            "Who owes this line depends on why it was denied, and that was not said.",
            ["lines.denial"],
        ),
        (
            {"billed_amount": "9000.00", "denial": {"reason": "no_benefit", "notice": "signed"}},
            "Who owes a line denied like this is not on file for this payer; ask the plan.",
            [],
        ),
        (
            {"network": "out", "billed_amount": "9000.00", "denial": {"reason": "no_authorization", "notice": "none"}},
            "Who owes a line denied like this is not on file for this payer; ask the plan.",
            [],
        ),
    ],
)
def test_a_denied_line_says_what_is_missing_and_asks_for_nothing_that_was_given(denied, sentence, asked, runtime):
    own, _, document = explained(runtime, LINE | {"covered": False, **denied})

    assert (own, document["narrow_with"]) == ([sentence], asked)


def test_a_denied_line_without_its_charge_asks_for_that_alone(runtime):
    denial = {"reason": "no_benefit", "notice": "signed"}
    own, _, document = explained(runtime, LINE | {"covered": False, "denial": denial}, plan=None, payer="medicare")

    assert own == ["After such a denial you owe what was charged, and the charge was not said."]
    assert document["narrow_with"] == ["lines.billed_amount"]


@pytest.mark.parametrize(
    ("language", "owed"),
    [
        ("en", "The plan pays nothing out of network: you owe all $6,000.00."),
        ("es", "El plan no paga nada fuera de la red: usted debe los $6,000.00."),
    ],
)
def test_without_a_benefit_out_of_network_it_is_owed_and_counts_to_no_limit(language, owed, runtime):
    plan = PLAN | {"out_of_network": "none"}
    own, _, _ = explained(runtime, LINE | {"network": "out", "billed_amount": "6000.00"}, plan=plan, language=language)

    assert owed in own[0]
    assert ("does not count to your yearly limit" in own[0]) or ("no cuenta para su límite anual" in own[0])


def test_a_copay_that_goes_on_after_the_limit_is_said_to(runtime):
    plan = PLAN | {
        "deductible": "none",
        "out_of_pocket_max": {"individual": "1000.00"},
        "cost_share": {"default": {"coinsurance_percent": "20", "copay": "30"}},
        "copay": {"continues_after_out_of_pocket_max": True},
    }
    own, _, _ = explained(runtime, LINE, line("b", "2027-03-01", "6000.00"), plan=plan)

    assert own[0].startswith("The plan allows $6,000.00 for this line. $30.00 is your copay. Your coinsurance")
    assert own[1] == (
        "The plan allows $6,000.00 for this line. $30.00 is your copay, which this plan charges even after the yearly "
        "limit is reached. Your coinsurance at 20 % comes to $1,200.00. You had reached your yearly limit already: "
        "$1,200.00 is taken off. You pay $30.00; the plan pays $5,970.00. By then $1,000.00 of your yearly limit of "
        "$1,000.00 has been met."
    )


@pytest.mark.parametrize(
    ("rule", "amount", "language", "sentence"),
    [
        (
            {"coinsurance_percent": "20", "maximum": "250"},
            "6000.00",
            "en",
            "Your coinsurance at 20 % comes to only $250.00: the plan asks at most $250.00 a visit, apart from the",
        ),
        (
            {"coinsurance_percent": "20", "minimum": "50"},
            "100.00",
            "es",
            "Su coseguro del 20 % sube a $50.00: el plan pide como mínimo $50.00 por visita, aparte del deducible.",
        ),
        (
            {"copay": "400", "maximum": "250", "per": "line"},
            "6000.00",
            "en",
            "$250.00 is your copay. The plan asks at most $250.00 a line, apart from the deductible.",
        ),
        (
            {"coinsurance_percent": "20", "minimum": "50", "maximum": "250"},
            "100.00",
            "en",
            "Your coinsurance at 20 % comes to $50.00: the plan asks at least $50.00 a visit, apart from the",
        ),
        (
            {"coinsurance_percent": "20", "minimum": "50", "maximum": "250"},
            "6000.00",
            "es",
            "Su coseguro del 20 % queda en $250.00: el plan pide como máximo $250.00 por visita, aparte del deducible.",
        ),
    ],
)
def test_the_amount_that_a_rule_is_held_to_is_named(rule, amount, language, sentence, runtime):
    plan = PLAN | {"deductible": "none", "cost_share": {"default": rule}}
    own, _, _ = explained(runtime, line("a", "2027-02-01", amount), plan=plan, language=language)

    assert sentence in own[0]


def test_a_deductible_that_an_accumulator_asks_again_is_not_said_to_be_met(runtime):
    lines = [line("a", "2027-02-01", "2000.00"), line("b", "2027-03-01", "2000.00")]
    own, whole, _ = explained(runtime, *lines, assistance=card("10000.00", "accumulator"))

    assert "$1,000.00 is asked as your deductible." in own[1]
    assert whole == (
        "The plan allows $4,000.00 in all. $2,000.00 of it is asked as your deductible. Your coinsurance comes to "
        "$400.00. You pay $0.00; the plan pays $1,600.00. Help pays $2,400.00 of your part. The plan counts none of "
        "the copay program's payment to your deductible or yearly limit."
    )


def test_extra_help_is_called_by_its_name(runtime):
    drug = line("a", "2026-02-01", "6000.00", category="pharmacy")
    own, _, _ = explained(runtime, drug, plan={"part_d": {"extra_help": True}}, payer="medicare", benefit="part_d")

    # 615.00 + 25 % of 5,385.00 is 1,961.25, of which 12.65 is left.
    assert own[0] == (
        "The plan allows $6,000.00 for this line. $615.00 is the drug plan's deductible, which you do not owe with "
        "Extra Help. Your coinsurance at 25 % comes to $1,346.25. You pay $12.65; the plan pays $4,038.75. Extra Help "
        "pays $1,948.60. By then $1,961.25 of your yearly limit of $2,100.00 has been met."
    )


def test_before_there_was_a_cap_what_counts_is_told_from_what_is_paid(runtime):
    drug = line("a", "2024-01-05", "6000.00", category="pharmacy")
    own, _, _ = explained(runtime, drug, plan=None, payer="medicare", benefit="part_d")

    assert "Your coinsurance comes to $1,363.75." in own[0]
    assert "has counted to the $8,000.00 after which the drug plan asks only a small part or nothing more" in own[0]


def test_what_is_paid_before_help_that_nobody_can_work_out_is_said_so(runtime):
    own, whole, document = explained(runtime, LINE, assistance={"copay_program": {}})

    assert "Before any help you pay $2,000.00; the plan pays $4,000.00." in own[0]
    assert "Before any help you pay $2,000.00; the plan pays $4,000.00." in whole
    assert document["lines"][0]["patient_cost"] is None


def test_each_network_s_limit_is_told_from_the_other_s(runtime):
    outside = {
        "deductible": {"individual": "3000.00"},
        "out_of_pocket_max": {"individual": "12000.00"},
        "cost_share": {"default": {"coinsurance_percent": "40"}},
    }
    lines = [LINE | {"network": "out", "billed_amount": "6000.00"}, line("b", "2027-03-01", "6000.00")]
    own, _, _ = explained(runtime, *lines, plan=PLAN | {"out_of_network": outside})

    assert own[0].endswith("By then $4,200.00 of your yearly limit of $12,000.00 out of network has been met.")
    assert own[1].endswith("By then $2,000.00 of your yearly limit of $5,000.00 in network has been met.")


def test_what_a_drug_plan_does_not_pay_for_says_why(runtime):
    nursing = line("a", "2026-02-01", "150.00", category="nursing")
    own, _, _ = explained(runtime, nursing, plan=None, payer="medicare", benefit="part_d")

    assert own[0].startswith(
        "The amount of this line is $150.00. The plan pays nothing for this kind of service: you owe all $150.00. "
        "You pay $150.00; the plan pays $0.00."
    )


def test_what_never_counts_to_the_limit_is_said(runtime):
    plan = PLAN | {"deductible_counts_to_out_of_pocket": False}
    own, _, _ = explained(runtime, LINE, plan=plan)

    assert own[0].endswith(
        "The deductible does not count to your yearly limit. By then $1,000.00 of your yearly limit of $5,000.00 has "
        "been met."
    )


def test_a_second_payer_whose_fee_is_missing_leaves_a_bounded_cost_and_a_question(runtime):
    own, _, document = explained(runtime, LINE, secondaries=[{"kind": "medicare", "reason": "working_aged"}])

    assert own[0] == (
        "What your other coverage pays of this line is not known, so it has no figure; you pay at most what the first "
        "plan leaves."
    )
    # 1,000.00 + 20 % of 5,000.00 is what the first plan leaves.
    assert document["patient_cost"] == {"low": "0.00", "expected": None, "high": "2000.00"}
    assert document["lines"][0]["patient_cost_range"] == {"low": "0.00", "expected": None, "high": "2000.00"}
    assert document["narrow_with"] == ["lines.medicare_fee"]
    said = {item["code"]: item for item in document["assumptions"]}
    assert said["medicare_fee_unknown"]["field"] == "lines.medicare_fee"
    assert said["medicare_fee_unknown"]["message"].startswith("Medicare's fee for the drug is not on file")


def test_what_came_over_from_the_year_before_is_said(runtime):
    plan = PLAN | {"year_starts_on": "2026-01-01", "fourth_quarter_carryover": {"only_if_deductible_unmet": False}}
    balances = {
        "as_of": "2026-11-20",
        "deductible_met": "800.00",
        "out_of_pocket_met": "800.00",
        "fourth_quarter_deductible": "800.00",
    }
    own, _, _ = explained(runtime, LINE, plan=plan, balances=balances)

    assert own[0].startswith(
        "The plan allows $6,000.00 for this line. $800.00 of your deductible came over from the last three months of "
        "the plan year before. $200.00 goes to your deductible."
    )


OUT = {"payer": "commercial", "network": "out", "plan": asking.PLAN, "balances": asking.NOTHING_MET}
CHARGED = asking.PRICE | {"billed_charge_per_unit": "100.00", "billed_charge_administration": "500.00"}
NO_BENEFIT = asking.PLAN | {"out_of_network": "none"}


UNBOUNDED = (
    "1 infusion day is out of your plan's network, and what you may owe for it cannot be bounded: what the plan pays "
    "there was not said, nor all that the provider charges. It may be $8,899.00 and more."
)
SIN_LIMITE = (
    "1 día de infusión está fuera de la red de su plan, y no se puede poner un límite a lo que usted podría deber: no "
    "se indicó lo que el plan paga allí ni todo lo que cobra el proveedor. Puede ser $8,899.00 o más."
)
MAY_BILL = (
    "1 infusion day may cost you $8,899.00 or more. The provider is out of network and may charge more than the plan "
    "allows; how much was not said, so nothing bounds it."
)
SUPPOSED = (
    "What the plan pays out of network was not said: the least supposes that it pays all that is allowed, the most "
    "that it pays nothing."
)


@pytest.mark.parametrize(
    ("plan", "price", "language", "sentence"),
    [
        (asking.PLAN, asking.PRICE, "en", UNBOUNDED),
        (asking.PLAN, asking.PRICE, "es", SIN_LIMITE),
        (NO_BENEFIT, asking.PRICE, "en", MAY_BILL),
        (asking.PLAN, CHARGED, "en", SUPPOSED),
    ],
)
def test_a_headline_out_of_network_says_what_has_no_bound(plan, price, language, sentence, runtime):
    document = asking.estimate(runtime, language, coverage=OUT | {"plan": plan}, price=price)

    # 140 units at 61.35 and the visit at 310.00 are 8,899.00.
    assert sentence in document["summary"]["headline"]
    assert "$0.00 or more" not in document["summary"]["headline"]


@pytest.mark.parametrize(
    ("coverage", "is_supposed"),
    [(asking.EMPLOYER, True), (asking.MEDICARE, False), ({"payer": "va"}, False)],
)
def test_a_network_is_supposed_of_payers_that_have_one(coverage, is_supposed, runtime):
    document = asking.estimate(runtime, coverage=coverage)

    assert ("in_network" in {item["code"] for item in document["assumptions"]}) is is_supposed


def test_who_is_under_supposed_terms_is_not_told_that_there_is_no_limit(runtime):
    headline = asking.estimate(runtime, coverage={"payer": "va"})["summary"]["headline"]

    assert "There is no yearly limit" not in headline
    assert "Whether a yearly limit holds for you is not known." in headline


def test_a_silver_variant_is_measured_by_its_own_limit(runtime):
    plan = PLAN | {"year_starts_on": "2026-01-01", "csr": "87"}
    _, _, document = explained(runtime, LINE | {"service_on": "2026-02-01"}, plan=plan)
    said = {item["code"]: item["message"] for item in document["assumptions"]}

    # 3,500 is the limit of 2026 up to 200 % of the poverty guideline (90 FR 27074), and 5,000.00 the plan's maximum.
    assert said["maximum_above_variant_limit"].startswith(
        "The plan's out-of-pocket maximum lies above $3,500, the most that this silver variant may have for 2026."
    )
    assert "maximum_above_federal_limit" not in said
