"""The district's thresholds as one frozen value, with the defaults every installation starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import Any


@dataclass(frozen=True)
class Rules:
    """Thresholds, curfew, noise, materiality. Each is a row of `setting` with its source; these are the defaults.

    Sources stand in `SOURCES`; hours of the day are Moscow time.
    """

    youth_age_from: int = 14
    youth_age_to: int = 35
    curfew_under_16_winter: time = time(22)
    curfew_under_16_summer: time = time(23)
    curfew_under_18: time = time(23)
    escort_needed_from: time = time(21, 30)
    noise_until_weekday: time = time(8)
    noise_until_weekend: time = time(12)
    noise_from: time = time(22)
    safety_note_from_people: int = 50
    longest_event_days: int = 14
    most_dates: int = 60
    material_people_percent: int = 20
    """More people than this over the approved number is a material change (cases.md 35)."""
    decision_sign_in_hours: int = 4
    """A decision needs the password typed not longer ago than this; less than one counts as one (cases.md 45)."""
    hold_slack_working_days: int = 2
    hold_returned_working_days: int = 3
    withdraw_passed_after_days: int = 30
    restore_within_working_days: int = 1


SOURCES: Mapping[str, str] = {
    "youth_age_from": "489-ФЗ, ст. 2",
    "youth_age_to": "489-ФЗ, ст. 2",
    "curfew_under_16_winter": "Закон СПб от 19.02.2014 № 48-14",
    "curfew_under_16_summer": "Закон СПб от 19.02.2014 № 48-14",
    "curfew_under_18": "Закон СПб от 19.02.2014 № 48-14",
    "escort_needed_from": "Закон СПб от 19.02.2014 № 48-14",
    "noise_until_weekday": "Закон СПб № 273-70, ст. 8",
    "noise_until_weekend": "Закон СПб № 273-70, ст. 8",
    "noise_from": "Закон СПб № 273-70, ст. 8",
    "safety_note_from_people": "ПП РФ № 272; 35-ФЗ, ст. 3, п. 6",
}


def read(stored: Mapping[str, Any]) -> Rules:
    """The rules with what the administrator has set; a time is stored as «HH:MM». Unknown keys are left aside."""
    known = {one.name: getattr(Rules(), one.name) for one in fields(Rules)}
    chosen = {key: time.fromisoformat(value) if isinstance(known[key], time) else value for key, value in stored.items() if key in known}
    return Rules(**{**known, **chosen})
