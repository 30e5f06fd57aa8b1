#!/usr/bin/env bash
# The name of an organizer with a quotation mark or a backslash, read out of a calendar by six libraries.
#
# Versions: icalendar 7.3.0, vobject 0.9.9, ical 14.3.1 (Python); ical.js 2.2.1, node-ical 0.26.1, ts-ics 2.4.6 (npm).
# Usual guess: since RFC 6868 (2013) a quotation mark in a parameter is written "^'" and readers turn it back; a backslash
#   means nothing in a parameter (RFC 5545 3.2) and stays as it is.
# Instead: vobject, node-ical and ts-ics show the carets; icalendar, ical and ical.js turn them back, and ical.js makes a line
#   end of a backslash before "n" as well.
# Why it matters: institutions are called «Молодёжный центр "Старт"» in the office's own papers; this name is the CN of
#   ORGANIZER. A writer that keeps to the standard has "^'" shown to the subscribers of the other three.
# With us: a parameter gets an apostrophe for the quotation mark, "/" for the backslash and no caret (events/calendars/).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile icalendar==7.3.0 vobject==0.9.9 ical==14.3.1
npm install --loglevel=error --no-audit --no-fund --no-save ical.js@2.2.1 node-ical@0.26.1 ts-ics@2.4.6 > installed

cat > entry.txt <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260601T090000Z
DTSTART:20260627T150000Z
DTEND:20260627T170000Z
SUMMARY:Open day
ORGANIZER;CN="Centre ^'Start^', S:\north":mailto:office@example.org
END:VEVENT
END:VCALENDAR
ICS
awk '{ printf "%s\r\n", $0 }' entry.txt > entry.ics

cat > read.py <<'PY'
import json
import warnings
from pathlib import Path

import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

warnings.simplefilter("ignore")
entry = Path("entry.ics").read_bytes().decode()
print("icalendar", json.dumps(Calendar.from_ical(entry).events[0]["ORGANIZER"].params["CN"]))
print("vobject", json.dumps(vobject.readOne(entry).vevent.organizer.params["CN"][0]))
print("ical", json.dumps(IcsCalendarStream.calendar_from_ics(entry).events[0].organizer.common_name))
PY
cat > read.mjs <<'JS'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import { convertIcsCalendar } from "ts-ics";

const entry = readFileSync("entry.ics", "utf8");
const event = new ICAL.Component(ICAL.parse(entry)).getFirstSubcomponent("vevent");
console.log("ical.js", JSON.stringify(event.getFirstProperty("organizer").getParameter("cn")));
console.log("node-ical", JSON.stringify(ical.parseICS(entry)["1@example.org"].organizer.params.CN));
console.log("ts-ics", JSON.stringify(convertIcsCalendar(undefined, entry).events[0].organizer.name));
JS
seen=$(bin/python read.py; node read.mjs)

expected=$(cat <<'SEEN'
icalendar "Centre \"Start\", S:\\north"
vobject "Centre ^'Start^', S:\\north"
ical "Centre \"Start\", S:\\north"
ical.js "Centre \"Start\", S:\north"
node-ical "Centre ^'Start^', S:\\north"
ts-ics "Centre ^'Start^', S:\\north"
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'organizer-caret: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "organizer-caret: as expected"
