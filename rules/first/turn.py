# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One turn of the engine: the state taken apart, and put together again."""

from rules.first.flat import Flat
from rules.first.limits import Limits
from rules.first.scene import Scene
from rules.first.state import Due, State
from rules.model.apartment import Apartment, Device, Role
from rules.model.effects import Effect
from rules.model.events import Fact
from rules.model.identity import DeviceId, IncidentId, RoomId, Seconds
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from rules.model.verdict import VerdictKind
from rules.situation.coverage import dead
from rules.situation.presence import Whereabouts


class Turn(Scene):
    """Working memory of one `advance`; nothing of it is seen outside before `finish`."""

    __slots__ = (
        "booted",
        "climate",
        "drawer",
        "dues",
        "effects",
        "habits",
        "in_bed",
        "incidents",
        "journal",
        "kitchen",
        "known",
        "ledger",
        "limits",
        "low_batteries",
        "moving_rows",
        "night_light",
        "now",
        "out_of_bed",
        "out_of_door",
        "presses",
        "register",
        "resting",
        "screen",
        "seq",
        "stay",
        "stove",
        "taps",
        "technical",
        "waiting",
    )

    def __init__(self, state: State, fact: Fact, flat: Flat) -> None:
        # Scene's own fields are set here, not by a call: this runs for each event of a flat's life.
        self.apartment: Apartment = flat.apartment
        self.at: Seconds = fact.event.at
        self.late = False
        self.coverage = state.coverage
        self.pause = state.pause
        self.presence = state.presence
        self.signs = state.signs
        self.wall = state.wall
        self.limits: Limits = flat.limits
        self.now = fact.event.at
        self.seq = fact.seq
        self.effects: list[Effect] = []
        self.journal = state.journal
        self.booted = state.booted
        self.screen = state.screen
        self.register = state.register
        self.ledger = state.ledger
        self.moving_rows = state.moving_rows
        self.in_bed = state.in_bed
        self.stay = state.stay
        self.waiting = state.waiting
        self.out_of_bed = state.out_of_bed
        self.out_of_door = state.out_of_door
        self.stove = state.stove
        self.climate = state.climate
        self.kitchen = state.kitchen
        self.taps = state.taps
        self.drawer = state.drawer
        self.habits = state.habits
        self.night_light = state.night_light
        self.technical = state.technical
        self.low_batteries = state.low_batteries
        self.presses = state.presses
        self.incidents = self.known = state.incidents
        self.dues = list(state.dues)
        self.resting = state.resting

    def finish(self) -> State:
        """Put the state together again."""
        return State(
            journal=self.journal,
            now=self.now,
            seq=self.seq,
            booted=self.booted,
            screen=self.screen,
            wall=self.wall,
            register=self.register,
            ledger=self.ledger,
            coverage=self.coverage,
            pause=self.pause,
            presence=self.presence,
            signs=self.signs,
            moving_rows=self.moving_rows,
            in_bed=self.in_bed,
            stay=self.stay,
            waiting=self.waiting,
            out_of_bed=self.out_of_bed,
            out_of_door=self.out_of_door,
            stove=self.stove,
            climate=self.climate,
            kitchen=self.kitchen,
            taps=self.taps,
            drawer=self.drawer,
            habits=self.habits,
            night_light=self.night_light,
            technical=self.technical,
            low_batteries=self.low_batteries,
            presses=self.presses,
            incidents=self.incidents,
            dues=tuple(self.dues),
            resting=self.resting,
        )

    def keep(self, incident: Incident) -> None:
        """Remember an incident as it is now."""
        self.incidents = {**self.incidents, incident.id: incident}
        self.dues[Due.INCIDENTS] = min(open_.due for open_ in self.incidents.values())

    def drop(self, incident: IncidentId) -> None:
        """Forget an incident that is over."""
        self.incidents = {key: open_ for key, open_ in self.incidents.items() if key != incident}
        self.dues[Due.INCIDENTS] = min(
            (open_.due for open_ in self.incidents.values()), default=NEVER
        )

    def find(self, kind: VerdictKind, place: str) -> Incident | None:
        """Return the newest open incident of this kind about this place."""
        found = None
        for incident in self.incidents.values():
            if incident.kind is kind and incident.place == place:
                found = incident
        return found

    def device(self, device: DeviceId) -> Device | None:
        """Return an enrolled device, None for a stranger."""
        return self.apartment.devices_by_id.get(device)

    def first(self, role: Role) -> Device | None:
        """Return the first device of a role that is not known to be dead."""
        for device in self.apartment.devices:
            if device.role is role and not dead(self.coverage, device):
                return device
        return None

    def can_ask(self, room: RoomId | None) -> bool:
        """Whether a question can be perceived and answered in this room.

        It takes a lamp, a sounder, and a button or a live panel to answer (CONTRACTS: otherwise the
        page does not wait).
        """
        if room is None or self.presence.state is Whereabouts.AWAY:
            return False
        roles = {
            device.role
            for device in self.apartment.devices
            if device.room == room and not dead(self.coverage, device)
        }
        answer = self.screen or Role.FINE in roles or Role.HELP in roles
        return Role.LAMP in roles and Role.SOUNDER in roles and answer
