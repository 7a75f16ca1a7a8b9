"""Whether a file is what it is declared to be, asked of its content while it comes in."""

from collections.abc import Callable
from typing import Protocol

from attachments.errors import UnknownMediaType
from attachments.images import HeicChecker, JpegChecker, PngChecker, TiffChecker
from attachments.marks import ForeignMarks
from attachments.pdf import PdfChecker


class FormChecker(Protocol):
    """Check the form of one type of file."""

    def take(self, piece: bytes) -> None:
        """Look at more of the file. Raises WrongContent, ActiveContent."""
        ...

    def end(self) -> None:
        """Look at its end. Raises WrongContent, ActiveContent."""
        ...


PDF = "application/pdf"
_CHECKERS: dict[str, Callable[[], FormChecker]] = {
    PDF: PdfChecker,
    "image/jpeg": JpegChecker,
    "image/png": PngChecker,
    "image/tiff": TiffChecker,
    "image/heic": HeicChecker,
}
EXTENSIONS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "image/heic": "heic"}
"""The media types that are taken, and how a file of each is named when it leaves."""


class ContentChecker:
    """Check a file against its declared type: its form, and that it is nothing else besides."""

    def __init__(self, media_type: str) -> None:
        if media_type not in _CHECKERS:
            raise UnknownMediaType(f"an attachment is one of {', '.join(sorted(_CHECKERS))}")
        self._parts = (_CHECKERS[media_type](), ForeignMarks(is_pdf=media_type == PDF))

    def take(self, piece: bytes) -> None:
        """Look at more of the file. Raises WrongContent, ActiveContent."""
        for part in self._parts:
            part.take(piece)

    def end(self) -> None:
        """Look at its end. Raises WrongContent, ActiveContent."""
        for part in self._parts:
            part.end()
