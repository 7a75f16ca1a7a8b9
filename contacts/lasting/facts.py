"""What ended for contacts, as higher rooms may ask whether there is anything new, for reading only."""

from contacts.lasting.store import ENDING

__all__ = ["ENDING"]
