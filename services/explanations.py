"""What a counsellor would say of a share: how it came about, who bears what, and what help does."""

from collections.abc import Iterable

from estimator.benefits import YearTerms
from estimator.benefits.day import BILL_UNKNOWN
from estimator.benefits.openings import own_limit
from estimator.model.claims import LedgerState, Share
from estimator.model.money import Cents
from estimator.model.plan import NO_LIMIT
from services.line_documents import AMOUNT_OF, percent_of_share
from services.wording import Wording, dollars

SAID_BY_AMOUNT = (
    "copay",
    "maximizer",
    "maximizer_used_up",
    "deductible",
    "coinsurance",
    "own_least_or_most",
    "hospital_day_ceiling",
    "out_of_pocket_max_reached",
    "income_limit_of_quarter",
    "no_out_of_network_benefit",
    "denied_patient_liable",
    "denied_charge",
    "denied_provider_liable",
    "balance_bill",
)
"""The rules that explain a share, in the order in which they are said; each but the last few took part of the line."""
DENIED = frozenset({"denied_patient_liable", "denied_provider_liable"})
HELD = "own_least_or_most"
REACHED = "out_of_pocket_max_reached"


def of_line(share: Share, allowed: Cents, wording: Wording, *, of_drug_deductible: bool = False) -> str:
    """Say in plain sentences how one line's share came about.

    ``of_drug_deductible`` says that the line falls under a deductible that drugs have to themselves.
    """
    is_denied = not DENIED.isdisjoint(share.why)
    said = [_sentence(wording, "amount_of_line" if is_denied else "allowed", (("amount", dollars(allowed)),))]
    if "out_of_network" in share.why:
        said.append(_sentence(wording, "out_of_network"))
    for code in SAID_BY_AMOUNT:
        if code in share.why:
            is_drugs = of_drug_deductible and code == "deductible"
            said.append(_rule("drug_deductible" if is_drugs else code, code, share, wording))
    if BILL_UNKNOWN in share.why:
        said.append(_sentence(wording, BILL_UNKNOWN))
    said.append(_bearers([share], wording))
    if "accumulator" in share.why:
        said.append(_sentence(wording, "accumulator"))
    return " ".join(each for each in said if each)


def of_balances(state: LedgerState, terms: YearTerms, wording: Wording, *, is_outside: bool = False) -> str | None:
    """Say how much of the yearly limit has been met by now; ``None`` where none exists."""
    met, family_met, limits = state.out_of_pocket_met, state.family_out_of_pocket_met, terms
    if is_outside and terms.out_of_network is not None:
        outside, limits = state.out_of_network, terms.out_of_network
        met, family_met = outside.out_of_pocket_met, outside.family_out_of_pocket_met
    limit = own_limit(limits.out_of_pocket_max, limits.family_out_of_pocket_max)
    if limit >= NO_LIMIT:
        return None
    is_familys = limits.out_of_pocket_max >= NO_LIMIT
    amounts = (("amount", dollars(family_met if is_familys else met)), ("limit_amount", dollars(limit)))
    return _sentence(wording, "family_limit_so_far" if is_familys else "limit_so_far", amounts)


def of_lines(shares: Iterable[Share], allowed: Cents, wording: Wording) -> str:
    """Say in plain sentences who bears several lines together, such as all of one day."""
    known = list(shares)
    if not known:
        return ""
    said = [_sentence(wording, "allowed_in_all", (("amount", dollars(allowed)),))]
    by_program = Cents(sum(share.copay for share in known if "maximizer" in share.why))
    amounts = {
        "deductible_in_all": Cents(sum(share.deductible for share in known)),
        "copay_in_all": Cents(sum(share.copay for share in known) - by_program),
        "maximizer_in_all": by_program,
        "coinsurance_in_all": Cents(sum(share.coinsurance for share in known)),
        "ceiling_in_all": Cents(sum(share.ceiling_reduction for share in known)),
        "non_covered_in_all": Cents(sum(share.non_covered for share in known)),
        "balance_bill_in_all": Cents(sum(share.balance_bill for share in known)),
    }
    said += [_sentence(wording, code, (("amount", dollars(amount)),)) for code, amount in amounts.items() if amount]
    if any("maximizer_used_up" in share.why for share in known):
        said.append(_sentence(wording, "maximizer_used_up"))
    if any(BILL_UNKNOWN in share.why for share in known):
        said.append(_sentence(wording, BILL_UNKNOWN))
    said.append(_bearers(known, wording))
    return " ".join(said)


def _rule(sentence: str, code: str, share: Share, wording: Wording) -> str:
    is_held = HELD in share.why
    if code == HELD and share.coinsurance:
        return ""  # said with the coinsurance
    if code not in AMOUNT_OF:
        return _sentence(wording, sentence)
    amount = getattr(share, AMOUNT_OF[code])
    if code == REACHED and not amount:
        return _sentence(wording, "nothing_more")
    if code == REACHED and not share.cost_sharing:
        sentence = "out_of_pocket_max_was_reached"
    params = [("amount", dollars(amount))]
    if code == "coinsurance" and is_held:
        sentence = "coinsurance_held"
    elif code == "coinsurance" and share.percent is None:
        sentence = "coinsurance_in_all"  # of several phases, each with a percentage of its own
    elif code == "coinsurance" and share.percent is not None:
        params.append(("percent", percent_of_share(share.percent)))
    return _sentence(wording, sentence, params)


def _bearers(shares: list[Share], wording: Wording) -> str:
    def total(name: str) -> Cents:
        return Cents(sum(getattr(share, name) for share in shares))

    is_least = any(BILL_UNKNOWN in share.why for share in shares)
    params = [("cost", dollars(total("patient_cost"))), ("plan", dollars(total("plan_paid")))]
    names = ["secondary_paid", "assistance_paid"]
    if all(DENIED.isdisjoint(share.why) for share in shares):
        names.append("provider_liability")  # of a denied line it has been said
    others = [_sentence(wording, name, (("amount", dollars(total(name))),)) for name in names if total(name)]
    return " ".join([_sentence(wording, "who_bears_at_least" if is_least else "who_bears", params), *others])


def _sentence(wording: Wording, code: str, params: Iterable[tuple[str, str]] = ()) -> str:
    return wording.sentence("explain", code, params)
