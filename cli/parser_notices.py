"""The commands of notices and of the public form."""

from collections.abc import Callable
from datetime import date
from typing import Any

from cli.words import say

BOXES = ("email", "sms", "call", "post", "online_targeting")
Commands = Any


def add_notices(commands: Commands, add: Callable[..., Any], group: Callable[..., Any]) -> None:
    """Add the notice and its clock, and the public form."""
    notice = group(commands, "notice", "la mention d'information", "the notice")
    for name, french, english in (
        ("draft", "préparer la mention et nommer ce qui manque", "draft the notice and name what is missing"),
        ("publish", "publier la mention, pour toujours", "publish the notice, for ever"),
    ):
        command = add(notice, name, f"notices:{name}", french, english)
        text = say("ce qu'aucun registre ne tient", "what no register keeps")
        command.add_argument("plan", nargs="?", metavar="PLAN.toml", help=text)
    add(notice, "list", "notices:versions", "lister les versions publiées", "list the published versions")
    add(notice, "clock", "notices:clocks", "qui doit être informé, et quand", "who must be told, and by when")
    tell = add(notice, "tell", "notices:tell", "enregistrer une information faite", "record that persons were told")
    tell.add_argument("origin", type=int, metavar=say("ORIGINE", "ORIGIN"))
    tell.add_argument("--manner", required=True, choices=("individual", "assessed"))
    tell.add_argument("--notice", type=int, required=True, metavar="N", help=say("version publiée", "version"))
    tell.add_argument("--on", type=date.fromisoformat, required=True, metavar="AAAA-MM-JJ", help=say("jour", "day"))
    tell.add_argument("--reference", required=True, help=say("où est la preuve", "where the proof is kept"))
    form = group(commands, "form", "le formulaire public", "the public form")
    opened = add(form, "open", "notices:form_open", "ouvrir le formulaire", "open the form")
    named = ", ".join(BOXES)
    text = say(f"cases : {named}, ou list: et le nom d'une lettre", f"boxes: {named}, or list: and the name of a list")
    opened.add_argument("boxes", nargs="+", metavar=say("CASE", "BOX"), help=text)
    add(form, "close", "notices:form_close", "fermer le formulaire", "close the form")
