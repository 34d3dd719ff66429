"""Options of a program's resources: what Pulumi cannot do for dynamic providers is refused, or named in a warning.

Source: Pulumi docs, "Resource options" and "Dynamic resource providers"; what has no effect was seen on the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from ..schema.fields import Table

_WITHOUT_EFFECT = {
    "replace_on_changes": "`pulumi up --replace URN` replaces it",
    "custom_timeouts": "inputs such as wait_for_ready and settings such as tavus:retryTimeout say how long to wait",
    "version": "the installed package decides the version",
    "plugin_download_url": "the provider is part of the installed package",
}
"""Options that the engine or the SDK does not honor for dynamic resources, each with what to do instead."""


_INSTEAD_OF_PROVIDER = "tavus_provider.Account names the account and the AWS profile"
_DELETED_WITH = (
    "deleted_with leaves the object where it is: nothing at Tavus or AWS is deleted with another object, and a conversation "
    "stays active and billed; remove it"
)


def require_options(resource: str, opts: object) -> None:
    """Raise pulumi.RunError where an input was given by position, where Pulumi takes its options."""
    if not isinstance(opts, pulumi.ResourceOptions | None):
        got = type(opts).__name__
        raise pulumi.RunError(f"{resource}: opts must be pulumi.ResourceOptions(…), not {got}; give inputs by name")


def refuse_options(resource: str, rows: Table, opts: pulumi.ResourceOptions | None, is_readable: bool) -> None:
    """Raise pulumi.RunError for `import_`, and for `id` where the resource cannot be read without inputs."""
    if opts is None:
        return
    if opts.import_ is not None:  # Pulumi then asks a dynamic provider without saying which one it is
        raise pulumi.RunError(f"{resource}: Pulumi cannot import a dynamic resource: {_instead_of('import_', rows)}")
    if opts.id is not None and not is_readable:
        raise pulumi.RunError(f"{resource}: it cannot be read by its id alone: {_instead_of('id', rows)}")


def warn_of_options(resource: pulumi.Resource, opts: pulumi.ResourceOptions | None) -> None:
    """Warn of options that have no effect, and of `deleted_with`, which prevents the deletion."""
    given = {name: instead for name, instead in _WITHOUT_EFFECT.items() if getattr(opts, name, None)}
    given |= {f"provider of {package}": _INSTEAD_OF_PROVIDER for package in _find_other_packages(opts)}
    if given:
        named = ", ".join(f"{name} ({instead})" for name, instead in given.items())
        pulumi.log.warn(f"options that have no effect on a dynamic resource: {named}", resource=resource)
    warn_of_deletion(resource, opts)


def warn_of_deletion(resource: pulumi.Resource, opts: pulumi.ResourceOptions | None) -> None:
    """Warn of `deleted_with`, which prevents the deletion."""
    if opts and opts.deleted_with:
        pulumi.log.warn(_DELETED_WITH, resource=resource)


def _find_other_packages(opts: pulumi.ResourceOptions | None) -> list[str]:
    """Return the packages of given providers that the SDK does not use for dynamic resources."""
    providers = opts.providers if opts and opts.providers else []
    given = list(providers.values() if isinstance(providers, Mapping) else providers)
    given += [opts.provider] if opts and opts.provider else []
    return sorted({each.package for each in given} - {"pulumi-python"})


def _instead_of(option: str, rows: Table) -> str:
    names = [row.name for row in rows if row.name.startswith("existing_")]
    instead = f"give the input {names[0]}, which takes what exists" if names else "let it be created"
    return f"remove {option} and {instead}"
