#!/usr/bin/env bash
# A passkey that has not asked its owner for a finger or a PIN, shown at a sign-in that goes by the defaults of webauthn.
#
# Versions: webauthn 3.0.1, cbor2 6.3.0, cryptography 50.0.2.
# Usual guess: a passkey is two proofs in one, the key and its owner, and the package checks both unless it is told otherwise.
# Instead: generate_authentication_options() asks «preferred», and verify_authentication_response() takes an answer whose
#   flag of user verification is not set; `user_verified` of its result is the only place that tells. Demanding it of the
#   browser alone changes nothing: the answer is compared with no options.
# Why it matters: where a passkey opens an account without a password, a key left in a computer without a PIN is then enough.
# With us: «required» in the options and require_user_verification=True at both checks (events/factors/operations/passkeys.py).
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile webauthn==3.0.1 cbor2==6.3.0 cryptography==50.0.2

cat > sign_in.py <<'PY'
import hashlib
import json

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn import generate_authentication_options, verify_authentication_response
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import InvalidAuthenticationResponse

HOST, ORIGIN, PRESENT = "example.org", "https://example.org", 0x01
key = ec.generate_private_key(ec.SECP256R1())
numbers = key.public_key().public_numbers()
public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
options = generate_authentication_options(rp_id=HOST)
print("asked for:", options.user_verification.value)

data = hashlib.sha256(HOST.encode()).digest() + bytes([PRESENT]) + (1).to_bytes(4, "big")
client = json.dumps({"type": "webauthn.get", "challenge": bytes_to_base64url(options.challenge), "origin": ORIGIN}).encode()
signature = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
answer = {
    "id": bytes_to_base64url(b"a key"), "rawId": bytes_to_base64url(b"a key"), "type": "public-key",
    "response": {name: bytes_to_base64url(part) for name, part in parts.items()},
}
known = {
    "credential": answer, "expected_challenge": options.challenge, "expected_rp_id": HOST, "expected_origin": ORIGIN,
    "credential_public_key": public, "credential_current_sign_count": 0,
}
print("by default: taken, user_verified", verify_authentication_response(**known).user_verified)
try:
    verify_authentication_response(**known, require_user_verification=True)
except InvalidAuthenticationResponse as error:
    print("demanded:", error)
PY
seen=$(bin/python sign_in.py)

expected=$(cat <<'SEEN'
asked for: preferred
by default: taken, user_verified False
demanded: User verification is required but user was not verified during authentication
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'passkey-owner: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "passkey-owner: as expected"
