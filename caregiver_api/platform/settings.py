# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the care service: table `[caregiver_api]` of `tohuus.toml`."""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    DirectoryPath,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from design import faults
from design.faults import SettingsError, load

__all__ = ["FIRST_LEAD", "Demo", "Settings", "SettingsError", "Webhook", "loopback", "read"]

FIRST_LEAD: str = "TOHUUS_FIRST_LEAD"
"""Environment variable "name:password" that makes the first lead on an empty database."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def loopback(host: str) -> bool:
    """Say whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class Demo(_Table):
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


class Webhook(_Table):
    """`[caregiver_api.webhook]`: pages also go as a signed POST to this address.

    Attributes:
        url: http or https address of the existing call system or gateway.
        timeout_s: how long it may take to answer.
    """

    url: str
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 5.0

    @field_validator("url")
    @classmethod
    def _web(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected an http or https address")
        return value


class Settings(_Table):
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
        webhook: second channel of pages.
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
    webhook: Webhook | None = None
    demo: Demo | None = None

    @field_validator("tz")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("expected a time zone such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _guard(self) -> "Settings":
        if self.day_starts_h >= self.day_ends_h:
            raise ValueError("day_starts_h before day_ends_h")
        if self.demo is not None and self.webhook is not None:
            host = urlsplit(self.webhook.url).hostname or ""
            if not loopback(host):
                raise ValueError("webhook.url on this machine in a demo")
        return self


def read(path: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; relative folders lie in `$TOHUUS_HOME` or beside the file.

    Args:
        path: `tohuus.toml`; other programs' tables in it are left to them. None = all defaults.
        environ: environment variables.

    Raises:
        SettingsError: not readable, unknown keys or wrong values, all of them.
    """
    file = str(path or "defaults")
    whole = load(path) if path is not None else {}
    wrong = faults.tables(file, whole)
    settings = Settings()
    try:
        settings = Settings.model_validate(_from_file(whole.get("caregiver_api", {}), path))
    except ValidationError as error:
        wrong += faults.of(file, "caregiver_api", Settings, error)
    faults.complain(wrong)
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
