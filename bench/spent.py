"""CPU time of an act: this program with its children, and the throw-away server's processes."""

import os
import resource
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def spent() -> tuple[float, float]:
    """Return the seconds of CPU that this program and its ended children took, and those of the server it started."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(one.ru_utime + one.ru_stime for one in used), _server()


def _server() -> float:
    """Add up the server's processes: those that ended are in their parent's account."""
    children: dict[int, list[tuple[int, str, float]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # It ended meanwhile.
        name, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
        seconds = sum(map(int, fields[11:15])) / _TICKS
        children.setdefault(int(fields[1]), []).append((int(folder.name), name, seconds))

    def below(parent: int) -> float:
        return sum(seconds + below(number) for number, _, seconds in children.get(parent, []))

    ours = [one for one in children.get(os.getpid(), []) if one[1] == "postgres"]
    return sum(seconds + below(number) for number, _, seconds in ours)
