"""What the audit room refuses."""

from kernel.errors import Invalid


class Tampered(Invalid):
    """Say that a proof, a signed note, a checkpoint or a stored tree does not hold.

    One error for all of them: whoever hands in evidence learns that it does not hold, the message says which part.
    """
