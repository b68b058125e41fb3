# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
import tomllib
from pathlib import Path

LINE_MAX = 160
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
RELEASE = re.compile(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})")
ENTRY = re.compile(r"- [^\s-].*[.!?]")


def _faults(text: str) -> list[str]:
    """Return what is wrong with the form: Keep a Changelog, one line an entry."""
    lines = [line for line in text.splitlines() if line]
    faults = [f"{len(line)} characters: {line}" for line in lines if len(line) > LINE_MAX]
    unreleased, *releases = text.split("\n## ")[1:]
    if not unreleased.startswith("[Unreleased]\n"):
        faults.append("the first chapter is [Unreleased]")
    dated = [RELEASE.match(release) for release in releases]
    faults += [f"title: {r[:40]}" for r, d in zip(releases, dated, strict=True) if d is None]
    order = [(*map(int, d.groups()[:3]), d[4]) for d in dated if d]
    if order != sorted(order, reverse=True):
        faults.append("the newest release stands first")
    for chapter in (unreleased, *releases):
        title, *rest = chapter.split("\n### ")
        headings = [part.splitlines()[0] for part in rest]
        if headings != [kind for kind in KINDS if kind in headings]:
            faults.append(f"{title.strip()}: headings {headings}")
        for part in rest:
            heading, *entries = [line for line in part.splitlines() if line]
            faults += [f"{heading}: {line}" for line in entries if not ENTRY.fullmatch(line)]
            if not entries:
                faults.append(f"{heading} is empty")
    return faults


def test_the_changelog_keeps_its_form(root: Path) -> None:
    assert not _faults((root / "CHANGELOG.md").read_text())


def test_a_changelog_out_of_form_would_be_noticed() -> None:
    good = "# C\n\n## [Unreleased]\n\n### Added\n\n- It rings.\n\n## [0.1.0] - 2026-11-22\n"
    assert not _faults(good)
    for old, new in (
        ("- It rings.", "- It rings" + " and rings" * 20 + "."),
        ("- It rings.", "- It rings\n  and rings."),
        ("- It rings.", ""),
        ("### Added", "### News"),
        ("### Added\n", "### Fixed\n\n- It rang.\n\n### Added\n"),
        ("[Unreleased]", "[Soon]"),
        (" - 2026-11-22", ""),
        ("22\n", "22\n\n## [0.2.0] - 2026-12-24\n"),
    ):
        assert _faults(good.replace(old, new)), new


def test_the_version_is_the_newest_release(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    newest = RELEASE.search((root / "CHANGELOG.md").read_text())
    assert newest
    assert version == ".".join(newest.groups()[:3])
    assert f'releaseDate: "{newest[4]}"' in (root / "publiccode.yml").read_text()


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
