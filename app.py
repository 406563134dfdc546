"""Where everything is wired: gunicorn and the ``flask`` command find ``app`` here."""

import os

from flask import Flask

import cli
from services.config import Config
from services.runtime import Runtime
from web import logs
from web.create import register
from web.current import EXTENSION


def create_app(config: Config | None = None) -> Flask:
    """Make the application. Nothing is read from the database before the first request or command."""
    runtime = Runtime.open(Config.from_env(os.environ) if config is None else config)
    logs.configure(runtime.config.log_level)
    app = Flask("web")
    app.extensions[EXTENSION] = runtime
    cli.register_commands(app)
    register(app, runtime)
    return app


app = create_app()
