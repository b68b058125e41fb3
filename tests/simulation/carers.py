# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""People with phones: they are rung by a pager and act through the service's public interface, each in her own way."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import httpx2

from caregiver_api.channels.channel import ChannelError, DeliveryReceipt, PageNotice
from rules.model.identity import Seconds
from tests.simulation.network import Line
from tests.simulation.truth import Acceptance, Called, Truth, Violation

SERVICE_URL: Final = "http://care.test"
PASSWORD: Final = "a long pass phrase"
TRIES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How somebody answers a ringing phone.

    Attributes:
        accepts, declines: shares of calls; the rest is not heard.
        thinks_s: longest time to the answer.
        forgets: share of accepted calls after which nobody comes.
        watches: keeps the stream open.
    """

    name: str
    accepts: float
    declines: float = 0.0
    thinks_s: Seconds = 40.0
    forgets: float = 0.0
    watches: bool = False


TEAM: Final = (
    Temper(name="anna", accepts=0.5, declines=0.1, forgets=0.1, watches=True),
    Temper(name="ben", accepts=0.0),
    Temper(name="carla", accepts=0.3, declines=0.5, thinks_s=90.0),
    Temper(name="dora", accepts=0.7, thinks_s=30.0),
)
"""In the order in which they are called; ben never answers, dora leads the team."""
CHAIN: Final = (("anna",), ("ben", "carla"), ("dora",))
WAIT_S: Final = 60.0


class Pager:
    """The outside channel of the service: fails now and then, rings everybody who has a pager.

    Attributes:
        failure: share of pages that fail.
        down_until: until when its gateway is down and every page fails.
    """

    name = "pager"

    def __init__(self, chance: Random, counts: Counter[str], truth: Truth) -> None:
        self._chance = chance
        self._counts = counts
        self._truth = truth
        self.failure = 0.05
        self.down_until = 0.0
        self.carers: dict[str, Carer] = {}
        self.heard: Callable[[Called], None] = lambda called: None

    def go_down(self, lasts_s: Seconds) -> None:
        """Let the gateway be down for so long."""
        self.down_until = max(self.down_until, _now() + lasts_s)

    async def send(self, notice: PageNotice) -> DeliveryReceipt:
        """Ring."""
        if _now() < self.down_until:
            self._counts["pager_down"] += 1
            raise ChannelError("simulation: gateway down")
        if self._chance.random() < self.failure:
            self._counts["page_lost"] += 1
            raise ChannelError("simulation: no network")
        called = Called(
            at=_now(),
            incident=notice.incident,
            person=notice.address,
            ring=notice.ring,
            round_no=notice.round_no,
        )
        self._truth.called.append(called)
        self.heard(called)
        carer = self.carers.get(notice.address)
        if carer is not None and notice.ring:
            carer.ring(notice.incident)
        return DeliveryReceipt(reached=True)


class Carer:
    """One person with a phone.

    Args:
        arrived: called when she stands in the flat.
    """

    def __init__(
        self,
        temper: Temper,
        line: Line,
        chance: Random,
        truth: Truth,
        note: Callable[..., None],
        arrived: Callable[[], None],
    ) -> None:
        self.temper = temper
        self.line = line
        self._chance = chance
        self._truth = truth
        self._note = note
        self._arrived = arrived
        self.id = ""
        self.http = httpx2.AsyncClient(transport=line, base_url=SERVICE_URL, timeout=10.0)
        self._rung: asyncio.Queue[str] = asyncio.Queue()
        self._busy: set[str] = set()
        self.seen: dict[str, int] = {}
        """Alert events of the stream, by message."""
        self.on_board: set[str] = set()
        self._last: str | None = None

    def ring(self, incident: str) -> None:
        """Let the pager ring."""
        if incident not in self._busy:
            self._rung.put_nowait(incident)

    async def run(self) -> None:
        """Answer calls until the world ends."""
        async with asyncio.TaskGroup() as group:
            if self.temper.watches:
                group.create_task(self._watch())
            while True:
                incident = await self._rung.get()
                if incident not in self._busy:
                    self._busy.add(incident)
                    group.create_task(self._answer(incident))

    # --- log in

    async def log_in(self) -> None:
        """Log in; again and again until the line holds."""
        while True:
            answer = await self.ask(
                "POST", "/v1/session", {"name": self.temper.name, "password": PASSWORD}
            )
            if answer is not None and answer.is_success:
                self.id = answer.json()["id"]
                return
            await asyncio.sleep(5.0)

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, tries: int = TRIES
    ) -> httpx2.Response | None:
        """Ask the service, again when no answer came; None when the line never held."""
        for _ in range(tries):
            try:
                answer = await self.http.request(method, path, json=body)
            except httpx2.TransportError:
                await asyncio.sleep(self._chance.uniform(1.0, 4.0))
                continue
            if answer.status_code >= 500:
                await asyncio.sleep(2.0)
                continue
            return answer
        return None

    # --- a call

    async def _answer(self, incident: str) -> None:
        try:
            await asyncio.sleep(self._chance.uniform(2.0, self.temper.thinks_s))
            draw = self._chance.random()
            if draw < self.temper.accepts:
                await self._accept(incident)
            elif draw < self.temper.accepts + self.temper.declines:
                await self._act(incident, "decline")
        finally:
            self._busy.discard(incident)

    async def _accept(self, incident: str) -> None:
        minutes = self._chance.randint(2, 20)
        asked = _now()
        answer = await self._act(incident, "accept", {"minutes": minutes})
        if answer is None or not answer.is_success:
            return
        self._truth.acceptances.append(
            Acceptance(
                incident=incident,
                who=self.id,
                minutes=minutes,
                asked=asked,
                answered=_now(),
            )
        )
        if self._chance.random() < self.temper.forgets:
            return
        if self._chance.random() < 0.5:
            await asyncio.sleep(20.0)
            await self._act(incident, "on-the-way", {"minutes": minutes})
        await asyncio.sleep(minutes * 60.0 * self._chance.uniform(0.3, 0.9))
        self._arrived()
        await self._act(incident, "arrived")
        await asyncio.sleep(self._chance.uniform(60.0, 600.0))
        reason = self._chance.choice(("helped", "false_alarm", "other"))
        await self._act(incident, "close", {"reason": reason})

    async def _act(
        self, incident: str, verb: str, body: dict[str, Any] | None = None
    ) -> httpx2.Response | None:
        if verb in {"decline", "arrived", "close"}:
            self._truth.given_back[incident, self.id] = _now()
        answer = await self.ask("POST", f"/v1/alerts/{incident}/{verb}", body or {})
        self._note("act", self.temper.name, verb, None if answer is None else answer.status_code)
        if answer is not None and answer.status_code == httpx2.codes.UNAUTHORIZED:
            await self.log_in()
            return await self.ask("POST", f"/v1/alerts/{incident}/{verb}", body or {})
        return answer

    # --- the stream

    async def _watch(self) -> None:
        """Keep the stream open; what it says once it must not say again."""
        while True:
            headers = {} if self._last is None else {"last-event-id": self._last}
            try:
                async with self.http.stream(
                    "GET", "/v1/alerts/stream", headers=headers, timeout=40.0
                ) as answer:
                    if answer.status_code == httpx2.codes.UNAUTHORIZED:
                        await self.log_in()
                        continue
                    await self._read(answer)
            except httpx2.TransportError:
                pass
            await asyncio.sleep(self._chance.uniform(0.5, 3.0))

    async def _read(self, answer: httpx2.Response) -> None:
        event, number = "", None
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("id: "):
                number = line[4:]
            elif line.startswith("data: "):
                if event == "alert":
                    self._alert(json.loads(line[6:])["message_id"])
                self._last, number = number or self._last, None

    def _alert(self, message: str) -> None:
        self.seen[message] = self.seen.get(message, 0) + 1
        if self.seen[message] > 1:
            raise Violation("told_once", f"{self.temper.name} saw message {message} twice")


def _now() -> Seconds:
    return asyncio.get_running_loop().time()
