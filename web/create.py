"""Everything the HTTP door needs, put on a Flask application."""

from flask import Flask, request

from services.runtime import Runtime
from web import (
    adjudications,
    claim_lines,
    clinical_facts,
    contracts,
    coverage_checks,
    current,
    diagnoses,
    documentation,
    errors,
    estimates,
    facts,
    flags,
    headers,
    health,
    indications,
    openapi,
    payment_limits,
    policies,
    products,
    reading,
    reference,
    releases,
    sources,
)

MODULES = (
    estimates,
    claim_lines,
    adjudications,
    coverage_checks,
    products,
    indications,
    diagnoses,
    payment_limits,
    policies,
    clinical_facts,
    flags,
    facts,
    sources,
    reference,
    releases,
    contracts,
    health,
)


def register(app: Flask, runtime: Runtime) -> None:
    """Put every endpoint on ``app``, answering from ``runtime``."""
    app.extensions[current.EXTENSION] = runtime
    app.config["MAX_CONTENT_LENGTH"] = reading.MAX_BODY_BYTES
    headers.register(app)
    app.before_request(_check_accept)
    api = openapi.make_api(app)
    for module in MODULES:
        api.register_blueprint(module.noun.blueprint)
    app.register_blueprint(documentation.make_blueprint(api))
    errors.register(app)


def _check_accept() -> None:
    if request.url_rule is not None and request.url_rule.rule.startswith("/v1/"):
        reading.check_accept()
