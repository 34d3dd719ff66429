"""A Lambda function with an address of its own, its role and its log, by boto3: for programs that do without pulumi-aws."""

import io
import secrets
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import boto3
import pulumi
import tenacity
from botocore.exceptions import ClientError
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from policies import ASSUME, EVERYBODY, allow_logs, allow_transcripts, to_policy

Props = dict[str, Any]
_GONE = ("ResourceNotFoundException", "NoSuchEntity")
_LOG_DAYS = 30
_REPLACING = ("prefix", "region")
"""Inputs whose change needs another function."""


def _is_role_unknown(error: BaseException) -> bool:
    """Tell whether Lambda does not know a new role yet, which takes some seconds."""
    return isinstance(error, ClientError) and "cannot be assumed by Lambda" in str(error)


class Function:
    """The function called `name` and what belongs to it. region: where boto3 works; None for its own default."""

    def __init__(self, name: str, region: str | None) -> None:
        self.name = name
        session: Any = boto3.Session(region_name=region)
        self.iam, self.lambda_, self.logs = (session.client(service) for service in ("iam", "lambda", "logs"))

    def create(self, props: Props) -> str:
        """Create everything; return the address."""
        self.logs.create_log_group(logGroupName=self.log_group)
        self.logs.put_retention_policy(logGroupName=self.log_group, retentionInDays=_LOG_DAYS)
        role = self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=to_policy(ASSUME))["Role"]["Arn"]
        self.allow(props)
        self.create_function(role, props)
        self.lambda_.get_waiter("function_active_v2").wait(FunctionName=self.name)
        for id_, permission in EVERYBODY.items():
            words = {_to_pascal(key): value for key, value in permission.items()}
            self.lambda_.add_permission(FunctionName=self.name, StatementId=id_, Principal="*", **words)
        address: str = self.lambda_.create_function_url_config(FunctionName=self.name, AuthType="NONE")["FunctionUrl"]
        return address.rstrip("/") + "/"

    @tenacity.retry(
        retry=tenacity.retry_if_exception(_is_role_unknown),
        wait=tenacity.wait_fixed(2),  # seconds
        stop=tenacity.stop_after_delay(60),  # seconds
        reraise=True,
    )
    def create_function(self, role: str, props: Props) -> None:
        """Create the function itself."""
        self.lambda_.create_function(
            FunctionName=self.name,
            Role=role,
            Runtime="python3.13",
            Handler="handler.handle",
            Code={"ZipFile": _zip(props["code"])},
            Timeout=15,  # seconds
            Environment={"Variables": _variables(props)},
            LoggingConfig={"LogGroup": self.log_group, "LogFormat": "JSON"},
        )

    def update(self, props: Props) -> None:
        """Write code, variables and policy anew."""
        self.allow(props)
        self.lambda_.update_function_code(FunctionName=self.name, ZipFile=_zip(props["code"]))
        self.lambda_.get_waiter("function_updated_v2").wait(FunctionName=self.name)
        self.lambda_.update_function_configuration(FunctionName=self.name, Environment={"Variables": _variables(props)})
        self.lambda_.get_waiter("function_updated_v2").wait(FunctionName=self.name)

    def allow(self, props: Props) -> None:
        """Let the function store transcripts and write its log, and nothing else."""
        groups = self.logs.describe_log_groups(logGroupNamePrefix=self.log_group)["logGroups"]
        log = groups[0]["arn"].removesuffix(":*")
        policy = to_policy(allow_transcripts(props["bucket_name"]), allow_logs(log))
        self.iam.put_role_policy(RoleName=self.name, PolicyName="transcripts", PolicyDocument=policy)

    def delete(self) -> None:
        """Delete everything that is there."""
        with ExitStack() as steps:  # the last one first; each is tried, whatever becomes of the others
            steps.callback(_unless_gone, lambda: self.logs.delete_log_group(logGroupName=self.log_group))
            steps.callback(_unless_gone, lambda: self.iam.delete_role(RoleName=self.name))
            steps.callback(_unless_gone, lambda: self.iam.delete_role_policy(RoleName=self.name, PolicyName="transcripts"))
            steps.callback(_unless_gone, lambda: self.lambda_.delete_function(FunctionName=self.name))

    def exists(self) -> bool:
        """Return whether there is such a function."""
        return _unless_gone(lambda: self.lambda_.get_function(FunctionName=self.name)) is not None

    @property
    def log_group(self) -> str:
        """Name of its log group."""
        return f"/aws/lambda/{self.name}"


class FunctionProvider(ResourceProvider):
    """Provider that serves such functions to the engine."""

    def create(self, props: Props) -> CreateResult:
        """Create the function, or nothing at all."""
        function = Function(f"{props['prefix']}-{secrets.token_hex(4)}", props.get("region"))
        try:
            url = function.create(props)
        except Exception:
            with suppress(ClientError):  # the first error is the one to tell
                function.delete()
            raise
        return CreateResult(function.name, {**props, "url": url})

    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Compare inputs."""
        changed = [name for name in (*_REPLACING, "bucket_name", "secret_path", "code") if news.get(name) != olds.get(name)]
        return DiffResult(bool(changed), replaces=[name for name in changed if name in _REPLACING])

    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Write what changed."""
        Function(id_, news.get("region")).update(news)
        return UpdateResult({**news, "url": olds["url"]})

    def read(self, id_: str, props: Props) -> ReadResult:
        """Find out whether the function is still there."""
        return ReadResult(id_, props) if Function(id_, props.get("region")).exists() else ReadResult("", {})

    def delete(self, id_: str, props: Props) -> None:
        """Delete the function and what belongs to it."""
        Function(id_, props.get("region")).delete()


class WebhookFunction(Resource, module="examples", name="WebhookFunction"):
    """The resource. Output: url, which ends in a slash."""

    url: pulumi.Output[str]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(FunctionProvider(), name, {"url": None, "prefix": name, **props}, opts)


def _zip(code: str) -> bytes:
    """Return an archive with the handler; equal code gives equal bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), code)
    return content.getvalue()


def _variables(props: Props) -> dict[str, str]:
    return {"BUCKET_NAME": props["bucket_name"], "SECRET_PATH": props["secret_path"]}


def _to_pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _unless_gone(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or None where what it is about does not exist."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return None
