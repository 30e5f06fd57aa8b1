"""The joined stylesheets as they are served."""

from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.browsing import Client
from tests.fixtures.stylesheets import FOLDER
from views import codings, styles

pytestmark = pytest.mark.engines("sqlite")


def test_a_sheet_is_the_named_files_in_their_order(client: Client):
    answer = client.get("/styles/rows+tokens")
    assert answer.response.content_type == "text/css; charset=utf-8"
    assert answer.body == (FOLDER / "components/rows.css").read_text() + "\n" + (FOLDER / "base/tokens.css").read_text()


def test_a_sheet_is_kept_for_ever_under_the_address_a_page_gives(client: Client):
    address = client.get("/").all("link", rel="stylesheet")[0].get("href", "")
    assert client.get(address).response.headers["Cache-Control"] == f"public, max-age={codings.YEAR}"
    assert client.get(address.split("?")[0]).response.headers["Cache-Control"] == "public, max-age=0"
    assert client.get(f"{address[:-1]}x").response.headers["Cache-Control"] == "public, max-age=0"


def test_a_sheet_that_has_not_changed_is_not_sent_again(client: Client):
    tag = client.get("/styles/rows").response.headers["ETag"]
    assert client.get("/styles/rows", headers={"If-None-Match": tag}, expect=304).body == ""


def test_a_sheet_is_sent_without_cookie(client: Client):
    assert "Set-Cookie" not in client.get("/styles/rows").response.headers


@pytest.mark.parametrize("names", ["rows+no-such-file", "rows+rows", "rows+", "..", "rows.css", "base%2Frows", "x" * 3000])
def test_what_no_page_would_name_is_not_found(client: Client, names: str):
    client.get(f"/styles/{names}", expect=404)


def test_the_address_changes_with_any_of_its_files(tmp_path: Path):
    second = tmp_path / "css" / "base" / "second.css"
    second.parent.mkdir(parents=True)
    second.write_text("b{}")
    second.with_stem("first").write_text("a{}")
    app = Flask("styles", static_folder=str(tmp_path))
    app.register_blueprint(styles.bp)
    app.debug = True
    with app.test_request_context():
        before = styles.stylesheet("first second")
        second.write_text("i{}")
        assert before.startswith("/styles/first+second?v=")
        assert styles.stylesheet("first second") != before


def test_a_name_without_a_file_is_a_fault_of_the_page(app: Flask):
    with app.test_request_context(), pytest.raises(KeyError):
        styles.stylesheet("rows no-such-file")
