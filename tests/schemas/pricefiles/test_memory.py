"""A large file is read in as little memory as a small one."""

import subprocess
import sys

from bench import price_file
from tests.conftest import PROJECT

PROGRAM = """
import resource, sys
from pathlib import Path
from bench import price_file
from schemas.pricefiles import price_files
from schemas.pricefiles.in_network import Providers
from schemas.pricefiles.price_rows import Wanted
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
wanted = Wanted(frozenset(price_file.CODES), {})
found = price_files.read(Path(sys.argv[1]), wanted, Providers.of(npis=[str(price_file.OUR_NPI)]))
print(len(found.rows), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_sixty_megabytes_are_read_in_less_than_twenty(tmp_path):
    path = tmp_path / "in-network.json"
    price_file.generate(path, 60_000_000)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    rows, grown_mb = map(int, done.stdout.split())
    assert rows == len(price_file.CODES)
    assert grown_mb < 20
