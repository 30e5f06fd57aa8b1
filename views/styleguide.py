"""The living catalogue of the look: every token and macro with a real example. app.py registers it in demo mode only."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

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

from views import access

bp = Blueprint("styleguide", __name__)

COLOURS = (
    "paper",
    "surface",
    "sunken",
    "ink",
    "ink-soft",
    "rule",
    "rule-strong",
    "line",
    "line-deep",
    "line-soft",
    "line-ahead",
    "warn",
    "warn-edge",
    "warn-soft",
    "bad",
    "bad-edge",
    "bad-soft",
    "focus",
)
STATUSES = (
    "draft",
    "in_review",
    "returned",
    "approved",
    "published",
    "completed",
    "reported",
    "closed",
    "rejected",
    "withdrawn",
    "cancelled",
)
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
        statuses=STATUSES,
        sample=_sample_form(),
        wrong=_wrong_form(),
        stages=_stages(),
        long_stages=_long_stages(),
        rounds=_rounds(),
        days=_days(),
        today=date(2026, 6, 27),
        start=START,
        hour=timedelta(hours=1),
    )


def _sample_form() -> SampleForm:
    """A form as it opens."""
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


def _slot(unit: str, state: str, **further: Any) -> dict[str, Any]:
    """A slot of the route picture with what most have."""
    return {"unit": unit, "state": state, "kind": "gate", **further}


def _stages() -> list[dict[str, Any]]:
    """Route A in the middle of its way, with every interesting state."""
    return [
        {
            "title": "Руководитель учреждения",
            "state": "done",
            "slots": [_slot("ПМЦ «Кировский»", "submitted", person="Клёнов Павел Олегович", time="0 ч из 4", share=0)],
        },
        {
            "title": "Отделы администрации",
            "state": "current",
            "due": START + timedelta(hours=24),
            "slots": [
                _slot("Отдел молодёжной политики", "carried", word="согласие действительно, круг 1", person="Дубова Елена Петровна"),
                _slot(
                    "ОЗПБ",
                    "open",
                    person="Кедрова Мария Львовна",
                    time="осталось 5 рабочих часов",
                    share=38,
                    mine=True,
                    reasons=["120 участников ≥ 50", "Заканчивается после 21:00"],
                ),
                _slot(
                    "Бухгалтерия",
                    "open",
                    person="Рябинина Ольга Юрьевна",
                    time="просрочено на 1 рабочий день",
                    share=100,
                    overdue=True,
                    reasons=["Источник сметы — не субсидия на государственное задание"],
                ),
                _slot(
                    "Отдел образования",
                    "remarks",
                    person="Липина Нина Сергеевна",
                    acting="за Осинина В. В., приказ № 12",
                    time="3,5 ч из 8",
                    share=44,
                    reasons=["В учебное время"],
                ),
                _slot("Отдел физической культуры и спорта", "open", kind="consult", time="осталось 7 рабочих часов", share=12),
            ],
        },
        {"title": "Площадка", "state": "not_required", "reason": "Площадка принадлежит самому учреждению", "slots": []},
        {
            "title": "Заместитель главы администрации",
            "state": "waiting",
            "slots": [
                _slot("Заместитель главы (социальный блок)", "waiting", person="Соснов Игорь Васильевич"),
                _slot("Пресс-служба", "waiting", kind="inform"),
            ],
        },
    ]


def _long_stages() -> list[dict[str, Any]]:
    """Route B as it was returned: seven stages."""
    names = (
        "Руководитель учреждения",
        "Соорганизаторы",
        "Отдел молодёжной политики",
        "Безопасность, культура, спорт, благоустройство",
        "Заместитель главы",
        "Глава администрации",
        "Внешние уведомления",
    )
    states = ("done", "done", "done", "returned", "waiting", "waiting", "not_required")
    slots = {3: [_slot("ОЗПБ", "returned", person="Кедрова Мария Львовна", time="12 ч из 16", share=75), _slot("Пресс-служба", "approved")]}
    return [{"title": name, "state": state, "slots": slots.get(at, [])} for at, (name, state) in enumerate(zip(names, states, strict=True))]


def _rounds() -> list[dict[str, Any]]:
    """Two rounds of history."""
    remark = {
        "section": "Безопасность",
        "reason": "Безопасность не описана",
        "text": "Не указано, кто отвечает за эвакуацию и где стоит дежурный.",
        "blocking": True,
        "answer": "Добавили дежурного у выхода на улицу Маршала Говорова.",
        "answer_word": "Учтено",
    }
    first = [
        {
            "at": START - timedelta(days=8),
            "who": "Ветрова Алина Игоревна",
            "unit": "ПМЦ «Кировский»",
            "act": "Подала заявку",
            "tone": "good",
            "glyph": "send",
        },
        {
            "at": START - timedelta(days=7),
            "who": "Кедрова Мария Львовна",
            "unit": "ОЗПБ",
            "act": "Вернула на доработку",
            "tone": "bad",
            "glyph": "arrow-return-left",
            "took": "6 ч из 8",
            "share": 75,
            "remarks": [remark],
        },
    ]
    second = [
        {
            "at": START - timedelta(days=5),
            "act": "Согласие отдела молодёжной политики действительно с круга 1: его разделы не изменились.",
            "tone": "good",
            "glyph": "arrow-repeat",
        },
        {
            "at": START - timedelta(days=4),
            "who": "Липина Нина Сергеевна",
            "acting": "за Осинина В. В., приказ № 12",
            "unit": "Отдел образования",
            "act": "Согласовала с замечаниями",
            "tone": "warn",
            "glyph": "chat-left-dots",
            "took": "3,5 ч из 8",
            "share": 44,
        },
        {"at": START - timedelta(days=3), "act": "Ждём ОЗПБ и бухгалтерию", "tone": "active"},
    ]
    return [
        {"title": "Круг 2", "summary": "идёт третий рабочий день", "entries": second},
        {"title": "Круг 1", "summary": "возвращена 20 июня", "entries": first},
    ]


def _days() -> list[dict[str, Any]]:
    """Two days of the афиша, with a cancelled and a moved event."""
    quiz = {
        "title": "Квиз «Кировский район: за кадром»",
        "url": "#days",
        "starts": START,
        "place": "Молодёжный клуб «Автово», пр. Стачек, 90",
        "metro": "Автово",
        "age_mark": "12+",
        "price": "Бесплатно",
        "registration": "Без регистрации",
        "more": "и ещё 3",
    }
    festival = {
        "title": "Фестиваль уличной культуры «Южный ветер»: танцы, граффити, кубок по баскетболу 3×3 и концерт под открытым небом",
        "url": "#days",
        "starts": START + timedelta(hours=1),
        "place": "Парк «Александрино»",
        "metro": "Проспект Ветеранов",
        "age_mark": "6+",
        "price": "от 300 ₽",
        "direction": "Досуг и творчество",
        "state": "cancelled",
        "state_note": "Отменено",
    }
    yoga = {
        "title": "Йога в парке",
        "url": "#days",
        "starts": START + timedelta(hours=40),
        "place": "Парк «Екатерингоф»",
        "metro": "Нарвская",
        "age_mark": "16+",
        "price": "Бесплатно",
        "state": "postponed",
        "state_note": "Перенесено на 4 июля",
    }
    return [{"day": date(2026, 6, 27), "events": [quiz, festival]}, {"day": date(2026, 6, 29), "events": [yoga]}]
