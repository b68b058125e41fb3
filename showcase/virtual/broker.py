# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mosquitto of our own on loopback, and a zigbee2mqtt that speaks through it."""

import asyncio
import contextlib
import getpass
import json
import shutil
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

START_LIMIT_S = 5.0


def installed() -> str | None:
    """Return where mosquitto is, or None (Debian puts it where a user's PATH does not look)."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """Return a loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Broker:
    """One mosquitto process; its sessions survive a restart as they would on a disk."""

    def __init__(
        self, folder: Path, *, port: int = 0, extra: str = "", persistent: bool = True
    ) -> None:
        """Choose a port; nothing starts yet.

        Args:
            folder: for configuration and kept sessions; must exist.
            port: loopback port, 0 takes a free one and keeps it over restarts.
            extra: more lines of mosquitto.conf, for example a password file.
            persistent: sessions and their queues survive a restart.
        """
        self.port = port or free_port()
        self._folder = folder
        self._extra = extra
        self._persistent = persistent
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> Self:
        """Start and wait until it listens.

        Raises:
            RuntimeError: mosquitto is not installed or ends at once.
        """
        exe = installed()
        if exe is None:
            raise RuntimeError("mosquitto not found: apt-get install mosquitto")
        file = self._folder / "mosquitto.conf"
        file.write_text(
            f"listener {self.port} 127.0.0.1\n"
            + ("" if "allow_anonymous" in self._extra else "allow_anonymous true\n")
            + f"persistence {str(self._persistent).lower()}\n"
            f"persistence_location {self._folder}/\n"
            "max_queued_messages 100000\nqueue_qos0_messages true\nset_tcp_nodelay true\n"
            f"user {getpass.getuser()}\nlog_dest stderr\n{self._extra}\n"
        )
        self._process = await asyncio.create_subprocess_exec(
            exe, "-c", str(file), stderr=asyncio.subprocess.PIPE
        )
        assert self._process.stderr is not None
        async with asyncio.timeout(START_LIMIT_S):
            while line := await self._process.stderr.readline():
                if b" running" in line:
                    break
            else:
                raise RuntimeError(f"mosquitto did not start; see {file}")
        self._drain = asyncio.create_task(self._process.stderr.read())
        return self

    async def stop(self) -> None:
        """End it; sessions and queued messages are written to the folder."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
            await self._drain
            self._process = None

    @property
    def pid(self) -> int:
        """Process number of the running broker."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


class Bridge:
    """zigbee2mqtt as the broker's other clients see it: states out, `/set` in."""

    def __init__(self, port: int, *, base: str = "zigbee2mqtt", lamps: Iterable[str] = ()) -> None:
        """Connect to the broker at this loopback port when started.

        Args:
            port: of the broker.
            base: base topic.
            lamps: friendly names that obey `<name>/set` and say so.
        """
        self._port = port
        self._base = base
        self._lamps = set(lamps)
        self.commands: list[tuple[str, dict[str, object]]] = []
        """What came in by `/set`, oldest first."""
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.on_message = self._on_message
        self._client.on_connect = self._on_connect

    def start(self) -> Self:
        """Connect in a thread of paho's and reconnect after losses."""
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", self._port, keepalive=10)
        self._client.loop_start()
        return self

    def stop(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def say(self, name: str, state: Mapping[str, object] | bytes, *, qos: int = 1) -> None:
        """Publish a device's state (its whole JSON), or any bytes."""
        raw = state if isinstance(state, bytes) else json.dumps(dict(state)).encode()
        self._client.publish(f"{self._base}/{name}", raw, qos=qos)

    def motion(self, name: str, *, sensed: bool) -> None:
        """A PIR saw somebody, or its time-out passed."""
        self.say(name, {"occupancy": sensed, "battery": 97, "linkquality": 120})

    def contact(self, name: str, *, opened: bool) -> None:
        """A door contact changed."""
        self.say(name, {"contact": not opened, "battery": 100, "linkquality": 110})

    def press(self, name: str, action: str = "emergency") -> None:
        """A button was pressed."""
        self.say(name, {"action": action, "battery": 100, "linkquality": 110})

    def online(self, *, online: bool) -> None:
        """zigbee2mqtt itself came or went (retained, as it does it)."""
        raw = json.dumps({"state": "online" if online else "offline"}).encode()
        self._client.publish(f"{self._base}/bridge/state", raw, qos=1, retain=True)

    def available(self, name: str, *, available: bool) -> None:
        """zigbee2mqtt's own opinion on a device (retained)."""
        raw = json.dumps({"state": "online" if available else "offline"}).encode()
        self._client.publish(f"{self._base}/{name}/availability", raw, qos=1, retain=True)

    def _on_connect(self, *_: object) -> None:
        self._client.subscribe(f"{self._base}/+/set", qos=1)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        name = message.topic.removeprefix(f"{self._base}/").removesuffix("/set")
        wanted = json.loads(message.payload)
        self.commands.append((name, wanted))
        if name in self._lamps:
            self.say(name, wanted)
