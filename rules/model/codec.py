# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records to plain JSON values and back, by their type annotations."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, NewType, TypeAliasType, Union, cast, get_args, get_origin, get_type_hints

type Plain = bool | int | float | str | list[Plain] | dict[str, Plain] | None
type Reader = Callable[[Any], Any]

_field_names: dict[type, tuple[str, ...]] = {}
_readers: dict[Any, Reader] = {}


def encode(value: object) -> Plain:
    """Turn records, enums, tuples, sets and dictionaries into plain JSON values.

    Sets become sorted lists, tuples lists; dictionaries need string keys.
    """
    kind = type(value)
    if value is None or kind is str or kind is float or kind is int or kind is bool:
        return cast("Plain", value)
    if isinstance(value, tuple):
        keys = getattr(kind, "_fields", None)
        if keys is not None:
            return {name: encode(item) for name, item in zip(keys, value, strict=True)}
        return [encode(item) for item in value]
    names = _field_names.get(kind)
    if names is None and is_dataclass(value):
        names = _field_names[kind] = tuple(entry.name for entry in fields(value) if entry.init)
    if names is not None:
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, frozenset):
        return sorted((encode(item) for item in value), key=repr)
    if isinstance(value, dict):
        assert all(isinstance(key, str) for key in value), "keys of written dictionaries are text"
        return {str(key): encode(item) for key, item in value.items()}
    raise TypeError(f"cannot write {kind.__name__}")


def decode[T](kind: type[T], plain: Plain) -> T:
    """Read a record back from what `encode` gave.

    Args:
        kind: a dataclass of ours, or a type made of them, for example `BathroomStay | None`.
        plain: its plain form; fields with a default may be missing (an older writer).

    Raises:
        KeyError: a field without default is missing.
        ValueError: a word no enum knows.
        TypeError: another shape.
    """
    return cast("T", reader(kind)(plain))


def reader(kind: Any) -> Reader:
    """Return the function that reads values of a type from their plain form."""
    found = _readers.get(kind)
    if found is None:
        found = _readers[kind] = _build(kind)
    return found


def _build(kind: Any) -> Reader:
    if isinstance(kind, TypeAliasType):
        return reader(kind.__value__)
    if isinstance(kind, NewType):
        return reader(kind.__supertype__)
    if kind in {str, int, bool}:
        return _exactly(kind)
    if kind is types.NoneType:
        return _nothing
    if kind is float:
        return _number
    if isinstance(kind, type) and issubclass(kind, (Enum, str)):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        entries = [entry for entry in fields(kind) if entry.init]
        has_no_default = {
            entry.name
            for entry in entries
            if entry.default is MISSING and entry.default_factory is MISSING
        }
        return _record(kind, [entry.name for entry in entries], has_no_default)
    names: tuple[str, ...] | None = getattr(kind, "_fields", None)
    if names is not None:  # a NamedTuple
        return _record(kind, names, set(names) - set(kind._field_defaults))
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _union(args)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            one = reader(args[0])
            return lambda plain: tuple([one(item) for item in plain])
        return _row(tuple(reader(arg) for arg in args))
    if origin is frozenset:
        one = reader(args[0])
        return lambda plain: frozenset([one(item) for item in plain])
    if origin is dict or origin is Mapping:
        one = reader(args[1])
        return lambda plain: {key: one(item) for key, item in plain.items()}
    raise TypeError(f"cannot read {kind!r}")


def _nothing(plain: Any) -> None:
    if plain is not None:
        raise TypeError(f"nothing expected, {plain!r} found")


def _exactly(kind: type) -> Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not kind:
            raise TypeError(f"{kind.__name__} expected, {plain!r} found")
        return plain

    return read


def _number(plain: Any) -> float:
    # A whole number stays one: what was read is written again byte for byte.
    if type(plain) is not float and type(plain) is not int:
        raise TypeError(f"number expected, {plain!r} found")
    return plain


def _row(readers: tuple[Reader, ...]) -> Reader:
    def read(plain: Any) -> tuple[Any, ...]:
        return tuple([one(item) for one, item in zip(readers, plain, strict=True)])

    return read


def _union(kinds: tuple[Any, ...]) -> Reader:
    rest = [kind for kind in kinds if kind is not types.NoneType]
    if len(rest) == 1:
        one = reader(rest[0])
        return lambda plain: None if plain is None else one(plain)
    assert set(rest) <= {str, int, float, bool}, "a union of records needs a tag"
    return lambda plain: plain


def _record(kind: Any, names: Sequence[str], needed: set[str]) -> Reader:
    hints = get_type_hints(kind)
    known = {name: hints[name] for name in names}

    def read(plain: Any) -> Any:
        if type(plain) is not dict:
            raise TypeError(f"{kind.__name__} expected, {plain!r} found")
        for name in names:
            if name in needed and name not in plain:
                raise KeyError(f"{kind.__name__}.{name}")
        # Readers are found at the first use: records may hold themselves.
        return kind(**{name: reader(known[name])(item) for name, item in plain.items()})

    return read
