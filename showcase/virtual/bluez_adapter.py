# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bluetoothd without radio, as far as advertisements go: what it shows, and what it keeps quiet.

It follows BlueZ 5.87 where a hub depends on it: nothing is shown unless somebody discovers; a known
device signals only *changed* service data, and its signal strength only from 8 dB of change on
(every time with an RSSI filter); data of different kinds accumulates; a device is forgotten some
time after its last advertisement; a discovery belongs to a bus connection and dies with it.
"""

import asyncio
from typing import Final, Self

from dbus_fast import Message, Variant

from showcase.virtual.bluez_objects import ADAPTER, DEVICE, BluezObjects

RSSI_THRESHOLD_DB: Final = 8
FORGET_S: Final = 30.0
_BASE: Final = "-0000-1000-8000-00805f9b34fb"
_FAILED: Final = "org.bluez.Error"

_YES: Final = Variant("b", True)  # noqa: FBT003 - a D-Bus boolean
_NO: Final = Variant("b", False)  # noqa: FBT003 - as above

type Filter = dict[str, object]


def uuid128(short: str) -> str:
    """Write a 16-bit UUID the long way BlueZ uses."""
    return f"{int(short, 16):08x}{_BASE}"


class VirtualBluez(BluezObjects):
    """Adapters, devices heard by them, and the faults of a bluetoothd on call.

    Attributes:
        in_progress: so many next `StartDiscovery` calls are refused with InProgress.
        shown: advertisements that somebody could see.
        heard: advertisements on the air.
    """

    def __init__(
        self, address: str, *, adapters: tuple[str, ...] = ("hci0",), forget_s: float = FORGET_S
    ) -> None:
        """Wire it; nothing is on the bus before `start`.

        Args:
            address: of the bus.
            adapters: names at the start; their MAC addresses count from 00:00:5E:00:53:00.
            forget_s: how long a device stays known after its last advertisement.
        """
        super().__init__(address)
        self._names = adapters
        self._forget_s = forget_s
        self._discovering: dict[str, dict[str, Filter]] = {}
        self._filters: dict[tuple[str, str], Filter] = {}
        self._expiry: dict[str, asyncio.TimerHandle] = {}
        self.in_progress = 0
        self.shown = 0
        self.heard = 0

    async def start(self) -> Self:
        """Appear on the bus."""
        await self.connect()
        return self

    async def stop(self) -> None:
        """Vanish from the bus."""
        for handle in self._expiry.values():
            handle.cancel()
        self._expiry.clear()
        self._discovering.clear()
        self._filters.clear()
        await self.disconnect()

    async def crash(self, gap_s: float = 0.2) -> None:
        """Die and come back: no farewell, every discovery and device is gone."""
        await self.stop()
        await asyncio.sleep(gap_s)
        await self.start()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # -- adapters --------------------------------------------------------------------------------
    def populate(self) -> None:
        """Make the adapters that are plugged in."""
        self.objects["/org/bluez"] = {"org.bluez.AgentManager1": {}}
        for place, name in enumerate(self._names):
            self.plug(name, f"00:00:5E:00:53:{place:02X}")

    def plug(self, name: str, address: str) -> None:
        """Plug an adapter in."""
        path = f"/org/bluez/{name}"
        self._discovering[path] = {}
        properties = {
            "Address": Variant("s", address),
            "AddressType": Variant("s", "public"),
            "Name": Variant("s", f"virtual-{name}"),
            "Alias": Variant("s", f"virtual-{name}"),
            "Class": Variant("u", 0),
            "Powered": _YES,
            "Discoverable": _NO,
            "Pairable": _NO,
            "Discovering": _NO,
            "UUIDs": Variant("as", []),
            "Roles": Variant("as", ["central", "peripheral"]),
        }
        self.add(path, {ADAPTER: properties})

    def unplug(self, name: str) -> None:
        """Pull an adapter out, with every device it knew."""
        path = f"/org/bluez/{name}"
        for known in [one for one in self.objects if one.startswith(f"{path}/dev")]:
            self._forget(known)
        self._discovering.pop(path, None)
        self.remove(path)

    def power(self, name: str, *, on: bool) -> None:
        """Switch an adapter; off ends every discovery on it."""
        path = f"/org/bluez/{name}"
        if not on:
            self._discovering[path].clear()
            self.changed(path, ADAPTER, {"Discovering": _NO})
        self.changed(path, ADAPTER, {"Powered": Variant("b", on)})

    def scanned(self, name: str = "hci0") -> bool:
        """Say whether somebody discovers on this adapter."""
        return bool(self._discovering.get(f"/org/bluez/{name}"))

    def set_property(self, path: str, interface: str, name: str, value: Variant) -> None:
        """Obey a client: `Powered` does what the switch does."""
        if (interface, name) == (ADAPTER, "Powered"):
            self.power(path.rsplit("/", 1)[-1], on=bool(value.value))
        else:
            super().set_property(path, interface, name, value)

    # -- the air ---------------------------------------------------------------------------------
    def advertise(
        self,
        address: str,
        *,
        service_data: dict[str, bytes],
        name: str | None = None,
        rssi_dbm: int = -60,
        adapter: str = "hci0",
    ) -> bool:
        """Put one advertisement on the air.

        Args:
            address: of the sender.
            service_data: 16-bit UUID in hexadecimal -> bytes.
            name: local name, where it fits in.
            rssi_dbm: how strong it arrives.
            adapter: who hears it.

        Returns:
            Whether bluetoothd took it in (somebody discovers and no filter is against it).
        """
        self.heard += 1
        path = f"/org/bluez/{adapter}"
        filters = list(self._discovering.get(path, {}).values())
        if not filters or not self.objects[path][ADAPTER]["Powered"].value:
            return False
        # As in BlueZ, a UUID filter looks at lists of UUIDs, never at service data.
        if not any(_passes(one, rssi_dbm) for one in filters):
            return False
        data = {uuid128(short): value for short, value in service_data.items()}
        device = f"{path}/dev_{address.replace(':', '_')}"
        if device in self.objects:
            self._refresh(device, data, name, rssi_dbm, filters)
        else:
            self.add(device, {DEVICE: _new_device(path, address, data, name, rssi_dbm)})
        self._remember(device)
        self.shown += 1
        return True

    def _refresh(
        self,
        device: str,
        data: dict[str, bytes],
        name: str | None,
        rssi_dbm: int,
        filters: list[Filter],
    ) -> None:
        known = self.objects[device][DEVICE]
        fresh: dict[str, Variant] = {}
        proximity = all(filters) and any("RSSI" in one for one in filters)
        before = known.get("RSSI")
        if before is None or abs(before.value - rssi_dbm) >= (
            0 if proximity else RSSI_THRESHOLD_DB
        ):
            fresh["RSSI"] = Variant("n", rssi_dbm)
        if name and known["Alias"].value != name:
            fresh["Name"] = fresh["Alias"] = Variant("s", name)
        old = {uuid: one.value for uuid, one in known["ServiceData"].value.items()}
        repeat = any(one.get("DuplicateData") for one in filters)
        if repeat or {**old, **data} != old:
            kept = data if repeat else {**old, **data}
            fresh["ServiceData"] = _service_data(kept)
        if fresh:
            self.changed(device, DEVICE, fresh)

    def _remember(self, device: str) -> None:
        if (handle := self._expiry.pop(device, None)) is not None:
            handle.cancel()
        loop = asyncio.get_running_loop()
        self._expiry[device] = loop.call_later(self._forget_s, self._forget, device)

    def _forget(self, device: str) -> None:
        if (handle := self._expiry.pop(device, None)) is not None:
            handle.cancel()
        self.remove(device)

    # -- calls -----------------------------------------------------------------------------------
    def client_gone(self, sender: str) -> None:
        """End the discovery of a client that left."""
        for path, sessions in self._discovering.items():
            if sessions.pop(sender, None) is not None and not sessions:
                self.changed(path, ADAPTER, {"Discovering": _NO})

    def answer(self, call: Message, method: str) -> Message | None:
        """Answer the calls of a scanning client."""
        path, sender = call.path or "", call.sender or ""
        match method:
            case "Adapter1.SetDiscoveryFilter":
                wanted: Filter = {name: one.value for name, one in call.body[0].items()}
                self._filters[path, sender] = wanted
                if sender in self._discovering[path]:
                    self._discovering[path][sender] = wanted
                return Message.new_method_return(call)
            case "Adapter1.StartDiscovery":
                return self._start_discovery(call, path, sender)
            case "Adapter1.StopDiscovery":
                return self._stop_discovery(call, path, sender)
            case "Adapter1.RemoveDevice":
                self._forget(str(call.body[0]))
                return Message.new_method_return(call)
            case _:
                return None

    def _start_discovery(self, call: Message, path: str, sender: str) -> Message:
        if not self.objects[path][ADAPTER]["Powered"].value:
            return Message.new_error(call, f"{_FAILED}.NotReady", "Resource Not Ready")
        if self.in_progress > 0 or sender in self._discovering[path]:
            self.in_progress = max(0, self.in_progress - 1)
            return Message.new_error(call, f"{_FAILED}.InProgress", "Operation already in progress")
        self._discovering[path][sender] = self._filters.get((path, sender), {})
        self.changed(path, ADAPTER, {"Discovering": _YES})
        return Message.new_method_return(call)

    def _stop_discovery(self, call: Message, path: str, sender: str) -> Message:
        if self._discovering[path].pop(sender, None) is None:
            return Message.new_error(call, f"{_FAILED}.Failed", "No discovery started")
        if not self._discovering[path]:
            for device in [one for one in self.objects if one.startswith(f"{path}/dev")]:
                self.changed(device, DEVICE, {}, ("RSSI",))
            self.changed(path, ADAPTER, {"Discovering": _NO})
        return Message.new_method_return(call)


def _passes(wanted: Filter, rssi_dbm: int) -> bool:
    if wanted.get("UUIDs"):
        return False
    floor = wanted.get("RSSI")
    return not isinstance(floor, int) or rssi_dbm >= floor


def _service_data(data: dict[str, bytes]) -> Variant:
    return Variant("a{sv}", {uuid: Variant("ay", value) for uuid, value in data.items()})


def _new_device(
    adapter: str, address: str, data: dict[str, bytes], name: str | None, rssi_dbm: int
) -> dict[str, Variant]:
    properties = {
        "Address": Variant("s", address),
        "AddressType": Variant("s", "random"),
        "Alias": Variant("s", name or address.replace(":", "-")),
        "Adapter": Variant("o", adapter),
        "Paired": _NO,
        "Bonded": _NO,
        "Trusted": _NO,
        "Blocked": _NO,
        "LegacyPairing": _NO,
        "Connected": _NO,
        "ServicesResolved": _NO,
        "UUIDs": Variant("as", list(data)),
        "RSSI": Variant("n", rssi_dbm),
        "AdvertisingFlags": Variant("ay", b"\x06"),
        "ServiceData": _service_data(data),
    }
    return {**properties, "Name": Variant("s", name)} if name else properties
