"""The closed words of outreach: nothing else can be written, so nothing forbidden hides in an interaction.

They stand in rows and never change. Channels and kinds of message bear the names that the law's tables give them.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What happened between the campaign and a person."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REPLIED = "replied"
    CLICKED = "clicked_with_consent"
    """A click is told of only where the person agreed to the tracker (loi 78-17, art. 82); no opening ever is."""
    CALL = "call"
    VISIT = "visit"


class Outcome(StrEnum):
    """How a visit or a call ended."""

    ABSENT = "absent"
    RECONTACT = "agreed_to_be_recontacted"
    NOT_INTERESTED = "not_interested"
    DO_NOT_COME_BACK = "do_not_come_back"


class Channel(StrEnum):
    """A way to reach people."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"
    ROBOCALL = "robocall"
    POST = "post"
    DOOR = "door"
    MESSAGING = "messaging"
    ONLINE_TARGETING = "online_targeting"
    LIST = "list"


class MessageKind(StrEnum):
    """What a message is for; it decides which rules hold of it."""

    PROPAGANDA = "propaganda"
    NEWSLETTER = "newsletter"
    INVITATION = "invitation"
    REFERRAL = "referral"
    LOGISTICS = "logistics"
    ANSWER = "answer"
    CONFIRMATION = "confirmation"
    RIGHTS_ANSWER = "rights_answer"


class Exemption(StrEnum):
    """Why a message on line is no political advertising (Regulation (EU) 2024/900, art. 1 and 3)."""

    PERSONAL_OPINION = "personal_opinion"
    EDITORIAL = "editorial"
    USER_CONTENT = "user_content"
    OFFICIAL_INFORMATION = "official_information"
    STATUTORY_MATERIAL = "statutory_material"


class Technique(StrEnum):
    """How those who get a message were chosen (Regulation (EU) 2024/900, art. 3(11), 19)."""

    EVERYBODY = "everybody"
    RANDOM_SPLIT = "random_split"
    GEOGRAPHY = "geography"
    SELECTION = "selection"


class Effect(StrEnum):
    """What a refusal comes to in law."""

    OBJECTION = "objection"
    """The person objects to this channel (GDPR art. 21(2) and (3)): absolute, at the first request."""
    REFUSAL = "refusal"
    """The person wants nothing through this channel; we take it as no less than an objection to it."""


ONLINE = frozenset({Channel.EMAIL, Channel.SMS, Channel.MESSAGING, Channel.ONLINE_TARGETING, Channel.LIST})
ADVERTISING = frozenset({MessageKind.PROPAGANDA, MessageKind.NEWSLETTER, MessageKind.INVITATION, MessageKind.REFERRAL})
ONCE = frozenset({MessageKind.INVITATION, MessageKind.REFERRAL})
"""Of these a person gets one, and no reminder."""
OF_MESSAGES = frozenset({Kind.SENT, Kind.DELIVERED, Kind.BOUNCED, Kind.REPLIED, Kind.CLICKED})
IN_PERSON = {Kind.CALL: Channel.CALL, Kind.VISIT: Channel.DOOR}
ACTS = frozenset({Kind.REPLIED, Kind.CLICKED})
"""What the person did; whatever the campaign did is none."""
EFFECTS = {Outcome.DO_NOT_COME_BACK: Effect.OBJECTION, Outcome.NOT_INTERESTED: Effect.REFUSAL}
