"""The plugin over gRPC, as the engine calls it, against the sandbox: names, secrets, errors, previews, diffs and lookups."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from tavus_provider.native.servicer import Servicer
from tavus_provider.sandbox import Sandbox
from tests.support.calls import sent_bodies
from tests.support.conversations import PERSONA, active_ids

Stub = provider_pb2_grpc.ResourceProviderStub
Properties = dict[str, Any]
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:tavus::default"
KEY = "sk-planted-key"
COACH: Properties = {
    "personaName": "Coach",
    "systemPrompt": "You coach.",
    "llm": {"model": "mine", "baseUrl": "https://llm.example.com", "apiKey": KEY, "extraBody": {"topK": 5, "some_name": 1}},
}


def to_struct(properties: Properties) -> struct_pb2.Struct:
    """Return properties as the engine sends them."""
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def to_properties(struct: struct_pb2.Struct) -> Properties:
    """Return properties as the plugin sent them."""
    properties: Properties = json_format.MessageToDict(struct)
    return properties


def urn_of(name: str) -> str:
    """Return the URN of a resource of a type."""
    return f"urn:pulumi:dev::shop::tavus:index:{name}::it"


def configure(stub: Stub, sandbox: Sandbox, seconds: int = 2) -> Stub:
    """Configure a plugin for the sandbox; with other `seconds` of patience it is that of another run."""
    given = to_struct({"apiKey": rpc.wrap_rpc_secret(sandbox.key), "baseUrl": sandbox.url, "retryTimeout": seconds})
    stub.Configure(provider_pb2.ConfigureRequest(args=given, urn=PROVIDER))
    return stub


@pytest.fixture
def connect() -> Iterator[Callable[[], Stub]]:
    """Return a function that starts a plugin which is not configured, and connects to it."""
    server = grpc.server(ThreadPoolExecutor(8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield lambda: Stub(channel)
    server.stop(None)


@pytest.fixture
def plugin(sandbox: Sandbox, connect: Callable[[], Stub]) -> Stub:
    """Return a plugin that is configured for the sandbox."""
    return configure(connect(), sandbox)


def create(plugin: Stub, name: str, properties: Properties, **more: Any) -> tuple[str, Properties]:
    """Create a resource of a type; return its id and properties."""
    made = plugin.Create(provider_pb2.CreateRequest(urn=urn_of(name), properties=to_struct(properties), **more))
    return made.id, to_properties(made.properties)


def diff(plugin: Stub, name: str, olds: Properties, news: Properties) -> Any:
    """Return the difference between the outputs and new inputs of a resource."""
    return plugin.Diff(provider_pb2.DiffRequest(id="it", urn=urn_of(name), olds=to_struct(olds), news=to_struct(news)))


def test_names_are_camel_case_outside_and_tavus_own_inside(sandbox: Sandbox, plugin: Stub) -> None:
    """Tavus gets its own names; outputs have those of programs; members of an object of any form stay as they are."""
    id_, outs = create(plugin, "Persona", COACH)
    (body,) = sent_bodies(sandbox, "POST")
    assert body["layers"]["llm"]["extra_body"] == {"topK": 5, "some_name": 1}
    assert body["layers"]["llm"]["base_url"] == "https://llm.example.com"
    assert (outs["personaId"], outs["personaName"], outs["llm"]["extraBody"]) == (id_, "Coach", {"topK": 5, "some_name": 1})


def test_what_a_table_declares_secret_is_marked_in_every_answer(plugin: Stub) -> None:
    """Check, Create, Read and Update answer with the marks that the state keeps, even if the program gave plain text."""
    checked = plugin.Check(provider_pb2.CheckRequest(urn=urn_of("Persona"), news=to_struct(COACH)))
    id_, outs = create(plugin, "Persona", COACH)
    read = plugin.Read(provider_pb2.ReadRequest(id=id_, urn=urn_of("Persona"), properties=to_struct(outs)))
    update = provider_pb2.UpdateRequest(id=id_, urn=urn_of("Persona"), olds=to_struct(outs), news=to_struct(COACH))
    updated = plugin.Update(update)
    for answer in (checked.inputs, to_struct(outs), read.properties, read.inputs, updated.properties):
        assert to_properties(answer)["llm"]["apiKey"] == rpc.wrap_rpc_secret(KEY)


def test_what_the_program_makes_secret_stays_secret(plugin: Stub) -> None:
    """A secret input is secret in the outputs, too, and so is whatever contains it."""
    name = rpc.wrap_rpc_secret("planted-name")
    _, outs = create(plugin, "Conversation", {"personaId": PERSONA, "conversationName": name})
    assert outs["conversationName"] == name


def test_an_error_is_one_line_without_secrets(plugin: Stub) -> None:
    """What Tavus refuses is told with the names of programs, and no secret of the call."""
    secret = {**COACH, "llm": rpc.wrap_rpc_secret(COACH["llm"]), "defaultReplicaId": KEY}
    with pytest.raises(grpc.RpcError) as caught:
        create(plugin, "Persona", secret)
    assert caught.value.code() is grpc.StatusCode.UNKNOWN
    line = str(caught.value.details())
    assert "\n" not in line
    assert KEY not in line
    assert line.startswith("could not create persona 'it'")


def test_each_mistake_is_on_its_property_under_the_name_of_programs(plugin: Stub) -> None:
    """Paths and sentences have camelCase; a misspelled input names the one that was meant."""
    wrong = {"personaId": PERSONA, "maxCallDuraton": 5, "maxParticipants": 1, "recordingStorage": {"provider": "s3"}}
    checked = plugin.Check(provider_pb2.CheckRequest(urn=urn_of("Conversation"), news=to_struct(wrong)))
    found = {each.property: each.reason for each in checked.failures}
    assert found["maxParticipants"] == "must be at least 2, not 1"
    assert "did you mean maxCallDuration?" in str(found)
    assert "recordingStorage.bucketName" in found
    assert "_" not in "".join(found)


def test_a_preview_creates_nothing_and_knows_no_outputs_yet(sandbox: Sandbox, plugin: Stub) -> None:
    """A preview of a create has the inputs, and each output as unknown; one of an update knows the id."""
    _, outs = create(plugin, "Conversation", {"personaId": PERSONA, "maxCallDuration": 60}, preview=True)
    assert outs["maxCallDuration"] == 60
    assert outs["conversationUrl"] == rpc.UNKNOWN
    assert active_ids(sandbox) == []
    id_, made = create(plugin, "Persona", COACH)
    olds, news = to_struct(made), to_struct({**COACH, "greeting": "Hi."})
    request = provider_pb2.UpdateRequest(id=id_, urn=urn_of("Persona"), olds=olds, news=news, preview=True)
    previewed = to_properties(plugin.Update(request).properties)
    assert (previewed["personaId"], previewed["greeting"], previewed["createdAt"]) == (id_, "Hi.", rpc.UNKNOWN)


def test_a_diff_names_each_path_and_what_happens_there(plugin: Stub) -> None:
    """Nested paths are named one by one; what cannot change in place is a replacement, the old one first for a conversation."""
    _, outs = create(plugin, "Persona", COACH)
    found = diff(plugin, "Persona", outs, {**COACH, "llm": {**COACH["llm"], "model": "other", "speculativeInference": True}})
    kinds = {path: provider_pb2.PropertyDiff.Kind.Name(each.kind) for path, each in found.detailedDiff.items()}
    assert kinds == {"llm.model": "UPDATE", "llm.speculativeInference": "ADD"}
    assert not found.replaces
    _, call = create(plugin, "Conversation", {"personaId": PERSONA, "maxCallDuration": 60})
    longer = diff(plugin, "Conversation", call, {"personaId": PERSONA, "maxCallDuration": 90})
    assert (list(longer.replaces), longer.deleteBeforeReplace) == (["maxCallDuration"], True)
    assert longer.detailedDiff["maxCallDuration"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
    same = diff(plugin, "Conversation", call, {"personaId": PERSONA, "maxCallDuration": 60})
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_value_that_became_secret_is_an_update(plugin: Stub) -> None:
    """Without an update, the outputs would show in clear what the program has made secret."""
    given = {"personaId": PERSONA, "conversationName": "call"}
    _, outs = create(plugin, "Conversation", given)
    found = diff(plugin, "Conversation", outs, {**given, "conversationName": rpc.wrap_rpc_secret("call")})
    assert list(found.detailedDiff) == ["conversationName"]
    assert not found.replaces


def test_a_state_of_the_dynamic_provider_is_read_and_respelled(plugin: Stub) -> None:
    """Outputs with Tavus's own names are understood; a diff reports one update in place, which writes the names of programs."""
    _, outs = create(plugin, "Persona", {"personaName": "Coach", "systemPrompt": "You coach."})
    old = {"persona_id": outs["personaId"], "persona_name": "Coach", "system_prompt": "You coach.", "__provider": "pickled"}
    news = {"personaName": "Coach", "systemPrompt": "You coach."}
    found = diff(plugin, "Persona", old, news)
    assert [each.kind for each in found.detailedDiff.values()] == [provider_pb2.PropertyDiff.UPDATE]
    assert not found.replaces
    request = provider_pb2.UpdateRequest(id=outs["personaId"], urn=urn_of("Persona"), olds=to_struct(old), news=to_struct(news))
    updated = to_properties(plugin.Update(request).properties)
    assert {"personaId", "personaName", "systemPrompt"} <= updated.keys()
    assert not [name for name in updated if "_" in name.strip("_")]


def test_gone_is_an_empty_answer(sandbox: Sandbox, plugin: Stub) -> None:
    """What is not there any more is read as empty, and deleted without an error."""
    id_, outs = create(plugin, "Persona", COACH)
    configure(plugin, sandbox, seconds=3)
    for _ in range(2):
        plugin.Delete(provider_pb2.DeleteRequest(id=id_, urn=urn_of("Persona"), properties=to_struct(outs)))
    read = plugin.Read(provider_pb2.ReadRequest(id=id_, urn=urn_of("Persona"), properties=to_struct(outs)))
    assert read.id == ""


def test_an_import_answers_with_inputs_that_change_nothing(sandbox: Sandbox, plugin: Stub) -> None:
    """Read without properties gives all that Tavus tells as inputs, without secrets; with them as a program, nothing differs."""
    id_, _ = create(plugin, "Persona", COACH)
    read = plugin.Read(provider_pb2.ReadRequest(id=id_, urn=urn_of("Persona")))
    inputs = to_properties(read.inputs)
    assert (inputs["personaName"], inputs["llm"]["model"], "apiKey" in inputs["llm"]) == ("Coach", "mine", False)
    assert diff(plugin, "Persona", to_properties(read.properties), inputs).changes == provider_pb2.DiffResponse.DIFF_NONE
    with pytest.raises(grpc.RpcError, match="does not exist in this account"):
        plugin.Read(provider_pb2.ReadRequest(id="p0000000000", urn=urn_of("Persona")))


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("Conversation", {"personaId": PERSONA, "conversationName": "call"}),
        ("Deployment", {"personaId": PERSONA, "channel": "embed", "name": "Help", "limits": {"dailyCallLimit": 5}}),
        ("Document", {"documentUrl": "https://example.com/a.pdf", "documentName": "A", "tags": ["t"]}),
        ("Guardrail", {"guardrailName": "law", "guardrailPrompt": "No advice.", "tags": ["t"]}),
        ("Guardrails", {"name": "Rules", "data": [{"guardrailName": "law", "guardrailPrompt": "No advice."}]}),
        ("Objectives", {"data": [{"objectiveName": "ask", "objectivePrompt": "Ask why."}]}),
        ("PronunciationDictionary", {"name": "Words", "rules": [{"text": "Tavus", "pronunciation": "TAH-vus", "type": "alias"}]}),
        ("Replica", {"replicaName": "Anna", "trainVideoUrl": "https://example.com/a.mp4"}),
        ("Voice", {"voiceName": "Ana", "description": "Warm.", "trainAudioUrl": "https://example.com/a.mp3"}),
    ],
)
def test_everything_at_tavus_can_be_imported(sandbox: Sandbox, plugin: Stub, name: str, inputs: Properties) -> None:
    """Read without properties answers with inputs that are a valid program and change nothing."""
    sandbox.control.set_behavior(processing=0, training=0)
    id_, _ = create(plugin, name, inputs)
    read = plugin.Read(provider_pb2.ReadRequest(id=id_, urn=urn_of(name)))
    imported = to_properties(read.inputs)
    assert imported
    checked = plugin.Check(provider_pb2.CheckRequest(urn=urn_of(name), olds=read.inputs, news=read.inputs))
    assert [
        each.reason for each in checked.failures if "is required" not in each.reason and "is missing" not in each.reason
    ] == []
    assert diff(plugin, name, to_properties(read.properties), imported).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_document_that_is_not_ready_in_time_is_in_the_state_all_the_same(sandbox: Sandbox, plugin: Stub) -> None:
    """The error carries id and properties, so that the next run waits for this one instead of creating another."""
    sandbox.control.set_behavior(processing=600)
    document = {"documentUrl": "https://example.com/a.pdf", "waitForReady": 1}
    with pytest.raises(grpc.RpcError, match="is not ready after 1 seconds") as caught:
        create(plugin, "Document", document)
    trailer: Any = caught.value.trailing_metadata()
    (packed,) = (value for name, value in trailer if name == "grpc-status-details-bin")
    (details,) = status_pb2.Status.FromString(packed).details
    partial = provider_pb2.ErrorResourceInitFailed()
    details.Unpack(partial)
    assert partial.id == to_properties(partial.properties)["documentId"]
    assert len(sent_bodies(sandbox, "POST")) == 1


def test_a_time_limit_of_the_program_shortens_the_wait(sandbox: Sandbox, plugin: Stub) -> None:
    """The option customTimeouts is honored where an input allows a longer wait."""
    sandbox.control.set_behavior(processing=600)
    with pytest.raises(grpc.RpcError, match="after 1 seconds"):
        create(plugin, "Document", {"documentUrl": "https://example.com/a.pdf", "waitForReady": 600}, timeout=1)


def test_lookups_are_functions(plugin: Stub) -> None:
    """One by its name, or all as `items`; an error is one line."""
    asked = provider_pb2.InvokeRequest(tok="tavus:index:getPersona", args=to_struct({"name": "Life Coach", "system": True}))
    assert to_properties(getattr(plugin.Invoke(asked), "return"))["personaId"] == "pcb7a34da5fe"
    everything = plugin.Invoke(provider_pb2.InvokeRequest(tok="tavus:index:getPersonas", args=to_struct({})))
    assert "pcb7a34da5fe" in [each["personaId"] for each in to_properties(getattr(everything, "return"))["items"]]
    with pytest.raises(grpc.RpcError, match="none of"):
        plugin.Invoke(provider_pb2.InvokeRequest(tok="tavus:index:getPersona", args=to_struct({"name": "Nobody"})))


def test_all_of_a_type_can_be_listed(plugin: Stub) -> None:
    """List answers with id and name of each."""
    id_, _ = create(plugin, "Persona", COACH)
    listed = [each.result for each in plugin.List(provider_pb2.ListRequest(token="tavus:index:Persona"))]
    assert (id_, "Coach") in [(each.id, each.name) for each in listed]


@pytest.mark.parametrize(
    ("given", "property_", "words"),
    [
        ({"retryTimeout": "soon"}, "retryTimeout", "must be a number of seconds"),
        ({"baseUrl": "tavus"}, "baseUrl", "http"),
        ({"naming": "pals"}, "naming", "must be persona or pal"),
        ({"apikey": "k"}, "apikey", "did you mean apiKey?"),
    ],
)
def test_each_mistake_in_the_configuration_is_on_its_property(
    connect: Callable[[], Stub], given: Properties, property_: str, words: str
) -> None:
    """CheckConfig names the setting; what only `pulumi up` knows is no mistake."""
    news = to_struct({"maxConcurrency": rpc.UNKNOWN, **given})
    checked = connect().CheckConfig(provider_pb2.CheckRequest(urn=PROVIDER, news=news))
    assert [(each.property, words in each.reason) for each in checked.failures] == [(property_, True)]


def test_no_change_of_the_configuration_replaces_a_provider(connect: Callable[[], Stub]) -> None:
    """A replaced provider would replace all of its resources: another key is an update."""
    request = provider_pb2.DiffRequest(urn=PROVIDER, olds=to_struct({"apiKey": "a"}), news=to_struct({"apiKey": "b"}))
    found = connect().DiffConfig(request)
    assert (found.changes, list(found.replaces)) == (provider_pb2.DiffResponse.DIFF_SOME, [])


def test_the_schema_is_served(connect: Callable[[], Stub]) -> None:
    """GetSchema answers with what `make docs` wrote."""
    served = json.loads(connect().GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert served["resources"]["tavus:index:Conversation"]["inputProperties"]["maxCallDuration"]["type"] == "integer"
