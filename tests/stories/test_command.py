# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus demo` as a stranger types it: one story, the whole house, a second start, an end."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from pathlib import Path

import httpx2
import pytest

from showcase.processes.ports import Ports, PortTaken
from tests.stories.conftest import STORIES

TOHUUS = (sys.executable, "-m", "tohuus")
START_S_MAX = 120.0
END_S_MAX = 30.0


async def typed(*words, cwd):
    """Type a command; return exit code, what it printed, and its complaint."""
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    running = await asyncio.create_subprocess_exec(
        *TOHUUS, *words, cwd=cwd, env=environment, stdout=-1, stderr=-1
    )
    async with asyncio.timeout(180):
        out, err = await running.communicate()
    return running.returncode, out.decode(), err.decode()


class Demo:
    """A running `tohuus demo` on free ports; leaving the block presses Ctrl-C."""

    def __init__(self, home):
        self.home = home
        self.code = None

    async def __aenter__(self):
        self.running = await asyncio.create_subprocess_exec(
            *TOHUUS, "demo", "--port-base", "0", "--home", str(self.home), stdout=-1, stderr=-1
        )
        said = ""
        async with asyncio.timeout(START_S_MAX):
            while "Ctrl-C" not in said:
                line = await self.running.stdout.readline()
                assert line, (said, (await self.running.stderr.read()).decode())
                said += line.decode()
        self.said = said
        self.page = re.search(r"Visitors' page\s+(\S+)", said)[1]
        self.hub = re.search(r"panel\s+(\S+?)/\s", said)[1]
        return self

    async def __aexit__(self, *_):
        self.running.send_signal(signal.SIGINT)
        async with asyncio.timeout(END_S_MAX):
            await self.running.communicate()
        self.code = self.running.returncode


def children(pid):
    """Return the processes a process started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(one): Path(f"/proc/{one}/cmdline").read_text().split("\0") for one in found}


async def test_the_six_stories_are_listed(tmp_path):
    code, out, _ = await typed("demo", "--list", cwd=tmp_path)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(STORIES)


async def test_an_unknown_story_is_wrong_use(tmp_path):
    code, _, err = await typed("demo", "--story", "earthquake", "--once", cwd=tmp_path)
    assert code == 2
    assert "--list" in err


async def test_one_story_prints_one_object_a_hop_and_a_summary(tmp_path):
    code, out, err = await typed("demo", "--story", "pull-cord", "--once", "--json", cwd=tmp_path)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0, err
    assert [line["hop"] for line in lines[:-1]] == list(STORIES["pull-cord"].hops)
    assert lines[-1]["summary"]
    assert lines[-1]["fulfilled"]
    assert lines[-1]["wall_s"] > 0.0
    assert not list(tmp_path.iterdir())


def three_free_ports():
    """Return the first of three free ports side by side."""
    while True:
        base = Ports.free().hub
        try:
            Ports.at(base)
        except (PortTaken, OverflowError):
            continue
        return base


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_story_that_is_ended_early_leaves_no_folder_and_no_process(tmp_path, number):
    base = three_free_ports()
    words = ("demo", "--story", "pull-cord", "--once", "--port-base", str(base))
    running = await asyncio.create_subprocess_exec(
        *TOHUUS, *words, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=-1, stderr=-1
    )
    try:
        async with asyncio.timeout(START_S_MAX):
            while b"pairing" not in await running.stdout.readline():
                assert running.returncode is None
        started = children(running.pid)
        async with httpx2.AsyncClient(trust_env=False) as http:
            for port in (base, base + 1):
                assert (await http.get(f"http://127.0.0.1:{port}/healthz")).is_success
        assert len(list(tmp_path.glob("*/tohuus.toml"))) == 1
    finally:
        running.send_signal(number)
        running.send_signal(signal.SIGTERM)  # whoever is impatient must not cut the end short
        async with asyncio.timeout(END_S_MAX):
            _, err = await running.communicate()
    assert running.returncode == 1
    assert err.decode() == "pull-cord: stopped before its end\n"
    assert len(started) >= 2
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert not list(tmp_path.iterdir())


async def test_a_story_does_not_start_on_ports_that_are_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        base = other.getsockname()[1]
        words = ("demo", "--story", "pull-cord", "--once", "--port-base", str(base))
        code, out, err = await typed(*words, cwd=tmp_path)
    assert code == 1
    assert out == ""
    assert f"port {base} is taken" in err


async def test_a_broken_story_ends_with_one_sentence_that_names_the_hop(tmp_path):
    words = ("demo", "--story", "pull-cord", "--once", "--json", "--without", "service")
    code, out, err = await typed(*words, cwd=tmp_path)
    assert code == 1
    assert json.loads(out.splitlines()[-1])["missing"] == "forwarded"
    [sentence] = err.splitlines()
    assert "'forwarded' did not come: the care service does not run" in sentence
    assert "last seen: 'enqueued'" in sentence


async def test_the_demo_starts_survives_a_crash_ends_and_starts_again_without_joining(tmp_path):
    async with Demo(tmp_path / "home") as demo, httpx2.AsyncClient(trust_env=False) as http:
        assert "devices joining" in demo.said
        assert "Simulation" in (await http.get(demo.page)).text
        [hub] = [pid for pid, argv in children(demo.running.pid).items() if "hub" in argv]
        os.kill(hub, signal.SIGKILL)
        async with asyncio.timeout(START_S_MAX):
            while hub in children(demo.running.pid):
                await asyncio.sleep(0.05)
            answered = False
            while not answered:
                try:
                    answered = (await http.get(f"{demo.hub}/healthz")).is_success
                except httpx2.TransportError:
                    await asyncio.sleep(0.1)
        started = children(demo.running.pid)
        programs = {argv[2] for argv in started.values() if "-m" in argv}
        assert programs == {"hub", "caregiver_api"}
    assert demo.code == 0
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert (tmp_path / "home" / "showcase" / "kept.json").stat().st_mode & 0o777 == 0o600

    async with Demo(tmp_path / "home") as again:
        assert "joining" not in again.said
    assert again.code == 0


@pytest.mark.parametrize("word", ["hub", "api"])
async def test_hub_and_service_are_started_by_the_same_command(tmp_path, word):
    code, _, err = await typed(word, "--config", str(tmp_path / "none.toml"), cwd=tmp_path)
    assert code == 2
    assert "none.toml" in err
