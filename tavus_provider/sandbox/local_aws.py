"""A local AWS for the local Tavus: moto's server, with bucket policies judged as over TLS.

moto refuses every call that a bucket policy's condition concerns, whether the condition holds or not, so a bucket that only
refuses plain HTTP could never be written to. Here conditions on the connection are judged, and the loopback link stands for a
TLS 1.3 connection. Source: AWS IAM User Guide, Global condition keys; Amazon S3 User Guide, Condition keys.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.s3.models import FakeBucket

CONNECTION = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}
"""What a request says of its connection, by condition keys in lower case."""

_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "Bool": lambda has, wanted: has == wanted.lower(),
    "NumericLessThan": lambda has, wanted: float(has) < float(wanted),
}


class LocalAws:
    """An AWS on 127.0.0.1 that starts empty and forgets everything at the end.

    Needs moto's server: pip install 'tavus-provider[local-aws]'. One at a time in a process, since moto's state is the process's.

        with LocalAws() as aws, Sandbox(aws_endpoint=aws.url) as tavus:
            os.environ["AWS_ENDPOINT_URL"] = aws.url
    """

    url: str

    def __enter__(self) -> LocalAws:
        """Start to listen on a free port; when this returns, calls are answered."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # its line for each request is nobody's business here
        self._moto = FakeBucket.get_permission
        setattr(FakeBucket, "get_permission", _judged(self._moto))
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening."""
        self._server.stop()
        setattr(FakeBucket, "get_permission", self._moto)


def _judged(get_permission: Callable[[Any, str, str], Any]) -> Callable[[Any, str, str], Any]:
    """Let moto judge a bucket policy without the statements that do not concern a TLS connection."""

    def judged(bucket: Any, action: str, resource: str) -> Any:
        whole = bucket.policy
        bucket.policy = _relevant(whole)
        try:
            return get_permission(bucket, action, resource)
        finally:
            bucket.policy = whole

    return judged


def _relevant(policy: bytes | None) -> bytes | None:
    if policy is None:
        return None
    document = json.loads(policy)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return json.dumps({**document, "Statement": [each for each in statements if _concerns(each)]}).encode()


def _concerns(statement: Mapping[str, Any]) -> bool:
    conditions = statement.get("Condition", {})
    return all(_holds(operator, key, wanted) for operator, keys in conditions.items() for key, wanted in keys.items())


def _holds(operator: str, key: str, wanted: Any) -> bool:
    """Judge a condition on the connection; any other is left to moto."""
    has = CONNECTION.get(key.lower())
    judge = _OPERATORS.get(operator)
    values = wanted if isinstance(wanted, list) else [wanted]
    return has is None or judge is None or any(judge(has, str(value)) for value in values)
