# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
WORDS = tomllib.loads((HERE / "words.toml").read_text())["word"]
READ = {".po", ".html", ".js", ".svg", ".webmanifest"}
TAG = re.compile(r"<[^>]*>|{[{%#].*?[}%#]}", re.DOTALL)


def _reads(path: str, where: str) -> bool:
    """Say whether people of that kind read this file."""
    suffix = Path(path).suffix
    story = path.startswith("showcase/stories/")
    wording = path.startswith("design/wording/") and suffix == ".toml"
    match where:
        case "everywhere":
            return True
        case "faces":
            return suffix in READ or story or wording or path in {"README.md", "README.de.md"}
        case "resident":
            return wording or (path.startswith("hub/web/") and suffix == ".po")
        case "care":
            return wording or (path.startswith("caregiver_api/web/") and suffix in {".po", ".html"})
    raise AssertionError(where)


def _said(path: Path, text: str, where: str) -> str:
    """Return the text as far as people read it: of a catalogue, the translations."""
    if path.suffix == ".toml" and where in {"resident", "care"}:
        return "\n".join(_sections(text, plain=where == "resident"))
    if path.suffix == ".po" and where in {"resident", "care"}:
        return "\n".join(re.findall(r'^(?:msgstr(?:\[\d\])? |)"(.*)"$', text, re.MULTILINE))
    if path.suffix == ".html" and where == "care":
        return TAG.sub(" ", text)
    return text


def _sections(text: str, *, plain: bool) -> Iterator[str]:
    """Yield the texts of a wording file that speak to the resident, or to those who help."""
    for name, section in tomllib.loads(text).items():
        if name != "when" and name.endswith("-plain") is plain:
            yield from _texts(section)


def _texts(section: Any) -> Iterator[str]:
    if isinstance(section, str):
        yield section
    else:
        for one in section.values() if isinstance(section, dict) else section:
            yield from _texts(one)


@pytest.mark.parametrize("word", WORDS, ids=[word["pattern"][:24] for word in WORDS])
def test_nobody_says(
    word: dict[str, str], texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    pattern = re.compile(word["pattern"], re.IGNORECASE)
    said = []
    for path, text in texts.items():
        name = short(path)
        if (
            name in {"tests/house/words.toml", "LICENSE", "LICENSES/EUPL-1.2.txt"}
            or path.suffix == ".lock"
        ):
            continue
        if _reads(name, word["where"]):
            for found in pattern.finditer(_said(path, text, word["where"])):
                said.append(f"{name}: {found.group()!r}")
    assert not said, f"{word['why']}: {said}"


@pytest.mark.parametrize("word", WORDS, ids=[word["pattern"][:24] for word in WORDS])
def test_the_pattern_finds_its_example(word: dict[str, str]) -> None:
    assert re.search(word["pattern"], word["example"], re.IGNORECASE)


def test_patience_is_allowed() -> None:
    assert not re.search(WORDS[0]["pattern"], "be patiently impatient", re.IGNORECASE)
