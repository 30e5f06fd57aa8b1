#!/usr/bin/env bash
# An appointment without VTIMEZONE put into a CalDAV server, and the tag that the server answers with.
#
# Versions: Radicale 3.9.0 over vobject 0.9.9.
# Usual guess: a strong ETag in the answer to PUT means that the bytes sent are the bytes kept, for RFC 4791 5.3.4 forbids a
#   strong one otherwise; so a client may keep its own copy under that tag and need not ask again.
# Instead: the properties are put into another order and vobject adds a VTIMEZONE of its own making, in which Moscow is at
#   +04:00 throughout 2014 (it left that offset on 26 October 2014). The answer is a strong ETag all the same, the one that
#   GET gives for the other bytes.
# Why it matters: whoever compares what was sent with what is kept, by tag or by hash, finds a change nobody made, and sends
#   it again.
# With us: a VTIMEZONE that begins in 2015 always goes along (events/calendars/); a CalDAV client of ours is to GET after PUT.
set -euo pipefail
sandbox=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server"; wait "$server" || true; fi; rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile radicale==3.9.0 vobject==0.9.9 tzdata==2026.6

port=$(bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/python -m radicale --config "" --hosts "127.0.0.1:$port" --auth-type none \
  --storage-filesystem-folder "$sandbox/kept" 2> server.log &
server=$!

cat > put.py <<'PY'
import base64
import re
import sys
import time
from urllib.error import URLError
from urllib.request import Request, urlopen

server = f"http://127.0.0.1:{sys.argv[1]}"
user = {"Authorization": "Basic " + base64.b64encode(b"office:").decode()}
lines = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260601T090000Z
DTSTART;TZID=Europe/Moscow:20260627T180000
DTEND;TZID=Europe/Moscow:20260627T200000
SUMMARY:Open day
END:VEVENT
END:VCALENDAR
"""
sent = lines.replace("\n", "\r\n").encode()


def ask(method, path, body=None):
    return urlopen(Request(server + path, body, user | {"Content-Type": "text/calendar"}, method=method))


for _ in range(100):
    try:
        ask("MKCALENDAR", "/office/calendar/")
        break
    except URLError:
        time.sleep(0.2)
answer = ask("PUT", "/office/calendar/1.ics", sent).headers["ETag"]
got = ask("GET", "/office/calendar/1.ics")
kept = got.read()
print("PUT answers a strong tag:", bool(answer) and not answer.startswith("W/"))
print("GET gives the same tag:", got.headers["ETag"] == answer)
print("GET gives the same bytes:", kept == sent)
print("time zones sent and kept:", sent.count(b"BEGIN:VTIMEZONE"), kept.count(b"BEGIN:VTIMEZONE"))
for starts, moved in re.findall(r"DTSTART:(201\d{5})T.*?TZOFFSETTO:(\+\d{4})", kept.decode(), re.DOTALL):
    print("kept for Moscow: from", starts, moved)
PY
seen=$(bin/python put.py "$port")

expected=$(cat <<'SEEN'
PUT answers a strong tag: True
GET gives the same tag: True
GET gives the same bytes: False
time zones sent and kept: 0 1
kept for Moscow: from 20120101 +0400
kept for Moscow: from 20150101 +0300
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'caldav-put-tag: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "caldav-put-tag: as expected"
