"""Keys: shown once, kept as a hash, good until their last day or until they are revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from estimator.errors import NotOnFile
from services import keys
from services.config import Config
from services.keys import KeyNotAllowed, KeyRefused
from services.runtime import Runtime
from storage import tables


@pytest.fixture
def runtime(folder, database, database_url):
    runtime = Runtime.open(Config(database_url=database_url, seed_folder=folder.path))
    yield runtime
    runtime.close()


def make(runtime, *scopes, days=None):
    expires_on = None if days is None else runtime.today() + timedelta(days)
    return keys.create("clinic", scopes or ("reference:write",), expires_on=expires_on, runtime=runtime)


def test_the_secret_is_kept_nowhere(runtime):
    made = make(runtime)

    with runtime.database.read() as connection:
        kept = connection.execute(select(tables.api_keys)).one()
    assert made.secret not in map(str, kept)
    assert (kept.prefix, kept.name, kept.scopes) == (made.secret[:12], "clinic", "reference:write")


def test_a_key_may_do_what_its_scopes_say(runtime):
    made = make(runtime)

    assert keys.check(made.secret, "reference:write", runtime=runtime).prefix == made.row.prefix
    with pytest.raises(KeyNotAllowed):
        keys.check(made.secret, "plans:write", runtime=runtime)


def test_an_admin_may_do_everything(runtime):
    made = make(runtime, "admin")

    assert keys.check(made.secret, "plans:write", runtime=runtime)


@pytest.mark.parametrize("change", ["another secret", "its first characters alone", "cut short"])
def test_what_only_looks_like_a_key_is_none(change, runtime):
    secret = make(runtime).secret
    wrong = {"another secret": secret[:-1] + "!", "its first characters alone": secret[:12], "cut short": secret[:-1]}

    with pytest.raises(KeyRefused):
        keys.check(wrong[change], "reference:write", runtime=runtime)


@pytest.mark.parametrize(("days", "is_good"), [(0, True), (-1, False)])
def test_a_key_is_good_on_its_last_day_and_not_after(days, is_good, runtime):
    made = make(runtime, days=days)

    if is_good:
        assert keys.check(made.secret, "reference:write", runtime=runtime)
    else:
        with pytest.raises(KeyRefused):
            keys.check(made.secret, "reference:write", runtime=runtime)


def test_a_revoked_key_is_no_key(runtime):
    made = make(runtime)

    keys.revoke(made.row.prefix, runtime=runtime)

    with pytest.raises(KeyRefused):
        keys.check(made.secret, "reference:write", runtime=runtime)
    with pytest.raises(NotOnFile):
        keys.revoke(made.row.prefix, runtime=runtime)
    assert [row.prefix for row in keys.list_all(runtime=runtime)] == [made.row.prefix]
