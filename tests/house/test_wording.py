# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every kind has words in every language, and they stand in one place."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.pofile import read_po

from caregiver_api.alerts.progress import OWN
from design.language import LANGUAGES
from design.wording import Wording, shipped
from design.wording.sentence import placeholders
from design.wording.wording import FOLDER
from design.wording.wording_file import kind_words, named_things
from rules.detectors.registry import DECLARED
from rules.model.apartment import Role
from rules.model.consent import Purpose
from rules.model.declaration import OPERATION, Declaration, Page
from rules.model.events import CloseReason, Event
from rules.model.verdict import Kind, Priority

KINDS = frozenset(DECLARED)
FACES = ("hub", "caregiver_api", "showcase", "tohuus", "devices", "design")
SAID = re.compile(r"\w.* .*\w")  # two words at least: no name, path or key
SHOWN = {"title", "reason", "question", "advice"}


def test_every_file_of_words_can_be_used() -> None:
    assert shipped().problems == ()
    assert set(shipped().languages) == set(LANGUAGES)


def _missing(declared: Declaration, words: Wording) -> list[str]:
    """Return what a kind of the rules does not say, or says and should not."""
    sections = words.sections(declared.kind)
    missing = []
    for code in LANGUAGES:
        said = sections.get(code, {}).get("", {})
        plain = sections.get(f"{code}-plain", {}).get("", {})
        missing += [f"{code}: {field}" for field in ("title", "reason") if not said.get(field)]
        if "question" in said:
            missing.append(f"{code}: a question is put to the resident: [{code}-plain]")
        if not plain.get("title"):
            missing.append(f"{code}-plain: title")
        if bool(plain.get("question")) is not declared.answerable:
            missing.append(f"{code}-plain: question, {declared.answerable=}")
    return missing


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_words_in_every_language(kind: Kind) -> None:
    assert not _missing(DECLARED[kind], shipped())


@pytest.mark.parametrize("kind", sorted(OWN))
def test_every_kind_of_the_service_has_words_for_those_who_help(kind: str) -> None:
    for code in LANGUAGES:
        texts = shipped().sections(kind)[code][""]
        assert texts["title"], code
        assert texts["reason"], code


def test_a_declaration_without_words_in_a_language_is_red(tmp_path: Path) -> None:
    kind = Kind("thawed")
    declared = Declaration(kind=kind, need=OPERATION, page=Page.NO_ANSWER, answerable=True)
    assert len(_missing(declared, shipped())) == 4 * len(LANGUAGES), "a kind without a file"
    section = '[{0}]\ntitle = "T"\nreason = "R"\n[{0}-plain]\ntitle = "T"\nquestion = "Q"\n'
    path = tmp_path / "thawed.toml"
    path.write_text("".join(section.format(code) for code in LANGUAGES))
    assert not _missing(declared, Wording(tmp_path))
    assert _missing(declared._replace(answerable=False), Wording(tmp_path))
    path.write_text("".join(section.format(code) for code in LANGUAGES if code != "da"))
    assert {one.partition(":")[0] for one in _missing(declared, Wording(tmp_path))} == {
        "da",
        "da-plain",
    }


def test_no_words_stand_for_a_kind_that_nobody_concludes() -> None:
    assert shipped().kinds == KINDS | OWN


@pytest.mark.parametrize("path", sorted((FOLDER / "verdicts").glob("*.toml")), ids=lambda p: p.stem)
def test_a_kind_says_the_same_in_every_language(path: Path) -> None:
    known = kind_words(path)
    for ending in ("", "-plain"):
        sections = [known.sections[code + ending] for code in LANGUAGES if path.stem not in OWN]
        for section in sections:
            assert section.keys() == sections[0].keys()
            for variant, texts in section.items():
                assert texts.keys() == sections[0][variant].keys(), variant
                for field, text in texts.items():
                    named = {name for name, _ in placeholders(text)}
                    there = {name for name, _ in placeholders(sections[0][variant][field])}
                    assert named == there, (variant, field)


@pytest.mark.parametrize("path", sorted((FOLDER / "names").glob("*.toml")), ids=lambda p: p.stem)
def test_a_table_names_the_same_things_in_every_language(path: Path) -> None:
    tables = named_things(path)
    for ending in ("", "-plain"):
        if f"de{ending}" in tables and path.stem != "blind":
            assert len({frozenset(tables[code + ending]) for code in LANGUAGES}) == 1
    assert {code.removesuffix("-plain") for code in tables} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("purposes", {one.value for one in Purpose}),
        ("priorities", {one.value for one in Priority}),
        ("endings", {one.value for one in CloseReason}),
        ("roles", {one.value for one in Role}),
        ("blind", {"silent", "stuck_on", "radio", "gap", "paused", "no_sensor", "unheard"}),
    ],
)
def test_everything_the_rules_can_name_has_a_name(table: str, keys: set[str]) -> None:
    for code in LANGUAGES:
        for key in keys:
            assert shipped().name(table, key, language=code), (code, key)
            assert shipped().name(table, key, language=code, plain=True), (code, key)


def _events(union: Any) -> Iterator[str]:
    union = getattr(union, "__value__", union)
    for one in get_args(union):
        yield from _events(one)
    if not get_args(union):
        yield union.__name__


def test_every_row_of_the_journal_has_a_name_for_the_resident() -> None:
    for code in LANGUAGES:
        for kind in (*_events(Event), "gone"):
            assert shipped().name("journal_rows", kind, language=code, plain=True), (code, kind)


def test_every_reason_for_blindness_stands_in_the_code() -> None:
    import inspect

    from rules.situation import coverage

    code = inspect.getsource(coverage)
    assert all(f'"{why}"' in code for why in named_things(FOLDER / "names" / "blind.toml")["en"])


# --- one place


def _sentences() -> frozenset[str]:
    """Return every text that names or explains one kind."""
    return frozenset(
        text
        for path in (FOLDER / "verdicts").glob("*.toml")
        for section in kind_words(path).sections.values()
        for texts in section.values()
        for text in texts.values()
        if SAID.search(text)
    )


def _constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _tables(tree: ast.AST) -> Iterator[str]:
    """Yield the kinds for which a dict or a match of this module holds a sentence."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.AST | None, ast.AST]] = []
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.match_case):
            pairs = [(node.pattern, ast.Module(body=node.body, type_ignores=[]))]
        for key, value in pairs:
            kind = _kind(key)
            if kind and any(SAID.search(text) for text in _constants(value)):
                yield kind


def _kind(key: ast.AST | None) -> str | None:
    """Return the kind a key or pattern names, by its text, its constant or as a member."""
    for node in ast.walk(key) if key is not None else ():
        if isinstance(node, ast.Constant) and node.value in KINDS:
            return str(node.value)
        if isinstance(node, ast.Attribute) and node.attr.lower() in KINDS:
            return node.attr.lower()
        if isinstance(node, ast.Name) and node.id.lower() in KINDS:
            return node.id.lower()
    return None


def test_a_sentence_about_one_kind_stands_in_one_place(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    sentences = _sentences()
    elsewhere = []
    for path, text in texts.items():
        name = short(path)
        if name.split("/")[0] not in FACES:
            continue
        found: set[str] = set()
        if path.suffix == ".py":
            tree = ast.parse(text)
            found = set(_tables(tree)) | (set(_constants(tree)) & sentences)
        elif path.suffix == ".po":
            with path.open("rb") as source:
                catalogue = read_po(source)
            found = {part for m in catalogue for part in (m.id, m.string)} & sentences
        elif path.suffix == ".html":
            found = set(re.findall(r'_\("([^"]+)"', text)) & sentences
        elsewhere += [f"{name}: {one}" for one in sorted(found)]
    assert not elsewhere, "words of a verdict stand in design/wording/verdicts/<kind>.toml"


def test_the_search_for_sentences_finds_them() -> None:
    code = """
A = {Kind.SMOKE: N_("Smoke in the flat"), "leak": "Water on it", "smoke": "icon"}
B = {HELP_CALL: _("Somebody calls for help"), COLD: "icon"}
match kind:
    case "heat":
        return _("It is very warm")
"""
    assert set(_tables(ast.parse(code))) == {"smoke", "leak", "heat", "help_call"}
    assert "Possible fall" in _sentences()


NAMED = {
    "hub/web/kinds.py": {"leak", "stove_unattended", "row_quarantined"},  # two icons; not for her
    "hub/web/panel_screen.py": {"help_call", "test_alarm"},  # what she does herself
    "hub/storage/audit.py": {"test_alarm"},  # an action of hers, not a kind
    "caregiver_api/hubs/administration.py": {"test_alarm"},  # a lead's action
    "caregiver_api/wire/downlink.py": {"test_alarm"},  # a command on the wire
}
"""Where hub and care service name a kind of the rules; a new kind need not be added to any."""


def test_no_table_of_kinds_stands_where_a_new_kind_would_have_to_be_added(root: Path) -> None:
    named = {}
    for package in ("hub", "caregiver_api"):
        for path in sorted((root / package).rglob("*.py")):
            tree = ast.parse(path.read_text())
            found = set(_constants(tree)) & KINDS
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "rules.detectors."
                ):
                    found |= {one.name.lower() for one in node.names} & KINDS
            if found:
                named[path.relative_to(root).as_posix()] = found
    assert named == NAMED
