"""Tool: a function that personas call during conversations, on a page or at a backend.

The surprising rule: Tavus shows secrets as stars, and a patch replaces whole fields, so a patch has the program's own values.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from ..api.errors import ApiError, InputError
from ..lifecycle.base import Props
from ..lifecycle.json_patch import Operation, split_path
from ..lifecycle.tavus_object import Extra, OnDestroy, TavusObjectLifecycle, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.outputs import CREATED_AT, Out
from ..schema.validation import Failure
from .tool_parameters import MOST_CHARACTERS, count_characters, declared_names, find_placeholders, validate_parameters

_InPlace = functools.partial(Field, replaces=False)
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}")
_BODYLESS = ("GET", "HEAD", "DELETE")
_CLIENT = "tavus-cli 0.11.0"
_AUTH = "Tavus docs, Tool Authentication"


def _validate_name(name: str) -> str | None:
    if _NAME.fullmatch(name):
        return None
    return f"must be letters, digits and underscores, at most 64, and not begin with a digit, not {name!r}"


def _validate_https(url: str) -> str | None:
    return None if url.lower().startswith("https://") else "must begin with https://"


def _validate_timeout(seconds: float) -> str | None:
    return None if seconds > 0 else "must be more than 0 seconds"


class NoToolAuthArgs(TypedDict):
    """A public API: Tavus adds nothing to the request."""

    type: Annotated[Input[Literal["none"]], Field("Kind of authentication.", source=_AUTH)]


class BearerToolAuthArgs(TypedDict):
    """A long-lived token."""

    type: Annotated[Input[Literal["bearer"]], Field("Kind of authentication.", source=_AUTH)]
    token: Annotated[Input[str], Field("Token in the header Authorization.", secret=True, source=_AUTH)]


class BasicToolAuthArgs(TypedDict):
    """A user and a password."""

    type: Annotated[Input[Literal["basic"]], Field("Kind of authentication.", source=_AUTH)]
    username: Annotated[Input[str], Field("Name of the user.", source=_AUTH)]
    password: Annotated[Input[str], Field("Password of the user.", secret=True, source=_AUTH)]


class ApiKeyToolAuthArgs(TypedDict):
    """A key in a header or in the query."""

    type: Annotated[Input[Literal["api_key"]], Field("Kind of authentication.", source=_AUTH)]
    name: Annotated[Input[str], Field("Name of the header, or of the member of the query.", source=_AUTH)]
    value: Annotated[Input[str], Field("The key.", secret=True, source=_AUTH)]
    location: NotRequired[
        Annotated[Input[Literal["header", "query"]], Field("Where the key is.", default="header", source=_AUTH)]
    ]


class HmacToolAuthArgs(TypedDict):
    """A signature of the body, for a callback of one's own."""

    type: Annotated[Input[Literal["hmac"]], Field("Kind of authentication.", source=_AUTH)]
    secret: Annotated[Input[str], Field("What Tavus signs with.", secret=True, source=_AUTH)]


class OAuth2ToolAuthArgs(TypedDict):
    """A token that Tavus gets for client credentials, and gets anew."""

    type: Annotated[Input[Literal["oauth2_client_credentials"]], Field("Kind of authentication.", source=_AUTH)]
    token_url: Annotated[Input[str], Field("Where Tavus gets tokens; https.", validator=_validate_https, source=_CLIENT)]
    client_id: Annotated[Input[str], Field("Id of the client.", source=_CLIENT)]
    client_secret: Annotated[Input[str], Field("Secret of the client.", secret=True, source=_CLIENT)]
    scope: NotRequired[Annotated[Input[str], Field("Scope of the tokens.", source=_CLIENT)]]


ToolAuthArgs = (
    NoToolAuthArgs | BearerToolAuthArgs | BasicToolAuthArgs | ApiKeyToolAuthArgs | HmacToolAuthArgs | OAuth2ToolAuthArgs
)


class ToolApiArgs(TypedDict, total=False):
    """The request that Tavus makes when the tool is called."""

    url: Required[Annotated[Input[str], Field("Address; https. {name} stands for an argument.", validator=_validate_https)]]
    method: Annotated[
        Input[Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]], Field("Method.", default="POST", source=_CLIENT)
    ]
    timeout: Annotated[
        Input[float],
        Field(
            "Longest wait for the answer.",
            unit="seconds",
            default=10,
            maximum=60,
            validator=_validate_timeout,
            source=_CLIENT,
        ),
    ]
    headers: Annotated[Input[Mapping[str, Input[str]]], Field("Further headers; may have secrets.", secret=True)]
    auth: Annotated[Input[ToolAuthArgs], Field("How Tavus authenticates.")]
    body_template: Annotated[Input[Mapping[str, Any]], Field("Body, in which {name} stands for an argument.")]
    query_params: Annotated[Input[Mapping[str, Input[str]]], Field("Query, in which {name} stands for an argument.")]


class ToolDeliveryArgs(TypedDict, total=False):
    """Where calls of a tool go: to the page, or to a backend."""

    app_message: Annotated[Input[bool], Field("The page gets an event.")]
    api: Annotated[Input[ToolApiArgs], Field("Tavus makes a request.")]


class ToolArgs(TypedDict, total=False):
    """The inputs of a tool."""

    name: Required[Annotated[Input[str], _InPlace("Name, which no other tool of the account has.", validator=_validate_name)]]
    description: Required[Annotated[Input[str], _InPlace("What it does, by which the model decides to call it.")]]
    parameters: Annotated[
        Input[Mapping[str, Any]],
        _InPlace("JSON Schema of its arguments; with the description at most 10,000 characters.", validator=validate_parameters),
    ]
    origin: Annotated[
        Input[str],
        _InPlace("What triggers a call: words, images or sound.", default="llm", known=("llm", "vision", "audio")),
    ]
    on_call: Annotated[
        Input[str],
        _InPlace(
            "What the persona does while it runs.",
            known=("generate_filler", "static_filler", "silent", "passthrough"),
            source=_CLIENT,
        ),
    ]
    on_resolve: Annotated[
        Input[str],
        _InPlace(
            "What the persona does with its result.",
            default="fire_and_forget",
            known=("generate_response", "response_in_result", "add_to_context", "fire_and_forget"),
            source=_CLIENT,
        ),
    ]
    static_filler: Annotated[Input[str], _InPlace("What the persona says while it runs, where on_call is static_filler.")]
    tags: Annotated[Input[Sequence[Input[str]]], _InPlace("Tags.", source=_CLIENT)]
    delivery: Annotated[
        Input[ToolDeliveryArgs], _InPlace("Where calls go; to the page if absent.", default={"app_message": True})
    ]
    extra: Extra
    existing_tool_id: Annotated[Input[str], existing("a tool")]
    on_destroy: OnDestroy


class ToolState:
    """Outputs of Tool."""

    tool_id: Annotated[Output[str], Out("Id of the tool.", example="t{digits}")]
    created_at: Annotated[Output[str], CREATED_AT]


class ToolLifecycle(TavusObjectLifecycle):
    """Lifecycle of a tool. Sources: Tavus docs, Tool Calling for LLM, Tool Delivery; tavus-cli 0.11.0."""

    args = ToolArgs
    state = ToolState
    name = "Tool"
    noun = "tool"
    path = "/v2/tools"
    id_field = "tool_id"

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield what Tavus refuses in a tool as a whole."""
        yield from _check_length(given)
        yield from _check_origin(given)
        delivery = given.get("delivery")
        if isinstance(delivery, Mapping):
            yield from _check_channel(delivery)
            api = delivery.get("api")
            yield from _check_api(api, given.get("parameters", {})) if isinstance(api, Mapping) else ()

    def post(self, news: Props) -> tuple[str, Props]:
        """Create the tool. Raises InputError that says how to adopt the one that has its name."""
        try:
            return super().post(news)
        except ApiError as error:
            if error.status != 409:
                raise
            raise InputError(f"{error}; name: give another one, or adopt that tool with {self.existing}") from error

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Send whole fields, as the program has them: what Tavus shows has stars for secrets."""
        desired = self.inputs.to_wire(news)
        changed = dict.fromkeys(split_path(each["path"])[0] for each in operations)
        self.client.send(self.call("PATCH", id_, "update"), {name: desired.get(name, self._absent(name)) for name in changed})

    def _absent(self, name: str) -> Any:
        # Tavus keeps what a patch leaves out, so the patch says what the absence of an input means.
        row = self.inputs.find(name)
        return {"parameters": {}, "tags": []}.get(name, row.field.default if row else None)


def _check_length(given: Props) -> Iterator[Failure]:
    description, parameters = given.get("description"), given.get("parameters", {})
    if not isinstance(description, str) or not isinstance(parameters, Mapping):
        return
    try:
        length = count_characters(description, parameters)
    except TypeError:  # something is not known yet
        return
    if length > MOST_CHARACTERS:
        yield Failure("parameters", f"must have at most {MOST_CHARACTERS} characters with description, not {length}")


def _check_origin(given: Props) -> Iterator[Failure]:
    origin = given.get("origin", "llm")
    if origin == "llm" and given.get("on_call") == "static_filler" and not given.get("static_filler"):
        yield Failure("static_filler", "is missing: on_call is static_filler")
    if origin not in ("vision", "audio"):
        return
    for name in ("on_call", "static_filler"):
        if given.get(name):
            yield Failure(name, f"must be left out: origin is {origin}")
    if given.get("on_resolve", "fire_and_forget") in ("generate_response", "response_in_result", "add_to_context"):
        yield Failure("on_resolve", f"must be fire_and_forget: origin is {origin}")


def _check_channel(delivery: Mapping[str, Any]) -> Iterator[Failure]:
    app_message, api = delivery.get("app_message"), delivery.get("api")
    if app_message is True and api:
        yield Failure("delivery", "must have either app_message or api, not both")
    if app_message in (None, False) and not api:
        yield Failure("delivery", "must have app_message or api")


def _check_api(api: Mapping[str, Any], parameters: Any) -> Iterator[Failure]:
    if api.get("body_template") and api.get("method", "POST") in _BODYLESS:
        yield Failure("delivery.api.body_template", f"must be left out: {api['method']} sends no body")
    templates = {name: find_placeholders(api.get(name)) for name in ("url", "body_template", "query_params")}
    auth = api.get("auth")
    if isinstance(auth, Mapping) and auth.get("type") == "hmac":
        for name, found in templates.items():
            if found or (name != "url" and api.get(name)):
                yield Failure(f"delivery.api.{name}", "must be fixed or left out: with hmac Tavus sends a body of its own")
    if isinstance(parameters, Mapping) and isinstance(parameters.get("properties", {}), Mapping):
        for name, found in templates.items():
            missing = sorted(found - set(declared_names(parameters)))
            if missing:
                yield Failure(f"delivery.api.{name}", f"names {{{missing[0]}}}, which parameters does not declare")
