#!/usr/bin/env bash
# A BPMN process whose sequence flows name both of their ends, and a drawing made of it without its arrows.
#
# Version: bpmn-auto-layout 1.3.0 (npm), reading with bpmn-moddle.
# Usual guess: `sourceRef` and `targetRef` of a <sequenceFlow> are the connection; <incoming> and <outgoing> inside the nodes
#   repeat it and may be left out, as the schema of BPMN 2.0 allows.
# Instead: the drawing is made from <incoming> and <outgoing> alone. Without them it has every node, one below the other, and
#   not a single edge: no error, no warning, a valid file.
# Why it matters: a route of approval exported that way opens as a column of unconnected boxes.
# With us: when routes are exported as BPMN, both ends are written into the nodes too; until then nothing of ours writes it.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
npm install --loglevel=error --no-audit --no-fund --no-save bpmn-auto-layout@1.3.0 > installed

cat > draw.mjs <<'JS'
import { layoutProcess } from "bpmn-auto-layout";

const process = (ends) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="route" targetNamespace="http://example.org/">
  <process id="approval" isExecutable="false">
    <startEvent id="submitted">${ends ? "<outgoing>first</outgoing>" : ""}</startEvent>
    <userTask id="review">${ends ? "<incoming>first</incoming><outgoing>last</outgoing>" : ""}</userTask>
    <endEvent id="approved">${ends ? "<incoming>last</incoming>" : ""}</endEvent>
    <sequenceFlow id="first" sourceRef="submitted" targetRef="review"/>
    <sequenceFlow id="last" sourceRef="review" targetRef="approved"/>
  </process>
</definitions>`;

for (const ends of [false, true]) {
  const drawn = await layoutProcess(process(ends));
  const count = (what) => drawn.match(new RegExp(`<bpmndi:BPMN${what} `, "g"))?.length ?? 0;
  const boxes = [...drawn.matchAll(/<dc:Bounds x="(\d+)"[^>]* width="(\d+)"/g)];
  const columns = new Set(boxes.map(([, left, width]) => Number(left) + width / 2)).size;
  const given = ends ? "with" : "without";
  console.log(`${given} incoming and outgoing: nodes ${count("Shape")}, edges ${count("Edge")}, columns ${columns}`);
}
JS
seen=$(node draw.mjs)

expected=$(cat <<'SEEN'
without incoming and outgoing: nodes 3, edges 0, columns 1
with incoming and outgoing: nodes 3, edges 2, columns 3
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'bpmn-one-ended-flows: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "bpmn-one-ended-flows: as expected"
