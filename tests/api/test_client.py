"""Client: requests, repetitions and errors."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from email.utils import formatdate

import pytest

from tavus_provider.api.call import Call
from tavus_provider.api.client import TavusClient, client_for
from tavus_provider.api.errors import (
    ApiError,
    ConcurrencyLimit,
    ConnectionFailed,
    ForeignAnswer,
    Gone,
    OutcomeUnknown,
    RateLimited,
    RoleNotAssumable,
    ServerError,
    SettingsError,
    TavusError,
    Unauthorized,
)
from tests.support.http_server import Answer, Request, serve, serve_answers

READ = Call("GET", "/v2/conversations/c1", "read conversation c1", "conversation_id")
CREATE = Call("POST", "/v2/conversations", "create conversation 'call'", repeatable=False)
PATCH = Call("PATCH", "/v2/personas/p1", "update persona p1", "persona_id")
END = Call("POST", "/v2/conversations/c1/end", "end conversation c1", "conversation_id", empty=200)
DELETE = Call("DELETE", "/v2/conversations/c1", "delete conversation c1", "conversation_id", empty=204)


def client(url: str, retry_timeout: float = 5.0) -> TavusClient:
    """Return a client for the server at `url`."""
    return client_for(url, "key-1", retry_timeout)


def test_a_client_loads_nothing_that_only_a_command_line_needs() -> None:
    """A plugin starts without click, rich and pygments, which httpx loads where it finds them; `httpx.main` is still there."""
    program = (
        "import sys\n"
        "from tavus_provider.api.client import TavusClient\n"
        "TavusClient('http://127.0.0.1:1', 'key-1')\n"
        "print([name for name in ('click', 'rich', 'pygments') if name in sys.modules])\n"
        "import httpx\n"
        "httpx.main(['--help'])\n"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.startswith("[]\n")
    assert "HTTPX" in printed


def test_each_thread_keeps_a_connection() -> None:
    """Calls of a thread, one after another, use one connection, which no other thread uses."""
    ports: dict[str, set[int]] = {}

    def answer(request: Request) -> Answer:
        ports.setdefault(request.path.rpartition("=")[2], set()).add(request.port)
        return Answer(body={"conversation_id": "c1"})

    with serve(answer, keep_alive=True) as url:
        made, together = TavusClient(url, "key-1"), threading.Barrier(4)

        def call(number: int) -> None:
            together.wait()
            for _ in range(3):
                made.send(READ, thread=number)

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(call, range(4)))
        made.close()

    assert [len(each) for each in ports.values()] == [1, 1, 1, 1]
    assert len(set.union(*ports.values())) == 4


def test_key_version_and_body_go_over_the_wire() -> None:
    """A request has the key, a user agent with the package's version, and the JSON body."""
    with serve_answers(Answer(body={"conversation_id": "c1"})) as tavus:
        assert client(tavus.url).send(CREATE, {"persona_id": "p1"}) == {"conversation_id": "c1"}

    (request,) = tavus.requests
    assert (request.method, request.path, request.body) == ("POST", "/v2/conversations", {"persona_id": "p1"})
    assert request.headers["x-api-key"] == "key-1"
    assert request.headers["user-agent"].startswith("tavus-provider/")


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_success_with_an_object_counts(status: int) -> None:
    """Any 2xx with a JSON object is success."""
    with serve_answers(Answer(status, {"status": "active"})) as tavus:
        assert client(tavus.url).send(READ) == {"status": "active"}


@pytest.mark.parametrize(("call", "status"), [(PATCH, 200), (PATCH, 304), (END, 200), (DELETE, 204)], ids=str)
def test_a_success_without_a_body_counts_where_tavus_gives_one(call: Call, status: int) -> None:
    """The contract has answers without a body to some calls, each under its status."""
    with serve_answers(Answer(status)) as tavus:
        assert client(tavus.url).send(call) == {}
    for other in {200, 204, 304} - {status} - ({200, 304} if call is PATCH else set()):
        with serve_answers(Answer(other)) as tavus, pytest.raises(ForeignAnswer):
            client(tavus.url, retry_timeout=0).send(call)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(401, {"message": "Invalid access token"}), Unauthorized, "tavus:apiKey"),
        (Answer(402, {"message": "The user is out of conversational credits."}), ApiError, "add credits"),
        (Answer(400, {"message": "User has reached maximum concurrent conversations"}), ConcurrencyLimit, "end an active"),
        (Answer(400, {"error": "unable to assume role with given parameters"}), RoleNotAssumable, "291871421005"),
        (Answer(400, {"error": "Invalid persona_id"}), ApiError, "persona_id must be"),
        (Answer(400, {"error": "Invalid replica_id"}), ApiError, "replica_id, or"),
        (Answer(400, {"error": "Invalid replica_uuid"}), ApiError, "default_replica_id, must be"),
        (Answer(400, {"error": "Invalid conversation_id"}), Gone, "c1"),
        (Answer(404, {"message": "Conversation not found"}), Gone, "c1"),
        (Answer(404, {"message": "nothing here"}), ApiError, "tavus:baseUrl"),
    ],
)
def test_an_answer_becomes_its_error(answer: Answer, error: type[ApiError], words: str) -> None:
    """Each kind of refusal has its own error: one line with what was done, what was answered and what to do."""
    with serve_answers(answer) as tavus, pytest.raises(ApiError) as raised:
        client(tavus.url).send(READ)

    assert type(raised.value) is error
    assert len(tavus.requests) == 1
    assert str(raised.value).startswith("could not read conversation c1: Tavus answered")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("status", [301, 304, 403, 404, 405, 407, 408, 413, 418, 425, 429, 451, 499])
@pytest.mark.parametrize(
    "body", ["<html>\n  <b>Forbidden</b></html>", "", {"detail": "no"}, {"message": "no", "request_id": "r1"}], ids=str
)
@pytest.mark.parametrize("call", [READ, CREATE, END, DELETE], ids=str)
def test_an_answer_of_somebody_else_says_nothing(call: Call, status: int, body: object) -> None:
    """An answer in another form than Tavus's, or under a status that Tavus does not give, leaves the outcome unknown."""
    with serve_answers(Answer(status, body)) as tavus, pytest.raises(ForeignAnswer) as raised:
        client(tavus.url, retry_timeout=0).send(call)

    assert str(raised.value).startswith(f"could not {call.doing}: the answer is not Tavus's own ({status} ")
    assert "tavus:baseUrl" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("body", ["", "limit reached", {"detail": "slow down"}])
def test_the_wait_that_somebody_else_asks_for_is_heeded(body: object) -> None:
    """The client waits as long as a gateway asks for before it repeats what may be repeated."""
    with serve_answers(Answer(429, body, {"retry-after": "0.5"}), Answer(body={"status": "active"})) as tavus:
        began = time.monotonic()
        assert client(tavus.url).send(READ) == {"status": "active"}
    assert time.monotonic() - began >= 0.5


FOREIGN = [
    Answer(200, "<html>ok</html>"),
    Answer(200, {"ok": True}),
    Answer(200, headers={"content-type": "text/html"}),
    Answer(304),
    Answer(403, ""),
    Answer(404, "not here"),
    Answer(404, {"message": "Not Found"}),
    Answer(502, "<html>"),
]
"""Answers that say nothing about an end or a deletion."""


@pytest.mark.parametrize("answer", FOREIGN, ids=str)
@pytest.mark.parametrize(
    ("call", "truth", "error"),
    [
        (END, Answer(body={"conversation_id": "c1", "status": "ended"}), None),
        (END, Answer(body={"conversation_id": "c1", "status": "active"}), TavusError),
        (END, Answer(400, {"error": "Invalid conversation_id"}), Gone),
        (END, Answer(404, "<html>"), TavusError),
        (DELETE, Answer(400, {"error": "Invalid conversation_id"}), Gone),
        (DELETE, Answer(body={"conversation_id": "c1", "status": "ended"}), TavusError),
    ],
    ids=str,
)
def test_one_read_decides_about_an_end(answer: Answer, call: Call, truth: Answer, error: type[TavusError] | None) -> None:
    """Where somebody else answers to an end or a deletion, one GET decides; where that does not, there is an error."""
    with serve_answers(answer, truth) as tavus, pytest.raises(error) if error else nullcontext() as raised:
        client(tavus.url, retry_timeout=0).remove(call, READ, {"status": "ended"} if call is END else None)

    assert [request.method for request in tavus.requests] == [call.method, "GET"]
    assert error is not TavusError or (raised and f"could not {call.doing}" in str(raised.value))


def test_a_bad_request_is_not_taken_for_gone() -> None:
    """400 means gone only with Tavus's exact message for an unknown id, and only for a call that names one."""
    with serve_answers(Answer(400, {"error": "Invalid conversation_id format"})) as tavus, pytest.raises(ApiError) as raised:
        client(tavus.url).send(READ)
    assert type(raised.value) is ApiError

    with serve_answers(Answer(400, {"error": "Invalid conversation_id"})) as tavus, pytest.raises(ApiError) as raised:
        client(tavus.url).send(CREATE)
    assert type(raised.value) is ApiError


@pytest.mark.parametrize("trouble", [Answer(500), Answer(503), Answer(429), Answer(408), Answer(closes=True)])
def test_a_repeatable_call_is_repeated(trouble: Answer) -> None:
    """The client repeats it after a 5xx, a 429 and a lost connection."""
    with serve_answers(trouble, trouble, Answer(body={"status": "active"})) as tavus:
        assert client(tavus.url).send(READ) == {"status": "active"}

    assert len(tavus.requests) == 3


@pytest.mark.parametrize(("trouble", "error"), [(Answer(500), ServerError), (Answer(closes=True), OutcomeUnknown)])
def test_creating_is_not_repeated_blindly(trouble: Answer, error: type[TavusError]) -> None:
    """The client sends a call that must not happen twice only once if it may have been carried out."""
    with serve_answers(trouble) as tavus, pytest.raises(error):
        client(tavus.url).send(CREATE, {})

    assert len(tavus.requests) == 1


def test_creating_is_repeated_when_tavus_asked_for_it() -> None:
    """Tavus's own 429 says that nothing was done, so the client repeats even creating."""
    with serve_answers(Answer(429, {"message": "Too many requests"}), Answer(body={"conversation_id": "c1"})) as tavus:
        assert client(tavus.url).send(CREATE, {}) == {"conversation_id": "c1"}


@pytest.mark.parametrize("ahead", [-3600, 0, 3600])
def test_a_date_to_wait_for_is_read_by_tavus_clock(ahead: float) -> None:
    """The client compares a date in Retry-After with the answer's own Date header, however wrong either clock is."""
    now = time.time() + ahead
    headers = {"date": formatdate(now, usegmt=True), "retry-after": formatdate(now + 1800, usegmt=True)}
    with serve_answers(Answer(429, {"error": "slow down"}, headers)) as tavus, pytest.raises(RateLimited) as raised:
        client(tavus.url).send(READ)

    assert raised.value.retry_after == pytest.approx(1800, abs=5)


@pytest.mark.parametrize("header", ["soon", "nan", "inf", "-5", "Mon, 99 Foo 2020", "9" * 400])
def test_an_unreadable_wait_is_ignored(header: str) -> None:
    """A Retry-After that is neither seconds nor a date is ignored, and the call is repeated."""
    with serve_answers(Answer(429, headers={"retry-after": header}), Answer(body={"status": "active"})) as tavus:
        assert client(tavus.url).send(READ) == {"status": "active"}


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    """A Retry-After beyond the deadline ends the call at once, with Tavus's message."""
    with (
        serve_answers(Answer(429, {"error": "slow down"}, {"retry-after": "3600"})) as tavus,
        pytest.raises(RateLimited) as raised,
    ):
        client(tavus.url).send(READ)

    assert raised.value.retry_after == 3600
    assert len(tavus.requests) == 1


@pytest.mark.parametrize("body", ["not json", "[1, 2]", '"text"', "{", '{"a":' * 100_000])
def test_an_unreadable_success_is_an_unknown_outcome(body: str) -> None:
    """A success without a JSON object may have been carried out, so it is not a failure."""
    with serve_answers(Answer(200, body)) as tavus, pytest.raises(OutcomeUnknown):
        client(tavus.url).send(CREATE, {})


def test_no_connection_is_an_error_with_the_setting() -> None:
    """The error says that there is no connection, and which setting has the address."""
    with serve_answers(Answer()) as tavus:
        pass
    with pytest.raises(ConnectionFailed, match="no connection to Tavus.*tavus:baseUrl"):
        client(tavus.url, retry_timeout=0.1).send(CREATE, {})


@pytest.mark.parametrize(
    "said",
    [
        "no access for tvs-secret",
        "callback_url https://user:tvs-secret@example.com/hook cannot be reached",
        "callback_url 'HTTPS://example.com:8443/hook/tvs-secret?token=tvs-secret#tvs-secret' cannot be reached",
    ],
)
def test_secrets_in_messages_are_redacted(said: str) -> None:
    """No error has the API key or more of an address than its host, even if Tavus's message has."""
    with serve_answers(Answer(500, {"error": said})) as tavus, pytest.raises(ServerError) as raised:
        client_for(tavus.url, "tvs-secret", 0).send(READ)

    assert "tvs-secret" not in str(raised.value) + repr(raised.value.args)
    assert all(word in str(raised.value) for word in said.split() if "secret" not in word)


def test_addresses_of_tavus_stay() -> None:
    """An error keeps Tavus's addresses, which say what to read."""
    with (
        serve_answers(Answer(422, {"error": "see https://docs.tavus.io/errors?page=2"})) as tavus,
        pytest.raises(ApiError) as raised,
    ):
        client(tavus.url).send(READ)
    assert "'see https://docs.tavus.io/errors?page=2'" in str(raised.value)


@pytest.mark.parametrize(
    "body", [{"error": "wrong " * 1_000_000}, "<p>wrong</p>\n" * 1_000_000, {"error": ["wrong"] * 1_000_000}]
)
def test_very_long_messages_are_cut(body: object) -> None:
    """An error has a readable length, however long the answer is."""
    with serve_answers(Answer(400, body)) as tavus, pytest.raises(TavusError, match="wrong.*…") as raised:
        client(tavus.url).send(READ)
    assert len(str(raised.value)) < 600


def test_control_characters_of_an_answer_are_escaped() -> None:
    """Tavus's message can neither move the cursor nor end the line."""
    with (
        serve_answers(Answer(400, {"error": "wrong\x1b[2J\r\nerror: all is lost \u202e"})) as tavus,
        pytest.raises(ApiError) as raised,
    ):
        client(tavus.url).send(READ)
    assert str(raised.value).isprintable()


def test_a_rotated_key_is_replaced_by_the_spare_one(capfd: pytest.CaptureFixture[str]) -> None:
    """The client uses the environment's key once the stored one was refused, and notifies the user once."""
    refused, answered = Answer(401, {"message": "Invalid access token"}), Answer(body={"status": "active"})
    with serve_answers(refused, answered) as tavus:
        rotated = client_for(tavus.url, "old", 5.0, "new")
        assert rotated.send(READ) == rotated.send(READ) == {"status": "active"}

    assert [request.headers["x-api-key"] for request in tavus.requests] == ["old", "new", "new"]
    assert capfd.readouterr().err.count("the key in TAVUS_API_KEY is used instead") == 1


def test_two_wrong_keys_are_one_error() -> None:
    """If Tavus refuses both keys, the error says how to set the right one."""
    with (
        serve_answers(Answer(401, {"message": "Invalid access token"})) as tavus,
        pytest.raises(Unauthorized, match="set the right key"),
    ):
        client_for(tavus.url, "old", 5.0, "new").send(READ)

    assert len(tavus.requests) == 2


def test_the_environments_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go through the environment's proxy."""
    with serve_answers(Answer(body={"status": "active"})) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert client("http://tavus.invalid").send(READ) == {"status": "active"}

    assert proxy.requests[0].path == "http://tavus.invalid/v2/conversations/c1"


@pytest.mark.parametrize(("name", "value"), [("SSL_CERT_FILE", __file__), ("HTTPS_PROXY", "ftp://proxy")])
def test_unusable_settings_of_the_environment_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The error about unreadable certificates or a wrong proxy names the variables to check."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="check HTTPS_PROXY, SSL_CERT_FILE"):
        client("https://tavus.invalid")


def test_the_password_of_a_proxy_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names a wrong proxy without its password."""
    monkeypatch.setenv("HTTPS_PROXY", "ftp://user:hush-hush@proxy.example.com")
    with pytest.raises(SettingsError, match="proxy.example.com") as raised:
        client("https://tavus.invalid")
    assert "hush-hush" not in str(raised.value)
