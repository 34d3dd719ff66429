"""How a resource is used: its example in every language, and the command that imports one."""

from __future__ import annotations

import functools

import tavus_provider
from tavus_provider.lifecycle.at_tavus import TavusLifecycle
from tavus_provider.native.registry import MODULE, component_tokens, resource_tokens
from tavus_provider.native.schema import Schema, make_schema
from tavus_provider.program.resource import Resource
from tavus_provider.schema.documentation import find_example

from .example import read_program
from .languages import write_all

NAMES = {"python": "Python", "yaml": "YAML", "typescript": "TypeScript", "go": "Go"}
"""Names of the languages, by those that blocks of Markdown have."""

_USAGE = """

{{{{% examples %}}}}
## Example Usage
{{{{% example %}}}}

{blocks}
{{{{% /example %}}}}
{{{{% /examples %}}}}"""

OLDER_HOST = """\
Where the language host of a program is older than `pulumi` itself, add `--generate-code=false`: such a host cannot print the
program for what was imported, and the command ends with `method GenerateProgram not implemented` after the import."""
"""What readers of a command that imports have to know. tools/pulumi builds such a host for Python."""

_IMPORT = """

## Import

```sh
$ {command}
```

{older_host}"""

_current_schema = functools.cache(make_schema)


def write_programs(resource: type, schema: Schema | None = None) -> dict[str, str]:
    """Return the example of a resource's class by the names of languages; empty where the native plugin does not have it."""
    served = MODULE + resource.__name__ in (*resource_tokens(), *component_tokens())
    return write_all(read_program(resource), schema or _current_schema()) if served and find_example(resource) else {}


def write_import(resource: type) -> str:
    """Return the command that imports what the example declares, "" where it cannot be imported."""
    if not (issubclass(resource, Resource) and issubclass(resource.provider_class.lifecycle, TavusLifecycle)):
        return ""
    named = next(each.name for each in read_program(resource).declarations if each.type == resource.__name__)
    return f"pulumi import {MODULE}{resource.__name__} {named} ID"


def describe_usage(token: str, schema: Schema) -> str:
    """Return example and import as they follow a description in the schema.

    Source: Pulumi docs, "Pulumi Package schema", Documentation.
    """
    resource = getattr(tavus_provider, token.removeprefix(MODULE))
    blocks = "".join(f"```{language}\n{text}```\n" for language, text in write_programs(resource, schema).items())
    command = write_import(resource)
    return _USAGE.format(blocks=blocks) + (_IMPORT.format(command=command, older_host=OLDER_HOST) if command else "")
