# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The seven safety scenarios against our hub; Home Assistant passes one of them."""

import asyncio
import contextlib
from pathlib import Path

import aiomqtt
import pytest

from showcase.processes.hub_line import LOST
from showcase.virtual.broker import Broker
from tests.peer.adapter import Adapter
from tests.peer.flats import ACTION, SCENARIO
from tests.peer.our_hub import LEAD, OurHub, OurService
from tests.peer.scenarios import SEVEN, Actions, Outcome, Trial, s6_killed_inside_the_window

# Half of what `make peer` waits beside Home Assistant: a hub that is started again is up within it.
WINDOW_S = 4.0
RULES = {
    "inactivity.limit_s": WINDOW_S,
    "inactivity.night_limit_s": WINDOW_S,
    "stuck_on.after_s": WINDOW_S,
}
# `make peer` judges how fast; here seven hubs start side by side on a machine that may be busy.
PATIENCE_S = 30.0
CARER = ("Anna", "anna-passphrase-1")
# What a kill may lose is lost there; elsewhere nobody waits 5 s for an ordinary movement's commit.
COMMIT_S = {s6_killed_inside_the_window: 5.0}


@contextlib.asynccontextmanager
async def running(*work):
    """Run tasks beside a scenario."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Gateway:
    """A push gateway that takes the connection and drops it; knows that somebody tried."""

    def __init__(self):
        self.tried = asyncio.Event()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._refuse, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/push"
        return self

    async def _refuse(self, _reader, writer):
        self.tried.set()
        writer.transport.abort()

    async def __aexit__(self, *_):
        self._server.close()


async def care(service: OurService, hub: OurHub, folder: Path) -> None:
    """Pair hub and service and put Anna on the chain, as people do it."""
    lead = service.person(*LEAD)
    await lead.log_in()
    name, password = CARER
    await lead.ask(
        "POST", "lead/carers", name=name, display_name=name, password=password, role="carer"
    )
    code = (await lead.ask("POST", "lead/pairing-codes"))["code"]
    said = await hub.line.setup("POST", "pairing", service_url=service.base, code=code)
    await lead.ask("POST", f"lead/hubs/{said['hub_id']}/confirm", key_hash=said["key_hash"])
    await lead.ask(
        "PUT", f"lead/hubs/{said['hub_id']}/chain", rungs=[{"carers": [name], "wait_s": 120}]
    )
    await lead.close()


async def phone(service: OurService, broker_port: int, open_: asyncio.Event) -> None:
    """Anna's open phone page: what it shows is published as the second channel's delivery."""
    anna = service.person(*CARER)
    await anna.log_in()
    async for name, _ in anna.stream():
        if name == "snapshot":
            open_.set()
        elif name == "alert":
            async with aiomqtt.Client("127.0.0.1", broker_port) as client:
                await client.publish(f"{ACTION}/fallback", b'{"kind": "fallback"}', qos=1)
        elif name == LOST:
            open_.clear()


async def trial(scenario, folder: Path) -> Outcome:
    async with Broker(folder) as broker, Gateway() as gateway:
        hub = OurHub(
            folder,
            broker_port=broker.port,
            devices=SCENARIO,
            rules=RULES,
            group_commit_s=COMMIT_S.get(scenario, 0.5),
        )
        actions = Actions(broker.port)
        adapter = Adapter(hub.line, broker.port)
        service = None
        try:
            await hub.up()
            await hub.set_up()
            async with contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(running(actions.run(), adapter.run()))
                if scenario.__name__.startswith("s5"):
                    (folder / "care").mkdir()
                    service = OurService(folder / "care", webhook=gateway.url)
                    await service.up()
                    await care(service, hub, folder)
                    open_ = asyncio.Event()
                    await stack.enter_async_context(running(phone(service, broker.port, open_)))
                    await asyncio.wait_for(open_.wait(), 30)
                await asyncio.wait_for(adapter.live.wait(), 30)
                await asyncio.wait_for(actions.listening.wait(), 30)
                flat = Trial(hub, broker, actions, WINDOW_S, patience_s=PATIENCE_S)
                await flat.walk_by()  # somebody lives here, and the journal knows it
                await asyncio.wait_for(adapter.moved.wait(), 30)
                outcome = await scenario(flat)
                if service is not None:  # without a refusal the scenario would prove nothing
                    await asyncio.wait_for(gateway.tried.wait(), 30)
            return outcome
        finally:
            await hub.close()
            if service is not None:
                await service.stop()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run all seven side by side, each with a broker and a hub of its own."""

    async def run():
        folders = (tmp_path_factory.mktemp(scenario.__name__) for scenario in SEVEN)
        return await asyncio.gather(*map(trial, SEVEN, folders), return_exceptions=True)

    return dict(zip((scenario.__name__ for scenario in SEVEN), asyncio.run(run()), strict=True))


@pytest.mark.parametrize("name", [scenario.__name__ for scenario in SEVEN])
def test_our_hub_passes(outcomes, name):
    outcome = outcomes[name]
    if isinstance(outcome, BaseException):
        raise outcome
    print(name, outcome.detail)
    assert outcome.passed, outcome.detail
