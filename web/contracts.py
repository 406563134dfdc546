"""``/v1/contracts``: an organization's contracted rates."""

from collections.abc import Mapping

from flask import Response

from schemas.contract_documents import CONTRACT, CONTRACTS, PRICE_FILE_REPORT
from schemas.contracts import CONTRACT_REQUEST, PRICE_FILE_QUERY
from schemas.queries import NO_QUERY
from services import contract_files, contracts
from services.contract_files import Terms
from services.price_files import Asked
from web import answers, auth, current, examples, openapi, reading

SCOPE = "contracts:write"
MOST_FILE_BYTES = 64 * 1024 * 1024
FILE_TYPES = ("application/octet-stream", "application/zip", "application/gzip", "application/json", "text/csv")

noun = openapi.Noun("contracts", "What payers and your organization have agreed to. Nobody else sees it.")


@noun.keeps("/v1/contracts", body=CONTRACT_REQUEST, answer=CONTRACT, examples=examples.CONTRACTS)
def create_contract() -> Response:
    """Keep a contract for the organization of the key. Needs a key with `contracts:write`."""
    runtime = current.ready_runtime()
    caller = auth.require_caller(SCOPE, runtime=runtime)
    draft, _ = reading.read_request(CONTRACT_REQUEST, NO_QUERY, runtime=runtime)
    document = contracts.add(draft, caller=caller, runtime=runtime)
    return _kept(document, str(document["id"]))


@noun.takes_file("/v1/contracts/price-files", media_types=FILE_TYPES, answer=PRICE_FILE_REPORT, query=PRICE_FILE_QUERY)
def load_price_file() -> Response:
    """Make a contract of a hospital's or payer's price file, or try it (`dry_run`). Needs `contracts:write`.

    Up to 64 MiB, packed or not; `flask contracts load` takes files of any size.
    """
    runtime = current.ready_runtime()
    caller = auth.require_caller(SCOPE, runtime=runtime)
    query = reading.read_query(PRICE_FILE_QUERY)
    asked = Asked(query.npi, query.tin, query.payer_name, query.plan_name, query.site)
    terms = Terms(query.name, query.payer, query.first_day, query.last_day)
    with reading.file_sent(FILE_TYPES, most_bytes=MOST_FILE_BYTES) as path:
        document = contract_files.take(path, asked, terms, caller=None if query.dry_run else caller, runtime=runtime)
    if query.dry_run:
        return answers.computed(document)
    return _kept(document, str(document["contract"]))


@noun.reads("/v1/contracts", answer=CONTRACTS, is_conditional=False, needs_key=True)
def list_contracts() -> Response:
    """List the organization's contracts, the newest first."""
    runtime = current.ready_runtime()
    caller = auth.require_caller(SCOPE, runtime=runtime)
    reading.read_query(NO_QUERY)
    return answers.computed(contracts.list_all(caller=caller, runtime=runtime))


@noun.reads("/v1/contracts/<contract_id>", answer=CONTRACT, may_lack=True, is_conditional=False, needs_key=True)
def show_contract(contract_id: str) -> Response:
    """Show a contract with its rates."""
    runtime = current.ready_runtime()
    caller = auth.require_caller(SCOPE, runtime=runtime)
    reading.read_query(NO_QUERY)
    return answers.computed(contracts.show(contract_id, caller=caller, runtime=runtime))


@noun.removes("/v1/contracts/<contract_id>")
def withdraw_contract(contract_id: str) -> Response:
    """Withdraw a contract: no new answer uses it. Answers already given stay what they were."""
    runtime = current.ready_runtime()
    caller = auth.require_caller(SCOPE, runtime=runtime)
    reading.read_query(NO_QUERY)
    contracts.withdraw(contract_id, caller=caller, runtime=runtime)
    return Response(status=204)


def _kept(document: Mapping[str, object], contract_id: str) -> Response:
    response = answers.computed(document)
    response.status_code = 201
    response.headers["Location"] = f"/v1/contracts/{contract_id}"
    return response
