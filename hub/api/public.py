# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Health and the public event stream: a snapshot first, then every step."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from hub.pipeline.event_stream import EventStream
from hub.pipeline.rule_memory import RuleMemory
from hub.projections.panel_view import PanelView
from hub.radios.fleet import RadioFleet
from hub.runtime.clock import Clock
from rules.model.identity import JournalId, Seconds

# A due deadline that is not worked off by then means that the loop hangs.
OVERDUE_S: Final = 5.0
SSE_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class PublicRoutes:
    """Routes for supervisors and watchers.

    Args:
        memory: the next deadline.
        radios: name and health of every source.
        outbox: messages waiting.
    """

    def __init__(
        self,
        *,
        journal_id: JournalId,
        memory: RuleMemory,
        clock: Clock,
        stream: EventStream,
        view: PanelView,
        radios: RadioFleet,
        outbox: Callable[[], int],
    ) -> None:
        self._journal_id = journal_id
        self._memory = memory
        self._clock = clock
        self._stream = stream
        self._view = view
        self._radios = radios
        self._outbox = outbox

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/healthz", self.health), Route("/v1/events", self.events)]

    async def health(self, _request: Request) -> Response:
        """Say that the process works off its deadlines."""
        due = self._memory.next_due
        late = due is not None and self._overdue(due) > OVERDUE_S
        return JSONResponse({"status": "late" if late else "ok"}, 503 if late else 200)

    def _overdue(self, due: Seconds) -> Seconds:
        return (self._clock.axis() - due) / self._clock.speed if self._clock.speed else 0.0

    async def events(self, request: Request) -> Response:
        """Stream trace steps; `?hops=enqueued,told` chooses some."""
        chosen = request.query_params.get("hops")
        wanted = None if chosen is None else frozenset(chosen.split(","))
        return StreamingResponse(
            self._events(wanted), media_type="text/event-stream", headers=SSE_HEADERS
        )

    async def _events(self, wanted: frozenset[str] | None) -> AsyncIterator[str]:
        with self._stream.subscribe(wanted) as watcher:
            yield f"event: snapshot\ndata: {_dumps(self.snapshot())}\n\n"
            async for steps in watcher:
                yield "".join(f"event: hop\ndata: {_dumps(step)}\n\n" for step in steps)

    def snapshot(self) -> dict[str, Any]:
        """Return what is so now."""
        panel = self._view.panel()
        return {
            "journal_id": self._journal_id,
            "at": panel.at,
            "utc_s": panel.utc_s,
            "wall_ms": self._clock.wall_ms(),
            "coverage": {
                room.id: {"live": room.live, "blind": [asdict(one) for one in room.blind]}
                for room in panel.rooms
            },
            "incidents": [asdict(one) for one in panel.incidents],
            "outbox": self._outbox(),
            "sources": {name: asdict(one) for name, one in self._radios.health().items()},
            "paused": panel.paused_until is not None,
            "agreement": panel.agreement,
            "consents": [one.purpose for one in panel.consents if one.state == "given"],
        }
