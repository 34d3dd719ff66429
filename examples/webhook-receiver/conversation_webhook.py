"""Receiver of Tavus's webhooks: a Lambda function with an address that only those know who have its secret path."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

HANDLER = Path(__file__).parent / "handler.py"
_ASSUME = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


class ConversationWebhook(pulumi.ComponentResource):
    """A function that keeps transcripts as `<conversation id>/transcript.json` in the bucket of the recordings.

    Output: url, a secret, for the `callback_url` of conversations. A bucket with a KMS key of its own needs
    `kms:GenerateDataKey` in the policy, too.

    bucket_name: bucket of the recordings.
    secret_path: path of the address; at least 20 letters, digits, hyphens and underscores.
    """

    url: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        bucket_name: pulumi.Input[str],
        secret_path: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("examples:index:ConversationWebhook", name, None, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        path = pulumi.Output.secret(secret_path).apply(check_path)
        function = self._declare_function({"BUCKET_NAME": bucket_name, "SECRET_PATH": path}, self._declare_role(bucket_name))
        address = lambda_.FunctionUrl(name, function_name=function.name, authorization_type="NONE", opts=self._child)
        self._allow_everybody(function)
        self.url = pulumi.Output.concat(address.function_url, path)
        self.register_outputs({"url": self.url})

    def _declare_role(self, bucket_name: pulumi.Input[str]) -> iam.Role:
        role = iam.Role(self._name, assume_role_policy=to_policy(_ASSUME), opts=self._child)
        allow = pulumi.Output.from_input(bucket_name).apply(
            lambda bucket: to_policy(
                {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*/transcript.json"}
            )
        )
        iam.RolePolicy(self._name, role=role.name, policy=allow, opts=self._child)
        return role

    def _declare_function(self, variables: dict[str, pulumi.Input[str]], role: iam.Role) -> lambda_.Function:
        logs = cloudwatch.LogGroup(self._name, retention_in_days=30, opts=self._child)
        write = logs.arn.apply(
            lambda arn: to_policy(
                {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{arn}:*"}
            )
        )
        iam.RolePolicy(f"{self._name}-logs", role=role.name, policy=write, opts=self._child)
        return lambda_.Function(
            self._name,
            role=role.arn,
            runtime="python3.13",
            handler="handler.handle",
            code=pulumi.AssetArchive({"handler.py": pulumi.FileAsset(str(HANDLER))}),
            timeout=15,  # seconds
            environment={"variables": variables},
            logging_config={"log_group": logs.name, "log_format": "JSON"},
            opts=self._child,
        )

    def _allow_everybody(self, function: lambda_.Function) -> None:
        """Let everybody call the address: Tavus documents no signature, so the handler asks for the secret path.

        Source: AWS docs, "Control access to Lambda function URLs": from October 2025 on, both permissions are needed.
        """
        lambda_.Permission(
            f"{self._name}-url",
            function=function.name,
            action="lambda:InvokeFunctionUrl",
            principal="*",
            function_url_auth_type="NONE",
            opts=self._child,
        )
        lambda_.Permission(
            f"{self._name}-invoke",
            function=function.name,
            action="lambda:InvokeFunction",
            principal="*",
            invoked_via_function_url=True,
            opts=self._child,
        )


def to_policy(statement: Mapping[str, object]) -> str:
    """Return a policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def check_path(path: str) -> str:
    """Return the path. Raises pulumi.RunError, which does not show it, where somebody could guess it or no address has it."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,}", path):
        raise pulumi.RunError("secret_path must have at least 20 letters, digits, hyphens or underscores: openssl rand -hex 16")
    return path
