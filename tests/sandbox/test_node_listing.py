"""Modes in Go's notation and sniffed types, as recorded."""

import stat

import pytest

from sandbox.node.listing import go_mode, sniff


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (stat.S_IFREG | 0o644, "-rw-r--r--"),
        (stat.S_IFREG | 0o4755, "urwxr-xr-x"),
        (stat.S_IFREG | 0o2755, "grwxr-xr-x"),
        (stat.S_IFDIR | 0o755, "drwxr-xr-x"),
        (stat.S_IFDIR | 0o1777, "dtrwxrwxrwx"),
        (stat.S_IFLNK | 0o777, "Lrwxrwxrwx"),
        (stat.S_IFIFO | 0o644, "prw-r--r--"),
        (stat.S_IFSOCK | 0o755, "Srwxr-xr-x"),
        (stat.S_IFCHR | 0o600, "Dcrw-------"),
    ],
)
def test_modes_are_written_as_go_writes_them(mode: int, expected: str) -> None:
    assert go_mode(mode) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", "text/plain"),
        (b"hello\n", "text/plain; charset=utf-8"),
        ("päivää 世界\n".encode(), "text/plain; charset=utf-8"),
        (b"caf\xe9\n", "text/plain; charset=iso-8859-1"),
        (b"\x93quoted\x94", "text/plain; charset=windows-1252"),
        (b"\xff\xfeh\x00i\x00", "text/plain; charset=utf-16le"),
        (b"\xef\xbb\xbfhi", "text/plain; charset=utf-8"),
        (b'{"a": 1}\n', "application/json"),
        (b"[1, 2]", "application/json"),
        (b"[network]\nserver_port = 1\n", "text/plain; charset=utf-8"),
        (b"{not json", "text/plain; charset=utf-8"),
        (b'{"a":"' + b"x" * 3066, "application/json"),
        (b"x" * 3071 + "é".encode()[:1], "text/plain; charset=utf-8"),
        (bytes(range(256)), "application/octet-stream"),
        (b"PK\x03\x04" + bytes(26) + b"a.txt", "application/zip"),
        (b"PK\x03\x04" + bytes(26) + b"META-INF/MANIFEST.MF", "application/jar"),
        (b"\x1f\x8b\x08\x00", "application/gzip"),
        (bytes(257) + b"ustar\x0000", "application/x-tar"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"<?xml version='1.0'?>", "text/xml; charset=utf-8"),
        (b"<!DOCTYPE html>", "text/html; charset=utf-8"),
    ],
)
def test_types_are_sniffed_from_the_contents(head: bytes, expected: str) -> None:
    assert sniff(head) == expected
