"""Section «Participants»: how many, what age, who answers for them, how minors get home."""

import re
from collections.abc import Iterator

from events.district.rules import Rules
from events.foundation.text import N_
from events.requests.rules.finding import Around, Finding
from events.requests.rules.schedule import ends_late
from events.requests.sections import Content

PHONE = re.compile(r"\+7\d{10}")


def participants(content: Content, around: Around) -> Iterator[Finding]:
    """How many, what age, who answers for it."""
    if content.expected is None or not 1 <= content.expected <= 100_000:
        yield Finding("expected", N_("Give the expected number of participants, from 1 to 100,000."))
    ages = (content.age_from, content.age_to)
    if content.age_from is None or content.age_to is None or not all(age is not None and 0 <= age <= 99 for age in ages):
        yield Finding("age_from", N_("Give the participants' age, from 0 to 99 years."))
    elif content.age_from > content.age_to:
        yield Finding("age_to", N_("The upper age must not be below the lower one."))
    if not PHONE.fullmatch(content.responsible_phone):
        yield Finding("responsible_phone", N_("Give the phone of the person in charge as +7 and ten digits."))
    if _minors_out_late(content, around.rules) and not content.escort:
        yield Finding(
            "escort",
            N_("It ends late and minors take part: say who escorts them home or how they get there."),
            source="Закон СПб от 19.02.2014 № 48-14",
        )


def _minors_out_late(content: Content, rules: Rules) -> bool:
    """Someone under 18 leaves at or after the evening limit, or after midnight."""
    if content.age_from is None or content.age_from >= 18:
        return False
    return any(ends_late(one, rules.escort_needed_from) for one in content.dated)


def outside_youth(content: Content, around: Around) -> Iterator[Finding]:
    """Younger or older participants are welcome; they are counted apart."""
    rules = around.rules
    if (
        content.age_from is not None
        and content.age_to is not None
        and (content.age_from < rules.youth_age_from or content.age_to > rules.youth_age_to)
    ):
        yield Finding(
            "age_from",
            N_(
                "Youth are people of %(low)s to %(high)s; others are counted apart in the report.",
                low=rules.youth_age_from,
                high=rules.youth_age_to,
            ),
            source="489-ФЗ, ст. 2",
        )


def no_children_mark(content: Content, around: Around) -> Iterator[Finding]:
    """The box for minors contradicts the ages."""
    if content.age_from is not None and content.age_from < 18 and not content.minors:
        yield Finding("minors", N_("Participants from %(age)s years are expected: tick that minors take part.", age=content.age_from))
