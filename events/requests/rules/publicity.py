"""Section «Publicity»: the age mark, and where people sign up."""

from collections.abc import Iterator

from events.foundation.link import is_link
from events.foundation.text import N_
from events.requests.fields import Content
from events.requests.rules.finding import Around, Finding
from events.requests.vocabulary import Registration


def age_mark(content: Content, around: Around) -> Iterator[Finding]:
    """436-ФЗ: the mark must not be above the youngest participant."""
    if content.age_mark and content.age_from is not None and content.age_mark.years > content.age_from:
        yield Finding(
            "age_mark",
            N_(
                "The mark %(mark)s does not fit: the participants’ age begins at %(age)s. Lower the mark or raise the age.",
                mark=content.age_mark.value,
                age=content.age_from,
            ),
            source="436-ФЗ",
        )


def registration_address(content: Content, around: Around) -> Iterator[Finding]:
    if content.registration is Registration.EXTERNAL and not is_link(content.registration_url):
        yield Finding("registration_url", N_("Give the address of the registration page, beginning with https://."))
