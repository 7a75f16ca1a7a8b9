"""The notice that an activation declares: a version published here, or one that the controller publishes itself."""

from dataclasses import replace

from audit.processing import Processing
from campaigns.activation import Declaration
from notices.publish import NoticeVersion, newest_notice, published_notices
from policy.activation import PublishedNotice
from policy.findings import Refusal


def with_published_notice(processing: Processing, declaration: Declaration, address: str) -> Declaration:
    """Fill in the newest version where the declaration names none; ``address`` is where ours are published.

    Raises Refusal where a declared version bears our address and is not what was published there. Where nothing was
    published and nothing is declared, the activation itself names what is missing.
    """
    told = declaration.notice
    if told == PublishedNotice():
        newest = newest_notice(processing)
        return declaration if newest is None else replace(declaration, notice=_as_declared(newest, address))
    if not told.address.startswith(address):
        return declaration
    ours = {_as_declared(one, address) for one in published_notices(processing)}
    if told not in ours:
        raise Refusal([processing.edition.rules["notice.other"].finding("notice")])
    return declaration


def notice_address(public_url: str, processing: Processing) -> str:
    """Return the address under which the campaign's versions stand, each under its number."""
    return f"{public_url.rstrip('/')}/notices/{processing.campaign}/"


def _as_declared(one: NoticeVersion, address: str) -> PublishedNotice:
    return PublishedNotice(
        address=f"{address}{one.number}", version=str(one.number), on=one.published_at.date(), sha256=one.sha256
    )
