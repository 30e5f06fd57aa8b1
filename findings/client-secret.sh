#!/usr/bin/env bash
# A client's secret with signs that stand for others in addresses, told to an OpenID Connect provider by Authlib.
#
# Versions: Authlib 1.9.10, requests 2.34.2; oidc-provider 9.13.3 as the provider.
# Usual guess: any secret the provider has made serves. `client_secret_basic` is what a client begins with when nothing is
#   said (OpenID Connect Core 1.0, 9), and RFC 6749, 2.3.1 says how identifier and secret are written in it: each encoded
#   as in a form, then base64.
# Instead: Authlib takes both as they are. A provider that goes by the RFC reads «+» as a space and «%41» as «A», and
#   answers `invalid_client`, as to a wrong secret. The maintainers took the encoding out again for clients in use, and
#   say to quote the secret before it is given; then it is wrong for `client_secret_post`.
# Why it matters: secrets are made at random, often in base64, and every second one of 44 signs has a «+»: one system signs
#   in and the next, set up alike, does not, with the word for a wrong secret.
# With us: where an office signs in through a provider, the secret is to be of letters and digits.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'kill "${provider:-}" 2>/dev/null || true; rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile authlib==1.9.10 requests==2.34.2
npm init -y > /dev/null
npm install --silent --no-fund --no-audit oidc-provider@9.13.3 > messages 2>&1 || { cat messages >&2; exit 1; }

cat > provider.mjs <<'JS'
import { Provider } from "oidc-provider";
const secrets = JSON.parse(process.argv[2]);
const clients = secrets.flatMap((secret, number) => ["client_secret_basic", "client_secret_post"].map((method) => ({
  client_id: `${method}-${number}`, client_secret: secret, token_endpoint_auth_method: method, redirect_uris: ["http://127.0.0.1/back"],
})));
const server = new Provider("http://127.0.0.1", { clients }).listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > ask.py <<'PY'
import json
import sys
from urllib.parse import quote_plus

from authlib.integrations.requests_client import OAuth2Session, OAuthError


def said(client_id, secret, method):
    """A code that is none: whoever is known as the client is told so."""
    client = OAuth2Session(client_id, secret, token_endpoint_auth_method=method, redirect_uri="http://127.0.0.1/back")
    try:
        client.fetch_token(f"http://127.0.0.1:{sys.argv[1]}/token", code="none", grant_type="authorization_code")
    except OAuthError as error:
        return {"invalid_grant": "known", "invalid_client": "not known"}[error.error]


for number, secret in enumerate(json.loads(sys.argv[2])):
    basic, post = "client_secret_basic", "client_secret_post"
    ways = {basic: (basic, secret), f"{basic}, quoted": (basic, quote_plus(secret)), post: (post, secret)}
    print(secret, "; ".join(f"{way}: {said(f'{method}-{number}', given, method)}" for way, (method, given) in ways.items()), sep=" -> ")
PY
secrets='["letters123", "one/two=", "one+two", "50%41", "a:b"]'
node provider.mjs "$secrets" > port 2> messages & provider=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
seen=$(bin/python ask.py "$(cat port)" "$secrets" 2>> messages) || { cat messages >&2; exit 1; }

expected=$(cat <<'SEEN'
letters123 -> client_secret_basic: known; client_secret_basic, quoted: known; client_secret_post: known
one/two= -> client_secret_basic: known; client_secret_basic, quoted: known; client_secret_post: known
one+two -> client_secret_basic: not known; client_secret_basic, quoted: known; client_secret_post: known
50%41 -> client_secret_basic: not known; client_secret_basic, quoted: known; client_secret_post: known
a:b -> client_secret_basic: known; client_secret_basic, quoted: known; client_secret_post: known
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'client-secret: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "client-secret: as expected"
