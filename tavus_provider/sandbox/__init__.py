"""Sandbox: a local Tavus for development, demonstrations and tests.

It speaks Tavus's API over real HTTP on the loopback interface. Conversations start, end by themselves and are recorded into a
real bucket of an AWS stand-in; all other kinds of objects are there too. Control paths advance time, add any number of
objects, let work fail, inject faults (`ControlClient.inject`) and hold calls (`ControlClient.hold`).
`ASSUMPTIONS` lists the decisions that Tavus's documents leave open.
"""

from __future__ import annotations

from .assumptions import ASSUMPTIONS
from .control.client import ControlClient, ControlError
from .control.data import Fault, HeldCall
from .faults.fault_spec import FaultSpec
from .server import Sandbox
from .world.behavior import Behavior
from .world.limits import Limits

__all__ = ["ASSUMPTIONS", "Behavior", "ControlClient", "ControlError", "Fault", "FaultSpec", "HeldCall", "Limits", "Sandbox"]
