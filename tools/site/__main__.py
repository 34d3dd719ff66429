"""Build of the site: writes Sphinx's pages, then runs Sphinx, for which each warning (a link that leads nowhere) is an error."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from .pages import find_files, render_site

ROOT = Path(__file__).parents[2]


def build(root: Path, folder: Path) -> int:
    """Write the site of the repository at `root` into `folder`/site; return Sphinx's exit status, 0 if nothing is wrong."""
    pages, site = folder / "site-pages", folder / "site"
    for old in (pages, site):
        shutil.rmtree(old, ignore_errors=True)
    write_pages(root, pages)
    strict = ("--fail-on-warning", "--keep-going", "--quiet", "--doctree-dir", folder / "site-doctrees", "--fresh-env")
    command: list[str | Path] = [sys.executable, "-m", "sphinx", "--conf-dir", Path(__file__).parent, *strict, pages, site]
    return subprocess.run(command, check=False).returncode


def write_pages(root: Path, folder: Path) -> None:
    """Write what Sphinx reads."""
    for name, text in render_site(root).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for file in find_files(root):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, folder / file)


def main() -> None:
    """Build the site of this checkout."""
    parser = argparse.ArgumentParser(prog="make site", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository whose pages become the site")
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="where the folder `site` is written")
    options = parser.parse_args()
    status = build(options.root.resolve(), options.folder.resolve())
    print(f"{'written' if status == 0 else 'not complete'}: {options.folder / 'site' / 'index.html'}")
    sys.exit(status)


if __name__ == "__main__":
    main()
