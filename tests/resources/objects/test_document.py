"""Lifecycle of a document, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tavus_provider.api.errors import ApiError, InputError, OutcomeUnknown, RateLimited
from tavus_provider.journal.journal import Journal
from tavus_provider.lifecycle.base import Props
from tavus_provider.lifecycle.processed_object import WorkFailed
from tavus_provider.objects.document import DocumentLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.objects.document_errors import DocumentError
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.calls import sent_bodies
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import OBJECT_URN, find_mistakes, object_at

URL = "https://docs.example.com/handbook.pdf"
HANDBOOK: Props = {"document_url": URL, "document_name": "Handbook", "tags": ["hr"], "wait_for_ready": 0}
SITE: Props = {"document_url": "https://docs.example.com/", "crawl": {"depth": 2}, "wait_for_ready": 0}


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"document_url": None}, "document_url", "is required"),
        ({"document_url": "handbook.pdf"}, "", "document_url must be a whole URL"),
        ({"tags": "hr"}, "tags", "write ['hr']"),
        ({"tags": ["hr", 1]}, "tags[1]", "must be a string"),
        ({"participant_tags": "vip"}, "participant_tags", "write ['vip']"),
        ({"custom_description": 5}, "custom_description", "must be a string, not 5"),
        ({"crawl": {"depth": 11}}, "crawl.depth", "at most 10"),
        ({"crawl": {"max_pages": 0}}, "crawl.max_pages", "at least 1"),
        ({"crawl": True}, "crawl", "must be an object"),
        ({"recrawl_triggers": ["v1"]}, "recrawl_triggers", "requires crawl"),
        ({"wait_for_ready": -1}, "wait_for_ready", "at least 0 seconds"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    found = find_mistakes(Lifecycle, **{"document_url": URL, **given})
    assert [reason for failed, reason in found if failed == name and words in reason]


def test_what_only_up_knows_is_no_mistake() -> None:
    """Values that only `up` knows are not reported as mistakes."""
    assert find_mistakes(Lifecycle, document_url=URL, recrawl_triggers=UNKNOWN) == []
    assert find_mistakes(Lifecycle, document_url=UNKNOWN, recrawl_triggers=["v1"], crawl=UNKNOWN) == []


def test_it_is_waited_for(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """create returns once Tavus has processed the document, and prints the progress meanwhile."""
    sandbox.control.set_behavior(processing=1.5)
    id_, outs = object_at(Lifecycle, sandbox.url).create({**HANDBOOK, "wait_for_ready": 60})
    assert outs["status"] == "ready"
    assert f"document {id_}: processing" in capsys.readouterr().err


def test_what_takes_longer_is_kept_and_waited_for_again(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """After the time to wait, the document stays in the state, and the next `pulumi up` waits again."""
    documents, news = object_at(Lifecycle, sandbox.url), {**HANDBOOK, "wait_for_ready": 1}
    id_, outs = documents.create(news)
    assert outs["status"] == "started"
    assert "is not ready after 1 seconds: the next `pulumi up` waits again" in capsys.readouterr().err
    assert documents.diff(id_, outs, news).changes == ("status",)
    assert documents.diff(id_, outs, HANDBOOK).changes == ("wait_for_ready",)
    sandbox.control.advance(300)
    outs = documents.update(id_, outs, news)
    assert outs["status"] == "ready"
    assert documents.diff(id_, outs, news).changes == ()


@pytest.mark.parametrize("code", get_args(DocumentError))
def test_a_document_that_tavus_cannot_read_is_not_kept(sandbox: Sandbox, code: DocumentError) -> None:
    """The error explains each of Tavus's codes, and create deletes the failed document."""
    sandbox.control.set_behavior(processing=0)
    sandbox.control.fail_document(code)
    with pytest.raises(WorkFailed, match=rf"document d8-\w+ could not be read: {code}: \w+ \w+"):
        object_at(Lifecycle, sandbox.url).create({**HANDBOOK, "wait_for_ready": 60})
    assert [each["deleted"] for each in sandbox.control.objects("documents")] == ["soft"]
    assert list(Journal().intents()) == []


@pytest.mark.parametrize("suffix", ["pdf", "txt", "docx", "doc", "md", "json", "png", "jpg", "jpeg", "pptx", "csv", "xlsx"])
def test_the_reason_names_each_format_that_tavus_reads(sandbox: Sandbox, suffix: str) -> None:
    """Sources: Tavus API reference, Create Document; for md, json and jpeg tavus-cli 0.11.0, SUPPORTED_EXTENSIONS."""
    sandbox.control.set_behavior(processing=0)
    sandbox.control.fail_document("file_format_unsupported")
    with pytest.raises(WorkFailed, match=rf"it is none of .*\b{suffix}\b"):
        object_at(Lifecycle, sandbox.url).create({**HANDBOOK, "wait_for_ready": 60})


def test_one_that_failed_later_is_made_anew(sandbox: Sandbox) -> None:
    """A refresh shows the error, and the next `pulumi up` replaces the document unless it was adopted."""
    documents = object_at(Lifecycle, sandbox.url)
    id_, outs = documents.create(HANDBOOK)
    sandbox.control.fail_document("file_empty", id_)
    sandbox.control.advance(300)
    found = documents.read(id_, outs)
    assert found
    assert (found[1]["status"], found[1]["error_message"]) == ("error", "file_empty")
    assert documents.diff(id_, found[1], HANDBOOK).replaces == ("status",)
    assert documents.diff(id_, found[1], {**HANDBOOK, "existing_document_id": id_}).replaces == ()


def test_one_that_fails_while_an_update_waits_says_what_to_do(sandbox: Sandbox) -> None:
    """The update fails and asks for a refresh, because the state still has the old status."""
    documents, news = object_at(Lifecycle, sandbox.url), {**HANDBOOK, "wait_for_ready": 5}
    id_, outs = documents.create(HANDBOOK)
    sandbox.control.fail_document("file_empty", id_)
    sandbox.control.advance(300)
    with pytest.raises(WorkFailed, match="there is nothing in it; run `pulumi refresh`, and then `pulumi up`"):
        documents.update(id_, outs, news)
    assert documents.diff(id_, outs, {**HANDBOOK, "wait_for_ready": UNKNOWN}).changes == ("wait_for_ready",)


def test_a_name_is_chosen_where_none_is_given(sandbox: Sandbox) -> None:
    """The chosen name is unique, and is an output only."""
    news = {"document_url": URL, "wait_for_ready": 0}
    documents = object_at(Lifecycle, sandbox.url)
    id_, outs = documents.create(news)
    assert outs["document_name"].startswith("thing-")
    assert documents.diff(id_, outs, news).changes == ()
    assert documents.diff(id_, outs, {**news, "document_name": "Handbook"}).changes == ("document_name",)


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        ({"document_name": "Guide"}, {"document_name": "Guide"}),
        ({"tags": ["hr", "it"]}, {"tags": ["hr", "it"]}),
        ({"tags": None}, {"tags": []}),
        ({"tags": [], "document_name": "Guide"}, {"tags": [], "document_name": "Guide"}),
        ({"document_name": None}, None),
        ({"wait_for_ready": 5}, None),
    ],
)
def test_name_and_tags_change_in_place(sandbox: Sandbox, changed: dict[str, Any], body: Any) -> None:
    """The patch is an object with the new values; a name cannot be removed."""
    sandbox.control.set_behavior(processing=0)
    documents = object_at(Lifecycle, sandbox.url)
    news = {name: value for name, value in {**HANDBOOK, **changed}.items() if value is not None}
    id_, outs = documents.create(HANDBOOK)
    assert documents.diff(id_, outs, news).replaces == ()
    outs = documents.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == ([body] if body else [])
    assert outs["document_name"] == ("Guide" if changed.get("document_name") else "Handbook")
    assert documents.read(id_, outs) == (id_, {**outs, "status": "ready"})


@pytest.mark.parametrize(
    ("changed", "replaces"),
    [
        ({"document_url": "https://docs.example.com/guide.pdf"}, ("document_url",)),
        ({"document_url": f"{URL}?X-Amz-Signature=new"}, ()),
        ({"callback_url": "https://example.com/hook"}, ("callback_url",)),
        ({"crawl": {"depth": 3}}, ("crawl",)),
    ],
)
def test_another_source_is_another_document(sandbox: Sandbox, changed: dict[str, Any], replaces: tuple[str, ...]) -> None:
    """A new URL replaces the document, the new one first; a new signature in the URL is no change."""
    documents = object_at(Lifecycle, sandbox.url)
    news = {**HANDBOOK, "document_url": f"{URL}?X-Amz-Signature=old"}
    id_, outs = documents.create(news)
    diff = documents.diff(id_, outs, {**news, "document_url": f"{URL}?X-Amz-Signature=old", **changed})
    assert (diff.changes, diff.replaces, diff.delete_before_replace) == (replaces, replaces, False)


def test_crawl_limits_that_tavus_fills_in_are_no_drift(sandbox: Sandbox) -> None:
    """Tavus returns as `crawl_config` what a request calls `crawl`."""
    sandbox.control.set_behavior(processing=0)
    documents = object_at(Lifecycle, sandbox.url)
    id_, outs = documents.create({**SITE, "wait_for_ready": 9})
    found = documents.read(id_, outs)
    assert found
    assert found[1]["crawl"] == {"depth": 2}
    assert len(found[1]["crawled_urls"]) == 2


def test_a_changed_trigger_crawls_again(sandbox: Sandbox) -> None:
    """A changed trigger crawls the website again and waits; the error quotes Tavus if that is too soon."""
    sandbox.control.set_behavior(processing=0)
    documents = object_at(Lifecycle, sandbox.url)
    news = {**SITE, "recrawl_triggers": ["v1"], "wait_for_ready": 9}
    id_, outs = documents.create(news)
    again = {**news, "recrawl_triggers": ["v2"]}
    assert documents.diff(id_, outs, again).changes == ("recrawl_triggers",)
    outs = documents.update(id_, outs, again)
    assert [call["path"] for call in sandbox.control.calls() if call["path"].endswith("/recrawl")] == [
        f"{documents.path}/{id_}/recrawl"
    ]
    assert outs["status"] == "ready"
    with pytest.raises(ApiError, match="Recrawl cooldown: please wait 60 minutes before recrawling this document"):
        documents.update(id_, outs, {**news, "recrawl_triggers": ["v3"]})


@pytest.fixture
def crawled(sandbox: Sandbox) -> tuple[Lifecycle, str, Props, Props]:
    """Return a website that was crawled, with its id and outputs, and inputs whose trigger changed."""
    sandbox.control.set_behavior(processing=0)
    documents = object_at(Lifecycle, sandbox.url)
    id_, outs = documents.create({**SITE, "recrawl_triggers": ["v1"], "wait_for_ready": 60})
    return documents, id_, outs, {**SITE, "recrawl_triggers": ["v2"], "wait_for_ready": 60}


def recrawls(sandbox: Sandbox) -> list[int | None]:
    """Return what each call for a recrawl was answered."""
    return [call["status"] for call in sandbox.control.calls() if call["path"].endswith("/recrawl")]


def test_a_recrawl_waits_until_tavus_is_done_with_the_document(sandbox: Sandbox) -> None:
    """Tavus refuses a recrawl during processing (409): with wait_for_ready the update waits, else it raises an error."""
    sandbox.control.set_behavior(processing=1.5)
    documents, news = object_at(Lifecycle, sandbox.url), {**SITE, "recrawl_triggers": ["v1"]}
    id_, outs = documents.create(news)
    with pytest.raises(InputError, match=f"could not recrawl document {id_}: Tavus is still reading it; run `pulumi up` again"):
        documents.update(id_, outs, {**news, "recrawl_triggers": ["v2"]})
    outs = documents.update(id_, outs, {**news, "recrawl_triggers": ["v2"], "wait_for_ready": 60})
    assert recrawls(sandbox) == [409, 409, 202]
    assert outs["status"] == "ready"


def test_a_recrawl_whose_answer_is_lost_is_looked_into(sandbox: Sandbox, crawled: tuple[Lifecycle, str, Props, Props]) -> None:
    """The update waits if the recrawl has begun; else the error says that the answer was lost."""
    documents, id_, outs, news = crawled
    sandbox.control.set_behavior(processing=1)
    sandbox.control.inject("recrawl_document", close="rst")
    with pytest.raises(OutcomeUnknown):
        documents.update(id_, outs, news)
    sandbox.control.inject("recrawl_document", close="rst", when="after")
    assert documents.update(id_, outs, news)["status"] == "ready"
    assert len(recrawls(sandbox)) == 2


def test_a_recrawl_that_fails_is_tried_again(sandbox: Sandbox, crawled: tuple[Lifecycle, str, Props, Props]) -> None:
    """The state keeps the old trigger, and the next update crawls again instead of replacing the failed document."""
    documents, id_, outs, news = crawled
    sandbox.control.fail_document("website_processing_failed")
    with pytest.raises(WorkFailed, match="without a login; correct that, and the next `pulumi up` tries again"):
        documents.update(id_, outs, news)
    found = documents.read(id_, outs)
    assert found
    assert found[1]["status"] == "error"
    assert (documents.diff(id_, found[1], news).changes, documents.diff(id_, found[1], news).replaces) == (
        ("recrawl_triggers",),
        (),
    )
    sandbox.control.advance(3600)
    assert documents.update(id_, found[1], news)["status"] == "ready"


def test_taking_the_triggers_away_crawls_nothing(sandbox: Sandbox, crawled: tuple[Lifecycle, str, Props, Props]) -> None:
    """Removing all triggers starts no crawl."""
    documents, id_, outs, _ = crawled
    documents.update(id_, outs, {**SITE, "wait_for_ready": 60})
    assert recrawls(sandbox) == []


def test_a_crawl_waits_for_room(sandbox: Sandbox) -> None:
    """Tavus crawls five websites at a time; create waits with the sixth until one of them is done."""
    sandbox.control.set_behavior(processing=2)
    documents = object_at(Lifecycle, sandbox.url, retry_timeout=0.1)
    for number in range(5):
        object_at(Lifecycle, sandbox.url, urn=f"{OBJECT_URN}-{number}").create(SITE)
    with pytest.raises(RateLimited, match="Concurrent crawl limit"):
        documents.create(SITE)
    assert documents.create({**SITE, "wait_for_ready": 60})[1]["status"] == "ready"
    assert len(sandbox.control.objects("documents")) == 6


def test_too_many_crawled_documents_are_an_error_at_once(sandbox: Sandbox) -> None:
    """create raises the error at once and leaves no intent."""
    sandbox.control.seed(documents=[{"crawl_config": {"depth": 1}} for _ in range(100)])
    with pytest.raises(ApiError, match="Crawl document limit reached"):
        object_at(Lifecycle, sandbox.url).create({**SITE, "wait_for_ready": 60})
    assert len(sent_bodies(sandbox, "POST")) == 1
    assert list(Journal().intents()) == []


def test_a_killed_create_is_taken_over(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The next run waits for what an interrupted run created, or deletes it if the inputs have changed."""
    documents, news = object_at(Lifecycle, sandbox.url), {"document_url": URL, "wait_for_ready": 0}
    id_, _ = documents.create(news)  # the state never learns of it
    taken, outs = documents.create(news)
    assert taken == id_
    assert "taken over: document 'thing-" in capsys.readouterr().err
    other, _ = documents.create({**news, "document_url": "https://docs.example.com/other.pdf"})
    assert other != id_
    assert [each["deleted"] for each in sandbox.control.objects("documents")] == ["soft", None]
    documents.diff(other, outs, news)  # the state knows it
    assert list(Journal().intents()) == []


def test_trouble_while_waiting_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The document is in the state although Tavus stopped answering during the wait."""
    with serve_answers(Answer(200, {"document_id": "d1", "status": "started"}), Answer(503)) as tavus:
        id_, outs = object_at(Lifecycle, tavus.url, retry_timeout=0).create({**HANDBOOK, "wait_for_ready": 60})
    assert (id_, outs["status"]) == ("d1", "started")
    assert "it exists, and the next `pulumi up` waits again" in capsys.readouterr().err


def test_a_refused_create_leaves_no_intent(sandbox: Sandbox) -> None:
    """A refused create leaves no intent."""
    with pytest.raises(ApiError, match="401"):
        object_at(Lifecycle, sandbox.url, key="wrong").create(HANDBOOK)
    assert list(Journal().intents()) == []


def test_description_and_participants_are_sent_and_need_another_document(sandbox: Sandbox) -> None:
    """Tavus need not return them, and documents no way to change them; what it leaves out is no drift."""
    documents, given = (
        object_at(Lifecycle, sandbox.url),
        {**HANDBOOK, "participant_tags": ["vip"], "custom_description": "Rules."},
    )
    id_, outs = documents.create(given)
    (stored,) = sandbox.control.objects("documents")
    assert (stored["participant_tags"], stored["custom_description"]) == (["vip"], "Rules.")
    assert documents.read(id_, outs) == (id_, outs)
    for changed in ({"participant_tags": ["vip", "new"]}, {"custom_description": "Prices."}):
        assert documents.diff(id_, outs, {**given, **changed}).replaces == tuple(changed)
    documents.update(id_, outs, {**given, "document_name": "Guide"})
    assert sent_bodies(sandbox, "PATCH") == [{"document_name": "Guide"}]


def test_description_and_participants_are_compared_where_tavus_returns_them() -> None:
    """A refresh shows what somebody else wrote there."""
    shown = {
        "document_id": "d1",
        "status": "ready",
        **HANDBOOK,
        "participant_tags": ["vip", "new"],
        "custom_description": "Mine.",
    }
    with serve_answers(Answer(body=shown)) as tavus:
        found = object_at(Lifecycle, tavus.url).read(
            "d1", {**HANDBOOK, "participant_tags": ["vip"], "custom_description": "Rules."}
        )
    assert found
    assert (found[1]["participant_tags"], found[1]["custom_description"]) == (["vip", "new"], "Mine.")
