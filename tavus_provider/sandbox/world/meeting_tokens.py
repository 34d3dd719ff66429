"""Meeting tokens, with which a participant enters a private room."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

# Not a secret: tokens of the sandbox only have to look like those of Daily.
_SECRET = b"local tavus"


def make_meeting_token(room: str, created: float, expires: float) -> str:
    """Return a signed JWT for the room, as Tavus does for require_auth; times in seconds since 1970."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"r": room, "iat": int(created), "exp": int(expires)}]
    unsigned = ".".join(_encode(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(_SECRET, unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{_encode(signature)}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
