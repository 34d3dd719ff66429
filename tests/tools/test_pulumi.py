"""The scripts in tools/pulumi, which find the Pulumi engine or get it, and run it.

The real scripts run as processes on a machine that has a PATH and a cache of its own. A stand-in for Go
writes at once what the real one builds in minutes; the real one builds the engine of the engine tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, run

import pytest

from tests.support.terminal import run_with_errors_at_terminal

TOOL = Path(__file__).parents[2] / "tools" / "pulumi"
INSTALL = (
    "tools/pulumi: no Pulumi engine was found, downloaded or built: install Pulumi 3.254.0 or later so that `pulumi` is on PATH "
    "(https://www.pulumi.com/docs/install/), then try again"
)

VERSIONS = {
    module: re.findall(r"github.com/pulumi/pulumi/sdk/v3 v(\S+)", (TOOL / module / "go.mod").read_text())[0]
    for module in ("engine", "language", "yaml", "oldest")
}
"""Versions of Pulumi's SDK with which each module is built."""
ENGINE = VERSIONS["engine"]

PULUMI = """
import json, os, sys
if sys.argv[1:] == ["version"]:
    sys.exit(print("{version}"))
print(json.dumps([os.environ["PATH"].split(os.pathsep), sys.argv[1:]]))
sys.exit(7)
"""

GO = """
import json, os, sys
from pathlib import Path
if sys.argv[1] == "version":
    sys.exit(print("go version {version} linux/amd64"))
if sys.argv[1] == "list":
    sys.exit(print(os.environ["SDK"]))
module = Path.cwd().name
with open(os.environ["BUILDS"], "a") as builds:
    print(json.dumps([module, os.getpid(), sys.argv[1:], dict(os.environ)]), file=builds)
if "GATE" in os.environ and module == "language":
    open(os.environ["GATE"]).read()
names = dict(engine="pulumi", language="pulumi-language-python", yaml="pulumi-language-yaml")
program = Path(sys.argv[sys.argv.index("-o") + 1], names[module])
program.parent.mkdir(exist_ok=True)
program.write_text(os.environ["BUILT"])
program.chmod(0o755)
"""


class Machine:
    """What the scripts see of a machine: programs on PATH, a cache, and a Go whose builds are counted."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.cache = root / "cache"
        self.gate = root / "gate"
        self.builds_file = root / "builds"
        self.env = {
            "PATH": str(self.bin),
            "HOME": str(root / "home"),
            "XDG_CACHE_HOME": str(self.cache),
            "BUILDS": str(self.builds_file),
            "BUILT": script(PULUMI.format(version=f"v{ENGINE}")),
            "SDK": str(root / "sdk"),
        }
        self.bin.mkdir()
        for name in ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"):
            install(root / "sdk" / name, "")

    def install_go(self, version: str = "go1.26.6") -> None:
        """Put Go on PATH."""
        install(self.bin / "go", GO.format(version=version))

    def install_pulumi(self, version: str, folder: str = "bin") -> Path:
        """Put Pulumi and its host for Python into a folder of the machine."""
        place = self.bin.parent / folder
        install(place / "pulumi-language-python", "")
        return install(place / "pulumi", PULUMI.format(version=version)).parent

    def get(self, *arguments: str, **env: str) -> CompletedProcess[str]:
        """Run get.py; without arguments it may use every source except the download."""
        return run(self.command(*arguments), env=self.env | env, capture_output=True, text=True, check=False)

    @contextmanager
    def getting(self, **env: str) -> Iterator[Popen[str]]:
        """Run get.py in the background."""
        with Popen(self.command(), env=self.env | env, stdout=PIPE, stderr=PIPE, text=True) as process:
            yield process

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of get.py."""
        return [sys.executable, str(TOOL / "get.py"), *(arguments or ("--only", "path,cache,build"))]

    def builds(self) -> list[list[object]]:
        """Return the module, process id, arguments and environment of each build so far."""
        return [json.loads(line) for line in self.builds_file.read_text().splitlines()]

    def kept(self) -> list[str]:
        """Return the names of what is in the cache."""
        return sorted(entry.name for entry in (self.cache / "tavus-provider/pulumi").glob("*") if entry.name != "lock")


def script(text: str) -> str:
    """Return Python text as a program that can be run without PATH."""
    return f"#!{sys.executable} -IS\n{text}"


def install(program: Path, text: str) -> Path:
    """Write a program made of Python text."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(script(text))
    program.chmod(0o755)
    return program


def read_until(process: Popen[str], text: str) -> None:
    """Wait for a line on stderr that has the text in it."""
    assert process.stderr is not None
    assert any(text in line for line in process.stderr)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine with nothing on PATH."""
    return Machine(tmp_path)


def test_recent_pulumi_on_path_is_used_without_a_message(machine: Machine) -> None:
    """A pulumi on PATH that is recent enough is the engine; nothing is built or kept."""
    folder = machine.install_pulumi("v3.300.1")
    machine.install_go()
    answer = machine.get()
    assert (answer.stdout, answer.stderr, answer.returncode) == (f"{folder}\n", "", 0)
    assert machine.kept() == []


@pytest.mark.parametrize("version", ["v3.100.0", "v3.253.9", "v4.0.0", "", "no version"])
def test_pulumi_of_another_version_is_skipped(machine: Machine, version: str) -> None:
    """A pulumi before 3.254.0, of another major version or without a version is named and skipped."""
    folder = machine.install_pulumi(version)
    answer = machine.get("--only", "path")
    assert f"path: `{folder}/pulumi version` answers '{version}', not a 3.x from 3.254.0 on" in answer.stderr
    assert answer.returncode == 1


def test_copy_is_used_if_pulumi_on_path_is_too_old(machine: Machine) -> None:
    """An old pulumi on PATH is skipped, and the engine is built and then kept."""
    machine.install_pulumi("v3.100.0")
    machine.install_go()
    made = machine.get()
    assert made.stdout.startswith(str(machine.cache))
    assert (machine.get().stdout, machine.get().stderr) == (made.stdout, "")


def test_pulumi_that_does_not_run_is_skipped(machine: Machine) -> None:
    """A pulumi on PATH that fails is named and skipped."""
    folder = machine.install_pulumi("v3.300.0")
    install(folder / "pulumi", "raise SystemExit(3)")
    answer = machine.get("--only", "path")
    assert f"path: `{folder}/pulumi version` does not work: " in answer.stderr
    assert answer.returncode == 1


def test_pulumi_without_its_host_for_python_is_skipped(machine: Machine) -> None:
    """A pulumi that could not run a Python program is no engine for this project."""
    folder = machine.install_pulumi("v3.300.0")
    (folder / "pulumi-language-python").unlink()
    answer = machine.get("--only", "path")
    assert f"path: {folder}/pulumi comes without pulumi-language-python\n" in answer.stderr
    assert answer.returncode == 1


def test_search_continues_after_an_old_pulumi(machine: Machine) -> None:
    """An old pulumi does not hide a recent one further down PATH."""
    old, recent = machine.install_pulumi("v3.100.0", "old"), machine.install_pulumi("v3.300.0", "recent")
    assert machine.get(PATH=f"{old}:{recent}").stdout == f"{recent}\n"


@pytest.mark.parametrize("linked", [False, True])
def test_launcher_on_path_is_not_mistaken_for_the_engine(machine: Machine, linked: bool) -> None:
    """The launcher of a checkout may be on PATH, itself or a link to it."""
    machine.install_pulumi("v3.300.0", "aside")
    install(machine.bin / "pulumi-language-python", "")
    if linked:
        (machine.bin / "pulumi").symlink_to(TOOL / "pulumi")
    answer = machine.get("--only", "path", PATH=f"{machine.bin}:{'' if linked else TOOL}")
    assert "path: no pulumi there\n" in answer.stderr
    assert answer.returncode == 1


def test_builds_all_modules_as_they_are_pinned(machine: Machine) -> None:
    """The hosts of languages and the engine are built from go.sum's modules, whatever the user's Go settings are."""
    machine.install_go()
    answer = machine.get(GOWORK="/elsewhere/go.work", GOFLAGS="-mod=mod")
    folder = Path(answer.stdout.strip())
    assert folder.name in machine.kept()
    hosts = {"pulumi-language-python", "pulumi-language-python-exec", "pulumi-language-yaml"}
    assert {"pulumi", *hosts, "pulumi-resource-pulumi-python"} == {
        program.name for program in folder.iterdir() if os.access(program, os.X_OK)
    }
    for module, _, arguments, env in machine.builds():
        assert isinstance(arguments, list)
        assert isinstance(env, dict)
        assert {"-mod=readonly", "-trimpath"} < set(arguments)
        assert f"version.Version=v{VERSIONS[str(module)]}" in " ".join(arguments)
        assert (env["GOWORK"], env["CGO_ENABLED"], env["GOTOOLCHAIN"]) == ("off", "0", "local")


def test_the_oldest_engine_that_is_taken_is_the_one_that_is_tested() -> None:
    """`make test-versions` builds the version that check.py names, and messages name it."""
    assert f'OLDEST = "{VERSIONS["oldest"]}"' in (TOOL / "check.py").read_text()
    assert f"install Pulumi {VERSIONS['oldest']} or later" in INSTALL


def test_a_terminal_shows_the_seconds_of_a_step(machine: Machine) -> None:
    """One line counts them, and is written over with what the step took; stdout has the folder alone."""
    machine.install_go()
    os.mkfifo(machine.gate)
    environment = {**machine.env, "GATE": str(machine.gate), "COLUMNS": "120"}

    def open_gate() -> None:
        time.sleep(2.5)
        machine.gate.open("w").close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(open_gate)
        printed, shown = run_with_errors_at_terminal(machine.command(), machine.bin, environment)
    assert printed == f"{machine.cache}/tavus-provider/pulumi/{machine.kept()[0]}\n"
    line = f"\r\x1b[Ktools/pulumi: build: Pulumi's host for Python ({VERSIONS['language']})"
    assert f"{line} ... 0 s{line} ... 1 s" in shown
    assert f" s{line}: " in shown


def test_each_step_is_shown_with_its_seconds(machine: Machine) -> None:
    """A build prints on stderr what it does, and how long each step took."""
    machine.install_go()
    lines = machine.get().stderr.splitlines()
    steps = [line.removesuffix(" ...") for line in lines if line.endswith(" ...")]
    assert len(steps) == 4
    assert all(any(line.startswith(f"{step}: ") and line.endswith(" s") for line in lines) for step in steps)


def test_copy_is_reused_without_a_message(machine: Machine) -> None:
    """The second call finds the copy of the first, says nothing and needs no Go."""
    machine.install_go()
    first = machine.get()
    (machine.bin / "go").unlink()
    second = machine.get()
    assert (second.stdout, second.stderr, second.returncode) == (first.stdout, "", 0)


def test_cache_is_in_the_home_folder_by_default(machine: Machine) -> None:
    """Without XDG_CACHE_HOME the copy is where the system keeps the caches of a user."""
    machine.install_go()
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    answer = machine.get(XDG_CACHE_HOME="")
    assert answer.stdout.startswith(f"{machine.env['HOME']}/{caches}/tavus-provider/pulumi/{ENGINE}-")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut short": lambda folder: os.truncate(folder / "pulumi", 10),
    "program gone": lambda folder: (folder / "pulumi-language-python").unlink(),
    "not to be run": lambda folder: (folder / "pulumi-language-python-exec").chmod(0o644),
    "record gone": lambda folder: (folder / "sizes.json").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_copy_is_built_again(machine: Machine, damage: str) -> None:
    """A copy with a program that is cut short, missing or not executable, or without its record, is never used."""
    machine.install_go()
    folder = Path(machine.get().stdout.strip())
    DAMAGES[damage](folder)
    assert f"cache: {folder} is damaged" in machine.get("--only", "cache").stderr
    assert machine.get().stdout == f"{folder}\n"
    assert machine.get("--only", "cache").stdout == f"{folder}\n"
    assert [module for module, *_ in machine.builds()] == ["language", "yaml", "engine"] * 2


def test_rebuild_replaces_a_good_copy(machine: Machine) -> None:
    """With --rebuild neither PATH nor the copy is used."""
    machine.install_go()
    first = machine.get()
    assert machine.get("--rebuild", "--only", "cache,build").stdout == first.stdout
    assert len(machine.builds()) == 6
    assert len(machine.kept()) == 1


def test_engine_that_does_not_run_is_not_kept(machine: Machine) -> None:
    """A built engine has to answer `pulumi version` before it is kept."""
    machine.install_go()
    answer = machine.get(BUILT=script("raise SystemExit(3)"))
    assert "pulumi version` does not work: " in answer.stderr
    assert answer.stderr.endswith(f"{INSTALL}\n")
    assert (answer.stdout, answer.returncode, machine.kept()) == ("", 1, [])


def test_second_process_waits_for_the_first(machine: Machine) -> None:
    """Two at once build once: the second says that it waits, and uses what the first has built."""
    machine.install_go()
    os.mkfifo(machine.gate)
    with machine.getting(GATE=str(machine.gate)) as first, machine.gate.open("w") as gate, machine.getting() as second:
        read_until(second, "another process is getting the engine: waiting for it")
        gate.close()
        answers = {first.communicate()[0], second.communicate()[0]}
    assert answers == {f"{machine.cache}/tavus-provider/pulumi/{machine.kept()[0]}\n"}
    assert [module for module, *_ in machine.builds()] == ["language", "yaml", "engine"]


def test_killed_build_leaves_no_copy(machine: Machine) -> None:
    """After a kill in the middle of a build there is no copy, and the next call cleans up and builds."""
    machine.install_go()
    os.mkfifo(machine.gate)
    with machine.getting(GATE=str(machine.gate)) as process, machine.gate.open("w"):
        process.kill()
        process.wait()
        assert [name.split("-")[0] for name in machine.kept()] == ["part"]
        assert machine.get("--only", "cache").returncode == 1
        assert machine.get().stdout == f"{machine.cache}/tavus-provider/pulumi/{machine.kept()[0]}\n"
    assert len(machine.kept()) == 1


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_ended_build_ends_go_and_cleans_up(machine: Machine, signum: signal.Signals) -> None:
    """Ctrl-C and a termination also end the compiler, without a traceback, and leave nothing behind."""
    # A script's background process ignores SIGINT and passes that on, unless the signal has a handler here.
    previous = signal.signal(signum, signal.default_int_handler)
    machine.install_go()
    os.mkfifo(machine.gate)
    with machine.getting(GATE=str(machine.gate)) as process, machine.gate.open("w"):
        signal.signal(signum, previous)
        process.send_signal(signum)
        _, errors = process.communicate()
    assert process.returncode == 128 + signum
    assert "Traceback" not in errors
    assert machine.kept() == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(machine.builds()[0][1])), 0)


def test_nothing_possible_ends_in_one_clear_message(machine: Machine) -> None:
    """Each source says in a line why not and what comes next; the last line says what to do; the exit code is 1."""
    machine.install_go("go1.26.5")
    nowhere = "http://127.0.0.1:9"
    answer = machine.get("--rebuild", https_proxy=nowhere, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    lines = answer.stderr.splitlines()
    assert any(f"download: Pulumi {ENGINE} failed after" in line and line.endswith("; next: build") for line in lines)
    assert "build: Go 1.26.6 failed after" in lines[-2]
    assert lines[-1] == INSTALL
    assert (answer.stdout, answer.returncode, machine.kept()) == ("", 1, [])


def test_cache_that_cannot_be_written_is_named(machine: Machine) -> None:
    """A cache that cannot be created is reported in one line, with its path and what to do."""
    machine.install_go()
    machine.cache.write_text("")
    answer = machine.get()
    last = answer.stderr.splitlines()[-1]
    assert str(machine.cache) in last
    assert last.endswith("; set XDG_CACHE_HOME to a folder that you may write to")
    assert answer.returncode == 1


def test_unknown_source_is_refused(machine: Machine) -> None:
    """An error names a misspelled source, and the sources that exist."""
    answer = machine.get("--only", "path,cash")
    assert "--only knows path, cache, download, build, not cash" in answer.stderr
    assert answer.returncode == 2


def test_launcher_puts_the_environment_first_and_passes_all_on(machine: Machine) -> None:
    """The launcher runs the engine with .venv/bin, then its folder, before PATH; arguments and exit code pass through."""
    machine.install_go()
    install(machine.bin / "python3", f"import os, sys\nos.execv({sys.executable!r}, ['python3', *sys.argv[1:]])")
    folder = machine.get().stdout.strip()
    checkout = machine.bin.parent / "checkout"
    shutil.copytree(TOOL, checkout / "tools/pulumi")
    (checkout / ".venv/bin").mkdir(parents=True)
    command = [str(checkout / "tools/pulumi/pulumi"), "up", "--yes"]
    answer = run(command, cwd=machine.bin, env=machine.env, capture_output=True, text=True, check=False)
    path, arguments = json.loads(answer.stdout)
    assert path == [str(checkout / ".venv/bin"), folder, str(machine.bin)]
    assert (arguments, answer.stderr, answer.returncode) == (["up", "--yes"], "", 7)


@pytest.mark.parametrize("line", ["virtualenv: mine # of the project", '"virtualenv": "mine",', "options: {virtualenv: mine}"])
@pytest.mark.parametrize("arguments", [["up"], ["up", "-C", "."], ["-C.", "up"], ["up", "--cwd=sub", "x"]])
def test_launcher_heeds_the_environment_of_the_project(machine: Machine, line: str, arguments: list[str]) -> None:
    """The option virtualenv of the nearest Pulumi.yaml comes before the checkout's environment."""
    machine.install_pulumi("v3.300.0")
    project = machine.bin.parent / "project"
    (project / "mine").mkdir(parents=True)
    (project / "sub").mkdir()
    (project / "Pulumi.yaml").write_text(f"name: shop\n# virtualenv: old\n{line}\n")
    command = [sys.executable, str(TOOL / "pulumi"), *arguments]
    answer = run(command, cwd=project, env=machine.env, capture_output=True, text=True, check=False)
    path, passed = json.loads(answer.stdout)
    assert (Path(path[0]), passed, answer.stderr) == (project / "mine/bin", arguments, "")


def test_launcher_says_that_the_environment_of_the_project_is_missing(machine: Machine) -> None:
    """It names the folder and what takes its place, except for `pulumi install`, which makes it."""
    machine.install_pulumi("v3.300.0")
    (machine.bin.parent / "Pulumi.yaml").write_text("runtime: {name: python, options: {virtualenv: mine}}\n")
    printed = []
    for command in ("up", "install"):
        line = [sys.executable, str(TOOL / "pulumi"), command]
        printed.append(run(line, cwd=machine.bin.parent, env=machine.env, capture_output=True, text=True, check=False).stderr)
    assert printed[0].startswith(
        f"tools/pulumi: Pulumi.yaml names {machine.bin.parent}/mine, which does not exist; using {TOOL.parents[1]}"
    )
    assert (printed[0].count("\n"), printed[1]) == (1, "")


def test_launcher_leaves_an_engine_on_path_in_its_place(machine: Machine) -> None:
    """The folder of an engine found on PATH is not moved before folders that hold, say, another python3."""
    first, recent = machine.bin, machine.install_pulumi("v3.300.0", "recent")
    command = [sys.executable, str(TOOL / "pulumi"), "stack", "ls"]
    answer = run(command, env=machine.env | {"PATH": f"{first}:{recent}"}, capture_output=True, text=True, check=False)
    path, _ = json.loads(answer.stdout)
    assert path[-2:] == [str(first), str(recent)]
