"""A large file is read in as little memory as a small one."""

import gzip
import random
import subprocess
import sys

from bench import price_file
from tests import price_samples
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
NOISE = random.Random(7).randbytes(64 * 1024).hex().encode()
"""A text that packs by no more than half at a time, as prose does."""


def test_sixty_megabytes_are_read_in_less_than_twenty(tmp_path):
    path = tmp_path / "in-network.json"
    price_file.generate(path, 60_000_000)

    rows, grown_mb = read_apart(path)
    assert rows == len(price_file.CODES)
    assert grown_mb < 20


def test_long_texts_beside_prices_are_not_kept(tmp_path):
    price = price_samples.price(61.35, additional_information="NOTE")
    rates = [{"provider_references": [1], "negotiated_prices": [price] * 60}]
    groups = [{"provider_group_id": 1, "provider_groups": [{"npi": [price_file.OUR_NPI]}]}]
    content = price_samples.in_network(items=[price_samples.item("J1561", rates)], groups=groups)
    path = tmp_path / "in-network.json.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        for part in content.split(b"NOTE"):
            packed.write(part)
            packed.write(NOISE * 16 if part.endswith(b'"') else b"")

    rows, grown_mb = read_apart(path)
    assert rows == 60
    assert grown_mb < 40


def read_apart(path):
    """Read a file in a process of its own: how many rows it has, and by how many megabytes the process grew."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    rows, grown_mb = map(int, done.stdout.split())
    return rows, grown_mb
