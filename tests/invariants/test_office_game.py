"""The whole office at random against a reference kept by hand: rounds, returns, changes, dates, halls, routes and the clock.

Each test is one game with its own seed and its own database: the same acts are done by the product and by the reference of
`tests/fixtures/reference`, which is written from cases.md and never asks the product; after each act everything that can be seen
must be the same. A failure names the seed, the act and what differs. `MARSHRUT_TESTS_EXAMPLES` says how many games,
`MARSHRUT_TESTS_SEED` with which seed they begin.
"""

import os

import pytest
import time_machine
from flask import Flask

from tests.fixtures.office_game import Game
from tests.fixtures.playing import House

GAMES, FIRST = int(os.environ.get("MARSHRUT_TESTS_EXAMPLES", "5")), int(os.environ.get("MARSHRUT_TESTS_SEED", "1"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + GAMES))
def test_random_game_of_the_office_goes_as_the_cases_say(app: Flask, freeze: time_machine.Traveller, seed: int) -> None:
    Game(seed, House(), freeze).play()
