#!/usr/bin/env bash
# Good ID tokens of OpenID Connect providers, as a client of Authlib reads them.
#
# Versions: Authlib 1.9.10 with joserfc 1.8.0, Flask 3.1.3, requests 2.34.2, cryptography 50.0.2.
# Usual guess: a token whose signature is good by a key of the provider's set is read, whatever else stands in the set
#   (RFC 7517, 5: a key that is not understood SHOULD be ignored), whatever name its algorithm goes by (RFC 9864: what was
#   «EdDSA» is «Ed25519»), and with the certificate in its header if the provider likes (RFC 7515, 4.1.6).
# Instead: a key of an unknown kind (kty) is ignored, one of a known kind on an unknown curve is a bare KeyError for every
#   sign-in, though the token names another key. Signed as «Ed25519» the token passes until it has an `at_hash`, which many
#   providers write. A header above 512 bytes is refused, and a certificate takes a thousand.
# Why it matters: the provider adds a key for others, or changes a name, and from that moment nobody signs in; the KeyError
#   is none of the library's own errors, so that `except JoseError` lets it through.
# With us: where an office signs in through a provider, that is to sign with RS256 or ES256, without a certificate in the
#   header; whatever else is raised while a token is read is a refusal, never an error of ours.
set -euo pipefail
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
cd "$sandbox"
python3 -m venv .
bin/pip install -qq --no-compile authlib==1.9.10 joserfc==1.8.0 flask==3.1.3 requests==2.34.2 cryptography==50.0.2

cat > read.py <<'PY'
import hashlib
import json
import time
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from authlib.integrations.flask_client import FlaskOAuth2App
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import OKPKey, RSAKey

RSA = rsa.generate_private_key(65537, 2048)
ED = ed25519.Ed25519PrivateKey.generate()
POINT = ec.generate_private_key(ec.BrainpoolP256R1()).public_key().public_numbers()
POST_QUANTUM = {"kty": "AKP", "alg": "ML-DSA-65", "kid": "other", "pub": "AAAA"}


def text(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def brainpool():
    """A key on the curve brainpoolP256r1, by the name it has in key sets."""
    x, y = (text(one.to_bytes(32, "big")) for one in (POINT.x, POINT.y))
    return {"kty": "EC", "crv": "BP-256", "kid": "other", "use": "sig", "x": x, "y": y}


def half(access_token, digest):
    whole = digest(access_token.encode()).digest()
    return text(whole[: len(whole) // 2])


def certificate():
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "id.example.org")])
    begins = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(RSA.public_key()).serial_number(1)
    signed = made.not_valid_before(begins).not_valid_after(begins + timedelta(days=9)).sign(RSA, hashes.SHA256())
    return b64encode(signed.public_bytes(Encoding.DER)).decode()


def show(what, alg, beside=None, header=None, at_hash=True):
    now = int(time.time())
    claims = {"iss": "https://id.example.org", "sub": "1", "aud": "us", "iat": now, "exp": now + 300, "nonce": "n"}
    if at_hash:
        claims["at_hash"] = half("access", hashlib.sha256 if alg == "RS256" else hashlib.sha512)
    signed = f"{text({'alg': alg, 'kid': 'ours', **(header or {})})}.{text(claims)}"
    if alg == "RS256":
        signature, key = RSA.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()), RSAKey.import_key(RSA.public_key())
    else:
        signature, key = ED.sign(signed.encode()), OKPKey.import_key(ED.public_key())
    keys = [key.as_dict(private=False, kid="ours"), *([beside] if beside else [])]
    client = FlaskOAuth2App(
        None, "id", client_id="us", issuer="https://id.example.org", jwks={"keys": keys}, id_token_signing_alg_values_supported=[alg]
    )
    try:
        read = client.parse_id_token({"id_token": f"{signed}.{text(signature)}", "access_token": "access"}, nonce="n")
        print(f"{what}: read, sub {read['sub']}")
    except Exception as error:
        print(f"{what}: {type(error).__module__}.{type(error).__name__}: {error}")


show("RS256", "RS256")
show("RS256, beside it a key of an unknown kind", "RS256", POST_QUANTUM)
show("RS256, beside it a key on an unknown curve", "RS256", brainpool())
show("RS256, its certificate in the header", "RS256", header={"x5c": [certificate()]})
show("EdDSA", "EdDSA")
show("Ed25519", "Ed25519")
show("Ed25519 without at_hash", "Ed25519", at_hash=False)
PY
seen=$(PYTHONWARNINGS=ignore bin/python read.py 2> messages) || { cat messages >&2; exit 1; }

expected=$(cat <<'SEEN'
RS256: read, sub 1
RS256, beside it a key of an unknown kind: read, sub 1
RS256, beside it a key on an unknown curve: builtins.KeyError: 'BP-256'
RS256, its certificate in the header: joserfc.errors.ExceededSizeError: exceeded_size: Header size exceeds 512 bytes.
EdDSA: read, sub 1
Ed25519: joserfc.errors.InvalidClaimError: invalid_claim: Invalid claim: 'at_hash'
Ed25519 without at_hash: read, sub 1
SEEN
)
if [ "$seen" != "$expected" ]; then
  printf 'id-token: changed\n--- expected\n%s\n--- seen\n%s\n' "$expected" "$seen" >&2
  exit 1
fi
echo "id-token: as expected"
