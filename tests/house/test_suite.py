# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

LEAVING_OUT = {"skip", "skipif", "xfail", "importorskip", "skipUnless", "skipTest"}
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore|mypy:|ruff:|pragma|nosec)", re.I)
NOQA = re.compile(r"#\s*noqa:\s*[A-Z]+[0-9]+(?:[, ]+[A-Z]+[0-9]+)*(?P<reason>.*)", re.I)
IGNORE = re.compile(r"#\s*type:\s*ignore\[[a-z0-9, -]+\](?P<reason>.*)")
WORD = re.compile(r"[A-Za-z]{3,}")


def _comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_no_test_is_left_out(texts: dict[Path, str], short: Callable[[Path], str]) -> None:
    left = []
    for path, text in texts.items():
        if path.suffix != ".py" or not short(path).startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(text)):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
            if name in LEAVING_OUT:
                left.append(f"{short(path)}:{node.lineno} {name}")
    assert not left


def _bare_excuses(text: str) -> Iterator[tuple[int, str]]:
    """Yield excuses without a reason on their own line."""
    for line, comment in _comments(text):
        if not EXCUSE.search(comment):
            continue
        given = NOQA.search(comment) or IGNORE.search(comment)
        if given is None or not WORD.search(given["reason"]):
            yield line, comment


def test_every_exception_from_a_check_carries_its_reason(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    bare = [
        f"{short(path)}:{line} {comment}"
        for path, text in texts.items()
        if path.suffix == ".py"
        for line, comment in _bare_excuses(text)
    ]
    assert not bare


def test_ruff_ignores_carry_their_reason(root: Path) -> None:
    table = (root / "pyproject.toml").read_text().split("[tool.ruff.lint]")[1]
    lines = table.split("ignore = [")[1].split("]\n")[0].splitlines()
    assert not [line for line in lines if '"' in line and not WORD.search(line.split("#")[-1])]


def test_a_bare_excuse_would_be_noticed() -> None:
    bare = "run()  # " + "noqa: S603"
    blanket = "run()  # " + "noqa"
    assert [line for line, _ in _bare_excuses(bare)] == [1]
    assert [line for line, _ in _bare_excuses(blanket)] == [1]
    assert [line for line, _ in _bare_excuses("# Our own interpreter.\n" + bare)] == [2]
    assert not list(_bare_excuses(bare + " - our own interpreter"))
