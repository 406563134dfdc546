"""Contracted rates of an organization: kept as its own overlay over the facts, never seen by another."""

import hashlib
import json
import re
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from estimator.errors import InvalidRequest, NotOnFile
from estimator.model.codes import Payer, Site
from estimator.model.contracts import CasePer, Contract, ContractRate, RateMethod, RateScope
from estimator.model.order import EstimateRequest
from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Basis, Fact, Source
from schemas.contracts import ContractDraft
from services import contract_fitting
from services.contract_checks import problems_of
from services.contract_documents import contract_document, detail_document
from services.keys import Caller
from services.overlays import Overlaid
from services.runtime import Runtime
from services.used_facts import CONTRACT
from services.versions import stamped
from storage import contracts
from storage.contracts import ContractRow, RateRow

Document = dict[str, object]

_ID = re.compile(r"ctr_[0-9a-f]{20}").fullmatch
_UNITS = {
    RateMethod.PER_UNIT: "usd_per_unit",
    RateMethod.PER_DIEM: "usd_per_day",
    RateMethod.CASE_RATE: "usd_per_case",
}


def add(draft: ContractDraft, *, caller: Caller, runtime: Runtime) -> Document:
    """Keep a contract and write it. Raises ``InvalidRequest`` with everything that is wrong with its rates."""
    problems = problems_of(draft, on=runtime.today(), book=runtime.book)
    if problems:
        raise InvalidRequest(problems)
    row = _row(draft, caller)
    with runtime.database.begin() as connection:
        contracts.add(connection, row)
    return stamped(detail_document(row), runtime, overlay=row.version)


def list_all(*, caller: Caller, runtime: Runtime) -> Document:
    """List an organization's contracts, the newest first."""
    with runtime.database.read() as connection:
        rows = contracts.list_all(connection, caller.organization)
    return stamped({"items": [contract_document(row) for row in rows], "next": None}, runtime)


def show(contract_id: str, *, caller: Caller, runtime: Runtime) -> Document:
    """Show a contract with its rates. Raises ``NotOnFile``, also for one of another organization."""
    row = _find(contract_id, caller.organization, runtime)
    if row is None:
        raise NotOnFile("contract", contract_id)
    return stamped(detail_document(row), runtime, overlay=row.version)


def withdraw(contract_id: str, *, caller: Caller, runtime: Runtime) -> None:
    """Withdraw a contract: no new answer uses it; its rates stay on file for old ones. Raises ``NotOnFile``."""
    if _ID(contract_id) is None:
        raise NotOnFile("contract", contract_id)
    with runtime.database.begin() as connection:
        if not contracts.withdraw(connection, contract_id, caller.organization, at=datetime.now(UTC)):
            raise NotOnFile("contract", contract_id)


def applied(request: EstimateRequest, book: ReferenceBook, *, organization: str | None, runtime: Runtime) -> Overlaid:
    """Look up the contracts that a request names, for all its days or those of one coverage, and lay their rates over.

    What the request leaves open, payer and site, is the contract's. Raises ``InvalidRequest``: no contract of this
    organization has the id, or it is one of another payer or site.
    """
    if not request.contract_ids:
        return Overlaid(request, book, None)
    rows: dict[str, ContractRow] = {}
    for contract_id in request.contract_ids:
        row = None if organization is None else _find(contract_id, organization, runtime)
        if row is not None and row.withdrawn_at is None:
            rows[contract_id] = row
    overlays = {contract_id: _overlay(row) for contract_id, row in rows.items()}
    request = contract_fitting.fitted(request, {name: overlay[0] for name, overlay in overlays.items()})
    facts, sources = dict(book.facts), dict(book.sources)
    for _, own, source in overlays.values():
        facts |= own
        sources[source.id] = source
    return Overlaid(request, replace(book, facts=facts, sources=sources), _version_of_all([*rows.values()]))


def _find(contract_id: str, organization: str, runtime: Runtime) -> ContractRow | None:
    if _ID(contract_id) is None:  # a path may hold what no database takes
        return None
    with runtime.database.read() as connection:
        return contracts.find(connection, contract_id, organization)


def _row(draft: ContractDraft, caller: Caller) -> ContractRow:
    rates = tuple(
        RateRow(
            rate.code,
            None if rate.scope is None else rate.scope.value,
            rate.method.value,
            f"{rate.value:f}",
            rate.per.value,
            *rate.period(draft),
            rate.locator,
        )
        for rate in draft.rates
    )
    row = ContractRow(
        id="ctr_" + secrets.token_hex(10),
        organization_id=caller.organization,
        name=draft.name,
        payer=draft.payer.value,
        payer_name=draft.payer_name,
        site_of_care=None if draft.site is None else draft.site.value,
        first_day=draft.first_day,
        last_day=draft.last_day,
        source_title=draft.source.title,
        source_publisher=draft.source.publisher,
        source_published_on=draft.source.published_on,
        source_url=draft.source.url,
        source_sha256=draft.source.sha256,
        created_at=datetime.now(UTC),
        created_by=caller.mark,
        withdrawn_at=None,
        version="",
        rates=rates,
    )
    return row._replace(version=_version(row))


def _version_of_all(rows: list[ContractRow]) -> str:
    """Give one contract's version; of several, the hash of theirs."""
    if len(rows) == 1:
        return rows[0].version
    return hashlib.sha256(" ".join(sorted(row.version for row in rows)).encode()).hexdigest()[:16]


def _version(row: ContractRow) -> str:
    """Hash what a contract says. When it was entered, and by whom, is no part of it."""
    said = row._asdict() | {"rates": [rate._asdict() for rate in row.rates]}
    for name in ("created_at", "created_by", "withdrawn_at", "version"):
        said.pop(name)
    written = json.dumps(said, default=str, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _overlay(row: ContractRow) -> tuple[Contract, dict[str, Fact], Source]:
    """Make the contract that the calculation uses, its rates as facts, and their source."""
    source = Source(
        id=f"contract:{row.id}",
        title=row.source_title,
        publisher=row.source_publisher or row.payer_name or "the organization",
        url=row.source_url,
        published_on=_day(row.source_published_on),
        official=False,
        note="an organization's own contract",
    )
    facts: dict[str, Fact] = {}
    rates = []
    for rate in row.rates:
        fact = Fact(
            kind=CONTRACT,
            key=f"{row.id}:{rate.code or rate.scope}",
            value=rate.value,
            unit=_UNITS.get(RateMethod(rate.method), rate.method),
            period=Period(rate.first_day, rate.last_day),
            recheck_after=None,
            published_on=row.source_published_on,
            source_id=source.id,
            locator=rate.locator,
            basis=Basis.READ,
        )
        facts[fact.id] = fact
        rates.append(
            ContractRate(
                RateMethod(rate.method),
                Decimal(rate.value),
                fact.period,
                rate.code,
                None if rate.scope is None else RateScope(rate.scope),
                CasePer(rate.per),
                fact.id,
            )
        )
    site = None if row.site_of_care is None else Site(row.site_of_care)
    return Contract(row.id, Payer(row.payer), site, tuple(rates)), facts, source


def _day(found: date | None) -> str | None:
    return None if found is None else found.isoformat()
