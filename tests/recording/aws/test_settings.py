"""Keys of pulumi-aws's configuration: each is honored, or refused in one line that names it."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest
from pulumi_aws.config import vars as pulumi_aws_config

from tavus_provider.api.errors import SettingsError, StorageError
from tavus_provider.aws_settings import AWS_KEYS
from tavus_provider.recording.aws import clients
from tests.recording.conftest import bucket_inputs
from tests.support.aws.local import set_environment
from tests.support.aws.proxy import AwsProxy
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import aws_settings, bucket_at

MISTAKES = [
    ("accessKey", "", "aws:accessKey and aws:secretKey belong together"),
    ("allowedAccountIds", "123456789012", "must be a list of strings, not 123456789012; `pulumi config set --path"),
    ("allowedAccountIds", "[12]", "must be a list of accounts of 12 digits, not '12'"),
    ("forbiddenAccountIds", '["x"]', "must be a list of accounts of 12 digits, not 'x'"),
    ("assumeRole", "deploy", "must be an object, not a string; `pulumi config set --path aws:assumeRole.roleArn ARN`"),
    ("assumeRoles", '[{"sessionName": "x"}]', "aws:assumeRoles[0].roleArn is required"),
    ("assumeRoles", '[{"rolArn": "x"}]', "aws:assumeRoles[0] has no input named rolArn: did you mean roleArn?"),
    ("assumeRoles", '[{"roleArn": "deploy"}]', "aws:assumeRoles[0].roleArn must be the full ARN of an IAM role"),
    ("assumeRoles", '[{"duration": "5m"}]', "aws:assumeRoles[0].duration must be a duration between 15m and 12h"),
    ("assumeRoles", '[{"duration": "1.2.3h"}]', "aws:assumeRoles[0].duration must be a duration between 15m and 12h"),
    ("assumeRoles", '[{"policy": "allow"}]', "aws:assumeRoles[0].policy must be a policy as JSON"),
    (
        "assumeRoleWithWebIdentity",
        '{"roleArn": "arn:aws:iam::123456789012:role/x"}',
        "must have either webIdentityToken or webIdentityTokenFile",
    ),
    ("customCaBundle", "/nonexistent", "must be the path of a file that exists, not '/nonexistent'"),
    ("defaultTags", '{"tags": {"team": [1]}}', "aws:defaultTags.tags.team must be a string, not [1]"),
    ("defaultTags", '{"team": "video"}', "aws:defaultTags has no input named team"),
    ("ec2MetadataServiceEndpointMode", "IPv5", "must be one of IPv4, IPv6, not 'IPv5'"),
    ("endpoints", "127.0.0.1:5000", 'must be a URL, or JSON as in [{"s3":'),
    ("httpsProxy", "proxy", "must be a whole URL"),
    (
        "insecure",
        "true",
        "must be false for buckets and roles of tavus_provider: name the server's certificate in aws:customCaBundle",
    ),
    ("maxRetries", "0", "must be at least 1, not 0"),
    ("maxRetries", "many", "must be a whole number, not the string 'many'"),
    ("retryMode", "legacy", "must be one of standard, adaptive"),
    ("s3UsePathStyle", "yes", "must be a boolean"),
    ("sharedConfigFiles", '["/a", "/b"]', "must have one path only"),
    ("sharedCredentialsFiles", "/a", "must be a list of strings"),
    ("skipRequestingAccountId", "true", "must be false for buckets and roles of tavus_provider: STS is asked for the account"),
    ("tagPolicyCompliance", "error", 'must be "disabled" for buckets and roles of tavus_provider: AWS itself enforces'),
    ("tokenBucketRateLimiterCapacity", "5", "must be left out for buckets and roles of tavus_provider: boto3 has no such limit"),
]


def test_every_key_of_pulumi_aws_is_known() -> None:
    """The provider honors or refuses each key that pulumi-aws reads from the stack's configuration."""
    read = set(re.findall(r"__config__\.get\w*\('(\w+)'\)", inspect.getsource(pulumi_aws_config)))
    assert len(read) > 30
    assert set(AWS_KEYS) - read == {"assumeRole"}  # pulumi-aws had it before version 7
    assert read <= set(AWS_KEYS)


@pytest.mark.parametrize(("key", "value", "words"), MISTAKES)
def test_a_value_that_cannot_be_honored_is_refused_at_preview(proxy: AwsProxy, key: str, value: str, words: str) -> None:
    """Check names the key and what to write, without a call; so does a create."""
    buckets = bucket_at(proxy.url, **{key: value})
    reasons = [failure.reason for failure in buckets.check(bucket_inputs())]

    assert any(words in reason for reason in reasons), reasons
    assert all(f"aws:{key}" in reason and "\n" not in reason for reason in reasons)
    with pytest.raises(SettingsError, match=f"aws:{key}"):
        buckets.create(bucket_inputs())
    assert proxy.calls == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"allowedAccountIds": "[123456789012]"}, {"forbiddenAccountIds": "[210987654321]"}),
        (
            {"assumeRole": '{"roleArn": "arn:aws:iam::123456789012:role/x"}'},
            {"assumeRoles": '[{"roleArn": "arn:aws:iam::123456789012:role/x"}]'},
        ),
    ],
)
def test_keys_that_exclude_each_other(proxy: AwsProxy, one: dict[str, str], other: dict[str, str]) -> None:
    """Check refuses two keys for one setting, because nobody can know which one is meant."""
    (failure,) = bucket_at(proxy.url, **one, **other).check(bucket_inputs())
    assert "exclude each other: `pulumi config rm aws:" in failure.reason


def test_no_mistake_shows_a_secret(proxy: AwsProxy) -> None:
    """A secret in the place of another type is not repeated."""
    hidden = {
        "assumeRoleWithWebIdentity": '{"roleArn": "r", "webIdentityToken": ["hush"]}',
        "assumeRoles": '[{"externalId": ["hush"]}]',
    }
    reasons = [failure.reason for failure in bucket_at(proxy.url, **hidden).check(bucket_inputs())]
    assert len(reasons) > 2
    assert "hush" not in " ".join(reasons)


HARMLESS = {
    "insecure": "false",
    "skipCredentialsValidation": "true",
    "skipMetadataApiCheck": "true",
    "skipRegionValidation": "true",
    "skipRequestingAccountId": "false",
    "tagPolicyCompliance": "disabled",
    "s3UsePathStyle": "true",
    "useFipsEndpoint": "false",
    "maxRetries": "2",
    "retryMode": "adaptive",
    "s3UsEast1RegionalEndpoint": "regional",
    "stsRegion": "eu-central-1",
    "ec2MetadataServiceEndpointMode": "IPv4",
    "noProxy": "127.0.0.1",
    "httpProxy": "http://127.0.0.1:9",
    "userAgents": '["ours/1"]',
}


def test_all_others_reach_the_calls(proxy: AwsProxy) -> None:
    """A stack with the usual keys for an emulator creates its bucket, and the requests show that each key has its effect."""
    bucket_at(proxy.url, **HARMLESS).create(bucket_inputs())
    first = proxy.headers[0]
    assert "tavus-provider/" in first["user-agent"]
    assert "ours/1" in first["user-agent"]
    assert "/eu-central-1/sts/" in first["authorization"]


@pytest.mark.parametrize(
    ("keys", "address"),
    [
        ({}, "https://bucket.s3.amazonaws.com/key"),
        ({"s3UsePathStyle": "true"}, "https://s3.amazonaws.com/bucket/key"),
        ({"s3UsEast1RegionalEndpoint": "regional"}, "https://bucket.s3.us-east-1.amazonaws.com/key"),
        ({"useFipsEndpoint": "true"}, "https://bucket.s3-fips.us-east-1.amazonaws.com/key"),
        ({"useDualstackEndpoint": "true"}, "https://bucket.s3.dualstack.us-east-1.amazonaws.com/key"),
    ],
)
def test_keys_that_choose_the_address(keys: dict[str, str], address: str) -> None:
    """The addresses of S3, in links too, are those that the keys ask for."""
    client = clients.s3(aws_settings("", **keys).aws, "us-east-1")
    link = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert link.partition("?")[0] == address


@pytest.mark.parametrize(("retries", "calls"), [("1", 1), ("3", 3)])
def test_calls_are_tried_as_often_as_configured(proxy: AwsProxy, retries: str, calls: int) -> None:
    """`aws:maxRetries` wins over the environment, and counts the first attempt as pulumi-aws does."""
    proxy.refuse("GetCallerIdentity", code="ServiceUnavailable", status=503, times=9)
    with pytest.raises(StorageError):
        bucket_at(proxy.url, maxRetries=retries).create(bucket_inputs())
    assert len(proxy.calls) == calls


@pytest.mark.parametrize("key", ["sharedConfigFiles", "sharedCredentialsFiles"])
def test_profiles_come_from_the_configured_file(proxy: AwsProxy, tmp_path: Path, key: str) -> None:
    """The file takes the place of the one in the home folder or the environment."""
    title = "profile work" if key == "sharedConfigFiles" else "work"
    (tmp_path / "file").write_text(f"[{title}]\naws_access_key_id = from-file\naws_secret_access_key = x\n")
    keys = {"profile": "work", "accessKey": "", "secretKey": "", key: json.dumps([str(tmp_path / "file")])}
    bucket_at(proxy.url, **keys).create(bucket_inputs())
    assert "Credential=from-file/" in proxy.headers[0]["authorization"]


def test_calls_go_through_the_configured_proxy(proxy: AwsProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """`aws:httpProxy` is used for all hosts but those in `aws:noProxy`, and wins over the environment."""
    set_environment(monkeypatch, HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1")
    with serve_answers(Answer(500, "<Error><Code>Proxied</Code></Error>")) as between:
        with pytest.raises(StorageError):
            bucket_at("http://sts.example.com", httpProxy=between.url, noProxy="example.org", maxRetries="1").create(
                bucket_inputs()
            )
        assert between.requests[0].path == "http://sts.example.com/"
        bucket_at(proxy.url, httpProxy=between.url, noProxy="127.0.0.1").create(bucket_inputs())
        assert len(between.requests) == 1


def test_certificates_come_from_the_configured_file(tmp_path: Path) -> None:
    """A file without any is opened when the call is made, which therefore fails."""
    (tmp_path / "bundle").write_text("no certificate")
    keys = {"customCaBundle": str(tmp_path / "bundle"), "maxRetries": "1"}
    with serve_answers(Answer()) as server:
        buckets = bucket_at(server.url.replace("http:", "https:"), **keys)
        with pytest.raises(StorageError, match="no certificate or crl found"):
            buckets.create(bucket_inputs())


@pytest.mark.parametrize("skips", [False, True])
def test_the_metadata_service_can_be_left_out(proxy: AwsProxy, monkeypatch: pytest.MonkeyPatch, skips: bool) -> None:
    """`aws:skipMetadataApiCheck` asks it nothing; otherwise it is asked at the configured address."""
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    with serve_answers(Answer(404)) as service:
        keys = {"ec2MetadataServiceEndpoint": service.url, **({"skipMetadataApiCheck": "true"} if skips else {})}
        with pytest.raises(StorageError, match="Unable to locate credentials"):
            bucket_at(proxy.url, accessKey="", secretKey="", **keys).create(bucket_inputs())
        assert bool(service.requests) is not skips
