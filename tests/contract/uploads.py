"""The multipart bodies of the recorded uploads, of which only the lengths were kept."""

from collections.abc import Callable, Mapping
from functools import partial

MEBIBYTE = 1024 * 1024


def form(*files: tuple[str, bytes], field: str = "files") -> bytes:
    """Write a multipart form with the recorded boundary."""
    parts = [
        f'--BB\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        + content
        for name, content in files
    ]
    return b"\r\n".join(parts) + b"\r\n--BB--\r\n"


def _too_big() -> bytes:
    return form(("big.bin", bytes(101 * MEBIBYTE)))


UPLOADS: Mapping[str, Callable[[], bytes]] = {
    "wings/wings-upload": partial(form, ("up.txt", b"up!\n")),
    "wings/wings-upload-same-url-again": partial(form, ("up.txt", b"up!\n")),
    "wings/wings-upload-into-directory": partial(form, ("two.txt", b"2"), ("deep.txt", b"deep")),
    "wings/wings-upload-name-with-path": partial(form, ("../../evil.txt", b"e")),
    "wings/wings-upload-denylisted": partial(form, ("licence.key", b"x")),
    "wings/wings-upload-outside": partial(form, ("out.txt", b"x")),
    "wings/wings-upload-no-token": partial(form, ("x.txt", b"x")),
    "wings/wings-upload-wrong-field": partial(form, ("x.txt", b"x"), field="file"),
    "wings/wings-upload-too-big": _too_big,
}
