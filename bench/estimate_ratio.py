"""What ``POST /v1/estimates`` costs over a bare Flask view, in processor time of one process.

The bare view parses the same body and answers the very bytes of the same estimate, ready-made. Both are called through
WSGI without a server, in turn, so that a machine whose speed drifts slows both alike. Measured twice: the same question
again, which a process answers from memory after reading and checking it anew; and another body weight at every call out
of a long list, so that every answer is worked out from the start.
"""

import gc
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request

from app import create_app
from services.config import Config

GOAL = 5.0
ROUNDS = 25
SLOT_SECONDS = 0.04
WEIGHTS = 400

BODY: dict[str, Any] = {
    "as_of": "2026-11-21",
    "patient": {"weight": {"value": 70, "unit": "kg"}, "age_years": 54, "residence_state": "TX"},
    "therapy": {
        "diagnosis": "G61.81",
        "product": "gamunex-c",
        "route": "iv",
        "dose": {"amount": "1", "unit": "g/kg", "per": "course"},
        "days_per_course": 1,
        "interval": {"value": 21, "unit": "day"},
        "start_on": "2026-11-24",
        "infusion_minutes": 180,
    },
    "site_of_care": "physician_office",
    "price": {"percent_of_payment_limit": "120"},
    "coverage": {
        "payer": "commercial",
        "market": "employer",
        "funding": "self_funded",
        "network": "in",
        "plan": {
            "year_starts_on": "2027-01-01",
            "deductible": {"individual": "1500.00"},
            "out_of_pocket_max": {"individual": "6000.00"},
            "cost_share": {"default": {"coinsurance_percent": "20", "copay": "none", "per": "visit"}},
        },
    },
    "window": {"months": 12},
}


def bodies() -> list[bytes]:
    """Make the request bodies: the same order for many body weights."""
    found = []
    for step in range(WEIGHTS):
        weight = {"value": 50 + step / 10, "unit": "kg"}
        found.append(json.dumps(BODY | {"patient": BODY["patient"] | {"weight": weight}}).encode())
    return found


def bare(answer: bytes) -> Flask:
    """Make the bare application: parse the body, answer ready-made bytes."""
    app = Flask("bare")

    @app.post("/v1/estimates")
    def fixed() -> Response:
        orjson.loads(request.get_data())
        return Response(answer, mimetype="application/json")

    return app


def caller(app: Flask, sent: list[bytes]) -> Callable[[], bytes]:
    """Give a function that posts the next body and returns the answer's bytes."""
    turn = 0

    def call() -> bytes:
        nonlocal turn
        body = sent[turn % len(sent)]
        turn += 1
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/v1/estimates",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "*/*",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        status: list[str] = []

        def start(line: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401
            status.append(line)
            return status.append  # type: ignore[return-value]

        chunks = app(environ, start)
        answer = b"".join(chunks)
        if not status[0].startswith("200"):
            raise SystemExit(f"{status[0]}: {answer.decode()[:500]}")
        return answer

    return call


def ready_app(folder: str) -> Flask:
    """Make the real application on a database of its own, with its facts read."""
    app = create_app(
        Config.from_env({"DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}", "LOG_LEVEL": "warning"})
    )
    runtime = app.extensions["igcost"]
    # As a worker of the web server does (gunicorn.conf.py).
    gc.set_threshold(5_000, 10, 10)
    runtime.start()
    while not runtime.ready:
        time.sleep(0.05)
    print(f"facts {runtime.book.version}")
    return app


def measure(calls: list[Callable[[], bytes]]) -> list[list[float]]:
    """Time each call in turn, round after round; gives microseconds of processor time per call."""
    counts = []
    for call in calls:
        began = time.process_time()
        for _ in range(5):
            call()
        counts.append(max(1, int(SLOT_SECONDS / max((time.process_time() - began) / 5, 1e-6))))
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for place, call in enumerate(calls):
            began = time.process_time()
            for _ in range(counts[place]):
                call()
            times[place].append((time.process_time() - began) / counts[place] * 1e6)
    return times


def main() -> None:
    """Measure and print the ratio."""
    sent = bodies()
    with tempfile.TemporaryDirectory() as folder:
        app = ready_app(folder)
        same = sent[200:201]
        answer = caller(app, same)()
        again, anew, fixed = measure([caller(app, same), caller(app, sent), caller(bare(answer), same)])
    print(f"request {len(same[0])} bytes, answer {len(answer)} bytes, {ROUNDS} rounds, goal at most {GOAL}")
    show("bare Flask", fixed, fixed)
    show("same question again", again, fixed)
    show("every answer worked out", anew, fixed)


def show(name: str, times: list[float], floor: list[float]) -> None:
    """Print a measurement and its ratio to the floor, round by round."""
    ratio = statistics.median(one / other for one, other in zip(times, floor, strict=True))
    print(f"{name:<26}{statistics.median(times):9.1f} us (best {min(times):9.1f})   ratio {ratio:6.2f}")


if __name__ == "__main__":
    main()
