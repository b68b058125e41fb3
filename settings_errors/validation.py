# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Faults that pydantic found in a settings table, in the words of whoever writes the file."""

import re
from collections.abc import Mapping
from typing import Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from settings_errors.error import Fault
from settings_errors.toml_file import known_key

_CHOICE: Final = re.compile(r"^\^\((\w+(?:\|\w+)+)\)\$$")
# What pydantic found wrong, by its own name of the fault; {} is filled with its parameters.
_EXPECTED: Final[Mapping[str, str]] = {
    "missing": "a value: it is needed",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_parsing": "a number",
    "float_type": "a number",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "one of {expected}",
    "model_type": "a table",
    "path_not_directory": "a folder that is there",
    "path_not_file": "a file that is there",
    "path_type": "a path",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "string_too_long": "a text of at most {max_length} characters",
    "string_too_short": "a text of at least {min_length} characters",
    "string_type": "a text",
    "tuple_type": "a list",
}

_OF_TEXT: Final = ("string", "path", "literal")


def faults_of(file: str, table: str, model: type[BaseModel], error: ValidationError) -> list[Fault]:
    """Return every fault of a table, in the words of whoever writes the file.

    Args:
        file: name of the file.
        table: name of the table the model reads.
        model: what the table was checked against.
        error: what came of it.
    """
    found: dict[str, Fault] = {}
    for one in error.errors():
        place, inner = _place(model, one["loc"])
        key = ".".join((table, *place))
        if one["type"] == "extra_forbidden":
            expected = known_key(place[-1], list(inner.model_fields))
        else:
            expected = _expected(one)
        found.setdefault(key, Fault(file, key, expected))
    return list(found.values())


def _place(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[list[str], type[BaseModel]]:
    """Follow a fault into the tables; return its key and the table that holds it."""
    place: list[str] = []
    inner = model
    for number, step in enumerate(loc):
        place.append(str(step))
        below = _table_at(inner, step)
        if below is None:
            # In a list or a table of free keys: which entry; the rest names pydantic's attempts.
            place += map(str, loc[number + 1 : number + 2])
            break
        inner = below
    return place, inner


def _table_at(model: type[BaseModel], step: int | str) -> type[BaseModel] | None:
    entry = model.model_fields.get(str(step))
    if entry is None:
        return None
    for one in (entry.annotation, *get_args(entry.annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _expected(one: ErrorDetails) -> str:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "value_error":
        return str(context["error"]).removeprefix("expected ")
    if kind == "string_pattern_mismatch" and (choice := _CHOICE.match(str(context["pattern"]))):
        return f"one of {', '.join(choice[1].split('|'))}"
    if kind not in _EXPECTED:
        return one["msg"]
    return _EXPECTED[kind].format(**context) + _found(kind, one["input"])


def _found(kind: str, value: object) -> str:
    """Tell a number that was found; a text may be a secret."""
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    if isinstance(value, int | float):
        return f", not {value:g}" if isinstance(value, float) else f", not {value}"
    return ", not a text" if isinstance(value, str) and not kind.startswith(_OF_TEXT) else ""
