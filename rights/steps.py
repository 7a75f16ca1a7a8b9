"""What happens to a request on its way: more is asked, it is put off, withdrawn, joined to another, closed."""

from collections import Counter
from uuid import UUID

from audit.processing import Processing
from kernel.errors import Conflict, Invalid, NotFound
from policy.request import Use
from rights.course import OPEN, Act
from rights.letters import desk_of, send_letters, write_letter
from rights.move import READ, came_before, move, note_move, open_request
from rights.store import find_by_reference
from rights.words import said


def ask_details(processing: Processing, request: UUID, question: str, public_url: str) -> None:
    """Invite the person to say what they mean; the clock runs. Raises Invalid, NotNow."""
    if not question.strip():
        raise Invalid("say what is to be made clear")
    opened, counts = move(processing, open_request(processing, request), Act.ASK, words=question.strip())
    desk = desk_of(processing, public_url)
    letter = write_letter(desk, opened.row, "ask", {"question": question.strip()})
    sent = send_letters(processing, desk, [(opened.told, letter)])
    note_move(processing, Act.ASK, Counter(READ) + Counter(counts) + Counter(sent))


def complete_details(processing: Processing, request: UUID, words: str) -> None:
    """Take what the person answered; a clock that stood goes on. Raises Invalid, NotNow."""
    if not words.strip():
        raise Invalid("say what was answered")
    _, counts = move(processing, open_request(processing, request), Act.COMPLETE, words=words.strip()[:4_000])
    note_move(processing, Act.COMPLETE, Counter(READ) + Counter(counts))


def extend_request(processing: Processing, request: UUID, reason: str, words: str, public_url: str) -> None:
    """Put the answer off, and tell the person why before the first period ends. Raises Invalid, NotNow, Conflict.

    Whoever gave no e-mail address is written to by post: the letter is to leave that day.
    """
    opened = open_request(processing, request)
    check_reason(processing, reason, opened.row.kind, ("extension",))
    opened, counts = move(processing, opened, Act.EXTEND, reason=reason, words=words.strip())
    desk = desk_of(processing, public_url)
    letter = write_letter(desk, opened.row, "extend", {"why": why(processing, reason, words, opened.row.language)})
    sent = send_letters(processing, desk, [(opened.told, letter)])
    note_move(processing, Act.EXTEND, Counter(READ) + Counter(counts) + Counter(sent), reason=reason)


def withdraw_request(processing: Processing, request: UUID, public_url: str) -> None:
    """Withdraw a request because the person says so. Raises NotNow."""
    opened, counts = move(processing, open_request(processing, request), Act.WITHDRAW)
    desk = desk_of(processing, public_url)
    sent = send_letters(processing, desk, [(opened.told, write_letter(desk, opened.row, "withdraw", {}))])
    note_move(processing, Act.WITHDRAW, Counter(READ) + Counter(counts) + Counter(sent))


def link_request(processing: Processing, request: UUID, first: str, public_url: str) -> None:
    """Join a request to an earlier one by its reference: that one is answered for both. Raises NotFound, Conflict."""
    opened, earlier = open_request(processing, request), find_by_reference(processing, first)
    if earlier is None:
        raise NotFound("no request of that reference in this campaign")
    row = opened.row
    alike = earlier.id != request and earlier.kind == row.kind and earlier.state in OPEN
    of_another = None not in {earlier.contact_id, row.contact_id} and earlier.contact_id != row.contact_id
    if not alike or of_another or came_before(row, earlier):
        raise Conflict("a request is joined to an open one that came before and asks the same for the same person")
    opened, counts = move(processing, opened, Act.LINK, more={"first_id": earlier.id})
    desk = desk_of(processing, public_url)
    letter = write_letter(desk, opened.row, "link", {"first": earlier.reference})
    sent = send_letters(processing, desk, [(opened.told, letter)])
    read = Counter(READ) + Counter({"rights_request.read": 1})
    note_move(processing, Act.LINK, read + Counter(counts) + Counter(sent))


def close_request(processing: Processing, request: UUID) -> None:
    """Close the file of a request that ended; its time in archive begins. Raises NotNow."""
    _, counts = move(processing, open_request(processing, request), Act.CLOSE)
    note_move(processing, Act.CLOSE, Counter(READ) + Counter(counts))


def check_reason(processing: Processing, reason: str, kind: str, uses: tuple[Use, ...]) -> None:
    """Raise Invalid for a reason that the closed list does not hold against such a request."""
    refusals, asked = processing.edition.refusals, processing.edition.requests[kind]
    may = sorted(one.id for one in refusals.values() if one.use in uses and one.holds_against(asked))
    if reason not in may:
        raise Invalid(f"the reason is one of the closed list: {', '.join(may) or 'there is none for this request'}")


def why(processing: Processing, reason: str, words: str, language: str) -> str:
    """Return a reason as the person reads it: the list's own sentence, then ours."""
    return f"{said(processing.edition.refusals[reason], language)} {words.strip()}".strip()
