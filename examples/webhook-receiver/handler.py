"""Lambda handler: keeps the transcript of each call beside its recordings in S3. It needs nothing but boto3, which Lambda has.

The request and the answer have payload format 2.0 of function URLs. An error of S3 leaves the handler, and Lambda answers 502:
Tavus does not document whether it sends the event again then. A repetition of what is stored changes nothing.
"""

import base64
import hmac
import json
import os
import re
from typing import Any

import boto3
import botocore.exceptions

MOST_BYTES = 1024 * 1024
"""Largest body that is taken; the text of an hour at 150 words a minute has about 60,000."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def handle(request: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer a request: 200 when the transcript is stored, 204 for other events, 4xx for what Tavus would not send."""
    # Compared in constant time, so that nobody finds out the path letter by letter.
    if not hmac.compare_digest(request["rawPath"].encode(), f"/{os.environ['SECRET_PATH']}".encode()):
        return {"statusCode": 404}
    if request["requestContext"]["http"]["method"] != "POST":
        return {"statusCode": 405}
    content = read_content(request)
    if len(content) > MOST_BYTES:
        return {"statusCode": 413}
    return {"statusCode": keep(content)}


def read_content(request: dict[str, Any]) -> bytes:
    """Return the body, which Lambda passes as text or in Base64."""
    body: str = request.get("body") or ""
    return base64.b64decode(body) if request.get("isBase64Encoded") else body.encode()


def keep(content: bytes) -> int:
    """Store the transcript that an event has; return the status to answer."""
    try:
        event = json.loads(content)
        if event["event_type"] != "application.transcription_ready":
            return 204
        id_, transcript = event["conversation_id"], event["properties"]["transcript"]
    except (ValueError, LookupError, TypeError):
        return 400
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        return 400
    store(f"{id_}/transcript.json", json.dumps(transcript, ensure_ascii=False).encode())
    return 200


def store(key: str, content: bytes) -> None:
    """Store an object, unless there is one: each call has one transcript, and what came first stays."""
    bucket = os.environ["BUCKET_NAME"]
    try:
        boto3.client("s3").put_object(
            Bucket=bucket, Key=key, Body=content, ContentType="application/json; charset=utf-8", IfNoneMatch="*"
        )
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
