# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the broker is and how to log in there."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, FilePath

WEEK_S: Final = 7 * 86400


class MqttSettings(BaseModel):
    """Table `[hub.mqtt]` of the settings file.

    Attributes:
        base_topic: zigbee2mqtt's base topic, without a slash at its end.
        client_id: names the session the broker keeps for us; two hubs at one broker need two.
        password_file: one line, mode 0600; only with `username`.
        ca_file: certificate that signed the broker's own; `tls` without it trusts the system's.
        session_expiry_s: how long the broker keeps what it could not deliver, in seconds.
        keepalive_s: a dead connection is noticed after at most twice this, in seconds.
        connect_timeout_s: limit for each step of connecting, in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    base_topic: Annotated[str, Field(pattern=r"^[\w.-]+(/[\w.-]+)*$")] = "zigbee2mqtt"
    client_id: Annotated[str, Field(min_length=1, max_length=64)] = "tohuus-hub"
    username: str | None = None
    password_file: FilePath | None = None
    tls: bool = False
    ca_file: FilePath | None = None
    session_expiry_s: Annotated[int, Field(ge=0, le=0xFFFFFFFE)] = WEEK_S
    keepalive_s: Annotated[int, Field(ge=2, le=600)] = 10
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
