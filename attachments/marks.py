"""Marks of another format in a file: a file that is two things at once is taken for the one, and used as the other."""

import re

from attachments.errors import ActiveContent

_BEGINNING = 1024
_FOREIGN_BEGINNINGS = (b"%pdf-", b"<html", b"<svg", b"<!doctype", b"<?php")
_ANYWHERE = re.compile(rb"<script|<iframe|<!doctype html", re.IGNORECASE)
_OVERLAP = 32
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_TAIL = 22 + 0xFFFF
"""The end of a ZIP archive (APPNOTE 4.3.16): 22 bytes and a comment. A reader of archives looks for it at the end."""


class ForeignMarks:
    """Look for marks of pages, scripts and archives while a file comes in."""

    def __init__(self, *, is_pdf: bool) -> None:
        self._is_pdf = is_pdf
        self._seen = 0
        self._beginning = b""
        self._tail = b""

    def take(self, piece: bytes) -> None:
        """Look at more of the file. Raises ActiveContent."""
        if self._seen < _BEGINNING:
            self._beginning = (self._beginning + piece)[:_BEGINNING]
        self._seen += len(piece)
        if _ANYWHERE.search(self._tail[-_OVERLAP:] + piece):
            raise ActiveContent("the file holds a script or a page")
        self._tail = (self._tail + piece)[-_ARCHIVE_TAIL:]

    def end(self) -> None:
        """Look at the file's beginning and end. Raises ActiveContent."""
        beginning = self._beginning.lower()
        if any(mark in beginning for mark in _FOREIGN_BEGINNINGS[self._is_pdf :]):
            raise ActiveContent("the file begins like one of another type")
        start = self._tail.find(_ARCHIVE_END)
        while start >= 0:
            comment = int.from_bytes(self._tail[start + 20 : start + 22], "little")
            if start + 22 + comment == len(self._tail):
                raise ActiveContent("the file is an archive too")
            start = self._tail.find(_ARCHIVE_END, start + 1)
