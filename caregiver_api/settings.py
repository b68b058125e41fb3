# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the care service: table `[caregiver_api]` of `tohuus.toml`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    DirectoryPath,
    Field,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from caregiver_api.channels.registry import CHANNELS, ChannelRegistry
from caregiver_api.platform.settings_table import SettingsTable, loopback
from settings_errors.error import SettingsError, raise_if_any
from settings_errors.toml_file import load, unknown_tables
from settings_errors.validation import faults_of

__all__ = ["DemoMode", "ServiceSettings", "SettingsError", "read", "settings_with"]


class DemoMode(SettingsTable):
    """`[caregiver_api.demo]`: the showcase moves escalation time; nothing leaves this machine.

    Attributes:
        story: loopback address "host:port" where the director tells story time; empty = real time.
        story_token: what the director wants to hear first.
    """

    story: str = ""
    story_token: str = ""

    @field_validator("story")
    @classmethod
    def _loopback(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (loopback(host) and port.isdigit()):
            raise ValueError("expected a loopback address such as 127.0.0.1:9000")
        return value


class ServiceSettings(SettingsTable):
    """`[caregiver_api]`.

    Attributes:
        host: address to listen on.
        port: TCP port to listen on; 0 takes a free one.
        home: folder of database and service key.
        tz: time zone whose days and nights decide when info is told.
        https: the service is reached over https: cookies get `Secure`.
        rung_wait_s: how long the people of a rung have, where a lead chose nothing else.
        day_starts_h: hour from which info is told.
        day_ends_h: hour after which info waits for the morning.
        bundle_s: how long info gathers by day before it is told.
        session_idle_s: log-in ends after so long without a request.
        session_s: log-in ends after so long in any case.
        keep_days: how long closed incidents are kept.
        wording: folders with the words of kinds that others wrote, a `<kind>.toml` each.
        demo: set only by the showcase.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8441
    home: Path = Path("service")
    tz: str = "Europe/Berlin"
    https: bool = False
    rung_wait_s: Annotated[float, Field(ge=1, le=3600)] = 120.0
    day_starts_h: Annotated[int, Field(ge=0, le=23)] = 8
    day_ends_h: Annotated[int, Field(ge=1, le=24)] = 20
    bundle_s: Annotated[float, Field(ge=0)] = 900.0
    session_idle_s: Annotated[float, Field(gt=0)] = 12 * 3600.0
    session_s: Annotated[float, Field(gt=0)] = 7 * 86400.0
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 90
    wording: tuple[DirectoryPath, ...] = ()
    demo: DemoMode | None = None

    @field_validator("tz")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("expected a time zone such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _guard(self) -> "ServiceSettings":
        if self.day_starts_h >= self.day_ends_h:
            raise ValueError("day_starts_h before day_ends_h")
        return self

    def channel(self, name: str) -> SettingsTable | None:
        """Return the table of a channel, None where it has none or was not set up."""
        table: SettingsTable | None = getattr(self, name, None)
        return table


def settings_with(channels: ChannelRegistry) -> type[ServiceSettings]:
    """Return the settings with one more table for each channel that has any.

    In a demo a channel that leads out of this machine is refused here, before anything is made.
    """

    class Guarded(ServiceSettings):
        @model_validator(mode="after")
        def _stays_inside(self) -> Self:
            for one in channels:
                table = self.channel(one.name)
                there = one.settings is None or table is not None
                if self.demo is not None and there and one.leads_outside(table):
                    raise ValueError(f"{one.name} on this machine in a demo")
            return self

    tables: dict[str, Any] = {
        one.name: (one.settings | None, None) for one in channels if one.settings is not None
    }
    return create_model(
        "ServiceSettings",
        __base__=Guarded,
        __module__=__name__,
        __doc__=ServiceSettings.__doc__,
        **tables,
    )


def read(
    path: Path | None,
    environ: Mapping[str, str] = os.environ,
    channels: ChannelRegistry = CHANNELS,
) -> ServiceSettings:
    """Read the settings; relative folders lie in `$TOHUUS_HOME` or beside the file.

    Args:
        path: `tohuus.toml`; other programs' tables in it are left to them. None = all defaults.
        environ: environment variables.
        channels: which channels there are; each may have a table.

    Raises:
        SettingsError: not readable, unknown keys or wrong values, all of them.
    """
    file = str(path or "defaults")
    whole = load(path) if path is not None else {}
    wrong = unknown_tables(file, whole)
    model = settings_with(channels)
    settings: ServiceSettings = model()
    try:
        settings = model.model_validate(_from_file(whole.get("caregiver_api", {}), path))
    except ValidationError as error:
        wrong += faults_of(file, "caregiver_api", model, error)
    raise_if_any(wrong)
    base = environ.get("TOHUUS_HOME")
    root = Path(base) if base else path.parent if path is not None else Path.cwd()
    return settings.model_copy(update={"home": root / settings.home})


def _from_file(table: Any, path: Path | None) -> Any:
    """Let the folders that are named start at the settings file, wherever the service starts."""
    if path is None or not isinstance(table, dict) or not isinstance(table.get("wording"), list):
        return table
    beside = path.parent.absolute()
    folders = [beside / one if isinstance(one, str) else one for one in table["wording"]]
    return {**table, "wording": folders}
