"""``GET /v1/policies``."""

from flask import Response

from schemas.policies import POLICIES, POLICY
from services import policies
from web import answers, current, openapi, reading

noun = openapi.Noun("policies", "Policy documents of payers, as data: what each asks for, and how much of it was read.")


@noun.reads("/v1/policies", answer=POLICIES)
def list_policies() -> Response:
    """List the policy documents on file."""
    runtime = reading.asked_plainly()
    return answers.reference(policies.list_policies(runtime=runtime))


@noun.reads("/v1/policies/<policy_id>", answer=POLICY, may_lack=True)
def show_policy(policy_id: str) -> Response:
    """Show a policy document with the criteria of every version."""
    runtime = reading.asked_plainly()
    return answers.reference(policies.show_policy(policy_id, runtime=runtime, language=current.chosen_language()))
