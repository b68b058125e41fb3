# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The virtual BlueZ as a process of its own: JSON lines in, JSON lines out.

    python -m showcase.virtual.bluez --address-file F [--control 0]

starts a private dbus-daemon with an org.bluez on it, writes the bus address to F (and prints it),
and ends with its standard input. A hub sees it by DBUS_SYSTEM_BUS_ADDRESS set to that address.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from showcase.virtual.bluez_adapter import VirtualBluez
from showcase.virtual.bluez_bus import PrivateBus
from showcase.virtual.bluez_devices import BTHomeDevice

type Answer = dict[str, object]


class BluezCommands:
    """Takes the commands: devices by address, faults by name."""

    def __init__(self, bluez: VirtualBluez) -> None:
        self._bluez = bluez
        self._devices: dict[str, BTHomeDevice] = {}

    async def obey(self, line: bytes) -> Answer:
        """Do what one line says; a line nobody understands is answered with `error`."""
        try:
            order = json.loads(line)
            word = str(order.pop("do"))
            if word == "crash":
                await self._bluez.crash(float(order.get("gap_s", 0.2)))
                return {"done": word}
            return {"done": word, **self._orders()[word](**order)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _orders(self) -> dict[str, Callable[..., Answer]]:
        return {
            "device": self._device,
            "say": self._say,
            "press": lambda address: self._act(self._devices[address.upper()].press),
            "repeat": lambda address: self._act(self._devices[address.upper()].repeat),
            "rssi": lambda address, dbm: self._act(self._devices[address.upper()].wander, dbm),
            "power": self._power,
            "hang": self._hang,
            "stats": lambda: {
                "heard": self._bluez.heard,
                "shown": self._bluez.shown,
                "scanned": self._bluez.scanned(),
                "calls": dict(self._bluez.calls),
            },
        }

    def _device(self, address: str, key: str = "", name: str = "", rssi_dbm: int = -60) -> Answer:
        # Seconds since 1970 rise from start to start, as a real device's counter does.
        device = BTHomeDevice(
            self._bluez,
            address,
            key=bytes.fromhex(key) or None,
            name=name or None,
            counter=int(time.time()),
            rssi_dbm=rssi_dbm,
        )
        self._devices[address.upper()] = device
        return {"address": device.address}

    def _say(self, address: str, **values: float) -> Answer:
        device = self._devices[address.upper()].say(**values)
        return {"counter": device.counter}

    def _power(self, *, on: bool, adapter: str = "hci0") -> Answer:
        self._bluez.power(adapter, on=on)
        return {}

    def _hang(self, *, on: bool) -> Answer:
        self._bluez.hang = on
        return {}

    @staticmethod
    def _act(action: Callable[..., BTHomeDevice], *values: object) -> Answer:
        device = action(*values)
        return {"counter": device.counter, "wall_ms": time.time() * 1000}


async def _serve(
    reader: asyncio.StreamReader, commands: BluezCommands, write: Callable[[bytes], object]
) -> None:
    while line := await reader.readline():
        write(json.dumps(await commands.obey(line)).encode() + b"\n")


async def run(address_file: Path, control: int | None) -> None:
    """Serve until standard input ends."""
    with tempfile.TemporaryDirectory(prefix="tohuus-ble-") as folder:
        async with (
            PrivateBus(Path(folder)) as bus,
            VirtualBluez(bus.address) as bluez,
        ):
            commands = BluezCommands(bluez)
            port = None
            if control is not None:

                async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    await _serve(reader, commands, writer.write)
                    writer.close()

                server = await asyncio.start_server(talk, "127.0.0.1", control)
                port = server.sockets[0].getsockname()[1]
            await asyncio.to_thread(address_file.write_text, bus.address + "\n")
            ready = {"ready": True, "address": bus.address, "control": port}
            _print(json.dumps(ready).encode() + b"\n")
            reader = asyncio.StreamReader()
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
            )
            await _serve(reader, commands, _print)


def _print(raw: bytes) -> None:
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m showcase.virtual.bluez", description=__doc__)
    parser.add_argument("--address-file", type=Path, required=True)
    parser.add_argument("--control", type=int, help="loopback TCP port for commands, 0 takes one")
    args = parser.parse_args()
    asyncio.run(run(args.address_file, args.control))


if __name__ == "__main__":
    main()
