#!/usr/bin/env bash
# A comma in the name of a calendar or in a category, escaped as RFC 5545 asks, read by six libraries.
#
# Versions: icalendar 7.3.0, vobject 0.9.9, ical 14.3.1 (Python); ical.js 2.2.1, node-ical 0.26.1, ts-ics 2.4.6 (npm).
# Usual guess: NAME, X-WR-CALNAME and CATEGORIES are TEXT (RFC 7986 5.1, RFC 5545 3.8.8.2 and 3.8.1.2), so "\," is read as a
#   comma wherever SUMMARY reads one.
# Instead: SUMMARY is read alike by all. icalendar, ical.js and ts-ics show the backslash in the calendar's name; ical shows
#   it in one name and not in the other; ical, node-ical and ts-ics part a category at the escaped comma and keep the
#   backslash. And icalendar's own setter `calendar_name` writes both names without escaping. Only vobject reads all four
#   as the standard says.
# Why it matters: feeds are named after institutions, directions and events, whose names have commas. No way of writing a
#   comma is shown well everywhere.
# With us: names of feeds and categories are to have no comma, semicolon or backslash, and what is named is written as a
#   `vText`, never by the setter (events/calendars/).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile icalendar==7.3.0 vobject==0.9.9 ical==14.3.1
npm install --loglevel=error --no-audit --no-fund --no-save ical.js@2.2.1 node-ical@0.26.1 ts-ics@2.4.6 > installed

cat > feed.txt <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
NAME:Sport\, hikes
X-WR-CALNAME:Sport\, hikes
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260601T090000Z
DTSTART:20260627T150000Z
DTEND:20260627T170000Z
SUMMARY:Rafting\, day one
CATEGORIES:Sport\, hikes,Cinema
END:VEVENT
END:VCALENDAR
ICS
awk '{ printf "%s\r\n", $0 }' feed.txt > feed.ics

cat > read.py <<'PY'
import json
import warnings
from pathlib import Path

import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

warnings.simplefilter("ignore")
feed = Path("feed.ics").read_bytes().decode()


def show(*told: object) -> None:
    print(*(one if isinstance(one, str) else json.dumps(one, separators=(",", ":")) for one in told), sep=" | ")


read = Calendar.from_ical(feed)
event = read.events[0]
show("icalendar", str(read["NAME"]), str(read["X-WR-CALNAME"]), [str(one) for one in event.categories], str(event["SUMMARY"]))
read = vobject.readOne(feed)
names = read.contents["name"][0].value, read.contents["x-wr-calname"][0].value
show("vobject", *names, read.vevent.categories.value, read.vevent.summary.value)
read = IcsCalendarStream.calendar_from_ics(feed)
other = next(one.value for one in read.extras if one.name == "x-wr-calname")
show("ical", read.name[0], other, read.events[0].categories, read.events[0].summary)
made = Calendar()
made.calendar_name = "Sport, hikes"
show("icalendar writes", *made.to_ical().decode().split("\r\n")[1:3])
PY
cat > read.mjs <<'JS'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import { convertIcsCalendar } from "ts-ics";

const feed = readFileSync("feed.ics", "utf8");
const show = (...told) => console.log(told.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join(" | "));

const read = new ICAL.Component(ICAL.parse(feed));
const event = read.getFirstSubcomponent("vevent");
const names = ["name", "x-wr-calname"].map((one) => read.getFirstPropertyValue(one));
show("ical.js", ...names, event.getFirstProperty("categories").getValues(), event.getFirstPropertyValue("summary"));
const parsed = ical.parseICS(feed);
const entry = parsed["1@example.org"];
show("node-ical", parsed.vcalendar.name, parsed.vcalendar["WR-CALNAME"], entry.categories, entry.summary);
const converted = convertIcsCalendar(undefined, feed);
show("ts-ics", converted.name, "-", converted.events[0].categories, converted.events[0].summary);
JS
seen=$(bin/python read.py; node read.mjs)

expected=$(cat <<'SEEN'
icalendar | Sport\, hikes | Sport\, hikes | ["Sport, hikes","Cinema"] | Rafting, day one
vobject | Sport, hikes | Sport, hikes | ["Sport, hikes","Cinema"] | Rafting, day one
ical | Sport, hikes | Sport\, hikes | ["Sport\\"," hikes","Cinema"] | Rafting, day one
icalendar writes | NAME:Sport, hikes | X-WR-CALNAME:Sport, hikes
ical.js | Sport\, hikes | Sport\, hikes | ["Sport, hikes","Cinema"] | Rafting, day one
node-ical | Sport, hikes | Sport, hikes | ["Sport\\","hikes","Cinema"] | Rafting, day one
ts-ics | Sport\, hikes | - | ["Sport\\"," hikes","Cinema"] | Rafting, day one
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'escaped-comma: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "escaped-comma: as expected"
