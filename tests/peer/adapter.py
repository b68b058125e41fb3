# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Between our hub and the bench: reads the public event stream, publishes what the contract asks for.

It only reads: nothing here asks, decides or writes in the hub. As a process:
python -m tests.peer.adapter --hub http://127.0.0.1:8440 --token-file F --broker PORT
"""

import argparse
import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from pathlib import Path

import aiomqtt
import httpx2

from showcase.processes.hub_line import LOST, HubLine
from tests.peer.flats import ACTION

KINDS = {"help_call": "panic", "inactivity": "inactivity", "not_seen": "inactivity"}
NODELAY = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class Adapter:
    """Follows one hub through its restarts."""

    def __init__(
        self, hub: HubLine, broker_port: int, *, heard: Callable[[dict], None] | None = None
    ):
        self._hub, self._port, self._heard = hub, broker_port, heard
        self._presses: dict[int, dict] = {}
        self._told: dict[str, int] = {}
        self.live = asyncio.Event()
        self.moved = asyncio.Event()
        """A movement is durable."""

    async def run(self) -> None:
        """Publish until cancelled; a broker that restarts is found again."""
        actions: asyncio.Queue[dict] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read(actions))
            group.create_task(self._publish(actions))

    async def _read(self, actions: asyncio.Queue[dict]) -> None:
        async for name, hop in self._hub.events():
            if name == LOST:
                self.live.clear()
            elif name == "snapshot":
                for action in self.missed(hop):
                    actions.put_nowait(action)
                self.live.set()
            elif (action := self.action(hop)) is not None:
                actions.put_nowait(action)
                if self._heard is not None:
                    self._heard(action)

    async def _publish(self, actions: asyncio.Queue[dict]) -> None:
        action = None
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1", self._port, socket_options=NODELAY
                ) as client:
                    while True:
                        action = action or await actions.get()
                        await client.publish(
                            f"{ACTION}/{action['kind']}", json.dumps(action), qos=1
                        )
                        action = None
            await asyncio.sleep(0.1)

    def missed(self, snapshot: dict) -> list[dict]:
        """Say what was paged while nobody read the stream: a snapshot counts each incident's presses."""
        actions = []
        for card in snapshot["incidents"]:
            if card["kind"] in KINDS and card["message"] is not None:
                new = card["count"] - self._told.get(card["id"], 0)
                self._told[card["id"]] = card["count"]
                told = {
                    "kind": KINDS[card["kind"]],
                    "dev": card["device"] or card["room"],
                    "seq": 0,
                }
                actions += [told] * new
        return actions

    def action(self, hop: dict) -> dict | None:
        """Say what the bench's contract calls a hop, None for the others."""
        match hop.get("hop"):
            case "journaled" if hop["event"]["type"] == "HelpPressed":
                self._presses[hop["seq"]] = hop["event"]
                return None
            case "journaled" if hop["event"]["type"] == "MotionEnded":
                self.moved.set()
                return None
            case "enqueued" if hop["kind"] in KINDS:
                press = self._presses.pop(hop["seq"], {})
                self._told[hop["incident"]] = hop["detail"]["count"]
                told = {"kind": KINDS[hop["kind"]], "dev": hop.get("device") or hop.get("room")}
                _, _, number = str(press.get("press", "")).rpartition("#")
                return {**told, "seq": int(number) if number.isdigit() else 0}
            case "verdict" if hop["kind"] == "stuck_on":
                blind = [one["room"] for one in hop["blind"]]
                return {
                    "kind": "technical",
                    "dev": hop["device"],
                    "seq": 0,
                    "verdict": "stuck_on",
                    "blind": blind,
                }
            case _:
                return None


async def main(hub: str, token_file: Path, broker: int) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        await Adapter(HubLine(http, hub, token_file), broker).run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hub", required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--broker", type=int, required=True)
    args = parser.parse_args()
    asyncio.run(main(args.hub, args.token_file, args.broker))
