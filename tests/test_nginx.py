"""The advised proxy before the product: what is compressed arrives compressed once, and no page of somebody signed in ever is."""

import gzip
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.fixtures.cast import Cast
from tests.fixtures.serving import ROOT, Served
from tests.fixtures.wire import Person

pytestmark = pytest.mark.engines("sqlite")

AS_DEBIAN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}
http {{
    gzip on; gzip_proxied any; gzip_types *; access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/marshrut.conf;
}}
"""
"""What stands around a site's file there, and more than that compressed."""


@pytest.fixture
def behind(serve: Callable[[], Served], cast: Cast, tmp_path: Path) -> Iterator[tuple[Served, str]]:
    """The product, and the address of the proxy before it."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.skip("the proxy is not tested: install it (apt-get install nginx-light)")
    served = serve()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate, *subject]
    subprocess.run(made, check=True, capture_output=True)
    text = (ROOT / "docs" / "nginx.conf").read_text()
    for advised, here in (
        ("127.0.0.1:8000", served.url.removeprefix("http://")), ("listen 443", f"listen 127.0.0.1:{port}"),
        ("server_name events.example.org", "server_name 127.0.0.1"),
        ("/etc/ssl/events.example.org.pem", str(certificate)), ("/etc/ssl/events.example.org.key", str(key)),
    ):  # fmt: skip
        assert advised in text
        text = text.replace(advised, here)
    (tmp_path / "marshrut.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(AS_DEBIAN.format(folder=tmp_path))
    tmp_path.chmod(0o755)
    process = subprocess.Popen([program, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "nginx.log"], env=os.environ)
    deadline = time.monotonic() + 30
    while not _listens(port):
        assert process.poll() is None, (tmp_path / "nginx.log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield served, f"https://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def test_what_is_compressed_passes_the_proxy_and_pages_of_the_signed_in_are_not(behind: tuple[Served, str], tmp_path: Path):
    served, url = behind
    person = Person(served.url, "spec_pmc")
    for path in ("/", "/static/js/autosave.js", "/styles/layers+reset+tokens", "/calendar/all.ics"):
        plain, packed = (_ask(url + path, tmp_path, **{"Accept-Encoding": asked}) for asked in ("identity", "gzip"))
        assert "Content-Encoding" not in plain[0]
        assert (packed[0]["Content-Encoding"], gzip.decompress(packed[1])) == ("gzip", plain[1]), path
        assert packed[0]["Vary"] == "Accept-Encoding"
    for path in ("/desk", "/requests/", "/profile"):
        headers, body = _ask(url + path, tmp_path, **{"Accept-Encoding": "gzip", "Cookie": person.cookie})
        assert "Content-Encoding" not in headers, path
        assert b"csrf_token" in body


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ask(url: str, folder: Path, **headers: str) -> tuple[Message, bytes]:
    """Headers and body."""
    trusted = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60, context=trusted) as answer:
        return answer.headers, answer.read()
