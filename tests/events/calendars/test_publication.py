"""Publishing: rows, revisions of calendar entries, feed versions and the audit (I6; calendar.md 1-6)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from events.audit import operations as audit
from events.audit.models import AuditEntry
from events.calendars import operations, queries, rules
from events.calendars.feed import ALL, Feed, FeedKind
from events.calendars.models import Publication
from events.calendars.queries import FeedCache, Wish
from events.calendars.vocabulary import PublicationStatus
from events.district import operations as district
from events.district.models import Direction
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.people.models import Unit
from events.requests import lifecycle
from events.requests.fields import CoOrganizer
from events.requests.models import EventRequest
from events.requests.vocabulary import Format, OccurrenceMark, PriceType, Registration, RequestStatus
from tests.fixtures.publishing import act_on, amend, cancel, publication, publications, versions
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., int]
WEEK = timedelta(days=7)


def three_dates() -> tuple[Any, ...]:
    return tuple(an_occurrence(FIRST_START + WEEK * number) for number in range(3))


def actions(request_id: int) -> list[str]:
    found = select(AuditEntry.action).where(AuditEntry.subject_id == request_id, AuditEntry.action.like("publ%"))
    return list(db.session.scalars(found.order_by(AuditEntry.seq)))


def entry(row: Publication) -> Any:
    (event,) = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + (row.vevent or b"") + b"END:VCALENDAR\r\n").walk("VEVENT")
    return event


def feed_of(key: str) -> bytes:
    return queries.stored(FeedCache(), Feed.parse(key)).plain


def test_approval_publishes_and_says_so(a_published: Make, now: datetime):
    request_id = a_published()
    row = publication(request_id)
    assert (row.status, row.sequence, row.created_at, row.last_modified) == (PublicationStatus.CONFIRMED, 0, now, now)
    assert row.slug == f"kviz-kirovskiy-rayon-za-kadrom-{request_id}"
    assert db.session.get_one(EventRequest, request_id).status is RequestStatus.PUBLISHED
    assert actions(request_id) == ["published"]
    assert audit.verify().holds
    assert versions() == {"all": 1, "unit:pmc": 1, "direction:leisure": 1, f"event:{row.slug}": 1}


def test_entry_says_what_calendars_need(a_published: Make):
    row = publication(a_published())
    event = entry(row)
    assert str(event["UID"]) == row.uid
    assert str(event["SUMMARY"]) == "Квиз «Кировский район: за кадром»"
    assert str(event["URL"]) == f"http://127.0.0.1:8000/events/{row.slug}"
    assert event["DTSTART"].to_ical() == b"20260710T180000"
    assert str(event["DESCRIPTION"]).startswith("12+\n\n")
    assert row.title in feed_of("all").decode().replace("\r\n ", "")


def test_way_in_that_the_form_filled_in_from_the_venue_is_told_once(a_published: Make):
    assert publication(a_published(venue="v03", accessibility="пандус")).accessibility == "пандус"
    told = publication(a_published(venue="v04", accessibility="подъёмник по звонку")).accessibility
    assert told == "у входа три ступени, помощь по звонку, подъёмник по звонку"


def test_entry_says_what_it_costs_what_to_bring_and_how_to_sign_up(a_published: Make):
    paid = {"price_type": PriceType.PAID, "price_rub": Decimal("1500.50")}
    asked = {"registration": Registration.EXTERNAL, "registration_url": "https://forms.example/kviz", "bring": "Сменную обувь"}
    row = publication(a_published(**paid, **asked))
    told = str(entry(row)["DESCRIPTION"]).split("\n\n")
    assert told == [
        "12+",
        row.short_desc,
        "Стоимость: 1 500,50 ₽\nВзять с собой: Сменную обувь\nРегистрация: https://forms.example/kviz",
        f"http://127.0.0.1:8000/events/{row.slug}",
    ]


def test_categories_are_plain_whatever_the_directories_say(a_published: Make):
    renamed = update(Direction).where(Direction.code == "leisure").values(name="Досуг, клубы; кружки")
    work.transaction(lambda: db.session.execute(renamed))
    a_published()
    assert "CATEGORIES:Досуг · клубы · кружки," in feed_of("all").decode().replace("\r\n ", "")
    assert "NAME:Маршрут: Досуг · клубы · кружки\r\n" in feed_of("direction:leisure").decode()


# Joint events


def the_unit(key: str) -> int:
    return db.session.scalars(select(Unit.id).where(Unit.key == key)).one()


def joint(*keys: str) -> dict[str, Any]:
    return {"co_organizers": tuple(CoOrganizer(work.transaction(lambda key=key: the_unit(key), write=False)) for key in keys)}


def test_joint_event_stands_in_the_feed_of_each_unit_that_holds_it(a_published: Make):
    row = publication(a_published(**joint("dm", "kdc")))
    assert set(versions()) == {"all", "unit:pmc", "unit:dm", "unit:kdc", "direction:leisure", f"event:{row.slug}"}
    for key in ("unit:pmc", "unit:dm", "unit:kdc"):
        assert row.uid.encode() in feed_of(key), key
    assert row.uid.encode() not in feed_of("unit:cbs")
    assert work.transaction(lambda: queries.programme(Wish(work.now(), unit="dm")).total, write=False) == 1
    assert work.transaction(lambda: queries.programme(Wish(work.now(), unit="cbs")).total, write=False) == 0


def test_joint_event_changes_in_each_feed_and_leaves_that_of_a_unit_that_left_it(a_published: Make):
    request_id = a_published(**joint("dm", "kdc"))
    before, sequence = versions(), publication(request_id).sequence
    amend(request_id, **joint("dm"))
    row = publication(request_id)
    assert row.uid.encode() in feed_of("unit:dm")
    assert row.uid.encode() not in feed_of("unit:kdc")
    assert row.sequence == sequence, "who holds it is not said in the entry"
    assert {key for key, version in versions().items() if version > before[key]} == {"unit:kdc"}
    cancel(request_id, "Авария")
    assert b"STATUS:CANCELLED" in feed_of("unit:dm")


def test_joint_event_is_where_it_was_when_the_day_turns(a_published: Make, now: datetime):
    a_published(**joint("dm"))
    before = versions()
    assert turn_to(now + timedelta(days=1)) == 0
    assert versions() == before


# When it changed


def last_changed(key: str = "all") -> datetime:
    changed_at = queries.stored(FeedCache(), Feed.parse(key)).changed_at
    assert changed_at is not None
    return changed_at


def test_last_modified_rises_within_one_second(a_published: Make, now: datetime):
    request_id = a_published()
    slug, uid = publication(request_id).slug, publication(request_id).uid
    told = [(last_changed(), last_changed("unit:pmc"), queries.single(slug, uid).changed_at)]
    for number in (1, 2):
        amend(request_id, now, title=f"Квиз № {number}")
        told.append((last_changed(), last_changed("unit:pmc"), queries.single(slug, uid).changed_at))
    assert told == [(moment, moment, moment) for moment in (now, now + timedelta(seconds=1), now + timedelta(seconds=2))]
    assert publication(request_id).last_modified == now + timedelta(seconds=2)


def test_last_modified_rises_when_a_transaction_begun_earlier_commits_later(a_published: Make, now: datetime):
    slow, quick = a_published(title="Лекция"), a_published()
    amend(quick, now + timedelta(seconds=30), title="Быстрая")
    before = last_changed()
    amend(slow, now + timedelta(seconds=5), title="Начата раньше")
    assert (before, last_changed()) == (now + timedelta(seconds=30), now + timedelta(seconds=31))


def test_mixed_event_says_where_one_comes_and_where_one_watches(a_published: Make):
    row = publication(a_published(format=Format.MIXED, online_url="https://video.example/quiz"))
    street = rules.street_and_link(row.address)[0]
    assert row.address == f"{street}, https://video.example/quiz"
    assert str(entry(row)["LOCATION"]) == f"{row.place}, {street}, https://video.example/quiz"


def test_online_event_has_its_link_for_a_place(a_published: Make):
    nowhere = {"venue_id": None, "place_name": "", "place_address": ""}
    row = publication(a_published(format=Format.ONLINE, online_url="https://video.example/quiz", **nowhere))
    assert str(entry(row)["LOCATION"]) == "https://video.example/quiz"


def test_event_in_a_place_keeps_a_forgotten_link_to_itself(a_published: Make):
    row = publication(a_published(format=Format.OFFLINE, online_url="https://video.example/quiz"))
    assert "video.example" not in f"{row.address}{row.vevent!r}"


def test_not_public_is_not_published(a_published: Make):
    request_id = a_published(public=False)
    assert publications(request_id) == []
    assert db.session.get_one(EventRequest, request_id).status is RequestStatus.APPROVED
    assert versions() == {}


def test_touch_without_change_changes_no_byte(a_published: Make, now: datetime):
    request_id = a_published(occurrences=three_dates())
    before, feeds = [(row.sequence, row.vevent) for row in publications(request_id)], versions()
    act_on(request_id, lifecycle.touch_version, now + timedelta(hours=3))
    assert [(row.sequence, row.vevent) for row in publications(request_id)] == before
    assert versions() == feeds
    assert actions(request_id) == ["published"]


def test_internal_change_changes_no_byte(a_published: Make, now: datetime):
    request_id = a_published()
    before, feeds = publication(request_id).vevent, versions()
    amend(request_id, now + timedelta(days=1), goal="Другая цель", comment="Пометка для согласующих")
    assert (publication(request_id).vevent, versions()) == (before, feeds)


def test_series_has_an_entry_per_date_tied_to_the_first(a_published: Make):
    rows = publications(a_published(occurrences=three_dates()))
    assert len({row.uid for row in rows}) == 3
    assert len({row.slug for row in rows}) == 1
    assert ["RELATED-TO" in entry(row) for row in rows] == [False, True, True]
    assert {str(entry(row)["RELATED-TO"]) for row in rows[1:]} == {rows[0].uid}


def test_address_outlives_the_title(a_published: Make):
    request_id = a_published()
    slug = publication(request_id).slug
    amend(request_id, title="Квиз «Нарвская застава»")
    assert (publication(request_id).slug, publication(request_id).title) == (slug, "Квиз «Нарвская застава»")


def test_I6_cancelled_shows_in_the_feed_with_its_reason(a_published: Make, now: datetime):
    request_id = a_published()
    uid, start = publication(request_id).uid, entry(publication(request_id))["DTSTART"].to_ical()
    cancel(request_id, "Авария в зале", now + timedelta(hours=1))
    row = publication(request_id)
    event = entry(row)
    assert (row.status, row.notice, row.changed_on) == (PublicationStatus.CANCELLED, "Авария в зале", now + timedelta(hours=1))
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (uid, 1, "CANCELLED")
    assert (str(event["SUMMARY"])[:10], event["DTSTART"].to_ical()) == ("ОТМЕНЕНО: ", start)
    assert b"STATUS:CANCELLED" in feed_of("all")
    assert versions()["all"] == 2
    assert actions(request_id) == ["published", "publication_cancelled"]


def test_restored_is_confirmed_with_a_higher_sequence(a_published: Make):
    request_id = a_published()
    cancel(request_id, "Ошибка")
    act_on(request_id, lambda found: lifecycle.restore(found, now=work.now()))
    row = publication(request_id)
    assert (row.status, row.sequence, row.notice) == (PublicationStatus.CONFIRMED, 2, "")
    assert db.session.get_one(EventRequest, request_id).status is RequestStatus.PUBLISHED


def test_one_date_cancelled_alone(a_published: Make, now: datetime):
    dates = three_dates()
    request_id = a_published(occurrences=dates)
    act_on(request_id, lambda one: lifecycle.mark_date(one, dates[1].key, OccurrenceMark.CANCELLED, "Нет ведущего", now))
    rows = publications(request_id)
    assert [row.status.value for row in rows] == ["confirmed", "cancelled", "confirmed"]
    assert [row.sequence for row in rows] == [0, 1, 0]


def test_date_taken_out_is_cancelled_and_a_new_one_joins(a_published: Make):
    dates = three_dates()
    request_id = a_published(occurrences=dates)
    fourth = an_occurrence(FIRST_START + WEEK * 5)
    amend(request_id, occurrences=(*dates[:2], fourth))
    rows = publications(request_id)
    assert [(row.status.value, row.sequence) for row in rows] == [("confirmed", 0), ("confirmed", 0), ("cancelled", 1), ("confirmed", 0)]
    assert len({row.slug for row in rows}) == 1


def test_postponing_warns_in_feed_and_page(a_published: Make):
    request_id = a_published()

    def warn(one: EventRequest) -> None:
        one.postponing = True

    act_on(request_id, warn)
    row = publication(request_id)
    assert (row.status, row.postponing, row.sequence) == (PublicationStatus.CONFIRMED, True, 1)
    assert str(entry(row)["STATUS"]) == "TENTATIVE"


def test_postponed_date_revives_under_its_uid(a_published: Make, now: datetime):
    dates = three_dates()[:1]
    request_id = a_published(occurrences=dates)
    uid = publication(request_id).uid
    act_on(request_id, lambda one: lifecycle.mark_date(one, dates[0].key, OccurrenceMark.POSTPONED, "Ремонт", now))
    assert publication(request_id).status is PublicationStatus.POSTPONED
    moved = replace(dates[0], starts_at=dates[0].starts_at + WEEK, ends_at=dates[0].ends_at + WEEK)
    amend(request_id, occurrences=(moved,))
    row = publication(request_id)
    assert (row.uid, row.status, row.sequence, row.moved_from) == (uid, PublicationStatus.CONFIRMED, 2, dates[0].starts_at)
    assert actions(request_id) == ["published", "publication_postponed", "publication_changed"]


def test_withdrawn_tells_no_details(a_published: Make):
    request_id = a_published()
    amend(request_id, public=False)
    row = publication(request_id)
    assert row.status is PublicationStatus.WITHDRAWN
    assert row.title.encode() not in feed_of("all")
    assert b"STATUS:CANCELLED" in feed_of("all")


def test_T9_unrenderable_event_leaves_the_others_and_the_decision(a_published: Make, monkeypatch: pytest.MonkeyPatch):
    good = a_published()
    bad = a_published(title="Старт до начала времён", occurrences=(an_occurrence(FIRST_START.replace(year=2014)),))
    assert (publication(bad).vevent, publication(bad).sequence) == (None, 0)
    assert publication(bad).error == "the start is before 2015-01-01"
    assert db.session.get_one(EventRequest, bad).status is RequestStatus.PUBLISHED
    assert len(Calendar.from_ical(feed_of("all")).walk("VEVENT")) == 1
    assert publication(good).title in feed_of("all").decode().replace("\r\n ", "")


def test_what_the_database_refuses_leaves_the_decision(a_published: Make, a_request: Callable[..., EventRequest]):
    dates = three_dates()[:1]
    first = a_published(occurrences=dates)
    second = a_published(title="Копия с чужим ключом даты", occurrences=dates)
    assert publications(second) == []
    assert db.session.get_one(EventRequest, second).status is RequestStatus.APPROVED
    assert publication(first).sequence == 0
    assert actions(second) == ["publication_failed"]


def test_unit_without_events_has_an_empty_calendar(app: Flask):
    calendar = Calendar.from_ical(feed_of("unit:dm"))
    assert len(calendar.walk("VEVENT")) == 0
    assert str(calendar["X-WR-CALNAME"]) == f"Маршрут: {db.session.scalar(select(Unit.short_name).where(Unit.key == 'dm'))}"


def test_event_changes_only_its_own_feeds(a_published: Make):
    first = a_published()
    second = a_published(title="Лекция", direction="career")
    before = versions()
    amend(second, title="Лекция о профессиях")
    raised = {key for key, version in versions().items() if version > before[key]}
    assert raised == {"all", "unit:pmc", "direction:career", f"event:{publication(second).slug}"}
    assert publication(first).sequence == 0


def test_change_of_direction_moves_the_event_between_feeds(a_published: Make):
    request_id = a_published()
    amend(request_id, direction="career")
    assert b"BEGIN:VEVENT" not in feed_of("direction:leisure")
    assert b"BEGIN:VEVENT" in feed_of("direction:career")


def test_daily_brings_far_dates_in_and_drops_old_ones(a_published: Make, now: datetime):
    soon = a_published()
    cancel(soon, "Авария")
    far = a_published(title="Через год с лишним", occurrences=(an_occurrence(now + timedelta(days=402)),))
    assert [str(event["SUMMARY"])[:8] for event in Calendar.from_ical(feed_of("all")).walk("VEVENT")] == ["ОТМЕНЕНО"]
    before = versions()
    later = FIRST_START + timedelta(days=31)
    assert work.transaction(lambda: operations.daily(later), moment=later) == 3
    assert [str(event["SUMMARY"]) for event in Calendar.from_ical(feed_of("all")).walk("VEVENT")] == ["Через год с лишним"]
    assert versions()["all"] == before["all"] + 1
    assert work.transaction(lambda: operations.daily(later), moment=later) == 0
    assert publication(far).sequence == 0


def set_rule(key: str, value: int) -> None:
    work.transaction(lambda: district.set_rule(key, value, "приказ", by=SYSTEM, now=work.now()))


def turn_to(moment: datetime) -> int:
    return work.transaction(lambda: operations.daily(moment), moment=moment)


def test_how_far_calendars_reach_changes_when_the_day_turns(a_published: Make, now: datetime):
    row, tomorrow = publication(a_published()), now + timedelta(days=1)
    set_rule("feed_ahead_days", 30)
    act_on(row.request_id, lambda one: None, now)
    assert (row.uid.encode() in feed_of("all"), versions()["all"]) == (True, 1)
    assert turn_to(tomorrow) == 3
    assert (row.uid.encode() in feed_of("all"), versions()["all"]) == (False, 2)
    set_rule("feed_ahead_days", 400)
    assert turn_to(tomorrow) == 0
    assert turn_to(tomorrow + timedelta(days=1)) == 3
    assert row.uid.encode() in feed_of("all")


def test_a_feed_begun_under_a_changed_rule_reaches_as_far_as_it_says(a_published: Make):
    set_rule("feed_ahead_days", 30)
    row = publication(a_published())
    assert row.uid.encode() not in feed_of("all")
    assert row.uid.encode() in feed_of(f"event:{row.slug}")


def test_how_long_a_cancelled_date_stays_is_a_rule(a_published: Make, now: datetime):
    row = publication(a_published())
    cancel(row.request_id, "Авария в зале", now)
    set_rule("feed_cancelled_days", 2)
    shown = []
    for days in (1, 2, 3):
        turn_to(row.ends_at + timedelta(days=days))
        shown.append(row.uid.encode() in feed_of("all"))
    assert shown == [True, True, False]


def test_daily_agrees_with_what_changes_added_up_to(a_published: Make, now: datetime):
    request_id = a_published(occurrences=three_dates())
    amend(request_id, title="Другое название")
    cancel(request_id, "Авария")
    before = versions()
    tomorrow = now + timedelta(days=1)
    assert work.transaction(lambda: operations.daily(tomorrow), moment=tomorrow) == 0
    assert versions() == before


def test_daily_buries_withdrawn_dates_in_the_events_own_feed(a_published: Make):
    request_id = a_published()
    slug = publication(request_id).slug
    amend(request_id, public=False)
    assert b"BEGIN:VEVENT" in feed_of(f"event:{slug}")
    later = FIRST_START + timedelta(days=31)
    work.transaction(lambda: operations.daily(later), moment=later)
    assert b"BEGIN:VEVENT" not in feed_of(f"event:{slug}")


def test_refresh_asks_the_same_whatever_the_number_of_dates(
    a_published: Make, now: datetime, query_count: Callable[[], AbstractContextManager[list[str]]]
):
    def reads(request_id: int) -> int:
        with query_count() as asked:
            operations.refresh([("request", request_id)], now, base_url="http://127.0.0.1:8000")
        return sum(text.startswith("SELECT") for text in asked)

    one, three = a_published(), a_published(occurrences=three_dates())
    assert [work.transaction(lambda which=which: reads(which)) for which in (one, three)] == [3, 3]


def test_poll_of_a_known_feed_asks_nothing_but_the_version(a_published: Make, query_count: Callable[[], AbstractContextManager[list[str]]]):
    a_published()
    cache = FeedCache()
    queries.stored(cache, ALL)
    with query_count() as asked:
        queries.stored(cache, ALL)
    assert asked == []


def test_cache_is_bounded_and_keeps_the_newest():
    cache = FeedCache(room=250)
    for number in range(5):
        cache.put(Feed(FeedKind.UNIT, str(number)), queries.StoredFeed(1, b"x" * 90, b"y" * 10, '"e"', None))
    assert [cache.get(Feed(FeedKind.UNIT, str(number)), 1, "") is not None for number in range(5)] == [False, False, False, True, True]
    cache.put(Feed(FeedKind.UNIT, "4"), queries.StoredFeed(0, b"old", b"", '"e"', None))
    assert cache.get(Feed(FeedKind.UNIT, "4"), 0, "") is None
    assert cache.get(Feed(FeedKind.UNIT, "4"), 1, "") is not None


def test_daily_buries_an_event_withdrawn_long_after_it_took_place(a_published: Make):
    request_id = a_published()
    key = f"event:{publication(request_id).slug}"
    late = FIRST_START + timedelta(days=70)
    amend(request_id, late, public=False)
    assert b"BEGIN:VEVENT" in feed_of(key)
    tomorrow = late + timedelta(days=1)
    work.transaction(lambda: operations.daily(tomorrow), moment=tomorrow)
    assert b"BEGIN:VEVENT" not in feed_of(key)
    buried = versions()[key]
    for days in (1, 2):
        later = tomorrow + timedelta(days=days)
        work.transaction(lambda moment=later: operations.daily(moment), moment=later)
    assert versions()[key] == buried


@pytest.mark.parametrize("key", ["direction:leisure", "unit:pmc", "unit:dm"])
def test_feed_renamed_is_the_same_from_every_worker(a_published: Make, key: str):
    a_published()
    old_worker, new_worker = FeedCache(), FeedCache()
    before = queries.stored(old_worker, Feed.parse(key))
    assert queries.stored(old_worker, Feed.parse(key)) is before
    model, column = (Direction, Direction.code) if key.startswith("direction") else (Unit, Unit.key)
    named = {"name": "Отдых"} if model is Direction else {"short_name": "Отдых"}
    work.transaction(lambda: db.session.execute(update(model).where(column == key.partition(":")[2]).values(**named)))
    after = queries.stored(old_worker, Feed.parse(key))
    assert "Маршрут: Отдых" in after.plain.decode()
    assert after.etag != before.etag
    assert queries.stored(new_worker, Feed.parse(key)) == after
    assert queries.stored(old_worker, Feed.parse(key)) is after
    assert after.changed_at == before.changed_at


def test_sitemap_leaves_room_for_the_programme(a_published: Make, monkeypatch: pytest.MonkeyPatch):
    for title in ("Квиз", "Лекция", "Концерт"):
        a_published(title=title)
    monkeypatch.setattr(import_module("events.calendars.queries.programme"), "MAX_SITEMAP", 3)
    assert len(queries.addresses(work.now())) == 2


def test_sitemap_names_what_is_to_come_and_the_last_year(a_published: Make, monkeypatch: pytest.MonkeyPatch):
    for title in ("Квиз", "Лекция"):
        a_published(title=title)
    ends = max(one.ends_at for one in db.session.scalars(select(Publication)))
    assert [len(queries.addresses(ends + timedelta(days=days))) for days in (-300, 1, 364, 366)] == [2, 2, 2, 0]
    monkeypatch.setattr(import_module("events.calendars.queries.programme"), "MOST_GONE", 0)
    assert len(queries.addresses(ends + timedelta(days=1))) == 0
