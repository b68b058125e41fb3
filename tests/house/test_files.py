# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import ast
import re
from collections.abc import Callable
from pathlib import Path

LINES_MAX = 400  # at 400 lines two nouns are hiding in one file
HEADED = {".py", ".sh", ".toml", ".css", ".js", ".yml"}
VAGUE = re.compile(r"manager|helper|util|common|misc", re.IGNORECASE)
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


def test_no_file_hides_two_nouns(texts: dict[Path, str], short: Callable[[Path], str]) -> None:
    long = {
        short(path): text.count("\n")
        for path, text in texts.items()
        if path.suffix == ".py" and text.count("\n") > LINES_MAX
    }
    assert not long


def test_no_file_is_named_after_nothing(
    files: tuple[Path, ...], short: Callable[[Path], str]
) -> None:
    assert not [short(path) for path in files if path.suffix == ".py" and VAGUE.search(path.stem)]


def test_every_source_file_names_its_licence(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    bare = []
    for path, text in texts.items():
        if path.suffix not in HEADED or path.name == "REUSE.toml":
            continue
        head = "\n".join(text.splitlines()[:4])
        if "SPDX-FileCopyrightText:" not in head or "SPDX-License-Identifier: EUPL-1.2" not in head:
            bare.append(short(path))
    assert not bare


def test_every_module_opens_with_one_sentence(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    silent = []
    for path, text in texts.items():
        if path.suffix == ".py" and short(path).split("/")[0] in PACKAGES:
            opening = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
            if not opening.endswith((".", "?", "!")):
                silent.append(short(path))
    assert not silent


def test_the_licence_is_the_eupl(root: Path) -> None:
    licence = (root / "LICENSE").read_text()
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert licence == (root / "LICENSES" / "EUPL-1.2.txt").read_text()
