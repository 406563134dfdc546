"""What the ``flask`` commands share: the runtime, failures in one sentence, JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app

from estimator.errors import IgCostError, InvalidRequest
from services.runtime import Runtime
from services.wording import problem_sentence
from web.current import EXTENSION


@contextmanager
def worded(runtime: Runtime) -> Iterator[None]:
    """Print what is wrong with what was asked, in the sentences that the API answers with."""
    try:
        yield
    except InvalidRequest as refused:
        said = [problem_sentence(runtime.texts["en"], item) for item in refused.problems]
        raise click.ClickException(" ".join(said)) from refused


@contextmanager
def explained() -> Iterator[None]:
    """Print an anticipated failure as one sentence and leave with 1."""
    try:
        yield
    except IgCostError as error:
        raise click.ClickException(str(error)) from error


def runtime_in_use() -> Runtime:
    """Give the runtime of the application that the command runs in."""
    runtime: Runtime = current_app.extensions[EXTENSION]
    return runtime


def print_json(found: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
