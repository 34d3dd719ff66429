"""Where an intent comes from: the backend that keeps the stack's state, and the run of the engine.

Stacks of equal names in two backends are different stacks, but a URN does not tell them apart.
"""

from __future__ import annotations

import functools
import json
import os
import re
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
"""Source: Pulumi docs, "Pulumi project file reference"."""


def backend_address(folder: Path | None = None) -> str:
    """Return the address of the backend that a stack of the project in `folder` is kept in, without what may be secret in it.

    folder: by default the current one. "" where nobody is logged in to any. Source: Pulumi docs, "State and backends":
    PULUMI_BACKEND_URL, then the project's `backend.url`, then the login.
    """
    return _backend(
        os.environ.get("PULUMI_BACKEND_URL", ""), (folder or Path.cwd()).absolute(), os.environ.get("PULUMI_HOME", "~/.pulumi")
    )


@functools.cache
def _backend(given: str, folder: Path, home: str) -> str:
    url = given or _of_project(folder) or _content(Path(home).expanduser() / "credentials.json").get("current", "")
    parts = urlsplit(str(url))
    if parts.scheme == "file":
        path = Path(parts.netloc + parts.path).expanduser()
        return f"file://{os.path.realpath(folder / path)}"  # one folder can have several names
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}" if url else ""


def is_without_stack(backend: str, urn: str) -> bool:
    """Tell whether a backend, a folder, has no stack of a URN's name any more: it was renamed or removed.

    False for any other backend, which cannot be asked. Source: Pulumi's `pkg/backend/diy`, where a stack's file is.
    """
    folder = Path(backend.removeprefix("file://")) / ".pulumi" / "stacks"
    if not backend.startswith("file://") or not folder.is_dir():
        return False
    stack, project = urn.split("::")[:2]
    stack = stack.rpartition(":")[2]
    return not any((folder / each / f"{stack}.json{end}").exists() for each in (project, "") for end in ("", ".gz"))


def _of_project(folder: Path) -> str:
    for each in (folder, *folder.parents):
        for name in _PROJECT_FILES:
            if (each / name).is_file():
                return str((_content(each / name).get("backend") or {}).get("url", ""))
    return ""


def _content(path: Path) -> dict[str, Any]:
    """Return the object in a file of YAML or JSON, which is YAML too; {} where there is none."""
    import yaml  # noqa: PLC0415  # PULUMI_BACKEND_URL, or a program without intents, does without

    try:
        text = path.read_text()
        found = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def engine_address() -> str:
    """Return the address of the engine that started this plugin process, its last argument; "" in any other process."""
    last = sys.argv[-1] if sys.argv else ""
    return last if re.fullmatch(r"127\.0\.0\.1:\d+", last) else ""


def is_listening(address: str) -> bool:
    """Tell whether somebody listens at an `engine_address`: the run that it belongs to still goes on."""
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1.0).close()
    except TimeoutError:
        return True  # a busy machine
    except (OSError, ValueError):
        return False
    return True
