# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus demo`: three processes, a simulated resident and a page; or one story without it."""

import argparse
import sys
from pathlib import Path
from typing import Final

HOME: Final = Path(".demo")
WRONG_USE: Final = 2
PORT_BASE: Final = 8440
PORT_BASE_MAX: Final = 65_533


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tohuus demo`."""
    parser.add_argument("--list", action="store_true", help="name the stories")
    parser.add_argument("--story", metavar="NAME", help="begin with this story")
    parser.add_argument("--once", action="store_true", help="play it without a page, then end")
    parser.add_argument("--json", action="store_true", help="one JSON object a hop (with --once)")
    parser.add_argument(
        "--without",
        choices=("rule", "sensor", "basis", "service", "consents"),
        help="take this away from the story by real means (with --once)",
    )
    parser.add_argument(
        "--port-base",
        type=_first_port,
        metavar="N",
        help=f"first of 3 ports, {PORT_BASE} without it (with --once free ones); 0: free ones",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where the visitors' page listens, for phones on the exhibition's own network",
    )
    parser.add_argument(
        "--home", type=Path, help="where everything is kept (./.demo; with --once a fresh folder)"
    )


def _first_port(word: str) -> int:
    base = int(word)
    if not 0 <= base <= PORT_BASE_MAX:
        raise argparse.ArgumentTypeError(f"0 to {PORT_BASE_MAX}, not {base}")
    return base


def run(arguments: argparse.Namespace) -> int:
    """Run it; returns the exit code."""
    from showcase.stories import story

    stories = {one.id: one for one in story.every()}
    if arguments.list:
        for one in stories.values():
            print(f"{one.id:<20}{one.title['de']} ({one.when['de']}) · {one.title['en']}")
        return 0
    if arguments.story is not None and arguments.story not in stories:
        print(f"no such story: {arguments.story}; --list names them", file=sys.stderr)
        return WRONG_USE
    chosen = stories.get(arguments.story)
    if not arguments.once and (arguments.json or arguments.without):
        print("--json and --without need --once", file=sys.stderr)
        return WRONG_USE
    if not arguments.once:
        from showcase import server

        return server.run(
            arguments.home or HOME,
            port_base=PORT_BASE if arguments.port_base is None else arguments.port_base,
            first=chosen,
            say=_say,
            host=arguments.host,
        )
    if chosen is None:
        print("--once needs --story NAME", file=sys.stderr)
        return WRONG_USE
    from showcase.stage import headless_run
    from showcase.stage.removal import Removal

    return headless_run.run(
        chosen,
        folder=arguments.home,
        port_base=arguments.port_base or 0,
        without=Removal(arguments.without) if arguments.without else None,
        write=_say if arguments.json else _plain,
        report=_nothing if arguments.json else _say,
        complain=_complain,
    )


def _say(text: str) -> None:
    print(text, flush=True)


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _nothing(_text: str) -> None:
    """With --json only hops and the summary are printed."""


def _plain(line: str) -> None:
    import json

    said = json.loads(line)
    if said.get("summary"):
        print(
            "done" if said["fulfilled"] else "not fulfilled", f"in {said['wall_s']} s", flush=True
        )
        return
    what = said.get("frame") or said.get("incident") or said.get("incident_id") or ""
    at = "" if said["at"] is None else f"{said['at']:10.1f} s"
    print(f"{said['hop']:<14}{at:>14}  {what}", flush=True)
