#!/usr/bin/env bash
# Which changes of an entry in a feed reach those who fetch it with vdirsyncer.
#
# Version: vdirsyncer 0.21.0.
# Usual guess: an entry whose bytes have changed is fetched anew; LAST-MODIFIED and DTSTAMP are there to tell of it.
# Instead: from a web feed vdirsyncer takes a hash of the entry as its tag and leaves out DTSTAMP, LAST-MODIFIED, CREATED,
#   PRODID, METHOD, X-WR-CALNAME and every VTIMEZONE. An entry in which only these differ counts as the same, so what was
#   copied before stays. SEQUENCE is not among them, and it alone is enough.
# Why it matters: a zone put right in VTIMEZONE moves every event and reaches nobody; a revision told by LAST-MODIFIED alone
#   is not seen either.
# With us: SEQUENCE rises with every change that a subscriber sees, and the VTIMEZONE of a feed never changes
#   (events/calendars/; its tests of revisions are tests/invariants/test_i21_calendar_revisions.py).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile vdirsyncer==0.21.0

cat > change.py <<'PY'
from vdirsyncer.vobject import Item

entry = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
X-WR-CALNAME:Sport
BEGIN:VTIMEZONE
TZID:Europe/Moscow
BEGIN:STANDARD
DTSTART:20150101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260601T090000Z
CREATED:20260601T090000Z
LAST-MODIFIED:20260601T090000Z
SEQUENCE:1
DTSTART;TZID=Europe/Moscow:20260627T180000
SUMMARY:Open day
END:VEVENT
END:VCALENDAR
"""
for old, new in (
    ("DTSTAMP:20260601", "DTSTAMP:20260602"),
    ("LAST-MODIFIED:20260601", "LAST-MODIFIED:20260602"),
    ("CREATED:20260601", "CREATED:20260602"),
    ("TZOFFSETTO:+0300", "TZOFFSETTO:+0400"),
    ("CALNAME:Sport", "CALNAME:Games"),
    ("SEQUENCE:1", "SEQUENCE:2"),
    ("SUMMARY:Open day", "SUMMARY:Open night"),
):
    assert old in entry
    print(f"{old} -> {new}:", "the same" if Item(entry.replace(old, new)).hash == Item(entry).hash else "changed")
PY
seen=$(bin/python change.py)

expected=$(cat <<'SEEN'
DTSTAMP:20260601 -> DTSTAMP:20260602: the same
LAST-MODIFIED:20260601 -> LAST-MODIFIED:20260602: the same
CREATED:20260601 -> CREATED:20260602: the same
TZOFFSETTO:+0300 -> TZOFFSETTO:+0400: the same
CALNAME:Sport -> CALNAME:Games: the same
SEQUENCE:1 -> SEQUENCE:2: changed
SUMMARY:Open day -> SUMMARY:Open night: changed
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'vdirsyncer-change: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "vdirsyncer-change: as expected"
