# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits: one record a section, looked up by its type; each number can be set by `section.key`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from rules.model.verdict import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLimits:
    """Limits of a detector that has none."""


NO_LIMITS = NoLimits()


class Limits:
    """The limits that hold in one flat; immutable.

    `limits[PresenceLimits]` returns the record of that type.

    Attributes:
        off: verdict kinds that are never concluded; empty as shipped. Whoever sets it takes that
            help away.
        kinds: verdict kinds that are known, and so can be switched off.
    """

    __slots__ = ("_by_type", "_records", "kinds", "off")

    def __init__(
        self,
        records: Mapping[str, object],
        *,
        kinds: frozenset[Kind] = frozenset(),
        off: frozenset[Kind] = frozenset(),
    ) -> None:
        """Hold records by section.

        Args:
            records: a frozen dataclass for each section, each of another type.
            kinds: every verdict kind that is known.
            off: kinds that are switched off.
        """
        self._records = dict(records)
        self._by_type: dict[type, Any] = {type(one): one for one in self._records.values()}
        self._by_type[NoLimits] = NO_LIMITS
        assert len(self._by_type) == len(self._records) + 1, "two sections of one type"
        self.kinds = kinds
        self.off = off

    def __getitem__[L](self, record: type[L]) -> L:
        found: L = self._by_type[record]
        return found

    def __getattr__(self, name: str) -> Any:
        # Until every reader looks its record up by type.
        if name.startswith("_") or name not in self._records:
            raise AttributeError(name)
        return self._records[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Limits):
            return NotImplemented
        return (self._records, self.kinds, self.off) == (other._records, other.kinds, other.off)

    def __hash__(self) -> int:
        return hash((tuple(self._records.items()), self.kinds, self.off))

    def __repr__(self) -> str:
        return f"Limits({self._records!r}, off={sorted(self.off)!r})"

    @property
    def sections(self) -> Mapping[str, Any]:
        """The records by section, in the order of the table they were made from."""
        return dict(self._records)

    def with_record(self, section: str, record: object) -> "Limits":
        """Return the limits with another record of the same type in a section."""
        assert type(record) is type(self._records[section]), section
        return Limits({**self._records, section: record}, kinds=self.kinds, off=self.off)

    def without(self, kinds: frozenset[Kind]) -> "Limits":
        """Return the limits with these verdict kinds switched off as well."""
        return Limits(self._records, kinds=self.kinds, off=self.off | kinds)


class LimitError(ValueError):
    """A limit was set wrongly; whoever wrote it must change it.

    Attributes:
        key: what was written, for example `inactivity.limit`.
        expected: what can stand there.
    """

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(key, expected)
        self.key = key
        self.expected = expected


def with_limit(limits: Limits, key: str, value: str | float) -> Limits:
    """Return the limits with one of them set anew.

    Args:
        limits: limits so far.
        key: `section.key`, for example `inactivity.limit_s`; or `off`.
        value: number not below 0; true or false for switches; for `off` verdict kinds with commas.

    Raises:
        LimitError: no such limit, or not such a value; whoever wrote it must change it.
    """
    if key == "off":
        return limits.without(_kinds(limits, key, str(value)))
    section, _, name = key.partition(".")
    record: Any = limits.sections.get(section)
    if record is None:
        expected = ", ".join(limits.sections)
        raise LimitError(key, f"rule.key with rule one of {expected}, or off")
    if name not in {entry.name for entry in fields(record)}:
        expected = ", ".join(f"{section}.{entry.name}" for entry in fields(record))
        raise LimitError(key, f"one of {expected}")
    number = _parsed(key, value, old=getattr(record, name))
    return limits.with_record(section, replace(record, **{name: number}))


def _kinds(limits: Limits, key: str, text: str) -> frozenset[Kind]:
    named = frozenset(Kind(one.strip()) for one in text.split(",") if one.strip())
    if not named <= limits.kinds:
        raise LimitError(key, f"some of {', '.join(sorted(limits.kinds))}")
    return named


def _parsed(key: str, value: str | float, *, old: float) -> float:
    text = str(value).strip().lower()
    if isinstance(old, bool):
        if text not in {"true", "false", "1", "0"}:
            raise LimitError(key, "true or false")
        return text in {"true", "1"}
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    # NaN and infinity are no limits: every comparison with them is false or silent for ever.
    if not 0.0 <= number < 1e12:
        raise LimitError(key, "a number, 0 or more")
    return number
