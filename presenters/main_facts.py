"""When, where, how many, age, money, risks: what a reviewer looks at first."""

from collections.abc import Sequence

from events.foundation.text import N_, Phrase
from events.requests.fields import RISKS, Content
from events.requests.rules import in_the_open
from presenters.amounts import money
from presenters.content import Names
from presenters.event_card import more_dates
from presenters.facts import NamedFact
from presenters.field_labels import label
from presenters.moments import span
from presenters.phrases import inside_sentence, say


def main_facts(content: Content, names: Names, evident: Sequence[Phrase] = ()) -> tuple[NamedFact, ...]:
    """The six of them. `evident`: dangers that are plain without a tick."""
    dates = content.dated
    first = span(dates[0].starts_at, dates[0].ends_at) if dates else say(N_("no date"))  # type: ignore[arg-type]  # dated have both ends
    more = more_dates(len(dates) - 1)
    budget = money(content.budget_rub) if content.budget else say(N_("without expenses"))
    sources = dict.fromkeys(inside_sentence(names.words["source"][line.source]) for line in content.budget)
    return (
        NamedFact(N_("When"), first, "calendar-event", more),
        NamedFact(N_("Where"), place(content, names), "geo-alt", N_("in the open air") if in_the_open(content, names.venues) else None),
        NamedFact(N_("How many"), _how_many(content), "people"),
        NamedFact(N_("Age"), _ages(content), "person", N_("minors take part") if content.minors else None),
        NamedFact(N_("Money"), budget, "wallet2", ", ".join(sources) or None),
        NamedFact(N_("Risks"), _risks(content, evident), "shield-exclamation"),
    )


def place(content: Content, names: Names) -> str:
    """Where it is held, shortly."""
    venue = names.venues.get(content.venue_id or 0)
    if venue is not None:
        return f"{venue.name}, {venue.address}"
    own = ", ".join(part for part in (content.place_name, content.place_address) if part)
    return own or (say(N_("online")) if content.online_url else say(N_("no place")))


def _ages(content: Content) -> str:
    """«14–35 лет», «с 18 лет»"""
    if content.age_from is None and content.age_to is None:
        return say(N_("any age"))
    if content.age_to is None:
        return say(N_("from %(n)s year", "from %(n)s years", n=content.age_from))
    return say(N_("%(least)s–%(n)s year", "%(least)s–%(n)s years", n=content.age_to, least=content.age_from or 0))


def _risks(content: Content, evident: Sequence[Phrase]) -> str:
    """What is plain by itself, then the ticked dangers, with guests of honour and pupils."""
    ticked = [label(name) for name in RISKS if getattr(content, name)]
    return "; ".join([*map(say, evident), *map(inside_sentence, ticked)]) or say(N_("none named"))


def _how_many(content: Content) -> str:
    """«120 человек»"""
    if content.expected is None:
        return say(N_("not given"))
    return say(N_("%(n)s person", "%(n)s people", n=content.expected))
