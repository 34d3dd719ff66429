"""AWS's library is loaded with the first call to AWS, not by a program that only declares."""

from __future__ import annotations

import subprocess
import sys


def test_to_import_everything_loads_no_boto3() -> None:
    """Neither the storage nor its parts; programs start faster, and boto3 is the plugin's business."""
    modules = (
        *(
            "aws",
            "bucket",
            "bucket_settings",
            "contents",
            "errors",
            "existing",
            "key_grants",
            "managed",
            "permissions",
            "policies",
        ),
        *("role", "role_settings", "storage"),
    )
    program = "; ".join([f"import tavus_provider.recording.{name}" for name in modules])
    check = "import sys; print([name for name in sys.modules if name.split('.')[0] in ('boto3', 'botocore')])"

    told = subprocess.run([sys.executable, "-c", f"{program}; {check}"], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
