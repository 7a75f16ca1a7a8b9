"""What goes wrong is told in one plain line, in both languages, without a value and without a traceback."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from cli import problems, words
from cli.main import main
from cli.problems import in_our_words
from kernel.errors import Conflict
from tests.cli.console import Console, begin, bring_in

CANARIES = ("Zyxwv", "zyxwv.canary@example.org", "0639981234", "1961-07-13", "canary-4711")
RAISED = {"Invalid", "NotFound", "NotNow", "Conflict", "TooLarge"}
MESSAGES = Path(problems.__file__).parent / "messages_fr.toml"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(tmp_path)
    begin(console)
    return console


@pytest.fixture
def canary_file(tmp_path: Path) -> Path:
    path = tmp_path / "canaries.csv"
    head = "nationbuilder_id,first_name,last_name,email,mobile_number,born_at,note\n"
    last, email, phone, birth, external = CANARIES
    row = (external, last, last, email, phone, birth, f"{last} est catholique")
    path.write_text(f"{head}{','.join(row)}\n", encoding="utf-8")
    return path


def wrong(canary_file: Path) -> list[list[str]]:
    last, email, phone, birth, external = CANARIES
    return [
        ["find", "--email", email, "--campaign", last],
        ["find", "--email", email, "--purpose", last],
        ["find", "--phone", last],
        ["find", "--last-name", last],
        ["find", "--last-name", last, "--first-names", last],
        ["find", "--birth-date", birth],
        ["find", "--external-id", f"no colon {external}"],
        ["find", email],
        ["find", "--unknown-option", email],
        ["show", email],
        ["erase", phone],
        ["tag", "register", f"{last} {email}"],
        ["field", "register", email],
        ["export", "--purpose", last, "--reason", email, "--recipient", phone, "--out", "out.csv"],
        ["import", str(canary_file), "--origin", "9", "--purpose", "contact_management", "--category", last],
        ["import", str(canary_file), "--origin", "2", "--purpose", last],
        [*bring_in(canary_file), "--profile", last],
        [*bring_in(canary_file), "--strict"],
        ["election", "add", "--title", last, "--first-round", birth, "--second-round", birth],
        ["audit", "list", "--event", email],
        ["law", "show", last],
        [last, email],
        ["staff", "create", "--name", last, "--email", email, "--role", last],
        ["staff", "create", "--name", last, "--email", phone, "--role", "manager"],
        ["staff", "disable", email],
        ["approval", "approve", last],
    ]


@pytest.mark.parametrize("how", [[], ["--json"], ["--lang", "en"]], ids=["french", "json", "english"])
def test_a_failing_command_says_nothing_of_a_person(
    console: Console,
    canary_file: Path,
    how: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in console.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(console.folder)
    for command in wrong(canary_file):
        code = run_here([*command, *how])
        said = capfd.readouterr()
        assert code in {1, 2}, command
        assert "Traceback" not in said.err
        assert [canary for canary in CANARIES if canary in said.out + said.err] == [], command
        if code == 2:
            assert len(said.err.splitlines()) == 1


def run_here(command: list[str]) -> int:
    try:
        return main(command)
    except SystemExit as end:
        return int(end.code or 0)


def test_the_script_itself_fails_in_one_line(console: Console) -> None:
    done = console.run("find", "--last-name", CANARIES[0])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "isoloir: une recherche par nom demande le nom entier : --last-name et --first-names\n"


def test_the_exit_code_tells_misuse_from_failure(tmp_path: Path) -> None:
    console = Console(tmp_path)
    assert console.run().returncode == 2
    assert console.run("import").returncode == 2
    assert console.run("keys", "rotate", "everything").returncode == 2
    missing = console.run("campaign", "list")
    assert (missing.returncode, missing.stderr) == (
        1,
        "isoloir: il n'y a pas d'installation dans ce dossier : isoloir init\n",
    )
    assert not console.data.exists()


def test_a_database_out_of_reach_is_a_plain_line_without_its_password(tmp_path: Path) -> None:
    console = Console(tmp_path, "postgresql://isoloir:hunter2@127.0.0.1:1/isoloir")
    done = console.run("campaign", "list")
    assert done.returncode == 1
    assert "ISOLOIR_DATABASE_URL" in done.stderr.splitlines()[-1]
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("country", ["US", "CH", "GB", ""])
def test_nothing_starts_outside_the_eea(tmp_path: Path, country: str) -> None:
    done = Console(tmp_path, more={"ISOLOIR_HOSTING": country}).run("init")
    assert done.returncode == 1
    assert "EEE" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_root_key_that_others_can_read_is_refused(console: Console) -> None:
    (console.data / "root.key").chmod(0o644)
    done = console.run("campaign", "list")
    assert done.returncode == 1
    assert "chmod 600" in done.stderr


def test_what_could_steer_a_terminal_is_replaced() -> None:
    assert words.plain("a\x1b[2Jb\n") == "a�[2Jb�"


def test_our_messages_are_said_in_french_and_others_stay() -> None:
    words.choose(words.FRENCH)
    assert in_our_words("row 12: a quotation mark is opened and never closed") == (
        "ligne 12 : un guillemet est ouvert et jamais fermé"
    )
    assert in_our_words("something nobody translated") == "something nobody translated"
    assert problems.answer_to(Conflict("no such campaign")).lines == [
        "isoloir: cette campagne n'existe pas : isoloir campaign list",
    ]


def test_every_translation_is_a_sentence_that_takes_what_was_found() -> None:
    for one in tomllib.loads(MESSAGES.read_text("utf-8"))["message"]:
        groups = re.compile(one["en"]).groups
        used = {int(number) for number in re.findall(r"\\(\d)", one["fr"])}
        assert used <= set(range(1, groups + 1)), one["en"]


READING = ("container", "encoding", "header", "reading", "workbook", "workbook_parts", "plan", "import_file")


@pytest.mark.parametrize(("room", "modules"), [("rights", ()), ("files", READING)])
def test_whatever_a_rights_request_or_a_file_is_refused_for_is_said_in_french(
    room: str, modules: tuple[str, ...]
) -> None:
    words.choose(words.FRENCH)
    folder = Path(problems.__file__).parents[1] / room
    found = []
    for path in [folder / f"{name}.py" for name in modules] or sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in RAISED and node.args:
                found.append(node.args[0])
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
                found.append(node.value)
    texts = {text for node in found if (text := _example(node))}
    assert len(texts) > 25
    assert [one for one in texts if in_our_words(one) == one] == []


def _example(node: ast.expr) -> str | None:
    """Return a message as it may read."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values)
    return None
