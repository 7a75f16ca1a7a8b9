"""CPU time of an act: this program with its children, and the throw-away server's processes."""

import os
import resource
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def spent() -> tuple[float, float]:
    """Return the seconds of CPU that this program and its children took, and those of the server it started."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    ended = sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, kinds))
    children = _children()

    def below(parent: int) -> float:
        return sum(seconds + below(number) for number, _, seconds in children.get(parent, []))

    ours, server = 0.0, 0.0
    for number, name, seconds in children.get(os.getpid(), []):
        if name == "postgres":
            server += seconds + below(number)
        else:
            ours += seconds + below(number)
    return ended + ours, server


def _children() -> dict[int, list[tuple[int, str, float]]]:
    """Return each process by its parent: number, name and seconds, with those of its children that ended."""
    children: dict[int, list[tuple[int, str, float]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # It ended meanwhile.
        name, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
        seconds = sum(map(int, fields[11:15])) / _TICKS
        children.setdefault(int(fields[1]), []).append((int(folder.name), name, seconds))
    return children
