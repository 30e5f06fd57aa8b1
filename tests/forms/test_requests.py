"""The form of a request: what is typed becomes Content, what cannot be read stays typed, and stamps tell who wrote on what."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from events.foundation.link import LONGEST_LINK
from events.requests.fields import BudgetLine, Content, CoOrganizer, Occurrence
from events.requests.sections import EMPTY
from events.requests.vocabulary import BudgetSource, Format, Registration, Section
from forms.requests import Choices, RequestForm, moved, with_defaults, with_venue_facts
from presenters.phrases import say
from tests.fixtures.requests import whole_content

Posted = Callable[..., AbstractContextManager[RequestForm]]

pytestmark = pytest.mark.engines("sqlite")

CHOICES = Choices(
    directions=[("leisure", "Досуг"), ("labour", "Труд")],
    event_types=[("quiz", "Квиз")],
    venues={"ПМЦ": [(3, "Коворкинг"), (4, "Двор")]},
    units=[(7, "Дом молодёжи"), (8, "Библиотека")],
    people=[(1, "Ветрова Алина Игоревна")],
)
KEY = str(uuid.UUID(int=5))
NIGHT = Occurrence(KEY, datetime(2026, 7, 10, 19, 0, tzinfo=UTC), datetime(2026, 7, 10, 22, 30, tzinfo=UTC),
                   datetime(2026, 7, 9, 15, 0, tzinfo=UTC), datetime(2026, 7, 11, 7, 0, tzinfo=UTC), 4)  # fmt: skip
FULL = whole_content(
    responsible_id=1, venue_id=3, occurrences=(NIGHT,), extra_directions=("labour",), price_rub=Decimal("150.50"),
    co_organizers=(CoOrganizer(7, "звук и свет"),), registration=Registration.EXTERNAL, registration_url="https://example.org/quiz",
)  # fmt: skip


@pytest.fixture
def posted(app: Flask) -> Posted:
    """`with posted(base, fields) as form`: the form over `base` after these fields were posted, validated."""

    @contextmanager
    def posting(base: Content, sent: Mapping[str, object], versions: Mapping[str, int] | None = None) -> Iterator[RequestForm]:
        with app.test_request_context(method="POST", data=MultiDict(sent)):
            app.config["WTF_CSRF_ENABLED"] = False
            form = RequestForm(base, versions or {}, CHOICES)
            form.validate()
            yield form

    return posting


def sent_by(app: Flask, content: Content, versions: Mapping[str, int] | None = None) -> MultiDict[str, str]:
    """What a browser sends when the page of `content` comes back untouched."""
    with app.test_request_context():
        form = RequestForm(content, versions or {}, CHOICES)
        sent: MultiDict[str, str] = MultiDict()
        for field in _controls(form):
            for value in _values(field):
                sent.add(field.name, value)
        return sent


def but(sent: MultiDict[str, str], changes: Mapping[str, str]) -> MultiDict[str, str]:
    """The same with some fields typed over."""
    for name, value in changes.items():
        sent[name] = value
    return sent


def _controls(form: Any) -> Iterator[Any]:
    """Every control of the form, those in rows too."""
    for field in form:
        if field.type == "FormField":
            yield from _controls(field.form)
        elif field.type == "FieldList":
            for entry in field:
                yield from _controls(entry.form)
        else:
            yield field


def _values(field: Any) -> list[str]:
    """What a browser sends for the control as it stands."""
    if field.type == "BooleanField":
        return ["y"] if field.data else []
    if field.type in ("SelectField", "RadioField", "SelectMultipleField"):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return [str(one) for one in chosen if one is not None] or ([""] if field.type == "SelectField" else [])
    return [field._value() if hasattr(field, "_value") else str(field.data or "")]


def test_form_gives_back_what_is_stored(app: Flask, posted: Posted):
    with posted(EMPTY, sent_by(app, FULL)) as form:
        assert form.errors == {}
        assert form.content(EMPTY) == FULL


def test_form_holds_every_field_of_content(app: Flask):
    with app.test_request_context():
        form = RequestForm(EMPTY, {}, CHOICES)
    assert {one.name for one in fields(Content)} <= set(form._fields)


def test_untouched_page_changes_no_section(app: Flask, posted: Posted):
    with posted(FULL, sent_by(app, FULL)) as form:
        assert form.written(form.content(FULL)) == ()


def test_only_sections_that_say_something_else_are_written(app: Flask, posted: Posted):
    sent = sent_by(app, FULL, {"people": 4})
    sent["expected"] = "55"
    with posted(FULL, sent) as form:
        assert form.written(form.content(FULL)) == (Section.PEOPLE,)
        assert form.versions()["people"] == 4


def test_section_a_colleague_changed_is_not_mine_unless_i_wrote_in_it(app: Flask, posted: Posted):
    sent = sent_by(app, FULL)
    with posted(replace(FULL, title="Другое наименование квиза"), sent) as form:
        assert form.written(form.content(FULL)) == ()


def test_unreadable_number_keeps_the_stored_one_and_the_rest(app: Flask, posted: Posted):
    sent = sent_by(app, FULL)
    sent["expected"], sent["age_to"] = "сорок", "30"
    with posted(FULL, sent) as form:
        said = form.content(FULL)
        assert (said.expected, said.age_to) == (40, 30)
        assert list(form.errors) == ["expected"]
        assert form.expected._value() == "сорок"


@pytest.mark.parametrize("typed", ["8 (921) 123-45-67", "+7 921 123 45 67", "9211234567", "921.123.45.67", "тел. 8 921 123-45-67"])
def test_russian_phone_in_any_writing_becomes_one(app: Flask, posted: Posted, typed: str):
    with posted(FULL, but(sent_by(app, FULL), {"responsible_phone": typed})) as form:
        assert form.content(FULL).responsible_phone == "+79211234567"
        assert form.responsible_phone._value() == "+7 921 123-45-67", "shown as it is asked for"


@pytest.mark.parametrize("name", ["online_url", "registration_url"])
def test_a_link_that_is_too_long_is_said_at_its_field_and_stays_typed(app: Flask, posted: Posted, name: str):
    longest = f"https://video.example/{'x' * (LONGEST_LINK - 22)}"
    with posted(FULL, but(sent_by(app, FULL), {name: longest})) as form:
        assert (form.errors, getattr(form.content(FULL), name)) == ({}, longest)
    with posted(FULL, but(sent_by(app, FULL), {name: f"{longest}xx"})) as form:
        assert {field: [one.n for one in errors] for field, errors in form.errors.items()} == {name: [2]}
        assert (getattr(form.content(FULL), name), form[name]._value()) == (getattr(FULL, name), f"{longest}xx")


def test_other_phone_stays_as_typed(app: Flask, posted: Posted):
    with posted(FULL, but(sent_by(app, FULL), {"responsible_phone": "доб. 12"})) as form:
        assert form.content(FULL).responsible_phone == "доб. 12"


def test_a_name_beside_the_phone_is_not_lost_but_asked_to_go(app: Flask, posted: Posted):
    """Whose number it is stands in a field of its own; what was typed stays in sight, and no number is made of it unseen."""
    with posted(FULL, but(sent_by(app, FULL), {"responsible_phone": "Анна 8 812 123-45-67"})) as form:
        assert form.content(FULL).responsible_phone == "Анна 8 812 123-45-67"
    typed = "Анна Смирнова, 8 812 123-45-67"
    with posted(FULL, but(sent_by(app, FULL), {"responsible_phone": typed})) as form:
        assert form.content(FULL).responsible_phone == FULL.responsible_phone
        assert form.responsible_phone._value() == typed
        assert [say(one) for one in form.responsible_phone.errors] == [
            "Укажите один номер: +7 и десять цифр, без имени и других слов.",
        ]


def test_day_without_time_is_kept(app: Flask, posted: Posted):
    sent = {"occurrences-0-key": KEY, "occurrences-0-day": "2026-07-10"}
    with posted(EMPTY, sent) as form:
        said = form.content(EMPTY)
        assert (said.occurrences, form.errors) == ((Occurrence(KEY, day=date(2026, 7, 10)),), {})
    assert sent_by(app, said)["occurrences-0-day"] == "2026-07-10"
    with posted(said, {**sent, "occurrences-0-begins": "18:00"}) as form:
        (one,) = form.content(said).occurrences
    assert (one.day, one.starts_at) == (None, datetime(2026, 7, 10, 15, 0, tzinfo=UTC))


def test_a_further_date_is_offered_the_hours_of_the_first_and_is_none_without_a_day(app: Flask, posted: Posted):
    evening = whole_content(occurrences=(Occurrence(KEY, datetime(2026, 7, 10, 15, tzinfo=UTC), datetime(2026, 7, 10, 17, tzinfo=UTC)),))
    with app.test_request_context():
        form = RequestForm(evening, {}, CHOICES)
        form.add_row("occurrences")
        row = form.occurrences[1].form
        shown = {f"occurrences-1-{name}": row[name]._value() for name in ("key", "day", "begins", "ends", "offered")}
    assert (shown["occurrences-1-begins"], shown["occurrences-1-ends"]) == ("18:00", "20:00")
    sent = but(sent_by(app, evening), shown)
    with posted(evening, sent) as form:
        assert (form.content(evening).occurrences, form.errors) == (evening.occurrences, {})
    with posted(evening, but(sent, {"occurrences-1-ends": "21:00"})) as form:
        assert "occurrences" in form.errors, "hours that were typed ask for their day"
    with posted(evening, but(sent, {"occurrences-1-day": "2026-07-11", "occurrences-1-ends": "20:00"})) as form:
        assert form.content(evening).occurrences[1].ends_at == datetime(2026, 7, 11, 17, tzinfo=UTC)


def test_adding_a_date_keeps_the_empty_one_before_it_in_its_place(posted: Posted):
    sent = {"occurrences-0-key": KEY, "occurrences-0-day": "", "occurrences-1-day": "2026-07-11"}
    with posted(EMPTY, sent) as form:
        assert len(form.content(EMPTY).occurrences) == 1
        first, second = form.content(EMPTY, adding=True).occurrences
    assert (first, second.day) == (Occurrence(KEY), date(2026, 7, 11))


@pytest.mark.parametrize(
    ("row", "ends_at"),
    [
        ({"begins": "18:00"}, datetime(2026, 7, 10, 18, tzinfo=UTC)),
        ({"begins": "22:00"}, datetime(2026, 7, 10, 22, tzinfo=UTC)),
        ({"begins": "18:00", "ends": "19:00"}, datetime(2026, 7, 10, 16, tzinfo=UTC)),
        ({}, None),
    ],
)
def test_an_end_not_given_is_that_of_the_template(app: Flask, row: dict[str, str], ends_at: datetime | None):
    sent = {f"occurrences-0-{name}": value for name, value in ({"key": KEY, "day": "2026-07-10"} | row).items()}
    with app.test_request_context(method="POST", data=sent):
        app.config["WTF_CSRF_ENABLED"] = False
        form = RequestForm(EMPTY, {}, replace(CHOICES, minutes=180))
        form.validate()
        (one,) = form.content(EMPTY).occurrences
    assert one.ends_at == ends_at


def test_an_end_that_was_taken_away_stays_away(app: Flask):
    stored = replace(EMPTY, occurrences=(Occurrence(KEY, datetime(2026, 7, 10, 15, tzinfo=UTC), datetime(2026, 7, 10, 17, tzinfo=UTC)),))
    sent = {"occurrences-0-key": KEY, "occurrences-0-day": "2026-07-10", "occurrences-0-begins": "18:00", "occurrences-0-ends": ""}
    with app.test_request_context(method="POST", data=sent):
        app.config["WTF_CSRF_ENABLED"] = False
        form = RequestForm(stored, {}, replace(CHOICES, minutes=180))
        form.validate()
        (one,) = form.content(stored).occurrences
    assert one.ends_at is None


def test_row_that_cannot_be_read_stays_as_stored(app: Flask, posted: Posted):
    sent = sent_by(app, FULL)
    sent["occurrences-0-begins"] = "вечером"
    with posted(FULL, sent) as form:
        assert form.content(FULL).occurrences == (NIGHT,)


def test_date_keeps_its_key_and_a_new_one_gets_its_own(app: Flask, posted: Posted):
    sent = but(sent_by(app, FULL), {
        "occurrences-1-key": "x", "occurrences-1-day": "11.07.2026", "occurrences-1-begins": "18", "occurrences-1-ends": "20.30",
    })  # fmt: skip
    with posted(FULL, sent) as form:
        first, second = form.content(FULL).occurrences
    assert first == NIGHT
    assert uuid.UUID(second.key)
    assert (second.starts_at, second.ends_at) == (datetime(2026, 7, 11, 15, 0, tzinfo=UTC), datetime(2026, 7, 11, 17, 30, tzinfo=UTC))


LATE = datetime(2026, 7, 11, 18, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 7, 11, 21, 0, tzinfo=UTC)
"""In Moscow the end of 11 July 2026."""


@pytest.mark.parametrize(
    ("typed", "ends", "cleared"),
    [
        ({"ends": "24:00"}, MIDNIGHT, None),
        ({"ends": "24"}, MIDNIGHT, None),
        ({"ends": "00:00"}, MIDNIGHT, None),
        ({"ends": "24:00", "last_day": "2026-07-11"}, MIDNIGHT, None),
        ({"ends": "00:00", "last_day": "2026-07-12"}, MIDNIGHT, None),
        ({"ends": "24:00", "last_day": "2026-07-12"}, MIDNIGHT + timedelta(days=1), None),
        ({"ends": "24:00", "teardown_at": "01:00"}, MIDNIGHT, MIDNIGHT + timedelta(hours=1)),
        ({"ends": "24:00", "teardown_at": "24:00"}, MIDNIGHT, MIDNIGHT),
        ({"ends": "23:00", "teardown_at": "24:00"}, MIDNIGHT - timedelta(hours=1), MIDNIGHT),
        ({"ends": "23:00", "teardown_at": "00:00"}, MIDNIGHT - timedelta(hours=1), MIDNIGHT),
        ({"ends": "23:00", "teardown_at": "24:00", "teardown_day": "2026-07-11"}, MIDNIGHT - timedelta(hours=1), MIDNIGHT),
    ],
)
def test_end_at_24_closes_its_day(app: Flask, posted: Posted, typed: dict[str, str], ends: datetime, cleared: datetime | None):
    row = {"key": KEY, "day": "2026-07-11", "begins": "21:00", **typed}
    with posted(EMPTY, {f"occurrences-0-{name}": value for name, value in row.items()}) as form:
        assert form.validate()
        assert form.content(EMPTY).occurrences == (Occurrence(KEY, LATE, ends, teardown_to=cleared),)


@pytest.mark.parametrize(
    "stored",
    [
        Occurrence(KEY, LATE, MIDNIGHT),
        Occurrence(KEY, LATE, MIDNIGHT, teardown_to=MIDNIGHT + timedelta(hours=1)),
        Occurrence(KEY, LATE, MIDNIGHT, teardown_to=MIDNIGHT),
        Occurrence(KEY, LATE, MIDNIGHT - timedelta(hours=1), teardown_to=MIDNIGHT),
        Occurrence(KEY, LATE, MIDNIGHT + timedelta(days=1)),
        Occurrence(KEY, None, MIDNIGHT),
        Occurrence(KEY, MIDNIGHT - timedelta(days=1), MIDNIGHT),
    ],
)
def test_midnight_comes_back_from_the_page_as_it_was_stored(app: Flask, posted: Posted, stored: Occurrence):
    content = replace(EMPTY, occurrences=(stored,))
    with posted(content, sent_by(app, content)) as form:
        assert form.content(content).occurrences == (stored,)
        assert form.written(form.content(content)) == ()


def test_same_key_twice_becomes_two_keys(app: Flask, posted: Posted):
    row = {"key": KEY, "day": "2026-07-11", "begins": "10:00", "ends": "11:00"}
    sent = {f"occurrences-{place}-{name}": value for place in (0, 1) for name, value in row.items()}
    with posted(EMPTY, sent) as form:
        assert len({one.key for one in form.content(EMPTY).occurrences}) == 2


def test_empty_row_is_dropped_unless_it_is_stored(app: Flask, posted: Posted):
    sent = {"occurrences-0-key": KEY, "occurrences-0-day": ""}
    with posted(EMPTY, sent) as form:
        assert form.content(EMPTY).occurrences == ()
    stored = replace(EMPTY, occurrences=(Occurrence(KEY),))
    with posted(stored, sent) as form:
        assert form.content(stored).occurrences == (Occurrence(KEY),)


def test_dropped_row_is_gone(app: Flask, posted: Posted):
    with posted(FULL, sent_by(app, FULL)) as form:
        form.drop_row("occurrences", 0)
        form.drop_row("occurrences", 9)
        form.drop_row("title", 0)
        assert form.content(FULL).occurrences == ()


@pytest.mark.parametrize("name", ["occurrences-²-day", "occurrences-x-day", "occurrences-99999-day", "budget-", "occurrences--1-day"])
def test_strange_row_names_are_no_rows(posted: Posted, name: str):
    with posted(EMPTY, {name: "2026-07-11"}) as form:
        assert form.content(EMPTY) == replace(EMPTY, public=False)


def test_more_rows_than_a_page_holds_are_left_aside(posted: Posted):
    with posted(EMPTY, {f"budget-{place}-source": "sponsor" for place in range(300)}) as form:
        assert len(form.budget) == 100


def test_line_of_the_estimate_needs_its_source(app: Flask, posted: Posted):
    sent = but(sent_by(app, FULL), {"budget-1-name": "Вода", "budget-1-amount": "1 200,50", "budget-1-source": ""})
    with posted(FULL, sent) as form:
        assert form.content(FULL).budget == FULL.budget
        assert form.budget[1].form.source.errors
    sent["budget-1-source"] = "sponsor"
    with posted(FULL, sent) as form:
        assert form.content(FULL).budget[1] == BudgetLine("Вода", Decimal("1200.50"), BudgetSource.SPONSOR)


def test_co_organizer_chosen_twice_stands_once(app: Flask, posted: Posted):
    sent = but(sent_by(app, FULL), {"co_organizers-1-unit_id": "7", "co_organizers-1-contributes": "сцена"})
    with posted(FULL, sent) as form:
        assert form.content(FULL).co_organizers == FULL.co_organizers


def test_foreign_choice_is_refused_at_its_field(app: Flask, posted: Posted):
    with posted(FULL, but(sent_by(app, FULL), {"venue_id": "999", "format": "smoke"})) as form:
        said = form.content(FULL)
        assert (said.venue_id, said.format) == (3, Format.OFFLINE)
        assert set(form.errors) == {"venue_id", "format"}


def test_unreadable_stamp_is_an_unknown_version(app: Flask, posted: Posted):
    with posted(FULL, but(sent_by(app, FULL), {"stamps-people": "7; DROP"})) as form:
        assert form.versions()["people"] == -1


def test_moving_a_date_moves_set_up_and_clearing_too():
    later = moved(FULL, KEY, 90).occurrences[0]
    names = ("starts_at", "ends_at", "setup_from", "teardown_to")
    assert {getattr(later, name) - getattr(NIGHT, name) for name in names} == {timedelta(minutes=90)}
    assert moved(FULL, "another", 90) == FULL


def test_defaults_fill_only_what_is_empty():
    filled = with_defaults(EMPTY, youngest=14, oldest=35, phone="+78120000000")
    assert (filled.age_from, filled.age_to, filled.minors, filled.responsible_phone) == (14, 35, True, "+78120000000")
    assert with_defaults(FULL, youngest=14, oldest=35, phone="+78120000000") == FULL


def test_venue_facts_leave_the_authors_words_alone():
    said = with_venue_facts(replace(EMPTY, accessibility="лифт не работает"), outdoor=True, accessibility="лифт")
    assert (said.outdoor, said.accessibility) == (True, "лифт не работает")
