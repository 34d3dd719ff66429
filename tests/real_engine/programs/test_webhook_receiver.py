"""The example webhook-receiver: its handler gets real webhooks over HTTP, and its component declares what Lambda needs."""

from __future__ import annotations

import base64
import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pulumi
import pytest
from pulumi.runtime.rpc import is_rpc_secret, unwrap_rpc_secret

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_example
from tests.real_engine.stack import Stack
from tests.support.aws.pulumi_aws import run_example
from tests.support.calls import sent_bodies
from tests.support.conversations import PERSONA, active_ids, create_by_hand
from tests.support.http_client import HTTP
from tests.support.http_server import Answer, Request, serve
from tools.stacks import ROOT

PATH = "0123456789abcdef-secret"
BUCKET = "recordings-of-tests"


def load(name: str) -> ModuleType:
    """Return a module of the example, loaded from its file as Lambda loads it."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / "webhook-receiver" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def to_event(request: Request) -> dict[str, Any]:
    """Return a request as a function URL passes it on, in payload format 2.0: what is not JSON comes in Base64."""
    path, _, query = request.path.partition("?")
    is_text = request.headers.get("content-type", "").startswith("application/json")
    body = request.content.decode() if is_text else base64.b64encode(request.content).decode()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": request.headers,
        "requestContext": {"http": {"method": request.method, "path": path}, "stage": "$default"},
        **({"body": body} if request.content else {}),
        "isBase64Encoded": not is_text,
    }


@pytest.fixture
def function_url(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the handler as Lambda does; an exception of it is answered 502."""
    monkeypatch.setenv("SECRET_PATH", PATH)
    monkeypatch.setenv("BUCKET_NAME", BUCKET)
    handle = load("handler").handle

    def answer(request: Request) -> Answer:
        try:
            return Answer(handle(to_event(request), None)["statusCode"])
        except Exception:  # whatever the handler raises
            return Answer(502)

    with serve(answer) as url:
        yield url


@pytest.fixture
def bucket(aws: str) -> str:
    """Create a bucket for recordings, which has versions as Tavus requires it."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return BUCKET


def stored_versions(bucket: str) -> list[str]:
    """Return the key of each version of each object."""
    return [each["Key"] for each in boto3.client("s3").list_object_versions(Bucket=bucket).get("Versions", [])]


def test_transcripts_lie_beside_the_recordings(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], function_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that was declared with the address leaves its recording and its transcript under its id; the address is secret."""
    stack, control = new_stack(recording_sandbox), recording_sandbox.control
    stack.program(
        "storage = tavus.RecordingStorage('recordings', force_destroy=True)\n"
        f"url = pulumi.Output.secret('{function_url}/{PATH}')\n"
        f"tavus.Conversation('call', persona_id='{PERSONA}', enable_recording=True, recording_storage=storage.destination,\n"
        "                   callback_url=url)\n"
        "pulumi.export('bucket_name', storage.bucket_name)\n"
    )
    stack.up()
    made = stack.outputs()["bucket_name"]
    monkeypatch.setenv("BUCKET_NAME", made)
    (call,) = active_ids(recording_sandbox)
    control.join(call)
    control.start_recording(call)
    control.advance(60)
    control.leave(call)
    control.advance(1)
    control.recordings()
    assert {each["body"]["event_type"]: each["status"] for each in control.webhooks()} == {
        "system.replica_joined": 204,
        "application.transcription_ready": 200,
        "system.shutdown": 204,
        "application.recording_ready": 204,
    }
    recording, transcript = sorted(stored_versions(made))
    assert (recording.split("/")[0], transcript) == (call, f"{call}/transcript.json")
    turns = json.loads(boto3.client("s3").get_object(Bucket=made, Key=transcript)["Body"].read())
    assert [turn["role"] for turn in turns] == ["assistant", "user"]
    assert PATH not in stack.export()
    stack.destroy()


def test_a_delivery_that_is_repeated_changes_nothing(sandbox: Sandbox, function_url: str, bucket: str) -> None:
    """The second time the event comes, also in Base64, the answer is the same and the bucket has no further version."""
    call = create_by_hand(sandbox, callback_url=f"{function_url}/{PATH}")
    sandbox.control.join(call)
    sandbox.control.leave(call)
    sandbox.control.advance(1)
    (sent,) = [each for each in sandbox.control.webhooks() if each["body"]["event_type"] == "application.transcription_ready"]
    assert HTTP.post(sent["url"], json=sent["body"]).status_code == 200
    assert HTTP.post(sent["url"], content=json.dumps(sent["body"]), headers={"content-type": "text/plain"}).status_code == 200
    assert stored_versions(bucket) == [f"{call}/transcript.json"]


def test_what_could_not_be_stored_is_answered_as_a_failure(sandbox: Sandbox, function_url: str) -> None:
    """While there is no bucket, the answer is a 5xx, and the event is sent again."""
    call = create_by_hand(sandbox, callback_url=f"{function_url}/{PATH}")
    sandbox.control.join(call)
    sandbox.control.leave(call)
    sandbox.control.advance(1)
    (sent,) = [each for each in sandbox.control.webhooks() if each["body"]["event_type"] == "application.transcription_ready"]
    assert (sent["status"], sent["attempts"]) == (502, 3)


EVENT = {"event_type": "application.transcription_ready", "conversation_id": "c1", "properties": {"transcript": []}}
REFUSED: list[tuple[str, str, object, int]] = [
    ("POST", "/", EVENT, 404),
    ("POST", f"/{PATH}x", EVENT, 404),
    ("POST", f"/{PATH}/", EVENT, 404),
    ("POST", "/é", EVENT, 404),
    ("GET", f"/{PATH}", None, 405),
    ("POST", f"/{PATH}", {**EVENT, "properties": {"transcript": ["x" * 1024 * 1024]}}, 413),
    ("POST", f"/{PATH}", None, 400),
    ("POST", f"/{PATH}", ["no event"], 400),
    ("POST", f"/{PATH}", {**EVENT, "properties": {}}, 400),
    ("POST", f"/{PATH}", {**EVENT, "conversation_id": "../c1"}, 400),
    ("POST", f"/{PATH}", {**EVENT, "conversation_id": 1}, 400),
    ("POST", f"/{PATH}", {**EVENT, "event_type": "system.shutdown"}, 204),
]
"""Requests, and how they are answered."""


def test_what_is_no_transcript_of_tavus_is_refused(function_url: str, bucket: str) -> None:
    """Another path, another method, a large body, and what is no event are refused, and nothing is stored."""
    answers = [HTTP.request(method, f"{function_url}{path}", json=body).status_code for method, path, body, _ in REFUSED]
    assert answers == [status for *_, status in REFUSED]
    assert stored_versions(bucket) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example."""
    return copy_example("webhook-receiver", tmp_path / "copy")


def lambda_functions() -> dict[str, str]:
    """Return the names of all functions with the digest of their code."""
    client: Any = boto3.client("lambda")
    return {each["FunctionName"]: each["CodeSha256"] for each in client.list_functions()["Functions"]}


def test_the_component_on_boto3_makes_updates_and_deletes_the_function(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], folder: Path
) -> None:
    """A preview makes nothing; what changes is written, what is gone is made again, and destroy leaves nothing."""
    stack = new_stack(recording_sandbox, project=folder)
    stack.configure(persona_id=PERSONA)
    stack.pulumi("config", "set", "--secret", "webhook_path", PATH)
    stack.preview()
    assert lambda_functions() == {}

    stack.up()
    client: Any = boto3.client("lambda")
    ((name, code),) = lambda_functions().items()
    bucket_name = stack.outputs()["bucket_name"]
    configuration = client.get_function_configuration(FunctionName=name)
    assert configuration["Environment"]["Variables"] == {"BUCKET_NAME": bucket_name, "SECRET_PATH": PATH}
    statements = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
    assert {each["Action"] for each in statements} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    policy: Any = boto3.client("iam").get_role_policy(RoleName=name, PolicyName="transcripts")["PolicyDocument"]
    assert policy["Statement"][0]["Resource"] == f"arn:aws:s3:::{bucket_name}/*/transcript.json"
    url = client.get_function_url_config(FunctionName=name)["FunctionUrl"].rstrip("/")
    (call,) = active_ids(recording_sandbox)
    assert sent_bodies(recording_sandbox, "POST")[-1]["callback_url"] == f"{url}/{PATH}"
    assert PATH not in stack.export()
    stack.up("--expect-no-changes")

    (folder / "handler.py").write_text((folder / "handler.py").read_text() + "\n# of another version\n")
    stack.up()
    assert lambda_functions().keys() == {name}
    assert lambda_functions()[name] != code
    assert active_ids(recording_sandbox) == [call]

    client.delete_function(FunctionName=name)
    stack.refresh()
    stack.up()
    assert len(lambda_functions()) == 1
    stack.destroy()
    assert lambda_functions() == {}
    assert active_ids(recording_sandbox) == []


def test_a_function_that_could_not_be_made_leaves_nothing(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], folder: Path
) -> None:
    """Where Lambda refuses, the role and the log group are deleted again, and the error says what Lambda answered."""
    refusal = Answer(403, {"Message": "not you"}, {"x-amzn-errortype": "AccessDeniedException"})
    with serve(lambda _: refusal) as refusing:
        stack = new_stack(recording_sandbox, project=folder)
        stack.environment["AWS_ENDPOINT_URL_LAMBDA"] = refusing
        stack.configure(persona_id=PERSONA)
        stack.pulumi("config", "set", "--secret", "webhook_path", PATH)
        assert "not you" in stack.up(fails=True)
    roles = {each["RoleName"] for each in boto3.client("iam").list_roles()["Roles"]}
    assert [each for each in roles if each.startswith("transcripts")] == []
    assert active_ids(recording_sandbox) == []
    stack.destroy()


AT_AWS = {
    "Bucket": {"id": BUCKET, "bucket": BUCKET, "region": "eu-west-1"},
    "Role": {"arn": "arn:aws:iam::123456789012:role/r"},
    "LogGroup": {"arn": "arn:aws:logs:eu-west-1:123456789012:log-group:l"},
    "FunctionUrl": {"functionUrl": "https://abc.lambda-url.eu-west-1.on.aws/"},
}
"""What AWS adds to the declared resources."""


def test_the_component_on_pulumi_aws_declares_what_the_handler_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function has the handler, may write transcripts and its log alone, and everybody may call its secret address."""
    declared = run_example("webhook-receiver", AT_AWS, monkeypatch, "program_aws.py", persona_id=PERSONA, webhook_path=PATH)

    function = declared.find_one("Function")
    assert function["handler"] == "handler.handle"
    assert isinstance(function["code"], pulumi.AssetArchive)
    assert list(function["code"].assets) == ["handler.py"]
    assert is_rpc_secret(function["environment"])
    variables = unwrap_rpc_secret(function["environment"])["variables"]
    assert variables == {"BUCKET_NAME": BUCKET, "SECRET_PATH": PATH}
    url = f"https://abc.lambda-url.eu-west-1.on.aws/{PATH}"
    assert declared.outputs["webhook_url"] == url
    assert declared.secrets == ["webhook_url"]
    callback = declared.find_one("Conversation")["callback_url"]
    assert (is_rpc_secret(callback), unwrap_rpc_secret(callback)) == (True, url)
    allowed = [json.loads(each["policy"])["Statement"][0] for each in declared.resources["RolePolicy"]]
    assert {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/*/transcript.json"} in allowed
    callers = [each for each in declared.resources["Permission"] if each["principal"] == "*"]
    assert {each["action"] for each in callers} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


@pytest.mark.parametrize("path", ["short", "with/a/slash/in/the/middle", "späce in it, and long enough", f"{PATH}\n"])
def test_a_path_that_can_be_guessed_is_refused(path: str) -> None:
    """The error says what a path has to be, and does not show the one that was given."""
    with pytest.raises(pulumi.RunError, match="secret_path must have at least 20 letters") as refused:
        load("policies").check_path(path)
    assert path not in str(refused.value)
