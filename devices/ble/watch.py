# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices what bleak does not: bluetoothd gone, the adapter unplugged or switched off."""

import asyncio
from typing import Any, Final, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

_BLUEZ: Final = "org.bluez"
_ADAPTER: Final = "org.bluez.Adapter1"
_DAEMON: Final = "org.freedesktop.DBus"
_OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
_RULES: Final = (
    f"type='signal',sender='{_DAEMON}',member='NameOwnerChanged',arg0='{_BLUEZ}'",
    f"type='signal',sender='{_BLUEZ}',interface='{_OBJECTS}',member='InterfacesRemoved'",
    f"type='signal',sender='{_BLUEZ}',member='PropertiesChanged',arg0='{_ADAPTER}'",
)


class BluetoothLostError(Exception):
    """There is no Bluetooth to listen with.

    Attributes:
        fault: `no_bluetoothd`, `no_adapter`, `powered_off`, `bluetoothd_gone`, `adapter_gone`,
            `bus_gone` or `silent`.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class BluezWatch:
    """A connection of our own to the system bus, for as long as one scan lasts."""

    def __init__(self) -> None:
        self._bus = MessageBus(bus_type=BusType.SYSTEM)
        self._path = ""
        self._gone: asyncio.Future[None] | None = None
        self._fault: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        await self._bus.connect()
        self._gone = asyncio.ensure_future(self._until_gone())
        self._bus.add_message_handler(self._on_message)
        for rule in _RULES:
            await self._call(_DAEMON, "/org/freedesktop/DBus", _DAEMON, "AddMatch", "s", [rule])
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._gone is not None:
            self._gone.cancel()
            self._bus.disconnect()

    async def adapter(self, mac: str | None) -> str:
        """Return the adapter's name of today (`hci0`).

        Args:
            mac: whose; None takes the first one that is switched on.

        Raises:
            BluetoothLostError: `no_bluetoothd`, `no_adapter` or `powered_off`.
        """
        objects = await self._call(_BLUEZ, "/", _OBJECTS, "GetManagedObjects")
        if objects is None:
            raise BluetoothLostError("no_bluetoothd")
        off = False
        for path in sorted(objects):
            adapter = objects[path].get(_ADAPTER)
            if adapter is None or mac not in (None, adapter["Address"].value):
                continue
            if adapter["Powered"].value:
                self._path = path
                return str(path).rsplit("/", 1)[-1]
            off = True
        raise BluetoothLostError("powered_off" if off else "no_adapter")

    async def power_cycle(self) -> None:
        """Switch the adapter off and on: ends a discovery that bluetoothd believes in wrongly."""
        for on in (False, True):
            body = [_ADAPTER, "Powered", Variant("b", on)]
            await self._call(
                _BLUEZ, self._path, "org.freedesktop.DBus.Properties", "Set", "ssv", body
            )
        self._fault = asyncio.get_running_loop().create_future()

    async def lost(self) -> str:
        """Return what happened to bluetoothd or the adapter, once something has."""
        assert self._gone is not None, "watches only when connected"
        await asyncio.wait((self._fault, self._gone), return_when=asyncio.FIRST_COMPLETED)
        return self._fault.result() if self._fault.done() else "bus_gone"

    async def _until_gone(self) -> None:
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # no types

    async def _call(
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: list[object] | None = None,
    ) -> Any:
        """Return the first value of the answer, None for an error."""
        answer = await self._bus.call(
            Message(
                destination=destination,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body or [],
            )
        )
        if answer.message_type is not MessageType.METHOD_RETURN:
            return None
        return answer.body[0] if answer.body else True

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or self._fault.done():
            return
        match message.member:
            case "NameOwnerChanged" if message.body[0] == _BLUEZ and message.body[1]:
                # Without an owner before, it has only just come.
                self._fault.set_result("bluetoothd_gone")
            case "InterfacesRemoved" if message.body[0] == self._path:
                self._fault.set_result("adapter_gone")
            case "PropertiesChanged" if message.path == self._path:
                powered = message.body[1].get("Powered")
                if powered is not None and not powered.value:
                    self._fault.set_result("powered_off")
            case _:
                pass
