"""The native plugin on the real engine, from programs in TypeScript and Go with the SDKs that are generated from the schema."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import boto3

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids, record_call
from tests.support.documented import check_from_up_to_destroy, collect_programs
from tests.support.objects import remaining_objects
from tools.stacks import ROOT

HERE = Path(__file__).parent
Open = Callable[[Path, Sandbox], Stack]


def test_the_example_goes_up_and_down(recording_sandbox: Sandbox, open_project: Open, language: str) -> None:
    """A recording lies in the bucket of the component, a preview after that is clean, and destroy leaves nothing."""
    stack = open_project(ROOT / "examples" / f"recorded-call-{language}", recording_sandbox)
    stack.configure(persona_id=PERSONA, **{"aws:region": "eu-west-1"})
    # The engine warns of a host that is not in its own folder.
    warnings = [line for line in stack.up().splitlines() if "warning: " in line]
    assert [line for line in warnings if "pulumi-language-" not in line] == []
    call, bucket = stack.outputs()["conversation_id"], stack.outputs()["bucket_name"]
    record_call(recording_sandbox, call, bucket)
    stack.preview("--refresh", "--expect-no-changes")
    assert active_ids(recording_sandbox) == [call]
    stack.destroy()
    assert recording_sandbox.control.books()["active"] == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_edits_an_end_and_an_import(sandbox: Sandbox, open_project: Open, language: str) -> None:
    """A persona changes in place, a call is replaced; an end shows at a refresh; what was imported changes nothing."""
    stack = open_project(HERE / language, sandbox)
    stack.pulumi("config", "set", "--secret", "key", sandbox.key)
    stack.configure(url=sandbox.url, prompt="You coach.", seconds=600)
    stack.up()
    assert stack.outputs() == {"status": "active", "found": "pcb7a34da5fe"}
    assert stack.resources()["colleague"]["provider"] != stack.resources()["coach"]["provider"]
    (first,) = active_ids(sandbox)
    stack.configure(prompt="You listen.", seconds=900)
    plan = stack.plan()
    assert {name: plan[name] for name in ("coach", "call")} == {"coach": "update", "call": "replace"}
    stack.up()
    (second,) = active_ids(sandbox)
    assert second != first
    stack.up("--expect-no-changes")
    sandbox.control.advance(3600)
    stack.refresh()
    assert stack.resources()["call"]["outputs"]["status"] == "ended"
    _import_again(stack, "colleague")
    stack.up("--expect-no-changes")
    assert f'"{sandbox.key}"' not in stack.export()
    stack.destroy()
    assert remaining_objects(sandbox) == []


def test_the_examples_of_the_pages(recording_sandbox: Sandbox, open_project: Open, language: str) -> None:
    """They compile, go up together, change nothing in a second run, and leave nothing."""
    recording_sandbox.control.set_behavior(processing=0, training=0)
    stack = open_project(HERE / language, recording_sandbox)
    WRITERS[language](stack.project, collect_programs(language))
    check_from_up_to_destroy(stack, recording_sandbox)


def _write_typescript(project: Path, programs: list[str]) -> None:
    for number, text in enumerate(programs):
        (project / f"example{number}.ts").write_text(text)
    (project / "index.ts").write_text("".join(f'import "./example{number}";\n' for number in range(len(programs))))


def _write_go(project: Path, programs: list[str]) -> None:
    """Write each program as a function of one program, formatted as gofmt does."""
    head, tail = "func main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n", "\t\treturn nil\n\t})\n}\n"
    for number, text in enumerate(programs):
        assert subprocess.run(["gofmt"], input=text, capture_output=True, text=True, check=True).stdout == text
        (before, body) = text.removesuffix(tail).split(head)
        (project / f"example{number}.go").write_text(
            f"{before}func declare{number}(ctx *pulumi.Context) error {{\n{body}return nil\n}}\n"
        )
    calls = "".join(f"if err := declare{number}(ctx); err != nil {{ return err }}\n" for number in range(len(programs)))
    sdk = 'import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"\n'
    (project / "main.go").write_text(f"package main\n{sdk}{head}{calls}{tail}")


WRITERS = {"typescript": _write_typescript, "go": _write_go}


def _import_again(stack: Stack, name: str) -> None:
    """Take a persona out of the state, and import it."""
    found = stack.resources()[name]
    stack.pulumi("state", "delete", "--yes", found["urn"])
    provider = f"--provider=account={found['provider'].rpartition('::')[0]}"
    stack.pulumi("import", found["type"], name, found["id"], "--yes", "--protect=false", "--generate-code=false", provider)
