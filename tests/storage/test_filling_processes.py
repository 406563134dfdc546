"""Several processes at once, and one that dies half-way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from storage import facts, filling

PROJECT = Path(__file__).resolve().parent.parent.parent

FILLER = """
import sys
from pathlib import Path
from storage import filling
from storage.database import Database

report = filling.fill_if_empty(Database(sys.argv[1]), Path(sys.argv[2]))
print("waited" if report is None else "filled", flush=True)
"""

STUCK_FILLER = """
import sys, time
from pathlib import Path
from storage import filling
from storage.database import Database

def note_state(connection, seed_digest):
    print("half-way", flush=True)
    time.sleep(60)

filling._note_state = note_state
filling.fill_if_empty(Database(sys.argv[1]), Path(sys.argv[2]))
"""


def start(program, database, folder):
    return subprocess.Popen(
        [sys.executable, "-c", program, database.url.render_as_string(hide_password=False), str(folder.path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def test_of_several_processes_one_fills_and_the_others_wait(empty, folder):
    processes = [start(FILLER, empty, folder) for _ in range(4)]

    outcomes = sorted(process.communicate(timeout=60)[0].strip() for process in processes)

    assert outcomes == ["filled", "waited", "waited", "waited"]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]


def test_a_process_killed_while_filling_leaves_nothing_half_filled(empty, folder):
    with start(STUCK_FILLER, empty, folder) as process:
        assert process.stdout.readline().strip() == "half-way"
        process.send_signal(signal.SIGKILL)
    with empty.read() as connection:
        tables_left = filling.has_tables(connection)

    began = time.monotonic()
    report = filling.fill_if_empty(empty, folder.path)

    assert not tables_left
    assert report is not None
    assert time.monotonic() - began < 20
    with empty.read() as connection:
        assert len(facts.load(connection).facts) == 5
