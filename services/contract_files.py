"""A price file becomes a contract of an organization: its usable rates, each with its place in the file."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from estimator.errors import InvalidRequest, Problem
from estimator.model.codes import Payer, Site
from estimator.model.contracts import RateMethod, RateScope
from estimator.reference.book import ReferenceBook
from schemas.contracts import ContractDraft, RateDraft, SourceDraft
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.streams import Watcher
from services import contracts, price_files
from services.contract_checks import is_service
from services.keys import Caller
from services.price_checks import CheckedRate
from services.price_files import IN_NETWORK, Asked, PriceFileDraft, rate_document
from services.runtime import Runtime
from services.versions import stamped

Document = dict[str, object]

TITLES = {
    IN_NETWORK: "In-network rates of {publisher}",
    "hospital_tall": "Standard charges of {publisher}",
    "hospital_wide": "Standard charges of {publisher}",
    "hospital_json": "Standard charges of {publisher}",
}


class Terms(NamedTuple):
    """What the operator says of the contract that a file becomes. ``first_day``: default the day the file names."""

    name: str
    payer: Payer
    first_day: date | None = None
    last_day: date | None = None


def examine(
    path: Path, asked: Asked, terms: Terms, *, runtime: Runtime, watcher: Watcher | None = None
) -> tuple[ContractDraft, Document]:
    """Read a file and say what contract it would become. Nothing is written. Raises ``InvalidRequest``."""
    on = max(runtime.today(), terms.first_day or runtime.today())
    found = price_files.examine(path, asked, on=on, book=runtime.book, watcher=watcher)
    first_day = terms.first_day or found.file.head.updated_on
    if first_day is None:
        raise InvalidRequest([Problem("?first_day", "required")])
    rates, report = _rates(found, runtime.book)
    if not rates:
        needs_site = any(rate.doubt == "site_needed" for rate in found.rates)
        if needs_site:
            raise FileRefused("file_needs_site", pointer="?site_of_care")
        raise FileRefused("file_without_usable_rates")
    head = found.file.head
    draft = ContractDraft(
        name=terms.name,
        payer=terms.payer,
        first_day=first_day,
        rates=tuple(_within(rate, terms.last_day) for rate in rates),
        source=SourceDraft(
            title=f"{TITLES[head.form].format(publisher=head.publisher or '(no name)')}, version {head.version or '-'}",
            publisher=head.publisher,
            published_on=head.updated_on,
            sha256=found.sha256,
        ),
        last_day=terms.last_day,
        payer_name=asked.payer_name or (head.publisher if head.form == IN_NETWORK else None),
        site=asked.site or (None if head.form == IN_NETWORK else Site.HOSPITAL_OUTPATIENT),
    )
    return draft, report


def take(
    path: Path, asked: Asked, terms: Terms, *, caller: Caller | None, runtime: Runtime, watcher: Watcher | None = None
) -> Document:
    """Read a file and keep the contract it becomes; without a ``caller`` only say what that would be.

    Raises ``InvalidRequest``; then nothing is kept.
    """
    draft, report = examine(path, asked, terms, runtime=runtime, watcher=watcher)
    if caller is None:
        return stamped(report | {"contract": None}, runtime)
    made = contracts.add(draft, caller=caller, runtime=runtime)
    return stamped(report | {"contract": made["id"]}, runtime, overlay=str(made["version"]))


def _rates(found: PriceFileDraft, book: ReferenceBook) -> tuple[list[RateDraft], Document]:
    """Make rates of what may be used. A percentage of the charge pays a visit as a whole: of services there is one."""
    drugs = [rate for rate in found.usable if not is_service(rate.row.code, book)]
    services = [rate for rate in found.usable if is_service(rate.row.code, book)]
    percents = [rate for rate in services if rate.row.method is RateMethod.PERCENT_OF_CHARGE]
    rates = [_by_code(rate) for rate in drugs]
    left_out: Iterable[CheckedRate] = ()
    if percents and len(percents) == len(services) and len({rate.value for rate in percents}) == 1:
        rates.append(_by_code(percents[0])._replace(code=None, scope=RateScope.ADMINISTRATION))
    else:
        rates += [_by_code(rate) for rate in services if rate not in percents]
        left_out = percents
    documents = [rate_document(rate) for rate in found.rates]
    for document in (rate_document(rate) for rate in left_out):
        documents[documents.index(document)] = document | {"doubt": "percent_scope_unknown"}
    usable = sum(document["doubt"] is None for document in documents)
    return rates, found.report | {"rates": documents, "usable": usable}


def _by_code(rate: CheckedRate) -> RateDraft:
    if rate.value is None:
        raise ValueError("a rate without a value is never usable")
    row = rate.row
    return RateDraft(rate.row.method, rate.value, code=row.code, last_day=row.last_day, locator=row.place)


def _within(rate: RateDraft, last_day: date | None) -> RateDraft:
    """End a rate with its contract."""
    if rate.last_day is None or last_day is None:
        return rate
    return rate._replace(last_day=min(rate.last_day, last_day))
