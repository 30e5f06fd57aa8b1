"""A command called wrongly, or with settings that cannot be used, ends with a Russian sentence and the code 2, never in a traceback."""

import re
from pathlib import Path

import pytest
from flask import Flask

import app as assembler

pytestmark = pytest.mark.engines("sqlite")

NAMES = re.compile(
    r"app|users|create|grant|block|calendar|district|load|nonsense|extra|author|[a-z-]+@x|MARSHRUT_\w+|FLASK_DEBUG|OPTIONS|COMMAND|ARGS|"
    r"FILE|EMAIL|KEY|NEW|--?[a-z-]+|'[^']*'|/[\w/.-]+|[a-z]+://\S+|python -c .*|marshrut@example\.org"
)
"""What is called so in any language."""
SECRET = "k" * 48


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["users"], "Как запускать: "),
        (["users", "nonsense"], "Ошибка: Команды nonsense нет."),
        (["users", "create", "--nonsense"], "Ошибка: Параметра --nonsense нет."),
        (["users", "create", "--emai", "a@x"], "Ошибка: Параметра --emai нет. Возможно, имелось в виду '--email'."),
        (["users", "create"], "Ошибка: Не указан параметр '--email'."),
        (["users", "create", "--email"], "Ошибка: Параметру --email нужно значение."),
        (["users", "create", "--generate=1"], "Ошибка: У параметра --generate не бывает значения."),
        (["users", "block"], "Ошибка: Не указано: 'EMAIL'."),
        (["users", "block", "a@x", "extra"], "Ошибка: Лишнее в команде: extra"),
        (["users", "grant", "a@x", "--unit", "x"], "Ошибка: Не указан параметр '--role'. Выберите одно из:"),
        (["users", "grant", "a@x", "--role", "nonsense"], "Ошибка: Значение не подходит ('--role'): «nonsense» — а можно одно из 'author'"),
        (["calendar", "load", "/nonsense", "--year", "2026"], "Ошибка: Значение не подходит ('FILE'): файла /nonsense нет."),
        (["calendar", "load", "/", "--year", "2026"], "Ошибка: Значение не подходит ('FILE'): / — это папка, а не файл."),
        (["calendar", "load", __file__, "--year", "nonsense"], "Ошибка: Значение не подходит ('--year'): «nonsense» — это не целое число."),
        (["calendar", "load", __file__, "--year", "1900"], "Ошибка: Значение не подходит ('--year'): 1900 не из промежутка "),
    ],
)
def test_a_command_called_wrongly_is_told_in_russian(app: Flask, args: list[str], said: str):
    answer = app.test_cli_runner().invoke(args=args)
    assert (answer.exit_code, said in answer.output) == (2, True), answer.output
    if len(args) > 1:
        assert answer.output.startswith("Ошибка: ") or f"Справка: app {args[0]}" in answer.output
        found = re.sub(r"(?m)^\t.*$|\((?:[a-z_]+, )*[a-z_]+\)", "", answer.output)
        assert re.findall(r"[A-Za-z]{2,}", NAMES.sub("", found)) == [], answer.output


def test_passwords_that_differ_are_told_in_russian(app: Flask):
    answer = app.test_cli_runner().invoke(
        args=["users", "create", "--email", "a@example.org", "--name", "Я", "--unit", "x", "--role", "author"], input="one\ntwo\n"
    )
    assert "Ошибка: пароли не совпали." in answer.output
    assert (answer.exit_code, "Прервано." in answer.output) == (1, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MARSHRUT_PORT", "eighty"),
        ("MARSHRUT_PORT", "0"),
        ("MARSHRUT_PORT", "65536"),
        ("MARSHRUT_PROXY_HOPS", "one"),
        ("MARSHRUT_PROXY_HOPS", "-1"),
        ("MARSHRUT_DEMO", "yes"),
        ("MARSHRUT_BASE_URL", "events.example.org"),
        ("MARSHRUT_BASE_URL", "http://[::1"),
        ("MARSHRUT_BASE_URL", "http://events.example.org:port"),
        ("MARSHRUT_SECRET_KEY", "short"),
        ("MARSHRUT_SMTP_URL", "mail.example.org"),
        ("MARSHRUT_SMTP_URL", "smtp://ivanov:sesame@mail.example.org:port"),
        ("MARSHRUT_MAIL_FROM", "a@example.org, b@example.org"),
        ("MARSHRUT_DATABASE_URL", "nonsense"),
        ("MARSHRUT_DATABASE_URL", "postgresql://user:sesame@host:port/name"),
        ("MARSHRUT_DATABASE_URL", "mysql://host/name"),
        ("MARSHRUT_DATABASE_URL", "sqlite:////nonsense/x.sqlite3"),
        ("MARSHRUT_INSTANCE_PATH", "/dev/null/instance"),
        ("FLASK_DEBUG", "1"),
    ],
)
@pytest.mark.parametrize("command", [True, False])
def test_a_setting_that_cannot_be_used_ends_the_start_with_its_name(
    name: str, value: str, command: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Both as `flask --app app …` and as `python app.py`, which is no demo here."""
    monkeypatch.setenv("MARSHRUT_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("MARSHRUT_SECRET_KEY", SECRET)
    monkeypatch.setenv("MARSHRUT_DEMO", "0")
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    monkeypatch.setenv("MARSHRUT_TRIAL", "0")
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        assembler.create_app() if command else assembler.main()
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n"), name in said, "sesame" in said) == (2, 1, True, False), said
    assert re.search("[а-я]", said)
    assert re.findall(r"[A-Za-z]{2,}", NAMES.sub("", said)) == [], said
