"""Picture of a preview: what the real engine prints when a recorded conversation has changed, as docs/preview.svg."""

from __future__ import annotations

import io
import re
import shutil
import sys

from rich.console import Console
from rich.text import Text

from tools.demo import PERSONA, Demo, running
from tools.stacks import ROOT

PICTURE = ROOT / "docs" / "preview.svg"
EXAMPLE = ROOT / "examples" / "recorded-call"
EDITS = {'"English"': '"Spanish"', "max_call_duration=1800": "max_call_duration=3600"}
WIDTH = 96
"""Columns: as many as the engine's longest line has, so that no line is broken."""


def preview(demo: Demo) -> str:
    """Create the example's conversation, edit the program, and return the preview with its colors."""
    shutil.copy(EXAMPLE / "Pulumi.yaml", demo.folder)
    (demo.folder / ".venv").symlink_to(sys.prefix)
    program = (EXAMPLE / "__main__.py").read_text()
    (demo.folder / "__main__.py").write_text(program)
    demo.pulumi("stack", "init", "demo")
    demo.pulumi("config", "set", "--secret", "tavus:apiKey", demo.tavus.key)
    demo.pulumi("config", "set-all", f"--plaintext=tavus:baseUrl={demo.tavus.url}", f"--plaintext=persona_id={PERSONA}")
    demo.pulumi("up", "--yes", "--skip-preview")
    for before, after in EDITS.items():
        program = program.replace(before, after)
    (demo.folder / "__main__.py").write_text(program)
    return demo.pulumi("preview", "--diff", "--color", "always")


def render(printed: str) -> str:
    """Return the SVG that shows `printed` as a terminal would."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="256")
    console.print(Text.from_ansi(printed.rstrip()))
    picture = console.export_svg(title="pulumi preview --diff", unique_id="preview")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # a picture in a README can load no font
    return picture.replace("<svg ", '<svg xml:space="preserve" ', 1)  # some viewers take leading spaces away otherwise


def main() -> None:
    """Write the picture."""
    with running() as demo:
        PICTURE.write_text(render(preview(demo)))
    print(f"written: {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
