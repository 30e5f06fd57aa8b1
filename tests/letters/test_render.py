"""Letters in words: both languages, every kind, absolute links, and nothing of a title that acts (reliability.md T10, T12, T17)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import UndefinedError

from events.foundation import work
from events.foundation.db import db
from events.foundation.text import Name
from events.outbox.channels.email import Letter
from events.outbox.notice import Notice, NoticedRemark
from events.outbox.queries import Envelope
from events.outbox.vocabulary import ChannelKind
from events.people.models import User
from events.reminders.vocabulary import Kind
from events.requests.models import EventRequest
from events.requests.vocabulary import Section
from letters import kinds, renderings
from letters.accounts import ACCOUNT_KINDS
from letters.channels import email
from letters.journal import JOURNAL_KINDS
from letters.render import page
from letters.templates import letter_template
from presenters.moments import letter_moment, short_day_time
from presenters.people import addressed
from presenters.phrases import nested
from tests.fixtures.cast import Cast
from tests.fixtures.handing_over import raw_values

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letters"
EVIL = "<img src=x onerror=alert(1)> http://evil.example {{ 7*7 }} %(x)s\r\nBcc: evil@x.example\n\n– пункт"
NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
VARIANTS = {Kind.DUE_SOON: ("half", "hour"), Kind.REMARKS_UNANSWERED: ("", "head")}
CASES = [(kind, level) for kind in Kind for level in VARIANTS.get(kind, ("",))]


def told(kind: Kind, level: str = "", title: str = "Квиз «Кировский район: за кадром»", **changes: object) -> Notice:
    """Something of that kind to tell."""
    plain: dict[str, object] = {
        "number": "ММ-ПМЦ-0123/2026", "title": title, "review_id": 7,
        "lead_unit": Name("ПМЦ «Кировский»", "Kirovsky Youth Centre"), "unit": Name("Отдел культуры", "Culture dept"),
        "due_at": datetime(2026, 6, 2, 15, tzinfo=UTC), "starts_at": datetime(2026, 7, 10, 15, tzinfo=UTC), "reason": title,
        "mark": "cancelled", "remarks": (NoticedRemark(Name("ОЗПБ"), Section.SAFETY, title),), **changes,
    }  # fmt: skip
    return Notice(kind, level, "Ветрова Алина Игоревна", "spec_pmc@demo.example", "ru", 5, **plain)  # type: ignore[arg-type]


def write(one: Notice, locale: str = "ru") -> Letter:
    """Its letter."""
    with force_locale(locale):
        return email.letter(one, page(one), NOW)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Заявка «Квиз «Реки и мосты»» ждёт", "Заявка «Квиз „Реки и мосты“» ждёт"),
        ("ПМЦ «Кировский» и КДЦ «Нарвский»", "ПМЦ «Кировский» и КДЦ «Нарвский»"),
        ("СПб ГБУ «Центр «Кировский» (демо)", "СПб ГБУ «Центр «Кировский» (демо)"),
        ("«А «Б «В»»»", "«А „Б „В““»"),
        ("» «", "» «"),
    ],
)
def test_quotes_inside_quotes_are_of_the_other_kind(line: str, said: str):
    assert nested(line) == said


@pytest.mark.engines("sqlite")
def test_title_in_quotes_keeps_its_own_inside(app: Flask):
    letter = write(told(Kind.APPROVED))
    assert "мероприятие «Квиз „Кировский район: за кадром“» (ММ-ПМЦ-0123/2026) утверждено" in letter.text


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize(("kind", "level"), CASES)
def test_every_kind_says_the_same_in_text_and_html(app: Flask, kind: Kind, level: str, locale: str):
    letter = write(told(kind, level), locale)
    assert "ММ-ПМЦ-0123/2026" in letter.subject
    assert "Квиз «Кировский район: за кадром»" in letter.subject
    assert "\n" not in letter.subject
    [link] = re.findall(r'href="([^"]*)"', letter.html or "")
    assert link in letter.text
    assert link in ("http://127.0.0.1:8000/reviews/7", "http://127.0.0.1:8000/requests/5")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (letter.html or "").split("<body>")[1])).replace("&#34;", '"')
    for line in letter.text.splitlines():
        assert " ".join(line.removeprefix("– ").removesuffix(":").strip(" -").split()) in f"{said} {link}", line
    assert "%(" not in letter.text


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("kind", "level"), CASES)
def test_t10_title_is_plain_text_on_one_line(app: Flask, kind: Kind, level: str):
    letter = write(told(kind, level, title=EVIL))
    assert "<img" not in (letter.html or "")
    assert len(re.findall(r"<a ", letter.html or "")) == 1
    assert not [line for line in letter.text.splitlines() if line.startswith(("Bcc", "– пункт"))]
    assert "49" not in letter.subject


@pytest.mark.engines("sqlite")
def test_every_kind_has_its_template_and_no_template_is_idle(app: Flask):
    assert {path.stem for path in TEMPLATES.glob("*.txt")} == {*Kind, *ACCOUNT_KINDS, *JOURNAL_KINDS, "letter"}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("kind", "level"), CASES)
def test_what_a_letter_is_drawn_from_has_types(app: Flask, kind: Kind, level: str):
    with force_locale("ru"):
        assert raw_values({"told": kinds.told(told(kind, level), NOW), "said": kinds.said(told(kind, level), NOW)}) == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "misspelt", ["{{ told.titel }}", "{{ footnote }}", "{% if told.amendmend %}{% endif %}", "{% for one in remark %}{% endfor %}"]
)
def test_a_name_that_nothing_gives_stops_the_letter(app: Flask, misspelt: str):
    with force_locale("ru"), pytest.raises(UndefinedError):
        letter_template("approved.txt").environment.from_string(misspelt).render(told=kinds.told(told(Kind.APPROVED), NOW))


@pytest.mark.engines("sqlite")
def test_letter_about_one_date_promises_nothing_of_the_others(app: Flask):
    """They may be over, put off or cancelled, too, by the time it is read."""
    assert "Остальные даты" not in write(told(Kind.DATE_CALLED_OFF)).text
    assert "само мероприятие не отменено" in write(told(Kind.DATE_CALLED_OFF)).text


def test_moments_are_named_by_weekday_within_the_week_and_never_as_tomorrow(app: Flask):
    with force_locale("ru"):
        assert letter_moment(datetime(2026, 6, 2, 15, tzinfo=UTC), NOW) == "вт 18:00"
        assert letter_moment(datetime(2026, 7, 10, 15, tzinfo=UTC), NOW) == "10\u00a0июля, 18:00"
        assert short_day_time(datetime(2026, 6, 2, 15, tzinfo=UTC)) == "вт, 2\u00a0июня, 18:00"
        assert addressed("Ветрова Алина Игоревна") == "Алина Игоревна"
    with force_locale("en"):
        assert addressed("Ветрова Алина Игоревна") == "Ветрова Алина Игоревна"


def written(envelope: Envelope, now: datetime) -> Letter | None:
    """Its letter, read in one transaction and put into words after it; None when it must not leave."""
    found = work.transaction(lambda: renderings([envelope], now), write=False)
    return found[envelope.id]() if envelope.id in found else None


def test_message_becomes_a_letter_to_its_recipient(app: Flask, cast: Cast, now: datetime, a_request: Callable[..., EventRequest]):
    made = a_request(by=cast.spec_pmc)
    letter = written(
        Envelope(1, "k", "approved", cast.spec_pmc.id, "", made.id, "request", made.id, {}, now, 0, None, ChannelKind.EMAIL), now
    )
    assert letter is not None
    assert letter.address == "spec_pmc@demo.example"
    assert "Алина Игоревна" in letter.text


def test_nobody_who_left_gets_a_letter(app: Flask, cast: Cast, now: datetime, a_request: Callable[..., EventRequest]):
    made, gone = a_request(by=cast.spec_pmc), cast.spec_pmc.id
    work.transaction(lambda: setattr(db.session.get_one(User, gone), "active", False))
    assert written(Envelope(1, "k", "approved", gone, "", made.id, "request", made.id, {}, now, 0, None, ChannelKind.EMAIL), now) is None
    assert written(Envelope(1, "k", "invitation", gone, "", None, "user", gone, {}, now, 0, None, ChannelKind.EMAIL), now) is None


@pytest.mark.parametrize("kind", sorted(ACCOUNT_KINDS))
def test_account_letter_carries_a_link_made_at_its_sending(app: Flask, cast: Cast, now: datetime, kind: str):
    letter = written(Envelope(1, "k", kind, cast.spec_pmc.id, "", None, "user", cast.spec_pmc.id, {}, now, 0, None, ChannelKind.EMAIL), now)
    assert letter is not None
    assert "http://127.0.0.1:8000/" in letter.text


@pytest.mark.engines("sqlite")
def test_case_35_change_overtaken_by_its_date_leaves_what_was_approved_in_force(app: Flask):
    assert "Утверждённая версия остаётся в силе." in write(told(Kind.DATE_PASSED, amendment=True)).text
    assert "Выберите новую дату и отправьте заявку снова или отзовите её." in write(told(Kind.DATE_PASSED)).text
