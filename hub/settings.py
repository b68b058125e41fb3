# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the hub: table `[hub]` of `tohuus.toml`, checked whole before anything starts."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, FilePath, ValidationError, field_validator

from devices.ble.settings import BleSettings
from devices.mqtt.settings import MqttSettings
from devices.zigbee.settings import ZigbeeSettings
from rules.limits import LimitError, Limits, with_limit

TABLES: Final = frozenset({"hub", "caregiver_api", "showcase"})


class SettingsError(Exception):
    """The settings are wrong; whoever wrote the file must act.

    Attributes:
        file: which file.
        key: which key.
        expected: what should stand there.
    """

    def __init__(self, file: str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key}: {expected}")
        self.file, self.key, self.expected = file, key, expected


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
        siren: the resident chose a siren inside as part of the second way out.
        service_ca: certificate authority of the care service; without it the system's.
        wall_clock: `kernel` trusts the wall clock when a time server has set it, `trusted` always
            (a machine with a battery clock, looked after by somebody).
        group_commit_s: longest wait of ordinary events for their commit, at most 5.
        unacknowledged_max: so many MQTT messages waiting for their commit end that wait early.
        ordinary_days: how long ordinary sensor events are kept.
        held_days: how long everything else is kept (calls, answers, sent messages, incidents).
        backups: how many daily copies of the database are kept in the data folder.
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
    rules: dict[str, float | bool | str] = Field(default_factory=dict)
    zigbee: ZigbeeSettings | None = None
    mqtt: MqttSettings | None = None
    ble: BleSettings | None = None
    demo: Demo | None = None

    @field_validator("rules", mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        flat: dict[str, Any] = {}
        for key, one in value.items():
            if isinstance(one, dict):
                flat |= {f"{key}.{inner}": limit for inner, limit in one.items()}
            else:
                flat[key] = one
        return flat

    def limits(self) -> Limits:
        """Return the limits of the rules as they hold here; checked by `read`."""
        limits = Limits()
        for key, value in self.rules.items():
            limits = with_limit(limits, key, value)
        return limits


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def read(path: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; relative paths become absolute.

    Args:
        path: `tohuus.toml`; other programs' tables in it are left to them. None = all defaults.
        environ: environment variables (`TOHUUS_HOME`).

    Raises:
        SettingsError: not readable, unknown key or wrong value.
    """
    file = str(path or "defaults")
    table = load(path) if path is not None else {}
    for key in table:
        if key not in TABLES:
            raise SettingsError(file, key, f"one of the tables {', '.join(sorted(TABLES))}")
    try:
        settings = Settings.model_validate(table.get("hub", {}))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(("hub", *map(str, first["loc"])))
        raise SettingsError(file, key, first["msg"]) from error
    try:
        settings.limits()
    except LimitError as error:
        raise SettingsError(file, f"hub.rules.{error.key}", error.expected) from error
    beside = path.parent if path is not None else Path.cwd()
    base = environ.get("TOHUUS_HOME")
    return settings.model_copy(
        update={
            "home": (Path(base) if base else beside).absolute() / settings.home,
            "apartment": beside.absolute() / settings.apartment,
        }
    )


def load(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        SettingsError: not readable, or not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(str(path), "-", "a readable file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), "-", f"TOML ({error})") from error
