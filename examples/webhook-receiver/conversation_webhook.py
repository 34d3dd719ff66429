"""Receiver of Tavus's webhooks: a Lambda function with an address that only those know who have its secret path."""

from pathlib import Path

import pulumi
from webhook_function import WebhookFunction

from policies import check_path

HANDLER = Path(__file__).parent / "handler.py"


class ConversationWebhook(pulumi.ComponentResource):
    """A function that keeps transcripts as `<conversation id>/transcript.json` in the bucket of the recordings.

    Output: url, a secret, for the `callback_url` of conversations. It is made by boto3, in the region of `aws:region` or of the
    environment. conversation_webhook_aws.py has the same component on pulumi-aws. A bucket with a KMS key of its own needs
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
        path = pulumi.Output.secret(secret_path).apply(check_path)
        address = self._declare_function(name, bucket_name, path, pulumi.ResourceOptions(parent=self))
        self.url = pulumi.Output.concat(address, path)
        self.register_outputs({"url": self.url})

    def _declare_function(
        self, name: str, bucket_name: pulumi.Input[str], path: pulumi.Input[str], opts: pulumi.ResourceOptions
    ) -> pulumi.Output[str]:
        """Declare the function, and return its address, which ends in a slash."""
        props = {
            "bucket_name": bucket_name,
            "secret_path": path,
            "code": HANDLER.read_text(encoding="utf-8"),
            "region": pulumi.Config("aws").get("region"),
        }
        return WebhookFunction(name, props, opts).url
