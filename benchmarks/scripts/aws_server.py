"""Local AWS as a process: aws_server.py DELAY LOG. Each call takes DELAY seconds longer and appends a line to LOG."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from tavus_provider.sandbox.local_aws import LocalAws


def main() -> None:
    """Serve until SIGTERM."""
    delay, log = float(sys.argv[1]), Path(sys.argv[2])
    serve = DomainDispatcherApplication.__call__

    def slowly(app: Any, environ: Any, start_response: Any) -> Any:
        with log.open("a") as lines:
            lines.write(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}\n")
        time.sleep(delay)
        return serve(app, environ, start_response)

    setattr(DomainDispatcherApplication, "__call__", slowly)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with LocalAws() as aws:
        print(aws.url, flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
