"""Pulumi stack on the real engine, driven by its command line as a user does it."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tavus_provider.sandbox.faults.operations import Operation
from tools.stacks import environment, pulumi

PASSPHRASE = "correct horse battery staple"
_SUMMARIES = (
    "error: preview failed",
    "error: update failed",
    "error: an unhandled error occurred: program exited",
    "error: Resource monitor has terminated",  # Pulumi 3.274 prints it after any of these
)


class CommandError(AssertionError):
    """Command that ended otherwise than the test expected; holds what it printed."""


@dataclass
class Stack:
    """Project folder with one stack, whose state is in a folder beside it. Commands return what they printed.

    engine: the `pulumi` that runs, by default the one in use.
    """

    project: Path
    state: Path
    environment: dict[str, str] = field(default_factory=dict)
    name: str = "dev"
    engine: str = ""

    def pulumi(self, *args: str, fails: bool = False) -> str:
        """Run `pulumi ARGS` in the project; `fails` states whether it has to fail."""
        done = subprocess.run(
            [self.engine or pulumi(), *args, "--non-interactive"],
            cwd=self.project,
            env=self.variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if fails is not bool(done.returncode):
            raise CommandError(f"pulumi {' '.join(args)} exited with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def run_script(self, script: str) -> str:
        """Run the lines of a page in the project with bash, which ends at the first one that fails; they choose their stacks."""
        environment = {**self.variables(), "PULUMI_SKIP_CONFIRMATIONS": "true"}
        environment.pop("PULUMI_STACK")
        command = ["bash", "-eu", "-o", "pipefail", "-c", script]
        done = subprocess.run(
            command, cwd=self.project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode:
            raise CommandError(f"the page's commands exited with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def kill_at(self, sandbox: Sandbox, operation: Operation, when: When, victim: str, command: str = "up") -> None:
        """Run `pulumi up` (or `destroy`) and `kill -9` it while the next `operation` is held before or after processing.

        victim: "pulumi", the command with all processes that it started; "command", only the process that the user started; or
        "plugin", the process that runs the provider.
        A call held before processing is never processed. The lock that a dead command leaves is removed.
        """
        sandbox.control.hold(operation, when=when)
        self.kill_when(sandbox.control.wait_for_held, lambda: sandbox.control.release(drop=when == "before"), victim, command)
        sandbox.control.clear_faults()

    def _wait_for_checkpoint(self) -> None:
        """Wait until the engine writes no more: other resources of the stack go on while one is held.

        The engine does not replace its state file but writes it anew, so a kill in the middle would leave half a file.
        """
        before, now = None, self._checkpoint_times()
        while before != now:
            time.sleep(0.4)
            before, now = now, self._checkpoint_times()

    def _checkpoint_times(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in self.state.rglob("stacks/**/*.json")}

    def kill_when(self, wait_held: Callable[[], object], release: Callable[[], object], victim: str, command: str = "up") -> None:
        """Run a command and `kill -9` it once `wait_held` returns: a call is held until `release`; victim as for kill_at."""
        process = subprocess.Popen(
            [pulumi(), command, "--yes", "--skip-preview", "--non-interactive"],
            cwd=self.project,
            env=self.variables(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_held()
        if victim == "pulumi":
            self._wait_for_checkpoint()
            for each in session_processes(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            process.wait()
            release()
            self.pulumi("cancel", "--yes")
        elif victim == "command":
            plugins = plugin_processes(process.pid)
            process.kill()
            process.wait()
            for each in plugins:
                wait_for_end(each)
            release()
            self.pulumi("cancel", "--yes")
        else:
            for each in plugin_processes(process.pid):
                os.kill(each, signal.SIGKILL)
            release()
            assert process.wait() != 0

    def init(self) -> Stack:
        """Create the stack."""
        self.state.mkdir(parents=True, exist_ok=True)
        self.pulumi("stack", "init", self.name)
        return self

    def configure(self, **settings: object) -> None:
        """Set configuration of the project's own, in plain text."""
        self.pulumi("config", "set-all", *(f"--plaintext={name}={value}" for name, value in settings.items()))

    def program(self, text: str) -> None:
        """Write a new program."""
        (self.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (self.project / "__main__.py").write_text("import pulumi\nimport tavus_provider as tavus\n\n" + text)

    def declare(self, **args: Any) -> None:
        """Write a program that declares one conversation, `call`, and exports its outputs."""
        self.program(
            f"call = tavus.Conversation('call', **{args!r})\n"
            "for output in ('conversation_id', 'conversation_name', 'status', 'conversation_url', 'replica_id', 'persona_id',\n"
            "               'created_at', 'meeting_token'):\n"
            "    pulumi.export(output, getattr(call, output))\n"
        )

    def up(self, *args: str, fails: bool = False) -> str:
        """Run `pulumi up` without its own preview."""
        return self.pulumi("up", "--yes", "--skip-preview", *args, fails=fails)

    def preview(self, *args: str, fails: bool = False) -> str:
        """Run `pulumi preview --diff`."""
        return self.pulumi("preview", "--diff", *args, fails=fails)

    def refresh(self) -> str:
        """Run `pulumi refresh`."""
        return self.pulumi("refresh", "--yes", "--skip-preview")

    def destroy(self, fails: bool = False) -> str:
        """Run `pulumi destroy`."""
        return self.pulumi("destroy", "--yes", "--skip-preview", fails=fails)

    def plan(self, *args: str) -> dict[str, str]:
        """Return the step that a preview shows for each resource, by name: create, update, replace, delete, same, read."""
        printed = self.pulumi("preview", "--json", *args)
        # Before it there may be warnings, such as that of a language host from PATH.
        steps = json.loads(printed[printed.index("{") :])["steps"]
        return {step["urn"].rpartition("::")[2]: step["op"] for step in steps if "pulumi:pulumi:Stack" not in step["urn"]}

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, secrets in clear."""
        outputs: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json", "--show-secrets"))
        return outputs

    def export(self) -> str:
        """Return the exported state, secrets encrypted."""
        return self.pulumi("stack", "export")

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the state's resources by name, without the stack and the engine's providers."""
        resources = json.loads(self.export())["deployment"].get("resources", [])
        return {each["urn"].rpartition("::")[2]: each for each in resources if not each["type"].startswith("pulumi:")}

    def variables(self) -> dict[str, str]:
        """Return the environment in which commands of this stack run."""
        engine = environment(self.state, PASSPHRASE)
        return {
            **os.environ,
            **engine,
            "PATH": os.pathsep.join([str(Path(__file__).with_name("bin")), engine["PATH"]]),
            "PIP_LIST": _pip_list(),
            "PULUMI_STACK": self.name,
            **self.environment,
        }


@functools.cache
def _pip_list() -> str:
    """Return a file with the installed packages, in the format of pip; the system deletes it."""
    with tempfile.NamedTemporaryFile(prefix="pip-list-", delete=False) as file:
        subprocess.run([sys.executable, "-m", "pip", "list", "-v", "--format", "json"], stdout=file, check=True)
    return file.name


def errors(printed: str) -> list[str]:
    """Return the errors in what a command printed, each once, without the engine's own summary."""
    lines = dict.fromkeys(line.strip() for line in printed.splitlines() if line.strip().startswith("error: "))
    return [line for line in lines if not line.startswith(_SUMMARIES)]


def session_processes(leader: int) -> dict[int, str]:
    """Return the processes that a command started, with their command lines; plugins have process groups of their own."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getsid(int(folder.name)) == leader:
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
    return found


def wait_for_end(process: int) -> None:
    """Wait until a process that somebody else started has ended."""
    while Path(f"/proc/{process}").exists():
        time.sleep(0.05)


def plugin_processes(leader: int) -> list[int]:
    """Return the processes of a command that serve Python's dynamic providers, or are the native plugin: YAML starts two."""
    plugins = ("python3 -u -m pulumi.dynamic", "bin/pulumi-resource-tavus ")
    return [process for process, command in session_processes(leader).items() if any(each in command for each in plugins)]
