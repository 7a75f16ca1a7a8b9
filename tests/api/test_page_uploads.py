"""A form that brings a file is read strictly: what is no such form, or says a thing twice, brings nothing."""

from starlette.requests import Request

from api.boundary import BODY
from api.pages.upload import NOTHING, Uploaded, read_upload

FORM = "multipart/form-data; boundary=x"
SECRET = b'--x\r\nContent-Disposition: form-data; name="secret"\r\n\r\ns\r\n'
NAMED = b'--x\r\nContent-Disposition: form-data; name="document"; filename="../a\xff.pdf"'
FILE = NAMED + b"\r\nContent-Type: application/pdf\r\n\r\n"
WHOLE = SECRET + FILE + b"%PDF\r\n--y\r\n\r\n--x--\r\n"


def read(body: bytes, media_type: str = FORM) -> Uploaded:
    return read_upload(
        Request({"type": "http", "headers": [(b"content-type", media_type.encode())], BODY: body}), "document"
    )


def test_a_form_brings_its_fields_and_one_file_to_the_last_byte() -> None:
    for media_type in (FORM, 'Multipart/Form-Data; boundary="x"'):
        assert read(WHOLE, media_type) == Uploaded({"secret": "s"}, "application/pdf", b"%PDF\r\n--y\r\n")
    assert read(SECRET + b"--x--") == Uploaded({"secret": "s"}, "", b"")


def test_what_is_no_such_form_brings_nothing() -> None:
    for body in (
        b"",
        b"--x--",
        WHOLE[:-6],  # It breaks off.
        b"preamble" + WHOLE,
        SECRET + WHOLE,  # A field twice.
        FILE + b"a\r\n" + WHOLE,  # A file twice.
        WHOLE.replace(b"form-data", b"attachment"),
        WHOLE.replace(b'name="secret"', b'name="Secret; x"'),
        WHOLE.replace(b"\r\nContent-Type: application/pdf", b"\r\nContent-Type: application/pdf" * 2),
        SECRET * 9 + b"--x--",
    ):
        assert read(body) == NOTHING, body
    for media_type in ("", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", FORM + "; a=b"):
        assert read(WHOLE, media_type) == NOTHING, media_type
    assert read(WHOLE, "multipart/form-data; boundary=" + "x" * 71) == NOTHING


def test_a_long_field_is_cut_and_a_strange_type_is_none() -> None:
    assert len(read(WHOLE.replace(b"\r\n\r\ns\r\n", b"\r\n\r\n" + b"s" * 900 + b"\r\n")).fields["secret"]) == 200
    assert read(WHOLE.replace(b"application/pdf", b"text/html;charset=utf-8")).media_type == ""
