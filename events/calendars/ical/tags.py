"""Entity tags of calendars (RFC 9110)."""

import hashlib
import re

_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*?)(?:(?:--?|;)(?:gzip|br|zstd|deflate))?"')
"""Without what a proxy puts before the closing quote of a body it has compressed: «-gzip» (Apache), «--gzip» (Jetty), «;gzip»."""


def etag(body: bytes) -> str:
    """The strong entity tag of the exact uncompressed body, quotes included (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:40]}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the client holds this body: one tag, a list, weak tags or `*`, compared weakly (RFC 9110, 13.1.2)."""
    return if_none_match.strip() == "*" or etag.removesuffix('"') in _ENTITY_TAG.findall(if_none_match)
