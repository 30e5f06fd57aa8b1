#!/usr/bin/env bash
# Rows 0 and 2 of a repeated group, sent after the middle one was removed in the browser, and read by WTForms.
#
# Version: WTForms 3.3.2 with werkzeug 3.1.9.
# Usual guess: a FieldList either keeps the numbers that were sent, or counts anew and takes the rows as they come.
# Instead: both. The row is renamed: what came as `lines-2` is shown again, and has its errors, as `lines-1`. But whatever was
#   not sent is filled from the stored row with the number that came. So after the third row has been sent as number 2, it
#   is number 1 on the refused page, and sent again from there it takes the missing values from the second stored row, the
#   one that was removed.
# Why it matters: a form that is refused once and then accepted stores a line under the identity of another one.
# With us: a row of dates carries its own key in a hidden field and is stored by it; everything else of a row is sent with it,
#   so nothing is left to be filled in by number (forms/requests/rows.py).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile wtforms==3.3.2 werkzeug==3.1.9

cat > send.py <<'PY'
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import InputRequired


class Line(Form):
    id = IntegerField()
    name = StringField(validators=[InputRequired()])


class Estimate(Form):
    lines = FieldList(FormField(Line))


stored = [{"id": 10, "name": "Stage"}, {"id": 11, "name": "Sound"}, {"id": 12, "name": "Buses"}]


def send(sent):
    form = Estimate(MultiDict(sent), data={"lines": stored})
    form.validate()
    print(sent)
    for line in form.lines:
        print("  shown as", line.name, line.data, *([line.errors] if line.errors else []))
    return form


refused = send({"lines-0-name": "Stage", "lines-2-name": ""})
send({field.name: field.data or "Two buses" for line in refused.lines for field in line if field.short_name == "name"})
PY
seen=$(bin/python send.py)

expected=$(cat <<'SEEN'
{'lines-0-name': 'Stage', 'lines-2-name': ''}
  shown as lines-0 {'id': 10, 'name': 'Stage'}
  shown as lines-1 {'id': 12, 'name': ''} {'name': ['This field is required.']}
{'lines-0-name': 'Stage', 'lines-1-name': 'Two buses'}
  shown as lines-0 {'id': 10, 'name': 'Stage'}
  shown as lines-1 {'id': 11, 'name': 'Two buses'}
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'form-rows: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "form-rows: as expected"
