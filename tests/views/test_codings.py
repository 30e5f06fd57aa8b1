"""What leaves compressed: our own files and pages of the public, for those who take it; never a page of somebody signed in."""

import gzip
from collections.abc import Callable

import pytest

from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from tests.fixtures.serving import ROOT
from views import codings

SCRIPT, SHEET, MARK = "/static/js/autosave.js", "/styles/layers+reset+tokens", "/static/mark.svg"
pytestmark = pytest.mark.engines("sqlite")


@pytest.mark.parametrize("path", [SCRIPT, SHEET, "/", "/sitemap.xml"])
def test_what_the_public_gets_is_compressed_for_those_who_take_it(client: Client, cast: Cast, path: str):
    plain = client.http.get(path)
    packed = client.http.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert "Content-Encoding" not in plain.headers
    if len(plain.data) < codings.LEAST:
        assert packed.data == plain.data
        return
    assert (packed.headers["Content-Encoding"], gzip.decompress(packed.data)) == ("gzip", plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert plain.content_type == packed.content_type


@pytest.mark.parametrize("path", [SCRIPT, SHEET, MARK, "/"])
@pytest.mark.parametrize("asked", ["gzip", "identity", "br"])
def test_every_form_says_that_there_are_two(client: Client, path: str, asked: str):
    assert "Accept-Encoding" in client.http.get(path, headers={"Accept-Encoding": asked}).vary


@pytest.mark.parametrize("path", [SCRIPT, SHEET])
@pytest.mark.parametrize(
    ("asked", "packed"),
    [("gzip;q=0", False), ("gzip;q=0.5, identity", False), ("br, *;q=0.1", True), ("identity;q=1, *;q=0", False), ("x-gzip", True)],
)
def test_a_file_comes_in_the_form_the_client_likes_best(client: Client, path: str, asked: str, packed: bool):
    assert ("Content-Encoding" in client.http.get(path, headers={"Accept-Encoding": asked}).headers) is packed


@pytest.mark.parametrize("path", [SCRIPT, SHEET])
def test_either_form_has_its_tag_and_is_not_sent_again(client: Client, path: str):
    plain = client.http.get(path).headers["ETag"]
    packed = client.http.get(path, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert packed == f"W/{plain}"
    for tag in (plain, packed):
        again = client.http.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", packed)


def test_a_script_is_kept_for_a_year_only_under_the_address_of_its_bytes(client: Client):
    address = client.get("/").one("script", type="module").get("src", "")
    assert client.http.get(address).headers["Cache-Control"] == f"public, max-age={codings.YEAR}"
    assert client.http.get(address.split("?")[0]).headers["Cache-Control"] == "public, max-age=0"
    assert client.http.get(f"{address[:-1]}x").headers["Cache-Control"] == "public, max-age=0"


def test_head_tells_the_length_of_the_form_asked_for(client: Client):
    for path in (SCRIPT, "/"):
        whole = client.http.get(path, headers={"Accept-Encoding": "gzip"})
        head = client.http.head(path, headers={"Accept-Encoding": "gzip"})
        assert (head.data, head.headers["Content-Length"]) == (b"", whole.headers["Content-Length"])


@pytest.mark.parametrize(
    "name", ["js", "js/no-such.js", "..%2fapp.py", "../app.py", "js/%00.js", "x" * 3000 + ".js", "css/../../settings.py"]
)
def test_what_is_no_file_of_ours_is_not_found(client: Client, name: str):
    assert client.http.get(f"/static/{name}").status_code == 404


def test_a_file_is_the_file(client: Client):
    for path in (ROOT / "static").rglob("*.*"):
        answer = client.http.get(f"/{path.relative_to(ROOT)}")
        assert (answer.status_code, answer.data) == (200, path.read_bytes())


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/desk"])
def test_a_page_that_may_know_its_reader_is_never_compressed(client: Client, signed_in: Callable[[str], Client], path: str):
    """Its forms carry tokens, and the length of a compressed page would tell them (BREACH)."""
    for reader in (client, signed_in("spec_pmc")):
        assert "Content-Encoding" not in reader.http.get(path, headers={"Accept-Encoding": "gzip"}).headers
