"""In which form an answer leaves: as it is, or compressed by gzip for those who take it (docs/decisions/008-what-is-compressed.md).

Our own files are compressed once in a process, pages of the public when they are made. Pages of those who are signed in never are:
beside what an address can put into them stand tokens of their forms, and the length of a compressed page would tell them.
"""

import gzip
from dataclasses import dataclass
from functools import cached_property

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from views import access

CODING = "Accept-Encoding"
PLAIN_ACCEPTS = {
    "": False,
    "identity": False,
    "gzip": True,
    "gzip, deflate": True,
    "gzip, deflate, br": True,
    "gzip, deflate, br, zstd": True,
}
ONCE, EACH = 9, 1
"""gzip's levels: for files, packed once; for pages, where the highest takes 24 times as long for a fifth fewer bytes."""
LEAST = 1000
"""Bytes below which compressing saves no packet of the network."""
PACKED = frozenset({"text/html", "application/xml"})
YEAR = 365 * 24 * 60 * 60
"""Seconds a browser keeps a file whose address tells its content."""


@dataclass(frozen=True)
class Kept:
    """A file of ours as it is sent: its bytes, their kind, and the digits by which an address and a tag name them."""

    plain: bytes
    kind: str
    version: str

    @cached_property
    def packed(self) -> bytes:
        """The bytes compressed, made when they are first asked for."""
        return gzip.compress(self.plain, ONCE, mtime=0)


def sent(kept: Kept) -> Response:
    """The file in the form the client likes best, or 304; kept for a year where the address names these very bytes.

    The compressed form carries the same tag as a weak one (RFC 9110, 8.8.3.3).
    """
    packed = len(kept.plain) >= LEAST and takes_gzip()
    response = Response(kept.packed if packed else kept.plain, content_type=kept.kind)
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if request.args.get("v") == kept.version else 0
    response.set_etag(kept.version, weak=packed)
    response.vary.add(CODING)
    if packed:
        response.content_encoding = "gzip"
    response.make_conditional(request)
    return response


def takes_gzip() -> bool:
    """Whether the client that asks now does."""
    return likes_gzip(request.environ.get("HTTP_ACCEPT_ENCODING", ""))


def likes_gzip(asked: str) -> bool:
    """Whether a client takes the compressed form and likes it no less than the plain one; what nearly all send is known without parsing.

    Plain is always acceptable when nothing is said of it, but nobody has asked for it then (RFC 9110, 12.5.3).
    """
    if asked in PLAIN_ACCEPTS:
        return PLAIN_ACCEPTS[asked]
    weights = {coding.lower().removeprefix("x-"): weight for coding, weight in parse_accept_header(asked, Accept)}
    packed, plain = (weights.get(coding, weights.get("*", 0)) for coding in ("gzip", "identity"))
    return bool(packed > 0 and packed >= plain)


def init_codings(app: Flask) -> None:
    """Compress what the public reads."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    """A page of the public, which opens no session and so holds no secret; whatever else leaves as it came."""
    policy = access.policy_of(current_app, request.endpoint)
    if policy is None or policy.audience is not access.Audience.PUBLIC or response.mimetype not in PACKED or response.is_streamed:
        return response
    response.vary.add(CODING)
    if takes_gzip() and "Set-Cookie" not in response.headers and "Content-Encoding" not in response.headers:
        plain = response.get_data()
        if len(plain) >= LEAST:
            response.set_data(gzip.compress(plain, EACH, mtime=0))
            response.content_encoding = "gzip"
    return response
