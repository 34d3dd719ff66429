"""Tools and skills of a persona, which Tavus keeps beside it.

Sources: Tavus API reference, PAL Tools and PAL Skills; Tavus docs, Skills.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..api.call import Call
from ..api.errors import ApiError, OutcomeUnknown
from ..api.paths import path_to
from ..lifecycle.base import Props
from ..lifecycle.parts import Part
from ..schema.formats import validate_most
from ..schema.validation import find_nearest

MOST_TOOLS = 50
"""Tools that a persona can have at most."""

SKILLS = ("internet_search", "presentation", "magic_canvas", "memory")
"""Skills that Tavus documents; for memory: tavus-cli 0.11.0, recipes/capabilities.py."""

_TRIGGERS = ("on_demand", "walk_the_deck")


class AttachedTools(Part):
    """Tools of a persona: of the attached ones, the program manages those that it names."""

    input = "tool_ids"
    output = "attached_tool_ids"

    def read(self, known: Any) -> Props:
        """Return which of the known tools are attached, and all that are."""
        attached = self._list()
        return {self.input: attached if known is None else [id_ for id_ in known if id_ in attached], self.output: attached}

    def write(self, before: Any, after: Any, is_new: bool) -> Props:
        """Attach and detach the difference; what others attached stays."""
        # A new persona has no tools, so no call asks for them.
        attached = [] if is_new else self._list()
        wanted = after or []
        added = [id_ for id_ in wanted if id_ not in attached]
        removed = [id_ for id_ in before or [] if id_ in attached and id_ not in wanted]
        if added:
            self.client.send(Call("POST", f"{self.path}/tools", f"attach tools to {self.thing}"), {"tool_ids": added})
        for id_ in removed:
            self._detach(id_)
        return {self.output: [id_ for id_ in [*attached, *added] if id_ not in removed]}

    def _list(self) -> list[str]:
        call = Call("GET", f"{self.path}/tools", f"read the tools of {self.thing}", holds=("data", list))
        items = self.client.send(call)["data"]
        return [str(each["tool_id"]) for each in items if isinstance(each, Mapping) and "tool_id" in each]

    def _detach(self, id_: str) -> None:
        call = Call("DELETE", path_to(f"{self.path}/tools", id_), f"detach tool {id_} from {self.thing}", empty=204)
        try:
            self.client.send(call)
        except (ApiError, OutcomeUnknown):
            # Tavus refuses to detach what is not attached, which a lost answer to an earlier try can lead to.
            if id_ in self._list():
                raise


class Skills(Part):
    """Skills of a persona: the program has them all."""

    input = "skills"

    def read(self, known: Any) -> Props:
        """Return the configuration of each skill."""
        call = Call("GET", f"{self.path}/skills", f"read the skills of {self.thing}", holds=("data", dict))
        items = self.client.send(call)["data"].items()
        return {self.input: {name: each.get("config") or {} for name, each in items if isinstance(each, Mapping)}}

    def write(self, before: Any, after: Any, is_new: bool) -> Props:
        """Replace all skills in one call."""
        skills = {name: {"config": config} for name, config in (after or {}).items()}
        call = Call("PUT", f"{self.path}/skills", f"set the skills of {self.thing}", holds=("data", dict))
        self.client.send(call, {"skills": skills})
        return {}


def validate_tools(tool_ids: Sequence[Any]) -> str | None:
    """Return what is wrong with a list of tools. Source: Tavus API reference, Attach Tools To PAL."""
    known = [id_ for id_ in tool_ids if isinstance(id_, str)]
    twice = next((id_ for id_ in known if known.count(id_) > 1), None)
    if twice:
        return f"must have each tool once, not {twice} twice"
    return validate_most(MOST_TOOLS, "tools")(tool_ids)


def validate_skills(skills: Mapping[str, Any]) -> str | None:
    """Return what is wrong with skills. Source: Tavus API reference, Attach Skill to PAL."""
    presentation = skills.get("presentation")
    if not isinstance(presentation, Mapping):
        return None
    if not presentation.get("document_ids"):
        return 'must name the documents to present: write "presentation": {"document_ids": […]}'
    trigger = presentation.get("slides_trigger", "on_demand")
    is_wrong = isinstance(trigger, str) and trigger not in _TRIGGERS
    return f"must have presentation.slides_trigger {' or '.join(_TRIGGERS)}, not {trigger!r}" if is_wrong else None


def warn_of_skills(skills: Mapping[str, Any]) -> str | None:
    """Warn of a skill that Tavus's registry may not have."""
    unknown = next((name for name in skills if name not in SKILLS), None)
    meant = find_nearest(unknown, SKILLS) if unknown else None
    hint = f": did you mean {meant}?" if meant else ""
    return f"has the skill {unknown!r}, which Tavus does not document ({', '.join(SKILLS)}){hint}" if unknown else None
