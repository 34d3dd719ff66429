"""Requests that a browser sends for web pages: to the sandbox, and to the local AWS beside it."""

from __future__ import annotations

import boto3
import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.support.conversations import create_by_hand

FOREIGN = {
    "another site": {"origin": "https://attacker.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    "another port": {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    "another port, of an old browser": {"origin": "http://127.0.0.1:1"},
    "a sandboxed frame, of an old browser": {"origin": "null"},
    "an image or a script": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    "a form": {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
    "a host name of its own": {"host": "attacker.example"},
    "a host name of its own with a page's origin": {"host": "localhost.attacker.example:80", "sec-fetch-site": "same-origin"},
}
"""What browsers send, by where the page is or what it uses."""

LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_page_changes_nothing_in_the_sandbox(
    sandbox: Sandbox, api: httpx.Client, guest: httpx.Client, headers: dict[str, str]
) -> None:
    """Whatever the path and the method, a request of a page of another origin is refused with the reason."""
    room = f"/rooms/{create_by_hand(sandbox)}"
    sandbox.control.join(room.rpartition("/")[2], "Ada")
    before = sandbox.control.books()
    paths = ["/sandbox/reset", f"{room}/leave", f"{room}/join", "/v2/conversations", "/sandbox/seed", "/nowhere"]
    answers = [api.post(path, headers=headers) for path in paths]
    answers += [guest.request(method, f"{sandbox.url}/sandbox/reset", headers=headers) for method in ("OPTIONS", "PUT")]
    assert [answer.status_code for answer in answers] == [403] * 8
    assert all(answer.json()["message"].startswith("The sandbox refused the request: ") for answer in answers)
    assert sandbox.control.books() == before


@pytest.mark.parametrize("headers", [headers for name, headers in FOREIGN.items() if name != "a form"])
def test_a_foreign_page_reads_nothing_from_the_sandbox(sandbox: Sandbox, guest: httpx.Client, headers: dict[str, str]) -> None:
    """A page of another origin cannot fetch what the control paths and the rooms show."""
    paths = ("/sandbox/calls", f"/rooms/{create_by_hand(sandbox)}")
    assert [guest.get(f"{sandbox.url}{path}", headers=headers).status_code for path in paths] == [403, 403]


def test_a_room_can_be_opened_and_used_from_its_own_page(sandbox: Sandbox, guest: httpx.Client) -> None:
    """A link or a frame of any page opens a room, its own page may let participants join, and programs send no such header."""
    room = f"{sandbox.url}/rooms/{create_by_hand(sandbox)}"
    own = {"origin": sandbox.url, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    opened = [LINK, {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, {**LINK, "sec-fetch-dest": "iframe"}, own]
    assert [guest.get(room, headers=headers).status_code for headers in opened] == [200] * 4
    used: list[dict[str, str]] = [own, {"origin": sandbox.url}, {**own, "origin": "null"}, {}]
    assert [
        guest.post(f"{room}/join", headers=headers, json={"participant": f"{n}"}).status_code for n, headers in enumerate(used)
    ] == [200] * 4


def test_a_host_name_of_this_machine_is_accepted(sandbox: Sandbox, api: httpx.Client) -> None:
    """Programs may call the sandbox by the names of this machine, with any port."""
    assert [
        api.get("/v2/personas", headers={"host": host}).status_code for host in ("localhost", "localhost:1", "127.0.0.1")
    ] == [200] * 3


@pytest.mark.parametrize("headers", [*FOREIGN.values(), LINK], ids=[*FOREIGN, "a link"])
def test_a_foreign_page_reaches_nothing_of_the_local_aws(aws: str, guest: httpx.Client, headers: dict[str, str]) -> None:
    """AWS's paths and moto's own refuse a page of another origin, and do not let it read the answer."""
    boto3.client("s3").create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    calls = [("POST", "/moto-api/reset"), ("GET", "/moto-api/data.json"), ("DELETE", "/kept"), ("GET", "/"), ("OPTIONS", "/kept")]
    answers = [guest.request(method, f"{aws}{path}", headers=headers) for method, path in calls]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert {"access-control-allow-origin" in answer.headers for answer in answers} == {False}
    assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == ["kept"]


def test_programs_and_typed_addresses_reach_the_local_aws(aws: str, guest: httpx.Client) -> None:
    """A call without a browser's headers passes, also by a bucket's host name, and so does a link that a user pastes."""
    boto3.client("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    typed = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}
    hosts = [{}, {"host": "bucket.localhost:80"}, typed]
    assert [guest.get(f"{aws}/", headers=headers).status_code for headers in hosts] == [200] * 3
