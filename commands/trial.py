"""Making the local trial ready: the database migrated, at the very first start filled. `python app.py` calls it."""

import socket

import click
import flask_migrate
from flask import Flask

from commands import demo
from commands.files import in_words, tell
from commands.first_address import first_address
from events.foundation.text import N_

HOST = "127.0.0.1"


def prepare(app: Flask) -> bool:
    """Migrate the database; at the first start in demo mode, or where that was broken off, make the demo's house; print the accounts.
    Whether the history of the demo is still to be played.

    Raises ClickException, with its sentence, where the database is away or somebody else is playing.
    """
    with app.app_context(), in_words():
        flask_migrate.upgrade()
        if not app.config["DEMO"]:
            return False
        playing = demo.prepare(click.echo)
        for line in demo.accounts():
            click.echo(line)
    return playing


def is_free(app: Flask, port: int) -> bool:
    """Whether nobody listens there; otherwise the reason is said. Asked first: who listens may be playing the demo just now."""
    with app.app_context():
        if _taken(port):
            tell(N_("Port %(port)s is taken. Set another one: MARSHRUT_PORT=8080.", port=str(port)), err=True)
            return False
    return True


def announce(app: Flask, port: int) -> None:
    """Say the address; where nobody has an account yet, also the one at which the first is made."""
    with app.app_context():
        tell(N_("Address: %(address)s (to stop: Ctrl+C)", address=f"http://{HOST}:{port}/"))
    if not app.config["DEMO"]:
        first_address(app)


def _taken(port: int) -> bool:
    """Whether somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
