"""Every command group of `flask --app app ...`. A process that serves pages loads none of them."""

from flask import Flask

from commands import audit, calendar, demo, district, feeds, outbox, usage, worker
from commands.users import users


def register_commands(app: Flask) -> None:
    """Hang every command group on the application; click says what it says in our words."""
    usage.speak(app)
    app.cli.add_command(users)
    app.cli.add_command(audit.group)
    app.cli.add_command(outbox.group)
    app.cli.add_command(worker.command)
    app.cli.add_command(demo.group)
    app.cli.add_command(district.group)
    app.cli.add_command(calendar.group)
    app.cli.add_command(feeds.group)
