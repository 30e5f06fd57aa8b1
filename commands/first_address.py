"""The one-time address at which the first administrator is made: printed where a server starts and nobody has an account."""

import os
import platform
from pathlib import Path

import click
import structlog
from flask import Flask, current_app

from commands.files import in_terminal
from events.beginning import operations, queries
from events.foundation import work
from events.foundation.text import N_

_log = structlog.get_logger()


def first_address(app: Flask, *, start: bool = False) -> None:
    """Print a new address, unless somebody has an account; it never goes into the log. Whoever starts is never stopped by it. With
    `start`, of the processes of one server the first alone does."""
    with app.app_context():
        try:
            address = None if work.transaction(queries.is_inhabited, write=False) else new_address(_this_start() if start else "")
        except work.DatabaseError as error:
            _log.warning("first_address_not_made", error=type(error.orig).__name__)
            return
        if address:
            tell_address(address)


def new_address(start: str = "") -> str | None:
    """A new whole address; the one before is dead. None where somebody has an account, and where this start has one already.

    Built on MARSHRUT_BASE_URL, never on a request's host (reliability.md T12).
    """
    token = work.transaction(lambda: operations.offer(start, now=work.now()))
    if token is None:
        return None
    path = current_app.url_map.bind("").build("people.open_set_up", {"token": token})
    return f"{current_app.config['BASE_URL']}{path}"


def tell_address(address: str) -> None:
    """Say what to do with it."""
    click.echo(in_terminal(N_("Nobody has an account yet. Set the system up at this address; it is good for a day and for one use:")))
    click.echo(address)


def _this_start() -> str:
    """The same in every process of a server, another at its next start: its host, its group of processes, and since when that is there."""
    group = os.getpgrp()
    leader = Path(f"/proc/{group}/stat")
    since = leader.read_text().rpartition(")")[2].split()[19] if leader.exists() else ""
    return f"{platform.node()[:100]}:{group}:{since}"
