"""The keys of pulumi-aws's configuration that concern tags: `aws:defaultTags` and `aws:ignoreTags`."""

from __future__ import annotations

from collections.abc import Mapping

from ...aws_settings import AwsSettings, parse


def default_tags(aws: AwsSettings) -> dict[str, str]:
    """Return the tags that everything in the stack gets, from pulumi-aws's `aws:defaultTags`. Raises SettingsError."""
    return dict(parse(aws).get("defaultTags", {}).get("tags", {}))


def ignores_tags(aws: AwsSettings) -> bool:
    """Tell whether the stack ignores any tags, with pulumi-aws's `aws:ignoreTags`."""
    return "ignoreTags" in dict(aws)


def drop_ignored_tags(aws: AwsSettings, tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags without those that the stack ignores, by `keys` and `keyPrefixes` of `aws:ignoreTags`.

    Raises SettingsError.
    """
    ignored = parse(aws).get("ignoreTags", {})
    keys, prefixes = ignored.get("keys", []), tuple(ignored.get("keyPrefixes", []))
    return {name: value for name, value in tags.items() if name not in keys and not name.startswith(prefixes)}
