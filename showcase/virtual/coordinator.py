# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A virtual Zigbee stick on a TCP port or a pty, with the nodes that joined it and every fault."""

import asyncio
import json
import os
import pty
import random
import tty
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from showcase.virtual import mt, zigbee_answers
from showcase.virtual.nvram import Nvram
from showcase.virtual.zigbee_device import VirtualDevice
from showcase.virtual.zstack import ZStack

type Watcher = Callable[[VirtualDevice, str], None]

_FIRST_NWK: Final = 0x1000
_SAVE_AFTER_S: Final = 0.3  # several changes of one pairing are one write
_PARENT_KEEPS_S: Final = 7.68  # macTransactionPersistenceTime
_AWAKE_S: Final = 0.5  # a sleeping device polls its parent for so long after it spoke
_JOIN_EVERY_S: Final = 0.02  # a coordinator hears one association after the other


class VirtualCoordinator:
    """The stick: `start`, `add` devices, `join` them; then each device's own methods send frames.

    Attributes:
        loss: share of frames from devices that the air loses, 0..1.
        repeats: share of frames that arrive twice (a lost acknowledgement), 0..1.
        watch: called with (device, what) when a device changed; what is "joined", "left",
            "state" (a lamp, a sounder, a relay) or "memory" (bindings, enrolment).
        devices: every node within reach, by address, joined or not.
    """

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        ieee: str = "00:12:4b:00:01:02:03:04",
        seed: int | None = None,
        watch: Watcher | None = None,
    ) -> None:
        # The stick makes the network key of a new flat: only a test may want it foreseeable.
        self._randomness = random.Random(seed) if seed is not None else random.SystemRandom()
        self.nvram = Nvram(bytes.fromhex(ieee.replace(":", ""))[::-1], self._randomness)
        self.stack = ZStack(self.nvram, self, self._write)
        self._watchers = [] if watch is None else [watch]
        self.loss = self.repeats = 0.0
        self.devices: dict[str, VirtualDevice] = {}
        self.hung = False
        self.frames = self.lost = 0
        self._joined: dict[int, VirtualDevice] = {}
        self._remembered: dict[str, dict[str, Any]] = {}
        self._awake_until: dict[str, float] = {}
        self._with_parent: dict[str, list[tuple[float, int, int, bytes]]] = {}
        self._state_file = state_file
        self._saving: asyncio.TimerHandle | None = None
        self._kept_writes = 0
        self._permit_until = 0.0
        self._permitted = asyncio.Event()
        self._host, self._port = "127.0.0.1", 0
        self._server: asyncio.Server | None = None
        self._client: asyncio.StreamWriter | None = None
        self._pty: tuple[int, int] | None = None
        if state_file is not None and state_file.exists():
            kept = json.loads(state_file.read_text())
            self.nvram.load(kept["nvram"])
            self._remembered = kept["joined"]

    # --- the serial line ------------------------------------------------------------------

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> str:
        """Plug the stick in on a TCP port (0: any free one); return the path for the hub."""
        self._host, self._port = host, port
        await self.plug()
        return self.path

    @property
    def path(self) -> str:
        """Where the hub finds the stick, for example `socket://127.0.0.1:4711`."""
        return f"socket://{self._host}:{self._port}"

    async def plug(self) -> None:
        """Plug the stick in (again), under the same path as before."""
        assert self._server is None, "already plugged in"
        self.hung = False
        self._server = await asyncio.start_server(self._serve, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def start_pty(self) -> str:
        """Plug the stick in as a pseudo terminal; return its path."""
        master, slave = pty.openpty()
        tty.setraw(master)
        tty.setraw(slave)  # our own end stays open: the master would see EIO otherwise
        os.set_blocking(master, False)
        self._pty = master, slave
        loop = asyncio.get_running_loop()
        loop.add_reader(master, lambda: self._received(os.read(master, 4096)))
        return os.ttyname(slave)

    def unplug(self) -> None:
        """Pull the stick: the line breaks at once, nothing on the stick is lost."""
        if self._client is not None:
            self._client.transport.abort()
            self._client = None
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._pty is not None:
            asyncio.get_running_loop().remove_reader(self._pty[0])
            for end in self._pty:
                os.close(end)
            self._pty = None

    def hang(self) -> None:
        """Let the firmware crash: the line stays open and nobody answers."""
        self.hung = True

    def recover(self) -> None:
        """End a hang without pulling the stick."""
        self.hung = False
        self.stack.power_on()

    async def close(self) -> None:
        """Unplug and keep the state."""
        self.unplug()
        self._save()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._client is not None:  # one stick has one line; a second opener takes it over
            self._client.transport.abort()
        self._client = writer
        self.stack.power_on()
        try:
            while data := await reader.read(4096):
                self._received(data)
        except ConnectionError:
            pass
        finally:
            if self._client is writer:
                self._client = None
            writer.close()

    def _received(self, data: bytes) -> None:
        if self.hung:
            return
        self.stack.receive(data)
        if self.nvram.writes != self._kept_writes:
            self._save_soon()

    def _write(self, data: bytes) -> None:
        if self.hung:
            return
        if self._client is not None and not self._client.is_closing():
            self._client.write(data)
        elif self._pty is not None:
            os.write(self._pty[0], data)

    # --- nodes ----------------------------------------------------------------------------

    def add(self, device: VirtualDevice) -> bool:
        """Put a node within reach; return whether it is still joined from the last time."""
        assert device.address not in self.devices, "one address, one node"
        self.devices[device.address] = device
        device.air = self
        kept = self._remembered.get(device.address)
        if kept is None:
            return False
        device.nwk = kept["nwk"]
        device.memory.load(kept["memory"])
        self._joined[device.nwk] = device
        return True

    def is_joined(self, device: VirtualDevice) -> bool:
        """Say whether the node is in the network."""
        return self._joined.get(device.nwk) is device

    @property
    def permits(self) -> bool:
        """Joining is allowed now."""
        return asyncio.get_running_loop().time() < self._permit_until

    async def permitted(self) -> None:
        """Return as soon as the hub lets nodes join."""
        while not self.permits:
            self._permitted.clear()
            await self._permitted.wait()

    def join(self, device: VirtualDevice) -> bool:
        """Let a node associate and announce itself; refused while the hub does not permit it."""
        if device.address not in self.devices:
            self.add(device)
        if not self.is_joined(device):
            if not self.permits:
                return False
            device.nwk = self._free_nwk()
            self._joined[device.nwk] = device
        self.stack.joined(device.nwk, device.ieee)
        self.announce(device)
        self.changed(device, "joined")
        return True

    async def join_all(self, devices: Iterable[VirtualDevice] | None = None) -> int:
        """Wait for permission, then join these nodes (default: all); return how many joined."""
        count = 0
        for device in list(self.devices.values() if devices is None else devices):
            await self.permitted()
            count += self.join(device)
            await asyncio.sleep(_JOIN_EVERY_S)
        return count

    def announce(self, device: VirtualDevice) -> None:
        """Device_annce: the node says where it is, as after a power cut of its own."""
        assert self.is_joined(device)
        self._wake(device)
        power = 0x8E if device.mains else 0x80
        data = mt.u16(device.nwk) + device.ieee + bytes((power,))
        number = device.next_sequence()
        self.stack.zdo_incoming(device.nwk, 0x0013, number, data, broadcast=True)

    def move(self, device: VirtualDevice) -> None:
        """Give a node a new short address, as after a rejoin of which the hub heard nothing."""
        fresh = self._free_nwk()
        del self._joined[device.nwk]
        device.nwk = fresh
        self._joined[fresh] = device

    def leave(self, device: VirtualDevice) -> None:
        """Let a node leave the network; it forgets its bindings."""
        if self._joined.pop(device.nwk, None) is None:
            return
        self.stack.left(device.nwk, device.ieee)
        device.memory.load({"bindings": [], "reporting": [], "enrolled": {}, "cie": {}})
        self._remembered.pop(device.address, None)
        self.changed(device, "left")

    def check_in(self) -> int:
        """Let every joined node give a sign of life; return how many frames arrived."""
        nodes = list(self._joined.values())
        return sum(1 for one in nodes if (sent := one.check_in()) is not None and sent.arrived)

    def _free_nwk(self) -> int:
        kept = {one["nwk"] for one in self._remembered.values()}
        return next(n for n in range(_FIRST_NWK, 0xFFF0) if n not in self._joined and n not in kept)

    # --- Air: frames from nodes -----------------------------------------------------------

    def deliver(self, device: VirtualDevice, endpoint: int, cluster: int, data: bytes) -> bool:
        """Carry a node's frame to the hub; False when no hub listens or the air loses it."""
        listening = (self._client is not None or self._pty is not None) and not self.hung
        if not listening or not self.is_joined(device):
            return False
        if self.loss and self._randomness.random() < self.loss:
            self.lost += 1
            return False
        if device.dozes:
            self._wake(device)
        aps = device.next_aps()
        again = self.repeats and self._randomness.random() < self.repeats
        for _ in range(2 if again else 1):
            self.frames += 1
            self.stack.incoming(device.nwk, aps, endpoint, cluster, data)
        return True

    def subscribe(self, watcher: Watcher) -> None:
        """Let a watcher hear of every change of a device from now on."""
        self._watchers.append(watcher)

    def changed(self, device: VirtualDevice, what: str) -> None:
        """Tell the watcher, and keep what must survive."""
        if what in {"joined", "left", "memory"}:
            self._save_soon()
        for watcher in self._watchers:
            watcher(device, what)

    # --- Ether: frames to nodes -----------------------------------------------------------

    def address_of(self, ieee: bytes) -> int:
        """Return the short address of a joined node, 0xFFFE when there is none."""
        return next((nwk for nwk, one in self._joined.items() if one.ieee == ieee), 0xFFFE)

    def send(self, nwk: int, endpoint: int, cluster: int, data: bytes) -> int:
        """Carry a frame of the hub to a node; return the MAC status."""
        device = self._joined.get(nwk)
        if device is None:
            return mt.NWK_NO_ROUTE
        if not device.reachable:
            return mt.MAC_TRANSACTION_EXPIRED
        now = asyncio.get_running_loop().time()
        if device.dozes and now >= self._awake_until.get(device.address, 0.0):
            kept = self._with_parent.setdefault(device.address, [])
            kept.append((now + _PARENT_KEEPS_S, endpoint, cluster, data))
        elif not device.asleep:
            self._hand_over(device, endpoint, cluster, data)
        return mt.OK

    def _hand_over(self, device: VirtualDevice, endpoint: int, cluster: int, data: bytes) -> None:
        if endpoint in device.endpoints:
            loop = asyncio.get_running_loop()
            loop.call_later(device.latency_s, zigbee_answers.frame, device, endpoint, cluster, data)

    def _wake(self, device: VirtualDevice) -> None:
        """Let a sleeping device fetch from its parent what was not thrown away yet."""
        now = asyncio.get_running_loop().time()
        self._awake_until[device.address] = now + _AWAKE_S
        for until, endpoint, cluster, data in self._with_parent.pop(device.address, ()):
            if now < until:
                self._hand_over(device, endpoint, cluster, data)

    def broadcast(self, endpoint: int, cluster: int, data: bytes) -> None:
        """Carry a frame of the hub to every node that has the endpoint."""
        for device in list(self._joined.values()):
            if endpoint in device.endpoints and device.reachable and not device.asleep:
                zigbee_answers.frame(device, endpoint, cluster, data)

    def ask(self, nwk: int, cluster: int, sequence: int, data: bytes) -> None:
        """Carry a ZDO request to a node and its answer back."""
        device = self._joined.get(nwk)
        if device is None or not device.reachable or device.asleep:
            return

        def answer() -> None:
            reply, payload = zigbee_answers.zdo(device, cluster, data)
            self.stack.zdo_incoming(nwk, reply, sequence, payload)
            if cluster == zigbee_answers.MGMT_LEAVE:
                self.leave(device)

        asyncio.get_running_loop().call_later(device.latency_s, answer)

    def permit(self, seconds: int) -> None:
        """Open the network for joining."""
        self._permit_until = asyncio.get_running_loop().time() + seconds
        if seconds:
            self._permitted.set()

    # --- keeping --------------------------------------------------------------------------

    def _save_soon(self) -> None:
        self._kept_writes = self.nvram.writes
        if self._state_file is not None and self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(_SAVE_AFTER_S, self._save)

    def _save(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        if self._state_file is None:
            return
        for nwk, one in self._joined.items():
            self._remembered[one.address] = {"nwk": nwk, "memory": one.memory.dump()}
        text = json.dumps({"nvram": self.nvram.dump(), "joined": self._remembered})
        fresh = self._state_file.with_suffix(".new")
        # The network key stands in it in clear, as on a real stick.
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        fresh.replace(self._state_file)
