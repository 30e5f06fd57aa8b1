"""What strangers see: the programme, event pages, feeds, and nothing more (I6, T27; calendar.md 5-14)."""

import gzip
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from events.calendars import queries as programme
from events.foundation import work
from events.foundation.db import db
from events.people.models import Unit
from events.requests import lifecycle
from events.requests.vocabulary import Format, OccurrenceMark
from tests.fixtures.browsing import Client, Page, words
from tests.fixtures.plans import plans_of
from tests.fixtures.publishing import act_on, amend, cancel, publication, publications
from tests.fixtures.requests import FIRST_START, an_occurrence

Make = Callable[..., int]
WEEK = timedelta(days=7)
POISON = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>'


def titles(page: Page) -> list[str]:
    return page.texts("h3", class_="event-title")


def feed(client: Client, path: str = "/calendar/all.ics", expect: int = 200, **headers: str) -> Page:
    return client.get(path, expect=expect, headers={name.replace("_", "-"): value for name, value in headers.items()})


def unread(app: Flask, path: str) -> Page:
    """A page as it comes, without the proof-reader: its texts are meant to be bad."""
    return Page(app.test_client().get(path, base_url="http://127.0.0.1:8000"), path)


def test_programme_without_events_says_what_will_appear(client: Client):
    page = client.get("/")
    assert page.h1 == "Мероприятия района"
    assert "Пока ничего не намечено" in page.text
    assert titles(page) == []


def test_programme_groups_by_days_and_counts(client: Client, a_published: Make):
    a_published()
    a_published(title="Лекция о профессиях", occurrences=(an_occurrence(FIRST_START + timedelta(hours=1)),))
    a_published(title="Турнир по шахматам", occurrences=(an_occurrence(FIRST_START + WEEK),))
    page = client.get("/")
    assert titles(page) == ["Квиз «Кировский район: за кадром»", "Лекция о профессиях", "Турнир по шахматам"]
    assert len(page.all("section", class_="day")) == 2
    assert "Найдено 3" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_programme_asks_the_same_whatever_the_number(
    client: Client, a_published: Make, count: int, query_count: Callable[[], AbstractContextManager[list[str]]]
):
    for number in range(count):
        a_published(title=f"Встреча № {number}")
    client.get("/")
    with query_count() as asked:
        client.get("/")
    assert len([text for text in asked if text.startswith(("SELECT", "WITH"))]) == 2


def test_programme_shows_a_series_once_with_its_next_date(client: Client, a_published: Make, freeze: time_machine.Traveller):
    a_published(occurrences=tuple(an_occurrence(FIRST_START + WEEK * number) for number in range(4)))
    page = client.get("/")
    assert titles(page) == ["Квиз «Кировский район: за кадром»"]
    assert page.texts("p", class_="event-when") == ["18:00 и ещё 3"]
    freeze.move_to(FIRST_START + timedelta(hours=3))
    assert client.get("/").texts("p", class_="event-when") == ["18:00 и ещё 2"]


def test_programme_keeps_past_events_out(client: Client, a_published: Make, freeze: time_machine.Traveller):
    a_published()
    freeze.move_to(FIRST_START + timedelta(minutes=30))
    assert len(titles(client.get("/"))) == 1
    freeze.move_to(FIRST_START + timedelta(hours=2))
    assert titles(client.get("/")) == []


def test_programme_by_days(client: Client, a_published: Make, freeze: time_machine.Traveller):
    friday, saturday, august = FIRST_START, FIRST_START + timedelta(days=1), FIRST_START + WEEK * 4
    for title, start in (("В пятницу", friday), ("В субботу", saturday), ("В августе", august)):
        a_published(title=title, occurrences=(an_occurrence(start),))
    freeze.move_to(FIRST_START - timedelta(hours=3))
    assert titles(client.get("/?when=today")) == ["В пятницу"]
    assert titles(client.get("/?when=weekend")) == ["В субботу"]
    assert titles(client.get("/?when=month")) == ["В пятницу", "В субботу"]
    assert titles(client.get("/?when=2026-08")) == ["В августе"]
    assert titles(client.get("/?when=nonsense")) == ["В пятницу", "В субботу", "В августе"]
    assert titles(client.get("/?when=2026-07-11")) == ["В субботу"]
    assert titles(client.get("/?when=2026-02-30")) == ["В пятницу", "В субботу", "В августе"]


def days(page: Page) -> list[str]:
    return page.texts("h2", class_="day-name")


def test_any_day_and_the_next_saturdays_are_links_and_a_date_control_of_a_plain_form(client: Client, a_published: Make):
    a_published()
    page = client.get("/?direction=leisure")
    assert page.links["сб, 6 июня"] == "/?when=2026-06-06&direction=leisure"
    assert page.links["сб, 13 июня"] == "/?when=2026-06-13&direction=leisure"
    control = page.one("input", type="date")
    assert (control.get("name"), control.get("value")) == ("when", "2026-06-01")
    day = client.get("/?when=2026-07-10&direction=leisure")
    assert titles(day) == ["Квиз «Кировский район: за кадром»"]
    assert day.texts("a", aria_current="true") == ["пт, 10 июля"]
    assert day.links["чт, 9 июля"] == "/?when=2026-07-09&direction=leisure"
    assert day.links["сб, 11 июля"] == "/?when=2026-07-11&direction=leisure"


@pytest.mark.parametrize(("when", "words"), [("2026-06-13", "сб, 13 июня"), ("2026-07-10", "пт, 10 июля"), ("month", "Месяц")])
def test_chosen_days_stand_where_a_phone_shows_them(client: Client, when: str, words: str):
    chips = client.get(f"/?when={when}").texts("a", class_="chip")
    assert chips.index(words) == 1
    assert len(chips) == len(set(chips))


def test_events_of_several_days_stand_under_the_days_asked_for(client: Client, a_published: Make):
    thursday = FIRST_START - timedelta(days=1)
    a_published(title="Выставка", occurrences=(an_occurrence(thursday, hours=72),))
    a_published(title="Квиз", occurrences=(an_occurrence(FIRST_START + timedelta(days=1)),))
    weekend = client.get("/?when=2026-07-11")
    assert (days(weekend), titles(weekend)) == (["11 Суббота, 11 июля"], ["Выставка", "Квиз"])
    assert weekend.texts("p", class_="event-when") == ["идёт до вс, 12 июля, 18:00", "18:00"]
    assert client.get("/?when=2026-07-12").texts("p", class_="event-when") == ["идёт до 18:00"]
    whole = client.get("/")
    assert days(whole) == ["9 Четверг, 9 июля", "11 Суббота, 11 июля"]
    assert whole.texts("p", class_="event-when") == ["18:00, до вс, 12 июля", "18:00"]
    assert days(client.get("/?when=2026-07")) == days(whole)


def test_an_event_of_several_days_stands_under_each_day_of_a_weekend(client: Client, a_published: Make, freeze: time_machine.Traveller):
    a_published(title="Выставка", occurrences=(an_occurrence(FIRST_START - timedelta(days=1), hours=72),))
    freeze.move_to(FIRST_START - timedelta(days=3))
    page = client.get("/?when=weekend")
    assert (days(page), titles(page)) == (["11 Суббота, 11 июля", "12 Воскресенье, 12 июля"], ["Выставка", "Выставка"])
    assert "Найдено 1" in page.text


def test_a_night_belongs_to_the_day_on_which_it_begins(client: Client, a_published: Make):
    a_published(title="Ночь музеев", occurrences=(an_occurrence(FIRST_START + timedelta(hours=4), hours=4),))
    assert client.get("/").texts("p", class_="event-when") == ["22:00"]
    assert client.get("/?when=2026-07-11").texts("p", class_="event-when") == ["идёт до 02:00"]


def test_what_is_over_is_found_by_search_and_by_its_day(client: Client, a_published: Make, freeze: time_machine.Traveller):
    a_published(title="Лекция о ёлках")
    a_published(title="Квиз", occurrences=(an_occurrence(FIRST_START + WEEK),))
    a_published(title="Лекция о соснах", occurrences=(an_occurrence(FIRST_START + WEEK),))
    freeze.move_to(FIRST_START + WEEK * 2)
    assert titles(client.get("/")) == []
    page = client.get("/?q=лекция")
    assert titles(page) == []
    found = client.get(page.links["Среди прошедших: 2"])
    assert (titles(found), days(found)[0]) == (["Лекция о соснах", "Лекция о ёлках"], "17 Пятница, 17 июля")
    assert found.links["К предстоящим"] == "/?q=%D0%BB%D0%B5%D0%BA%D1%86%D0%B8%D1%8F"
    assert titles(client.get("/?when=2026-07-10")) == ["Лекция о ёлках"]
    assert titles(client.get("/?when=2026-07")) == []
    freeze.move_to(FIRST_START + WEEK * 8)
    assert titles(client.get("/?when=2026-07&q=лекция")) == ["Лекция о соснах", "Лекция о ёлках"]
    assert "Среди прошедших ничего не нашлось." in client.get("/?past=1&q=балет").text


def test_coming_events_say_how_many_past_ones_are_like_them(client: Client, a_published: Make, freeze: time_machine.Traveller):
    for week in range(3):
        a_published(title="Лекция", occurrences=(an_occurrence(FIRST_START + WEEK * week),))
    freeze.move_to(FIRST_START + WEEK)
    page = client.get("/?q=лекция")
    assert (len(titles(page)), page.links["Среди прошедших: 1"]) == (2, "/?q=%D0%BB%D0%B5%D0%BA%D1%86%D0%B8%D1%8F&past=1")


def test_what_is_over_goes_on_by_pages(client: Client, a_published: Make, freeze: time_machine.Traveller):
    for number in range(32):
        a_published(title=f"Встреча № {number:02d}", occurrences=(an_occurrence(FIRST_START + timedelta(hours=number // 2)),))
    freeze.move_to(FIRST_START + WEEK)
    first = client.get("/?past=1&q=встреча")
    (following,) = [one.get("href") for one in first.all("a", rel="next")]
    assert titles(first)[0] == "Встреча № 31"
    assert sorted([*titles(first), *titles(client.get(following))]) == [f"Встреча № {number:02d}" for number in range(32)]


def test_programme_by_filters(client: Client, a_published: Make):
    a_published(title="Ёлка для взрослых", age_from=18, age_to=35, direction="career", registration_url="")
    a_published(title="Квиз для школьников", age_from=14, age_to=17, direction="leisure")
    assert titles(client.get("/?age=14-17")) == ["Квиз для школьников"]
    assert titles(client.get("/?direction=career")) == ["Ёлка для взрослых"]
    assert titles(client.get("/?q=елка")) == ["Ёлка для взрослых"]
    assert titles(client.get("/?q=100%25_")) == []
    assert len(titles(client.get("/?free=1&open=1"))) == 2
    assert titles(client.get("/?unit=dm")) == []
    assert len(titles(client.get("/?unit=pmc"))) == 2


def test_programme_with_nothing_found_names_the_nearest(client: Client, a_published: Make):
    a_published()
    page = client.get("/?when=today")
    assert "На эти дни ничего нет. Ближайшее — 10 июля" in page.text
    assert titles(client.get(page.links["Ближайшее — 10 июля"])) == ["Квиз «Кировский район: за кадром»"]
    assert page.links["Ближайшее — 10 июля"] == "/?when=2026-07-10"
    kept = client.get("/?when=today&direction=leisure")
    assert kept.links["Ближайшее — 10 июля"] == "/?when=2026-07-10&direction=leisure"
    assert client.get("/?when=2026-08&direction=leisure").links["Ближайшее — 10 июля"] == "/?when=2026-07-10&direction=leisure"
    none_of_them = client.get("/?direction=career")
    assert none_of_them.links["Ближайшее из остального — 10 июля"] == "/?when=2026-07-10"


def test_nearest_is_looked_for_among_what_is_to_come(app: Flask, a_published: Make):
    """For a minimum alone both databases walked the starts of all that ever was: 60 ms a page at 20,000 events."""
    a_published()

    def nearest() -> tuple[datetime | None, list[str]]:
        with plans_of("publication") as plans:
            return programme.nearest(programme.Wish(work.now())), plans

    found, (plan,) = work.transaction(nearest, write=False)
    assert found == FIRST_START
    assert "begins" in plan
    assert "ix_publication_starts_at" not in plan


def test_programme_goes_on_by_pages(client: Client, a_published: Make):
    for number in range(32):
        a_published(title=f"Встреча № {number:02d}", occurrences=(an_occurrence(FIRST_START + timedelta(hours=number // 2)),))
    first = client.get("/")
    (following,) = [one.get("href") for one in first.all("a", rel="next")]
    second = client.get(following)
    assert len(titles(first)) == 30
    assert titles(second) == ["Встреча № 30", "Встреча № 31"]
    assert "Найдено 32" in second.text


@pytest.mark.parametrize("after", ["x", "1.2.3", "99999999999.1", "1783695600.99999999999"])
def test_programme_ignores_a_foreign_cursor(client: Client, a_published: Make, after: str):
    a_published()
    assert len(titles(client.get(f"/?after={after}"))) == 1


def test_programme_subscription_keeps_the_filter(client: Client, a_published: Make):
    a_published()
    links = [one.get("href") for one in client.get("/?unit=pmc").all("a")]
    assert "webcal://127.0.0.1:8000/calendar/unit/pmc.ics" in links
    assert "/subscribe?unit=pmc" in links


@pytest.mark.parametrize(
    ("query", "named", "calendar", "exact"),
    [
        ("", "все мероприятия района", "all", True),
        ("when=2026-07", "все мероприятия района", "all", True),
        ("unit=pmc", "ПМЦ «Кировский» (демо)", "unit/pmc", True),
        ("direction=leisure", "Досуг, творчество, отдых", "direction/leisure", True),
        ("unit=pmc&direction=leisure", "ПМЦ «Кировский» (демо)", "unit/pmc", False),
        ("direction=leisure&age=25-35", "Досуг, творчество, отдых", "direction/leisure", False),
        ("age=25-35", "все мероприятия района", "all", False),
        ("free=1", "все мероприятия района", "all", False),
        ("q=квиз", "все мероприятия района", "all", False),
    ],
)
def test_programme_names_the_nearest_calendar_there_is(
    client: Client, a_published: Make, query: str, named: str, calendar: str, exact: bool
):
    a_published()
    page = client.get(f"/?{query}")
    assert page.links[f"Подписаться: {named}"] == f"webcal://127.0.0.1:8000/calendar/{calendar}.ics"
    assert ("Календаря ровно для такой подборки нет" in page.text) is not exact


def test_event_page_says_what_one_needs(client: Client, a_published: Make):
    slug = publication(a_published(bring="Хорошее настроение")).slug
    page = client.get(f"/events/{slug}")
    assert page.h1 == "Квиз «Кировский район: за кадром»"
    for said in ("12+", "пт, 10 июля, 18:00–20:00", "Бесплатно", "Хорошее настроение", "18–35 лет", "Добавить в календарь"):
        assert said in page.text
    data = json.loads(page.one("script", type="application/ld+json").text or "")
    assert (data[0]["startDate"], data[0]["eventStatus"]) == ("2026-07-10T18:00:00+03:00", "https://schema.org/EventScheduled")


LINK = "https://video.example/quiz"
VENUE = ("ПМК «Алый парус» (демо)", "Ленинский пр., 118 (демо-номер)")


@pytest.mark.parametrize(
    ("changes", "mode", "lines"),
    [
        ({"format": Format.ONLINE, "venue_id": None, "place_name": "", "place_address": "", "online_url": LINK}, "Online", [LINK]),
        ({"format": Format.MIXED, "online_url": LINK}, "Mixed", [", ".join([*VENUE, "м. Ленинский проспект", "на карте"]), LINK]),
        ({}, "Offline", [", ".join([*VENUE, "м. Ленинский проспект", "на карте"])]),
    ],
)
def test_event_page_says_whether_one_comes_or_watches(
    client: Client, a_published: Make, changes: dict[str, object], mode: str, lines: list[str]
):
    page = client.get(f"/events/{publication(a_published(**changes)).slug}")
    data = json.loads(page.one("script", type="application/ld+json").text or "")[0]
    told = data["location"] if isinstance(data["location"], list) else [data["location"]]
    watched, come = {"@type": "VirtualLocation", "url": LINK}, {"@type": "Place", "name": VENUE[0], "address": VENUE[1]}
    assert data["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert told == {"Online": [watched], "Mixed": [come, watched], "Offline": [come]}[mode]
    assert [page.one("meta", property=f"og:{name}").get("content") for name in ("type", "description")] == ["website", data["description"]]
    assert page.texts("p", class_="event-where") == lines
    assert page.links.get(LINK) == (LINK if LINK in lines else None)
    assert page.links.get("на карте") == ("https://yandex.ru/maps/?pt=30.265,59.852&z=16&l=map" if mode != "Online" else None)
    assert "<strong></strong>" not in page.body


def test_event_page_keeps_the_office_to_itself(client: Client, a_published: Make):
    row = publication(a_published(comment="Только для согласующих", responsible_phone="+79110000000"))
    body = client.get(f"/events/{row.slug}").body
    for secret in ("Только для согласующих", "+79110000000", "6000", "ММ-"):
        assert secret not in body


def test_I6_cancelled_event_stays_at_its_address(client: Client, a_published: Make):
    request_id = a_published()
    slug = publication(request_id).slug
    cancel(request_id, "Авария в зале")
    page = client.get(f"/events/{slug}")
    assert "Отменено 1 июня. Причина: Авария в зале" in page.text
    assert "Добавить в календарь" not in page.text
    assert client.get("/").texts("p", class_="event-flag") == ["Отменено"]


def test_I6_withdrawn_event_is_gone_within_one_request(client: Client, a_published: Make):
    request_id = a_published()
    slug = publication(request_id).slug
    amend(request_id, public=False)
    page = client.get(f"/events/{slug}", expect=410)
    assert page.h1 == "Мероприятие снято с афиши"
    assert titles(client.get("/")) == []
    assert slug not in client.get("/sitemap.xml").body
    assert "Кировский" not in feed(client).body


def test_moved_event_says_where_it_stood(client: Client, a_published: Make):
    date = an_occurrence()
    request_id = a_published(occurrences=(date,))
    moved = an_occurrence(FIRST_START + WEEK, key=date.key)
    amend(request_id, occurrences=(moved,))
    page = client.get(f"/events/{publication(request_id).slug}")
    assert "Перенесено: было пт, 10 июля, 18:00, теперь пт, 17 июля, 18:00." in page.text
    assert client.get("/").texts("p", class_="event-flag") == ["Перенесено: было пт, 10 июля, 18:00"]


def test_postponing_event_warns(client: Client, a_published: Make):
    request_id = a_published()
    act_on(request_id, lambda one: setattr(one, "postponing", True))
    page = client.get(f"/events/{publication(request_id).slug}")
    assert "Пожалуйста, не приходите в прежнее время" in page.text
    assert "Добавить в календарь" not in page.text


def test_cancelled_date_of_a_series_marks_the_date_and_not_the_title(client: Client, a_published: Make):
    dates = tuple(an_occurrence(FIRST_START + WEEK * number) for number in range(3))
    request_id = a_published(occurrences=dates)
    act_on(request_id, lambda one: lifecycle.mark_date(one, dates[1].key, OccurrenceMark.CANCELLED, "Гроза", work.now()))
    page = client.get(f"/events/{publications(request_id)[0].slug}")
    assert page.all("div", class_="note tone-bad") == []
    lines = [words(one) for one in page.all("li", class_="row-item")]
    assert ["Отменено 1 июня. Причина: Гроза" in line for line in lines] == [False, True, False]
    assert page.texts("time", class_="date-off") == ["пт, 17 июля, 18:00–20:00"]


def test_an_event_is_shared_by_no_foreign_messenger(client: Client, a_published: Make):
    links = client.get(f"/events/{publication(a_published()).slug}").links
    assert "vk.com" in links["ВКонтакте"]
    assert not [address for address in links.values() if "t.me" in address or "wa.me" in address]


def test_organiser_can_be_dialled_and_written_to(client: Client, a_published: Make):
    page = client.get(f"/events/{publication(a_published()).slug}")
    assert page.links["+7 812 000-02-01"] == "tel:+78120000201"
    assert page.links["info-pmc@demo.example"] == "mailto:info-pmc@demo.example"


def test_series_page_has_a_button_for_each_date(client: Client, a_published: Make):
    request_id = a_published(occurrences=tuple(an_occurrence(FIRST_START + WEEK * number) for number in range(3)))
    rows = publications(request_id)
    page = client.get(f"/events/{rows[0].slug}")
    links = [one.get("href") for one in page.all("a") if "uid=" in (one.get("href") or "")]
    assert links == [f"/calendar/event/{row.slug}.ics?uid={row.uid}" for row in rows]
    (event,) = Calendar.from_ical(feed(client, links[1] or "").response.data).walk("VEVENT")
    assert str(event["UID"]) == rows[1].uid
    feed(client, f"/calendar/event/{rows[0].slug}.ics?uid=other", expect=404)


def test_past_event_page_stays_without_invitation(client: Client, a_published: Make, freeze: time_machine.Traveller):
    slug = publication(a_published()).slug
    freeze.move_to(FIRST_START + WEEK)
    page = client.get(f"/events/{slug}")
    assert "Мероприятие уже прошло." in page.text
    assert "Добавить в календарь" not in page.text


def test_T6_texts_cannot_break_the_page(app: Flask, a_published: Make):
    text = f"# Заголовок\n\n**Важно** [сюда](javascript:alert(1)) [туда](https://example.org/x) {POISON}"
    row = publication(a_published(title=f"Квиз {POISON}"[:300], short_desc=POISON, description=text, bring=POISON))
    for path in ("/", f"/events/{row.slug}", "/subscribe"):
        page = unread(app, path)
        assert page.all("img") == []
        assert "<script>" not in page.body
        assert "javascript:" not in " ".join(one.get("href") or "" for one in page.all("a"))
    page = unread(app, f"/events/{row.slug}")
    assert "Важно" in page.texts("strong")
    assert json.loads(page.one("script", type="application/ld+json").text or "")[0]["description"] == POISON


def test_public_pages_set_no_cookie(client: Client, a_published: Make):
    slug = publication(a_published()).slug
    for path in ("/", f"/events/{slug}", "/subscribe", "/robots.txt", "/sitemap.xml", "/calendar/all.ics", "/favicon.ico"):
        page = client.get(path)
        assert "Set-Cookie" not in page.response.headers
        assert "no-store" not in page.response.headers.get("Cache-Control", "")


def test_public_pages_speak_english_by_the_address(client: Client, a_published: Make):
    a_published()
    page = client.get("/?lang=en")
    assert page.h1 == "What is on in the district"
    (event,) = [one.get("href") or "" for one in page.all("a") if "/events/" in (one.get("href") or "")]
    assert event.endswith("?lang=en")


@pytest.mark.parametrize("path", ["/", "/subscribe", "/events/none-1", "/sign-in"])
def test_public_pages_lead_on_in_the_same_language(client: Client, path: str):
    page = client.get(f"{path}?lang=en", expect=404 if "events" in path else 200)
    ours = [one.get("href") or "" for one in page.all("a") if (one.get("href") or "").startswith("/")]
    left = [address for address in ours if "lang=en" not in address]
    assert left == [f"{path}?lang=ru"]


def test_subscribe_page_puts_the_chosen_calendar_first(client: Client, a_published: Make):
    a_published()
    page = client.get("/subscribe?unit=pmc")
    assert page.h1 == "Мероприятия в вашем календаре"
    assert page.one("input", id="calendar-address").get("value") == "http://127.0.0.1:8000/calendar/unit/pmc.ics"
    assert page.one("a", class_="btn-primary").get("href") == "webcal://127.0.0.1:8000/calendar/unit/pmc.ics"
    assert "В подборке 1 мероприятие" in page.text
    everything = client.get("/subscribe?unit=unknown")
    assert everything.one("input", id="calendar-address").get("value") == "http://127.0.0.1:8000/calendar/all.ics"


def test_what_is_chosen_is_said_in_one_sentence(client: Client):
    assert "Выбрано: все мероприятия района" in client.get("/subscribe").texts("h2")
    assert "Chosen: all events of the district" in client.get("/subscribe?lang=en").texts("h2")


def test_each_calendar_has_its_address_and_code_in_place(client: Client):
    page = client.get("/subscribe")
    rows = page.all("li", class_="row-item")
    ways = [[one.get("href") for one in row.iter("a")] for row in rows]
    addresses = [[one.get("value") for one in row.iter("input")] for row in rows]
    assert ways == [[one.replace("http:", "webcal:") for one in row if one] for row in addresses]
    assert {len(row) for row in addresses} == {1}
    assert len({row[0] for row in addresses}) == len(rows) > 10
    assert [sum(one.get("class") == "segno" for one in row.iter()) for row in rows] == [1] * len(rows)
    copied = [[one.get("data-copy", "") for one in row.iter("button")] for row in rows]
    assert copied == [[f"#{one.get('id')}" for one in row.iter("input")] for row in rows]


def test_calendars_are_folded_by_kind_but_the_one_of_everything(client: Client):
    folds = [one for one in client.get("/subscribe").all("details") if one.find(".//h2") is not None]
    said = [(words(fold.find("summary")), fold.get("open") is not None, len(fold.findall("div/ul/li"))) for fold in folds]
    assert [(name, opened) for name, opened, _ in said] == [("Всё сразу 1", True), ("По интересам 14", False), ("По учреждениям 10", False)]
    assert [number for *_, number in said] == [1, 14, 10]


def test_every_calendar_on_the_subscribe_page_answers(client: Client):
    links = {one.get("href") or "" for one in client.get("/subscribe").all("a")}
    calendars = sorted(link.removeprefix("webcal://127.0.0.1:8000") for link in links if link.startswith("webcal://"))
    assert len(calendars) > 10
    for path in calendars:
        page = feed(client, path)
        assert (page.status, page.response.content_type) == (200, "text/calendar; charset=utf-8")
        assert page.response.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/calendar/unit/none.ics", "/calendar/direction/none.ics", "/calendar/event/none-1.ics", "/events/none-1"]
)
def test_unknown_is_not_found(client: Client, path: str):
    page = client.get(path, expect=404)
    assert "Set-Cookie" not in page.response.headers


def test_feeds_have_the_headers_clients_need(client: Client, a_published: Make, now: datetime):
    slug = publication(a_published()).slug
    for path, disposition in (("/calendar/all.ics", "inline"), (f"/calendar/event/{slug}.ics", "attachment")):
        headers = feed(client, path).response.headers
        assert headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert headers["Cache-Control"] == "public, max-age=300, must-revalidate"
        assert headers["Vary"] == "Accept-Encoding"
        assert headers["Last-Modified"] == "Mon, 01 Jun 2026 07:00:00 GMT"
        assert headers["Content-Disposition"].startswith(disposition)


def test_feed_revalidates_by_every_form_of_tag(client: Client, a_published: Make):
    a_published()
    whole = feed(client)
    tag = whole.response.headers["ETag"]
    for held in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = feed(client, expect=304, If_None_Match=held)
        assert (answer.response.data, answer.response.headers["ETag"]) == (b"", tag)
    since = whole.response.headers["Last-Modified"]
    feed(client, If_None_Match='"other"', If_Modified_Since=since)
    feed(client, expect=304, If_Modified_Since=since)
    feed(client, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT")
    feed(client, If_Modified_Since="nonsense")


def test_feed_compresses_when_asked(client: Client, a_published: Make):
    a_published()
    plain, packed = feed(client), feed(client, Accept_Encoding="gzip, br")
    assert packed.response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.response.data) == plain.response.data
    assert packed.response.headers["ETag"] == f"W/{plain.response.headers['ETag']}"
    assert "Content-Encoding" not in feed(client, Accept_Encoding="gzip;q=0").response.headers


@pytest.mark.parametrize(
    ("asked", "packed"),
    [
        ("gzip;q=0.5", True),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("identity;q=0.5, gzip;q=0.8", True),
        ("gzip;q=0.5, *", False),
        ("*", True),
        ("br, *;q=0.1", True),
        ("identity;q=1, *;q=0", False),
        ("GZIP", True),
        ("x-gzip", True),
        ("br", False),
    ],
)
def test_feed_comes_in_the_form_the_client_likes_best(client: Client, a_published: Make, asked: str, packed: bool):
    a_published()
    assert ("Content-Encoding" in feed(client, Accept_Encoding=asked).response.headers) is packed


@pytest.mark.parametrize("suffix", ["-gzip", ";gzip"])
def test_feed_knows_its_tag_with_what_a_proxy_has_added(client: Client, a_published: Make, suffix: str):
    a_published()
    tag = feed(client).response.headers["ETag"]
    feed(client, expect=304, If_None_Match=f'{tag[:-1]}{suffix}"')
    feed(client, expect=304, If_None_Match=f'W/{tag[:-1]}{suffix}"', Accept_Encoding="gzip")
    feed(client, If_None_Match=f'"other{suffix}"')


def test_files_have_a_name_every_program_reads(client: Client, a_published: Make):
    slug = publication(a_published()).slug
    named = {
        "/calendar/all.ics": "inline; filename=\"all.ics\"; filename*=UTF-8''all.ics",
        "/calendar/unit/pmc.ics": "inline; filename=\"pmc.ics\"; filename*=UTF-8''pmc.ics",
        f"/calendar/event/{slug}.ics": f"attachment; filename=\"{slug}.ics\"; filename*=UTF-8''{slug}.ics",
    }
    assert {path: feed(client, path).response.headers["Content-Disposition"] for path in named} == named


def test_file_named_in_russian_has_a_name_in_ascii_too(client: Client):
    work.transaction(lambda: db.session.execute(update(Unit).where(Unit.key == "dm").values(key='дом "м"')))
    quoted = quote('дом "м"')
    named = feed(client, f"/calendar/unit/{quoted}.ics").response.headers["Content-Disposition"]
    assert named == f"inline; filename=\"_.ics\"; filename*=UTF-8''{quoted}.ics"


def test_pages_of_other_sites_may_read_what_is_public(app: Flask, a_published: Make):
    slug, uid = publication(a_published()).slug, publication(1).uid
    asked, site = app.test_client(), {"base_url": "http://127.0.0.1:8000"}
    public = ["/", f"/events/{slug}", "/subscribe", "/sitemap.xml", "/robots.txt", "/calendar/all.ics", "/calendar/unit/pmc.ics"]
    for path in [*public, f"/calendar/event/{slug}.ics?uid={uid}", "/calendar/unit/none.ics", "/events/none-1"]:
        for method in ("GET", "HEAD"):
            assert asked.open(path, method=method, **site).headers.get("Access-Control-Allow-Origin") == "*", (method, path)
    tag = asked.get("/calendar/all.ics", **site).headers["ETag"]
    assert asked.get("/calendar/all.ics", headers={"If-None-Match": tag}, **site).headers["Access-Control-Allow-Origin"] == "*"
    for path in ("/sign-in", "/desk", "/password/reset", "/healthz", "/metrics"):
        assert "Access-Control-Allow-Origin" not in asked.get(path, **site).headers, path
    assert "Access-Control-Allow-Origin" not in asked.post("/calendar/all.ics", **site).headers


def test_file_of_one_date_names_no_calendar_and_makes_one_busy(client: Client, a_published: Make):
    row = publication(a_published(title="Квиз, финал; награждение"))
    one = feed(client, f"/calendar/event/{row.slug}.ics?uid={row.uid}").body
    whole = feed(client, f"/calendar/event/{row.slug}.ics").body
    naming = ("NAME:", "X-WR-CALNAME:", "X-WR-TIMEZONE:", "REFRESH-INTERVAL", "X-PUBLISHED-TTL:", "COLOR:", "METHOD:")
    assert [name for name in naming if f"\r\n{name}" in one] == []
    assert ("TRANSP:OPAQUE" in one, "TRANSP:OPAQUE" in whole) == (True, False)
    assert "\r\nX-WR-CALNAME:Квиз · финал · награждение\r\n" in whole


@pytest.mark.parametrize("path", ["all", "unit/pmc", "direction/leisure"])
def test_wide_feed_leaves_everybody_free(client: Client, a_published: Make, path: str):
    a_published()
    assert re.findall("TRANSP:.*\r", feed(client, f"/calendar/{path}.ics").body) == ["TRANSP:TRANSPARENT\r"]


def test_event_is_taken_into_a_calendar_by_its_only_date(client: Client, a_published: Make):
    one = publication(a_published())
    series = publications(a_published(title="Курс", occurrences=(an_occurrence(), an_occurrence(FIRST_START + WEEK))))
    assert client.get(f"/events/{one.slug}").links["Добавить в календарь"] == f"/calendar/event/{one.slug}.ics?uid={one.uid}"
    assert client.get(f"/events/{series[0].slug}").links["Добавить в календарь"] == f"/calendar/event/{series[0].slug}.ics"


def test_client_that_sends_only_the_date_sees_every_change(
    client: Client, a_published: Make, freeze: time_machine.Traveller, now: datetime
):
    """Within a second the new moment is still to come: it is not told then (RFC 9110, 8.8.2.1), and told rightly a second later."""
    request_id = a_published()
    since = feed(client).response.headers["Last-Modified"]
    amend(request_id, now, title="Второе название в ту же секунду")
    after = feed(client, If_Modified_Since=since)
    assert "Второе название" in after.body.replace("\r\n ", "")
    assert "Last-Modified" not in after.response.headers
    freeze.shift(timedelta(seconds=1))
    assert feed(client, If_Modified_Since=since).response.headers["Last-Modified"] == "Mon, 01 Jun 2026 07:00:01 GMT"
    feed(client, expect=304, If_Modified_Since="Mon, 01 Jun 2026 07:00:01 GMT")


def test_feed_changes_at_the_next_fetch(client: Client, a_published: Make):
    request_id = a_published()
    before = feed(client)
    cancel(request_id, "Авария")
    after = feed(client, If_None_Match=before.response.headers["ETag"])
    assert "STATUS:CANCELLED" in after.body
    assert "SEQUENCE:1" in after.body


def test_feed_poll_asks_nothing_but_the_version(
    client: Client, a_published: Make, query_count: Callable[[], AbstractContextManager[list[str]]]
):
    a_published()
    feed(client)
    with query_count() as asked:
        feed(client)
    assert asked == [], "the version is asked of the driver; through SQLAlchemy goes nothing"


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_feed_is_read_only(app: Flask, method: str):
    answer = app.test_client().open("/calendar/all.ics", method=method.upper(), base_url="http://127.0.0.1:8000")
    assert answer.status_code == 405


def test_feed_head_says_what_get_says(app: Flask, a_published: Make):
    a_published()
    asked = app.test_client()
    whole, head = (asked.open("/calendar/all.ics", method=method, base_url="http://127.0.0.1:8000") for method in ("GET", "HEAD"))
    assert head.data == b""
    assert dict(head.headers).items() >= {name: whole.headers[name] for name in ("ETag", "Content-Length", "Last-Modified")}.items()


def test_T27_drafts_are_nowhere(client: Client, a_published: Make, a_request: Callable[..., object]):
    a_published()
    a_request(title="Секретный черновик")
    for path in ("/", "/?q=секретный", "/subscribe", "/sitemap.xml", "/calendar/all.ics", "/calendar/unit/pmc.ics"):
        page = client.get(path)
        assert "Секретный" not in page.body.replace("\r\n ", "").replace('value="секретный"', "")


def test_sitemap_and_robots_name_the_public_pages(client: Client, a_published: Make):
    slug = publication(a_published()).slug
    assert f"<loc>http://127.0.0.1:8000/events/{slug}</loc>" in client.get("/sitemap.xml").body
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in client.get("/robots.txt").body
