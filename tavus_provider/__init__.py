"""Tavus for Pulumi: AI video conversations, and the storage that their recordings go to, as code.

`__init__.pyi` has every public name; each is loaded when it is first used. Begin with `Conversation`.
"""

import lazy_loader

from .program import end_notice as _end_notice  # noqa: F401  # it names what a program no longer declares
from .version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
