"""Rules of this project that no ready-made linter has: each looks at one module's tree and yields (line, fault)."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

Fault = tuple[int, str]

MAKERS = {"Clearance": "policy/", "Grounds": "policy/ground.py", "Sealed": "contacts/seal.py"}
"""A proof and the only place that may construct it: nobody else can have done the check."""

CLOCK = "kernel/clock.py"
COMMITS = "the register alone commits"
_CALENDAR = {"now", "utcnow", "today"}
_SECONDS = {"time", "time_ns", "localtime", "gmtime"}
_PRIVATE = {"tables", "store"}
_EVERYTHING = {"Exception", "BaseException"}


def forged_proofs(path: PurePosixPath, tree: ast.Module) -> Iterator[Fault]:
    """Find proofs constructed, subclassed or renamed outside the place that proves."""
    foreign = {name for name, place in MAKERS.items() if not str(path).startswith(place)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=made) if _last(made) in foreign:
                yield node.lineno, f"only {MAKERS[_last(made)]} constructs {_last(made)}"
            case ast.ClassDef(bases=bases) if kin := foreign & {_last(base) for base in bases}:
                yield node.lineno, f"nobody subclasses {min(kin)}"
            case ast.alias(name=name, asname=str()) if name in foreign:
                yield node.lineno, f"{name} keeps its name, so that this check sees it"
            case ast.Attribute(attr="__new__"):
                yield node.lineno, "__new__ would go round a constructor that checks"


def commits(_path: PurePosixPath, tree: ast.Module) -> Iterator[Fault]:
    """Find every commit; in the whole product there is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno, COMMITS


def clock_readings(path: PurePosixPath, tree: ast.Module) -> Iterator[Fault]:
    """Find readings of the calendar clock outside the one module that may."""
    if str(path) == CLOCK:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=value, attr=attr) if attr in _CALENDAR and _last(value) in {"datetime", "date"}:
                yield node.lineno, f"only {CLOCK} reads the clock"
            case ast.Attribute(value=ast.Name(id="time"), attr=attr) if attr in _SECONDS:
                yield node.lineno, f"only {CLOCK} reads the clock"
            case ast.ImportFrom(module="time", names=names) if _SECONDS & {alias.name for alias in names}:
                yield node.lineno, f"only {CLOCK} reads the clock"


def swallowed_errors(_path: PurePosixPath, tree: ast.Module) -> Iterator[Fault]:
    """Find handlers that catch everything and do nothing."""
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=kind, body=body) if _catches_all(kind) and all(map(_is_idle, body)):
                yield node.lineno, "an error of any kind vanishes here"
            case ast.Call(func=function, args=kinds) if _last(function) == "suppress" and any(map(_catches_all, kinds)):
                yield node.lineno, "an error of any kind vanishes here"


def trespasses(path: PurePosixPath, tree: ast.Module) -> Iterator[Fault]:
    """Find imports of another room's tables or store; migrations may, they build the tables."""
    room = path.parts[0]
    if room == "migrations":
        return
    for node in ast.walk(tree):
        for name in _imported(node):
            owner, _, rest = name.partition(".")
            if owner != room and _PRIVATE & set(rest.split(".")):
                yield getattr(node, "lineno", 0), f"{name} is private to {owner}"


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _last(node: ast.expr) -> str:
    """Return the last word of a dotted name, or nothing."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _catches_all(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_catches_all, kind.elts))
    return kind is None or _last(kind) in _EVERYTHING


def _is_idle(statement: ast.stmt) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass | ast.Continue)
