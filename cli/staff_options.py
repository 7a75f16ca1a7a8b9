"""The commands about the staff and their options."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cli.words import say

Add = Callable[[Any, str, str, str, str], ArgumentParser]
"""Add one command: where, its name, what runs it, French, English."""
Group = Callable[[Any, str, str, str], Any]


def add_staff(commands: Any, add: Add, group: Group) -> None:  # noqa: ANN401 - what argparse gives
    """Add the commands about the staff, about approvals and about what is held."""
    _staff(commands, add, group)
    _approvals(commands, add, group)
    _reviews(commands, add, group)


def _staff(commands: Any, add: Add, group: Group) -> None:  # noqa: ANN401
    staff = group(commands, "staff", "les comptes du personnel", "the accounts of the staff")
    create = add(staff, "create", "staff:create", "inviter quelqu'un", "invite somebody")
    create.epilog = say("« - » comme valeur : elle est lue sur l'entrée.", "'-' as a value: it is read from the input.")
    create.add_argument("--name", required=True, help=say("nom", "name"))
    create.add_argument("--email", required=True, help=say("courriel", "e-mail"))
    create.add_argument("--role", required=True, help=say("rôle (isoloir staff roles)", "role (isoloir staff roles)"))
    add(staff, "list", "staff:list_all", "lister les comptes", "list the accounts")
    add(staff, "roles", "staff:roles_table", "dire qui peut quoi", "tell who may do what")
    for name, french, english in (
        ("disable", "fermer le compte de qui part", "close the account of whoever leaves"),
        ("reset", "réinitialiser un compte et inviter de nouveau", "reset an account and invite anew"),
        ("unlock", "rouvrir un compte bloqué", "unlock an account"),
        ("role", "changer un rôle", "change a role"),
        ("erase", "effacer le compte de qui est parti", "erase the account of whoever left"),
    ):
        parser = add(staff, name, f"staff:{name}", french, english)
        parser.add_argument("id", type=UUID, metavar="ID")
        if name == "role":
            parser.add_argument("role", metavar=say("RÔLE", "ROLE"))
        if name in {"role", "reset", "disable"}:
            parser.add_argument(
                "--ask", action="store_true", help=say("demander l'approbation", "ask for the approval")
            )


def _approvals(commands: Any, add: Add, group: Group) -> None:  # noqa: ANN401
    approval = group(commands, "approval", "les approbations à quatre yeux", "approvals by four eyes")
    add(approval, "list", "approvals:list_all", "lister les demandes", "list the requests")
    for name, french, english in (
        ("approve", "approuver la demande d'un autre", "approve another's request"),
        ("refuse", "refuser la demande d'un autre", "refuse another's request"),
    ):
        parser = add(approval, name, f"approvals:{name}", french, english)
        parser.add_argument("id", type=UUID, metavar="ID")


def _reviews(commands: Any, add: Add, group: Group) -> None:  # noqa: ANN401
    review = group(commands, "review", "ce que le contrôle a mis en attente", "what the screen has held")
    add(review, "list", "reviews:list_all", "lister ce qui attend, sans les mots", "list what waits, without its words")
    add(review, "refusals", "reviews:refusals", "compter les refus", "count refusals")
    refuse = add(review, "refuse", "reviews:refuse", "refuser ce qui attend", "refuse what waits")
    refuse.add_argument("id", type=UUID, metavar="ID")
    reasons = ("forbidden", "not_needed", "doubtful")
    refuse.add_argument("--reason", required=True, choices=reasons, help=say("motif", "reason"))
    _own_words(review, add)


def _own_words(review: Any, add: Add) -> None:  # noqa: ANN401
    words = "own_words"
    add(review, "words", f"{words}:list_all", "lister les mots propres à la campagne", "list the campaign's own words")
    forbid = add(
        review, "forbid", f"{words}:forbid", "interdire un mot à cette campagne", "forbid this campaign a word"
    )
    forbid.add_argument("text", metavar=say("TEXTE", "TEXT"))
    forbid.add_argument("--category", required=True, help=say("ce que le mot dit", "what it tells"))
    reasons = ("local_word", "nickname", "telling_place")
    forbid.add_argument("--reason", required=True, choices=reasons, help=say("motif", "reason"))
    days = say("jours pendant lesquels il vaut (366 au plus)", "days for which it holds (366 at most)")
    forbid.add_argument("--days", type=int, default=180, help=days)
    remove = add(review, "forget", f"{words}:forget", "retirer un mot", "remove a word")
    remove.add_argument("id", type=UUID, metavar="ID")
