"""The accounts of the staff: invite, list, change a role, reset, unlock, close, erase; and the table of roles."""

from argparse import Namespace
from collections.abc import Callable
from typing import TypeVar

from accounts.approvals.actions import Action
from accounts.roles import roles
from accounts.staff.erase import check_due
from accounts.staff.invite import Invitation, NewStaff, invite_staff, reset_staff
from accounts.staff.manage import NO_ROLE, change_role, disable_staff, list_staff, unlock_staff
from audit.processing import Processing
from cli.answer import Answer
from cli.approvals import ask
from cli.contacts import value_of
from cli.opening import opened, operator_of
from cli.words import FRENCH, language, say, table
from kernel.identity import PersonId, StaffId

ADMINISTRATION = "administration"
Done = TypeVar("Done")


def create(given: Namespace) -> Answer:
    """Invite somebody; the invitation is shown this once, and no password ever."""
    new = NewStaff(value_of("name", given.name), value_of("email", given.email), given.role)
    return _invited(_with(given, lambda processing: invite_staff(processing, new)))


def reset(given: Namespace) -> Answer:
    """Reset an account and invite anew, or ask for the approval that this takes."""
    if given.ask:
        return ask(given, Action.STAFF_RESET, {"staff": str(given.id)})
    return _invited(_with(given, lambda processing: reset_staff(processing, StaffId(given.id))))


def role(given: Namespace) -> Answer:
    """Change a role, or ask for the approval that this takes."""
    if given.ask:
        return ask(given, Action.STAFF_ROLE_CHANGE, {"staff": str(given.id), "role": given.role})
    _with(given, lambda processing: change_role(processing, StaffId(given.id), given.role))
    text = say("Rôle changé ; ses sessions sont closes.", "Role changed; the sessions are ended.")
    return Answer({"staff": given.id, "role": given.role}, [text])


def list_all(given: Namespace) -> Answer:
    """List the accounts."""
    found = _with(given, list_staff)
    data = [
        {
            "id": one.id,
            "role": one.role,
            "state": one.state.value,
            "name": one.identity.name if one.identity else None,
            "email": one.identity.email if one.identity else None,
            "left_on": one.left_on,
            "due_on": one.due_on,
        }
        for one in found
    ]
    rows = [(str(one["id"]), str(one["role"]), str(one["state"]), f"{one['name']} <{one['email']}>") for one in data]
    return Answer({"staff": data}, table(rows) if rows else [say("Aucun compte.", "No account.")])


def roles_table(given: Namespace) -> Answer:  # noqa: ARG001 - every command is given its options
    """Tell who may do what."""
    found, french = roles(), language() == FRENCH
    data = {
        one.id: {"scopes": sorted(one.scopes), "purposes": sorted(one.purposes), "four_eyes": one.four_eyes}
        for one in found.roles.values()
    }
    lines = []
    for one in found.roles.values():
        lines += [
            f"{one.id} - {one.label_fr if french else one.label_en}",
            f"  {one.does_fr if french else one.does_en}",
        ]
        lines += [f"  {' '.join(sorted(one.scopes))}", f"  {' '.join(sorted(one.purposes))}"]
    return Answer({"roles": data}, lines)


def disable(given: Namespace) -> Answer:
    """Close the account of somebody who leaves, or ask for the approval that this takes."""
    if given.ask:
        return ask(given, Action.STAFF_ROLE_CHANGE, {"staff": str(given.id), "role": NO_ROLE})
    _with(given, lambda processing: disable_staff(processing, StaffId(given.id)))
    text = say("Compte fermé, sessions closes.", "Account closed, sessions ended.")
    return Answer({"disabled": given.id}, [text])


def unlock(given: Namespace) -> Answer:
    """Lift the locks on an account."""
    lifted = _with(given, lambda processing: unlock_staff(processing, StaffId(given.id)))
    return Answer({"lifted": lifted}, [say(f"{lifted} blocages levés.", f"{lifted} locks lifted.")])


def erase(given: Namespace) -> Answer:
    """Erase the account of somebody who left, from every holding, once its day is past."""
    with opened(given) as installation:
        actor, person = operator_of(installation, given), PersonId(given.id)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            check_due(processing, person)
        erased = installation.eraser.erase_staff(actor, ADMINISTRATION, [person])
    return Answer({"erased": erased}, [say("Compte effacé.", "Account erased.")])


def _with(given: Namespace, act: Callable[[Processing], Done]) -> Done:
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        return act(processing)


def _invited(made: Invitation) -> Answer:
    until = made.until.isoformat(timespec="minutes")
    lines = [
        f"staff       {made.staff}",
        f"id          {made.id}",
        f"invitation  {made.token}",
        say(
            f"À remettre en main propre ; ne sert qu'une fois, jusqu'au {until}. Elle n'est montrée qu'ici.",
            f"Hand it over in person; it serves once, until {until}. It is shown only here.",
        ),
    ]
    data = {"id": made.id, "staff": made.staff, "invitation": made.token, "expires_at": made.until}
    return Answer(data, lines)
