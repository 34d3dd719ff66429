"""JSON bodies: how requests are read and answers are written."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from .error_answers import ErrorAnswer


class JsonResponse(Response):
    """A JSON answer in ASCII, so that no character that a client sent can break it."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the bytes of the body."""
        return dumps(content)


def dumps(content: Any) -> bytes:
    """Return the content as ASCII JSON."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


def parse_json(body: bytes, content_type: str) -> Any:
    """Return the value of a request's body. Raises ErrorAnswer (400) for other content types and for bad JSON."""
    # The contract requires no body, so an empty one is an empty object.
    if not body:
        return {}
    if content_type.partition(";")[0].strip().lower() != "application/json":  # assumed: content-type
        raise ErrorAnswer(400, "Content-Type must be application/json")
    try:
        return json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise ErrorAnswer(400, "The body is not valid JSON") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    # 1e999 is valid JSON, but Python reads it as infinity, which no answer could repeat.
    value = float(number)
    return value if math.isfinite(value) else _refuse(number)


def query_boolean(query: Mapping[str, str], name: str) -> bool:
    """Return a boolean query parameter, false when absent."""
    return query.get(name, "").lower() in ("true", "1")
