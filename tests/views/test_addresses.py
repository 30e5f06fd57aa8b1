"""Addresses of our own files."""

from pathlib import Path

import pytest
from flask import Flask, url_for

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


def test_kept_addresses_tell_apart_what_flask_tells_apart() -> None:
    """Where the application is mounted, which application it is, and values that are equal and written otherwise."""
    first, second = Flask("first"), Flask("second")
    first.add_url_rule("/one/<int:number>", "page", lambda number: "")
    second.add_url_rule("/two/<int:number>", "page", lambda number: "")
    with first.test_request_context():
        assert [addresses.named_url("page", number=1) for _ in range(2)] == ["/one/1"] * 2
        assert addresses.named_url("page", number=1, q=1) == "/one/1?q=1"
        assert addresses.named_url("page", number=1, q=True) == url_for("page", number=1, q=True)
        assert addresses.named_url("page", number=1, q=["a", "b"]) == "/one/1?q=a&q=b"
        assert addresses.named_url("page", number=1, _external=True) == "http://localhost/one/1"
    with first.test_request_context(base_url="http://other.example/office/"):
        assert addresses.named_url("page", number=1) == "/office/one/1"
        assert addresses.named_url("page", number=1, _external=True) == "http://other.example/office/one/1"
    with second.test_request_context():
        assert addresses.named_url("page", number=1) == "/two/1"
