# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of a lead: connect flats, add people, say who is called in which order."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from caregiver_api.escalation.policy import Rung
from caregiver_api.hubs.register import HubState, PairedHub
from caregiver_api.people.addresses import Address
from caregiver_api.people.caregivers import AccountRole, Person
from caregiver_api.platform.problems import Refusal
from caregiver_api.web.visitor import PageAccess, PageParts
from design import forms
from design.face import Face
from design.language import Words

DAY_S: Final = 86400.0
RUNGS_SHOWN: Final = 4
WAITS_S: Final = (30, 60, 120, 180, 300, 600, 900)
PASSWORD_MIN: Final = 10

type Frame = Callable[[Request, Person, str], Awaitable[dict[str, Any]]]


class LeadPages:
    """What only leads see. Every deed is a form; what does not fit comes back as a sentence."""

    def __init__(self, parts: PageParts, face: Face, door: PageAccess, frame: Frame) -> None:
        self._parts = parts
        self._face = face
        self._door = door
        self._frame = frame

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        lead = self._door.lead
        hub = "/lead/hubs/{hub}"
        deeds = {
            "/lead/carers": self._add,
            "/lead/carers/{person}/deactivate": self._remove,
            "/lead/carers/{person}/addresses": self._addresses,
            f"{hub}/confirm": self._confirm,
            f"{hub}/test-alarm": self._test,
            f"{hub}/absence": self._absence,
            f"{hub}/rename": self._rename,
            f"{hub}/monitoring-off": self._off,
            f"{hub}/revoke": self._revoke,
        }
        return [
            Route("/lead/", lead(self._overview)),
            Route("/lead/pairing-codes", lead(self._code), methods=["POST"]),
            Route(f"{hub}/chain", lead(self._policy), methods=["GET", "POST"]),
            *(
                Route(path, lead(self._deed(deed)), methods=["POST"])
                for path, deed in deeds.items()
            ),
        ]

    # --- the overview

    async def _overview(self, request: Request, who: Person) -> Response:
        return await self._show(request, who)

    async def _code(self, request: Request, who: Person) -> Response:
        await forms.read(request)
        code, until_s = await self._parts.hub_administration.new_code(who)
        words = self._face.words_for(request)
        until = words.time(datetime.fromtimestamp(until_s, self._parts.tz))
        return await self._show(request, who, code=code, code_until=until)

    async def _show(self, request: Request, who: Person, **more: Any) -> Response:
        words = self._face.words_for(request)
        context = await self._frame(request, who, "more")
        told = self._told(request.query_params, words)
        people = [
            {
                "id": one.id,
                "name": one.name,
                "display_name": one.display_name,
                "role": words.gettext("Lead")
                if one.role is AccountRole.LEAD
                else words.gettext("Carer"),
                "initials": one.display_name[:2].upper(),
                "me": one.id == who.id,
                "addresses": self._parts.addresses.of(one.id),
            }
            for one in self._parts.people.all()
            if one.active
        ]
        hubs = [
            self._hub(one, words)
            for one in self._parts.hubs.all()
            if one.state is not HubState.REVOKED
        ]
        empty = {"code": None, "code_until": None, "problem": None}
        kinds = tuple(self._parts.addresses.kinds.values())
        lists = {"people": people, "hubs": hubs, "kinds": kinds}
        shown = context | empty | lists | told | more
        return self._face.page(request, "lead.html", **shown)

    def _hub(self, hub: PairedHub, words: Words) -> dict[str, Any]:
        _ = words.gettext
        away = hub.absent_until_s or 0.0
        now = self._parts.time.now()
        if hub.state is HubState.PENDING:
            line = _("Waits for the comparison of six digits.")
        elif hub.heard_s is None:
            line = _("Not heard since it was connected.")
        else:
            line = _("Heard %(ago)s.", ago=words.ago(self._parts.axis.now() - hub.heard_s))
        rungs = [
            _(
                "%(names)s, then wait %(span)s",
                names=", ".join(self._parts.people.display(one) or "?" for one in rung.carers),
                span=words.span(rung.wait_s),
            )
            for rung in hub.policy
        ]
        return {
            "id": hub.id,
            "name": hub.name,
            "state": hub.state.value,
            "line": line,
            "chain": rungs or [_("Everybody at once, then the leads (nothing chosen yet)")],
            "away_days": round((away - now) / DAY_S) if away > now else 0,
        }

    def _told(self, query: Any, words: Words) -> dict[str, Any]:
        _ = words.gettext
        said = {
            "confirmed": _("The flat is connected."),
            "test": _("A test alarm was asked for. It comes back through the whole chain."),
            "saved": _("Saved."),
        }
        problems = {
            "key-hash": _("These are not the digits of that hub. Compare again."),
            "name-taken": _("This log-in name is in use."),
            "not-confirmed": _("This flat is not connected yet."),
            "bad-body": _("The password needs at least 10 characters."),
            "unknown-person": _("Choose at least one person for a step."),
            "address": _("This is no such address, or it is there already."),
            "other": _("That did not work. Try again."),
        }
        shown: dict[str, Any] = {}
        if "said" in query:
            shown["said"] = said.get(query["said"])
        if "problem" in query:
            shown["problem"] = problems.get(query["problem"], problems["other"])
        return shown

    # --- deeds

    def _deed(
        self, deed: Callable[[Request, Person, forms.Form], Awaitable[str]]
    ) -> Callable[[Request, Person], Awaitable[Response]]:
        async def handler(request: Request, who: Person) -> Response:
            form = await forms.read(request)
            try:
                said = await deed(request, who, form)
                told = {"problem" if said == "address" else "said": said}
            except Refusal as refusal:
                told = {"problem": refusal.problem.type.rpartition("/")[2]}
            return RedirectResponse(f"/lead/?{urlencode(told)}", 303)

        return handler

    async def _confirm(self, request: Request, who: Person, form: forms.Form) -> str:
        await self._parts.hub_administration.confirm(
            who, request.path_params["hub"], form.one("key_hash")
        )
        return "confirmed"

    async def _test(self, request: Request, who: Person, _form: forms.Form) -> str:
        await self._parts.hub_administration.test_alarm(who, request.path_params["hub"])
        return "test"

    async def _absence(self, request: Request, who: Person, form: forms.Form) -> str:
        days = form.number("days", 0, 366) or 0
        until_s = self._parts.time.now() + days * DAY_S if days else None
        await self._parts.hub_administration.absence(who, request.path_params["hub"], until_s)
        return "saved"

    async def _rename(self, request: Request, who: Person, form: forms.Form) -> str:
        name = form.one("name")[:80]
        if name:
            await self._parts.hub_administration.rename(who, request.path_params["hub"], name=name)
        return "saved"

    async def _off(self, request: Request, who: Person, _form: forms.Form) -> str:
        await self._parts.hub_administration.monitoring_off(who, request.path_params["hub"], None)
        return "saved"

    async def _revoke(self, request: Request, who: Person, _form: forms.Form) -> str:
        await self._parts.hub_administration.revoke(who, request.path_params["hub"])
        return "saved"

    async def _add(self, _request: Request, who: Person, form: forms.Form) -> str:
        if len(form.one("password")) < PASSWORD_MIN:
            raise Refusal(422, "bad-body", "password")
        await self._parts.people_administration.add_person(
            who,
            name=form.one("name")[:40],
            display_name=form.one("display_name")[:40] or form.one("name")[:40],
            password=form.one("password"),
            role=AccountRole.LEAD if form.one("role") == "lead" else AccountRole.CARER,
        )
        return "saved"

    async def _addresses(self, request: Request, who: Person, form: forms.Form) -> str:
        """Add an address to somebody, or take one away."""
        person = request.path_params["person"]
        chosen = (form.one("kind"), form.one("value").strip()[:200])
        kept = [one for one in self._parts.addresses.of(person) if (one.kind, one.value) != chosen]
        if form.one("remove") != "yes":
            kept.append(Address(person=person, kind=chosen[0], value=chosen[1]))
        try:
            await self._parts.people_administration.set_addresses(who, person, kept)
        except Refusal as refusal:
            if refusal.problem.status == 422:
                return "address"
            raise
        return "saved"

    async def _remove(self, request: Request, who: Person, _form: forms.Form) -> str:
        await self._parts.people_administration.deactivate(who, request.path_params["person"])
        return "saved"

    # --- the escalation policy

    async def _policy(self, request: Request, who: Person) -> Response:
        hub = self._parts.hubs.get(request.path_params["hub"])
        if request.method == "GET":
            return await self._policy_page(request, who, hub)
        form = await forms.read(request)
        rungs = []
        for index in range(1, max(RUNGS_SHOWN, len(hub.policy)) + 1):
            people = tuple(form.all(f"carers-{index}"))
            wait_s = form.number(f"wait-{index}", 1, 3600)
            if people and wait_s is not None:
                rungs.append(Rung(carers=people, wait_s=float(wait_s)))
        try:
            await self._parts.hub_administration.set_policy(who, hub.id, rungs)
        except Refusal:
            return await self._policy_page(request, who, hub, refused=True)
        return RedirectResponse("/lead/?said=saved", 303)

    async def _policy_page(
        self, request: Request, who: Person, hub: PairedHub, *, refused: bool = False
    ) -> Response:
        words = self._face.words_for(request)
        _ = words.gettext
        context = await self._frame(request, who, "more")
        empty = (Rung(carers=(), wait_s=WAITS_S[2]),) * max(0, RUNGS_SHOWN - len(hub.policy))
        rungs = [
            {"index": index, "carers": rung.carers, "wait_s": round(rung.wait_s)}
            for index, rung in enumerate((*hub.policy, *empty), 1)
        ]
        waits = sorted({*WAITS_S, *(round(rung.wait_s) for rung in hub.policy)})
        return self._face.page(
            request,
            "chain.html",
            status=422 if refused else 200,
            hub=hub.id,
            flat=hub.name,
            rungs=rungs,
            people=[one for one in self._parts.people.all() if one.active],
            waits=[(one, words.span(one)) for one in waits],
            problem=_("Choose at least one person for a step.") if refused else None,
            **context,
        )
