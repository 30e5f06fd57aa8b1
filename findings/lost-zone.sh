#!/usr/bin/env bash
# Aware moments given to the Python package icalendar, and the zone that is gone when they are read back.
#
# Version: icalendar 7.3.0.
# Usual guess: a moment with its zone is written so that the same moment is read back; only naive ones float.
# Instead: a plain moment in a named zone keeps it, but
#   - the UNTIL of a rule is written as local time without zone, where RFC 5545 3.3.10 demands UTC;
#   - a period among the RDATEs loses its TZID and the VALUE=PERIOD without which RFC 5545 3.8.5.2 knows only moments;
#   - a fixed offset, which is what `datetime.fromisoformat` gives, becomes TZID="UTC+03:00": no `add_missing_timezones()`
#     defines it, and the package itself reads it back as naive.
# Why it matters: nothing raises, and the file looks right on a computer in the same zone as its author.
# With us: every moment passes `ZoneInfo("Europe/Moscow")`, naive ones are refused, and series are written out date by date
#   without RRULE and RDATE (events/calendars/).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile icalendar==7.3.0 tzdata==2026.6

cat > write.py <<'PY'
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

named = datetime(2026, 7, 25, 18, tzinfo=ZoneInfo("Europe/Moscow"))
fixed = datetime(2026, 7, 25, 18, tzinfo=timezone(timedelta(hours=3)))


def show(name, value):
    event = Event()
    event.add(name, value)
    calendar = Calendar()
    calendar.add_component(event)
    calendar.add_missing_timezones()
    lines = calendar.to_ical().decode().split("\r\n")
    again = Event.from_ical(event.to_ical())[name]
    read = again["UNTIL"][0] if name == "RRULE" else again.dts[0].dt[0] if name == "RDATE" else again.dt
    print(lines[-4], "| zones defined:", lines.count("BEGIN:VTIMEZONE"), "| read back:", read.isoformat())


show("DTSTART", named)
show("RRULE", {"FREQ": "WEEKLY", "UNTIL": named})
show("RDATE", [(named, timedelta(hours=2))])
show("DTSTART", fixed)
PY
seen=$(bin/python write.py)

expected=$(cat <<'SEEN'
DTSTART;TZID=Europe/Moscow:20260725T180000 | zones defined: 1 | read back: 2026-07-25T18:00:00+03:00
RRULE:FREQ=WEEKLY;UNTIL=20260725T180000 | zones defined: 0 | read back: 2026-07-25T18:00:00
RDATE:20260725T180000/PT2H | zones defined: 0 | read back: 2026-07-25T18:00:00
DTSTART;TZID="UTC+03:00":20260725T180000 | zones defined: 0 | read back: 2026-07-25T18:00:00
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'lost-zone: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "lost-zone: as expected"
