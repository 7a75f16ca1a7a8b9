"""Import a file of contacts: planned before its first row, stored in chunks that survive a crash, told cell by cell.

A chunk is one processing. Its presence in the job makes a second try skip it, so that an import killed anywhere goes
on without loss and without doubles when the same file is imported again.
"""

from audit.events import Event
from audit.note import Note
from audit.register import Register
from consent.cohorts import cohort_to_join
from contacts.declare import origin_by_number
from contacts.vocabulary import vocabulary_of
from files.course import Course
from files.dates import with_detected_dates
from files.order import Imported, ImportOrder, Progress
from files.plan import make_plan
from files.profiles import PLAIN, Profile, known_profile, load_profile
from files.reading import open_table
from files.seeds.returned import known_seeds
from files.tags import TagSorter
from files.turn import Turn
from kernel.actor import Actor
from kernel.errors import Conflict, Invalid
from policy.draft import Origin
from policy.edition import Edition
from policy.findings import Refusal
from policy.phase import phase_finding


def import_file(register: Register, actor: Actor, purpose: str, order: ImportOrder, progress: Progress) -> Imported:
    """Import a file for ``purpose``, or only say what would become of it (``dry_run``).

    ``strict`` stores nothing if any cell would be refused. Raises Invalid for a file that cannot be read as the
    profile says, Refusal for a file that is refused whole.
    """
    course = _opened(register, actor, purpose, order, progress)
    if order.strict and not order.dry_run:
        _refuse_if_anything_is(course.simulate())
    return course.simulate() if order.dry_run else course.store()


def import_turn(register: Register, actor: Actor, purpose: str, order: ImportOrder, turn: Turn) -> bool:
    """Import as much of a file as one turn takes; tell whether its end was reached.

    Also what a ``dry_run`` says is kept with its chunks. Raises what ``import_file`` raises, and Stopped.
    """
    return _opened(register, actor, purpose, order, lambda *_: None).take(turn)


def _opened(register: Register, actor: Actor, purpose: str, order: ImportOrder, progress: Progress) -> Course:
    table = open_table(order.path)
    named = order.profile or (PLAIN if order.mapping else known_profile(table.header))
    profile = with_detected_dates(load_profile(named), table, order.mapping)
    plan = make_plan(profile, table.header, order.mapping)
    if plan.refused and not order.dry_run:
        _refuse_whole(register, actor, purpose, plan.refused)
    return _prepare(Course(register, actor, purpose, order, table, plan, progress))


def _refuse_whole(register: Register, actor: Actor, purpose: str, rule: str) -> None:
    with register.open(actor, purpose) as processing:
        raise Refusal([processing.edition.rules[rule].finding("*")])


def _refuse_if_anything_is(simulated: Imported) -> None:
    rows, cells = simulated.summary["rows"], simulated.summary["cells"]
    if rows.get("refused") or rows.get("unreadable") or any(cells.get(one) for one in ("refused", "held", "invalid")):
        message = "strict: not everything in the file can be kept; nothing was stored, the report says what"
        raise Conflict(message)


def _prepare(course: Course) -> Course:
    """Read what every chunk needs: the origin, the registered tags, the articles of the rules, the seed mailboxes."""
    with course.register.open(course.actor, course.purpose) as processing:
        course.origin = origin_by_number(processing, course.order.origin)
        if barred := phase_finding(processing.edition, processing.phase, "origin", synthetic=course.origin.synthetic):
            raise Refusal([barred])
        _check_origin(processing.edition, course.plan.profile, course.origin)
        if processing.own is not None:
            course.plan = make_plan(course.plan.profile, course.table.header, course.order.mapping, processing.own)
        if course.order.cohort is not None:
            course.cohort = cohort_to_join(processing, course.order.cohort)
        course.sorter = TagSorter(processing.reader, vocabulary_of(processing, custom=False).tags)
        if course.plan.profile.about == "persons":
            course.seeds = known_seeds(processing)
        course.articles = {rule.id: rule.articles for rule in processing.edition.rules.values()}
        processing.note(Note(event=Event.IMPORT_PREPARED, counts={}))
    profile = course.plan.profile
    if profile.about == "persons" and not course.order.category and not profile.category:
        message = f"the profile {profile.name} does not say of which category the persons are: name one"
        raise Invalid(message)
    if profile.category and course.order.category not in {None, profile.category}:
        raise Invalid(f"a file of the profile {profile.name} is of one category, {profile.category}")
    return course


def _check_origin(edition: Edition, profile: Profile, origin: Origin) -> None:
    """Refuse a file that is of one category by its columns from an origin that never holds it."""
    if profile.needs_election and origin.final_round is None:
        raise Invalid(f"the profile {profile.name} needs an origin that names its election")
    kind = edition.origins[origin.kind]
    if profile.category and profile.category not in kind.categories:
        raise Refusal([edition.rules[kind.category_rule].finding("origin")])
