"""A web page that embeds a room. It is written beside this program, or served over https by resources of pulumi-aws."""

import html
import string
from pathlib import Path

import pulumi

import tavus_provider as tavus

HERE = Path(__file__).parent
config = pulumi.Config()
title = config.get("title") or "Talk to us"

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    max_call_duration=1800,  # seconds
    participant_absent_timeout=900,  # the page can wait so long for its first visitor
    on_ended="recreate",  # `pulumi up --refresh` writes the page again, with another room
)


def render_page(room: str) -> str:
    """Return the page with this address in its frame."""
    template = string.Template((HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(title=html.escape(title), room=html.escape(room))


def write_page(page: str) -> None:
    """Write the page; a preview writes nothing."""
    if not pulumi.runtime.is_dry_run():
        (HERE / "index.html").write_text(page, encoding="utf-8")


page = call.conversation_url.apply(render_page)
if config.get_bool("serve"):
    from website import Website  # it needs the extra `aws`

    pulumi.export("page_url", Website("page", page=page).url)
else:
    page.apply(write_page)

pulumi.export("conversation_url", call.conversation_url)
