"""Secrets: no planted value is in clear text in anything that a stack's life prints or writes."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import PASSPHRASE, Stack
from tests.support.conversations import PERSONA

KEY = "tvs-planted-key"
SECOND_KEY = "tvs-planted-second-key"
HOOK = "http://127.0.0.1:9/planted-path?token=planted-token"
PLAIN_HOOK = "http://127.0.0.1:9/plain-path?token=plain-token"
AWS = {
    "aws:accessKey": ("AWS_ACCESS_KEY_ID", "PLANTEDACCESSKEY"),
    "aws:secretKey": ("AWS_SECRET_ACCESS_KEY", "planted/secret+access/key"),
    "aws:token": ("AWS_SESSION_TOKEN", "planted-session-token"),
}
"""Keys of the configuration, each with the variable that is read instead, and its value."""
LAYERS = {
    "llm": {
        "model": "mine",
        "base_url": "https://llm.example.com",
        "api_key": "planted-llm-key",
        "headers": {"Authorization": "planted-header"},
    },
    "tts": {"tts_engine": "elevenlabs", "api_key": "planted-tts-key"},
}
"""Layers that the program gives a persona in plain text."""
OF_LAYERS = ("planted-llm-key", "planted-header", "planted-tts-key")
PLANTED = [KEY, SECOND_KEY, "planted-path", "planted-token", PASSPHRASE, *(value for _, value in AWS.values()), *OF_LAYERS]
PROGRAM = f"""
import os
storage = tavus.RecordingStorage('recordings', force_destroy=True)
hidden = dict(persona_id={PERSONA!r}, callback_url=pulumi.Output.secret(os.environ['WRONG'] + {HOOK!r}))
plain = dict(persona_id={PERSONA!r}, callback_url=os.environ['WRONG'] + {PLAIN_HOOK!r})
room = tavus.Conversation('room', require_auth=True, enable_recording=True, recording_storage=storage.destination, **hidden)
account = tavus.Account('second', api_key=pulumi.Output.secret({SECOND_KEY!r}), base_url=os.environ['SECOND_URL'])
tavus.Conversation('there', pulumi.ResourceOptions(provider=account), **hidden)
tavus.Conversation('hall', language=os.environ['LANGUAGE'], **plain)
tavus.Persona('coach', system_prompt=os.environ['LANGUAGE'], **{LAYERS!r})
pulumi.export('token', room.meeting_token)
pulumi.export('hook', room.callback_url)
"""


@dataclass
class Life:
    """Stack, and the place where each printed and written text of its life was first seen."""

    stack: Stack
    folders: list[Path]
    seen: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def run_pulumi(self, *args: str, fails: bool = False) -> None:
        """Run a command of Pulumi's and note its output and files."""
        self.note(f"pulumi {' '.join(args)}", self.stack.pulumi(*args, fails=fails))

    def run_command(self, *args: str) -> None:
        """Run a command of ours for the stack's account, and note what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", "from tavus_provider.cli import main; main()", *args],
            cwd=self.stack.project,
            env=self.stack.variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.note(f"tavus-provider {' '.join(args)} (exit code {done.returncode})", done.stdout)

    def note(self, what: str, printed: str = "") -> None:
        """Note what was printed, and all files as they are now, except the program."""
        self.seen.setdefault(printed, what)
        files = (path for folder in self.folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".py")
        for path in files:
            with suppress(FileNotFoundError):
                self.seen.setdefault(path.read_bytes().decode(errors="replace"), f"{path} after {what}")

    def note_token(self) -> None:
        """Note the token of the private room as it is now."""
        self.tokens.add(self.stack.outputs()["token"])


def read_pickles(text: str) -> Iterator[str]:
    """Yield what the pickled providers in a state hold."""
    for encoded in set(re.findall(r'"__provider": ?"([A-Za-z0-9+/=]+)"', text)):
        yield base64.b64decode(encoded).decode(errors="replace")


def echo(key: str) -> dict[str, str]:
    """Return an answer that repeats the request."""
    return {"error": f"{HOOK} and {PLAIN_HOOK} cannot be reached with {key}"}


def live(life: Life, tavus: Sandbox, second: Sandbox) -> None:
    """Lead a stack through mistakes, refusals, a lost answer, a kill, and all commands that report on it."""
    stack = life.stack
    stack.environment["WRONG"] = "example.com/"
    life.run_pulumi("preview", "--diff", fails=True)
    stack.environment["WRONG"] = ""
    tavus.control.inject("create", status=400, json=echo(KEY), contains='"hall-')
    tavus.control.inject("create", close="rst", when="after", contains='"room-')
    second.control.inject("create", status=500, json=echo(SECOND_KEY), times=None)
    life.run_pulumi("up", "--yes", "--skip-preview", "--diff", "--continue-on-error", fails=True)
    second.control.clear_faults()
    life.run_pulumi("up", "--yes", "--skip-preview", "--debug", "--diff")
    life.note_token()
    stack.environment["LANGUAGE"] = "German"
    stack.kill_at(tavus, "create", "after", "pulumi")
    life.note("a kill")
    for args in ((), ("--all",), ("--json",), ("--orphans",), ("--orphans", "--json"), ("--orphans", "--end", "--yes")):
        life.run_command("conversations", "--stack", "dev", *args)
    life.run_command("recordings", "dev")
    life.run_pulumi("preview", "--diff")
    life.run_pulumi("up", "--yes", "--diff")
    life.run_pulumi("refresh", "--yes", "--diff", "--debug", "--logtostderr", "-v=7")
    life.run_pulumi("stack", "output")
    life.run_pulumi("stack", "export")
    life.run_pulumi("stack", "history")
    life.run_pulumi("destroy", "--yes", "--skip-preview", "--diff", "--debug")


@pytest.mark.parametrize(("source", "log"), [("configuration", ""), ("environment", "debug")])
def test_no_planted_secret_is_found_anywhere(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], source: str, log: str, moto_server: str
) -> None:
    """A whole life, with and without tracebacks, leaves none in a state, backup, journal, log, pickled provider or output."""
    with Sandbox(key=KEY, aws_endpoint=moto_server) as tavus, Sandbox(key=SECOND_KEY) as second:
        stack = new_stack(tavus)
        plant(stack, source)
        stack.environment.update(TAVUS_LOG=log, SECOND_URL=second.url, LANGUAGE="English")
        stack.environment.update(TAVUS_SETTLE_TIMEOUT="1", TAVUS_RETRY_TIMEOUT="0.5")
        stack.program(PROGRAM)
        life = Life(stack, [stack.state, stack.project, Path(os.environ["TAVUS_STATE_DIR"])])
        live(life, tavus, second)

    assert life.tokens
    assert find_values({*PLANTED, *life.tokens}, life.seen) == []
    lines = [(line, where) for text, where in life.seen.items() for line in text.splitlines()]
    ours = {line: where for line, where in lines if "Failed" in line or "intents" in where}
    assert len(ours) > 10
    assert find_values({"plain-path", "plain-token"}, ours) == []


def plant(stack: Stack, source: str) -> None:
    """Give the stack its keys by configuration or by environment, and in no other way."""
    keys = {"tavus:apiKey": ("TAVUS_API_KEY", KEY), **AWS}
    for key, (variable, value) in keys.items():
        if source == "configuration":
            stack.pulumi("config", "set", "--secret", key, value)
        stack.environment[variable] = value if source == "environment" else ""


def find_values(values: set[str], seen: dict[str, str]) -> list[str]:
    """Return where the values are."""
    return sorted({f"{value} in {where}" for text, where in seen.items() for value in values if contains(value, text)})


def contains(value: str, text: str) -> bool:
    """Return whether a text or a provider pickled in it contains a value."""
    return value in text or any(value in each for each in read_pickles(text))
