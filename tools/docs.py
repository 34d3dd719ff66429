"""Pages in docs/ that are generated: one for each resource, from its field table, one for lookups, one for AWS permissions.

`python -m tools.docs` writes them, and with `--check` it fails if one is not current.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import tavus_provider
from tavus_provider.program.resource import Resource
from tavus_provider.recording.permissions import caller_policy
from tavus_provider.schema.fields import table
from tavus_provider.schema.outputs import find_outputs
from tools import docs_lookups
from tools.markdown import meaning_cell, render_outputs, render_table, type_cell

ROOT = Path(__file__).parents[1]


def render_pages() -> dict[Path, str]:
    """Return the text of each generated page by its path."""
    public = [getattr(tavus_provider, name) for name in tavus_provider.__all__]
    documented = [each for each in public if inspect.isclass(each) and hasattr(each, "documented_args")]
    resources = {_to_kebab_case(each.__name__): "\n".join(_render_resource(each)) + "\n" for each in documented}
    others = {"aws-permissions": _PERMISSIONS.format(policy=_render_policy()), "lookups": docs_lookups.render_page()}
    return {ROOT / "docs" / f"{name}.md": text for name, text in (resources | others).items()}


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

The permissions that Tavus gets are the outputs `trust_policy` and `permissions` of [RecordingRole](recording-role.md).

Source: AWS Service Authorization Reference, "Actions, resources, and condition keys" for Amazon S3, AWS IAM, AWS KMS and AWS STS.
"""


def _render_policy() -> str:
    return json.dumps(caller_policy("recordings-*", "recordings-*", kms_key_arn="arn:aws:kms:*:*:key/*"), indent=2)


def _to_kebab_case(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _render_resource(resource: type) -> Iterator[str]:
    args, source = resource.documented_args  # type: ignore[attr-defined]  # set by `add_documentation`
    # The rest of the docstring is generated from the same table.
    yield from (f"# {resource.__name__}", "", inspect.cleandoc(resource.__doc__ or "").partition("\n\nArgs:")[0])
    yield from ("", "## Inputs", *_render_inputs("input", args))
    for shape in dict.fromkeys(_find_shapes(args)):
        yield from ("", f"### {shape.__name__}", "", inspect.cleandoc(shape.__doc__ or ""))
        yield from _render_inputs("member", shape, nested=True)
    if find_outputs(resource):
        title = "All inputs, and:" if issubclass(resource, Resource) else "What the component gives:"
        yield from ("", "## Outputs", "", title, *render_outputs("output", resource))
    yield from ("", f"Source of the facts, where no other is named: {source}.")


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
