"""The feed as one writes it by hand: Flask, and icalendar at every poll. The events are those of the product's own feed."""

import os
from pathlib import Path

from flask import Flask, Response
from icalendar import Calendar, Event

from events.foundation import clock

TEXTS, MOMENTS = ("uid", "summary", "description", "location", "url", "status"), ("dtstart", "dtend")
EVENTS = [
    {name: str(one[name]) for name in TEXTS if name in one} | {name: one.decoded(name) for name in MOMENTS}
    for one in Calendar.from_ical(Path(os.environ["PEER_FEED"]).read_bytes()).walk("VEVENT")
]


def create_app() -> Flask:
    """Two views."""
    app = Flask(__name__)
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    app.add_url_rule("/all.ics", "feed", _feed)
    return app


def _feed() -> Response:
    """Every event, made anew."""
    calendar = Calendar()
    calendar.add("prodid", "-//naive//")
    calendar.add("version", "2.0")
    for stored in EVENTS:
        event = Event()
        event.add("dtstamp", clock.now())
        for name, value in stored.items():
            event.add(name, value)
        calendar.add_component(event)
    return Response(calendar.to_ical(), content_type="text/calendar")
