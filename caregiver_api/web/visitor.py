# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who asks for a page: the person behind the session cookie, and what is theirs to use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from caregiver_api.alerts.incident_actions import IncidentActions
from caregiver_api.alerts.overview import Overviews
from caregiver_api.hubs.administration import HubAdministration
from caregiver_api.hubs.register import HubRegister
from caregiver_api.people.addresses import Addresses
from caregiver_api.people.administration import PeopleAdministration
from caregiver_api.people.caregivers import AccountRole, Caregivers, Person
from caregiver_api.people.sessions import COOKIE, Sessions
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.live import Live
from caregiver_api.platform.problems import Refusal
from design.face import Face
from design.forms import BadForm
from design.language import LANGUAGES
from design.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """The parts of the service that the pages use."""

    sessions: Sessions
    overviews: Overviews
    incident_actions: IncidentActions
    hubs: HubRegister
    hub_administration: HubAdministration
    people: Caregivers
    addresses: Addresses
    people_administration: PeopleAdministration
    live: Live
    axis: Axis
    time: EscalationTime
    tz: tzinfo
    https: bool


def face(wording: Wording | None = None) -> Face:
    """Make the carers' face: templates, static files and catalogues of this folder.

    Args:
        wording: words of verdicts and things; None: those that are shipped.
    """
    return Face("caregiver", Path(__file__).parent, theme="auto", wording=wording)


class PageAccess:
    """Lets people in, and answers what does not fit with a page instead of a document."""

    def __init__(self, parts: PageParts, own_face: Face) -> None:
        self.parts = parts
        self.face = own_face

    async def person(self, request: Request) -> Person | None:
        """Return who is logged in, None when nobody is."""
        return await self.parts.sessions.who(request.cookies.get(COOKIE))

    def carer(
        self, handler: Callable[[Request, Person], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a page that needs a log-in."""

        async def page(request: Request) -> Response:
            who = await self.person(request)
            if who is None:
                return self._to_login(request)
            return await self._guarded(request, handler, who)

        return page

    def lead(
        self, handler: Callable[[Request, Person], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a page that needs a lead."""

        async def page(request: Request) -> Response:
            who = await self.person(request)
            if who is None:
                return self._to_login(request)
            if who.role is not AccountRole.LEAD:
                return self.problem(request, 403)
            return await self._guarded(request, handler, who)

        return page

    async def _guarded(
        self,
        request: Request,
        handler: Callable[[Request, Person], Awaitable[Response]],
        who: Person,
    ) -> Response:
        chosen = request.query_params.get("lang")
        if chosen in LANGUAGES and chosen != who.language:
            # Pages to her phone come in the language that she reads here.
            await self.parts.people.speak(who, chosen)
        try:
            return await handler(request, who)
        except BadForm as error:
            return self.problem(request, error.status)
        except Refusal as refusal:
            return self.problem(request, refusal.problem.status)

    def _to_login(self, request: Request) -> Response:
        if request.method == "GET" and request.url.path != "/care/events":
            return RedirectResponse("/login", 303)
        return Response(status_code=401)

    def problem(self, request: Request, status: int) -> Response:
        """Answer with a page that says what does not fit."""
        _ = self.face.words_for(request).gettext
        title, text = {
            403: (_("This is not yours to do"), _("Ask a lead.")),
            404: (_("Nothing is here"), _("It may be closed already, or not yours to see.")),
            409: (_("That does not fit any more"), _("Somebody else was faster. Look again.")),
        }.get(status, (_("That did not work"), _("Go back and try again.")))
        return self.face.page(request, "problem.html", status=status, title=title, text=text)
