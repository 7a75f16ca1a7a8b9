"""Campaign keys: random, one per purpose and version, wrapped by the root key."""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from cryptography.hazmat.primitives import constant_time, hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from crypto.aead import IDENTIFIER_SIZE, KEY_SIZE, draw_keys, require_size
from crypto.provider import KeyProvider
from kernel.errors import Invalid, NotFound, Unopenable

State = Literal["pending", "active", "retiring", "destroyed"]
STATES: tuple[State, ...] = get_args(State)

PURPOSES = frozenset(
    {
        "kek",
        "index:email",
        "index:phone",
        "index:name_birth",
        "index:name_first",
        "index:external",
        "audit:reference",
        "audit:body",
        "checkpoint",
        "token",
        "client_secret",
        "fingerprint",
        "webhook",
        "index:staff",
        "staff_secret",
        "message",
        "signup",
        "link",
        "lexicon",
    }
)
CONTROLLER_PURPOSES = frozenset({"opposition"})
"""Keys that all campaigns of a controller share, and that outlive each of them."""

WRAP_FORMAT = 1
HIGHEST_VERSION = 0xFFFF
_CONTEXT = struct.Struct(">8sB16sIB")
_MAGIC = b"isoloirC"


@dataclass(frozen=True, slots=True)
class CampaignKey:
    """One key of a campaign. A destroyed one keeps its name and no secret."""

    purpose: str
    version: int
    state: State
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a purpose or version that no sealed value could name, and a secret of the wrong size."""
        known = self.purpose in PURPOSES | CONTROLLER_PURPOSES
        if not known or self.state not in STATES or not 1 <= self.version <= HIGHEST_VERSION:
            raise Invalid("a campaign key has an unknown purpose, state or version")
        require_size(self.secret, 0 if self.state == "destroyed" else KEY_SIZE, "the secret of a campaign key")


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key that signs, with its public half."""

    private: ed25519.Ed25519PrivateKey = field(repr=False)
    public: bytes

    @classmethod
    def of(cls, seed: bytes) -> "Signer":
        """Make a signer of a seed. Raises Invalid."""
        try:
            private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        except ValueError:
            raise Invalid("an Ed25519 seed has 32 bytes") from None
        return cls(private, private.public_key().public_bytes_raw())


class CampaignKeys:
    """The keys of one campaign, found by purpose and version: a sealed value names its key, none is tried."""

    __slots__ = ("__weakref__", "_by_state", "_keys", "_macs", "_signers", "campaign")

    def __init__(self, campaign: bytes, keys: Iterable[CampaignKey]) -> None:
        require_size(campaign, IDENTIFIER_SIZE, "a campaign id")
        self.campaign = campaign
        self._keys: dict[tuple[str, int], CampaignKey] = {}
        self._by_state: dict[tuple[str, State], tuple[CampaignKey, ...]] = {}
        self._macs: dict[tuple[str, int], hmac.HMAC] = {}
        self._signers: dict[tuple[str, int], Signer] = {}
        for key in sorted(keys, key=lambda key: key.version):
            if (key.purpose, key.version) in self._keys:
                raise Invalid(f"two keys for {key.purpose} have version {key.version}")
            if key.state == "active" and self._in_state(key.purpose, "active"):
                raise Invalid(f"two keys for {key.purpose} are active")
            self._keys[key.purpose, key.version] = key
            self._by_state[key.purpose, key.state] = (*self._in_state(key.purpose, key.state), key)

    def __repr__(self) -> str:
        """Show the campaign and how many keys, never a key."""
        return f"CampaignKeys({self.campaign.hex()}, {len(self._keys)} keys)"

    def active(self, purpose: str) -> CampaignKey:
        """Return the key that seals now, or raise ``NotFound``."""
        for key in self._in_state(purpose, "active"):
            return key
        raise NotFound(f"no key for {purpose} is active")

    def active_versions(self) -> frozenset[tuple[str, int]]:
        """Return purpose and version of every key that seals now."""
        return frozenset(name for name, key in self._keys.items() if key.state == "active")

    def purposes(self) -> frozenset[str]:
        """Return the purposes that the campaign has any key for, living or not."""
        return frozenset(purpose for purpose, _ in self._keys)

    def at(self, purpose: str, version: int) -> CampaignKey:
        """Return the key a sealed value names, or raise ``Unopenable`` if it is destroyed or was never there."""
        key = self._keys.get((purpose, version))
        if key is None or key.state == "destroyed":
            raise Unopenable
        return key

    def writing(self, purpose: str) -> tuple[CampaignKey, ...]:
        """Return the keys to write an index under: the active one first, then those being prepared."""
        return self._in_state(purpose, "active") + self._in_state(purpose, "pending")

    def reading(self, purpose: str) -> tuple[CampaignKey, ...]:
        """Return the keys to look an index up under.

        A process that has not yet seen the last step of a rotation wrote under the step before, so all living
        versions are asked.
        """
        return self.writing(purpose) + self._in_state(purpose, "retiring")

    def mac(self, purpose: str, version: int) -> hmac.HMAC:
        """Return HMAC-SHA-256 under a key, prepared once: the caller copies it. Preparing costs more than a hash."""
        mac = self._macs.get((purpose, version))
        if mac is None:
            mac = self._macs[purpose, version] = hmac.HMAC(self.at(purpose, version).secret, hashes.SHA256())
        return mac

    def signer(self, purpose: str) -> Signer:
        """Return the active key of a purpose as one that signs, prepared once: that costs more than to sign."""
        key = self.active(purpose)
        signer = self._signers.get((purpose, key.version))
        if signer is None:
            signer = self._signers[purpose, key.version] = Signer.of(key.secret)
        return signer

    def _in_state(self, purpose: str, state: State) -> tuple[CampaignKey, ...]:
        return self._by_state.get((purpose, state), ())


def new_campaign_key(purpose: str, version: int = 1, state: State = "active") -> CampaignKey:
    """Draw a key: 32 random bytes, which for ``token`` are a valid P-256 private number."""
    if purpose == "token":
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        return CampaignKey(purpose, version, state, number.to_bytes(KEY_SIZE, "big"))
    return CampaignKey(purpose, version, state, draw_keys(1)[0])


def wrap_campaign_key(provider: KeyProvider, campaign: bytes, key: CampaignKey) -> tuple[int, bytes]:
    """Wrap a key under the root; return the root's version and the wrapped bytes.

    The digest of the context travels inside, because AES-GCM does not commit to its key.
    """
    context = _context(campaign, key.purpose, key.version)
    version, wrapped = provider.wrap(hashlib.sha256(context).digest() + key.secret, context)
    return version, bytes((WRAP_FORMAT,)) + wrapped


def unwrap_campaign_key(
    provider: KeyProvider,
    campaign: bytes,
    *,
    purpose: str,
    version: int,
    state: State,
    root_version: int,
    wrapped: bytes,
) -> CampaignKey:
    """Unwrap a key that ``wrap_campaign_key`` wrapped, or raise ``Unopenable``."""
    if wrapped[:1] != bytes((WRAP_FORMAT,)):
        raise Unopenable
    context = _context(campaign, purpose, version)
    plain = provider.unwrap(root_version, wrapped[1:], context)
    digest, secret = plain[:32], plain[32:]
    if not constant_time.bytes_eq(digest, hashlib.sha256(context).digest()) or len(secret) != KEY_SIZE:
        raise Unopenable
    return CampaignKey(purpose, version, state, secret)


def _context(campaign: bytes, purpose: str, version: int) -> bytes:
    require_size(campaign, IDENTIFIER_SIZE, "a campaign id")
    name = purpose.encode()
    return _CONTEXT.pack(_MAGIC, WRAP_FORMAT, campaign, version, len(name)) + name
