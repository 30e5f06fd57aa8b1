#!/usr/bin/env bash
# A backslash before a capital N in a title, written into a calendar by the Python package icalendar.
#
# Version: icalendar 7.3.0.
# Usual guess: a backslash in text is escaped as "\\" (RFC 5545 3.3.11), whatever follows, and reads back as it was typed.
# Instead: "\N" is taken for a line end before anything is escaped, so a title that holds it comes out in two lines and
#   without two characters. "\n", "\T" and every other pair keep both.
# Why it matters: titles and places are typed by people (a path of a shared folder is enough), and SUMMARY and LOCATION are
#   meant to be one line. A test with "\n" passes; only the capital letter shows it.
# With us: "\N" is written as "/N" in every text of a VEVENT (events/calendars/); fuzzing found it.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile icalendar==7.3.0

cat > write.py <<'PY'
from icalendar import Event

for title in (r"disk S:\news", r"disk S:\News", r"disk S:\Tours"):
    event = Event()
    event.add("summary", title)
    written = event.to_ical()
    print(title, "|", written.decode().split("\r\n")[1], "| read back:", ascii(str(Event.from_ical(written)["SUMMARY"])))
PY
seen=$(bin/python write.py)

expected=$(cat <<'SEEN'
disk S:\news | SUMMARY:disk S:\\news | read back: 'disk S:\\news'
disk S:\News | SUMMARY:disk S:\news | read back: 'disk S:\news'
disk S:\Tours | SUMMARY:disk S:\\Tours | read back: 'disk S:\\Tours'
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'typed-line-end: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "typed-line-end: as expected"
