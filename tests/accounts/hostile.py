"""A table of hostile tokens: each is made from what the attacker may well know, and each must be refused alike."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwe

from accounts.tokens import public_point
from crypto.campaign_keys import new_campaign_key
from tests.accounts.forgery import encode, packed, raw_signature, shared_signature, without

Json = dict[str, Any]
Made = Callable[["Reader"], str]


@dataclass(frozen=True)
class Reader:
    """Whom the tokens are meant to fool: its key, the header and payload that it would accept, and a stranger's."""

    secret: bytes
    header: Json
    payload: Json
    other_secret: bytes
    other_kid: str
    other_campaign: str
    other_client: str

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_point(self.secret))

    def text(self, form: Encoding) -> bytes:
        return self.public.public_bytes(form, PublicFormat.SubjectPublicKeyInfo)

    def signed(self, header: Json | bytes | None = None, payload: Json | bytes | None = None) -> str:
        """Sign anything with the right key: what only the checks around the signature can refuse."""
        head = self.header if header is None else header
        body = f"{packed(head)}.{packed(self.payload if payload is None else payload)}"
        return f"{body}.{encode(raw_signature(body, self.secret))}"

    def unsigned(self, header: Json, signature: bytes = b"") -> str:
        return f"{packed(header)}.{packed(self.payload)}.{encode(signature)}"

    def shared(self, key: bytes, algorithm: str) -> str:
        body = f"{packed({**self.header, 'alg': algorithm})}.{packed(self.payload)}"
        return f"{body}.{encode(shared_signature(key, body, algorithm))}"

    def stolen(self, signature: bytes) -> str:
        return f"{packed(self.header)}.{packed(self.payload)}.{encode(signature)}"

    def good_parts(self) -> list[str]:
        return self.signed().split(".")


def _header(**more: object) -> Made:
    return lambda one: one.signed({**one.header, **more})


def _payload(**more: object) -> Made:
    return lambda one: one.signed(payload={**one.payload, **more})


def _later(**by: int) -> Made:
    return lambda one: one.signed(
        payload={**one.payload, **{name: one.payload[name] + more for name, more in by.items()}}
    )


def _none(spelling: str, *, signed: bool) -> Made:
    return lambda one: (one.signed if signed else one.unsigned)({**one.header, "alg": spelling})


def _shared(form: Encoding, algorithm: str) -> Made:
    return lambda one: one.shared(one.text(form), algorithm)


def _doubled(segment: str, name: str, first: str) -> Made:
    """Name a claim twice: readers differ in which they take."""

    def make(one: Reader) -> str:
        whole = one.header if segment == "header" else one.payload
        text = json.dumps(whole).encode().replace(b"{", f'{{"{name}": {first}, '.encode(), 1)
        return one.signed(text) if segment == "header" else one.signed(payload=text)

    return make


def _respelt(place: int, spell: Callable[[str], str]) -> Made:
    def make(one: Reader) -> str:
        parts = one.good_parts()
        parts[place] = spell(parts[place])
        return ".".join(parts)

    return make


def _der(one: Reader) -> str:
    private = ec.derive_private_key(int.from_bytes(one.secret, "big"), ec.SECP256R1())
    body = one.signed().rpartition(".")[0]
    return f"{body}.{encode(private.sign(body.encode(), ec.ECDSA(hashes.SHA256())))}"


def _other_curve(algorithm: str, curve: ec.EllipticCurve) -> Made:
    def make(one: Reader) -> str:
        private = ec.generate_private_key(curve)
        body = f"{packed({**one.header, 'alg': algorithm})}.{packed(one.payload)}"
        return f"{body}.{encode(private.sign(body.encode(), ec.ECDSA(hashes.SHA384())))}"

    return make


def _by_stranger(**header: object) -> Made:
    """Sign with a key of the attacker's own, and offer that key along."""

    def make(one: Reader) -> str:
        body = f"{packed({**one.header, **header})}.{packed(one.payload)}"
        return f"{body}.{encode(raw_signature(body, new_campaign_key('token').secret))}"

    return make


def _embedded(one: Reader) -> str:
    secret = new_campaign_key("token").secret
    point = public_point(secret)
    jwk = {"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])}
    body = f"{packed({**one.header, 'jwk': jwk})}.{packed(one.payload)}"
    return f"{body}.{encode(raw_signature(body, secret))}"


def _of_another_campaign(**claims: str) -> Made:
    """Sign with another campaign's key under this campaign's name for it."""

    def make(one: Reader) -> str:
        changed = {name: getattr(one, value) for name, value in claims.items()}
        body = f"{packed(one.header)}.{packed({**one.payload, **changed})}"
        return f"{body}.{encode(raw_signature(body, one.other_secret))}"

    return make


def _named_as_another(one: Reader) -> str:
    body = f"{packed({**one.header, 'kid': one.other_kid})}.{packed(one.payload)}"
    return f"{body}.{encode(raw_signature(body, one.other_secret))}"


def _swapped(one: Reader) -> str:
    other = one.signed(payload={**one.payload, "jti": "another"})
    return f"{one.signed().rpartition('.')[0]}.{other.rpartition('.')[2]}"


def _halves(one: Reader) -> str:
    body, _, _ = one.signed().rpartition(".")
    signature = raw_signature(body, one.secret)
    return f"{body}.{encode(signature[32:] + signature[:32])}"


def _stray_bits(one: Reader) -> str:
    token = one.signed()
    return token[:-1] + chr(ord(token[-1]) + 1)


def _encrypted(one: Reader) -> str:
    plain = json.dumps(one.payload).encode()
    return jwe.encrypt(plain, bytes(32), algorithm="dir", encryption="A256GCM", kid=one.header["kid"]).decode()


def _padded_standard(segment: str) -> str:
    return urlsafe_b64encode(b"\xfb\xff" + segment.encode()).decode().replace("-", "+").replace("_", "/")


PATHS = ("../../root.key", "/dev/null", "..%2f..%2froot.key", "file:///root.key", "|id", "'; DROP TABLE client; --", "")
HOSTILE: dict[str, Made] = {
    **{f"alg {one}, signed": _none(one, signed=True) for one in ("none", "None", "NONE", "nOnE", "")},
    **{f"alg {one}, unsigned": _none(one, signed=False) for one in ("none", "None", "NONE", "nOnE", "ES256")},
    "alg missing": lambda one: one.signed(without(one.header, "alg")),
    "alg a list": _header(alg=["ES256", "none"]),
    **{
        f"{algorithm} with the public key in {name}": _shared(form, algorithm)
        for name, form in (("PEM", Encoding.PEM), ("DER", Encoding.DER))
        for algorithm in ("HS256", "HS512")
    },
    "HMAC with the public point": lambda one: one.shared(public_point(one.secret), "HS256"),
    "HMAC with an empty key": lambda one: one.shared(b"", "HS256"),
    "HMAC under the name of ES256": lambda one: one.stolen(
        shared_signature(one.text(Encoding.PEM), f"{packed(one.header)}.{packed(one.payload)}", "HS512")
    ),
    **{f"typ {one}": _header(typ=one) for one in ("JWT", "AT+JWT", "at+jwt ", "application/at+jwt", "dpop+jwt")},
    "typ missing": lambda one: one.signed(without(one.header, "typ")),
    "aud of somebody else": _payload(aud="https://other.example"),
    "aud a list with ours": lambda one: one.signed(payload={**one.payload, "aud": [one.payload["aud"]]}),
    "aud missing": lambda one: one.signed(payload=without(one.payload, "aud")),
    "iss of somebody else": _payload(iss="https://other.example"),
    "iss with a slash more": lambda one: one.signed(payload={**one.payload, "iss": one.payload["iss"] + "/"}),
    "iss missing": lambda one: one.signed(payload=without(one.payload, "iss")),
    "crit unknown": _header(crit=["x-unknown"], **{"x-unknown": 1}),
    "crit empty": _header(crit=[]),
    "crit b64": _header(crit=["b64"], b64=False),
    "alg twice": _doubled("header", "alg", '"none"'),
    "kid twice": _doubled("header", "kid", '"another"'),
    "sub twice": _doubled("payload", "sub", '"somebody"'),
    "exp twice": _doubled("payload", "exp", "9999999999"),
    "scope twice, spelt otherwise": _doubled("payload", "\\u0073cope", '"audit:read"'),
    **{f"padding in segment {place}": _respelt(place, lambda part: part + "=") for place in range(3)},
    **{f"a space in segment {place}": _respelt(place, lambda part: f"{part[:4]} {part[4:]}") for place in range(3)},
    **{f"a star in segment {place}": _respelt(place, lambda part: f"{part[:4]}*{part[4:]}") for place in range(3)},
    **{f"segment {place} empty": _respelt(place, lambda _: "") for place in range(3)},
    "the standard alphabet": _respelt(1, _padded_standard),
    "stray last bits": _stray_bits,
    "four segments": lambda one: one.signed() + ".AAAA",
    "two segments": lambda one: one.signed().rpartition(".")[0],
    "five kibibytes": _payload(jti="j" * 5_000),
    "three thousand brackets": lambda one: one.signed(payload=b"[" * 2_900),
    "expired": _later(iat=-700, exp=-700),
    "expired this second": _later(iat=-600, exp=-600),
    "issued in the future": _later(iat=200, exp=200),
    "not valid before": lambda one: one.signed(payload={**one.payload, "nbf": one.payload["exp"]}),
    "valid for an hour": _later(exp=3_000),
    "valid for ever": _payload(exp=10**15),
    "without an end": lambda one: one.signed(payload=without(one.payload, "exp")),
    "an end that is a fraction": lambda one: one.signed(payload={**one.payload, "exp": one.payload["exp"] + 0.5}),
    "signed by another campaign": _of_another_campaign(),
    "signed by another campaign, for it": _of_another_campaign(campaign="other_campaign"),
    "signed by another campaign, under its name": _named_as_another,
    "of this campaign for another": lambda one: one.signed(payload={**one.payload, "campaign": one.other_campaign}),
    "of a client of another campaign": lambda one: one.signed(payload={**one.payload, "sub": one.other_client}),
    "of a client that never was": _payload(sub="00000000-0000-4000-8000-000000000000"),
    "of no client": _payload(sub="operator"),
    "P-384": _other_curve("ES384", ec.SECP384R1()),
    "P-384 under the name of ES256": _other_curve("ES256", ec.SECP384R1()),
    "the signature of another token": _swapped,
    "the halves of the signature swapped": _halves,
    "a signature of zeros": lambda one: one.stolen(bytes(64)),
    "a signature in DER": _der,
    "a signature a byte too long": lambda one: one.signed() + "AA",
    "encrypted": _encrypted,
    "its own key embedded": _embedded,
    "its own key by address": _by_stranger(jku="https://attacker.example/keys"),
    "its own certificate by address": _by_stranger(x5u="https://attacker.example/chain"),
    "its own certificate": _by_stranger(x5c=["MIIB"]),
    "the right key, and an embedded one": _header(jwk={"kty": "EC"}),
    "compressed": _header(zip="DEF"),
    "nested": _header(cty="JWT"),
    **{f"kid {one or 'empty'}": _header(kid=one) for one in PATHS},
    "kid of a version that never was": lambda one: one.signed({**one.header, "kid": one.header["kid"] + "9"}),
    "kid with a sign": lambda one: one.signed(
        {**one.header, "kid": one.header["kid"][:-1] + "+" + one.header["kid"][-1]}
    ),
    "kid missing": lambda one: one.signed(without(one.header, "kid")),
    "kid a number": _header(kid=1),
    "scopes in a list": _payload(scope=["contacts:read"]),
    "a scope twice": lambda one: one.signed(payload={**one.payload, "scope": "audit:read audit:read"}),
    "a claim more": _payload(admin=True),
    "no JSON": lambda one: one.signed(payload=b"{"),
    "UTF-16": lambda one: one.signed(json.dumps(one.header).encode("utf-16")),
    "nothing": lambda _: "",
    "dots": lambda _: "..",
}
