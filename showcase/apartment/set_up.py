# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first day of a flat, done the way people do it: accounts, pairing, devices, PIN, consents."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

from showcase.apartment.flat import Flat
from showcase.processes import guard
from showcase.processes.care_line import CareLine
from showcase.processes.home import CARERS, Kept
from showcase.processes.hub_line import HubLine, LineError

PURPOSES: Final = ("falls", "inactivity", "safety", "night")
"""What Mrs Petersen allows her care team to be told."""
HELP_AGREEMENT: Final = "help_agreement"

PAIRED_S_MAX: Final = 20.0
JOINED_S_MAX: Final = 90.0
LOOK_EVERY_S: Final = 0.1
PERMIT_S: Final = 120
RADIO_S_MAX: Final = 30.0
NOT_YET: Final = 503
# One person has two minutes before the next is called; the last rung never gives up.
RUNG_WAIT_S: Final = 120


async def check_channels(lead: CareLine) -> None:
    """Refuse a care service with a channel that leads out of this machine.

    Raises:
        showcase.processes.guard.GuardError: the first channel that leads outside.
    """
    guard.check_channels((await lead.ask("GET", "lead/channels"))["channels"])


async def people(lead: CareLine, kept: Kept) -> None:
    """The lead makes an account for each carer."""
    there = {str(one.get("name")) for one in _rows(await lead.ask("GET", "lead/carers"), "carers")}
    for name in CARERS:
        if name not in there:
            await lead.ask(
                "POST",
                "lead/carers",
                name=name,
                display_name=name,
                password=kept.passwords[name],
                role="carer",
            )


async def pair(hub: HubLine, lead: CareLine) -> str:
    """Pair hub and service by a one-time code; the key's hash is compared on both sides.

    Returns:
        The hub's name at the service.

    Raises:
        LineError: refused, or the two hashes differ.
    """
    code = (await lead.ask("POST", "lead/pairing-codes"))["code"]
    said = await hub.setup("POST", "pairing", service_url=lead.base, code=code)
    async with asyncio.timeout(PAIRED_S_MAX):
        while not (said and said.get("key_hash")):
            await asyncio.sleep(LOOK_EVERY_S)
            said = await hub.setup("GET", "pairing")
        name, shown = str(said["hub_id"]), str(said["key_hash"])
        await lead.ask("POST", f"lead/hubs/{name}/confirm", key_hash=shown)
        while not (said or {}).get("connected"):
            await asyncio.sleep(LOOK_EVERY_S)
            said = await hub.setup("GET", "pairing")
    rungs = [{"carers": [one], "wait_s": RUNG_WAIT_S} for one in CARERS]
    await lead.ask("PUT", f"lead/hubs/{name}/chain", rungs=rungs)
    return name


async def _permitted(hub: HubLine) -> None:
    """Open the network as soon as the hub's driver has started the stick."""
    async with asyncio.timeout(RADIO_S_MAX):
        while True:
            try:
                await hub.setup("POST", "join", seconds=PERMIT_S)
            except LineError as refused:
                if refused.status != NOT_YET:
                    raise
                await asyncio.sleep(LOOK_EVERY_S)
            else:
                return


async def join(hub: HubLine, flat: Flat, report: Callable[[int, int], None]) -> None:
    """Open the network and let every node that has power join; returns when the hub knows them all.

    Raises:
        LineError: some node was not taken in time.
    """
    strangers = flat.strangers
    if not strangers:
        return
    await _permitted(hub)
    joining = asyncio.create_task(flat.coordinator.join_all(strangers))
    wanted = {node.name for node in strangers}
    ready: set[str] = set()
    try:
        async with asyncio.timeout(JOINED_S_MAX):
            while not wanted <= ready:
                rows = _rows(await hub.setup("GET", "devices"), "enrolled")
                ready = {str(row.get("id")) for row in rows if row.get("ready")}
                report(len(wanted & ready), len(wanted))
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        raise LineError("joining devices", 0, "still missing: " + _list(wanted - ready)) from None
    finally:
        joining.cancel()
    await hub.setup("POST", "join", seconds=0)


def _rows(said: Any, key: str) -> list[dict[str, Any]]:
    rows = said.get(key, []) if isinstance(said, dict) else said
    return [row for row in rows or [] if isinstance(row, dict)]


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
