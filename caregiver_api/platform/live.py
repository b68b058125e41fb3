# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens now, told to whoever listens in this process: alerts, progress, pages."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from caregiver_api.escalation.state import Step

QUEUE: Final = 1000
"""Events a listener may lag behind; beyond it is cut off and heals by its next snapshot."""


class Signal:
    """Wakes one or more sleepers; a notice that comes while nobody sleeps is not lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake the sleeper."""
        self._event.set()

    async def wait(self, timeout_s: float | None = None) -> bool:
        """Sleep until notified, at most `timeout_s` real seconds; say whether notified."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        notified = self._event.is_set()
        self._event.clear()
        return notified


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStored:
    """A message became durable: exactly one of these for each stored message.

    Attributes:
        seq: rising number of the message at this service (the event id of the JSON stream).
        hub: hub that sent it.
        audience: carers who may see it; leads see all.
        frame: the ready JSON document of the stream's `alert` event.
    """

    seq: int
    hub: str
    incident: str
    audience: frozenset[str]
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressMade:
    """Somebody or the clock moved an incident on; `frame` is the JSON of the `progress` event."""

    hub: str
    incident: str
    step: Step
    audience: frozenset[str]
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """A page went to this carer's open pages: make a sound (`ring`) or fall silent (not `ring`).

    Attributes:
        tag: same tag = same notice; replaces the one before.
        text: a sentence in the carer's language; names no resident, flat or kind of alarm.
    """

    carer: str
    incident: str
    tag: str
    priority: str
    text: str
    ring: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewChanged:
    """A connection, a policy or a person changed: views that show them are to be drawn again."""

    hub: str | None = None


type LiveEvent = AlertStored | ProgressMade | Rang | OverviewChanged


class TooSlow(Exception):
    """The listener lagged `QUEUE` events behind; it reconnects and starts from a snapshot."""


class Closing(Exception):
    """The service is shutting down."""


class LiveListener:
    """One open page or stream.

    Attributes:
        carer: who listens.
    """

    def __init__(self, carer: str) -> None:
        self.carer = carer
        self._queue: asyncio.Queue[LiveEvent | None] = asyncio.Queue(QUEUE + 1)
        self._lagging = False

    def put(self, event: LiveEvent | None) -> None:
        """Hand over one event; None ends the listening."""
        if self._queue.qsize() >= QUEUE:
            self._lagging = True
            return
        self._queue.put_nowait(event)

    async def next(self, timeout_s: float | None = None) -> LiveEvent | None:
        """Return the next event, or None after `timeout_s` real seconds of silence.

        Raises:
            TooSlow: an event was lost; reconnect.
            Closing: the service ends.
        """
        if self._lagging:
            raise TooSlow
        try:
            async with asyncio.timeout(timeout_s):
                event = await self._queue.get()
        except TimeoutError:
            return None
        if event is None:
            raise Closing
        return event


class Live:
    """All open pages and streams of logged-in people."""

    def __init__(self) -> None:
        self._listeners: dict[int, LiveListener] = {}
        self._numbers = 0
        self._closing = False

    @contextmanager
    def listen(self, carer: str) -> Iterator[LiveListener]:
        """Listen from now on; start before reading a snapshot, so that nothing falls between."""
        listener = LiveListener(carer)
        self._numbers += 1
        number = self._numbers
        self._listeners[number] = listener
        if self._closing:
            listener.put(None)
        try:
            yield listener
        finally:
            del self._listeners[number]

    def publish(self, event: LiveEvent) -> None:
        """Tell everybody who listens; who may see what is decided by the stream that shows it."""
        for listener in list(self._listeners.values()):
            listener.put(event)

    def ring(self, event: Rang) -> int:
        """Tell the pages of one carer; return how many are open."""
        mine = [one for one in self._listeners.values() if one.carer == event.carer]
        for listener in mine:
            listener.put(event)
        return len(mine)

    def close(self) -> None:
        """End all streams."""
        self._closing = True
        for listener in list(self._listeners.values()):
            listener.put(None)


async def live_events(listener: LiveListener, beat_s: float) -> AsyncIterator[LiveEvent | None]:
    """Yield events, and None after each `beat_s` seconds of silence, until cut off or closing."""
    with suppress(TooSlow, Closing):
        while True:
            yield await listener.next(beat_s)
