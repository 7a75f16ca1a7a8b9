"""Papers that prove an origin, such as a broker's evidence or a signed undertaking: attachments, named by their ids."""

import json
from collections.abc import Collection, Mapping
from uuid import UUID

from attachments.kinds import Kind, State
from attachments.listing import find_attachments
from audit.processing import Processing
from kernel.errors import Invalid
from policy.edition import Edition

_UNDERTAKING = "undertaking"


def check_papers(processing: Processing, papers: Mapping[str, UUID], known: Collection[str]) -> None:
    """Raise Invalid for a paper that proves nothing the law asks for, is not there, or is not of its kind.

    An undertaking is an attachment of that kind, every other paper one of the kind evidence; none concerns a contact.
    """
    if not papers:
        return
    if not set(papers) <= set(known):
        raise Invalid(f"a paper proves one of: {', '.join(sorted(known))}")
    found = find_attachments(processing, sorted(set(papers.values())))
    for fact, one in papers.items():
        paper = found.get(one)
        kind = Kind.UNDERTAKING if fact.endswith(_UNDERTAKING) else Kind.EVIDENCE
        if paper is None or paper.contact is not None or paper.kind is not kind or paper.state is not State.KEPT:
            raise Invalid(f"the paper for {fact} is an attachment of the kind {kind} that concerns no contact")


def proven_by_paper(edition: Edition, kind: str, *, synthetic: bool) -> frozenset[str]:
    """Return the facts that nobody may merely claim for a kind of origin; invented persons need no paper."""
    known = edition.origins.get(kind)
    return frozenset() if known is None or synthetic else frozenset(one.fact for one in known.requires if one.paper)


def written(papers: Mapping[str, UUID]) -> str:
    """Return papers as they are kept."""
    return json.dumps({fact: str(one) for fact, one in sorted(papers.items())})


def read(text: str) -> dict[str, UUID]:
    """Return papers as they were kept."""
    return {fact: UUID(one) for fact, one in json.loads(text).items()}
