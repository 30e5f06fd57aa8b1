"""The command line: `flask --app app ...`."""

from flask import Flask

from commands import audit, calendar, demo, district, feeds, outbox, worker
from commands.users import users


def register_commands(app: Flask) -> None:
    """Hang every command group on the application."""
    app.cli.add_command(users)
    app.cli.add_command(audit.group)
    app.cli.add_command(outbox.group)
    app.cli.add_command(worker.command)
    app.cli.add_command(demo.group)
    app.cli.add_command(district.group)
    app.cli.add_command(calendar.group)
    app.cli.add_command(feeds.group)
