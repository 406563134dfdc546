"""The settings: read once from the environment, then never again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import ArgumentError

from estimator.errors import IgCostError
from storage.database import DEFAULT_URL, PROJECT, normalized


class BadSetting(IgCostError):
    """An environment variable holds something that cannot be used."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable} {reason}")
        self.variable = variable


class Setting(NamedTuple):
    """One environment variable. The default stands here in the form the variable has."""

    variable: str
    default: str
    meaning: str


SETTINGS = (
    Setting("DATABASE_URL", "", "database to use; absent: an SQLite file in instance/"),
    Setting("SEED_DIR", "", "folder an empty database is filled from; absent: seed_data/"),
    Setting("LOG_LEVEL", "info", "least important events to log: debug, info, warning or error"),
    Setting("TIME_ZONE", "America/New_York", "where an organization that names no time zone looks at the calendar"),
)
"""Every variable the product reads. The web server's own are in ``gunicorn.conf.py``."""

_LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force; each is explained in ``SETTINGS``."""

    database_url: str = DEFAULT_URL
    seed_folder: Path = PROJECT / "seed_data"
    log_level: str = "INFO"
    time_zone: ZoneInfo = ZoneInfo("America/New_York")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read the settings. Raises ``BadSetting`` that names the variable; an empty variable counts as absent."""
        given = {setting.variable: environ.get(setting.variable, "").strip() or setting.default for setting in SETTINGS}
        return cls(
            database_url=_database_url(given["DATABASE_URL"]),
            seed_folder=_seed_folder(given["SEED_DIR"]),
            log_level=_log_level(given["LOG_LEVEL"]),
            time_zone=_time_zone(given["TIME_ZONE"]),
        )


def _database_url(text: str) -> str:
    if not text:
        return DEFAULT_URL
    try:
        backend = normalized(text).get_backend_name()
    except ArgumentError:
        # The text may hold a password: it is not repeated.
        raise BadSetting(
            "DATABASE_URL", "is not a database URL, such as postgresql://user:password@host/name"
        ) from None
    if backend not in ("sqlite", "postgresql"):
        raise BadSetting("DATABASE_URL", f"names {backend}; use sqlite or postgresql")
    return text


def _seed_folder(text: str) -> Path:
    folder = Path(text) if text else PROJECT / "seed_data"
    if not folder.is_dir():
        raise BadSetting("SEED_DIR", f"names a folder that is not there: {folder}")
    return folder


def _log_level(text: str) -> str:
    if text.lower() not in _LOG_LEVELS:
        raise BadSetting("LOG_LEVEL", f"must be one of {', '.join(_LOG_LEVELS)}; found {text!r}")
    return text.upper()


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting("TIME_ZONE", f"must be a name such as America/New_York; found {text!r}") from error
