#!/usr/bin/env bash
# A short label such as «№5» drawn as a QR code by segno and read back.
#
# Versions: segno 1.6.6, read by zxing-cpp 3.1.0.
# Usual guess: text outside Latin-1 goes into a QR code as UTF-8 bytes, and `encoding="utf-8"` makes sure of it.
# Instead: kanji mode is chosen for text whose UTF-8 bytes happen to lie in the ranges of Shift JIS, also with
#   `encoding="utf-8"`. «№5» is four such bytes, and readers show two Japanese characters. «№ 5», «№12» and «Зал №5» are
#   right, so a try with a longer label shows nothing. `mode="byte"` helps.
# Why it matters: such labels stand on doors, on boxes and on the sheets of an event, where one scans to find the room.
# With us: QR codes hold addresses only (`qr` among the views), which are ASCII; other text is to take `mode="byte"`.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile segno==1.6.6 zxing-cpp==3.1.0

cat > scan.py <<'PY'
import segno
import zxingcpp

for label, wish in (
    ("№5", {}),
    ("№5", {"encoding": "utf-8"}),
    ("№5", {"mode": "byte"}),
    ("—5", {}),
    ("№ 5", {}),
    ("№12", {}),
    ("Зал №5", {}),
):
    code = segno.make(label, micro=False, **wish)
    rows = [bytes(0 if dark else 255 for dark in row) for row in code.matrix_iter(scale=4, border=4)]
    picture = memoryview(b"".join(rows)).cast("B", shape=[len(rows), len(rows)])
    print(label, wish, code.mode, [found.text for found in zxingcpp.read_barcodes(picture)])
PY
seen=$(PYTHONUTF8=1 bin/python scan.py)

expected=$(cat <<'SEEN'
№5 {} kanji ['邃勃']
№5 {'encoding': 'utf-8'} kanji ['邃勃']
№5 {'mode': 'byte'} byte ['№5']
—5 {} kanji ['窶盃']
№ 5 {} byte ['№ 5']
№12 {} byte ['№12']
Зал №5 {} byte ['Зал №5']
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'qr-number-sign: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "qr-number-sign: as expected"
