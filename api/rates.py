"""How a quota stands, as headers tell it: the draft may change, and then this file does."""

from kernel.rate import Standing

RATE = "isoloir.rate"


def rate_headers(standing: Standing) -> tuple[tuple[bytes, bytes], ...]:
    """Write how a quota stands (draft-ietf-httpapi-ratelimit-headers-11)."""
    policy = standing.policy
    return (
        (b"ratelimit-policy", f'"{policy.name}";q={policy.quota};w={policy.seconds}'.encode()),
        (b"ratelimit", f'"{policy.name}";r={standing.remaining};t={standing.reset}'.encode()),
    )
