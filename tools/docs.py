# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Build the documentation site into site/ or the folder named; exits 1 on a broken link."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "rules",
    "devices",
    "hub",
    "caregiver_api",
    "showcase",
    "design",
    "settings_errors",
    "tohuus",
)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)")

type Nav = str | list[Nav] | dict[str, Nav]


def pages(nav: Nav) -> Iterator[str]:
    """Yield the paths of a navigation in its order, from the root of the repository."""
    match nav:
        case str():
            yield nav
        case list():
            for entry in nav:
                yield from pages(entry)
        case dict():
            for entry in nav.values():
                yield from pages(entry)


def gather(root: Path, into: Path) -> None:
    """Copy the pages of the navigation, and the files they show or link to, keeping their places.

    A page that is linked but missing in the navigation is left out: the build then names the link.
    """
    nav = yaml.safe_load((root / "mkdocs.yml").read_text())["nav"]
    for name in pages(nav):
        page = root / name
        linked = {(page.parent / target).resolve() for target in LINK.findall(page.read_text())}
        files = {path for path in linked if path.is_file() and path.suffix != ".md"}
        for path in sorted({page, *files}):
            copy = into / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def build(root: Path, site: Path) -> int:
    """Build the site of the repository at `root` into `site`; return Zensical's exit code."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        gather(root, work / "pages")
        shutil.copyfile(root / "mkdocs.yml", work / "mkdocs.yml")
        for package in PACKAGES:
            (work / package).symlink_to(root / package)
        zensical = [sys.executable, "-m", "zensical", "build", "--strict"]
        code = subprocess.run(zensical, cwd=work, check=False).returncode
        if code == 0:
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(work / "site", site)
        return code


def main() -> int:
    """Build the site; pages that repeat code are written by `tools/generated_pages.py` before."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    code = build(ROOT, site)
    if code == 0:
        print(f"The documentation is in {site}/index.html")
    return code


if __name__ == "__main__":
    sys.exit(main())
