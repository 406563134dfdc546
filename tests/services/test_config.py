from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.config import SETTINGS, BadSetting, Config


def test_an_empty_environment_gives_the_defaults():
    assert Config.from_env({}) == Config()


def test_empty_variables_count_as_absent():
    assert Config.from_env({setting.variable: " " for setting in SETTINGS}) == Config()


def test_every_setting_is_read(tmp_path):
    config = Config.from_env(
        {
            "DATABASE_URL": "postgres://user:secret@host/name",
            "SEED_DIR": str(tmp_path),
            "LOG_LEVEL": "Debug",
            "TIME_ZONE": "America/Chicago",
            "SOMETHING_ELSE": "ignored",
        }
    )

    assert config == Config(
        database_url="postgres://user:secret@host/name",
        seed_folder=Path(tmp_path),
        log_level="DEBUG",
        time_zone=ZoneInfo("America/Chicago"),
    )


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DATABASE_URL", "somewhere"),
        ("DATABASE_URL", "mysql://host/name"),
        ("SEED_DIR", "/no/such/folder"),
        ("LOG_LEVEL", "loud"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../secrets"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(variable, text):
    with pytest.raises(BadSetting) as caught:
        Config.from_env({variable: text})

    assert caught.value.variable == variable
    assert str(caught.value).startswith(variable)


def test_a_bad_database_url_is_not_repeated():
    with pytest.raises(BadSetting) as caught:
        Config.from_env({"DATABASE_URL": "//user:secret@host"})

    assert "secret" not in str(caught.value)


def test_every_setting_has_a_meaning():
    assert all(setting.meaning for setting in SETTINGS)
