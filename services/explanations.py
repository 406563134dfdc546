"""What a counsellor would say of a share: how it came about, who bears what, and what help does."""

from collections.abc import Iterable

from estimator.benefits.day import BILL_UNKNOWN
from estimator.model.claims import Share
from estimator.model.money import Cents
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
    "no_out_of_network_benefit",
    "denied_patient_liable",
    "denied_charge",
    "denied_provider_liable",
    "balance_bill",
)
"""The rules that explain a share, in the order in which they are said; each but the last few took part of the line."""
HELP = frozenset({"copay_program", "grant"})


def of_line(share: Share, allowed: Cents, wording: Wording) -> str:
    """Say in plain sentences how one line's share came about."""
    said = [_sentence(wording, "allowed", (("amount", dollars(allowed)),))]
    if "out_of_network" in share.why:
        said.append(_sentence(wording, "out_of_network"))
    said += [_rule(code, share, wording) for code in SAID_BY_AMOUNT if code in share.why]
    if BILL_UNKNOWN in share.why:
        said.append(_sentence(wording, BILL_UNKNOWN))
    said.append(_bearers([share], wording))
    if "accumulator" in share.why:
        said.append(_sentence(wording, "accumulator"))
    return " ".join(said)


def of_lines(shares: Iterable[Share], allowed: Cents, wording: Wording) -> str:
    """Say in plain sentences who bears several lines together, such as all of one day."""
    known = list(shares)
    said = [_sentence(wording, "allowed_in_all", (("amount", dollars(allowed)),))]
    for name in ("deductible", "copay", "coinsurance"):
        amount = Cents(sum(getattr(share, name) for share in known))
        if amount:
            said.append(_sentence(wording, f"{name}_in_all", (("amount", dollars(amount)),)))
    taken_off = Cents(sum(share.ceiling_reduction for share in known))
    if taken_off:
        said.append(_sentence(wording, "ceiling_in_all", (("amount", dollars(taken_off)),)))
    said.append(_bearers(known, wording))
    return " ".join(said)


def _rule(code: str, share: Share, wording: Wording) -> str:
    if code not in AMOUNT_OF:
        return _sentence(wording, code)
    amount = getattr(share, AMOUNT_OF[code])
    if code == "out_of_pocket_max_reached" and not amount:
        return _sentence(wording, "nothing_more")
    params = [("amount", dollars(amount))]
    if code == "coinsurance" and share.percent is not None:
        params.append(("percent", percent_of_share(share.percent)))
    return _sentence(wording, code, params)


def _bearers(shares: list[Share], wording: Wording) -> str:
    def total(name: str) -> Cents:
        return Cents(sum(getattr(share, name) for share in shares))

    params = [("cost", dollars(total("patient_cost"))), ("plan", dollars(total("plan_paid")))]
    others = [
        _sentence(wording, name, (("amount", dollars(total(name))),))
        for name in ("secondary_paid", "assistance_paid")
        if total(name)
    ]
    return " ".join([_sentence(wording, "who_bears", params), *others])


def _sentence(wording: Wording, code: str, params: Iterable[tuple[str, str]] = ()) -> str:
    return wording.sentence("explain", code, params)
