"""Is the journal whole: the check with its progress, the end of the journal outside of it, comparing (I8)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text
from time_machine import Traveller

from commands.worker import Worker
from events.audit import operations as audit
from events.audit import queries
from events.audit.models import AuditCheck, AuditEntry
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.db import db
from events.outbox.models import Message
from events.reminders import operations as reminders
from letters import renderings
from tests.fixtures.browsing import Client
from tests.fixtures.cast import Cast
from tests.fixtures.moments import MONDAY

SignedIn = Callable[[str], Client]
CHECK = "/administration/journal/check"
BUTTON = "Проверить весь журнал"


def tampered(seq: int, statement: str) -> None:
    """Somebody with the keys of the database changes an entry past every guard."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            for name in ("audit_entry_keeps", "audit_entry_stays"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement), {"seq": seq})


class TestChecked:
    def test_the_worker_walks_it_part_by_part_and_the_page_says_how_far(self, signed_in: SignedIn, cast: Cast, app: Flask):
        admin = signed_in("admin")
        assert "Журнал здесь ещё не проверяли." in admin.get(CHECK).text
        page = admin.submit(admin.get(CHECK), button=BUTTON, expect_redirect=CHECK)
        end = db.session.scalars(select(AuditCheck.end_seq)).one()
        assert f"Проверено 0 из {end}" in page.text
        assert audit.check_further(3)
        page = admin.get(CHECK)
        assert f"Проверено 3 из {end}" in page.text
        assert page.one(id="journal-check").get("data-renewed-url") == CHECK
        assert BUTTON not in page.text
        Worker.of(app).check_journal()
        page = admin.get(CHECK)
        assert "Журнал цел" in page.text
        assert "Администраторов" in page.text
        assert page.one(id="journal-check").get("data-renewed-url") is None
        assert not audit.check_further(3)

    def test_two_asked_for_at_once_are_one(self, signed_in: SignedIn, cast: Cast, app: Flask):
        signed_in("admin")
        real, actor = current_app._get_current_object(), cast.admin.actor

        def ask(_: int) -> bool:
            with real.app_context():
                try:
                    return work.transaction(lambda: audit.ask_check(by=actor, now=work.now()))
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(4) as together:
            assert sorted(together.map(ask, range(4))) == [False, False, False, True]
        db.session.rollback()
        assert len(db.session.scalars(select(AuditCheck.id)).all()) == 1
        assert len(db.session.scalars(select(AuditEntry.seq).where(AuditEntry.action == Action.JOURNAL_CHECK_ASKED)).all()) == 1

    def test_a_second_wish_is_told_that_the_first_is_under_way(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        first = admin.get(CHECK)
        admin.submit(first, button=BUTTON, expect_redirect=CHECK)
        assert "Журнал уже проверяется." in admin.submit(first, button=BUTTON, expect_redirect=CHECK).text

    @pytest.mark.parametrize(
        ("statement", "found"),
        [
            ("UPDATE audit_entry SET actor_id = 99 WHERE seq = :seq", 4),
            ("DELETE FROM audit_entry WHERE seq = :seq", 4),
            ("DELETE FROM audit_entry WHERE seq >= :seq", 4),
        ],
    )
    @pytest.mark.parametrize("size", [2, 1000])
    def test_i8_what_was_changed_past_the_system_is_found(self, signed_in: SignedIn, cast: Cast, statement: str, found: int, size: int):
        admin = signed_in("admin")
        admin.submit(admin.get(CHECK), button=BUTTON, expect_redirect=CHECK)
        tampered(4, statement)
        while audit.check_further(size):
            pass
        assert f"запись {found} удалена, исправлена или вставлена" in admin.get(CHECK).text

    def test_a_check_broken_off_goes_on_where_it_stood(self, signed_in: SignedIn, cast: Cast, app: Flask):
        """A killed worker leaves the row as it was kept last."""
        admin = signed_in("admin")
        admin.submit(admin.get(CHECK), button=BUTTON, expect_redirect=CHECK)
        audit.check_further(2)
        lost = work.transaction(lambda: audit._walk(2), write=False)
        assert lost is not None
        while audit.check_further(2):
            pass
        assert work.transaction(lambda: audit._keep(lost)) is False
        assert "Журнал цел" in admin.get(CHECK).text

    def test_the_database_holds_that_one_runs(self, signed_in: SignedIn, cast: Cast):
        work.transaction(lambda: audit.ask_check(by=cast.admin.actor, now=work.now()))
        with pytest.raises(work.DatabaseError):
            work.transaction(lambda: db.session.execute(text("UPDATE audit_check SET running = NULL")))
        with pytest.raises(work.DatabaseError):
            work.transaction(lambda: db.session.execute(text("UPDATE audit_check SET running = 2")))


class TestOutside:
    def test_the_end_is_given_as_a_file(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        told = admin.get("/administration/journal/head.txt").body
        seq, digest = work.transaction(queries.head, write=False)
        assert f"Номер последней записи: {seq}\r\nКонтрольная сумма: {digest}\r\n" in told

    def test_each_administrator_gets_it_by_letter_once_a_day_from_nine_on(self, app: Flask, cast: Cast, freeze: Traveller):
        def tick() -> int:
            return work.transaction(lambda: reminders.tell_head(work.now()))

        freeze.move_to(MONDAY.replace(hour=5, minute=59))
        assert tick() == 0
        freeze.move_to(MONDAY.replace(hour=6, minute=0))
        _seq, digest = work.transaction(queries.head, write=False)
        assert (tick(), tick()) == (1, 0)
        freeze.move_to(MONDAY + timedelta(days=1))
        assert tick() == 1
        db.session.rollback()
        told = db.session.scalars(select(Message).where(Message.kind == "journal_head").order_by(Message.id)).all()
        assert [(one.recipient_id, one.params["hash"]) for one in told] == [(cast.admin.id, digest)] * 2

    @pytest.mark.parametrize(("locale", "said"), [("ru", "Номер последней записи: "), ("en", "Number of the last entry: ")])
    def test_the_letter_has_both_and_is_for_administrators_alone(self, app: Flask, cast: Cast, locale: str, said: str):
        from events.outbox.queries import Envelope
        from events.outbox.vocabulary import ChannelKind
        from events.people import operations as people

        work.transaction(lambda: people.set_locale(cast.admin, locale, now=MONDAY))

        def letters() -> dict[int, str]:
            sent = [
                Envelope(
                    no,
                    "k",
                    "journal_head",
                    to,
                    "",
                    None,
                    "journal",
                    0,
                    {"seq": 120345, "hash": "ab" * 32},
                    MONDAY,
                    0,
                    None,
                    ChannelKind.EMAIL,
                )
                for no, to in ((1, cast.admin.id), (2, cast.spec_pmc.id))
            ]
            return {one: render().text for one, render in renderings(sent, MONDAY).items()}

        written = work.transaction(letters, write=False)
        assert list(written) == [1]
        assert f"{said}120345" in written[1]
        assert "ab" * 32 in written[1]
        assert "/administration/journal/check" in written[1]


class TestCompared:
    def test_what_a_letter_says_is_looked_for(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        seq, digest = work.transaction(queries.head, write=False)
        page = admin.submit(admin.get(CHECK), button="Сравнить", seq=str(seq), digest=digest.upper())
        assert "содержит эту запись без изменений" in page.text
        assert "Этой записи в журнале нет" in admin.get(f"{CHECK}?seq={seq}&digest={'0' * 64}").text
        assert "последняя" in admin.get(f"{CHECK}?seq={seq + 99}&digest={digest}").text

    def test_a_changed_entry_that_kept_its_checksum_is_not_unchanged(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        seq, digest = work.transaction(queries.head, write=False)
        tampered(seq, "UPDATE audit_entry SET actor_id = 99 WHERE seq = :seq")
        assert "Этой записи в журнале нет" in admin.get(f"{CHECK}?seq={seq}&digest={digest}").text

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("seq=1&digest=", "Напишите контрольную сумму"),
            (f"seq=&digest={'0' * 64}", "Напишите номер записи"),
            (f"seq=много&digest={'0' * 64}", "целое число"),
            (f"seq=0&digest={'0' * 64}", ""),
            (f"seq=99999999999999999999&digest={'0' * 64}", ""),
            ("seq=1&digest=abc", "64 знака"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_its_field(self, signed_in: SignedIn, cast: Cast, asked: str, said: str):
        page = signed_in("admin").get(f"{CHECK}?{asked}")
        assert len(page.errors) == 1
        assert said in page.errors[0]
