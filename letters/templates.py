"""Templates of letters. A name that nothing gives stops the letter, and the outbox says so; on a page it would show as nothing."""

from functools import lru_cache

from flask import current_app
from jinja2 import Environment, StrictUndefined, Template


def letter_template(name: str) -> Template:
    """The template `templates/letters/<name>`."""
    return _strict(current_app.jinja_env).get_template(f"letters/{name}")


@lru_cache(maxsize=1)
def _strict(pages: Environment) -> Environment:
    """The pages' environment with its filters and globals, its undefined names apart."""
    return pages.overlay(undefined=StrictUndefined)
