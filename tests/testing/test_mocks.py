"""Mocks of users' tests: outputs like Tavus's and AWS's for every resource, secrets, mistakes, previews."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.lifecycle.at_tavus import TavusLifecycle
from tavus_provider.native.registry import MODULE, find_lifecycle, resource_tokens
from tavus_provider.schema.fields import table
from tavus_provider.schema.outputs import find_outputs, outputs_table
from tavus_provider.settings import PLUGINS
from tavus_provider.testing import InputError, TavusMocks
from tools.stacks import ROOT

PERSONA = "p1234"


@pytest.mark.parametrize("token", resource_tokens())
def test_every_output_that_is_always_there_has_an_example(token: str) -> None:
    """Without an example, a program under mocks would get None; AWS's settings follow from the inputs."""
    lifecycle = find_lifecycle(token)
    if issubclass(lifecycle, TavusLifecycle):
        declared, inputs = find_outputs(lifecycle.state), table(lifecycle.args)
        required = {row.name for row in inputs if row.required}
        rows = [row for row in outputs_table(lifecycle.state) if row.required and row.name not in required]
        assert [row.name for row in rows if not declared[row.name].example] == []


def test_every_resource_of_the_package_is_served_by_both_plugins_alike() -> None:
    """The examples of all pages run; ids, inputs and outputs do not tell which plugin serves the program."""
    first, second = (run_alone(f"print(json.dumps(mock_examples({plugin!r}), sort_keys=True))") for plugin in PLUGINS)
    resources = json.loads(first)
    assert {each["type"] for each in resources} >= {token.removeprefix(MODULE) for token in resource_tokens()}
    ids = [each["id"] for each in resources if each["id"]]
    assert len(ids) == len({*ids})
    assert sorted(json.loads(second), key=str) == sorted(resources, key=str)


def run_alone(code: str) -> str:
    """Return what code prints in a process of its own: a process serves the resources of one plugin only."""
    imports = "import json, pulumi; import tavus_provider as tavus; from tests.support.documented import mock_examples"
    command = [sys.executable, "-c", f"{imports}; from tavus_provider.testing import TavusMocks\n{code}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_program_runs_after_a_test_that_used_asyncio() -> None:
    """`asyncio.run` leaves its thread without an event loop."""
    code = """
import asyncio
asyncio.run(asyncio.sleep(0))
for name in ("first", "second"):
    print(TavusMocks().run(lambda: tavus.Conversation(name, persona_id="p1234")).find("Conversation", name).name)
"""
    assert run_alone(code).split() == ["first", "second"]


def test_what_a_conversation_looks_like() -> None:
    """Its outputs are like Tavus's, and the same in each run."""

    def program() -> None:
        call = tavus.Conversation("call", persona_id=PERSONA)
        for output in ("conversation_id", "conversation_url", "conversation_name", "persona_id", "status", "meeting_token"):
            pulumi.export(output, getattr(call, output))

    exports = TavusMocks().run(program).exports
    assert re.fullmatch("c[0-9a-f]{12}", exports["conversation_id"])
    assert exports["conversation_url"] == f"https://tavus.daily.co/{exports['conversation_id']}"
    assert re.fullmatch("call-[0-9a-f]{7}", exports["conversation_name"])
    assert (exports["persona_id"], exports["status"], exports["meeting_token"]) == (PERSONA, "active", None)
    assert TavusMocks().run(program).exports == exports


def test_inputs_decide_outputs_as_at_tavus() -> None:
    """A private room has a token, a call in test mode has ended, a widget has HTML to paste, an adopted persona keeps its id."""

    def program() -> None:
        pulumi.export("token", tavus.Conversation("private", persona_id=PERSONA, require_auth=True).meeting_token)
        pulumi.export("status", tavus.Conversation("rehearsal", persona_id=PERSONA, test_mode=True).status)
        desk = tavus.Deployment("desk", persona_id=PERSONA, channel="widget", password="hush", limits={"daily_call_limit": 9})
        pulumi.export("html", desk.embed_html)
        pulumi.export("has_password", desk.has_password)
        pulumi.export("adopted", tavus.Persona("coach", existing_persona_id="p77").id)
        pulumi.export("read", tavus.Persona.get("guide", "p88").persona_id)

    mocks = TavusMocks().run(program)
    desk = mocks.find("Deployment", "desk").id
    assert mocks.exports["token"].startswith("ey")
    assert mocks.exports["status"] == "ended"
    assert f'<tavus-widget deployment-id="{desk}">' in mocks.exports["html"]
    assert mocks.exports["has_password"] is True
    assert (mocks.exports["adopted"], mocks.exports["read"]) == ("p77", "p88")
    assert mocks.find("Persona", "guide").is_read
    assert not mocks.find("Persona", "coach").is_read


def test_storage_has_the_settings_that_aws_would_have() -> None:
    """Names, ARNs, documents and default tags are those of the provider itself."""

    def program() -> None:
        storage = tavus.RecordingStorage("archive", retention_days=90, region="eu-central-1", path="/video/")
        pulumi.export("role", storage.role_arn)
        pulumi.export("destination", storage.destination)

    tags = {"aws:defaultTags": '{"tags": {"team": "video"}}'}
    mocks = TavusMocks().run(program, config=tags)
    bucket, role = mocks.find("RecordingBucket", "archive"), mocks.find("RecordingRole", "archive")
    assert re.fullmatch("arn:aws:iam::123456789012:role/video/archive-[0-9a-f]{7}", mocks.exports["role"])
    assert mocks.exports["destination"]["bucket_name"] == bucket.id == bucket.outputs["bucket_name"]
    assert mocks.exports["destination"]["bucket_region"] == "eu-central-1"
    assert bucket.outputs["tags"] == role.outputs["tags"] == {"team": "video"}
    assert f"arn:aws:s3:::{bucket.id}" in str(role.outputs["permissions"])


def test_what_is_secret_stays_secret_in_the_program() -> None:
    """A meeting token, a key in a layer and an output made of a secret input are secret; a test of the program can ask."""

    def program() -> None:
        call = tavus.Conversation("call", persona_id=PERSONA, require_auth=True)
        greeter = tavus.Persona("greeter", system_prompt=pulumi.Output.secret("Hush."), default_replica_id="r1")
        for name, output in {"token": call.meeting_token, "status": call.status, "prompt": greeter.system_prompt}.items():
            pulumi.export(name, pulumi.Output.from_input(output.is_secret()))

    assert TavusMocks().run(program).exports == {"token": True, "status": False, "prompt": True}


def test_all_mistakes_of_a_resource_are_in_one_error() -> None:
    """The error is that of a preview, names the resource, and shows no secret value."""
    llm: Any = {"model": "m", "api_key": 5, "modle": "x"}

    def program() -> None:
        tavus.Persona("coach", system_prompt="", default_replica_id="r 1", llm=llm)

    with pytest.raises(InputError) as mistake:
        TavusMocks().run(program)
    assert str(mistake.value).startswith("Persona 'coach': ")
    assert "default_replica_id" in str(mistake.value)
    assert "llm.modle" in str(mistake.value) or "modle" in str(mistake.value)
    assert "must be a string, not a whole number" in str(mistake.value)


def test_the_stacks_configuration_counts_but_asks_nobody() -> None:
    """`tavus:naming=pal` asks for a replica, as on the engine; the accounts of AWS that are allowed are not asked for."""

    def program() -> None:
        tavus.Persona("coach", system_prompt="You coach.")
        tavus.RecordingBucket("vault")

    TavusMocks().run(program, config={"aws:allowedAccountIds": '["111111111111"]'})
    with pytest.raises(InputError, match="default_replica_id"):
        TavusMocks().run(program, config={"tavus:naming": "pal"})


PREVIEWED = """
computed = []

def program():
    coach = tavus.Persona("coach", system_prompt="You coach.", default_replica_id="r1")
    call = tavus.Conversation("call", persona=coach)
    call.conversation_url.apply(computed.append)
    tavus.Persona.get("guide", "p88").persona_id.apply(computed.append)
    pulumi.export("url", call.conversation_url)

mocks = TavusMocks().run(program, config={"tavus:plugin": PLUGIN}, preview=True)
print(json.dumps([computed, mocks.exports, mocks.find("Conversation", "call").id]))
"""


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_preview_knows_no_outputs(plugin: str) -> None:
    """A preview leaves outputs unknown, accepts inputs that need them, and reads what exists."""
    assert json.loads(run_alone(f"PLUGIN = {plugin!r}\n{PREVIEWED}")) == [["p88"], {}, ""]


def test_a_test_can_say_what_outputs_are() -> None:
    """A test sets outputs by the resource's name or class; a misspelled output is refused."""

    class Cluster(pulumi.CustomResource):
        def __init__(self, name: str) -> None:
            super().__init__("cloud:index:Cluster", name, {"size": 3, "address": None})

    def program() -> None:
        pulumi.export("one", tavus.Conversation("one", persona_id=PERSONA).status)
        pulumi.export("two", tavus.Conversation("two", persona_id=PERSONA).status)
        Cluster("cluster")

    given = {"Conversation": {"status": "ended"}, "two": {"status": "active"}, "cluster": {"address": "10.0.0.1"}}
    mocks = TavusMocks(outputs=given).run(program)
    assert (mocks.exports["one"], mocks.exports["two"]) == ("ended", "active")
    assert mocks.find("cloud:index:Cluster", "cluster").outputs == {"size": 3, "address": "10.0.0.1"}
    with pytest.raises(InputError, match="Conversation 'one' has no output statsu: it has callback_url"):
        TavusMocks(outputs={"one": {"statsu": "ended"}}).run(program)
    with pytest.raises(LookupError, match="no Conversation 'three'; it has declared: .*Conversation 'one'"):
        mocks.find("Conversation", "three")


def test_mocks_need_no_extra() -> None:
    """Mocks load neither the sandbox's packages nor pytest, and `import tavus_provider` does not load mocks."""
    code = (
        "import sys, tavus_provider; before = set(sys.modules); import tavus_provider.testing; print(*before, '|', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = (set(each.split()) for each in done.stdout.split("|"))
    assert not [name for name in before if name.startswith("tavus_provider.testing")]
    assert not after & {"pytest", "moto", "starlette", "uvicorn", "boto3", "tavus_provider.sandbox"}
