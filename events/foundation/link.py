"""Addresses of pages: what one is and how long, for forms, checks, commands and columns alike. Pure."""

import re
from urllib.parse import urlsplit

LONGEST_LINK = 500
"""In characters, wherever a link is typed, kept or published."""
_LINK = re.compile(r"https://[^\s/]+\.[^\s]+")


def is_link(text: str) -> bool:
    """Whether it leads to a page, and safely: whatever is taken here can be opened from a page, a letter and a calendar."""
    return len(text) <= LONGEST_LINK and _LINK.fullmatch(text) is not None and _has_host(text)


def _has_host(link: str) -> bool:
    """A host that exists in principle; nobody's name or password before it."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        return "@" not in parts.netloc and parts.port != 0 and bool(host.encode("idna"))
    except ValueError:
        return False
