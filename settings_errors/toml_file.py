# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A settings file in TOML: read it, and find tables and keys that are not known."""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from settings_errors.error import Fault, SettingsError

_TABLES: Final = ("caregiver_api", "hub", "showcase")
_NEAR_MAX: Final = 3


def load(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        SettingsError: not readable, or not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(str(path), "-", f"a readable file ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), "-", f"TOML ({error})") from error


def unknown_tables(file: str, whole: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the names of the tables of `tohuus.toml`."""
    expected = f"one of the tables {', '.join(_TABLES)}"
    return [Fault(file, key, expected) for key in whole if key not in _TABLES]


def known_key(key: str, known: Sequence[str]) -> str:
    """Say which keys there are instead of an unknown one: those near it, otherwise all."""
    near = get_close_matches(key, known, n=_NEAR_MAX)
    if near:
        return f"a known key, perhaps {' or '.join(near)}"
    return f"a known key: {', '.join(known)}"
