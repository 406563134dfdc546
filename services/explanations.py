"""What a counsellor would say of a share: how it came about, who bears what, and what help does."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from estimator.benefits import YearTerms
from estimator.benefits.day import BILL_UNKNOWN
from estimator.benefits.terms import DRUGS
from estimator.model.claims import LedgerState, Share
from estimator.model.codes import Category
from estimator.model.money import ZERO, Cents, from_exact
from services import explained_limits
from services.explained_limits import Standing
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
    "no_benefit",
    "denied_patient_liable",
    "denied_charge",
    "denied_provider_liable",
    "balance_bill",
)
"""The rules that explain a share, in the order in which they are said; each but the last few took part of the line."""
DENIED = frozenset({"denied_patient_liable", "denied_provider_liable"})
HELD = "own_least_or_most"
REACHED = "out_of_pocket_max_reached"
ACCUMULATOR = "accumulator"
EXTRA_HELP = "extra_help"
EXCESS = "excess_charge"


class Setting(NamedTuple):
    """Under what a line was shared out: the year's terms, the ledger after it, its category, and who is there to pay.

    ``is_help_unknown``: a copay program pays of it and nobody can say how much. ``carried_over`` is what of the
    deductible the last three months of the plan year before had met.
    """

    terms: YearTerms
    state: LedgerState
    category: Category
    is_insured: bool = True
    is_help_unknown: bool = False
    carried_over: Cents = ZERO


def of_line(share: Share, allowed: Cents, setting: Setting, wording: Wording) -> str:
    """Say in plain sentences how one line's share came about, and where the yearly limit stands after it."""
    is_denied = not DENIED.isdisjoint(share.why)
    amount = (("amount", dollars(allowed)),)
    if not setting.is_insured and not is_denied:
        return " ".join([_sentence(wording, "self_pay", amount), *_alone([share], wording)])
    is_borne_whole = is_denied or "no_benefit" in share.why
    said = [_sentence(wording, "amount_of_line" if is_borne_whole else "allowed", amount)]
    if explained_limits.OUTSIDE in share.why:
        said.append(_sentence(wording, "out_of_network"))
    if setting.carried_over:
        said.append(_sentence(wording, "carried_over", (("amount", dollars(setting.carried_over)),)))
    found = explained_limits.standing(setting.terms, setting.state, share, setting.category)
    said += [_rule(code, share, found, setting, wording) for code in SAID_BY_AMOUNT if code in share.why]
    excess = _of_rule(EXCESS, share)
    if excess:
        said.append(_sentence(wording, EXCESS, (("amount", dollars(excess)),)))
    if BILL_UNKNOWN in share.why:
        said.append(_sentence(wording, BILL_UNKNOWN))
    said += _bearers([share], wording, is_help_unknown=setting.is_help_unknown, with_provider=not is_denied)
    if ACCUMULATOR in share.why:
        said.append(_sentence(wording, ACCUMULATOR))
    said += explained_limits.sentences(setting.terms, found, share, wording)
    return " ".join(each for each in said if each)


def of_lines(
    shares: Iterable[Share],
    allowed: Cents,
    wording: Wording,
    *,
    is_insured: bool = True,
    is_help_unknown: bool = False,
) -> str:
    """Say in plain sentences who bears several lines together, such as all of one day."""
    known = list(shares)
    if not known:
        return ""
    amount = (("amount", dollars(allowed)),)
    denied = [share for share in known if not DENIED.isdisjoint(share.why)]
    if not is_insured and not denied:
        return " ".join([_sentence(wording, "self_pay_in_all", amount), *_alone(known, wording)])
    not_covered = Cents(sum(share.non_covered for share in known) + sum(share.provider_liability for share in denied))
    said = [_sentence(wording, "amount_in_all" if not_covered else "allowed_in_all", amount)]
    by_program = Cents(sum(share.copay for share in known if "maximizer" in share.why))
    is_uncounted = any(ACCUMULATOR in share.why for share in known)
    deductible = "deductible_asked_in_all" if is_uncounted else "deductible_in_all"
    if any(_of_rule(EXTRA_HELP, share) for share in known):
        deductible = "deductible_extra_help"
    amounts = {
        deductible: Cents(sum(share.deductible for share in known)),
        "copay_in_all": Cents(sum(share.copay for share in known) - by_program),
        "maximizer_in_all": by_program,
        "coinsurance_in_all": Cents(sum(share.coinsurance for share in known)),
        "ceiling_in_all": Cents(sum(share.ceiling_reduction for share in known)),
        "non_covered_in_all": not_covered,
        "balance_bill_in_all": Cents(sum(share.balance_bill for share in known)),
    }
    said += [_sentence(wording, code, (("amount", dollars(amount)),)) for code, amount in amounts.items() if amount]
    if any("maximizer_used_up" in share.why for share in known):
        said.append(_sentence(wording, "maximizer_used_up"))
    if any(BILL_UNKNOWN in share.why for share in known):
        said.append(_sentence(wording, BILL_UNKNOWN))
    said += _bearers(known, wording, is_help_unknown=is_help_unknown)
    if is_uncounted:
        said.append(_sentence(wording, ACCUMULATOR))
    return " ".join(said)


def _rule(code: str, share: Share, found: Standing, setting: Setting, wording: Wording) -> str:
    if code == HELD:  # with coinsurance it is said of that
        return "" if share.coinsurance else _held("held", share, found, wording)
    if code == REACHED:
        return _reached(share, found, wording)
    if code not in AMOUNT_OF:
        return _sentence(wording, code)
    params = [("amount", dollars(getattr(share, AMOUNT_OF[code])))]
    if code == "coinsurance":
        if share.percent is None:
            return _sentence(wording, "coinsurance_in_all", params)  # of several phases, each with an own percentage
        params.append(("percent", percent_of_share(share.percent)))
        if HELD in share.why:
            return _held("coinsurance", share, found, wording, params)
    return _sentence(wording, _named(code, share, found, setting), params)


def _named(code: str, share: Share, found: Standing, setting: Setting) -> str:
    """Name the sentence of a deductible or a copay, which goes by whose it is and what becomes of it."""
    if code == "copay" and found.charges_copay_after_limit(share):
        return "copay_after_limit"
    if code != "deductible":
        return code
    if _of_rule(EXTRA_HELP, share):
        return "deductible_extra_help"
    is_drugs = setting.category in DRUGS and setting.terms.pharmacy_deductible is not None
    name = "drug_deductible" if is_drugs else code
    return f"{name}_asked" if ACCUMULATOR in share.why else name


def _held(name: str, share: Share, found: Standing, wording: Wording, params: Iterable[tuple[str, str]] = ()) -> str:
    """Say by which amount of its own rule a copay or coinsurance was held."""
    is_most = found.lowers_to_most(share)
    limit = found.rule.maximum if is_most else found.rule.minimum
    per = ("per", f"per_{found.rule.per.value}")
    code = f"{name}_at_most" if is_most else f"{name}_at_least"
    return _sentence(wording, code, (*params, ("limit_amount", dollars(limit or Cents(0))), per))


def _reached(share: Share, found: Standing, wording: Wording) -> str:
    amount = share.ceiling_reduction
    order = found.terms.copay
    continuing = share.copay if order.continues_after_out_of_pocket_max else 0
    if not amount:
        code = "nothing_more"
    elif share.cost_sharing <= continuing:
        code = "out_of_pocket_max_was_reached"
    else:
        code = REACHED
    return _sentence(wording, f"family_{code}" if found.is_familys else code, (("amount", dollars(amount)),))


def _of_rule(code: str, share: Share) -> Cents:
    """Give the amount that a later payer's rule speaks of; nothing where it does not hold."""
    amounts = [dict(params).get("amount", "0") for name, params in share.rules if name == code]
    return Cents(sum(from_exact(Decimal(amount)) for amount in amounts))


def _bearers(
    shares: list[Share], wording: Wording, *, is_help_unknown: bool = False, with_provider: bool = True
) -> list[str]:
    """Say who pays what; ``with_provider`` is false where it has been said that the provider bears a denied line."""
    code = "who_bears"
    if any(BILL_UNKNOWN in share.why for share in shares):
        code = "who_bears_at_least"
    elif is_help_unknown:
        code = "who_bears_before_help"
    params = [("cost", dollars(_total("patient_cost", shares))), ("plan", dollars(_total("plan_paid", shares)))]
    extra_help = Cents(sum(_of_rule(EXTRA_HELP, share) for share in shares))
    others = {
        "extra_help_paid": extra_help,
        "secondary_paid": Cents(_total("secondary_paid", shares) - extra_help),
        "assistance_paid": _total("assistance_paid", shares),
        "provider_liability": _total("provider_liability", shares) if with_provider else Cents(0),
    }
    said = [_sentence(wording, name, (("amount", dollars(amount)),)) for name, amount in others.items() if amount]
    return [_sentence(wording, code, params), *said]


def _alone(shares: list[Share], wording: Wording) -> list[str]:
    """Say what is paid where there is no plan."""
    helped = _total("assistance_paid", shares)
    said = [_sentence(wording, "you_pay", (("cost", dollars(_total("patient_cost", shares))),))]
    return [*said, *([_sentence(wording, "assistance_paid", (("amount", dollars(helped)),))] if helped else [])]


def _total(name: str, shares: list[Share]) -> Cents:
    return Cents(sum(getattr(share, name) for share in shares))


def _sentence(wording: Wording, code: str, params: Iterable[tuple[str, str]] = ()) -> str:
    return wording.sentence("explain", code, params)
