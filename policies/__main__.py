"""Policy pack: `pulumi up --policy-pack policies` refuses what costs more, or stays longer, than it should."""

from pulumi_policy import EnforcementLevel, PolicyPack
from rules import POLICIES

PolicyPack(name="tavus", policies=POLICIES, enforcement_level=EnforcementLevel.MANDATORY)
