"""The command line: `flask --app app ...`."""

from flask import Flask


def register_commands(app: Flask) -> None:
    """Hang every command group on the application."""
