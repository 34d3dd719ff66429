"""A local Tavus for development, demonstrations and tests.

It speaks Tavus's API over real HTTP on the loopback interface, with conversations that live, end by themselves and are
recorded into a real bucket of an AWS stand-in, and with everything that they are made of. Its control paths let time pass,
open crowds of conversations, let work fail, disturb calls (`Control.inject`) and hold them (`Control.hold`).
`assumed.ASSUMED` lists what Tavus's documents leave open.
"""

from __future__ import annotations

from tavus_provider.sandbox.account import Limits
from tavus_provider.sandbox.assumed import ASSUMED
from tavus_provider.sandbox.behaviour import Behaviour
from tavus_provider.sandbox.remote import Control, ControlError, Fault, Held
from tavus_provider.sandbox.rules import Rule
from tavus_provider.sandbox.server import Sandbox

__all__ = ["ASSUMED", "Behaviour", "Control", "ControlError", "Fault", "Held", "Limits", "Rule", "Sandbox"]
