"""``/v1/contracts``: an organization's contracted rates."""

import orjson
from flask import Response

from schemas.contract_documents import CONTRACT, CONTRACTS
from schemas.contracts import CONTRACT_REQUEST
from schemas.queries import NO_QUERY
from services import contracts
from web import answers, auth, current, examples, openapi, reading

SCOPE = "contracts:write"

noun = openapi.Noun("contracts", "What payers and your organization have agreed to. Nobody else sees it.")


@noun.keeps("/v1/contracts", body=CONTRACT_REQUEST, answer=CONTRACT, examples=examples.CONTRACTS)
def create_contract() -> Response:
    """Keep a contract for the organization of the key. Needs a key with `contracts:write`."""
    runtime = current.ready_runtime()
    caller = auth.require_caller(SCOPE, runtime=runtime)
    draft, _ = reading.read_request(CONTRACT_REQUEST, NO_QUERY, runtime=runtime)
    document = contracts.add(draft, caller=caller, runtime=runtime)
    response = Response(orjson.dumps(document), status=201, mimetype=answers.JSON)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"/v1/contracts/{document['id']}"
    return response


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
