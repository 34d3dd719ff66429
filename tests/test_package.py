"""The package as a whole: what is public, what importing it loads, how large its parts are, and that it installs from a wheel."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import venv
from importlib.util import resolve_name
from pathlib import Path

import pytest

import tavus_provider
from tools import docs

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("tavus_provider", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


UNUSED = {*"boto3 botocore click httpx jsonschema moto pulumi_aws pydantic rich starlette typer uvicorn".split()}
"""Modules that other parts of the package need, or that its dependencies would load."""


def loaded_modules(code: str) -> set[str]:
    """Return the modules that are loaded after `code` in a fresh Python."""
    command = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_public_names_are_those_of_the_stub() -> None:
    """The stub, which editors and type checkers read, has the names that the package has, sorted, and each can be loaded."""
    stub = ast.parse((ROOT / "tavus_provider" / "__init__.pyi").read_text())
    (names,) = (ast.literal_eval(node.value) for node in stub.body if isinstance(node, ast.Assign))
    assert names == sorted(names) == tavus_provider.__all__ == dir(tavus_provider)
    assert all(getattr(tavus_provider, name) is not None for name in names)


def test_importing_loads_only_what_every_program_needs() -> None:
    """A resource is loaded when it is first named; that loads neither boto3, the HTTP client, the sandbox nor the commands.

    The commands and the sandbox load Pulumi's SDK only where they need it.
    """
    package = loaded_modules("import tavus_provider")
    used = loaded_modules("from tavus_provider import Conversation, RecordingStorage")
    assert not (package | used) & UNUSED
    assert not loaded_modules("import tavus_provider.sandbox, tavus_provider.cli.main") & {"pulumi", "grpc"}
    assert not [name for name in package if name.startswith(("tavus_provider.resources", "tavus_provider.recording"))]
    assert not [
        name for name in used if name.startswith(("tavus_provider.sandbox", "tavus_provider.cli", "tavus_provider.lookups"))
    ]


def imported_modules(path: Path) -> set[str]:
    """Return the full names of the modules that a file of the package imports from."""
    package = ".".join(path.parent.relative_to(ROOT).parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            found |= {module} if node.module else {f"{module}.{alias.name}" for alias in node.names}
    return found


def test_the_package_imports_itself_relatively() -> None:
    """No file of the package imports another one by the package's name."""
    for path in (ROOT / "tavus_provider").rglob("*.py*"):
        if path.suffix in (".py", ".pyi"):
            imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
            modules = [node.module or "" for node in imports if isinstance(node, ast.ImportFrom) and node.level == 0]
            names = [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names]
            assert [name for name in modules + names if name.split(".")[0] == "tavus_provider"] == [], path


def test_the_sandbox_shares_no_code_with_the_provider() -> None:
    """The local Tavus imports from its own folder only, so that it and the provider are able to disagree."""
    for path in (ROOT / "tavus_provider" / "sandbox").rglob("*.py"):
        ours = {name for name in imported_modules(path) if name.split(".")[0] == "tavus_provider"}
        assert {name for name in ours if name.split(".")[1] != "sandbox"} == set(), path


def test_the_folders_of_the_sandbox_import_each_other_in_one_direction() -> None:
    """A folder of the sandbox imports at run time only from folders that the list has before it."""
    order = ["api", "records", "objects", "personas", "world", "aws", "faults", "control", "pages"]
    for path in (ROOT / "tavus_provider" / "sandbox").glob("*/*.py"):
        later = order[order.index(path.parent.name) + 1 :]
        body = ast.parse(path.read_text()).body
        imports = [(node.module or "").partition(".")[0] for node in body if isinstance(node, ast.ImportFrom) and node.level == 2]
        assert [name for name in imports if name in later] == [], path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    """A file has under 400 lines and a function at most 40."""
    text = path.read_text()
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    assert text.count("\n") < 400
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40] == []


def test_the_version_is_the_one_of_the_changelog() -> None:
    """The newest heading of the changelog is the package's version."""
    heading = next(line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## "))
    assert heading.removeprefix("## ").partition(",")[0] == tavus_provider.__version__


def test_the_docs_are_what_the_field_tables_say() -> None:
    """Every page in docs/ is current."""
    assert [path.name for path, text in docs.render_pages().items() if path.read_text() != text] == []


def test_the_wheel_installs_into_an_empty_environment(tmp_path: Path) -> None:
    """The wheel builds, installs with its dependencies alone, carries its types, and works."""
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    code = "import tavus_provider as t, pathlib; print(t.__version__, pathlib.Path(t.__file__).with_name('py.typed').exists())"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == [tavus_provider.__version__, "True"]
    hint = subprocess.run([python.with_name("tavus-provider")], capture_output=True, text=True, check=False)
    assert "pip install 'tavus-provider[cli]'" in hint.stderr


def test_the_dependencies_stand_in_one_list() -> None:
    """requirements.txt is what the package declares, so that `pulumi install` and `pip install` agree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.txt"]}
    assert "dependencies" in project["project"]["dynamic"]
