"""A request of the demo in its author's hands: written, handed in, mended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from commands.demo_office import Office
from commands.demo_plots import Course, Plot
from events.approvals import operations as approvals
from events.approvals import planning
from events.approvals import queries as approval_queries
from events.foundation import work
from events.people import queries as people
from events.people.models import User
from events.requests import operations as requests
from events.requests import queries as request_queries
from events.requests.fields import BudgetLine, Content, Occurrence, new_key
from events.requests.sections import EMPTY
from events.requests.vocabulary import Section

MOST_MOVES = 21
LATE_REASON = "Дату подтвердили позже обычного: ждали согласия площадки."
NEVER = datetime.max.replace(tzinfo=UTC)


class Author:
    """Who wrote the request, and what became of it while it was in these hands."""

    def __init__(self, plot: Plot, office: Office, place: int) -> None:
        self.plot, self.office, self.rng = plot, office, Random(f"marshrut:{place}")
        self.template = office.templates[plot.template]
        lead = self.template["lead"]
        login = plot.author or (f"spec_{lead}" if f"spec_{lead}" in office.users else f"dir_{lead}")
        self.lead_id, self.author_id = office.units[lead], office.users[login]
        self.head_id = office.users[f"dir_{lead}"]
        self.id, self.starts = 0, NEVER

    def write(self) -> None:
        """Begin the request from its template and fill in what the author knows."""
        author, now = people.person(self.author_id), work.now()
        made = requests.create(self.lead_id, template_key=self.plot.template, by=author, now=now, demo=True)
        self.id = made.id
        self.save(self.told(request_queries.shown(made).content()), author)

    def told(self, content: Content) -> Content:
        """The template's content with the plot's own words, dates and gaps."""
        plot = self.plot
        changes: dict[str, Any] = {"occurrences": self.dates(content), "responsible_phone": f"+7812000{1000 + self.author_id}"}
        if plot.title:
            changes |= {"title": plot.title}
        if plot.teaser:
            changes |= {"short_desc": plot.teaser, "description": f"{plot.teaser} Подробности расскажет организатор по телефону."}
        written = self.changed(replace(content, **changes), plot.changes)
        return replace(written, **{name: getattr(EMPTY, name) for name in plot.empty})

    def dates(self, content: Content) -> tuple[Occurrence, ...]:
        """One date or several a week apart; a stage or sound needs time before and after."""
        first = self.office.moment_of(self.plot.on, self.plot.start)
        length, around = timedelta(minutes=self.template["duration_min"]), timedelta(hours=1 if content.sound or content.stage else 0)
        starts = [first + timedelta(weeks=week) for week in range(self.plot.dates)]
        return tuple(
            Occurrence(new_key(), start, start + length, start - around if around else None, start + length + around if around else None)
            for start in starts
        )

    def changed(self, content: Content, changes: Mapping[str, Any]) -> Content:
        """The content with plain values put in; «venue» is a key, «budget» pairs of name and amount."""
        values = dict(changes)
        if "venue" in values:
            values["venue_id"] = self.office.venues[values.pop("venue")]
        if "budget" in values:
            source = content.budget[0].source
            values["budget"] = tuple(BudgetLine(name, Decimal(amount), source) for name, amount in values["budget"])
        return replace(content, **values)

    def save(self, content: Content, by: User) -> None:
        """Keep all sections."""
        event_request = request_queries.visible(self.id, by)
        versions = request_queries.shown(event_request).section_versions
        requests.save(self.id, content, sections=list(Section), versions=versions, by=by, now=work.now())

    def help(self) -> None:
        """A colleague adds a word: from now on this is the colleague's request too."""
        helper = people.person(self.office.users[self.plot.helper])
        content = request_queries.shown(request_queries.visible(self.id, helper)).content()
        self.save(replace(content, comment="Дату с площадкой согласовали по телефону."), helper)

    def hand_in(self) -> None:
        """Submit; a taken venue moves the dates by days, a late submission gets its reason."""
        author, now = people.person(self.author_id), work.now()
        event_request = request_queries.visible(self.id, author)
        before = content = request_queries.shown(event_request).content()
        ahead = planning.preview(event_request, content, now)
        for _ in range(MOST_MOVES):
            if not ahead.clashes:
                break
            content = replace(content, occurrences=tuple(_moved(one, timedelta(days=1)) for one in content.occurrences))
            ahead = planning.preview(event_request, content, now)
        if ahead.late and not content.late_reason:
            content = replace(content, late_reason=LATE_REASON)
        if content != before:
            self.save(content, author)
        self.starts = content.first_start or NEVER
        approvals.submit(self.id, version=event_request.version, confirmed=True, by=author, now=now)

    def mend(self, course: Course) -> None:
        """Answer every remark, change what was asked, submit again; «comment» among the changes explains a refusal."""
        author = people.person(self.author_id)
        explained = course.mended.get("comment", "")
        for remark in approval_queries.open_remarks(self.id):
            if remark.answered_at is None:
                text = explained or "Учтено, исправили в этой редакции."
                approvals.answer_remark(remark.id, accepted=not explained, text=text, by=author, now=work.now())
        content = request_queries.shown(request_queries.visible(self.id, author)).content()
        self.save(self.changed(content, course.mended), author)
        self.hand_in()


def _moved(one: Occurrence, by: timedelta) -> Occurrence:
    """The date, later."""
    moments = {name: getattr(one, name) for name in ("starts_at", "ends_at", "setup_from", "teardown_to")}
    return replace(one, **{name: moment + by for name, moment in moments.items() if moment})
