"""Working time says that it is working time."""

from datetime import timedelta

import pytest
from flask import Flask

from presenters.phrases import say
from presenters.working_time import days_spent, hours_spent


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 рабочих минут"),
        (1, "1 рабочая минута"),
        (5, "5 рабочих минут"),
        (30, "0,5 рабочего часа"),
        (60, "1 рабочий час"),
        (182, "3 рабочих часа"),
        (490, "8,2 рабочего часа"),
        (960, "2 рабочих дня"),
    ],
)
def test_time_spent_is_said_to_be_working_time(app: Flask, minutes: int, said: str):
    spent = timedelta(minutes=minutes)
    assert say(days_spent(spent)).replace("\xa0", " ") == said
    if minutes < 960:
        assert say(hours_spent(spent)) == say(days_spent(spent))
