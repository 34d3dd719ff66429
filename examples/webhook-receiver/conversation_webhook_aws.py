"""The component of conversation_webhook.py on pulumi-aws."""

from typing import Any

import conversation_webhook
import pulumi
from conversation_webhook import HANDLER
from pulumi_aws import cloudwatch, iam, lambda_

from policies import ASSUME, EVERYBODY, allow_logs, allow_transcripts, to_policy


class ConversationWebhook(conversation_webhook.ConversationWebhook):
    """The same component, whose function pulumi-aws makes."""

    def _declare_function(
        self, name: str, bucket_name: pulumi.Input[str], path: pulumi.Input[str], opts: pulumi.ResourceOptions
    ) -> pulumi.Output[str]:
        logs = cloudwatch.LogGroup(name, retention_in_days=30, opts=opts)
        function = lambda_.Function(
            name,
            role=_declare_role(name, bucket_name, logs, opts).arn,
            runtime="python3.13",
            handler="handler.handle",
            code=pulumi.AssetArchive({"handler.py": pulumi.FileAsset(str(HANDLER))}),
            timeout=15,  # seconds
            environment={"variables": {"BUCKET_NAME": bucket_name, "SECRET_PATH": path}},
            logging_config={"log_group": logs.name, "log_format": "JSON"},
            opts=opts,
        )
        for each, permission in EVERYBODY.items():
            words: dict[str, Any] = {"function": function.name, "principal": "*", **permission}
            lambda_.Permission(f"{name}-{each}", **words, opts=opts)
        address = lambda_.FunctionUrl(name, function_name=function.name, authorization_type="NONE", opts=opts)
        return address.function_url


def _declare_role(name: str, bucket_name: pulumi.Input[str], logs: cloudwatch.LogGroup, opts: pulumi.ResourceOptions) -> iam.Role:
    role = iam.Role(name, assume_role_policy=to_policy(ASSUME), opts=opts)
    store = pulumi.Output.from_input(bucket_name).apply(lambda bucket: to_policy(allow_transcripts(bucket)))
    iam.RolePolicy(name, role=role.name, policy=store, opts=opts)
    write = logs.arn.apply(lambda arn: to_policy(allow_logs(arn)))
    iam.RolePolicy(f"{name}-logs", role=role.name, policy=write, opts=opts)
    return role
