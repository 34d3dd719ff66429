"""The package's folders: which may import which, which load without Pulumi, and what state modules may hold."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tavus_provider"

MAY_IMPORT = {
    "version": set[str](),
    "schema": set[str](),
    "api": {"schema", "version"},
    "aws_settings": {"api", "schema"},
    "settings": {"api", "aws_settings", "schema"},
    "journal": {"api", "settings"},
    "lifecycle": {"api", "journal", "schema", "settings"},
    "objects": {"api", "lifecycle", "schema"},
    "conversations": {"api", "journal", "lifecycle", "schema", "settings"},
    "dynamic": {"api", "journal", "lifecycle", "schema", "settings"},
    "program": {"api", "dynamic", "journal", "lifecycle", "schema", "settings"},
    "resources": {"conversations", "dynamic", "objects", "program", "schema"},
    "recording": {
        *("api", "aws_settings", "conversations", "dynamic", "journal", "lifecycle", "program", "schema", "settings"),
        "version",
    },
    "lookups": {"api", "conversations", "dynamic", "journal", "lifecycle", "objects", "resources", "schema", "settings"},
    "native": {"api", "dynamic", "journal", "lifecycle", "lookups", "program", "resources", "schema", "settings", "version"},
    "export": {"api", "journal", "lifecycle", "lookups", "native", "schema"},
    "cli": {
        *(
            "api",
            "conversations",
            "dynamic",
            "export",
            "journal",
            "lifecycle",
            "objects",
            "recording",
            "resources",
            "sandbox",
            "schema",
            "settings",
        ),
        "version",
    },
    "sandbox": set[str](),
    "testing": {
        *("api", "dynamic", "journal", "lifecycle", "native", "program", "recording", "sandbox", "schema", "settings"),
    },
    "__init__": {"program", "version"},
}
"""The folders and files of the package, each with those that it imports at run time."""

WITHOUT_PULUMI = ("api", "schema", "aws_settings", "settings", "journal", "lifecycle", "objects", "conversations")
"""What a plugin of another kind, or a command, can load without Pulumi's SDK."""

STATE = {
    "api/client.py": {"_client_lock"},
    "native/components.py": {"_lock"},
    "recording/aws/clients.py": {"_lock"},
}
"""Mutable names of modules, by file: locks for what is made once in a process. Functions that cache are not counted."""

FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "sandbox" not in path.relative_to(PACKAGE).parts]


def find_imports(path: Path) -> Iterator[str]:
    """Yield the folder or file of the package that each import at run time is of."""
    package = path.relative_to(PACKAGE).parts[:-1]
    tree = ast.parse(path.read_text())
    guarded = {each for node in ast.walk(tree) if is_type_check(node) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level and node not in guarded:
            base = package[: len(package) - node.level + 1]
            names = [*base, *(node.module or "").split(".")] if node.module else [*base, node.names[0].name]
            yield names[0]


def is_type_check(node: ast.AST) -> bool:
    """Tell whether a node is the body of `if TYPE_CHECKING`, which never runs."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_folders_import_only_the_folders_below_them(path: Path) -> None:
    """A file imports only from its own folder and from those that its folder may import."""
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert set(find_imports(path)) - MAY_IMPORT[own] - {own} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_one_file_puts_ids_into_addresses(path: Path) -> None:
    """No call has a path that an id was formatted into: api/paths.py returns such paths, and checks the id."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    paths = [node.args[1] for node in calls if isinstance(node.func, ast.Name) and node.func.id == "Call"]
    formatted = [part for each in paths if isinstance(each, ast.JoinedStr | ast.BinOp) for part in ast.walk(each)]
    assert [part for part in formatted if isinstance(part, ast.Name) and part.id.startswith("id")] == []


def test_imports_run_in_a_circle_nowhere() -> None:
    """The folders can be put into an order in which each imports only those before it."""
    left = dict(MAY_IMPORT)
    while left:
        free = {name for name, others in left.items() if not others & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {name: others for name, others in left.items() if name not in free}


def test_lifecycles_load_without_pulumi() -> None:
    """Field tables, lifecycles, the journal and the client load neither pulumi nor grpc."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in FILES
        if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in WITHOUT_PULUMI
    ]
    code = f"import importlib, sys; [importlib.import_module(m) for m in {modules!r}]; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in loaded if name.split(".")[0] in ("pulumi", "grpc", "boto3")} == set()


PUBLIC_IN_SPITE = {"_exit", "_replace"}
"""Documented methods whose names begin with an underscore: those of named tuples."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_private_names_of_others_stand_in_one_file(path: Path) -> None:
    """No other file uses a name of Python or of a library that begins with an underscore."""
    if path.name != "private_names.py":
        assert set(find_private_names(path)) - PUBLIC_IN_SPITE == set()


def find_private_names(path: Path) -> Iterator[str]:
    """Yield the private names that a file uses and does not define itself."""
    tree = ast.parse(path.read_text())
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield from (each.name for each in node.names if is_private(each.name))
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own and not is_own(node.value):
            yield node.attr


def is_private(name: str) -> bool:
    """Tell whether a name begins with one underscore."""
    return name.startswith("_") and not name.startswith("__")


def is_own(value: ast.expr) -> bool:
    """Tell whether an attribute is of the object itself or of its class."""
    return isinstance(value, ast.Call) or (isinstance(value, ast.Name) and value.id in ("self", "cls"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_hold_no_state(path: Path) -> None:
    """What a process learns is in its Run: no module keeps a set, list, dict or lock that changes."""
    held = {name for name, value in find_assignments(path) if is_mutable(value)}
    constants = {name for name in held if name.strip("_").isupper() or name == "__all__"}
    assert held - constants == STATE.get(path.relative_to(PACKAGE).as_posix(), set())


def find_assignments(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield names and values that a module assigns at its top level."""
    for node in ast.parse(path.read_text()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        value = getattr(node, "value", None)
        if value is not None:
            yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))


def is_mutable(value: ast.expr) -> bool:
    """Tell whether an expression makes something that can change: a collection, or an object of the standard library."""
    makers = {"set", "list", "dict", "Lock", "RLock", "Semaphore", "Counter", "defaultdict", "WeakKeyDictionary"}
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return isinstance(value, ast.List | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp) or name in makers
