"""The component of conversation_webhook.py on pulumi-aws."""

from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

from policies import ASSUME, EVERYBODY, allow_logs, allow_transcripts, check_path, to_policy

HANDLER = Path(__file__).parent / "handler.py"


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
        for each, permission in EVERYBODY.items():
            words: dict[str, Any] = {"function": function.name, "principal": "*", **permission}
            lambda_.Permission(f"{name}-{each}", **words, opts=self._child)
        self.url = pulumi.Output.concat(address.function_url, path)
        self.register_outputs({"url": self.url})

    def _declare_role(self, bucket_name: pulumi.Input[str]) -> iam.Role:
        role = iam.Role(self._name, assume_role_policy=to_policy(ASSUME), opts=self._child)
        allow = pulumi.Output.from_input(bucket_name).apply(lambda bucket: to_policy(allow_transcripts(bucket)))
        iam.RolePolicy(self._name, role=role.name, policy=allow, opts=self._child)
        return role

    def _declare_function(self, variables: dict[str, pulumi.Input[str]], role: iam.Role) -> lambda_.Function:
        logs = cloudwatch.LogGroup(self._name, retention_in_days=30, opts=self._child)
        write = logs.arn.apply(lambda arn: to_policy(allow_logs(arn)))
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
