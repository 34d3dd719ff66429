"""Lookup of the skills that personas can have.

Sources: Tavus docs, Skills; tavus-cli 0.11.0, the members of the registry.
"""

from dataclasses import dataclass
from typing import Annotated, Unpack

import pulumi

from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import Filters, Lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class SkillResult:
    """Result of the lookup of skills: one of Tavus's registry."""

    skill_id: Annotated[str, Out("Id of the skill, for `skills` of personas.")]
    display_name: Annotated[str | None, Out("Its name.")]
    description: Annotated[str | None, Out("What it does.")]


_SKILLS = Lookup(result=SkillResult, noun="skill", plural="skills", path="/v2/skills", id_field="skill_id")


@add_documentation
def get_skills(**filters: Unpack[Filters]) -> list[SkillResult]:
    """Look up all skills that Tavus has. Raises pulumi.RunError where that fails."""
    return look_up(_SKILLS.list_all, filters)


@add_documentation
def get_skills_output(**filters: Unpack[Filters]) -> pulumi.Output[list[SkillResult]]:
    """Look up all skills as `get_skills` does, by values that may be known only later."""
    return look_up_output(_SKILLS.list_all, filters)
