# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo's folder: what it keeps between two starts, and what hub and service are told."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rules.model.identity import Seconds
from showcase.processes import guard

KEPT: Final = "showcase/kept.json"
PAIRING: Final = "hub/pairing.json"
SETTINGS: Final = "tohuus.toml"
CARERS: Final = ("Anna", "Jens", "Wiebke")
LEAD: Final = "Demo-Leitung"


@dataclass(slots=True, kw_only=True)
class Kept:
    """What the demo remembers.

    Attributes:
        passwords: of the demo lead and the carers, by name.
        pin: the resident's.
        story_token: lets hub and service at the story clock.
        story_utc_s: story time when the demo was last seen, None before the first start.
        ble_key: key of her Bluetooth button, 32 hexadecimal digits.
        paired: hub and service know each other, and everything is set up.
    """

    passwords: dict[str, str]
    pin: str
    story_token: str
    ble_key: str
    story_utc_s: Seconds | None = None
    paired: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """A folder such as `./.demo`; secrets in it are readable by its owner only."""

    folder: Path

    @property
    def observer_token(self) -> Path:
        """The token the hub makes for whoever may watch it."""
        return self.folder / "hub" / "observer.token"

    @property
    def coordinator(self) -> Path:
        """Memory of the virtual Zigbee stick."""
        return self.folder / "showcase" / "coordinator.json"

    def log(self, process: str) -> Path:
        """Where a process writes what it prints."""
        return self.folder / "logs" / f"{process}.log"

    def open(
        self, secret: Callable[[], str], pin: Callable[[], str], key: Callable[[], str]
    ) -> Kept:
        """Read what was kept, or begin anew with fresh passwords."""
        path = self.folder / KEPT
        if path.exists():
            # An older demo knew no Bluetooth button.
            return Kept(**{"ble_key": key()} | json.loads(path.read_text()))
        for name in ("hub", "service", "showcase", "logs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = Kept(
            passwords={name: secret() for name in (LEAD, *CARERS)},
            pin=pin(),
            story_token=secret(),
            ble_key=key(),
        )
        self.keep(kept)
        return kept

    def keep(self, kept: Kept) -> None:
        """Write what must survive, at once and only for its owner."""
        words = {name: getattr(kept, name) for name in Kept.__dataclass_fields__}
        _write(self.folder / KEPT, json.dumps(words, ensure_ascii=False, indent=1))

    def write_flat(self, path: Path, keys: Mapping[str, str]) -> Path:
        """Put the apartment file where the hub reads it, with the keys of its sealed devices.

        Args:
            path: the flat as it is meant.
            keys: key by radio address; a Bluetooth device without a key is left out of the flat.
        """
        head, *devices = path.read_text(encoding="utf-8").split("[[devices]]")
        here = [one for one in devices if 'source = "ble"' not in one or _has_key(one, keys)]
        flat = self.folder / "apartment.toml"
        _write(flat, "[[devices]]".join((head, *here)))
        _write(self.folder / "ble_keys.toml", "".join(f'"{a}" = "{k}"\n' for a, k in keys.items()))
        return flat

    def service_at(self, address: str) -> None:
        """Tell a hub paired at an earlier start where its service is today: ports may differ."""
        path = self.folder / PAIRING
        if not path.exists():
            return
        paired = json.loads(path.read_text())
        if paired["service_url"] != address:
            _write(path, json.dumps(paired | {"service_url": address}))

    def write_settings(self, settings: Mapping[str, Any]) -> Path:
        """Write `tohuus.toml` for hub and service.

        Raises:
            showcase.processes.guard.GuardError: something in it points outside this machine.
        """
        guard.check(settings)
        path = self.folder / SETTINGS
        _write(path, "# Written by `tohuus demo` at each start.\n" + to_toml(settings))
        return path


def _has_key(device: str, keys: Mapping[str, str]) -> bool:
    return any(f'address = "{address}"' in device for address in keys)


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def to_toml(table: Mapping[str, Any], place: str = "") -> str:
    """Write nested tables of texts, numbers, flags and lists as TOML."""
    lines = [] if not place else [f"[{place}]"]
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    # JSON's texts, numbers, true/false and lists are written the same way in TOML.
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    parts = ["\n".join(lines)] if lines else []
    for key, value in table.items():
        if isinstance(value, Mapping):
            parts.append(to_toml(value, f"{place}.{key}" if place else key))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"
