# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way of one message, put together from what radio, hub and service said about it."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rules.model.identity import Seconds
from showcase.stories.story import Story

# Frames and journal rows of one sensor that may still become evidence; a story has far fewer.
KEPT: Final = 200

_OF_INCIDENT: Final = frozenset({"asked", "answered", "timed_out", "decided", "enqueued"})
_PROGRESS: Final = {"paged": "paged", "accepted": "acknowledged"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One hop of the way.

    Attributes:
        name: one of `showcase.stories.story.HOPS`.
        utc_s: story time, None while the hub does not trust its clock.
        wall_ms: real Unix milliseconds.
        ids: names that stand in journal and service, and what was said with them.
    """

    name: str
    utc_s: Seconds | None
    wall_ms: float
    ids: Mapping[str, Any] = field(default_factory=dict)

    @property
    def proof(self) -> str:
        """What stands in journal or service for it: the row, the message, the incident."""
        if self.ids.get("seq"):
            return f"#{self.ids['seq']}"
        return str(self.ids.get("message_id") or self.ids.get("incident_id") or "")[:8]


class Trace:
    """Follows one story from its frame to the carer who accepted.

    Feed it everything that radio, hub and service say, in any order; `way` holds the hops that have
    come so far without a gap, in the story's order.

    Args:
        story: which hops to expect, of which verdict, from which sensor.
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self._frames: deque[Hop] = deque(maxlen=KEPT)
        self._decoded: deque[Hop] = deque(maxlen=KEPT)
        self._journaled: deque[Hop] = deque(maxlen=KEPT)
        self._seen: dict[str, Hop] = {}
        self._early: dict[str, list[Hop]] = {}
        self.incident: str | None = None
        self.message: str | None = None
        self.withheld: Mapping[str, Any] | None = None

    # --- what came ------------------------------------------------------------------------

    def frame(self, name: str, *, utc_s: Seconds, wall_ms: float, device: str) -> None:
        """The virtual radio wrote a frame."""
        if device == self._story.sensor:
            ids = {"frame": name, "device": device}
            self._frames.append(Hop(name="frame", utc_s=utc_s, wall_ms=wall_ms, ids=ids))

    def hub(self, said: Mapping[str, Any]) -> None:
        """The hub's public stream said a hop."""
        name = str(said["hop"])
        hop = Hop(
            name=name,
            utc_s=said.get("utc_s"),
            wall_ms=float(said["wall_ms"]),
            ids={
                key: value
                for key, value in said.items()
                if key not in {"hop", "utc_s", "wall_ms"} and value not in (None, "", [], {})
            },
        )
        if name in {"decoded", "journaled"}:
            # A frame from before the story may be committed within it; it is not of this story.
            if said.get("frame") and self._frame_of(hop) is not None:
                (self._decoded if name == "decoded" else self._journaled).append(hop)
        elif name == "verdict":
            if said.get("kind") == self._story.verdict and self.incident is None:
                self._concluded(hop)
        elif name in _OF_INCIDENT and said.get("incident") == self.incident:
            if name == "decided" and said.get("outcome") == "withheld":
                self.withheld = hop.ids
                return
            if name == "enqueued" and "message" not in self._seen and self.message is None:
                self.message = str(said["message"])
                self._replay(self.message)
            self._seen.setdefault(name, hop)
        elif name == "forwarded":
            self._of_message(str(said.get("message")), hop)

    def service(
        self, event: str, said: Mapping[str, Any], *, wall_ms: float, utc_s: Seconds
    ) -> None:
        """The service's stream said an `alert` or a `progress`.

        Args:
            event: name of the server-sent event.
            said: its data.
            wall_ms: real time of its arrival here, for what carries none of its own.
            utc_s: story time of its arrival, likewise.
        """
        at = float(said.get("received_ms" if event == "alert" else "wall_ms") or wall_ms)
        ids = {key: value for key, value in said.items() if value not in (None, "", [], {})}
        if event == "alert":
            hop = Hop(name="received", utc_s=utc_s, wall_ms=at, ids=ids)
            self._of_message(str(said.get("message_id")), hop)
        elif event == "progress" and str(said.get("step")) in _PROGRESS:
            own = said.get("at")
            hop = Hop(
                name=_PROGRESS[str(said["step"])],
                utc_s=float(own) if isinstance(own, int | float) else utc_s,
                wall_ms=at,
                ids=ids,
            )
            if self.incident is not None and said.get("incident_id") == self.incident:
                self._seen.setdefault(hop.name, hop)

    # --- what it makes --------------------------------------------------------------------

    @property
    def way(self) -> tuple[Hop, ...]:
        """The hops that have come, up to the first that has not."""
        way = []
        for name in self._story.hops:
            hop = self.get(name)
            if hop is None:
                break
            way.append(hop)
        return tuple(way)

    @property
    def missing(self) -> str | None:
        """The first hop that has not come, None when the story is complete."""
        way = self.way
        return self._story.hops[len(way)] if len(way) < len(self._story.hops) else None

    def has(self, name: str) -> bool:
        """Say whether a hop has come."""
        return self.get(name) is not None

    def get(self, name: str) -> Hop | None:
        """Return a hop that has come."""
        return self._seen.get(name) or self._unproven(name)

    def _concluded(self, hop: Hop) -> None:
        self.incident = str(hop.ids["incident"])
        row = _row(self._journaled, hop.ids.get("evidence", ()))
        if row is not None:
            name = str(row.ids["frame"])
            decoded = next((one for one in self._decoded if one.ids["frame"] == name), None)
            for one in (self._frame_of(row), decoded, row):
                if one is not None:
                    self._seen[one.name] = one
        self._seen["verdict"] = hop

    def _frame_of(self, row: Hop) -> Hop | None:
        name = str(row.ids["frame"])
        return next((one for one in self._frames if _same(one, name)), None)

    def _unproven(self, name: str) -> Hop | None:
        """Before the verdict the newest frame of the sensor stands for the beginning."""
        if "verdict" in self._seen:
            return None
        kept = {"frame": self._frames, "decoded": self._decoded, "journaled": self._journaled}
        row = kept.get(name)
        return row[-1] if row else None

    def _of_message(self, message: str, hop: Hop) -> None:
        if self.message is None:
            self._early.setdefault(message, []).append(hop)
        elif message == self.message:
            self._seen.setdefault(hop.name, hop)

    def _replay(self, message: str) -> None:
        for hop in self._early.pop(message, ()):
            self._seen.setdefault(hop.name, hop)
        self._early.clear()


def _row(journaled: Iterable[Hop], evidence: Sequence[int]) -> Hop | None:
    """Choose the row the verdict rests on: the newest one named as evidence, else the newest."""
    rows = list(journaled)
    named = [hop for hop in rows if hop.ids.get("seq") in evidence]
    return next(reversed(named or rows), None)


def _same(frame: Hop, name: str) -> bool:
    """The hub adds its own counter to the name the radio gave."""
    sent = str(frame.ids["frame"])
    return name == sent or name.startswith(f"{sent}:")
