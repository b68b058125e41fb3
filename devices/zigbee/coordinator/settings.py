# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which stick the hub uses and what it may load for it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class ZigbeeSettings(BaseModel):
    """Table `[hub.zigbee]` of the settings file.

    Attributes:
        path: serial device of the stick (`/dev/serial/by-id/...`) or `socket://host:port`.
        radio: its firmware family: TI Z-Stack, Silicon Labs EZSP or deCONZ.
        baudrate: of the serial line, in bits per second.
        channel: radio channel of a network still to be formed; a living one is never moved.
        quirks: vendors whose zha-quirks modules are loaded (a module name below `zhaquirks`); each
            costs memory. Our own quirks for fall radars are always loaded.
        ram: folder in memory where the driver works on a copy of its database, which spares the
            memory card; who joined is written to the disk at once, the rest every 6 hours and at
            the end. Where there is no such folder it works on the disk.
        watchdog_every_s: how often the stick is asked for a sign of life, in seconds.
        watchdog_wait_s: how long it may take to answer, in seconds.
        confirm_within_s: how long a lamp may take to confirm before another is tried, in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(min_length=1)]
    radio: Literal["znp", "ezsp", "deconz"] = "znp"
    baudrate: Annotated[int, Field(ge=9600, le=1_000_000)] = 115_200
    # 15, 20 and 25 lie beside the usual Wi-Fi channels.
    channel: Annotated[int, Field(ge=11, le=26)] = 15
    quirks: tuple[Annotated[str, Field(pattern=r"^[a-z0-9_.]+$")], ...] = (
        "xiaomi",
        "ikea",
        "sonoff",
        "develco",
        "heiman",
        "philips",
        "thirdreality",
    )
    ram: Path = Path("/dev/shm")  # noqa: S108  # made safe by `working_copy`
    # No answer from the stick means no pull cord: 10 + 3 s instead of the driver's 30 + 15.
    watchdog_every_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    watchdog_wait_s: Annotated[float, Field(gt=0, le=30)] = 3.0
    # A router answers in under 0.1 s; three MAC tries and a new route need about a second.
    confirm_within_s: Annotated[float, Field(gt=0, le=30)] = 4.0

    @field_validator("quirks")
    @classmethod
    def _exist(cls, vendors: tuple[str, ...]) -> tuple[str, ...]:
        package = find_spec("zhaquirks")  # found, not imported: that is heavy
        places = (package.submodule_search_locations or []) if package is not None else []
        for vendor in vendors:
            paths = [Path(place, *vendor.split(".")) for place in places]
            if not any(path.is_dir() or path.with_suffix(".py").is_file() for path in paths):
                raise ValueError(f"a module below zhaquirks, not {vendor!r}")
        return vendors
