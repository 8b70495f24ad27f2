"""What each recorded release of Wings refuses to do with a server's files, and in which words."""

from collections.abc import Callable
from typing import TypeAlias

from sandbox.node.disk import Disk
from sandbox.node.paths import NOT_ON_SYSTEM, UNEXPECTED

IS_DIRECTORY = "Cannot perform that action: file is a directory."
CONFLICT = "Cannot write file, name conflicts with an existing directory by the same name."

Act: TypeAlias = Callable[[Disk], object]
Refusal: TypeAlias = tuple[int, str] | None
"""Status and text; None: it works."""


def _always(status: int, text: str) -> tuple[Refusal, Refusal, Refusal]:
    return ((status, text),) * 3


REFUSALS: list[tuple[str, Act, Refusal, Refusal, Refusal]] = [
    (
        "read missing",
        lambda d: d.contents("/nope"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (404, NOT_ON_SYSTEM),
    ),
    ("read directory", lambda d: d.contents("config"), (400, IS_DIRECTORY), (200, ""), (400, IS_DIRECTORY)),
    (
        "read outside",
        lambda d: d.contents("../secret.txt"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (500, UNEXPECTED),
    ),
    ("read a link inside", lambda d: d.contents("inlink"), None, (500, UNEXPECTED), (500, UNEXPECTED)),
    (
        "read a link outside",
        lambda d: d.contents("outlink"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (500, UNEXPECTED),
    ),
    (
        "read through a directory link outside",
        lambda d: d.contents("outdir/secret.txt"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (500, UNEXPECTED),
    ),
    (
        "read under a file",
        lambda d: d.contents("openttd.cfg/x"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (404, NOT_ON_SYSTEM),
    ),
    ("list missing", lambda d: d.list("nope"), (500, UNEXPECTED), (500, UNEXPECTED), (500, UNEXPECTED)),
    ("list a file", lambda d: d.list("openttd.cfg"), (500, UNEXPECTED), (500, UNEXPECTED), (500, UNEXPECTED)),
    ("list outside", lambda d: d.list("../../"), (404, NOT_ON_SYSTEM), (500, UNEXPECTED), (500, UNEXPECTED)),
    ("list a directory link", lambda d: d.list("dirlink"), None, (500, UNEXPECTED), (500, UNEXPECTED)),
    (
        "write onto a directory",
        lambda d: d.put("config", b"x"),
        (400, CONFLICT),
        (400, CONFLICT),
        (400, CONFLICT),
    ),
    (
        "write outside",
        lambda d: d.put("/../x", b"x"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (500, UNEXPECTED),
    ),
    ("write under a file", lambda d: d.put("openttd.cfg/x", b"x"), *_always(500, UNEXPECTED)),
    ("write a link inside", lambda d: d.put("inlink", b"x"), None, (500, UNEXPECTED), (500, UNEXPECTED)),
    ("write a pipe", lambda d: d.put("pipe", b"x"), *_always(500, UNEXPECTED)),
    ("write nothing", lambda d: d.put("empty.txt", b""), None, None, None),
    (
        "write a long name",
        lambda d: d.put("x" * 300, b"x"),
        *_always(400, "Cannot perform that action: file name is too long."),
    ),
    ("write a NUL", lambda d: d.put("a\0b", b"x"), *_always(500, UNEXPECTED)),
    ("copy missing", lambda d: d.copy("nope"), *_always(500, UNEXPECTED)),
    ("copy a directory", lambda d: d.copy("config"), *_always(500, UNEXPECTED)),
    (
        "copy outside",
        lambda d: d.copy("../secret.txt"),
        (404, NOT_ON_SYSTEM),
        (500, UNEXPECTED),
        (500, UNEXPECTED),
    ),
    ("make an existing folder", lambda d: d.create_folder("/", "config"), None, None, None),
    (
        "make a folder over a file",
        lambda d: d.create_folder("/", "openttd.cfg"),
        *_always(500, UNEXPECTED),
    ),
    (
        "make a folder under a file",
        lambda d: d.create_folder("/openttd.cfg", "x"),
        *_always(500, UNEXPECTED),
    ),
    ("make a folder outside", lambda d: d.create_folder("/", "../../outside"), None, None, None),
    ("rename missing", lambda d: d.rename("/", [("ghost", "g")]), None, None, None),
    ("rename to itself", lambda d: d.rename("/", [("openttd.cfg", "openttd.cfg")]), None, None, None),
    ("rename from outside", lambda d: d.rename("/", [("../../etc/hostname", "h")]), None, None, None),
    ("rename the root", lambda d: d.rename("/", [("/", "moved")]), *_always(500, UNEXPECTED)),
    (
        "rename onto existing",
        lambda d: d.rename("/config", [("hello.txt", "data.json")]),
        *_always(400, "Cannot move or rename file, destination already exists."),
    ),
    ("delete missing", lambda d: d.delete("/", ["ghost"]), None, None, None),
    ("delete outside", lambda d: d.delete("/", ["../../../tmp/x"]), None, None, None),
    ("delete the root", lambda d: d.delete("/", ["/"]), *_always(500, UNEXPECTED)),
    ("delete under a file", lambda d: d.delete("/openttd.cfg", ["x"]), *_always(500, UNEXPECTED)),
    ("chmod missing", lambda d: d.chmod("/", [("ghost", "644")]), None, None, None),
    ("chmod outside", lambda d: d.chmod("/", [("../../x", "777")]), None, None, None),
    ("chmod a number", lambda d: d.chmod("/", [("openttd.cfg", 644)]), *_always(400, UNEXPECTED)),
    (
        "chmod no octal",
        lambda d: d.chmod("/", [("openttd.cfg", "999")]),
        *_always(400, "Invalid file mode."),
    ),
]
"""What is tried, and what comes of it in Wings 1.11.8, in 1.11.11 and in Pelican's Wings."""
