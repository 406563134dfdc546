"""Generate a payer's in-network file of a given size and load it: ``python -m bench.price_file``.

Measures the time of reading it and the peak memory of the process that reads it. The file goes to a temporary folder
and is deleted at the end.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from schemas.pricefiles import price_files
from schemas.pricefiles.in_network import Providers
from schemas.pricefiles.price_rows import Wanted

OUR_NPI = 1234567893
CODES = ("J1561", "J1569", "J1459", "96365", "96366")
GIGABYTE = 1_000_000_000


def generate(path: Path, size: int, *, seed: int = 7) -> None:
    """Write an in-network file of about ``size`` bytes: 100,000 provider groups, then items of many rates each."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"reporting_entity_name":"Invented Health","reporting_entity_type":"health insurance issuer",')
        file.write('"last_updated_on":"2026-11-01","version":"2.0.0","provider_references":[')
        for group in range(100_000):
            npis = [chance.randrange(10**9, 2 * 10**9) for _ in range(chance.randrange(1, 12))]
            if group == 50_000:
                npis.append(OUR_NPI)
            tin = {"type": "ein", "value": f"{chance.randrange(10, 99)}-{chance.randrange(10**6, 10**7)}"}
            entry = {"provider_group_id": group, "network_name": ["N"], "provider_groups": [{"npi": npis, "tin": tin}]}
            file.write(("," if group else "") + json.dumps(entry))
        file.write('],"in_network":[')
        number = 0
        while file.tell() < size or number <= len(CODES) * 40:
            file.write(("," if number else "") + json.dumps(_item(number, chance)))
            number += 1
        file.write("]}")


def _item(number: int, chance: random.Random) -> dict[str, object]:
    """Make an item; each of our codes comes once, early in the file, the others are invented procedures."""
    ours = number % 40 == 7 and number // 40 < len(CODES)
    code = CODES[number // 40] if ours else f"{10000 + number % 80000:05}"
    rates = []
    for place in range(chance.randrange(200, 1200)):
        groups = sorted(chance.sample(range(100_000), chance.randrange(1, 9)))
        if ours and place == 5:
            groups = [50_000]
        price = {
            "negotiated_type": "negotiated",
            "negotiated_rate": chance.randrange(1_000, 900_000) / 100 if not ours else 60.25,
            "expiration_date": "9999-12-31",
            "service_code": ["11", "22"],
            "billing_class": "professional",
            "setting": "outpatient",
        }
        rates.append({"provider_references": groups, "negotiated_prices": [price]})
    kind = "HCPCS" if code[0].isalpha() else "CPT"
    head = {"negotiation_arrangement": "ffs", "name": "invented", "billing_code_type": kind}
    return head | {
        "billing_code_type_version": "2026",
        "billing_code": code,
        "description": "invented",
        "negotiated_rates": rates,
    }


def read(path: Path) -> None:
    """Read the file as the product does and print what it took; run in a process of its own."""
    before = _peak_mb()
    began, began_cpu = time.monotonic(), time.process_time()
    found = price_files.read(path, Wanted(frozenset(CODES), {}), Providers.of(npis=[str(OUR_NPI)]))
    took, cpu = time.monotonic() - began, time.process_time() - began_cpu
    print(f"{path.stat().st_size / GIGABYTE:.2f} GB, {found.items} items, {len(found.rows)} prices of ours")
    print(f"{took:.0f} s ({cpu:.0f} s of processor time), {path.stat().st_size / 1e6 / took:.0f} MB/s")
    print(f"peak memory {_peak_mb():.0f} MB, of which {before:.0f} MB before reading")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Generate, read in a fresh process, delete."""
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in-network.json"
        generate(path, int(size * GIGABYTE))
        subprocess.run([sys.executable, "-m", "bench.price_file", "--read", str(path)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--read":
        read(Path(sys.argv[2]))
    else:
        main()
