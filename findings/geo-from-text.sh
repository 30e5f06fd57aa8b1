#!/usr/bin/env bash
# The coordinates of a place given to the Python package icalendar as text.
#
# Version: icalendar 7.3.0.
# Usual guess: `add("geo", "59.85;30.26")` writes GEO:59.85;30.26, as `add("rrule", "FREQ=DAILY")` takes the text of RRULE and
#   `vGeo.from_ical` takes this one; or it raises, as a date given as text does.
# Instead: the text is unpacked letter by letter and the first two are the coordinates: latitude 5, longitude 9, which is in
#   Cameroon. A latitude of one digit or below zero raises, because there the second or the first letter is no digit.
# Why it matters: coordinates come as text out of databases, files and forms, and GEO is what a phone opens its map with. A
#   test with a place in Singapore raises and one with a place in St. Petersburg passes, wrongly.
# With us: two numbers, checked to be degrees and rounded to six digits, are handed over as a tuple (events/calendars/).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile icalendar==7.3.0

cat > write.py <<'PY'
from icalendar import Event
from icalendar.prop import vGeo

for place in ("59.85;30.26", "1.29;103.85", (59.85, 30.26)):
    event = Event()
    try:
        event.add("geo", place)
    except ValueError as error:
        print(repr(place), "raises", error)
    else:
        print(repr(place), "gives", event.to_ical().decode().split("\r\n")[1])
print("from_ical gives", vGeo.from_ical("59.85;30.26"))
PY
seen=$(bin/python write.py)

expected=$(cat <<'SEEN'
'59.85;30.26' gives GEO:5.0;9.0
'1.29;103.85' raises Input must be (float, float) for latitude and longitude
(59.85, 30.26) gives GEO:59.85;30.26
from_ical gives (59.85, 30.26)
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'geo-from-text: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "geo-from-text: as expected"
