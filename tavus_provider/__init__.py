"""
Tavus for Pulumi: AI video conversations, and the storage that their recordings go to, as code.

Every public name is in `__init__.pyi`, and loaded when it is first used; see `Conversation` for where to begin.
"""

import lazy_loader

from .program import resource as _resource  # noqa: F401  # at a program's end it names what that no longer declares
from .version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
