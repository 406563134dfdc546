"""Fixtures: a small seed folder of invented figures, and databases to fill from it."""

import pytest

from storage import migrate
from storage.database import Database
from tests import postgres

SOURCES = """\
cms-2099:
  title: Invented fee schedule
  publisher: CMS
  url: https://example.org/2099
  published_on: "2098-11"
  official: true
label-2099:
  title: Invented label
  publisher: Maker
  url: null
  published_on: null
  official: false
  note: never printed
"""

AMOUNTS = """\
kind: medicare_amount
defaults: {source: cms-2099, basis: read, unit: usd, locator: table 1}
records:
  - {key: part_b_deductible, value: "123.00", effective_from: 2099-01-01, effective_to: 2099-12-31,
     published_on: 2098-11-01}
  - {key: part_b_coinsurance_percent, value: "20", unit: percent, effective_from: 2099-01-01, effective_to: null,
     recheck_after: 2100-01-01}
"""

LIMITS = """\
hcpcs,payment_limit,coinsurance_percent,notes
J0001,12.345,20.000,
J0002,7.100,,new code
"""

LIMITS_INDEX = """\
- {file: 2099q1.csv, quarter: 2099q1, effective_from: 2099-01-01, effective_to: 2099-03-31, release: 1,
   source: cms-2099, published_on: 2098-12-15, locator: row of the code, basis: read}
"""

CODES = """\
code,billable,title,effective_from,effective_to,source
A00,no,Invented disease,,,
A00.0,yes,"Invented disease, mild",,2099-09-30,
A00.0,yes,"Invented disease, slight",2099-10-01,,label-2099
"""

CODES_INDEX = """\
- {file: 2099.csv, effective_from: 2099-01-01, effective_to: null, recheck_after: 2100-09-30, source: cms-2099,
   locator: tabular list, basis: read}
"""

FILES = {
    "sources.yaml": SOURCES,
    "medicare.yaml": AMOUNTS,
    "payment_limits/2099q1.csv": LIMITS,
    "payment_limits/index.yaml": LIMITS_INDEX,
    "diagnosis_codes/2099.csv": CODES,
    "diagnosis_codes/index.yaml": CODES_INDEX,
}


class SeedFolder:
    """A seed folder that a test can change."""

    def __init__(self, path):
        self.path = path
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text):
        """Write one file."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name, old, new):
        """Change part of one file."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))


@pytest.fixture
def folder(tmp_path):
    """Give a small seed folder."""
    return SeedFolder(tmp_path / "seed")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """Give the URL of a database without tables, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'igcost.db'}"
        return
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture
def empty(database_url):
    """Give a database without tables."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def empty_file(tmp_path):
    """Give an embedded database without tables."""
    database = Database(f"sqlite:///{tmp_path / 'igcost.db'}")
    yield database
    database.dispose()


@pytest.fixture
def database(empty):
    """Give a database with empty tables."""
    with empty.begin() as connection:
        migrate.upgrade(connection)
    return empty
