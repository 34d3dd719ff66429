"""boto3 is loaded by the first call to AWS, not by a program that only declares storage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import tavus_provider


def test_importing_everything_loads_no_boto3() -> None:
    """No module of the storage loads boto3 when it is imported, but what the first call to AWS loads."""
    package = Path(tavus_provider.__file__).parent
    every = package.joinpath("recording").rglob("*.py")
    files = [path for path in every if path.stem not in ("__init__", "storage_aws") and path.parent.name != "config"]
    names = [".".join(path.relative_to(package.parent).with_suffix("").parts) for path in files]
    assert "tavus_provider.recording.s3.bucket_handle" in names
    program = "; ".join(f"import {name}" for name in names)
    check = "import sys; print([name for name in sys.modules if name.split('.')[0] in ('boto3', 'botocore')])"

    result = subprocess.run([sys.executable, "-c", f"{program}; {check}"], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"
