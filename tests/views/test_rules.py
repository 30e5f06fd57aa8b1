"""Rules of the office as their administrator keeps them: all of them, one with its days and history, another value from a day on."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from events.district import operations, queries
from events.district.rule_periods import Period
from events.district.rules import DECLARED
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.place import MOSCOW
from events.requests.models import EventRequest
from tests.fixtures.browsing import Client, Page
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

SignedIn = Callable[[str], Client]
Make = Callable[..., EventRequest]
ALL = "/administration/rules/"
KEY = "evening_after"
EVENING = f"{ALL}{KEY}"
DAY = timedelta(days=1)


@pytest.fixture
def today(app: object, freeze: time_machine.Traveller) -> date:
    """The day on which everything happens."""
    return work.now().date()


def set_rule(key: str, value: Any, **days: date) -> None:
    work.transaction(lambda: operations.set_rule(key, value, "приказ", by=SYSTEM, now=work.now(), **days))


def keep(key: str, *periods: Period) -> None:
    work.transaction(lambda: operations.keep_rule(key, periods, by=SYSTEM, now=work.now()))


def stored(key: str = KEY) -> list[tuple[Any, ...]]:
    """Values with their days."""
    found = work.transaction(lambda: queries.periods_of(key), write=False)
    return [(one.value, one.valid_from, one.valid_until) for one in found]


def send(client: Client, page: Page, **typed: Any) -> Page:
    return client.submit(page, button="Сохранить", **typed)


class TestAll:
    """The page of every rule."""

    def test_every_rule_stands_with_its_value_source_days_and_place(self, signed_in: SignedIn, today: date):
        admin = signed_in("admin")
        page = admin.get(ALL)
        assert ALL in admin.get("/administration/").links.values()
        assert {one.get("href") for one in page.all("a")} >= {f"{ALL}{key}" for key in DECLARED}
        row = next(one for one in page.texts("tr") if one.startswith("После какого часа"))
        assert all(part in row for part in ("21:00", "бессрочно", "Практика согласования", "маршрут A «Обычное мероприятие»"))

    def test_rules_that_run_out_come_first_and_what_comes_is_told(self, signed_in: SignedIn, today: date):
        keep("news_days", Period("news_days", 7, "приказ", None, today + 30 * DAY))
        keep(KEY, Period(KEY, "21:00", "приказ", None, today), Period(KEY, "20:00", "приказ", today + DAY))
        page = signed_in("admin").get(ALL)
        assert page.texts("h2")[0] == "Срок истекает"
        first = page.texts("th", scope="row")[0]
        assert first.startswith("Сколько остаётся новостью")
        assert "заканчивается" in first
        assert "с 2 июня будет: 20:00" in page.text

    def test_rules_are_found_as_people_write(self, signed_in: SignedIn):
        admin = signed_in("admin")
        assert len(admin.get(f"{ALL}?text=ТИШИНА").texts("th", scope="row")) == 0
        assert len(admin.get(f"{ALL}?text=тишины ЗАКОН").texts("th", scope="row")) == 3
        assert "Ничего не найдено" in admin.get(f"{ALL}?text=нетакого").text


class TestAnotherValue:
    """A value from a day on."""

    def test_what_held_ends_the_day_before_and_the_history_says_who(self, signed_in: SignedIn, today: date):
        admin = signed_in("admin")
        page = admin.get(EVENING)
        assert page.one("input", name="valid_from").get("value") == (today + DAY).isoformat()
        assert "Изменение действует со своего дня; заявки на согласовании идут по тому, с чем поданы." in page.text
        page = send(admin, page, value="20:00", source="приказ № 7", expect_redirect=EVENING)
        assert stored() == [("21:00", None, today), ("20:00", today + DAY, None)]
        assert page.texts("del") == ["было: 21:00, бессрочно (Практика согласования: условия маршрутов)"]
        assert page.texts("ins")[-1] == "стало: 20:00, с 2 июня (приказ № 7)"
        assert "на сервере" not in page.texts("ul", class_="entry-history")[0].partition("стало: 20:00")[0]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"valid_from": "2026-05-31"}, "Правило меняют самое раннее с сегодняшнего дня: укажите 1 июня или более поздний день."),
            ({"valid_from": ""}, "Укажите, с какого дня оно действует."),
            ({"valid_until": "2026-06-01"}, "Последний день не может быть раньше первого."),
            ({"valid_from": "2026-07-01"}, "С 1 июля уже задано другое значение. Измените его или выберите другой день."),
            (
                {"valid_until": "2026-07-01"},
                "С 1 июля уже задано другое значение: укажите более ранний последний день или оставьте поле пустым.",
            ),
            ({"value": "25:00"}, "Укажите время, например 18:00."),
            ({"value": ""}, "Укажите значение."),
            ({"source": ""}, "Укажите закон или приказ."),
            ({"source": "я" * 301}, "Сократите текст на 1 знак."),
        ],
    )
    def test_a_bad_value_is_said_at_its_field_and_nothing_typed_is_lost(
        self, signed_in: SignedIn, today: date, typed: dict[str, str], said: str
    ):
        keep(KEY, Period(KEY, "21:00", "приказ", None, date(2026, 6, 30)), Period(KEY, "19:00", "приказ", date(2026, 7, 1)))
        admin, before = signed_in("admin"), stored()
        fields = {"value": "20:00", "source": "приказ № 7", **typed}
        page = send(admin, admin.get(EVENING), expect=422, **fields)
        assert page.errors == [said]
        assert {name: page.one("input", name=name).get("value") for name in fields} == fields
        assert stored() == before

    @pytest.mark.parametrize(
        ("key", "value", "said"),
        [
            ("school_year_from", "31.02", "Укажите день и месяц, например 01.09."),
            ("number_prefix", "М-1", "Укажите от одной до восьми букв."),
            ("most_dates", "101", "Укажите значение от 1 до 100."),
            ("most_dates", "много", "Укажите целое число, например 120."),
        ],
    )
    def test_every_measure_refuses_what_it_is_not(self, signed_in: SignedIn, today: date, key: str, value: str, said: str):
        admin = signed_in("admin")
        page = send(admin, admin.get(f"{ALL}{key}"), value=value, source="приказ", expect=422)
        assert page.errors == [said]

    @pytest.mark.parametrize(("key", "typed", "kept"), [("school_year_from", "2.9", "09-02"), ("number_prefix", "кр", "КР")])
    def test_every_measure_is_typed_as_people_write(self, signed_in: SignedIn, today: date, key: str, typed: str, kept: str):
        admin = signed_in("admin")
        send(admin, admin.get(f"{ALL}{key}"), value=typed, source="приказ", expect_redirect=...)
        assert stored(key)[-1] == (kept, today + DAY, None)

    def test_two_administrators_editing_one_rule(self, signed_in: SignedIn, today: date):
        admin = signed_in("admin")
        page = admin.get(EVENING)
        set_rule(KEY, "22:30")
        again = send(admin, page, value="20:00", source="приказ № 7", expect=409)
        assert "Правило только что изменил кто-то другой." in again.text
        assert "22:30" in again.text
        assert again.one("input", name="value").get("value") == "20:00"
        send(admin, again, expect_redirect=EVENING)
        assert stored() == [("22:30", None, today), ("20:00", today + DAY, None)]


class TestFromItsDayOn:
    """A threshold changed by the page acts from its day on, and not before."""

    def test_a_new_request_is_routed_by_it_and_one_in_approval_is_not(
        self, signed_in: SignedIn, today: date, a_request: Make, office: Office, freeze: time_machine.Traveller
    ):
        """Minors until 20:30: the department of safety is asked once an evening begins at 20:00."""
        until_half_past = an_occurrence(FIRST_START, 2.5)
        content = {"venue": None, "age_from": 14, "minors": True, "escort": "Автобус до метро.", "occurrences": (until_half_past,)}
        before, same_day, after = (a_request(**content).id for _ in range(3))
        office.submit(before)
        admin = signed_in("admin")
        send(admin, admin.get(EVENING), value="20:00", source="приказ № 7", expect_redirect=EVENING)
        office.submit(same_day)
        freeze.shift(DAY)
        office.submit(after)
        for one in (before, same_day, after):
            office.approve_by(one, "dir_pmc")
        assert ["safety" in office.states(one) for one in (before, same_day, after)] == [False, False, True]

    def test_the_form_warns_by_what_holds_on_the_day_of_the_event(self, signed_in: SignedIn, today: date, a_request: Make, office: Office):
        """Sound in the open until 20:30 on 10 July: quiet from 20:00 on, since that very day or since the day after."""
        loud = {"venue": None, "outdoor": True, "sound": True, "occurrences": (an_occurrence(FIRST_START, 2.5),)}
        made, admin, author = a_request(**loud).id, signed_in("admin"), signed_in("spec_pmc")
        address = f"{ALL}noise_from"
        warning = "Звук на улице приходится на часы тишины."
        send(admin, admin.get(address), value="20:00", valid_from="2026-07-11", source="закон", expect_redirect=address)
        assert warning not in author.get(f"/requests/{made}/check").text
        page = admin.get(f"{address}/periods/2026-07-11")
        send(admin, page, valid_from="2026-07-10", expect_redirect=address)
        assert warning in author.get(f"/requests/{made}/check").text

    def test_children_by_bus_are_warned_of_with_the_law_and_its_figures(self, signed_in: SignedIn, a_request: Make):
        made = a_request(venue=None, buses=True).id
        text = signed_in("spec_pmc").get(f"/requests/{made}/check").text
        assert "Если автобусом едут 8 и более детей, уведомите Госавтоинспекцию: по городу за 24 ч" in text
        assert "ПП РФ от 23.09.2020 № 1527" in text


class TestPeriod:
    """A value that is to come, and the one that holds."""

    @pytest.fixture(autouse=True)
    def _coming(self, today: date) -> None:
        keep(KEY, Period(KEY, "21:00", "приказ", None, today + 9 * DAY), Period(KEY, "20:00", "приказ", today + 10 * DAY))

    def test_what_is_to_come_is_moved_with_the_end_of_what_holds(self, signed_in: SignedIn, today: date):
        admin = signed_in("admin")
        later = today + 20 * DAY
        page = admin.get(f"{EVENING}/periods/{today + 10 * DAY}")
        send(admin, page, valid_from=later.isoformat(), value="19:30", expect_redirect=EVENING)
        assert stored() == [("21:00", None, later - DAY), ("19:30", later, None)]

    @pytest.mark.parametrize("goes_on", [True, False])
    def test_what_is_to_come_is_taken_back(self, signed_in: SignedIn, today: date, goes_on: bool):
        admin = signed_in("admin")
        page = admin.get(f"{EVENING}/periods/{today + 10 * DAY}")
        admin.submit(page, button="Отказаться от этого значения", goes_on=goes_on, expect_redirect=EVENING)
        assert stored() == [("21:00", None, None if goes_on else today + 9 * DAY)]

    def test_what_holds_may_only_end_and_not_in_the_past(self, signed_in: SignedIn, today: date):
        admin = signed_in("admin")
        page = admin.get(f"{EVENING}/periods/always")
        assert not page.all("input", name="value")
        refused = send(admin, page, valid_until=(today - DAY).isoformat(), expect=422)
        assert refused.errors == [
            "По этому значению работают и сегодня, раньше оно закончиться не может: укажите 1 июня или более поздний день."
        ]
        send(admin, refused, valid_until=today.isoformat(), expect_redirect=EVENING)
        assert stored()[0] == ("21:00", None, today)

    def test_what_was_typed_over_a_value_taken_back_meanwhile_is_not_lost(self, signed_in: SignedIn, today: date):
        admin = signed_in("admin")
        page = admin.get(f"{EVENING}/periods/{today + 10 * DAY}")
        keep(KEY, Period(KEY, "21:00", "приказ"))
        again = send(admin, page, value="19:30", expect=409)
        assert again.one("input", name="value").get("value") == "19:30"
        send(admin, again, expect_redirect=EVENING)
        assert stored() == [("21:00", None, today + 9 * DAY), ("19:30", today + 10 * DAY, None)]

    def test_what_has_begun_to_act_meanwhile_is_not_changed_and_nothing_typed_is_lost(
        self, signed_in: SignedIn, today: date, freeze: time_machine.Traveller
    ):
        freeze.move_to(datetime(2026, 6, 11, 23, 59, tzinfo=MOSCOW))
        admin = signed_in("admin")
        page = admin.get(f"{EVENING}/periods/{today + 10 * DAY}")
        freeze.shift(timedelta(minutes=2))
        again = send(admin, page, value="19:30", expect=409)
        assert again.one("input", name="value").get("value") == "19:30"
        assert stored() == [("21:00", None, today + 9 * DAY), ("20:00", today + 10 * DAY, None)]

    def test_what_is_over_has_no_page(self, signed_in: SignedIn, freeze: time_machine.Traveller):
        freeze.shift(30 * DAY)
        signed_in("admin").get(f"{EVENING}/periods/always", expect=404)
