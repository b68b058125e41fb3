# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import yaml

# A name without a host: the runner's own mirror decides where it comes from.
IMAGE = re.compile(r"[a-z]+:[\w.-]+")


def _targets(root: Path) -> set[str]:
    return set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))


def _jobs(root: Path) -> dict[str, dict[str, object]]:
    pipeline = yaml.safe_load((root / ".gitlab-ci.yml").read_text())
    return {name: job for name, job in pipeline.items() if "script" in job}


def _hooks(root: Path) -> Iterator[dict[str, object]]:
    for repo in yaml.safe_load((root / ".pre-commit-config.yaml").read_text())["repos"]:
        assert repo["repo"] == "local", "a hook of another house would be downloaded"
        yield from repo["hooks"]


def test_the_pipeline_runs_what_a_person_runs(root: Path) -> None:
    jobs = _jobs(root)
    scripts = {line for job in jobs.values() for line in job["script"]}
    made = {found[1] for line in scripts if (found := re.match(r"make (\w+)", line))}
    assert "test" in made
    assert made <= _targets(root)
    assert all(IMAGE.fullmatch(job["image"]) for job in jobs.values())
    locks = {"requirements.lock", "requirements-dev.lock"}
    assert all(set(job["cache"]["key"]["files"]) == locks for job in jobs.values())


def test_the_pipeline_finds_the_reports_where_they_are_written(root: Path) -> None:
    job = _jobs(root)["test"]
    coverage = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["coverage"]
    assert job["artifacts"]["reports"]["coverage_report"]["path"] == coverage["xml"]["output"]
    assert job["artifacts"]["reports"]["junit"] in job["script"][0]
    said = re.search(r'echo "(coverage: )\$\$\(.*\)( %)', (root / "Makefile").read_text())
    assert said
    assert re.search(job["coverage"].strip("/"), f"{said[1]}87.4{said[2]} of the lines")


def test_hooks_before_a_commit_call_what_is_here_and_download_nothing(root: Path) -> None:
    for hook in _hooks(root):
        assert hook["language"] == "system", hook["id"]
        tool, *words = hook["entry"].split()
        assert tool.startswith(".venv/bin/")
        assert (root / tool).is_file(), tool
        assert all((root / word).is_file() for word in words if word.startswith("tests/"))


def test_the_container_is_made_by_make(root: Path) -> None:
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text())
    assert IMAGE.fullmatch(container["image"])
    assert container["postCreateCommand"].removeprefix("make ") in _targets(root)


def test_forms_of_the_forge_are_there_and_name_commands_that_exist(root: Path) -> None:
    forms = {path.name: path.read_text() for path in (root / ".gitlab").rglob("*.md")}
    assert set(forms) == {"Bug.md", "Feature.md", "Device.md", "Default.md"}
    commands = (root / "tohuus" / "__main__.py").read_text()
    for text in forms.values():
        assert all(f'"{name}": (' in commands for name in re.findall(r"`tohuus ([\w-]+)", text))
