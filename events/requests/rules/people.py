"""Section «Participants»: how many, what age, who answers for them, how minors get home."""

from collections.abc import Iterator
from datetime import time

from events.district.rules import Rules
from events.foundation.phones import is_phone
from events.foundation.place import local_day
from events.foundation.text import N_
from events.requests.fields import Content, Occurrence
from events.requests.rules.finding import Around, Finding
from events.requests.rules.schedule import ends_late
from events.requests.vocabulary import ADULT

TEENAGER = 16
"""From this age on a later curfew holds, and none for adults (Закон СПб от 19.02.2014 № 48-14)."""


def participants(content: Content, around: Around) -> Iterator[Finding]:
    """How many, what age, who answers for it."""
    if content.expected is None or not 1 <= content.expected <= 100_000:
        yield Finding("expected", N_("Give the expected number of participants, from 1 to 100,000."))
    ages = (content.age_from, content.age_to)
    if content.age_from is None or content.age_to is None or not all(age is not None and 0 <= age <= 99 for age in ages):
        yield Finding("age_from", N_("Give the participants' age, from 0 to 99 years."))
    elif content.age_from > content.age_to:
        yield Finding("age_to", N_("The upper age must not be below the lower one."))
    if not is_phone(content.responsible_phone):
        yield Finding("responsible_phone", N_("Give the phone of the person in charge as +7 and ten digits."))
    if content.age_from is not None and content.age_from < ADULT and not content.escort and not content.online:
        yield from _minors_out_late(content.age_from, content, around)


def _minors_out_late(youngest: int, content: Content, around: Around) -> Iterator[Finding]:
    """A minor leaves at or after the hour from which an escort is needed, or after midnight; the earliest curfew is named."""
    curfews = [curfew(youngest, one, around.law(one)) for one in content.dated if out_late(youngest, one, around.law(one))]
    if curfews:
        hour, source = min(curfews)
        yield Finding(
            "escort",
            N_(
                "It ends late and minors take part, who may not be out alone from %(hour)s on: "
                "say who escorts them home or how they get there.",
                hour=f"{hour:%H:%M}",
            ),
            source=source,
        )


def out_late(youngest: int, one: Occurrence, rules: Rules) -> bool:
    """Whether a participant of that age leaves the date at an hour from which an escort is needed."""
    return ends_late(one, min(rules.escort_needed_from, curfew(youngest, one, rules)[0]), rules.curfew_until)


def curfew(age: int, one: Occurrence, rules: Rules) -> tuple[time, str]:
    """From when on a minor of this age may not be out alone on the evening of the date, and what that rests on (domain.md section 2.3)."""
    if age >= TEENAGER:
        return rules.curfew_under_18, rules.source("curfew_under_18")
    if one.starts_at is not None and rules.curfew_summer_from.until(rules.curfew_summer_to, local_day(one.starts_at)):
        return rules.curfew_under_16_summer, rules.source("curfew_under_16_summer")
    return rules.curfew_under_16_winter, rules.source("curfew_under_16_winter")


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
                "Youth are people of %(low)s to %(n)s year; others are counted apart in the report.",
                "Youth are people of %(low)s to %(n)s years; others are counted apart in the report.",
                n=rules.youth_age_to,
                low=rules.youth_age_from,
            ),
            source=rules.source("youth_age_from"),
        )


def no_children_mark(content: Content, around: Around) -> Iterator[Finding]:
    """The box for minors contradicts the ages."""
    if content.age_from is not None and content.age_from < ADULT and not content.minors:
        yield Finding("minors", N_("The participants’ age begins at %(age)s: tick that minors take part.", age=content.age_from))
