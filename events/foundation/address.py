"""E-mail addresses: what one is, for forms and commands alike. Pure."""

import re

from events.foundation.text import N_, clean_line

LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3, less the brackets."""
LONGEST_NAME = 64
NO_ADDRESS = N_("Please check the address, for example name@example.org.")
_NAME = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")


def clean_address(typed: str) -> str:
    """As addresses are stored and compared: in lower case, without spaces or what cannot be seen."""
    return clean_line(typed).replace(" ", "").lower()


def is_address(text: str) -> bool:
    """Whether it is one address and nothing else: a comma would make it two recipients (reliability.md T10).

    Latin letters only: our wire sends no other (no SMTPUTF8), and a Cyrillic «а» that slipped in looks like a Latin one. A Russian domain
    is written in its «xn--» form. Whether it can be delivered to is told by the letter that arrives.
    """
    name, at, host = text.rpartition("@")
    return bool(
        at
        and len(text) <= LONGEST_ADDRESS
        and len(name) <= LONGEST_NAME
        and _NAME.fullmatch(name.lower())
        and _HOST.fullmatch(host.lower())
    )
