"""A second way to work out a plan year, kept as a table, agrees with the calculation on ten thousand random years.

It was written from the rules (the order in which a payer takes a line), not from the product's code, and shares nothing
with it: dollars are decimals, a plan is a plain mapping, and each line becomes one row of named columns.
"""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from estimator.benefits import VisitClaim, adjudicate, plan_terms
from estimator.benefits.terms import year_terms
from estimator.model.assistance import CopayProgram, Counting, Help
from estimator.model.codes import Category
from estimator.model.money import milli_percent
from estimator.model.plan import (
    NO_LIMIT,
    Balances,
    Carryover,
    CopayOrder,
    CostShareRule,
    FamilyRule,
    Limit,
    OutOfNetwork,
    Per,
    PlanDesign,
    Tier,
)
from tests.estimator.orders import cents, dollars, line

YEARS = 10_000
CENT = Decimal("0.01")
NOTHING = Decimal(0)
ENDLESS = Decimal(10) ** 12
FIRST = date(2027, 1, 1)


class Sheet:
    """The table of one family: a row for each line, and what each of its members has met in each network."""

    def __init__(self, plan, opening):
        self.plan = plan
        self.book = {}
        self.late = {}
        self.visits = {}
        self.card = {}
        self.year = None
        self.opening = opening
        self.rows = []

    def met(self, *cell):
        return self.book.get(cell, NOTHING)

    def add(self, amount, *cell):
        self.book[cell] = self.met(*cell) + amount

    def turn_year(self, on):
        """Begin a plan year: with the balances in the first, else with what the last quarter carried over."""
        if self.year == on.year:
            return
        carried = {}
        if self.year is not None and on.year == self.year + 1 and self.plan["carry"] is not None:
            for who, amount in self.late.items():
                unmet = self.left("in", who, drug=False) > 0
                if self.plan["carry"] == "always" or unmet:
                    carried[who] = amount
        is_first = self.year is None
        self.book, self.late, self.year = {}, {}, on.year
        if is_first:
            self.add(self.opening["deductible"], "in", "self", "deductible")
            self.add(self.opening["deductible"], "in", "family", "deductible")
            self.add(self.opening["maximum"], "in", "self", "maximum")
            self.add(self.opening["maximum"], "in", "family", "maximum")
        for who, amount in carried.items():
            self.add(amount, "in", who, "deductible")
            self.add(amount, "in", "family", "deductible")

    def left(self, network, who, *, drug):
        """What is left of the deductible that a line falls under."""
        terms = self.plan[network]
        if drug and self.plan["drugs"] == "exempt":
            return NOTHING
        if drug and network == "in" and self.plan["drugs"] != "combined":
            return max(self.plan["drugs"] - self.met("in", who, "drugs"), NOTHING)
        own = terms["deductible"] - self.met(network, who, "deductible")
        family = terms["family_deductible"] - self.met(network, "family", "deductible")
        return max(min(own, family), NOTHING)

    def room(self, network, who):
        """What is left of the maximum."""
        terms = self.plan[network]
        own = terms["maximum"] - self.met(network, who, "maximum")
        family = terms["family_maximum"] - self.met(network, "family", "maximum")
        return max(min(own, family), NOTHING)

    def enter(self, on, who, category, network, allowed, billed):
        """Work one line out, column by column."""
        self.turn_year(on)
        terms, order = self.plan[network], self.plan["copay"]
        name = category if category in terms["rules"] else "default"
        rule = terms["rules"].get(category, terms["default"])
        drug = category in ("drug", "pharmacy")
        visit = self.visits.setdefault((on, who, network, name), {"copay": NOTHING, "asked": NOTHING, "taken": NOTHING})
        if rule["per"] == "line":
            visit = {"copay": NOTHING, "asked": NOTHING, "taken": NOTHING}
        left, room = self.left(network, who, drug=drug), self.room(network, who)

        due = rule["copay"] - visit["copay"]
        if (left == 0 and order["stops_after_deductible"]) or room == 0:
            due = NOTHING
        due = min(due, max(rule["most"] - visit["taken"], NOTHING))
        copay = min(due, allowed) if order["first"] else NOTHING
        base = allowed - copay if order["first"] and order["reduces"] else allowed
        still = max(left - copay, NOTHING) if order["first"] and order["meets_deductible"] else left
        deductible = min(still, base, allowed - copay)
        rest = base - deductible
        if not order["first"]:
            copay = min(due, rest)
            rest = rest - copay if order["reduces"] else rest
        space = min(rest, allowed - deductible - copay)
        percent = min((rest * rule["percent"] / 100).quantize(CENT, ROUND_HALF_UP), space)
        both = copay + percent
        wanted = min(max(visit["asked"] + both, rule["least"]), rule["most"])
        taken = min(max(wanted - visit["taken"], NOTHING), copay + space)
        visit["copay"] += copay
        visit["asked"] += both
        visit["taken"] += taken
        copay = min(copay, taken)
        coinsurance = taken - copay

        over = max(deductible + copay + coinsurance - room, NOTHING)
        back_coinsurance = min(over, coinsurance)
        back_copay = min(over - back_coinsurance, copay)
        back_deductible = over - back_coinsurance - back_copay
        share = deductible + copay + coinsurance - over
        to_deductible = deductible - back_deductible
        if order["meets_deductible"]:
            to_deductible = max(to_deductible, min(to_deductible + copay - back_copay, left))

        card = self.card_pays(on, who, drug=category == "drug", share=share)
        to_maximum = share
        if card and self.plan["card"]["counts"] is False:
            to_maximum = share - card
            to_deductible = min(to_deductible, share - card)
        self.credit(on, who, network, drug, to_deductible, to_maximum)
        extra = max(billed - allowed, NOTHING) if network == "out" else NOTHING
        self.rows.append({"share": share + extra, "card": card, "cost": share + extra - card, "plan": allowed - share})

    def card_pays(self, on, who, *, drug, share):
        """What a copay card pays: the patient's fixed part of the fill first, then up to the year's and fill's most."""
        card = self.plan["card"]
        if card is None or who != "self" or not drug:
            return NOTHING
        year = self.card.setdefault(on.year, {"paid": NOTHING, "fills": {}})
        fill = year["fills"].setdefault(on, {"own": NOTHING, "paid": NOTHING})
        own = min(share, card["patient_pays"] - fill["own"])
        paid = min(share - own, card["year"] - year["paid"], card["fill"] - fill["paid"])
        fill["own"] += own
        fill["paid"] += paid
        year["paid"] += paid
        return paid

    def credit(self, on, who, network, drug, to_deductible, to_maximum):
        """Count a line: a drug deductible of its own in its own column, the rest for the member and the family."""
        if drug and network == "in" and isinstance(self.plan["drugs"], Decimal):
            self.add(to_deductible, "in", who, "drugs")
        else:
            self.add(to_deductible, network, who, "deductible")
            self.add(to_deductible, network, "family", "deductible")
            if network == "in" and on.month >= 10:
                self.late[who] = self.late.get(who, NOTHING) + to_deductible
        self.add(to_maximum, network, who, "maximum")
        self.add(to_maximum, network, "family", "maximum")


def money(chance, most):
    """Draw an amount: often a round one, else any to the cent."""
    if chance.random() < 0.3:
        return Decimal(chance.choice([0, 1, 50, most // 2, most]))
    return Decimal(chance.randrange(most * 100)) / 100


def draw_rule(chance):
    least = money(chance, 80) if chance.random() < 0.2 else NOTHING
    return {
        "per": chance.choice(["visit", "visit", "line"]),
        "percent": Decimal(chance.choice(["0", "10", "19.15", "20", "33.333", "50", "100"])),
        "copay": money(chance, 120) if chance.random() < 0.4 else NOTHING,
        "least": least,
        "most": least + money(chance, 300) if chance.random() < 0.2 else ENDLESS,
    }


def draw_network(chance, scale):
    is_family, is_aggregate = chance.random() < 0.5, chance.random() < 0.4
    own, own_maximum = money(chance, 3000 * scale), money(chance, 8000 * scale)
    terms = {
        "deductible": own,
        "family_deductible": ENDLESS,
        "maximum": own_maximum if chance.random() < 0.9 else ENDLESS,
        "family_maximum": ENDLESS,
        "rules": {name: draw_rule(chance) for name in ("drug", "administration") if chance.random() < 0.5},
        "default": draw_rule(chance),
        "aggregate": is_family and is_aggregate,
        "family": is_family,
    }
    if is_family:
        terms["family_deductible"] = own + money(chance, 3000 * scale)
        terms["family_maximum"] = ENDLESS
        if terms["maximum"] < ENDLESS:
            terms["family_maximum"] = own_maximum + money(chance, 8000 * scale)
    if terms["aggregate"]:
        terms["deductible"] = ENDLESS
        if terms["family_maximum"] < ENDLESS:
            terms["maximum"] = ENDLESS
    return terms


def draw_plan(chance):
    inside = draw_network(chance, 1)
    outside = draw_network(chance, 2)
    while outside["family"] != inside["family"]:
        outside = draw_network(chance, 2)
    card = None
    if chance.random() < 0.4:
        card = {
            "year": money(chance, 6000),
            "fill": money(chance, 2000) if chance.random() < 0.5 else ENDLESS,
            "patient_pays": money(chance, 50) if chance.random() < 0.5 else NOTHING,
            "counts": chance.random() < 0.5,
        }
    return {
        "in": inside,
        "out": outside,
        "drugs": chance.choice(["combined", "combined", "exempt", money(chance, 500)]),
        "copay": {
            name: chance.random() < 0.4 for name in ("first", "reduces", "meets_deductible", "stops_after_deductible")
        },
        "carry": chance.choice([None, None, "always", "if_unmet"]),
        "card": card,
    }


def as_rule(rule):
    return CostShareRule(
        milli_percent(rule["percent"]),
        cents(str(rule["copay"])),
        Per(rule["per"]),
        cents(str(rule["least"])) or None,
        None if rule["most"] == ENDLESS else cents(str(rule["most"])),
    )


def as_limit(own, family, terms):
    def written(amount):
        return NO_LIMIT if amount == ENDLESS else cents(str(amount))

    if not terms["family"]:
        return Limit(written(own))
    if terms["aggregate"]:
        return Limit(None, written(family), FamilyRule.AGGREGATE) if family < ENDLESS else Limit(NO_LIMIT)
    return Limit(written(own), written(family) if family < ENDLESS else None)


def as_terms(plan, opening):
    """Write the plain plan as the product's plan."""
    inside, outside, order = plan["in"], plan["out"], plan["copay"]
    shares = {
        name: tuple((Category(category), as_rule(rule)) for category, rule in plan[name]["rules"].items())
        for name in ("in", "out")
    }
    design = PlanDesign(
        year_starts_on=FIRST,
        deductible=as_limit(inside["deductible"], inside["family_deductible"], inside),
        out_of_pocket_max=as_limit(inside["maximum"], inside["family_maximum"], inside),
        default_share=as_rule(inside["default"]),
        cost_share=shares["in"],
        copay=CopayOrder(
            before_deductible=order["first"],
            reduces_base=order["reduces"],
            counts_to_deductible=order["meets_deductible"],
            continues_after_deductible=not order["stops_after_deductible"],
        ),
        drug_deductible_applies=plan["drugs"] != "exempt",
        pharmacy_deductible=cents(str(plan["drugs"])) if isinstance(plan["drugs"], Decimal) else None,
        tier=Tier.FAMILY if inside["family"] else Tier.SELF,
        carryover=None if plan["carry"] is None else Carryover(plan["carry"] == "if_unmet"),
        out_of_network=OutOfNetwork(
            as_limit(outside["deductible"], outside["family_deductible"], outside),
            as_limit(outside["maximum"], outside["family_maximum"], outside),
            as_rule(outside["default"]),
            shares["out"],
        ),
    )
    balances = Balances(
        deductible_met=cents(str(opening["deductible"])), out_of_pocket_met=cents(str(opening["maximum"]))
    )
    year = year_terms(design, balance_bill_allowed=True)
    return plan_terms(design, balances, opening_on=FIRST, history_until=None, year_of=lambda _start: year)


def as_help(card):
    if card is None:
        return None
    program = CopayProgram(
        cents(str(card["year"])),
        None if card["fill"] == ENDLESS else cents(str(card["fill"])),
        cents(str(card["patient_pays"])),
    )
    return Help(program, None, Counting.NONE if card["counts"] else Counting.ACCUMULATOR)


def draw_rows(chance, plan):
    """Draw some visits over two years: a day, a member, and lines, drug first."""
    on = FIRST + timedelta(days=chance.randrange(300))
    members = ("self", "self", "spouse", "child") if plan["in"]["family"] else ("self",)
    visits = []
    for _ in range(chance.randrange(1, 6)):
        lines = []
        for category in ("drug", "drug", "administration", "visit")[chance.randrange(3) :]:
            allowed = money(chance, 9000 if category == "drug" else 600)
            network = "out" if chance.random() < 0.2 else "in"
            lines.append((category, network, allowed, allowed + money(chance, 500)))
        visits.append((on, chance.choice(members), lines))
        on += timedelta(days=chance.choice([7, 21, 28, 90]))
    return visits


def as_claim(on, who, lines):
    made = tuple(
        line(str(allowed), category)._replace(is_out_of_network=network == "out", billed=cents(str(billed)))
        for category, network, allowed, billed in lines
    )
    return VisitClaim(on, made, sum(one.allowed for one in made), who)


def test_two_ways_to_work_out_a_plan_agree_on_ten_thousand_years():
    chance = random.Random(20270105)
    for number in range(YEARS):
        plan = draw_plan(chance)
        deductible = min(money(chance, 1500), plan["in"]["maximum"])
        opening = {"deductible": deductible, "maximum": deductible + money(chance, 2000)}
        visits = draw_rows(chance, plan)
        sheet = Sheet(plan, opening)
        for on, who, lines in visits:
            for category, network, allowed, billed in lines:
                sheet.enter(on, who, category, network, allowed, billed)
        terms = replace(as_terms(plan, opening), assistance=as_help(plan["card"]))

        found = adjudicate([as_claim(*visit) for visit in visits], terms=terms)

        shares = [share for visit in found.visits for share in visit.shares]
        assert [
            (dollars(share.patient_share), dollars(share.assistance_paid), dollars(share.plan_paid)) for share in shares
        ] == [tuple(str(row[name].quantize(CENT)) for name in ("share", "card", "plan")) for row in sheet.rows], (
            f"plan year {number}"
        )
