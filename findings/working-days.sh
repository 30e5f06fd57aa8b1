#!/usr/bin/env bash
# Whether a day was a working day in Russia, asked of two packages that know its holidays.
#
# Versions: workalendar 17.0.0 (January 2023), holidays 0.109. The year is 2022, whose transfers were decreed in September 2021.
# Usual guess: a package of working days knows the yearly decree; with one that knows it, `day in holidays` and the weekday
#   together tell a working day; its names tell a transferred day off; and a day before a holiday is known to be an hour
#   shorter (article 95 of the Labour Code).
# Instead: workalendar knows no decree at all: it is wrong on each of the four days that this one moved. holidays is right
#   through `is_working_day()`, but a working Saturday is no item of it. A day off that was moved is called «Выходной
#   (перенесено с …)» by decree and «… (выходной)» by law, so it cannot be found by its name; and without `language="ru"`
#   the names are English wherever LANG is C.UTF-8, as in many containers. Neither package has the short days; 22 February
#   was one.
# Why it matters: terms of approval are counted in working days and hours; one wrong day makes a review late that is not.
# With us: the production calendar is a table of our own with the decree it rests on (data/ru_calendar.json,
#   events/worktime/); an administrator may change a day.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile workalendar==17.0.0 holidays==0.109

cat > days.py <<'PY'
from datetime import date

import holidays
from workalendar.europe import Russia

russian, default, other = holidays.RU(years=2022, language="ru"), holidays.RU(years=2022), Russia()
for day in (date(2022, 3, 5), date(2022, 3, 7), date(2022, 5, 2), date(2022, 5, 3), date(2022, 5, 10)):
    print(f"{day:%a %d.%m}", "works:", other.is_working_day(day), russian.is_working_day(day), "listed:", day in russian)
    if day in russian:
        print("   ", russian[day], "/", default[day])
print("categories of days:", *holidays.RU.supported_categories)
PY
seen=$(env -u LANGUAGE -u LC_ALL -u LC_MESSAGES LANG=C.UTF-8 bin/python days.py)

expected=$(cat <<'SEEN'
Sat 05.03 works: False True listed: False
Mon 07.03 works: True False listed: True
    Выходной (перенесено с 05.03.2022) / Day off (substituted from 03/05/2022)
Mon 02.05 works: False False listed: True
    Праздник Весны и Труда (выходной) / Holiday of Spring and Labor (observed)
Tue 03.05 works: True False listed: True
    Выходной (перенесено с 01.01.2022) / Day off (substituted from 01/01/2022)
Tue 10.05 works: True False listed: True
    Выходной (перенесено с 02.01.2022) / Day off (substituted from 01/02/2022)
categories of days: public
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'working-days: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "working-days: as expected"
