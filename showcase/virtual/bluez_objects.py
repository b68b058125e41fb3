# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The object tree of org.bluez on a bus: properties, signals, and answers to method calls."""

import asyncio
import contextlib
import select
from collections import Counter, deque
from typing import Final

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

OBJECT_MANAGER: Final = "org.freedesktop.DBus.ObjectManager"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
PUMP_S: Final = 0.001

type Interfaces = dict[str, dict[str, Variant]]


class BluezObjects:
    """Name `org.bluez`, its objects, and who is connected to the bus.

    Attributes:
        hang: swallow every call without an answer, as a stuck bluetoothd does.
        objects: path -> interface -> property.
        calls: how often each method was called.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.hang = False
        self.objects: dict[str, Interfaces] = {}
        self.calls: Counter[str] = Counter()
        self._bus: MessageBus | None = None
        self._backlog: deque[Message] = deque()
        self._writable = select.poll()

    async def connect(self) -> None:
        """Join the bus and take the name."""
        self._bus = bus = MessageBus(bus_address=self.address)
        await bus.connect()
        wire = bus._sock  # noqa: SLF001 - see `send`
        assert wire is not None, "connected without a socket"
        self._writable = select.poll()
        self._writable.register(wire.fileno(), select.POLLOUT)
        bus.add_message_handler(self._on_message)
        await bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=["type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"],
            )
        )
        self.populate()
        await bus.request_name("org.bluez")

    async def disconnect(self) -> None:
        """Leave without a word, as a crash does."""
        if self._bus is not None:
            self._bus.disconnect()
            with contextlib.suppress(Exception):  # the bus itself may be gone
                await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # no types
            self._bus = None
        self._backlog.clear()
        self.objects.clear()

    def populate(self) -> None:
        """Make the objects a fresh bluetoothd has."""
        raise NotImplementedError

    def answer(self, call: Message, method: str) -> Message | None:
        """Answer `Interface.Method`, or None when there is no such method."""
        raise NotImplementedError

    def client_gone(self, sender: str) -> None:
        """Forget what belonged to a client that left the bus."""
        raise NotImplementedError

    def set_property(self, path: str, interface: str, name: str, value: Variant) -> None:
        """Obey a client's `Set`."""
        self.changed(path, interface, {name: value})

    # -- signals ---------------------------------------------------------------------------------
    def add(self, path: str, interfaces: Interfaces) -> None:
        """Put an object into the tree and say so."""
        self.objects[path] = interfaces
        self._signal("/", OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def remove(self, path: str) -> None:
        """Take an object away and say so."""
        if (interfaces := self.objects.pop(path, None)) is not None:
            gone: list[object] = [path, list(interfaces)]
            self._signal("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", gone)

    def changed(
        self, path: str, interface: str, values: dict[str, Variant], lost: tuple[str, ...] = ()
    ) -> None:
        """Change properties of an object, if it is there, and say so."""
        known = self.objects.get(path, {}).get(interface)
        if known is None:
            return
        known.update(values)
        for name in lost:
            known.pop(name, None)
        body: list[object] = [interface, values, list(lost)]
        self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: list[object]
    ) -> None:
        if not self.hang:
            self.send(Message.new_signal(path, interface, member, signature, body))

    def send(self, message: Message) -> None:
        """Send in order, never into a full socket: dbus-fast 5.2 takes EAGAIN for a dead bus."""
        if self._bus is None or not self._bus.connected:
            return
        if self._backlog or not self._writable.poll(0):
            self._backlog.append(message)
            if len(self._backlog) == 1:
                asyncio.get_running_loop().call_later(PUMP_S, self._pump)
        else:
            self._bus.send(message)

    def _pump(self) -> None:
        while self._backlog and self._bus is not None and self._bus.connected:
            if not self._writable.poll(0):
                asyncio.get_running_loop().call_later(PUMP_S, self._pump)
                return
            self._bus.send(self._backlog.popleft())

    # -- calls -----------------------------------------------------------------------------------
    def _on_message(self, message: Message) -> bool | None:
        if message.message_type is MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and not message.body[2]:
                self.client_gone(message.body[0])
            return None
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        if not self.hang:
            self.send(self._handle(message))
        return True

    def _handle(self, call: Message) -> Message:
        interface, member, path = call.interface or "", call.member or "", call.path or ""
        method = f"{interface.rsplit('.', 1)[-1]}.{member}"
        self.calls[method] += 1
        if interface == OBJECT_MANAGER and member == "GetManagedObjects":
            return Message.new_method_return(call, "a{oa{sa{sv}}}", [self.objects])
        if interface == PROPERTIES:
            return self._property(call, path)
        if interface not in self.objects.get(path, {}):
            return Message.new_error(
                call, "org.freedesktop.DBus.Error.UnknownObject", f"no {interface} at {path}"
            )
        return self.answer(call, method) or Message.new_error(
            call, "org.freedesktop.DBus.Error.UnknownMethod", method
        )

    def _property(self, call: Message, path: str) -> Message:
        interface = str(call.body[0])
        known = self.objects.get(path, {}).get(interface)
        if known is None:
            return Message.new_error(
                call, "org.freedesktop.DBus.Error.UnknownInterface", "no such interface"
            )
        if call.member == "GetAll":
            return Message.new_method_return(call, "a{sv}", [known])
        if call.member == "Get":
            if call.body[1] not in known:
                return Message.new_error(
                    call, "org.freedesktop.DBus.Error.InvalidArgs", "No such property"
                )
            return Message.new_method_return(call, "v", [known[call.body[1]]])
        self.set_property(path, interface, str(call.body[1]), call.body[2])
        return Message.new_method_return(call)
