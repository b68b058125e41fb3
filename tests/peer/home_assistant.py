# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real, headless Home Assistant beside our hub: installed by name, seeded, started, asked whether it runs."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from showcase.virtual.broker import free_port
from tests.peer.flats import ACTION, BASE, CONTACT, FLATS, MOTION, PANIC

# The newest that runs on Python 3.13.0; what it would install at its first start stands behind it.
WANTED = (
    "homeassistant==2025.4.4",
    "paho-mqtt==2.1.0",
    "hassil==2.2.3",
    "home-assistant-intents==2025.3.28",
    "mutagen==1.47.0",
    "home-assistant-frontend==20250411.0",
)
SEEDED = "2025-01-01T00:00:00.000000+00:00"
START_S = 300.0


def install(venv: Path) -> None:
    """Make an environment of its own, once (about 490 MB, some minutes)."""
    if (venv / "bin" / "hass").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    subprocess.run([venv / "bin" / "python", "-m", "pip", "install", "-q", *WANTED], check=True)


class HomeAssistant:
    """One instance with the bench's entities and automations."""

    def __init__(self, folder: Path, *, venv: Path, broker_port: int, recorder: bool = True):
        self.folder, self.config, self._venv = folder, folder / "config", venv
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        if not (self.config / ".storage").exists():
            _seed(self.config, broker_port)
        self._token = (self.config / "token").read_text()
        _configure(self.config, self.port, recorder=recorder)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def up(self) -> None:
        """Start, and return when it says that it runs."""
        path = f"{self._venv.resolve()}/bin:{os.environ['PATH']}"
        with (self.folder / "hass.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(self._venv.resolve() / "bin" / "hass"), "-c", str(self.config), "--skip-pip",
                env={**os.environ, "PATH": path}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        ask = {"Authorization": f"Bearer {self._token}"}
        limit = time.monotonic() + START_S
        async with httpx2.AsyncClient(trust_env=False) as http:
            while time.monotonic() < limit:
                if self._process.returncode is not None:
                    raise RuntimeError(f"hass ended: see {self.folder}/hass.log")
                with contextlib.suppress(httpx2.TransportError, ValueError):
                    said = await http.get(f"http://127.0.0.1:{self.port}/api/config", headers=ask)
                    if said.status_code == 200 and said.json()["state"] == "RUNNING":
                        return
                await asyncio.sleep(0.2)
        raise RuntimeError("hass was not ready in time")

    async def stop(self, sign: int = signal.SIGTERM) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(sign)
            try:
                async with asyncio.timeout(60):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
            self._process = None

    async def kill(self) -> None:
        await self.stop(signal.SIGKILL)

    async def close(self) -> None:
        await self.stop()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _token(claims: dict[str, object], key: str) -> str:
    head = _b64(json.dumps({"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode())
    body = _b64(json.dumps(claims, separators=(",", ":")).encode())
    sign = hmac.new(key.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_b64(sign)}"


def _store(
    config: Path, key: str, data: dict[str, object], *, version: int = 1, minor: int = 1
) -> None:
    file = config / ".storage" / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        json.dumps({"version": version, "minor_version": minor, "key": key, "data": data})
    )
    file.chmod(0o600)


def _seed(config: Path, broker_port: int) -> None:
    """Write owner, token, finished onboarding and the MQTT entry before the first start: nothing asks."""
    user, refresh, key = secrets.token_hex(16), secrets.token_hex(16), secrets.token_hex(64)
    issued = int(time.time()) - 60
    owner = {
        "id": user, "group_ids": ["system-admin"], "is_owner": True, "is_active": True,
        "name": "peer", "system_generated": False, "local_only": True,
    }  # fmt: skip
    token = {
        "id": refresh, "user_id": user, "client_id": None, "client_name": "peer", "client_icon": None,
        "token_type": "long_lived_access_token", "created_at": SEEDED, "access_token_expiration": 315360000.0,
        "token": secrets.token_hex(64), "jwt_key": key, "last_used_at": None, "last_used_ip": None,
        "credential_id": None, "version": "2025.1.0",
    }  # fmt: skip
    groups = [{"id": f"system-{one}", "name": one} for one in ("admin", "users", "read-only")]
    _store(
        config,
        "auth",
        {"users": [owner], "groups": groups, "credentials": [], "refresh_tokens": [token]},
    )
    _store(
        config,
        "onboarding",
        {"done": ["user", "core_config", "integration", "analytics"]},
        version=4,
    )
    entry = {
        "created_at": SEEDED, "modified_at": SEEDED, "entry_id": secrets.token_hex(16), "domain": "mqtt",
        "title": "mqtt", "version": 1, "minor_version": 2, "source": "user", "unique_id": None,
        "data": {"broker": "127.0.0.1", "port": broker_port}, "options": {"discovery": True},
        "pref_disable_new_entities": False, "pref_disable_polling": False, "disabled_by": None,
        "discovery_keys": {}, "subentries": [],
    }  # fmt: skip
    _store(config, "core.config_entries", {"entries": [entry]}, minor=5)
    (config / "token").write_text(
        _token({"iss": refresh, "iat": issued, "exp": issued + 315360000}, key)
    )


def _configure(config: Path, port: int, *, recorder: bool) -> None:
    (config / "packages").mkdir(parents=True, exist_ok=True)
    (config / "packages" / "bench.yaml").write_text(package())
    (config / "configuration.yaml").write_text(
        "homeassistant:\n  name: Bench\n  latitude: 54.78\n  longitude: 9.43\n  elevation: 20\n"
        "  unit_system: metric\n  time_zone: Europe/Berlin\n  country: DE\n  currency: EUR\n"
        "  packages: !include_dir_named packages\n"
        f"http:\n  server_host: 127.0.0.1\n  server_port: {port}\n"
        "logger:\n  default: warning\napi:\nwebsocket_api:\nconfig:\nautomation manual: []\nscript:\n"
        + ("recorder:\n  auto_purge: false\n" if recorder else "")
    )


def package() -> str:
    """Write entities as zigbee2mqtt would announce them, and automations the usual way."""
    out = ["mqtt:"]

    def entity(kind: str, name: str, topic: str, template: str, **more: str) -> None:
        out.extend([f"  - {kind}:", f"      name: {name}", f"      unique_id: {name}"])
        out.extend([f"      state_topic: {BASE}/{topic}", f'      value_template: "{template}"'])
        out.extend(f"      {key}: {value}" for key, value in more.items())

    def battery(name: str) -> None:
        template = "{{ value_json.battery }}"
        entity(
            "sensor",
            f"{name}_battery",
            name,
            template,
            device_class="battery",
            unit_of_measurement='"%"',
        )

    for name in MOTION:
        on_off = {"payload_on": '"True"', "payload_off": '"False"'}
        entity(
            "binary_sensor",
            name,
            name,
            "{{ value_json.occupancy }}",
            device_class="motion",
            **on_off,
        )
        light = {
            "device_class": "illuminance",
            "unit_of_measurement": "lx",
            "state_class": "measurement",
        }
        entity("sensor", f"{name}_illuminance", name, "{{ value_json.illuminance }}", **light)
        battery(name)
    for name in CONTACT:
        on_off = {
            "payload_on": '"False"',
            "payload_off": '"True"',
            "json_attributes_topic": f"{BASE}/{name}",
        }
        entity(
            "binary_sensor", name, name, "{{ value_json.contact }}", device_class="door", **on_off
        )
        battery(name)
    for name in PANIC:
        battery(name)
    out.append("automation bench:")

    def automation(name: str, trigger: list[str], kind: str, payload: str) -> None:
        out.extend([f"  - id: {name}", f"    alias: {name}", "    mode: queued", "    max: 500"])
        out.extend(["    triggers:", *(f"      {line}" for line in trigger)])
        out.extend(["    actions:", "      - action: mqtt.publish", "        data:"])
        out.extend(
            [f"          topic: {ACTION}/{kind}", "          payload: >-", f"            {payload}"]
        )

    for name in PANIC:
        trigger = ["- trigger: mqtt", f"  topic: {BASE}/{name}", '  payload: "emergency"']
        trigger.append('  value_template: "{{ value_json.action }}"')
        seq = "{{ trigger.payload_json.seq }}"
        automation(f"a_{name}", trigger, "panic", f'{{"kind":"panic","dev":"{name}","seq":{seq}}}')
    for name in CONTACT:
        trigger = ["- trigger: state", f"  entity_id: binary_sensor.{name}", '  to: ["on", "off"]']
        seq = "{{ trigger.to_state.attributes.seq }}"
        automation(
            f"a_{name}", trigger, "contact", f'{{"kind":"contact","dev":"{name}","seq":{seq}}}'
        )
    for flat in range(1, FLATS + 1):
        names = ", ".join(f"binary_sensor.motion_{flat}_{place}" for place in (1, 2, 3))
        trigger = [
            "- trigger: state",
            f"  entity_id: [{names}]",
            '  to: "off"',
            '  for: "08:00:00"',
        ]
        said = f'{{"kind":"inactivity","dev":"flat_{flat}","seq":0}}'
        automation(f"inactivity_{flat}", trigger, "inactivity", said)
    return "\n".join(out) + "\n"
