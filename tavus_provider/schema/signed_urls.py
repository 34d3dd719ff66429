"""Signed URLs: a new signature in each run, but the same file.

Sources: Amazon S3 API reference, "Authenticating Requests: Using Query Parameters"; Google Cloud documentation, "Signed URLs";
Azure Storage documentation, "Create a service SAS".
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

_AWS = {"AWSAccessKeyId", "Signature", "Expires", "Key-Pair-Id", "Policy"}
_AZURE = {"sv", "sr", "st", "se", "sp", "sip", "spr", "sig", "skoid", "sktid", "skt", "ske", "sks", "skv"}
_PREFIXES = ("x-amz-", "x-goog-")


def remove_signature(url: str) -> str:
    """Return `url` without the query parameters of its signature; a URL without a signature is returned unchanged."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in query}
    signing = {name for name in names if name.lower().startswith(_PREFIXES)}
    # Names such as `Expires` and `se` belong to a signature only if the signature itself is there.
    signing |= _AWS if "Signature" in names else set()
    signing |= _AZURE if "sig" in names else set()
    if not names & signing:
        return url  # encoding the query again could spell it differently
    return parts._replace(query=urlencode([pair for pair in query if pair[0] not in signing])).geturl()
