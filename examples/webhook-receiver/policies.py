"""What the function and those who call it may do, and what its secret path has to be."""

import json
import re
from collections.abc import Mapping

import pulumi

ASSUME = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
EVERYBODY: dict[str, dict[str, object]] = {
    "url": {"action": "lambda:InvokeFunctionUrl", "function_url_auth_type": "NONE"},
    "invoke": {"action": "lambda:InvokeFunction", "invoked_via_function_url": True},
}
"""Permissions by which everybody may call the address: Tavus documents no signature, so the handler asks for the secret path.

Source: AWS docs, "Control access to Lambda function URLs": from October 2025 on, both are needed.
"""


def allow_transcripts(bucket: str) -> dict[str, object]:
    """Return the statement by which the function may store transcripts, and nothing else, in the bucket."""
    return {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*/transcript.json"}


def allow_logs(log_group_arn: str) -> dict[str, object]:
    """Return the statement by which the function may write its log."""
    return {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{log_group_arn}:*"}


def to_policy(*statements: Mapping[str, object]) -> str:
    """Return a policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def check_path(path: str) -> str:
    """Return the path. Raises pulumi.RunError, which does not show it, where somebody could guess it or no address has it."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,}", path):
        raise pulumi.RunError("secret_path must have at least 20 letters, digits, hyphens or underscores: openssl rand -hex 16")
    return path
