"""Website of one page: a private bucket, and a distribution of CloudFront that alone may read it, with resources of pulumi-aws.

Browsers give camera and microphone only to pages that come over https, which the website address of a bucket does not have.
"""

import json

import pulumi
from pulumi_aws import cloudfront, s3


class Website(pulumi.ComponentResource):
    """A page at an https address. Output: url."""

    url: pulumi.Output[str]

    def __init__(self, name: str, page: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("examples:index:Website", name, None, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        bucket = self._declare_bucket(page)
        distribution = self._declare_distribution(bucket)
        s3.BucketPolicy(
            name,
            bucket=bucket.bucket,
            policy=pulumi.Output.all(bucket.arn, distribution.arn).apply(lambda arns: allow_reading(*arns)),
            opts=self._child,
        )
        self.url = pulumi.Output.concat("https://", distribution.domain_name, "/")
        self.register_outputs({"url": self.url})

    def _declare_bucket(self, page: pulumi.Input[str]) -> s3.Bucket:
        bucket = s3.Bucket(self._name, opts=self._child)
        s3.BucketPublicAccessBlock(
            self._name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        s3.BucketObjectv2(
            self._name,
            bucket=bucket.bucket,
            key="index.html",
            content=page,
            content_type="text/html; charset=utf-8",
            cache_control="no-cache",  # the room changes with each replacement of the conversation
            opts=self._child,
        )
        return bucket

    def _declare_distribution(self, bucket: s3.Bucket) -> cloudfront.Distribution:
        access = cloudfront.OriginAccessControl(
            self._name,
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._child,
        )
        caching = cloudfront.get_cache_policy_output(name="Managed-CachingDisabled", opts=pulumi.InvokeOutputOptions(parent=self))
        return cloudfront.Distribution(
            self._name,
            enabled=True,
            default_root_object="index.html",
            origins=[
                {
                    "origin_id": "bucket",
                    "domain_name": bucket.bucket_regional_domain_name,
                    "origin_access_control_id": access.id,
                }
            ],
            default_cache_behavior={
                "target_origin_id": "bucket",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": caching.id.apply(str),
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
            opts=self._child,
        )


def allow_reading(bucket_arn: str, distribution_arn: str) -> str:
    """Return the bucket policy with which this distribution, and nobody else, reads the page."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{bucket_arn}/index.html",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
