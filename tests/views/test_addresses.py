"""Addresses of our own files."""

from pathlib import Path

import pytest
from flask import Flask

from views import addresses


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application in debug mode, which reads its files anew."""
    app = Flask("static", static_folder=str(tmp_path))
    app.debug = True
    return app


def test_static_url_changes_with_the_file(app: Flask, tmp_path: Path) -> None:
    style = tmp_path / "page.css"
    style.write_text("a{}")
    with app.test_request_context():
        first = addresses.static_url("page.css")
        style.write_text("body{}")
        assert first.split("=")[0].endswith("/page.css?v")
        assert addresses.static_url("page.css") != first


def test_static_url_of_a_module_changes_with_its_neighbour(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text("1")
    with app.test_request_context():
        first = addresses.static_url("main.js")
        (tmp_path / "other.js").write_text("2")
        assert addresses.static_url("main.js") != first


def test_static_url_asks_no_file_twice_outside_debug_mode(app: Flask, tmp_path: Path) -> None:
    app.debug = False
    style = tmp_path / "page.css"
    style.write_text("a{}")
    with app.test_request_context():
        first = addresses.static_url("page.css")
        style.unlink()
        assert addresses.static_url("page.css") == first
