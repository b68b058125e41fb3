# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever comes out of the air or a broker: counted, kept, skipped, and the next press is heard."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from bleak.backends.scanner import AdvertisementData
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.availability import Availability
from devices.ble.bthome import UUID
from devices.ble.settings import BleSettings
from devices.ble.source import BleSource
from devices.mqtt.settings import MqttSettings
from devices.mqtt.source import MqttSource
from devices.registry import Enrolled, Registry
from devices.zigbee.coordinator.settings import ZigbeeSettings
from devices.zigbee.frames.measured import Measured
from devices.zigbee.source import ZigbeeSource
from hub.storage import payload
from rules.model.apartment import Device, Role
from rules.model.events import FallSensed, HelpPressed
from rules.model.identity import DeviceId, RoomId

# The same examples on every machine: what is found once is found by everybody.
fuzzed = settings(derandomize=True, max_examples=400, database=None)

KEY = bytes(range(16))
ROLES = tuple(Role)


class Clock:
    """Each look is five seconds later: no frame is taken for a repetition."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        self.now += 5.0
        return self.now


class Air:
    """One device of each role at a source without a radio; what it emits must fit a journal."""

    def __init__(self, source, *, key=None):
        self.events, self.kept = [], []
        self.devices = {
            role: Device(id=DeviceId(role), role=role, room=RoomId("bath"), source=source)
            for role in ROLES
        }
        self.registry = Registry(
            Enrolled(device=one, address=self.address(role), key=key)
            for role, one in self.devices.items()
        )
        self.clock = Clock()
        self.availability = Availability((), now=self.clock, monotonic=self.clock)

    @staticmethod
    def address(role):
        return f"00:00:00:00:00:{ROLES.index(role):02x}"

    def wiring(self):
        return {"now": self.clock, "monotonic": self.clock, "keep": self.keep}

    def keep(self, frame, raw, fault):
        assert frame
        assert fault
        assert isinstance(raw, bytes)
        self.kept.append(fault)

    def put(self, sighting):
        row = payload.encode(sighting.event)
        if row is not None:
            json.loads(row, parse_constant=lambda word: 1 / 0)
            row.encode()
        sighting.frame.encode()
        self.events.append(sighting.event)
        if sighting.committed is not None:
            sighting.committed()

    def set_exception(self, fault):
        raise fault

    def done(self):
        return False


# --- Zigbee -----------------------------------------------------------------------------------

CLUSTERS = (0x0000, 0x0001, 0x0005, 0x0006, 0x0012, 0x0013, 0x0402, 0x0406, 0x0500, 0x0501, 0xEF00)
HEADS = (b"\x18\x01\x0a", b"\x18\x01\x01", b"\x09\x01\x00", b"\x09\x01\x02", b"\x01\x01\x02")
PARTS = (
    b"\x00\x00\x18\x21",  # report: occupancy with a fall
    b"\x00\x00\x00\x18\x21",  # answer: the same
    b"\x02\x00\x19\x01\x00",  # report: zone status
    b"\x55\x00\x21\x01\x00",  # report: pressed
    b"\x00\x01\x74\x04\x00\x01\x02",  # Tuya: fall
    b"\x74\x04\x00\x01\x02",
    b"\x05\x00\x42\xff",  # text without end
    b"\x05\x00\x4c\x01",  # structure
)
pieces = st.lists(st.sampled_from(PARTS) | st.binary(max_size=6), max_size=4).map(b"".join)
frames = st.binary(max_size=60) | st.builds(bytes.__add__, st.sampled_from(HEADS), pieces)
numbers = st.floats() | st.integers(-(2**63), 2**64) | st.booleans()


def zigbee():
    air = Air("zigbee")
    home = Path("no such folder")
    source = ZigbeeSource(
        ZigbeeSettings(path="socket://127.0.0.1:1"),
        air.registry,
        air.availability,
        database=home / "zigbee.db",
        **air.wiring(),
    )
    source._reception.open(air)
    source._failed = air
    return air, source


@fuzzed
@given(
    role=st.sampled_from(ROLES),
    profile=st.sampled_from((0x0104, 0xC05E, 0x0000, 0xA1E0)),
    cluster=st.sampled_from(CLUSTERS) | st.integers(0, 0xFFFF),
    endpoint=st.integers(0, 255),
    said=st.lists(frames, min_size=1, max_size=3),
)
def test_no_zigbee_frame_stops_the_source(role, profile, cluster, endpoint, said):
    air, source = zigbee()
    for data in said:
        source._receiver.frame(air.address(role), profile, endpoint, cluster, data)
    assert source.health().malformed == len(air.kept)
    assert source.health().frames == len(said)
    source._receiver.frame(air.address(Role.HELP), 0x0104, 1, 0x0501, b"\x01\x07\x02")
    assert isinstance(air.events[-1], HelpPressed)


@fuzzed
@given(
    role=st.sampled_from(ROLES),
    place=st.sampled_from(
        (
            (0x0402, 0),
            (0x0405, 0),
            (0x0001, 0x21),
            (0x0B04, 0x050B),
            (0x0702, 0x0400),
            (0x0406, 0),
            (0x0006, 0),
        )
    ),
    values=st.lists(numbers, min_size=1, max_size=3),
    scale=st.none() | numbers,
    asked=st.booleans(),
)
def test_no_zigbee_value_stops_the_source(role, place, values, scale, asked):
    air, source = zigbee()
    for value in values:
        one = Measured(*place, float(value), lambda _: scale, asked=asked)
        source._receiver.measured(air.address(role), 1, one)
    assert source.health().malformed == len(air.kept)


# --- zigbee2mqtt ------------------------------------------------------------------------------

FIELDS = (
    *("action", "occupancy", "contact", "water_leak", "power", "state", "battery", "battery_low"),
    *("fall", "seq", "temperature", "fall_down_status", "tamper", "smoke", "presence", "update"),
    *("friendly_name", "definition", "exposes", "features", "property"),
)
words = st.sampled_from(FIELDS) | st.text(max_size=5) | st.just("\ud800") | st.just("online")
leaves = st.none() | numbers | words
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=8,
)
states = st.dictionaries(st.sampled_from(FIELDS), trees, max_size=6).map(json.dumps)
bridges = st.lists(
    st.fixed_dictionaries(
        {
            "friendly_name": leaves,
            "definition": st.fixed_dictionaries(
                {"exposes": st.lists(st.fixed_dictionaries({"features": trees}) | trees)}
            ),
        }
    )
).map(json.dumps)
lines = st.fixed_dictionaries({"state": trees}).map(json.dumps)
deep = st.integers(1, 5000).map(lambda depth: '{"update":' + "[" * depth + "]" * depth + "}")
texts = states | bridges | lines | trees.map(json.dumps) | deep | st.text(max_size=20)
raws = texts.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=40)


class Message(SimpleNamespace):
    """What paho hands over; a topic that is no text raises when it is looked at."""

    @property
    def topic(self):
        return self.raw_topic.decode()


def message(topic, raw, *, qos=1, dup=False, retain=False):
    return Message(raw_topic=topic, payload=raw, qos=qos, mid=1, dup=dup, retain=retain)


@fuzzed
@given(
    role=st.sampled_from(ROLES),
    topic=st.sampled_from((b"%s", b"%s/availability", b"bridge/state", b"bridge/devices", b"\xff")),
    said=st.lists(raws, min_size=1, max_size=3),
    dup=st.booleans(),
    retain=st.booleans(),
)
def test_no_message_of_a_broker_stops_the_source(role, topic, said, dup, retain):
    air = Air("mqtt")
    source = MqttSource(
        MqttSettings(), air.registry, air.availability, start="boot", gap_s=0.0, **air.wiring()
    )
    source._reception.open(air)
    source._on_subscribed()
    place = b"zigbee2mqtt/" + topic.replace(b"%s", air.address(role).encode())
    receipts = []
    for raw in said:
        one = message(place, raw, dup=dup, retain=retain)
        source._on_message(one, partial(receipts.append, raw))
    assert source.health().malformed == len(air.kept)
    assert receipts, "what is not acknowledged would come again for ever"
    cord = f"zigbee2mqtt/{air.address(Role.HELP)}".encode()
    source._on_message(message(cord, b'{"action": "pressed"}'), None)
    assert isinstance(air.events[-1], HelpPressed)


# --- BTHome -----------------------------------------------------------------------------------

OBJECTS = (
    b"\x3a\x01",
    b"\x21\x01",
    b"\x01\x2a",
    b"\x02\xff\x7f",
    b"\x53\x02a",
    b"\x3b\xff",
    b"\xee",
)
bodies = st.lists(st.sampled_from(OBJECTS) | st.binary(max_size=5), max_size=5).map(b"".join)


def seal(body, address, counter):
    sender, raw = bytes.fromhex(address.replace(":", "")), counter.to_bytes(4, "little")
    nonce = sender + b"\xd2\xfc\x41" + raw
    sealed = AESCCM(KEY, tag_length=4).encrypt(nonce, body, None)
    return b"\x41" + sealed[:-4] + raw + sealed[-4:]


class Counts(dict):
    def load(self, address):
        return self.get(address)

    def save(self, address, count, *, at_once):
        self[address] = count


def advert(data):
    return AdvertisementData(
        local_name=None,
        manufacturer_data={},
        service_data={} if data is None else {UUID: data},
        service_uuids=[],
        tx_power=None,
        rssi=-60,
        platform_data=(),
    )


@fuzzed
@given(
    role=st.sampled_from(ROLES),
    key=st.sampled_from((None, KEY)),
    said=st.lists(
        st.none() | st.binary(max_size=40) | bodies.map(b"\x40".__add__) | st.tuples(bodies),
        min_size=1,
        max_size=4,
    ),
    start=st.sampled_from((0, 99, 5000)),
)
def test_no_advertisement_stops_the_source(role, key, said, start):
    air = Air("ble", key=key)
    source = BleSource(
        BleSettings(),
        air.registry,
        air.availability,
        start="boot",
        counters=Counts(),
        **air.wiring(),
    )
    source._reception.open(air)
    for count, data in enumerate(said, start):
        raw = seal(data[0], air.address(role), count % 2**32) if isinstance(data, tuple) else data
        source.heard(air.address(role), advert(raw))
    assert source.health().malformed == len(air.kept)
    assert source.health().frames == len(said)
    cord = air.address(Role.HELP)
    press = b"\x3a\x01\x00\x07"
    source.heard(cord, advert(b"\x40" + press if key is None else seal(press, cord, 9000)))
    assert isinstance(air.events[-1], HelpPressed)


# --- what could be read before it broke ------------------------------------------------------


def test_a_fall_or_a_press_counts_also_when_what_follows_it_is_broken():
    for role, cluster, data, kind in (
        (Role.FALL_RADAR, 0xEF00, b"\x09\x01\x02\x00\x01\x74\x04\x00\x01\x02\x01\x04", FallSensed),
        (Role.FALL_RADAR, 0x0406, b"\x18\x01\x0a\x00\x00\x18\x21\x10\x00", FallSensed),
        (Role.HELP, 0x0012, b"\x18\x01\x0a\x55\x00\x21\x01\x00\x00\x00\xee", HelpPressed),
    ):
        air, source = zigbee()
        source._receiver.frame(air.address(role), 0x0104, 1, cluster, data)
        assert [type(one) for one in air.events] == [kind]
        assert source.health().malformed == len(air.kept) == 1
    air = Air("ble")
    source = BleSource(
        BleSettings(),
        air.registry,
        air.availability,
        start="boot",
        counters=Counts(),
        **air.wiring(),
    )
    source._reception.open(air)
    source.heard(air.address(Role.HELP), advert(b"\x40\x3a\x01\x02\x01"))
    assert [type(one) for one in air.events] == [HelpPressed]
    assert air.kept
