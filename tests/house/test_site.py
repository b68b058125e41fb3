# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

INDEXES = ("docs/README.md", "docs/adr/README.md", "docs/api/README.md")


def _site(root: Path, into: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "tools" / "docs.py", into],
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_page_is_in_the_navigation_once(
    root: Path, files: tuple[Path, ...], short: Callable[[Path], str]
) -> None:
    pages_of = runpy.run_path(str(root / "tools" / "docs.py"))["pages"]
    listed = list(pages_of(yaml.safe_load((root / "mkdocs.yml").read_text())["nav"]))
    pages = [short(path) for path in files if path.suffix == ".md"]
    rooms = ("docs/", "examples/")
    read = [name for name in pages if name.startswith(rooms) or "/" not in name]
    assert sorted(listed) == sorted(read)


def test_every_page_of_the_documentation_is_listed_in_an_index(
    root: Path, files: tuple[Path, ...]
) -> None:
    listed = {
        (root / index).parent.joinpath(target).resolve()
        for index in INDEXES
        for target in re.findall(r"\]\(([^)#:]+)\)", (root / index).read_text())
    }
    pages = {path for path in files if path.suffix == ".md" and root / "docs" in path.parents}
    assert not pages - listed - {root / "docs" / "README.md"}


def test_the_site_builds_and_loads_nothing_from_elsewhere(root: Path, tmp_path: Path) -> None:
    built = _site(root, tmp_path / "site")
    assert built.returncode == 0, built.stdout + built.stderr
    engine = (tmp_path / "site" / "docs" / "api" / "rules.html").read_text()
    assert "doc-class" in engine
    assert "doc-function" in engine
    for page in (tmp_path / "site").rglob("*.html"):
        assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=.?https?:", page.read_text())


def test_a_broken_link_fails_the_build(root: Path, tmp_path: Path) -> None:
    house = tmp_path / "house"
    (house / "tools").mkdir(parents=True)
    shutil.copyfile(root / "tools" / "docs.py", house / "tools" / "docs.py")
    (house / "mkdocs.yml").write_text(
        "site_name: x\ndocs_dir: pages\nsite_dir: site\nnav: [README.md]\ntheme: {font: false}\n"
    )
    (house / "README.md").write_text("# A\n\n[gone](gone.md)\n")
    built = _site(house, tmp_path / "site")
    assert built.returncode == 1
    assert "page does not exist" in built.stdout + built.stderr
    assert not (tmp_path / "site").exists()
