"""Where everything is wired: gunicorn and the ``flask`` command find ``app`` here."""

import os
import sys

from flask import Flask

import cli
from services.config import BadSetting, Config
from services.runtime import Runtime
from web import logs
from web.create import register
from web.current import EXTENSION

WORKER_BOOT_ERROR = 3
"""The exit code by which gunicorn knows that starting another worker would not help."""


def create_app(config: Config | None = None) -> Flask:
    """Make the application. Nothing is read from the database before the first request or command."""
    runtime = Runtime.open(Config.from_env(os.environ) if config is None else config)
    logs.configure(runtime.config.log_level)
    app = Flask("web")
    app.extensions[EXTENSION] = runtime
    cli.register_commands(app)
    register(app, runtime)
    return app


def _app() -> Flask:
    """Make the application of this process; a setting that cannot be used ends it with one sentence."""
    try:
        return create_app()
    except BadSetting as problem:
        print(f"igcost: {problem}", file=sys.stderr)  # noqa: T201 - logs are not set up yet
        sys.exit(WORKER_BOOT_ERROR)


app = _app()
