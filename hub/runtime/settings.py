# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the hub: table `[hub]` of `tohuus.toml`, checked whole before anything starts."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    DirectoryPath,
    Field,
    FilePath,
    ValidationError,
    field_validator,
)

from devices.ble.settings import BleSettings
from devices.mqtt.settings import MqttSettings
from devices.zigbee.coordinator.settings import ZigbeeSettings
from rules.detectors.registry import SHIPPED
from rules.model.limits import LimitError, Limits, with_limit
from settings_errors.error import Fault, SettingsError, raise_if_any
from settings_errors.toml_file import known_key, load, unknown_tables
from settings_errors.validation import faults_of

__all__ = ["Demo", "Settings", "SettingsError", "apartment_of", "is_loopback", "load", "read"]

_FILES: Final = frozenset({"service_ca", "password_file", "ca_file"})
_FOLDERS: Final = "wording"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Demo(_Table):
    """`[hub.demo]`: the showcase leads the journal clock; never in a real flat.

    Attributes:
        story: loopback address "host:port" where the director tells story time; empty = real time.
        story_token: what the director wants to hear first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    story: str = ""
    story_token: str = ""

    @field_validator("story")
    @classmethod
    def _loopback(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (is_loopback(host) and port.isdigit()):
            raise ValueError("expected a loopback address such as 127.0.0.1:9000")
        return value


class Settings(_Table):
    """`[hub]`.

    Attributes:
        host: address to listen on; pages answer on loopback only until a display is paired.
        port: TCP port to listen on; 0 takes a free one, told in `hub.port` in the data folder.
        home: data folder, below `$TOHUUS_HOME` or beside the settings file.
        apartment: the apartment file; relative paths start at the settings file.
        siren: the resident chose a siren inside as part of the local fallback.
        service_ca: certificate authority of the care service; without it the system's.
        wall_clock: `kernel` trusts the wall clock when a time server has set it, `trusted` always
            (a machine with a battery clock, looked after by somebody).
        group_commit_s: longest wait of ordinary events for their commit, at most 5.
        unacknowledged_max: so many MQTT messages waiting for their commit end that wait early.
        ordinary_days: how long ordinary sensor events are kept.
        held_days: how long everything else is kept (calls, answers, sent messages, incidents).
        backups: how many daily copies of the database are kept in the data folder.
        wording: folders with the words of kinds that others wrote, a `<kind>.toml` each.
        rules: limits that differ from the shipped ones, for example `"inactivity.limit_s" = 7200`.
        zigbee: the Zigbee stick.
        mqtt: a broker with zigbee2mqtt.
        ble: the Bluetooth adapter.
        demo: set only by the showcase.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8440
    home: Path = Path("hub")
    apartment: Path = Path("apartment.toml")
    siren: bool = False
    service_ca: FilePath | None = None
    wall_clock: Annotated[str, Field(pattern="^(kernel|trusted)$")] = "kernel"
    group_commit_s: Annotated[float, Field(gt=0, le=5)] = 5.0
    unacknowledged_max: Annotated[int, Field(ge=1, le=10_000)] = 500
    ordinary_days: Annotated[int, Field(ge=1, le=400)] = 14
    held_days: Annotated[int, Field(ge=30, le=4000)] = 365
    backups: Annotated[int, Field(ge=0, le=30)] = 3
    wording: tuple[DirectoryPath, ...] = ()
    rules: dict[str, float | bool | str] = Field(default_factory=dict)
    zigbee: ZigbeeSettings | None = None
    mqtt: MqttSettings | None = None
    ble: BleSettings | None = None
    demo: Demo | None = None

    @field_validator("rules", mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:
        return _by_key(value) if isinstance(value, dict) else value

    def limits(self, shipped: Limits = SHIPPED) -> Limits:
        """Return the limits of the rules as they hold here; checked by `read`.

        Args:
            shipped: limits of the table of detectors that the hub runs.
        """
        limits = shipped
        for key, value in self.rules.items():
            limits = with_limit(limits, key, value)
        return limits


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def read(
    path: Path | None, environ: Mapping[str, str] = os.environ, shipped: Limits = SHIPPED
) -> Settings:
    """Read the settings; relative paths become absolute.

    Args:
        path: `tohuus.toml`; other programs' tables in it are left to them. None = all defaults.
        environ: environment variables (`TOHUUS_HOME`).
        shipped: limits of the table of detectors, where it is not the shipped one.

    Raises:
        SettingsError: not readable, unknown keys or wrong values, all of them.
    """
    file = str(path or "defaults")
    whole = load(path) if path is not None else {}
    wrong = unknown_tables(file, whole)
    settings = Settings()
    try:
        settings = Settings.model_validate(_from_file(whole.get("hub", {}), _beside(path)))
    except ValidationError as error:
        wrong += faults_of(file, "hub", Settings, error)
    wrong += _wrong_limits(file, whole, shipped)
    raise_if_any(wrong)
    base = environ.get("TOHUUS_HOME")
    return settings.model_copy(
        update={
            "home": (Path(base) if base else _beside(path)) / settings.home,
            "apartment": _beside(path) / settings.apartment,
        }
    )


def _from_file(table: Any, beside: Path) -> Any:
    """Let the files that are named start at the settings file, wherever the hub is started."""
    if not isinstance(table, dict):
        return table
    found = dict(table)
    for name, value in table.items():
        if isinstance(value, dict):
            found[name] = _from_file(value, beside)
        elif name in _FILES and isinstance(value, str):
            found[name] = beside / value
        elif name == _FOLDERS and isinstance(value, list):
            found[name] = [beside / one if isinstance(one, str) else one for one in value]
    return found


def _by_key(table: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, one in table.items():
        if isinstance(one, dict):
            flat |= {f"{key}.{inner}": limit for inner, limit in one.items()}
        else:
            flat[key] = one
    return flat


def _wrong_limits(file: str, whole: Mapping[str, Any], shipped: Limits) -> list[Fault]:
    hub = whole.get("hub")
    rules = hub.get("rules") if isinstance(hub, dict) else None
    wrong: list[Fault] = []
    known = [
        f"{section}.{entry.name}"
        for section, record in shipped.sections.items()
        for entry in fields(record)
    ]
    for key, value in _by_key(rules if isinstance(rules, dict) else {}).items():
        if not isinstance(value, str | int | float):
            continue  # named by the model
        try:
            with_limit(shipped, key, value)
        except LimitError as error:
            near = key not in {*known, "off"} and get_close_matches(key, known)
            expected = known_key(key, known) if near else error.expected
            wrong.append(Fault(file, f"hub.rules.{key}", expected))
    return wrong


def apartment_of(path: Path) -> Path | None:
    """Return where the apartment file lies by settings that are wrong elsewhere; None: no telling.

    Raises:
        SettingsError: the settings cannot be read at all.
    """
    table = load(path).get("hub", {})
    named = table.get("apartment", "apartment.toml") if isinstance(table, dict) else None
    return _beside(path) / named if isinstance(named, str) else None


def _beside(path: Path | None) -> Path:
    return path.parent.absolute() if path is not None else Path.cwd()
