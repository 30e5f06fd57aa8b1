"""Addresses of our own files."""

from pathlib import Path

from flask import Flask

from views import addresses


def test_static_url_changes_with_the_file(tmp_path: Path):
    style = tmp_path / "page.css"
    style.write_text("a{}")
    app = Flask("static", static_folder=str(tmp_path))
    with app.test_request_context():
        first = addresses.static_url("page.css")
        style.write_text("body{}")
        assert first.split("=")[0].endswith("/page.css?v")
        assert addresses.static_url("page.css") != first


def test_static_url_of_a_module_changes_with_its_neighbour(tmp_path: Path):
    (tmp_path / "main.js").write_text("1")
    app = Flask("static", static_folder=str(tmp_path))
    with app.test_request_context():
        first = addresses.static_url("main.js")
        (tmp_path / "other.js").write_text("2")
        assert addresses.static_url("main.js") != first
