"""Log lines as JSON, one event a line. They hold route templates, ids and outcomes; nothing of a body or a path."""

import logging
import sys
from datetime import UTC, datetime

import orjson

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Write a record as one JSON object: time, level, logger, event and whatever was put beside it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update({name: value for name, value in vars(record).items() if name not in _OWN})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def _is_news(record: logging.LogRecord) -> bool:
    """Pass over what alembic says at every look at the tables, whether or not anything is to be done."""
    return record.levelno > logging.INFO or not record.getMessage().startswith(("Context impl", "Will assume"))


def configure(level: str) -> None:
    """Send everything from ``level`` up to standard error, as JSON lines. Call once, when a process starts."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic.runtime.migration").addFilter(_is_news)
