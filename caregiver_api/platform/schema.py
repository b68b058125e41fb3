# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of the care service; columns keep their first names, fields may have newer ones."""

import sqlalchemy as sa

meta = sa.MetaData()


def _text(name: str, *, null: bool = False, field: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, key=field or name)


def _real(name: str, *, null: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=null)


def _whole(name: str, *, null: bool = False, field: str = "") -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=null, key=field or name)


note = sa.Table("note", meta, sa.Column("name", sa.Text, primary_key=True), _text("value"))
"""Single values: `schema`, `axis_s` and `escalation_s` (latest times seen)."""

person = sa.Table(
    "person",
    meta,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    _text("display_name"),
    _text("password"),
    _text("role"),
    _whole("active"),
    _text("language", null=True),  # in which pages are written; NULL = the service's first one
)

address = sa.Table(
    "address",
    meta,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),  # declared by a channel
    sa.Column("value", sa.Text, primary_key=True),
    _whole("enabled"),
    _whole("verified"),  # 1 = a page to it was taken once
)

session = sa.Table(
    "session",
    meta,
    sa.Column("hash", sa.Text, primary_key=True),  # SHA-256 of the id in the cookie
    _text("person"),
    _real("seen_s"),
    _real("expires_s"),
)

hub = sa.Table(
    "hub",
    meta,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("public_key", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("site"),
    _text("state"),
    _whole("guesses"),
    _real("created_s"),
    _real("heard_s", null=True),
    _text("heartbeat", null=True),  # wire.Heartbeat as JSON
    _text("chain", null=True, field="policy"),  # rungs as JSON; NULL = everybody, then the leads
    _text("silent", null=True),  # incident that says the hub is silent
    _real("absent_until_s", null=True),
)

pairing = sa.Table(
    "pairing",
    meta,
    sa.Column("code_hash", sa.Text, primary_key=True),
    _real("expires_s"),
    _whole("tries"),
    _text("hub", null=True),
)

incident = sa.Table(
    "incident",
    meta,
    sa.Column("id", sa.Text, primary_key=True),
    _text("hub"),
    _text("phase"),
    _text("state"),  # escalation.EscalationState as JSON
    _text("alert"),  # latest revision, wire.Alert as JSON
    _whole("revision"),
    _whole("count"),
    _real("opened_s"),  # escalation clock
    _real("since_s"),  # escalation clock: when it became true in the flat
    _whole("uncertain"),  # the flat's clock was not trusted or far off
    _real("due_s", null=True),
    _real("closed_s", null=True),
    _text("reason", null=True),
)
sa.Index("incident_due", incident.c.due_s, sqlite_where=incident.c.due_s.isnot(None))
sa.Index("incident_open", incident.c.phase, incident.c.hub)

message = sa.Table(
    "message",
    meta,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    _text("incident"),
    _text("hub"),
    _text("body"),  # wire.Alert as JSON
    _real("received_s"),  # escalation clock
    _whole("received_ms"),  # service time, unix milliseconds
    _whole("receipt_due"),  # 1 until the running escalation was confirmed to the hub
    sqlite_autoincrement=True,
)
sa.Index("message_receipt", message.c.incident, sqlite_where=message.c.receipt_due == 1)

page = sa.Table(
    "page",
    meta,
    sa.Column("id", sa.Text, primary_key=True),  # derived from incident, round, person, channel
    _text("incident"),
    _text("person"),
    _text("channel"),
    _whole("turn", field="round_no"),
    _text("why"),
    _text("priority"),
    _whole("test"),
    _real("created_s"),  # service time
    _real("retry_s", null=True),  # service time; NULL = done
    _real("sent_s", null=True),
    _whole("tries"),
    _text("outcome", null=True),
    _text("address", null=True),  # NULL = the channel needs none of the person
)
sa.Index("page_retry", page.c.retry_s, sqlite_where=page.c.retry_s.isnot(None))
sa.Index("page_incident", page.c.incident)

delivery_status = sa.Table(
    "reach",
    meta,
    sa.Column("incident", sa.Text, primary_key=True),  # one that people are being called for
    _whole("turn", field="round_no"),  # first round of pages that counts
    _real("due_s", null=True),  # service time at which it must have reached; NULL = judged
    _whole("nobody"),  # 1 = the flat was told that nobody was reached
)

quarantine = sa.Table(
    "aside",
    meta,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("incident"),
    _text("hub"),
    _text("alert"),  # incident that stands for it
    _text("why"),
    _text("content"),  # the row as it was found, as JSON; empty once erased
    _real("at_s"),  # service time
    _whole("over"),  # 1 = a person closed the alert, or the flat said more of it
    sqlite_autoincrement=True,
)

progress = sa.Table(
    "progress",
    meta,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("incident"),
    _text("step"),
    _whole("rung", null=True),
    _text("who", null=True),
    _whole("minutes", null=True),
    _text("reason", null=True),
    _real("at_s"),  # escalation clock
    _whole("wall_ms"),  # service time
    sqlite_autoincrement=True,
)
sa.Index("progress_incident", progress.c.incident)

down = sa.Table(
    "down",
    meta,
    sa.Column("hub", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    _text("body"),  # wire.Down as JSON
    _real("created_s"),  # service time
)

withdrawn = sa.Table(
    "withdrawn",
    meta,
    sa.Column("hub", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, primary_key=True),
    _real("at_s"),
)

audit = sa.Table(
    "audit",
    meta,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _real("at_s"),
    _text("who"),
    _text("what"),
    _text("about"),
    _text("detail"),  # canonical JSON
    _text("hash"),
    sqlite_autoincrement=True,
)
