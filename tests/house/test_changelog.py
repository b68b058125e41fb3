# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
import tomllib
from pathlib import Path


def test_the_changelog_says_what_is_unreleased(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text
    unreleased = text.split("## [Unreleased]")[1].split("\n## ")[0]
    headings = re.findall(r"^### (\w+)$", unreleased, re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert len(headings) == len(set(headings)), "one list a heading"
    assert re.search(r"^- \S", unreleased, re.MULTILINE)


def test_the_version_is_the_same_everywhere(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert f"softwareVersion: {version}\n" in (root / "publiccode.yml").read_text()


def test_the_first_screen_holds_two_commands_a_picture_and_three_sentences(root: Path) -> None:
    for name in ("README.md", "README.de.md"):
        first = (root / name).read_text().split("\n---\n")[0]
        assert "make demo" in first
        assert "make test" in first
        picture = re.search(r"!\[[^\]]+\]\(([^)]+)\)", first)
        assert picture
        assert (root / picture.group(1)).is_file(), f"{picture.group(1)} is missing: make shots"
        prose = [line for line in first.splitlines() if line and line[0] not in "#*!`m"]
        assert sum(len(re.findall(r"[.?!]“?(?=\s|$)", line)) for line in prose) <= 5


def test_every_link_inside_the_repository_leads_somewhere(root: Path) -> None:
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    assert len(pages) > 10
    dead = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert not dead
