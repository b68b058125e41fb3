# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
# `make demo` shows the whole system, `make test` proves it. The rest is for people who work on it.

SHELL := /bin/bash
BIN := .venv/bin
PACKAGES := hub devices rules caregiver_api showcase design settings_errors tohuus
.DEFAULT_GOAL := help
.PHONY: help venv dev demo test lint format types shots sim traces peer soak bench docs lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## */\1\t/' | expand -t 10

venv:  ## the environment to run Tohuus in (.venv, hash-checked)
	@tools/environment.sh run

dev:  ## the environment to work on Tohuus in
	@tools/environment.sh dev

demo: venv  ## the whole system with a simulated resident; ARGS="--list" for more
	@exec $(BIN)/tohuus demo $(ARGS)

test: dev  ## everything that must hold, on this machine
	@tools/system_packages.sh
	@$(MAKE) --no-print-directory lint types
	@PATH="$$PATH:/usr/sbin:/sbin" $(BIN)/coverage run -m pytest $(ARGS)
	@echo "coverage: $$($(BIN)/coverage report --format=total --precision=1) % of the lines (own process, no branches)"

lint: dev  ## style, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

format: dev  ## bring the code into form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: dev  ## mypy, strict
	@$(BIN)/mypy

shots: dev  ## the faces' screenshots in docs/img
	@tools/system_packages.sh
	@$(BIN)/python -m tests.browser.shots $(ARGS)

sim: dev  ## deterministic simulation, many seeds; ARGS="--seeds 1000"
	@$(BIN)/python -m tests.simulation $(ARGS)

traces: dev  ## behaviour compared with the recorded one; ARGS="--only seed/7"
	@$(BIN)/python -m tests.traces compare $(ARGS)

peer: dev  ## side by side with Home Assistant (installs it into .peer)
	@$(BIN)/python -m tests.peer $(ARGS)

soak: dev  ## hours of stories, memory and descriptors watched
	@$(BIN)/python -m tests.soak $(ARGS)

bench: dev  ## one figure again; ARGS="pulls --pulls 1000"
	@$(BIN)/python -m tests.bench $(ARGS)

docs: dev  ## what repeats code written anew, then the documentation as a site in site/
	@$(BIN)/python tools/generated_pages.py
	@$(BIN)/python tools/docs.py

lock:  ## write the hash locks anew (needs uv); ARGS="--upgrade"
	@tools/lock.sh $(ARGS)

clean:  ## back to a fresh clone, but for your settings
	@rm -rf .venv .demo .shots .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .reports site build dist
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
