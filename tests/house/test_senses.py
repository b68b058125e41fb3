# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import dataclasses
import re
import types
import typing
from collections.abc import Callable
from pathlib import Path

from rules.model import events
from rules.model.apartment import Role

# What would make a flat look or listen. "voice", "sound" and "speech" may be given out, never taken in.
SENSE = re.compile(
    r"camera|kamera|microphone|mikrofon|\baudio_in|video|image|picture|record_sound|listen", re.I
)
CAPTURE = re.compile(r"getUserMedia|getDisplayMedia|MediaRecorder|SpeechRecognition|ImageCapture")
LIBRARIES = re.compile(
    r"^(opencv|picamera|pyaudio|sounddevice|av|ffmpeg|pyv4l2|whisper|vosk|speechrecognition|imageio)",
    re.M,
)


def _members(union: object) -> list[type]:
    if isinstance(union, typing.TypeAliasType):
        return _members(union.__value__)
    if isinstance(union, types.UnionType):
        return [member for part in typing.get_args(union) for member in _members(part)]
    assert isinstance(union, type)
    return [union]


def test_no_device_class_looks_or_listens() -> None:
    assert len(list(Role)) > 10
    assert not [role for role in Role if SENSE.search(role.value)]


def test_no_event_can_carry_a_picture_or_a_sound() -> None:
    kinds = _members(events.DeviceEvent)
    assert len(kinds) > 15
    for kind in kinds:
        assert not SENSE.search(kind.__name__), kind
        for field in dataclasses.fields(kind):
            assert field.type is not bytes, f"{kind.__name__}.{field.name} could carry anything"
            assert not SENSE.search(field.name), f"{kind.__name__}.{field.name}"


def test_no_page_asks_for_camera_or_microphone(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    pages = {p: t for p, t in texts.items() if p.suffix in {".js", ".html"}}
    assert not [short(path) for path, text in pages.items() if CAPTURE.search(text)]


def test_no_locked_library_captures_picture_or_sound(root: Path) -> None:
    assert not LIBRARIES.search((root / "requirements.lock").read_text())
