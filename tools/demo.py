"""The main job, offline: a recorded conversation from nothing to nothing on the real engine, with a line for each step.

A local Tavus and a local AWS run in this process. Project, state and settings are in a folder that is deleted at the end.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen

import boto3

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.local_aws import LocalAws
from tools.stacks import ROOT, environment, pulumi

PULUMI = ROOT / "tools" / "pulumi" / "pulumi"
PERSONA = "pcb7a34da5fe"
"""A persona that the sandbox has."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoError(Exception):
    """A step whose result is not what it should be."""


class Stopped(BaseException):
    """A signal that ends the demonstration."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


@dataclass
class Demo:
    """One run: its folder, the local Tavus, and everything that was printed."""

    folder: Path
    tavus: Sandbox
    aws_endpoint: str
    printed: list[str] = field(default_factory=list)
    steps: int = 0

    def notify(self, text: str) -> None:
        """Print a line."""
        self.printed.append(text)
        print(text, flush=True)

    def step(self, text: str, work: Callable[[], str]) -> None:
        """Announce a step, do it, and print its result and how long it took."""
        self.steps += 1
        began = time.monotonic()
        self.notify(f"{self.steps}. {text}")
        self.notify(f"   {work()}  ({time.monotonic() - began:.1f} s)")

    def pulumi(self, *args: str) -> str:
        """Run `pulumi ARGS` in the project and return what it printed."""
        command = [pulumi(), *args, "--non-interactive", "--cwd", str(self.folder)]
        settings = {**os.environ, **self.environment}
        # In a session of its own, so that Ctrl-C at the terminal reaches it only once, through this process.
        with Popen(command, stdout=PIPE, stderr=PIPE, text=True, env=settings, start_new_session=True) as engine:
            try:
                output, errors = engine.communicate()
            except Stopped:
                # The engine ends its plugins and language hosts, which a kill would leave running.
                engine.send_signal(signal.SIGINT)
                engine.communicate()
                raise
        self.printed.append(output + errors)
        if engine.returncode:
            raise DemoError(f"pulumi {' '.join(args)} failed:\n{output}{errors}")
        return output

    @property
    def environment(self) -> dict[str, str]:
        """Variables that point pulumi and boto3 to this run and to nothing else."""
        return {
            **environment(self.folder, "demo"),
            "PULUMI_STACK": "demo",
            "TAVUS_STATE_DIR": str(self.folder / "tavus"),
            "NO_PROXY": "127.0.0.1",
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }

    def configure(self) -> None:
        """Create the stack and set what a user sets."""
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, self.folder)
        (self.folder / ".venv").symlink_to(sys.prefix)
        self.pulumi("stack", "init", "demo")
        self.pulumi("config", "set", "--secret", "tavus:apiKey", self.tavus.key)
        settings = {"tavus:baseUrl": self.tavus.url, "persona_id": PERSONA, "language": "English", "require_auth": "true"}
        plain = [f"--plaintext={key}={value}" for key, value in settings.items()]
        self.pulumi("config", "set-all", *plain)
        self.pulumi("config", "set", "--path", "storage.force_destroy", "true")

    def output(self, name: str) -> str:
        """Return one output of the stack."""
        return self.pulumi("stack", "output", name).strip()


def main() -> None:
    """Run the demonstration."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave everything up until Ctrl-C, to play with")
    keep = parser.parse_args().keep
    try:
        with running() as demo:
            (play if keep else walk)(demo)
    except DemoError as error:
        sys.exit(f"\nThe demonstration failed: {error}")
    except Stopped as stop:
        print("\nStopped; nothing is left running and nothing on disk.")
        sys.exit(128 + stop.signum)


@contextmanager
def running() -> Iterator[Demo]:
    """Start the local AWS and the local Tavus; remove everything at the end."""
    key = f"demo-{secrets.token_hex(8)}"
    with (
        LocalAws() as aws,
        Sandbox(key=key, aws_endpoint=aws.url) as tavus,
        tempfile.TemporaryDirectory(prefix="tavus-demo-") as folder,
        stopping_at_signals(),
    ):
        demo = Demo(Path(folder), tavus, aws.url)
        os.environ.update(demo.environment)  # boto3 in this process is pointed to the local AWS as well
        yield demo


@contextmanager
def stopping_at_signals() -> Iterator[None]:
    """End the block at SIGINT, SIGTERM and SIGHUP; none of them interrupts the removal of the folder afterwards."""

    def stop(signum: int, _frame: object) -> None:
        raise Stopped(signum)

    # SIGINT is ignored from the start if a script started this in the background; `nohup` asks for SIGHUP to be ignored.
    signals = [each for each in SIGNALS if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN]
    for each in signals:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)


def walk(demo: Demo) -> None:
    """Go through every step, from nothing to nothing."""
    demo.configure()
    demo.step("pulumi up: a bucket, a role and a recorded conversation", lambda: up(demo))
    demo.step("pulumi preview: nothing to do", lambda: preview_without_changes(demo))
    demo.step(
        "pulumi config set max_call_duration 1800; pulumi preview: a replacement, not yet carried out",
        lambda: preview_change(demo),
    )
    demo.step("a participant joins, records and leaves", lambda: record(demo))
    demo.step("the recording is in the bucket", lambda: find_recording(demo))
    demo.step("pulumi refresh: the conversation has ended", lambda: refresh(demo))
    demo.step("the API key and the meeting token are in no state and no output", lambda: search_secrets(demo))
    demo.step("pulumi destroy: ends the conversation and deletes everything", lambda: destroy(demo))
    demo.notify(f"Left: {count_leftovers(demo)}")


def play(demo: Demo) -> None:
    """Create everything and keep it up until a signal arrives."""
    demo.notify(_WHAT_IT_IS)
    demo.configure()
    # Whoever reads first finds a conversation that is still active, and can create another one when it has ended.
    demo.pulumi("config", "set-all", "--plaintext=participant_absent_timeout=3600", "--plaintext=on_ended=recreate")
    demo.step("pulumi up: a bucket, a role and a recorded conversation", lambda: up(demo))
    settings = demo.folder / "environment"
    account = {"TAVUS_API_KEY": demo.tavus.key, "TAVUS_BASE_URL": demo.tavus.url}  # for tavus-provider, which knows no stack
    settings.write_text("".join(f"export {name}={value!r}\n" for name, value in {**demo.environment, **account}.items()))
    demo.notify(_PLAY.format(url=demo.tavus.url, settings=settings, folder=demo.folder, pulumi=PULUMI))
    while True:
        time.sleep(3600)


_WHAT_IT_IS = """\
A program describes a video call and the storage of its recordings. Pulumi, a tool that creates what a program describes,
creates both, here at an imitation of Tavus and of Amazon's cloud: nothing leaves this machine, and nothing costs money."""

_PLAY = """\
It stays up. Open {url}/ in a browser, click the conversation, then
  - join, start and stop a recording: it is in the bucket
  - let an hour pass: the conversation ends by itself
  - in another terminal, change the conversation, see the difference first, and then on the page:
    . {settings} && cd {folder}
    {pulumi} config set max_call_duration 1800 && {pulumi} preview --diff
    {pulumi} up --refresh      # after a conversation has ended, this creates another one, too
Ctrl-C here stops and deletes everything."""


def up(demo: Demo) -> str:
    """Run `pulumi up`, and return the addresses of room and bucket."""
    demo.pulumi("up", "--yes", "--skip-preview")
    return f"join at {demo.output('conversation_url')}, recordings go to s3://{demo.output('recording_bucket_name')}"


def preview_without_changes(demo: Demo) -> str:
    """Run a second preview, which has to find no change."""
    demo.pulumi("preview", "--expect-no-changes")
    return "no changes"


def preview_change(demo: Demo) -> str:
    """Preview a changed input, and undo the change."""
    demo.pulumi("config", "set", "max_call_duration", "1800")
    shown = demo.pulumi("preview", "--diff")
    demo.pulumi("config", "rm", "max_call_duration")
    if "1 to replace" not in shown:
        raise DemoError(f"the preview shows no replacement:\n{shown}")
    return next(line.strip() for line in shown.splitlines() if "max_call_duration" in line) + " replaces the conversation"


def record(demo: Demo) -> str:
    """Join the room as a participant, record and leave."""
    conversation, token = demo.output("conversation_id"), demo.pulumi("stack", "output", "--show-secrets", "meeting_token")
    demo.printed.pop()  # it has the token in clear text, and is not shown
    demo.tavus.control.join(conversation, "Ada", token.strip())
    demo.tavus.control.start_recording(conversation)
    demo.tavus.control.advance(90)
    demo.tavus.control.leave(conversation)
    demo.tavus.control.recordings()  # answers once the recording is written
    return "90 seconds on the sandbox's clock"


def find_recording(demo: Demo) -> str:
    """Find the recording in the bucket."""
    bucket = demo.output("recording_bucket_name")
    found = boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    if len(found) != 1:
        raise DemoError(f"{bucket} has {len(found)} recordings instead of one")
    return f"s3://{bucket}/{found[0]['Key']}, {found[0]['Size']} bytes"


def refresh(demo: Demo) -> str:
    """Run `pulumi refresh`, which has to see the end of the conversation."""
    demo.pulumi("refresh", "--yes", "--skip-preview")
    demo.pulumi("up", "--yes", "--skip-preview")
    status = demo.output("status")
    if status != "ended":
        raise DemoError(f"the status is {status}")
    return f"status: {status}"


def search_secrets(demo: Demo) -> str:
    """Search all output and all files for the API key and the meeting token."""
    token = demo.pulumi("stack", "output", "--show-secrets", "meeting_token").strip()
    demo.printed.pop()
    demo.pulumi("stack", "export")
    files = [path.read_text(errors="replace") for path in demo.folder.rglob("*") if path.is_file()]
    if any(secret in text for secret in (token, demo.tavus.key) for text in (*demo.printed, *files)):
        raise DemoError("a secret was printed or written in clear text")
    return f"searched {len(files)} files and {len(demo.printed)} outputs"


def destroy(demo: Demo) -> str:
    """Run `pulumi destroy`, and remove the stack."""
    demo.pulumi("destroy", "--yes", "--skip-preview")
    demo.pulumi("stack", "rm", "demo", "--yes")
    return "destroyed"


def count_leftovers(demo: Demo) -> str:
    """Count what is left at Tavus and at AWS."""
    counts = {
        "active conversations": demo.tavus.control.books()["active"],
        "buckets": len(boto3.client("s3").list_buckets()["Buckets"]),
        "roles": len(boto3.client("iam").list_roles()["Roles"]),
    }
    counted = ", ".join(f"{count} {name}" for name, count in counts.items())
    if any(counts.values()):
        raise DemoError(f"something is left: {counted}")
    return counted


if __name__ == "__main__":
    main()
