# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seven ways in which a flat goes wrong, for any system: what it does about them, seen from outside.

The system on trial reads zigbee2mqtt topics and publishes bench/action/<kind> (tests/peer/flats.py); beside
Home Assistant its inactivity window is 8 s. Home Assistant 2025.4.4 passes s0 only (HOME_ASSISTANT, section 3).
"""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass
from typing import Protocol

import aiomqtt

from showcase.virtual.broker import Broker
from tests.peer.flats import ACTION, BASE, motion, panic

WINDOW_S = 8.0


class System(Protocol):
    """The system on trial."""

    async def up(self) -> None: ...
    async def stop(self) -> None: ...
    async def kill(self) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What came of a scenario."""

    passed: bool
    detail: str


class Actions:
    """What the system did: every bench/action message with its time."""

    def __init__(self, port: int):
        self._port = port
        self.got: list[tuple[float, dict]] = []
        self._news = asyncio.Event()
        self.listening = asyncio.Event()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client("127.0.0.1", self._port) as client:
                    await client.subscribe(f"{ACTION}/#", qos=1)
                    self.listening.set()
                    async for message in client.messages:
                        self.got.append((time.monotonic(), json.loads(message.payload)))
                        self._news.set()
            await asyncio.sleep(0.1)

    def since(self, start: float, kind: str) -> list[float]:
        """Seconds after `start` at which the kind of action came."""
        return [round(at - start, 2) for at, one in self.got if at >= start and one["kind"] == kind]

    async def until(self, start: float, kind: str, within_s: float, count: int = 1) -> list[float]:
        """Wait for actions; fewer than `count` after `within_s` seconds are what there is."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + within_s):
                while len(self.since(start, kind)) < count:
                    self._news.clear()
                    await self._news.wait()
        return self.since(start, kind)


@dataclass(frozen=True)
class Trial:
    """One system on one broker."""

    system: System
    broker: Broker
    actions: Actions
    window_s: float = WINDOW_S
    patience_s: float = 3.0
    """How much later than it should an action may come."""

    async def publish(self, name: str, payload: bytes, qos: int = 0) -> None:
        async with aiomqtt.Client("127.0.0.1", self.broker.port) as client:
            await client.publish(f"{BASE}/{name}", payload, qos=qos)

    async def occupied(self, sensed: bool) -> None:
        await self.publish("motion_scn", motion(sensed))

    async def press(self, seq: int, name: str = "panic_1", qos: int = 0) -> None:
        await self.publish(name, panic(seq), qos)

    async def walk_by(self) -> float:
        """Somebody passes the sensor; returns when it went back to rest."""
        await self.occupied(True)
        await asyncio.sleep(0.3)
        rest = time.monotonic()
        await self.occupied(False)
        return rest


async def s0_nobody_moves(trial: Trial) -> Outcome:
    rest = await trial.walk_by()
    fired = await trial.actions.until(rest, "inactivity", trial.window_s + trial.patience_s)
    early = bool(fired) and fired[0] < trial.window_s - 1
    return Outcome(
        bool(fired) and not early,
        f"alarm {fired} s after the last movement, window {trial.window_s:.0f} s",
    )


async def s1_restart_inside_the_window(trial: Trial) -> Outcome:
    rest = await trial.walk_by()
    await asyncio.sleep(1)
    await trial.system.stop()
    await trial.system.up()
    up_s = time.monotonic() - rest
    fired = await trial.actions.until(rest, "inactivity", trial.window_s + 9 + trial.patience_s)
    return Outcome(bool(fired), f"restarted after {up_s:.1f} s, alarm after {fired} s")


async def s2_panic_while_down(trial: Trial) -> Outcome:
    start = time.monotonic()
    await trial.system.stop()
    await trial.press(1)
    await trial.press(2, qos=1)
    await trial.system.up()
    acted = await trial.actions.until(start, "panic", 2 + trial.patience_s, count=2)
    return Outcome(
        len(acted) == 2, f"pressed twice (QoS 0 and 1) while down: acted on {len(acted)}"
    )


async def s3_sensor_stuck_on(trial: Trial) -> Outcome:
    start = time.monotonic()
    await trial.occupied(True)  # the "clear" frame never comes
    said = await trial.actions.until(start, "technical", trial.window_s + 5 + trial.patience_s)
    told = [one for _, one in trial.actions.got if one["kind"] == "technical"]
    named = any("living" in one.get("blind", []) for one in told)
    return Outcome(bool(said) and named, f"after {said} s: {told}")


async def s4_broker_restart(trial: Trial) -> Outcome:
    await trial.broker.stop()
    await asyncio.sleep(3)
    await trial.broker.start()
    back, presses = time.monotonic(), 0
    answered: list[float] = []
    while not answered and time.monotonic() - back < 30:
        presses += 1
        await trial.press(1000 + presses)
        answered = await trial.actions.until(back, "panic", 0.5)
    first = answered[0] if answered else None
    return Outcome(
        first is not None and first < trial.patience_s,
        f"first press answered {first} s after the broker was back ({presses} pressed)",
    )


async def s5_push_gateway_refuses(trial: Trial) -> Outcome:
    start = time.monotonic()
    await trial.press(5, "panic_2")
    second = await trial.actions.until(start, "fallback", 9 + trial.patience_s)
    return Outcome(bool(second), f"gateway refuses; the second channel delivered after {second} s")


async def s6_killed_inside_the_window(trial: Trial) -> Outcome:
    rest = await trial.walk_by()
    await asyncio.sleep(1)
    await trial.system.kill()
    await trial.system.up()
    fired = await trial.actions.until(rest, "inactivity", trial.window_s + 9 + trial.patience_s)
    return Outcome(bool(fired), f"killed in the window, alarm after {fired} s")


SEVEN = (
    s0_nobody_moves,
    s1_restart_inside_the_window,
    s2_panic_while_down,
    s3_sensor_stuck_on,
    s4_broker_restart,
    s5_push_gateway_refuses,
    s6_killed_inside_the_window,
)
