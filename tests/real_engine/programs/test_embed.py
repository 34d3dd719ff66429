"""The example embed: a web page with a room in a frame, written by the program or served by resources of pulumi-aws."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_example
from tests.real_engine.stack import Stack
from tests.support.aws.pulumi_aws import run_example
from tests.support.conversations import PERSONA
from tests.support.http_client import HTTP

ROOM = "https://tavus.daily.co/c123"
IN_FRAME = {
    "accept": "text/html,application/xhtml+xml",
    "sec-fetch-dest": "iframe",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "cross-site",
}
"""Headers with which a browser fetches what a frame shows."""


class Page(HTMLParser):
    """A page: its title, and the attributes of its frames."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.title, self._in_title = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes of a frame."""
        self._in_title = tag == "title"
        if tag == "iframe":
            self.frames.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of the title."""
        self._in_title = False

    def handle_data(self, data: str) -> None:
        """Note the title."""
        self.title += data if self._in_title else ""


def test_the_frame_of_the_page_has_the_room(sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path) -> None:
    """A preview writes nothing; up writes the page of a room that answers; where the room has ended, up writes the next one."""
    folder = copy_example("embed", tmp_path / "copy")
    stack = new_stack(sandbox, project=folder)
    stack.configure(persona_id=PERSONA, title="Support & <sales>")
    stack.preview()
    assert not (folder / "index.html").exists()

    stack.up()
    page = Page((folder / "index.html").read_text())
    (frame,) = page.frames
    assert page.title == "Support & <sales>"
    assert frame["src"] == stack.outputs()["conversation_url"]
    assert frame["allow"] == "camera; microphone; fullscreen; display-capture"
    answer = HTTP.get(str(frame["src"]), headers=IN_FRAME)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "frame-ancestors" not in answer.headers["content-security-policy"]
    assert sandbox.control.conversations()[0]["conversation_name"] in answer.text
    stack.up("--expect-no-changes")

    sandbox.control.advance(900)
    stack.up("--refresh")
    (later,) = Page((folder / "index.html").read_text()).frames
    assert later["src"] == stack.outputs()["conversation_url"] != frame["src"]
    stack.destroy()
    assert sandbox.control.books()["active"] == 0


def test_only_the_distribution_may_read_the_bucket_that_serves_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """With `serve`, CloudFront gives the page over https, without which no browser gives a page its camera."""
    answers = {
        "Conversation": {"conversation_url": ROOM},
        "Bucket": {"arn": "arn:aws:s3:::page", "bucket": "page", "bucketRegionalDomainName": "page.s3.eu-west-1.amazonaws.com"},
        "Distribution": {"arn": "arn:aws:cloudfront::123456789012:distribution/E1", "domainName": "d1.cloudfront.net"},
    }
    declared = run_example("embed", answers, monkeypatch, persona_id=PERSONA, serve="true")

    assert declared.outputs["page_url"] == "https://d1.cloudfront.net/"
    page = declared.find_one("BucketObjectv2")
    assert Page(page["content"]).frames[0]["src"] == ROOM
    assert (page["key"], page["contentType"]) == ("index.html", "text/html; charset=utf-8")
    blocked = declared.find_one("BucketPublicAccessBlock")
    assert sorted(name for name, value in blocked.items() if value is True) == [
        *("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    ]
    (statement,) = json.loads(declared.find_one("BucketPolicy")["policy"])["Statement"]
    assert statement["Resource"] == "arn:aws:s3:::page/index.html"
    assert statement["Condition"] == {"StringEquals": {"AWS:SourceArn": answers["Distribution"]["arn"]}}
    distribution = declared.find_one("Distribution")
    behavior, (origin,) = distribution["defaultCacheBehavior"], distribution["origins"]
    assert behavior["viewerProtocolPolicy"] == "redirect-to-https"
    assert (origin["domainName"], origin["originAccessControlId"]) == ("page.s3.eu-west-1.amazonaws.com", "page-id")
    assert behavior["targetOriginId"] == origin["originId"]
