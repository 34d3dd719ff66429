"""Tools and skills of personas, which are on the newer paths alone.

Sources: Tavus API reference, PAL Tools and PAL Skills; Tavus docs, Skills; tavus-cli 0.11.0, for the registry and for slashes at
the end of paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api.call_conditions import conditions_of
from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.routing import Handler, make_route, read_json
from ..api.validation import STRING, STRINGS, Schema, validate_fields
from ..records.record import Record

if TYPE_CHECKING:
    from ..world.account import Account

_MOST_TOOLS = 50
_TOOL_IDS: Schema = {"type": "object", "properties": {"tool_ids": {**STRINGS, "minItems": 1}}, "required": ["tool_ids"]}
_CONFIG: Schema = {"type": "object", "properties": {"config": {"type": "object"}}}
_SKILLS: Schema = {
    "type": "object",
    "properties": {"skills": {"type": "object", "additionalProperties": _CONFIG}},
    "required": ["skills"],
}
_PRESENTATION: Schema = {
    "type": "object",
    "properties": {
        "document_ids": {**STRINGS, "minItems": 1},
        "slides_trigger": {"enum": ["on_demand", "walk_the_deck"]},
        "prompt": STRING,
    },
    "required": ["document_ids"],
}
_CONFIGS: Mapping[str, Schema] = {
    "internet_search": {"type": "object", "properties": {}},
    "presentation": _PRESENTATION,
    "magic_canvas": {"type": "object", "properties": {"components": {"type": "object"}, "usage_guidance": STRING}},
    "memory": {"type": "object", "properties": {}},
}


class Attachments:
    """What is attached to the personas of an account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """Return the routes, each collection with and without a slash at its end."""
        collections: dict[str, dict[str, Handler]] = {
            "/v2/pals/{id}/tools": {"GET": self.list_tools, "POST": self.attach_tools},
            "/v2/pals/{id}/skills": {"GET": self.list_skills, "PUT": self.replace_skills},
        }
        one = {"GET": self.get_skill, "PUT": self.attach_skill, "PATCH": self.patch_skill, "DELETE": self.detach_skill}
        return [
            make_route("/v2/skills", GET=self.list_registry),
            *(make_route(f"{path}{end}", **handlers) for path, handlers in collections.items() for end in ("", "/")),
            make_route("/v2/pals/{id}/tools/{tool_id}", DELETE=self.detach_tool),
            make_route("/v2/pals/{id}/skills/{skill_id}", **one),
        ]

    def list_registry(self, request: Request) -> Response:
        """List the skills that there are."""
        titles = {name: name.replace("_", " ").title() for name in _CONFIGS}
        skills = [{"skill_id": name, "display_name": title, "description": f"{title}."} for name, title in titles.items()]
        return JsonResponse({"data": skills})

    def list_tools(self, request: Request) -> Response:
        """List the attached tools."""
        with self.account.lock_state() as now:
            return self._show_tools(self._find(request, now))

    def attach_tools(self, request: Request) -> Response:
        """Attach tools; those that are attached already stay. Raises ErrorAnswer (400)."""
        wanted = validate_fields(read_json(request), _TOOL_IDS)["tool_ids"]
        with self.account.lock_state() as now:
            persona = self._find(request, now)
            if not all(map(self.account.tools.has, wanted)):
                raise ErrorAnswer(400, "Bad Request. Tool not found")  # assumed: attachments
            attached = list(dict.fromkeys([*_tools_of(persona), *wanted]))
            if len(attached) > _MOST_TOOLS:
                raise ErrorAnswer(400, f"A PAL can have at most {_MOST_TOOLS} tools")
            persona.change(now, {"tool_ids": attached})
            return self._show_tools(persona)

    def detach_tool(self, request: Request) -> Response:
        """Detach a tool. Raises ErrorAnswer (400) where it is not attached."""
        id_ = request.path_params["tool_id"]
        with self.account.lock_state() as now:
            persona = self._find(request, now)
            if id_ not in _tools_of(persona):
                raise ErrorAnswer(400, "Bad Request. Tool not attached to this PAL")
            persona.change(now, {"tool_ids": [each for each in _tools_of(persona) if each != id_]})
        return Response(status_code=204)

    def list_skills(self, request: Request) -> Response:
        """List the attached skills, by id."""
        with self.account.lock_state() as now:
            return JsonResponse({"data": _skills_of(self._find(request, now))})

    def replace_skills(self, request: Request) -> Response:
        """Replace all skills. Raises ErrorAnswer (400, 404)."""
        wanted = validate_fields(read_json(request), _SKILLS)["skills"]
        with self.account.lock_state() as now:
            persona = self._find(request, now)
            skills = {name: self._attachment(persona, name, body.get("config", {}), now) for name, body in wanted.items()}
            persona.change(now, {"skills": skills})
            return JsonResponse({"data": skills})

    def get_skill(self, request: Request) -> Response:
        """Get an attached skill. Raises ErrorAnswer (404)."""
        with self.account.lock_state() as now:
            return JsonResponse(self._find_skill(self._find(request, now), request))

    def attach_skill(self, request: Request) -> Response:
        """Attach a skill, or replace its configuration. Raises ErrorAnswer (400, 404)."""
        return self._set_skill(request, {})

    def patch_skill(self, request: Request) -> Response:
        """Change members of the configuration of an attached skill; null removes one. Raises ErrorAnswer (400, 404)."""
        with self.account.lock_state() as now:
            before = self._find_skill(self._find(request, now), request)["config"]
        return self._set_skill(request, before)

    def detach_skill(self, request: Request) -> Response:
        """Detach a skill. Raises ErrorAnswer (404) where it is not attached."""
        with self.account.lock_state() as now:
            persona = self._find(request, now)
            removed = self._find_skill(persona, request)["skill_id"]
            persona.change(now, {"skills": {name: each for name, each in _skills_of(persona).items() if name != removed}})
        return Response(status_code=204)

    def _set_skill(self, request: Request, before: Mapping[str, Any]) -> Response:
        given = validate_fields(read_json(request), _CONFIG).get("config", {})
        config = {name: value for name, value in {**before, **given}.items() if value is not None}
        with self.account.lock_state() as now:
            persona, name = self._find(request, now), request.path_params["skill_id"]
            persona.change(now, {"skills": {**_skills_of(persona), name: self._attachment(persona, name, config, now)}})
            return JsonResponse(_skills_of(persona)[name])

    def _find(self, request: Request, now: float) -> Record:
        """Return the persona that the path names. Raises ErrorAnswer (400, 404)."""
        try:
            return self.account.personas.find(request.path_params["id"], now, conditions_of(request))
        except ErrorAnswer as refusal:
            is_of_tools = request.url.path.rstrip("/").split("/")[4] == "tools"
            raise (
                ErrorAnswer(400, "Bad Request. PAL not found") if is_of_tools else ErrorAnswer(404, "PAL not found")
            ) from refusal

    def _find_skill(self, persona: Record, request: Request) -> dict[str, Any]:
        found: dict[str, Any] | None = _skills_of(persona).get(request.path_params["skill_id"])
        if found is None:
            raise ErrorAnswer(404, "Skill not attached to this PAL")  # assumed: attachments
        return found

    def _attachment(self, persona: Record, name: str, config: Mapping[str, Any], now: float) -> dict[str, Any]:
        """Return a skill as it is attached. Raises ErrorAnswer: 404 for an unknown one, 400 for a wrong configuration."""
        if name not in _CONFIGS:
            raise ErrorAnswer(404, f"Unknown skill '{name}'")
        fields = validate_fields(config, _CONFIGS[name])
        since = _skills_of(persona).get(name, {}).get("attached_at", persona.timestamp(now))
        return {"skill_id": name, "config": fields, "attached_at": since, "updated_at": persona.timestamp(now)}

    def _show_tools(self, persona: Record) -> Response:
        tools = self.account.tools
        attached = [tools.records[id_] for id_ in _tools_of(persona) if tools.has(id_)]
        return JsonResponse({"data": [tools.list_item(each, {}) for each in attached]})


def _tools_of(persona: Record) -> list[str]:
    return list(persona.fields.get("tool_ids", ()))


def _skills_of(persona: Record) -> dict[str, Any]:
    return dict(persona.fields.get("skills", {}))
