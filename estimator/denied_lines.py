"""Lines that a payer denied: what is missing where nobody can say who bears them."""

from collections.abc import Mapping

from estimator.coverage import owes_if_denied
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.codes import DenialNotice, Payer
from estimator.reference.book import ReferenceBook

LIABILITY_UNKNOWN = "liability_unknown"


def waiting(request: AdjudicationRequest, unknown: Mapping[str, str], book: ReferenceBook) -> Mapping[str, str]:
    """Name what each line waits for of which nobody can say who bears it (``waits_for``), by line id."""
    open_lines = (line for line in request.lines if unknown.get(line.id) == LIABILITY_UNKNOWN)
    return {line.id: waits_for(line, request.payer, book) for line in open_lines}


def waits_for(line: AdjudicationLine, payer: Payer, book: ReferenceBook) -> str:
    """Name what would settle who bears a denied line: its ``reason``, a ``notice``, its ``charge``; else a ``rule``.

    A rule is missing where the answer depends on nothing that a caller could still say.
    """
    if line.denial_reason is None:
        return "reason"
    by_notice = {
        notice: owes_if_denied(payer, line.denial_reason, notice, line.service_on, book)[0] for notice in DenialNotice
    }
    if line.denial_notice is None and len(set(by_notice.values())) > 1:
        return "notice"
    owes = by_notice[line.denial_notice or DenialNotice.NONE]
    return "charge" if owes == "billed_charge" and line.billed is None else "rule"
