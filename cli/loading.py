"""Load the parts of the program when they are needed."""

import gc
import sys
from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """Import a module with everything it needs, the cycle collector at rest.

    A program that loads makes no garbage, and what it made stays: walking it over and over took a quarter of the CPU
    from the start to the first answer. What is there already is only returned.
    """
    known = sys.modules.get(name)
    if known is not None:
        return known
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()  # Else the next three collections walk all of it.
        gc.enable()
