"""How gunicorn serves IgCost: ``gunicorn app:app`` finds this file by itself."""

import gc
import os
from typing import Any

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 0
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
errorlog = "-"
accesslog = None  # the application logs route templates; a request line could carry a path parameter
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Begin to fill and read the facts as soon as a worker is up, before its first request."""
    # An answer is some ten thousand small values, nearly all of them free of cycles: search for those less often.
    gc.set_threshold(5_000, 10, 10)
    runtime = getattr(worker.wsgi, "extensions", {}).get("igcost")
    if runtime is not None:
        runtime.start()
        runtime.watch()
