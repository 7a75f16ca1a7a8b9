"""The tree of errors; rooms subclass a family, only doors turn a family into a status.

IsoloirError
├── Refused          the law says no
├── NotFound         nothing by that name, or not in this campaign
├── Conflict         the state does not allow it
├── Unauthenticated  nobody is known
├── Forbidden        somebody is known, and may not
├── Invalid          the input has no meaning
├── Unopenable       a sealed value does not open, for whatever reason
├── SilentWrite      rows were touched that no note tells of
├── Unavailable      the database does not answer now, and may a little later
└── Misconfigured    the installation cannot start or go on like this

Messages name fields, ids and rules. They never contain personal data.
"""


class IsoloirError(Exception):
    """Carry one plain message without personal data."""


class Refused(IsoloirError):  # noqa: N818 - the family is the domain's own word
    """Say that the law, or our policy, refuses."""


class NotFound(IsoloirError):  # noqa: N818
    """Say that nothing of that name exists in this campaign."""


class Conflict(IsoloirError):  # noqa: N818
    """Say that the present state does not allow the act."""


class Unauthenticated(IsoloirError):  # noqa: N818
    """Say that the caller is not known."""


class Forbidden(IsoloirError):  # noqa: N818
    """Say that the caller is known and may not do this."""


class Invalid(IsoloirError):  # noqa: N818
    """Say that the input has no meaning here."""


class Unopenable(IsoloirError):  # noqa: N818
    """Say that a sealed value does not open.

    One error for every cause: an attacker learns nothing from the difference.
    """

    def __init__(self) -> None:
        super().__init__("a sealed value does not open")


class SilentWrite(IsoloirError):  # noqa: N818
    """Say that rows were touched which no note tells of; nothing is stored."""


class Unavailable(IsoloirError):  # noqa: N818
    """Say that the database does not answer now: the same act may be tried again."""


class Misconfigured(IsoloirError):  # noqa: N818
    """Say that the installation cannot start or go on like this."""
