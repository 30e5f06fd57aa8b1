"""What is asked for finds what is meant, however either is written."""

import pytest

from events.foundation.search import search_form, searched


def finds(asked: str, text: str) -> bool:
    """As the lists and the programme compare them: every word asked for stands somewhere."""
    words = search_form(asked).split()
    return bool(words) and all(word in searched(text) for word in words)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("елка", "Ёлка во дворе"),
        ("ёлка", "Елка во дворе"),
        ("ёлка", "Е\u0308лка во дворе"),  # of two signs
        ("йога", "И\u0306ога"),
        ("замок", "За́мок"),
        ("молодежь", "Моло\u00adдёжь"),  # a soft hyphen out of a text processor
        ("«Алые паруса»", 'Праздник "Алые паруса"'),
        ('"Алые паруса"', "Праздник „Алые паруса“"),
        ("алые   паруса", "Алые\u00a0паруса"),
        ("пресс-конференция", "Пресс конференция"),
        ("пресс конференция", "Пресс‑конференция"),
        ("прессконференция", "Пресс-конференция"),
        ("кибер-спорт", "Киберспорт"),
        ("иванова петрова", "Иванова-Петрова"),
        ("дарк", "Жанна д’Арк"),
        ("№5", "Школа № 5"),
        ("No 5", "Школа №5"),
        ("N 5", "Школа № 5"),
        ("номер 5", "Школа № 5"),
        ("школа № 5", "Школа No. 5"),
        ("школа 5", "Школа №5"),
        ("MM-ПМЦ-0123/2026", "ММ-ПМЦ-0123/2026"),  # the first letters asked for are Latin
        ("ммпмц0123", "ММ-ПМЦ-0123/2026"),
        ("стрела", "Cтрела"),  # the first letter written is Latin
        ("rock", "Rock-фестиваль"),
        ("ROCK", "rock-фестиваль"),
        ("cafe", "Café"),
        ("пр. Стачек, 18", "проспект Стачек, 18"),
        ("проспект стачек", "пр. Стачек, 18"),
        ("проспект стачек", "пр-т Стачек, 18"),
        ("пр-кт Стачек", "проспект Стачек"),
        ("улица маршала говорова", "ул. Маршала Говорова"),
        ("имени кирова", "Парк им. Кирова"),
        ("дк", "Дом культуры «Маяк»"),
        ("дом культуры", "ДК «Маяк»"),
        ("д.к.", "ДК «Маяк»"),
        ("дк", "Д.К. «Маяк»"),
        ("спб", "Санкт-Петербург"),
        ("санкт-петербург", "СПб, наб. Фонтанки"),
    ],
)
def test_what_is_meant_is_found(asked: str, text: str):
    assert finds(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"), [("елка", "Полка"), ("№ 5", "Школа № 6"), ("рок", "Rock"), ("дк", "Дом молодёжи"), ("  ", "Ёлка")]
)
def test_what_is_not_meant_is_not_found(asked: str, text: str):
    assert not finds(asked, text)


def test_a_compound_is_not_made_of_what_stands_in_two_texts():
    assert "ноль" not in searched("но-", "-ль")
    assert searched(None, "", "Ёлка") == "елка"
