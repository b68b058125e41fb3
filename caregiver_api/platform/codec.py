# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one codec of written records: frozen dataclasses and wire bodies as JSON or as rows."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, Literal, get_type_hints

from pydantic import BaseModel, TypeAdapter


class JsonCodec[T]:
    """Writes a record as JSON and reads it again.

    Args:
        record: a frozen dataclass, a wire body, or a tuple of them.
        written: fields of the record that have another name in the JSON.
        leave_out: what of a wire body is not written.
    """

    def __init__(
        self,
        record: Any,
        *,
        written: Mapping[str, str] | None = None,
        leave_out: Literal["defaults", "none"] | None = None,
    ) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(record)
        self._written: Final = dict(written or {})
        self._read: Final = {name: field for field, name in self._written.items()}
        whole = hasattr(record, "__dataclass_fields__")
        self._known: Final = frozenset(one.name for one in fields(record)) if whole else None
        self._leave_out = leave_out

    def dump(self, record: T) -> str:
        """Write a record."""
        if self._known is None:
            written = self._adapter.dump_json(
                record,
                exclude_defaults=self._leave_out == "defaults",
                exclude_none=self._leave_out == "none",
            )
            return written.decode()
        table = self._adapter.dump_python(record, mode="json")
        named = {self._written.get(field, field): value for field, value in table.items()}
        return json.dumps(named, separators=(",", ":"), ensure_ascii=False)

    def load(self, text: str) -> T:
        """Read a record.

        Raises:
            ValueError: what is written is no such record.
        """
        if self._known is None:
            return self._adapter.validate_json(text)
        table = json.loads(text)
        if not isinstance(table, dict):
            raise ValueError("not a record")  # noqa: TRY004 # damaged data, no fault of the caller
        named = {self._read.get(name, name): value for name, value in table.items()}
        if not named.keys() <= self._known:
            raise ValueError("unknown fields")
        return self._adapter.validate_python(named)


type _Converter = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_BYTES: Final[_Converter] = (base64.b64decode, lambda raw: base64.b64encode(raw).decode())
_FLAG: Final[_Converter] = (bool, int)


class RowCodec[T]:
    """Writes a record as the row of a table and reads it again.

    A column holds a field of the same name: flags as 0 or 1, bytes as base64, what has a codec as
    JSON (an empty column is an empty or a missing value), everything else as it is.

    Args:
        record: a frozen dataclass.
        texts: codecs of the fields that are JSON.
        written: fields of the record whose column has another name.
    """

    def __init__(
        self,
        record: type[T],
        *,
        texts: Mapping[str, JsonCodec[Any]] | None = None,
        written: Mapping[str, str] | None = None,
    ) -> None:
        self._record = record
        hints = get_type_hints(record)
        names, codecs = dict(written or {}), dict(texts or {})
        self._fields: Final = tuple(
            (one.name, names.get(one.name, one.name), *_converter(hints[one.name], codecs, one))
            for one in fields(record)  # type: ignore[arg-type] # a dataclass, as said above
        )

    def load(self, row: Any) -> T:
        """Read the record of a row.

        Raises:
            ValueError: what is in it is no such record (or another error a damaged row causes).
        """
        return self._record(
            **{field: read(getattr(row, column)) for field, column, read, _ in self._fields}
        )

    def dump(self, record: T) -> dict[str, Any]:
        """Write a record as a row."""
        return {column: write(getattr(record, field)) for field, column, _, write in self._fields}


def _converter(hint: Any, codecs: Mapping[str, JsonCodec[Any]], field: Any) -> _Converter:
    codec = codecs.get(field.name)
    if codec is not None:
        empty = field.default
        return (
            lambda text: empty if text is None else codec.load(text),
            lambda value: None if value == empty else codec.dump(value),
        )
    if hint is bool:
        return _FLAG
    if hint is bytes:
        return _BYTES
    if isinstance(hint, type) and issubclass(hint, str) and hint is not str:
        return hint, str
    assert not (isinstance(hint, type) and issubclass(hint, BaseModel)), "a body needs its codec"
    return _as_it_is, _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
