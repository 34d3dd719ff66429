"""Tests of users' own programs: mocks of Pulumi's runtime, and in `fixtures` a local Tavus and stacks on the real engine.

`import tavus_provider` does not load it.
"""

from ..api.errors import InputError
from .mocks import MockedResource, TavusMocks

__all__ = ["InputError", "MockedResource", "TavusMocks"]
