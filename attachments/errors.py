"""What may be wrong with an attachment; nothing of its content is repeated."""

from kernel.errors import Conflict, Forbidden, Invalid


class UnknownMediaType(Invalid):
    """Say that the declared media type is none that is taken."""


class TooLarge(Invalid):
    """Say that a file is larger than the limit."""


class WrongContent(Invalid):
    """Say that the content is not whole, or not what was declared."""


class ActiveContent(Invalid):
    """Say that the content could act: run a script, start a program, bring another file along, or hide from a check."""


class Withheld(Forbidden):
    """Say that an attachment is in restricted archive, or past its day."""


class InArchive(Conflict):
    """Say that an attachment is a proof in archive, which stays until its day."""


class PurposeCannotSee(Forbidden):
    """Say that the declared purpose has no need of whole documents."""
