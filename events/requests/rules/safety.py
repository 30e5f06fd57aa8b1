"""Section «Safety»: who answers for it."""

from collections.abc import Iterator

from events.foundation.text import N_
from events.requests.fields import Content
from events.requests.rules.finding import Around, Finding


def responsible_for_safety(content: Content, around: Around) -> Iterator[Finding]:
    """From the district's threshold on, who is responsible for safety and evacuation."""
    least = around.rules.safety_note_from_people
    if (content.expected or 0) >= least and not content.safety_note and not content.online:
        yield Finding(
            "safety_note",
            N_(
                "From %(n)s person on, say who is responsible for safety and how people are led out.",
                "From %(n)s people on, say who is responsible for safety and how people are led out.",
                n=least,
            ),
            source=around.rules.source("safety_note_from_people"),
        )
