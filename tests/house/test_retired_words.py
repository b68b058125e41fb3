# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The field's term stands where a word of our own stood before."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE / "retired.toml").read_text())
RETIRED = {word["old"]: word["new"] for word in TABLE["word"]}
KEPT = {kept["name"]: kept["why"] for kept in TABLE.get("kept", [])}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def _identifiers(tree: ast.AST) -> Iterator[str]:
    """Yield every name that a module gives to something of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in WORD.findall(name))


def _retired(name: str) -> str | None:
    """Return the field's term when a name uses a retired word and is not that term itself."""
    words = _words(name)
    for old, new in RETIRED.items():
        if old in words and new not in " ".join(words):
            return new
    return None


def _ours(texts: dict[Path, str], short: Callable[[Path], str]) -> Iterator[tuple[str, str]]:
    for path, text in texts.items():
        name = short(path)
        if path.suffix == ".py" and not name.startswith("tests/"):
            yield name.removesuffix(".py"), text


def test_no_name_of_ours_uses_a_retired_word(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    said = sorted(
        {
            f"{where}: {name} -> {new}"
            for where, text in _ours(texts, short)
            for name in (*where.split("/"), *_identifiers(ast.parse(text)))
            if name not in KEPT and (new := _retired(name))
        }
    )
    assert not said, "\n".join(said)


def test_every_name_that_is_kept_has_a_reason_and_is_used(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    names = {name for _, text in _ours(texts, short) for name in _identifiers(ast.parse(text))}
    assert all(KEPT.values())
    assert set(KEPT) <= names, set(KEPT) - names


def test_a_retired_word_is_noticed_as_a_whole_word_only() -> None:
    assert _retired("put_aside") == "quarantine"
    assert _retired("wall_offset_s") == "wall clock"
    assert _retired("wall_clock_offset_s") is None
    assert _retired("SystemChance") == "randomness"
    assert _retired("insidious") is None
    tree = ast.parse("def begin(chance): self._board = lookout = 1\nclass Desk: x: int\n")
    assert set(_identifiers(tree)) >= {"begin", "chance", "_board", "lookout", "Desk", "x"}
