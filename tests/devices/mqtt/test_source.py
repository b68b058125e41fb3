# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The real client against a real broker: what is acknowledged, kept, repeated and lost."""

import asyncio
import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.mqtt.source import WAITS_S
from devices.source import RADIO_DOWN, DeviceError, HealthState
from rules.model.events import (
    DeviceSilent,
    DoorClosed,
    DoorOpened,
    HelpPressed,
    Motion,
    MotionEnded,
    RadioDown,
    RadioUp,
)
from rules.model.identity import DeviceId
from showcase.virtual.broker import Bridge, Broker
from tests.devices.mqtt.running import Hub, Running, publish, settled


@pytest.fixture
async def broker(tmp_path: Path):
    async with Broker(tmp_path) as one:
        yield one


async def test_a_press_reaches_the_hub_with_its_device_and_identity(broker):
    async with Running(broker) as flat:
        await publish(broker, "cord", {"action": "emergency", "seq": 5})
        (press,) = await flat.hub.until(HelpPressed)
        assert (press.device, press.press) == ("cord", "mqtt:cord#5")
        assert flat.source.health().state is HealthState.UP


async def test_what_was_not_committed_comes_again_after_a_crash(broker):
    hub = Hub(commit=False)
    async with Running(broker, hub=hub):
        await publish(broker, "cord", {"action": "emergency"})
        await hub.until(HelpPressed)
    async with Running(broker, start="boot2") as flat:
        assert len(await flat.hub.until(HelpPressed)) == 1


async def test_what_was_committed_does_not_come_again(broker):
    async with Running(broker) as flat:
        await publish(broker, "cord", {"action": "emergency"})
        await flat.hub.until(HelpPressed)
        await asyncio.sleep(0)  # the acknowledgement goes out in the loop's next round
        await settled(broker)
    async with Running(broker, start="boot2") as flat:
        await publish(broker, "pir", {"occupancy": True})
        await flat.hub.until(Motion)
        assert flat.hub.of(HelpPressed) == []


async def test_acknowledgements_keep_the_order_of_arrival(broker):
    hub = Hub(commit=False)
    async with Running(broker, hub=hub):
        await publish(broker, "pir", {"occupancy": True})
        await hub.until(Motion)
        await publish(broker, "cord", {"action": "emergency"})
        await hub.until(HelpPressed)
        hub.sightings[-1].committed()  # the later one alone: the earlier one still holds both
        await settled(broker)
    async with Running(broker, start="boot2", gap_s=1.0) as flat:
        await flat.hub.until(HelpPressed)
        assert len(flat.hub.of(Motion)) == 1


async def test_what_comes_again_while_its_commit_is_awaited_is_taken_once(broker):
    hub = Hub(commit=False)
    async with Running(broker, hub=hub) as flat:
        for payload in ({"contact": False}, {"contact": True}):
            await publish(broker, "door", payload)
        await publish(broker, "cord", {"action": "emergency"})
        await hub.until(HelpPressed)
        flat.source._link._client.socket().shutdown(2)  # the connection breaks, the hub lives
        await hub.until(RadioUp, 2)
        await publish(broker, "pir", {"occupancy": True})
        await hub.until(Motion)
        assert [len(hub.of(kind)) for kind in (DoorOpened, DoorClosed, HelpPressed)] == [1, 1, 1]
        for sighting in hub.sightings:
            if sighting.committed:
                sighting.committed()
        await settled(broker)
    async with Running(broker, start="boot2") as flat:
        await publish(broker, "pir", {"occupancy": False})
        await flat.hub.until(MotionEnded)
        assert flat.hub.of(HelpPressed) == []


async def test_two_presses_with_equal_payload_are_two_presses(broker):
    async with Running(broker) as flat:
        for qos in (0, 0, 1, 1):
            await publish(broker, "cord", {"action": "emergency"}, qos=qos)
        presses = await flat.hub.until(HelpPressed, 4)
        assert len({one.press for one in presses}) == 4


async def test_a_press_while_the_hub_was_down_is_acted_on(broker):
    async with Running(broker):
        pass
    await publish(broker, "cord", {"action": "emergency"})
    async with Running(broker, start="boot2") as flat:
        assert len(await flat.hub.until(HelpPressed)) == 1


@pytest.mark.parametrize(("gap_s", "moved"), [(None, 0), (20000.0, 0), (3.0, 1)])
async def test_old_movement_out_of_a_backlog_is_no_movement_now(broker, gap_s, moved):
    async with Running(broker):
        pass
    await publish(broker, "pir", {"occupancy": True})
    await publish(broker, "pir", {"occupancy": False})
    async with Running(broker, start="boot2", gap_s=gap_s) as flat:
        await flat.hub.until(MotionEnded)
        assert len(flat.hub.of(Motion)) == moved
        assert flat.source.stale == 1 - moved


async def test_a_full_hub_stops_reading_and_loses_nothing(broker):
    async with Running(broker) as flat:
        flat.hub.open.clear()
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            for n in range(500):
                await client.publish(
                    "zigbee2mqtt/cord", json.dumps({"action": "on", "seq": n}), qos=1
                )
        assert len(flat.hub.of(HelpPressed)) <= 64
        flat.hub.open.set()
        presses = await flat.hub.until(HelpPressed, 500)
        assert [one.press for one in presses] == [f"mqtt:cord#{n}" for n in range(500)]


async def test_after_a_broker_restart_the_first_press_is_answered_within_one_wait(broker):
    async with Running(broker) as flat:
        await broker.stop()
        await flat.hub.until(RadioDown)
        async with asyncio.timeout(30):
            while flat.source._back_off.failures < len(WAITS_S):
                await asyncio.sleep(0.01)
        await broker.start()
        await publish(broker, "cord", {"action": "emergency"})
        await flat.hub.until(HelpPressed)
        await flat.hub.until(RadioUp, 2)
        assert len(flat.hub.of(RadioDown)) == 1
    assert WAITS_S[-1] <= 1.0, "one wait and one connection take less than 3 s"


async def test_a_broker_that_is_not_there_makes_the_radio_down_not_up(tmp_path):
    nowhere = Broker(tmp_path)
    flat = Running(nowhere)
    task = asyncio.create_task(flat.source.run(flat.hub))
    await flat.hub.until(RadioDown)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert flat.source.health().state is HealthState.DOWN
    assert flat.hub.of(RadioUp) == []


async def test_bad_input_is_counted_kept_and_skipped(broker):
    async with Running(broker) as flat:
        for name, payload in (
            ("pir", b"{broken"),
            ("pir", b"\xff\x00"),
            ("pir", {"occupancy": "yes"}),
            ("neighbour", {"occupancy": True}),
            ("cord", {"action": "emergency"}),
        ):
            await publish(broker, name, payload)
        await flat.hub.until(HelpPressed)
        health = flat.source.health()
        assert (health.malformed, health.not_enrolled, health.frames) == (3, 1, 5)
        assert [fault for _, _, fault in flat.kept] == ["not_json", "not_json", "occupancy"]
        assert [one.address for one in flat.registry.strangers("mqtt")] == ["neighbour"]
        assert flat.hub.of(Motion) == []


async def test_zigbee2mqtt_going_offline_is_a_radio_that_is_down(broker):
    with Bridge(broker.port) as bridge:
        async with Running(broker) as flat:
            bridge.online(online=False)
            await flat.hub.until(RadioDown)
            bridge.online(online=True)
            await flat.hub.until(RadioUp, 2)


async def test_a_device_that_zigbee2mqtt_calls_offline_is_silent_until_it_speaks(broker):
    async with Running(broker) as flat:
        await publish(broker, "pir", {"occupancy": True})
        await flat.hub.until(Motion)
        flat.availability.check()
        await publish(broker, "pir/availability", {"state": "offline"}, retain=True)
        await publish(broker, "cord", {"action": "emergency"})
        await flat.hub.until(HelpPressed)
        assert [
            one.device for one in flat.availability.check() if isinstance(one, DeviceSilent)
        ] == ["pir"]
        await publish(broker, "pir", {"occupancy": False})
        await flat.hub.until(MotionEnded)
        assert [one.device for one in flat.availability.check()] == ["pir"]


async def test_a_retained_action_is_no_press(broker):
    await publish(broker, "cord", {"action": "emergency", "battery": 50}, retain=True)
    async with Running(broker) as flat:
        await publish(broker, "pir", {"occupancy": True})
        await flat.hub.until(Motion)
        assert flat.hub.of(HelpPressed) == []


async def test_a_lamp_is_switched_when_it_says_so_itself(broker):
    with Bridge(broker.port, lamps=["lamp"]) as bridge:
        async with Running(broker) as flat:
            actuator = flat.source.actuator
            assert actuator.drives(DeviceId("lamp"))
            assert not actuator.drives(DeviceId("pir"))
            await actuator.switch(DeviceId("lamp"), on=True, level=1.0)
            assert bridge.commands == [("lamp", {"state": "ON", "brightness": 254})]


async def test_a_lamp_that_does_not_answer_is_unreachable(broker):
    async with Running(broker) as flat:
        flat.source.actuator._confirm_s = 0.05
        with pytest.raises(DeviceError) as error:
            await flat.source.actuator.switch(DeviceId("lamp"), on=True)
        assert error.value.fault == "unreachable"


async def test_while_the_broker_is_away_no_command_counts_as_given(broker):
    async with Running(broker) as flat:
        actuator = flat.source.actuator
    with pytest.raises(DeviceError) as error:
        await actuator.switch(DeviceId("lamp"), on=True)
    assert error.value.fault == RADIO_DOWN


async def test_a_password_opens_the_broker_and_a_wrong_one_is_a_radio_down(tmp_path):
    (tmp_path / "passwords").write_text("hub:" + HASHED)
    secret = tmp_path / "secret"
    extra = f"allow_anonymous false\npassword_file {tmp_path}/passwords\n"
    async with Broker(tmp_path, extra=extra) as broker:
        secret.write_text("wrong\n")
        flat = Running(broker, username="hub", password_file=secret)
        task = asyncio.create_task(flat.source.run(flat.hub))
        await flat.hub.until(RadioDown)
        assert "refused" in flat.source.health().last_fault
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        secret.write_text("cord-and-button\n")
        async with Running(broker, username="hub", password_file=secret) as flat:
            assert flat.source.health().state is HealthState.UP


async def test_an_encrypted_broker_is_read_and_one_with_a_foreign_certificate_is_not(tmp_path):
    certify(tmp_path)
    extra = f"certfile {tmp_path}/own.pem\nkeyfile {tmp_path}/own.key\n"
    async with Broker(tmp_path, extra=extra) as broker:
        async with Running(broker, tls=True, ca_file=tmp_path / "own.pem") as flat:
            context = ssl.create_default_context(cafile=tmp_path / "own.pem")
            async with aiomqtt.Client("127.0.0.1", broker.port, tls_context=context) as client:
                for n in range(200):
                    raw = json.dumps({"action": "on", "seq": n, "padding": "x" * 500})
                    await client.publish("zigbee2mqtt/cord", raw, qos=1)
            presses = await flat.hub.until(HelpPressed, 200)
            assert [one.press for one in presses] == [f"mqtt:cord#{n}" for n in range(200)]
        flat = Running(broker, tls=True)
        task = asyncio.create_task(flat.source.run(flat.hub))
        await flat.hub.until(RadioDown)
        assert "CERTIFICATE_VERIFY_FAILED" in flat.source.health().last_fault
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def certify(folder: Path) -> None:
    """Write a certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "own.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "own.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _hashed(password: str) -> str:
    """Return a mosquitto password entry (PBKDF2, $7$)."""
    import base64
    import hashlib

    salt = b"tohuus-salt!"
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"$7$101${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}\n"


HASHED = _hashed("cord-and-button")
