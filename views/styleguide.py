"""The living catalogue of the look: every token and macro with a real example. app.py registers it in demo mode only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, render_template
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from events.approvals.vocabulary import SlotKind, StageState
from events.foundation.text import N_
from events.requests.vocabulary import RequestStatus, Section
from presenters.event_card import EventCard, EventDay, Flag
from presenters.history.entries import Entry
from presenters.history.rounds import RoundHistory
from presenters.remarks import RemarkShown
from presenters.request_rows import RequestRow
from presenters.reviews import ReviewRow
from presenters.route_picture import Stage, review_in, stage_in
from presenters.section_progress import Progress, SectionProgress
from presenters.tables.reviews import ReviewStanding
from presenters.working_time import TimeLeft, due_words
from views import access
from views.choices import Box, Choice
from views.missing_line import MissingLine

bp = Blueprint("styleguide", __name__)

COLOURS = (
    "paper", "surface", "sunken", "ink", "ink-soft", "rule", "rule-strong", "line", "line-deep", "line-soft", "line-ahead",
    "warn", "warn-edge", "warn-soft", "bad", "bad-edge", "bad-soft", "focus",
)  # fmt: skip
START = datetime(2026, 6, 27, 15, 0, tzinfo=UTC)
"""A Saturday, 18:00 in Moscow: examples stand still so that two looks at the page can be compared."""


class SampleForm(Form):  # type: ignore[misc]  # wtforms is untyped
    """One field of each kind. Its words are examples of the Russian screen, not part of the interface."""

    title = StringField("Наименование")
    teaser = TextAreaField("Анонс")
    starts = DateTimeLocalField("Начало")
    expected = IntegerField("Ожидаемое число участников")
    phone = StringField("Телефон ответственного", [Optional()])
    direction = SelectField(
        "Направление", choices=[SelectChoice(value, value) for value in ("Досуг и творчество", "Спорт и здоровый образ жизни")]
    )
    format = RadioField(
        "Формат", choices=[SelectChoice("onsite", "Очно"), SelectChoice("online", "Онлайн"), SelectChoice("mixed", "Смешанный")]
    )
    access = SelectMultipleField(
        "Доступность",
        choices=[SelectChoice("ramp", "Пандус"), SelectChoice("lift", "Лифт"), SelectChoice("stairs", "Вход со ступенями")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    outdoor = BooleanField("На открытом воздухе")


@bp.get("/styleguide")
@access.staff
def styleguide() -> str:
    """Components in the order a page meets them, then tokens."""
    return render_template(
        "styleguide/index.html",
        colours=COLOURS,
        statuses=list(RequestStatus),
        sample=_sample_form(),
        wrong=_wrong_form(),
        stages=_stages(),
        long_stages=_long_stages(),
        rounds=_rounds(),
        sections=_progress(),
        remark=_remark(),
        days_shown=_choices(),
        conditions=_boxes(),
        awaiting=_awaiting(),
        own=_own(),
        missing_lines=_missing(),
        days=_days(),
        today=date(2026, 6, 27),
        start=START,
        hour=timedelta(hours=1),
    )


def _sample_form() -> SampleForm:
    return SampleForm(
        prefix="sample-",
        data={
            "title": "Квиз «Кировский район: за кадром»",
            "expected": 40,
            "format": "onsite",
            "direction": "Досуг и творчество",
            "access": ["ramp"],
        },
    )


def _wrong_form() -> SampleForm:
    """The same form as it comes back."""
    form = SampleForm(prefix="wrong-", data={"expected": 400, "title": "КВИЗ"})
    form.title.errors = ["Напишите наименование строчными буквами, от 8 до 150 знаков."]
    form.expected.errors = ["В зале 60 мест. Уменьшите число участников или выберите другую площадку."]
    form.format.errors = ["Выберите формат."]
    return form


def _awaiting() -> tuple[ReviewRow, ...]:
    """Two reviews as they wait: an overdue one of a change, and one of a second round that is nearly due."""
    festival = "Фестиваль уличной культуры «Южный ветер»: танцы, граффити, кубок по баскетболу 3×3 и концерт под открытым небом"
    late = TimeLeft("просрочено на 1 рабочий день", overdue=True, soon=False, share=100, due=_days_ago(6))
    soon = TimeLeft("осталось 2 рабочих часа", overdue=False, soon=True, share=88, due=_days_ago(5))
    why = "виза: 120 участников (50 и больше), на открытом воздухе"
    whose = ("ПМЦ «Кировский», Ветрова А. И.", "Дом молодёжи «Путиловец»")
    return (
        ReviewRow(1, festival, "ММ-ПМЦ-0123/2026", START, whose[0], why, "ОЗПБ", again=None, amendment=True, time=late),
        ReviewRow(
            2, "Квиз «За кадром»", "ММ-ДМ-0041/2026", START, whose[1], "виза: в учебное время", "ОЗПБ", again=2, amendment=False, time=soon
        ),
    )


def _own() -> tuple[RequestRow, ...]:
    return (
        RequestRow(1, "Подкаст за вечер", "ММ-ЦБС-0007/2026", START, RequestStatus.IN_REVIEW, ()),
        RequestRow(2, "Йога в парке", None, None, RequestStatus.DRAFT, ()),
        RequestRow(3, "Вечер настольных игр", "ММ-ЦБС-0004/2026", START, RequestStatus.RETURNED, (), 2),
    )


def _missing() -> tuple[MissingLine, ...]:
    return (
        MissingLine("Наименование: напишите строчными буквами, от 8 до 150 знаков", "#wrong-title"),
        MissingLine("Площадка: 27 июня с 17:00 до 21:00 занята, свободны ДК «Нарвский» и 28 июня", "#form", "Брони площадок"),
    )


def _stages() -> tuple[Stage, ...]:
    """Route A in the middle of its way, with every interesting state."""
    submitted = review_in(ReviewStanding.SUBMITTED, "ПМЦ «Кировский»", SlotKind.GATE, ())
    asked = [
        replace(
            review_in(ReviewStanding.CARRIED, "Отдел молодёжной политики", SlotKind.GATE, (), "согласие действительно, круг 1"),
            person="Дубова Елена Петровна",
        ),
        replace(
            review_in(ReviewStanding.OPEN, "ОЗПБ", SlotKind.GATE, ("120 участников (50 и больше)", "окончание после 21:00")),
            person="Кедрова Мария Львовна", time="осталось 5 рабочих часов", share=38, review_id=1,
        ),
        replace(
            review_in(ReviewStanding.OPEN, "Бухгалтерия", SlotKind.GATE, ("Источник сметы — не субсидия на государственное задание",)),
            person="Рябинина Ольга Юрьевна", time="просрочено на 1 рабочий день", share=100, overdue=True,
        ),
        replace(
            review_in(ReviewStanding.REMARKS, "Отдел образования", SlotKind.GATE, ("В учебное время",)),
            person="Липина Нина Сергеевна", acting="за Осинина В. В., приказ № 12", time="3,5 ч из 8", share=44,
        ),
        replace(
            review_in(ReviewStanding.OPEN, "Отдел физической культуры и спорта", SlotKind.CONSULT, ()),
            time="осталось 7 рабочих часов", share=12,
        ),
    ]  # fmt: skip
    last = [
        replace(
            review_in(ReviewStanding.WAITING, "Заместитель главы (социальный блок)", SlotKind.GATE, ()), person="Соснов Игорь Васильевич"
        ),
        review_in(ReviewStanding.WAITING, "Пресс-служба", SlotKind.INFORM, ()),
    ]
    due_at = START + timedelta(hours=24)
    return (
        stage_in(
            StageState.PASSED,
            "Руководитель учреждения",
            [replace(submitted, person="Клёнов Павел Олегович", time="0 ч из 4", share=0)],
        ),
        replace(stage_in(StageState.OPEN, "Отделы администрации", asked), due=due_words(due_at, START), due_at=due_at),
        replace(stage_in(StageState.NOT_REQUIRED, "Площадка"), reasons=("Площадка принадлежит самому учреждению",)),
        stage_in(StageState.WAITING, "Заместитель главы администрации", last),
    )


def _long_stages() -> tuple[Stage, ...]:
    """Route B as it was returned: seven stages."""
    asked = [
        replace(review_in(ReviewStanding.RETURNED, "ОЗПБ", SlotKind.GATE, ()), person="Кедрова Мария Львовна", time="12 ч из 16", share=75),
        review_in(ReviewStanding.APPROVED, "Пресс-служба", SlotKind.GATE, ()),
    ]
    return (
        stage_in(StageState.PASSED, "Руководитель учреждения"),
        stage_in(StageState.PASSED, "Соорганизаторы"),
        stage_in(StageState.PASSED, "Отдел молодёжной политики"),
        stage_in(StageState.RETURNED, "Безопасность, культура, спорт, благоустройство", asked),
        stage_in(StageState.WAITING, "Заместитель главы"),
        stage_in(StageState.WAITING, "Глава администрации"),
        stage_in(StageState.NOT_REQUIRED, "Внешние уведомления"),
    )


def _rounds() -> tuple[RoundHistory, ...]:
    remark = RemarkShown(
        1,
        "",
        "Безопасность",
        "Не указано, кто отвечает за эвакуацию и где стоит дежурный.",
        blocking=True,
        answer="Добавили дежурного у выхода на улицу Маршала Говорова.",
        answer_word="Учтено",
    )
    first = (
        Entry(_days_ago(8), "Подала заявку", "good", "send", unit="ПМЦ «Кировский»", who="Ветрова Алина Игоревна"),
        Entry(
            _days_ago(7), "Вернула на доработку", "bad", "arrow-return-left", unit="ОЗПБ", who="Кедрова Мария Львовна", took="6 ч из 8",
            share=75, remarks=(remark,),
        ),
    )  # fmt: skip
    carried = "Согласие отдела молодёжной политики действительно с круга 1: его разделы не изменились."
    second = (
        Entry(_days_ago(5), carried, "good", "arrow-repeat"),
        Entry(
            _days_ago(4), "Согласовала с замечаниями", "warn", "chat-left-dots", unit="Отдел образования", who="Липина Нина Сергеевна",
            acting="за Осинина В. В., приказ № 12", took="3,5 ч из 8", share=44,
        ),
        Entry(_days_ago(3), "Ждём ОЗПБ и бухгалтерию", "active"),
    )  # fmt: skip
    return (RoundHistory("Круг 2", "идёт третий рабочий день", second), RoundHistory("Круг 1", "возвращена 20 июня", first))


def _days_ago(days: int) -> datetime:
    """So many days before the event."""
    return START - timedelta(days=days)


def _days() -> tuple[EventDay, ...]:
    """Two days of the афиша, with a cancelled and a moved event."""
    quiz = EventCard(
        "Квиз «Кировский район: за кадром»", "quiz", START, "18:00",
        "Молодёжный клуб «Автово», пр. Стачек, 90", "12+", "Бесплатно", "Автово",
        more=N_("and %(n)s more date", "and %(n)s more dates", n=3), registration="Без регистрации",
    )  # fmt: skip
    festival = EventCard(
        "Фестиваль уличной культуры «Южный ветер»: танцы, граффити, кубок по баскетболу 3×3 и концерт под открытым небом",
        "festival", START + timedelta(hours=1), "19:00, до 28 июня",
        "Парк «Александрино»", "6+", "от 300 ₽", "Проспект Ветеранов", off=True,
        flag=Flag("Отменено", "bad", "slash-circle"), direction="Досуг и творчество",
    )  # fmt: skip
    yoga = EventCard(
        "Йога в парке", "yoga", START + timedelta(hours=40), "10:00", "Парк «Екатерингоф»", "16+", "Бесплатно", "Нарвская",
        flag=Flag("Перенесено на 4 июля", "warn", "calendar-event"),
    )  # fmt: skip
    return (EventDay(date(2026, 6, 27), (quiz, festival)), EventDay(date(2026, 6, 29), (yoga,)))


def _remark() -> RemarkShown:
    text = "Сумма по статье «Призы» не сходится: 12 × 450 — это 5 400 ₽."
    return RemarkShown(2, "Бухгалтерия", "Смета", text, blocking=True)


def _choices() -> tuple[Choice, ...]:
    return (Choice("Сегодня", "#days", current=True, count=3), Choice("Выходные", "#days"), Choice("Месяц", "#days", count=23))


def _boxes() -> tuple[Box, ...]:
    return (Box("free", "Бесплатно", checked=True), Box("open", "Без регистрации", checked=False))


def _progress() -> tuple[SectionProgress, ...]:
    """A form half filled in."""
    return (
        SectionProgress(Section.CONTENT, "Содержание", Progress.DONE, "готово"),
        SectionProgress(Section.SCHEDULE, "Даты и время", Progress.REMARK, "1 замечание", current=True),
        SectionProgress(Section.VENUE, "Площадка", Progress.TODO, "осталось 2 поля"),
        SectionProgress(Section.PEOPLE, "Участники", Progress.DONE, "готово"),
        SectionProgress(Section.MONEY, "Смета", Progress.TODO, "не начато"),
    )
