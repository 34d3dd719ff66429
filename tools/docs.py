"""Pages in docs/ that are generated: one for each resource, from its field table, one for lookups, two for AWS; and the schema.

`python -m tools.docs` writes them, and with `--check` it fails if one is not current.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import tavus_provider
from tavus_provider.aws_settings import AwsConfig
from tavus_provider.native import schema
from tavus_provider.program.resource import Resource
from tavus_provider.recording.aws.permissions import caller_policy
from tavus_provider.schema.documentation import describe_class
from tavus_provider.schema.fields import InputSpec, table
from tavus_provider.schema.outputs import find_outputs
from tools import docs_lookups
from tools.markdown import meaning_cell, render_outputs, render_table, type_cell
from tools.programs import usage
from tools.programs.example import rows_of

ROOT = Path(__file__).parents[1]


def render_pages() -> dict[Path, str]:
    """Return the text of each generated page by its path."""
    public = [getattr(tavus_provider, name) for name in tavus_provider.__all__]
    documented = [each for each in public if inspect.isclass(each) and hasattr(each, "documented_args")]
    resources = {_to_kebab_case(each.__name__): "\n".join(_render_resource(each)) + "\n" for each in documented}
    others = {
        "aws-permissions": _PERMISSIONS.format(policy=_render_policy()),
        "aws-settings": "\n".join(_render_aws_settings()) + "\n",
        "lookups": docs_lookups.render_page(),
    }
    pages = {ROOT / "docs" / f"{name}.md": text for name, text in (resources | others).items()}
    return {**pages, schema.FILE: schema.write_schema(usage.describe_usage)}


_PERMISSIONS = """\
# AWS permissions

This IAM policy has the permissions that a user needs for `pulumi up`, `pulumi refresh` and `pulumi destroy` of a
RecordingStorage. It is for a storage that is called `recordings` in the program: write the beginning of your name instead. Do
not allow it for every role (`*`): a user who may manage every role has the power of an administrator.

```json
{policy}
```

- `s3:AbortMultipartUpload`, `s3:DeleteObject` and `s3:DeleteObjectVersion` are needed for `force_destroy` only.
- The actions of KMS are needed for `kms_key_arn` only, and not with `kms_grant=False`; write that key's ARN there.
- With `existing_bucket="use"`, `s3:ListBucket` and the actions that begin with `s3:Get` are enough for the bucket.
- `tavus-provider recordings` needs `s3:ListBucket` and `s3:GetObject`, and with a key `kms:Decrypt`.
- `tavus-provider doctor` says what is missing; it needs `iam:SimulatePrincipalPolicy`, and for a role `iam:GetRole`.

The permissions that Tavus gets are the outputs `trust_policy` and `permissions` of [RecordingRole](recording-role.md).

Source: AWS Service Authorization Reference, "Actions, resources, and condition keys" for Amazon S3, AWS IAM, AWS KMS and AWS STS.
"""


def _render_policy() -> str:
    return json.dumps(caller_policy("recordings-*", "recordings-*", kms_key_arn="arn:aws:kms:*:*:key/*"), indent=2)


def _to_kebab_case(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _render_resource(resource: type) -> Iterator[str]:
    args, source = resource.documented_args  # type: ignore[attr-defined]  # set by `add_documentation`
    yield from (f"# {resource.__name__}", "", describe_class(resource))
    yield from _render_example(resource)
    yield from ("", "## Inputs", *_render_inputs("input", args))
    yield from _render_shapes(args)
    if find_outputs(resource):
        title = "All inputs, and:" if issubclass(resource, Resource) else "What the component gives:"
        yield from ("", "## Outputs", "", title, *render_outputs("output", resource))
    yield from _render_import(resource)
    yield from ("", f"Source of the facts, where no other is named: {source}.")


def _render_example(resource: type) -> Iterator[str]:
    """Yield the example in Python, and in the other languages where the native plugin has the resource."""
    programs = usage.write_programs(resource)
    if not programs:
        return
    yield from ("", "## Example")
    for language, text in programs.items():
        block = ("", f"```{language}", text.rstrip("\n"), "```")
        if language == "python":
            yield from block
        else:
            yield from ("", f"<details><summary>{usage.NAMES[language]}</summary>", *block, "", "</details>")


_IMPORT = """
## Import

In Python, `tavus.{name}("name", {input}=…)` brings one that exists under management ([how](resources.md)). In the
other languages, and in Python with `tavus:plugin native`, Pulumi's own command does it ([native plugin](native-plugin.md)):

```sh
{command}
```

{older_host}"""


_NO_IMPORT = {
    "RecordingBucket": "A bucket that exists is not imported: `existing_bucket` takes it.",
    "RecordingRole": "A role that exists is not imported: a conversation names its ARN, as in "
    "[examples/existing-storage](../examples/existing-storage/__main__.py).",
    "RecordingStorage": "A bucket that exists is not imported: `existing_bucket` takes it. The role is always a new one.",
}


def _render_import(resource: type) -> Iterator[str]:
    """Yield how one that exists is taken over."""
    command = usage.write_import(resource)
    if resource.__name__ in _NO_IMPORT:
        yield from ("", "## Import", "", _NO_IMPORT[resource.__name__])
    elif command:
        existing = next(row.name for row in rows_of(resource.__name__) if row.name.startswith("existing_"))
        yield _IMPORT.format(name=resource.__name__, input=existing, command=command, older_host=usage.OLDER_HOST)


def _render_shapes(args: type) -> Iterator[str]:
    for shape in dict.fromkeys(_find_shapes(args)):
        yield from ("", f"### {shape.__name__}", "", inspect.cleandoc(shape.__doc__ or ""))
        yield from _render_inputs("member", shape, nested=True)


_AWS_SETTINGS = """\
# AWS settings

The stack's configuration of pulumi-aws, such as `aws:region`, holds for buckets and roles of tavus_provider too: for
`RecordingBucket`, `RecordingRole`, `RecordingStorage` and `tavus-provider recordings STACK`. Each of its keys is honored, or
refused by the preview in one line that names it. Without a key, the environment and the profile decide, as boto3 reads them.

- **Accounts.** With `aws:allowedAccountIds` or `aws:forbiddenAccountIds` the preview asks STS for the account, and so does
  each plugin before its first call to S3, IAM or KMS. If the account may not be used, nothing is created, changed, read or
  deleted, neither at AWS nor, if the preview is not skipped, at Tavus. `pulumi refresh` and `pulumi destroy` use the settings
  that the last `pulumi up` had.
- **Roles.** `aws:assumeRoleWithWebIdentity` comes first, then `aws:assumeRoles` in their order; what is created belongs to
  the account of the last role. The caller of `pulumi up` needs `sts:AssumeRole` on the first one.
- **Nobody is asked.** No plugin, program or command reads what somebody types. A profile with `mfa_serial` is refused: run
  `aws configure export-credentials --profile NAME --format env`, which asks for the code, set the three variables that it
  prints (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`), and remove `aws:profile`. A `credential_process`
  finds neither an input nor a terminal. `aws sso login` and `aws login` have to come before `pulumi up`.
- **Misspelled keys.** A key that is like one of these stops the program before it declares a bucket or role; any other `aws:`
  key that is not in the table is named in a warning.
- **An [Account](account.md)** has settings of its own: it takes none of these from the stack, but `aws_region`,
  `aws_profile`, `aws_endpoints`, `aws_allowed_account_ids`, `aws_forbidden_account_ids` and `aws_assume_roles` as inputs."""


def _render_aws_settings() -> Iterator[str]:
    yield _AWS_SETTINGS
    cells = ((f"`aws:{row.name}`", type_cell(row), *_aws_cells(row)) for row in table(AwsConfig))
    yield from ("", "## Keys", *render_table(("key", "type", "honored", "meaning"), cells))
    yield from _render_shapes(AwsConfig)
    yield from ("", 'Source: Pulumi registry, AWS 7, "Installation & configuration" and Provider.')


def _aws_cells(row: InputSpec) -> tuple[str, str]:
    refused, _, meaning = meaning_cell(row, nested=True).partition(": ") if row.field.doc.startswith("Refused") else ("", "", "")
    return (refused.lower(), meaning[0].upper() + meaning[1:]) if refused else ("yes", meaning_cell(row, nested=True))


def _render_inputs(title: str, args: type, nested: bool = False) -> Iterator[str]:
    rows = ((f"`{row.name}`", type_cell(row), meaning_cell(row, nested)) for row in table(args))
    return render_table((title, "type", "meaning"), rows)


def _find_shapes(args: type) -> Iterator[type]:
    """Yield the objects that inputs may be, and those inside of them."""
    for row in table(args):
        for shape in row.shapes or (row.item.shapes if row.item else ()):
            yield from (shape, *_find_shapes(shape))


def main() -> None:
    """Write the pages, or check them."""
    stale = {path: text for path, text in render_pages().items() if not path.exists() or path.read_text() != text}
    if "--check" in sys.argv:
        sys.exit(f"docs are not current, run `make docs`: {', '.join(path.name for path in stale)}" if stale else 0)
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
