#!/usr/bin/env bash
# Two cases of the same name in an XES event log, read by the two readers of one library.
#
# Version: pm4py 2.7.23.11 with pandas 3.1.1 (AGPL: run here, never part of the product).
# Usual guess: a <trace> is a case, whatever its concept:name, as in XES (IEEE 1849); a trace without events is a case too.
# Instead: `pm4py.read_xes` gives a table in which the name is the case. The two traces become one, their events in the order
#   of the file, and what it discovers has steps that nobody took: a submission after a submission, a return after an
#   approval. A trace without events is gone. The older reader in the same package keeps three traces and invents nothing.
# Why it matters: a request that goes through two rounds of approval, or two districts that both number from 1, make such logs;
#   a report on them shows returns of approved requests.
# With us: when reports export XES, a case is a round and its name is unique, and its first event is the submission.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
# Of what pm4py asks for, only what reading needs: drawing and optimising would take most of a minute to install.
python3 -m venv .
bin/pip install -qq --no-compile pandas==3.1.1 lxml==6.1.3 networkx==3.6.1 pytz==2026.6 packaging==26.4
bin/pip install -qq --no-compile --no-deps pm4py==2.7.23.11

cat > log.xes <<'XES'
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <trace><string key="concept:name" value="7"/>
    <event><string key="concept:name" value="submit"/><date key="time:timestamp" value="2026-06-01T09:00:00+03:00"/></event>
    <event><string key="concept:name" value="approve"/><date key="time:timestamp" value="2026-06-03T09:00:00+03:00"/></event>
  </trace>
  <trace><string key="concept:name" value="7"/>
    <event><string key="concept:name" value="submit"/><date key="time:timestamp" value="2026-06-02T09:00:00+03:00"/></event>
    <event><string key="concept:name" value="return"/><date key="time:timestamp" value="2026-06-04T09:00:00+03:00"/></event>
  </trace>
  <trace><string key="concept:name" value="8"/></trace>
</log>
XES
cat > read.py <<'PY'
import pm4py
from pm4py.objects.log.importer.xes import importer


def show(reader, cases, log):
    steps, _, _ = pm4py.discover_dfg(log)
    print(reader, "cases:", cases, "steps:", ", ".join(f"{one} > {other}" for one, other in sorted(steps)))


table = pm4py.read_xes("log.xes")
show("read_xes", table["case:concept:name"].nunique(), table)
traces = importer.apply("log.xes")
show("importer", len(traces), traces)
PY
seen=$(PYTHONWARNINGS=ignore bin/python read.py 2> messages | grep -E '^(read_xes|importer) ') || { cat messages >&2; exit 1; }

expected=$(cat <<'SEEN'
read_xes cases: 1 steps: approve > return, submit > approve, submit > submit
importer cases: 3 steps: submit > approve, submit > return
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'xes-equal-cases: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "xes-equal-cases: as expected"
