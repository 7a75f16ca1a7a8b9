"""What is taken in: files that are what they are said to be, and that cannot act."""

import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attachments.content import EXTENSIONS, ContentChecker
from attachments.errors import ActiveContent, UnknownMediaType, WrongContent
from tests.attachments.samples import (
    ARCHIVE_END,
    CATALOG,
    GOOD,
    JAVASCRIPT,
    PAGES,
    PDF,
    PLAIN_PDF,
    TIFF,
    box,
    heic,
    image_stream,
    jpeg,
    objects_stream,
    pdf,
    png,
    png_chunk,
    scan_of,
)

FLATE = b"<</N 1/First 4/Filter/FlateDecode/Length 99>>"


def check(media_type: str, content: bytes, edges: list[int] | None = None) -> None:
    checker = ContentChecker(media_type)
    for start, end in pairwise([0, *(edges or []), len(content)]):
        checker.take(content[start:end])
    checker.end()


def refuses(media_type: str, content: bytes, error: type[Exception], edges: list[int] | None = None) -> None:
    with pytest.raises(error) as caught:
        check(media_type, content, edges)
    assert "alert" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_plain_file_of_each_type_passes(name: str) -> None:
    check(*GOOD[name])


def test_every_type_that_is_taken_has_a_sample_and_an_ending() -> None:
    assert {media_type for media_type, _ in GOOD.values()} == set(EXTENSIONS)


@pytest.mark.parametrize("declared", sorted(GOOD))
@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_file_passes_for_its_own_type_only(name: str, declared: str) -> None:
    if name != declared:
        refuses(GOOD[declared][0], GOOD[name][1], (WrongContent, ActiveContent))  # type: ignore[arg-type]


@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/zip", "application/msword", ""])
def test_another_type_is_not_taken(media_type: str) -> None:
    with pytest.raises(UnknownMediaType):
        ContentChecker(media_type)


ORDINARY = {
    "link": pdf(CATALOG, PAGES, b"<</Subtype/Link/A<</S/URI/URI(https://example.org)>>>>"),
    "opened at a page": pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>", PAGES),
    "outline": pdf(CATALOG, PAGES, b"<</Type/Outlines/First 4 0 R/Count 1>>", b"<</Title(a \\(b)/First 5 0 R>>"),
    "compressed": pdf(objects_stream(b"1 0 " + CATALOG), objects_stream(b"2 0 " + PAGES, FLATE)),
    "not compressed": pdf(b"<</N 1/First 4/Length 9>>\nstream\n1 0 " + CATALOG + b"\nendstream"),
    "two versions": PLAIN_PDF + PLAIN_PDF[15:],
    "picture": scan_of(300_000),
    "picture that speaks of": pdf(CATALOG, PAGES, image_stream(b"\xff/JS/AA/S JavaScript Launch\0")),
    "spaces at the end": pdf(CATALOG, PAGES, end=b"%%EOF\r\n \0"),
}


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_an_ordinary_pdf_passes(name: str) -> None:
    check(PDF, ORDINARY[name])


ACTING = {
    "script": pdf(CATALOG, JAVASCRIPT),
    "script, escaped": pdf(CATALOG, b"<</S/J#61vaScr#69pt/JS 3 0 R>>"),
    "script in a picture": pdf(CATALOG, PAGES, image_stream(b"\xff" * 999 + b"\n9 0 obj\n" + JAVASCRIPT + b"\xff")),
    "script, compressed": pdf(CATALOG, objects_stream(b"9 0 " + JAVASCRIPT)),
    "script, compressed and not said so": pdf(CATALOG, objects_stream(b"9 0 " + JAVASCRIPT, FLATE)),
    "script, compressed, escaped": pdf(
        CATALOG, objects_stream(b"9 0 " + JAVASCRIPT, b"<</N 1/F#69rst 4/#46ilter/Fl#61teDecode>>")
    ),
    "script, compressed, far in": pdf(CATALOG, objects_stream(bytes(range(48, 58)) * 30_000 + JAVASCRIPT)),
    "script, behind a text": pdf(
        CATALOG, objects_stream(JAVASCRIPT, b"<</First 4/X(endobj stream\n)/Filter/FlateDecode>>")
    ),
    "script, behind a comment": pdf(CATALOG, objects_stream(JAVASCRIPT, b"<</First 4%endobj\n/Filter/FlateDecode>>")),
    "nested text": pdf(CATALOG, objects_stream(JAVASCRIPT, b"<</First 4/X((stream\n))/Filter/FlateDecode>>")),
    "compressed twice": pdf(
        CATALOG, objects_stream(zlib.compress(JAVASCRIPT), b"<</First 4/Filter[/FlateDecode/FlateDecode]>>")
    ),
    "predicted": pdf(CATALOG, objects_stream(JAVASCRIPT, FLATE[:-2] + b"/DecodeParms<</Predictor 12>>>>")),
    "filter elsewhere": pdf(CATALOG, objects_stream(JAVASCRIPT, b"<</N 1/First 4/Filter 7 0 R>>")),
    "no compressed data": pdf(CATALOG, FLATE + b"\nstream\nnothing\nendstream"),
    "breaks off": pdf(CATALOG, FLATE + b"\nstream\n" + zlib.compress(bytes(999))[:-9]),
    "never ends": pdf(CATALOG, b"<</First 4 /X " + b"1 " * 9_000 + b">>"),
    "bomb": pdf(CATALOG, objects_stream(bytes(65 << 20))),
    "program": pdf(CATALOG, b"<</S/Launch/F(cmd.exe)>>"),
    "file in it": pdf(b"<</Names<</EmbeddedFiles 3 0 R>>>>"),
    "form that sends": pdf(CATALOG, b"<</S/SubmitForm/F(https://example.org)>>"),
    "form of its own": pdf(b"<</AcroForm<</XFA 3 0 R>>>>"),
    "film": pdf(CATALOG, b"<</Subtype/RichMedia>>"),
    "encrypted": PLAIN_PDF.replace(b"<</Root", b"<</Encrypt 5 0 R/Root"),
    "page too": PLAIN_PDF.replace(b"startxref", b"<SCRIPT>alert(1)</SCRIPT>\nstartxref"),
    "archive too": pdf(CATALOG, PAGES, end=ARCHIVE_END[:-2] + b"\6\0%%EOF\n"),
}


@pytest.mark.parametrize("name", sorted(ACTING))
def test_a_pdf_that_could_act_or_hide_something_is_refused(name: str) -> None:
    refuses(PDF, ACTING[name], ActiveContent)


@given(name=st.sampled_from(sorted(set(ACTING) - {"bomb"})), data=st.data())
def test_how_a_file_is_cut_on_its_way_changes_nothing(name: str, data: st.DataObject) -> None:
    content = ACTING[name]
    edges = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=8)))
    refuses(PDF, content, ActiveContent, edges)


@given(name=st.sampled_from(sorted(ORDINARY)), data=st.data())
def test_how_an_ordinary_file_is_cut_changes_nothing(name: str, data: st.DataObject) -> None:
    content = ORDINARY[name]
    check(PDF, content, sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=8))))


@given(name=st.sampled_from(sorted(GOOD)), data=st.data())
def test_a_file_in_single_bytes_or_pieces_passes(name: str, data: st.DataObject) -> None:
    media_type, content = GOOD[name]
    check(media_type, content, sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=200))))


WRONG = {
    "pdf, elsewhere": (PDF, b"\n" + PLAIN_PDF),
    "pdf, cut": (PDF, PLAIN_PDF[:-8]),
    "pdf, followed": (PDF, PLAIN_PDF + b"MZ" + bytes(99) + b"x"),
    "pdf, nothing": (PDF, b""),
    "jpeg, cut": ("image/jpeg", jpeg()[:-1]),
    "jpeg, followed": ("image/jpeg", jpeg() + b"MZ\0\0"),
    "jpeg, followed by a bit": ("image/jpeg", jpeg() + b"x"),
    "jpeg, nothing": ("image/jpeg", b""),
    "jpeg, no marker": ("image/jpeg", b"\xff\xd8\x00\x01\x02\x03"),
    "jpeg, no length": ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x01"),
    "jpeg, begun twice": ("image/jpeg", b"\xff\xd8\xff\xd8\x00\x01"),
    "png, cut": ("image/png", png()[:-1]),
    "png, followed": ("image/png", png() + png_chunk(b"tEXt")),
    "png, headless": ("image/png", png()[:8] + png()[33:]),
    "png, long": ("image/png", png(b"\xff\xff\xff\xfftEXt")),
    "png, odd": ("image/png", png(png_chunk(b"12\x004"))),
    "tiff, cut": ("image/tiff", b"II*"),
    "heic, other brand": ("image/heic", heic().replace(b"heic", b"avif")),
    "heic, cut": ("image/heic", heic()[:-1]),
    "heic, a film": ("image/heic", heic(box(b"moov", bytes(20)))),
    "heic, followed": ("image/heic", heic(b"\0\0\0\0free" + bytes(20))),
    "heic, a little too long": ("image/heic", heic(b"abc")),
    "heic, without its own box": ("image/heic", heic()[:24] + box(b"mdat", bytes(40))),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_damaged_file_or_one_with_more_behind_is_refused(name: str) -> None:
    media_type, content = WRONG[name]
    refuses(media_type, content, WrongContent)
    refuses(media_type, content, WrongContent, list(range(1, len(content))))


POLYGLOTS = {
    "pdf in a jpeg": ("image/jpeg", jpeg(comment=PLAIN_PDF)),
    "page in a jpeg": ("image/jpeg", jpeg(comment=b"<!--*/<html>")),
    "script in a png": ("image/png", png(png_chunk(b"tEXt", bytes(2000) + b"<script>alert(1)</script>"))),
    "picture that is a page": ("image/tiff", TIFF + b"<svg onload=alert(1)>"),
    "pdf in a tiff": ("image/tiff", TIFF + PLAIN_PDF),
    "archive in a tiff": ("image/tiff", TIFF + bytes(2000) + ARCHIVE_END),
    "archive with a remark": ("image/tiff", TIFF + bytes(2000) + ARCHIVE_END[:-2] + b"\3\0abc"),
    "archive in a heic": ("image/heic", heic(box(b"free", ARCHIVE_END))),
}


@pytest.mark.parametrize("name", sorted(POLYGLOTS))
def test_a_file_of_two_types_is_refused(name: str) -> None:
    refuses(*POLYGLOTS[name], ActiveContent)


def test_pictures_as_telephones_make_them_pass() -> None:
    check("image/jpeg", jpeg(comment=bytes(300)) + bytes(40) + jpeg())
    check("image/jpeg", b"\xff\xd8\xff\xff\xff\x01" + jpeg()[2:])
    check("image/jpeg", jpeg(scan=b"\x01\xff\xd0\x02\xff\xff\xc4\x00\x04ab\xff\xda\x00\x02\x05"))
    check("image/heic", heic(box(b"free")))
    check(
        "image/heic", heic()[:52] + b"\0\0\0\1mdat" + (24).to_bytes(8, "big") + bytes(8) + b"\0\0\0\0mdat" + bytes(99)
    )


def test_the_word_of_an_archive_in_the_middle_is_no_archive() -> None:
    check("image/tiff", TIFF + ARCHIVE_END + bytes(40) + b"PK\x05\x06")
