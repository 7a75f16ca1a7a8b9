"""The chapters of the demonstration, in the order in which a campaign lives them; every statement is computed."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from campaigns.create import NewElection, add_election
from campaigns.recipients import NewRecipient, add_recipient
from cli.demo_end import change_one_byte, erase_the_person, verify_the_log
from cli.demo_story import Story, by_rule
from cli.problems import in_our_words, lines_of, told_of
from cli.words import say
from contacts.declare import NewOrigin, declare_origin
from contacts.find import Search, find_contacts
from contacts.record import record_contacts
from contacts.reveal import Revealed, reveal_contacts
from files.export_file import ExportOrder, export_file
from files.import_file import import_file
from files.order import ImportOrder
from files.sample import write_roll
from files.sample_people import write_nationbuilder_financial, write_nationbuilder_people
from kernel.clock import today
from kernel.errors import IsoloirError
from policy.draft import Datum, Draft
from policy.findings import Refusal

ROLL_ROWS = 3_000
PEOPLE_ROWS = 300
MANAGEMENT = "contact_management"
CANVASSING = "canvassing"
_MARIE = (("last_name", "Dupont"), ("first_names", "Marie-Hélène"))
_PHONE = "06 39 98 01 02"


def begin(story: Story) -> None:
    """Create the campaign, its election and the origins of its data."""
    story.chapter("Une installation, une campagne, un scrutin", "An installation, a campaign, an election")
    story.create(say("Campagne de démonstration", "Demonstration campaign"))
    first = declare(story)
    origins = ", ".join(f"{origin.number} {origin.kind}" for origin in story.origins.values())
    story.tell(
        f"   {story.folder}/isoloir.db (SQLite), {say('clé racine', 'root key')} {story.folder}/root.key",
        f"   {say('premier tour', 'first round')} {first} ; {say('origines', 'origins')} {origins}",
    )


def declare(story: Story) -> date:
    """Declare an election to come and two origins; return the day of its first round."""
    day = today(story.installation.clock)
    first = day + timedelta(days=120)
    title, second = say("Municipales", "Municipal"), first + timedelta(days=7)
    new = NewElection(title=title, type="municipal", first_round=first, second_round=second)
    election = add_election(story.installation.register, story.actor, new)
    collected = day - timedelta(days=10)
    for declared in (
        NewOrigin(
            kind="electoral_roll", obtained_on=collected, election=election, evidence={"undertaking"}, synthetic=True
        ),
        NewOrigin(kind="newsletter", obtained_on=collected, synthetic=True),
    ):
        with story.installation.register.open(story.actor, MANAGEMENT) as processing:
            story.origins[declared.kind] = declare_origin(processing, declared)
    return first


def import_the_roll(story: Story) -> None:
    """Import a sample electoral roll."""
    path = story.folder / "liste-electorale.csv"
    write_roll(path, ROLL_ROWS, seed=7)
    story.chapter(f"Import d'une liste électorale de {ROLL_ROWS} lignes", f"Import of a roll of {ROLL_ROWS} rows")
    _import(story, path, "electoral_roll", None)


def import_the_people(story: Story) -> None:
    """Import a sample NationBuilder export of people."""
    path = story.folder / "nationbuilder-people.csv"
    write_nationbuilder_people(path, PEOPLE_ROWS, seed=7)
    story.chapter(f"Import de {PEOPLE_ROWS} personnes de NationBuilder", f"Import of {PEOPLE_ROWS} people")
    _import(story, path, "newsletter", "regular")


def _import(story: Story, path: Path, origin: str, category: str | None) -> None:
    order = ImportOrder(
        path=path,
        origin=story.origins[origin].number,
        report=path.with_name(f"{path.stem}-report"),
        category=category,
    )
    done = import_file(story.installation.register, story.actor, MANAGEMENT, order, lambda _done, _whole: None)
    story.facts[done.profile] = done.summary
    story.promise(f"import.{done.profile}", kept=done.summary["rows"].get("created", 0) > 0)
    rows = ", ".join(f"{outcome} {count}" for outcome, count in done.summary["rows"].items())
    story.tell(f"   {say('lignes', 'rows')} : {rows}", *by_rule(done.summary))


def refuse_the_donations(story: Story) -> None:
    """Show that an export of donations is refused whole."""
    story.chapter("L'export financier de NationBuilder", "NationBuilder's financial export")
    path = story.folder / "nationbuilder-financial.csv"
    write_nationbuilder_financial(path, PEOPLE_ROWS, seed=7)
    try:
        _import(story, path, "newsletter", "regular")
    except Refusal as refusal:
        told = told_of(refusal.findings)
        story.facts["financial"] = told
        story.promise("financial.refused", kept=True)
        story.tell(say("   refusé en entier :", "   refused whole:"), *(f" {line}" for line in lines_of(told)))
    else:
        story.promise("financial.refused", kept=False)


def record_one(story: Story) -> None:
    """Record one contact, whose second note the law refuses."""
    story.chapter("Un contact, avec une note interdite", "One contact, with a forbidden note")
    data: tuple[Datum, ...] = (
        *_MARIE,
        ("email", "marie@example.org"),
        ("phone", _PHONE),
        ("address", '{"number":"12","street":"rue des Lilas","postcode":"75020","city":"Paris"}'),
        ("note", "préfère être appelée le soir"),
        ("note", "elle est musulmane pratiquante"),
    )
    draft = Draft(category="regular", origin=story.origins["newsletter"], data=data, commune="75120")
    with story.installation.register.open(story.actor, MANAGEMENT) as processing:
        (recorded,) = record_contacts(processing, [draft])
    story.person = recorded.person
    told = told_of(recorded.findings)
    story.facts["recorded"] = {"result": recorded.result.value, "findings": told}
    story.promise("note.refused", kept=any(one["rule"].startswith("forbidden.") for one in told))
    story.tell(f"   {recorded.result.value} {recorded.person} ; {say('cellule refusée', 'refused cell')} :")
    story.tell(*(f" {line}" for line in lines_of(told)))


def find_her(story: Story) -> None:
    """Find the person by e-mail, phone and whole name, written otherwise than they were recorded."""
    story.chapter("La retrouver, écrite autrement", "Find her, written differently")
    searches: dict[str, tuple[Datum, ...]] = {
        say("par courriel", "by e-mail"): (("email", "MARIE@Example.org"),),
        say("par téléphone", "by phone"): (("phone", "+33 6 39 98 01 02"),),
        say("par nom", "by name"): (("last_name", "DUPONT"), ("first_names", "marie hélène")),
    }
    for how, data in searches.items():
        found = look_for(story, data)
        ours = [one for one in found if one.person == story.contact]
        story.promise(f"found {how}", kept=len(ours) == 1)
        story.tell(f"   {how} : {len(found)} {say('trouvée(s), dont elle', 'found, of whom she')} : {len(ours)}")


def look_for(story: Story, data: tuple[Datum, ...]) -> list[Revealed]:
    """Search for exactly these data."""
    with story.installation.register.open(story.actor, MANAGEMENT) as processing:
        return find_contacts(processing, Search(data=data, reason="démonstration"))


def read_for_purposes(story: Story) -> None:
    """Read the person for two purposes, and show purposes that are refused."""
    story.chapter("La lire : chaque finalité ouvre ses champs", "Read her: each purpose opens its fields")
    shown: dict[str, list[str]] = {}
    for purpose in (MANAGEMENT, CANVASSING):
        with story.installation.register.open(story.actor, purpose) as processing:
            (one,) = reveal_contacts(processing, [story.contact])
        shown[purpose] = sorted({datum.field for datum in one.data}) if one else []
        story.tell(f"   {purpose} : {', '.join(shown[purpose])}")
    story.facts["fields"] = shown
    story.promise("fields.by_purpose", kept=set(shown[CANVASSING]) < set(shown[MANAGEMENT]))
    for purpose in ("profiling", "email_campaign"):
        try:
            with story.installation.register.open(story.actor, purpose) as processing:
                reveal_contacts(processing, [story.contact])
            refused = None
        except IsoloirError as problem:
            refused = in_our_words(str(problem))
        story.promise(f"purpose.refused.{purpose}", kept=refused is not None)
        story.tell(f"   {purpose} : {say('refusé', 'refused')} - {refused}")


def export_a_list(story: Story) -> None:
    """Export the roll of one list for canvassing."""
    story.chapter("Exporter une liste, avec motif et destinataire", "Export a list, with a reason and a recipient")
    out, team = io.BytesIO(), say("équipe", "team")
    _register_the_team(story, team)
    order = ExportOrder(reason=say("porte-à-porte", "canvassing"), recipient=team, cap=ROLL_ROWS * 2)
    done = export_file(story.installation.register, story.actor, CANVASSING, order, out)
    head, *lines = out.getvalue().decode().splitlines()
    story.facts["exported"] = {"contacts": done.contacts, "withheld": done.withheld, "columns": head.split(",")}
    story.promise("export.complete", kept=len(lines) == done.contacts > 0)
    story.tell(
        f"   {done.contacts} {say('contacts exportés', 'contacts exported')}, "
        f"{done.withheld} {say('retenus', 'withheld')} ; {len(lines)} {say('lignes', 'lines')}",
        f"   {say('colonnes', 'columns')} : {head}",
    )


def _register_the_team(story: Story, team: str) -> None:
    """Register to whom the list goes: nothing leaves for somebody who is not in the register."""
    place = {"hosting": "FR", "control": "FR", "contact": team, "address": team}
    with story.installation.register.open(story.actor, "administration") as processing:
        add_recipient(processing, NewRecipient(kind="recipient", name=team, told_by="letter", **place))


CHAPTERS: tuple[Callable[[Story], None], ...] = (
    begin,
    import_the_roll,
    import_the_people,
    refuse_the_donations,
    record_one,
    find_her,
    read_for_purposes,
    export_a_list,
    erase_the_person,
    verify_the_log,
    change_one_byte,
)
