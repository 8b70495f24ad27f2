"""Console excerpts of the container and its programs."""

from tests.domain.diagnosis.excerpt import BEDROCK, PAPER, UNKNOWN, Excerpt

EXCERPTS = {
    "system.library": Excerpt(
        BEDROCK,
        (
            "./bedrock_server: error while loading shared libraries: libcurl.so.4: "
            "cannot open shared object file: No such file or directory",
        ),
        0,
        "library `libcurl.so.4`",
        exit_code=127,
    ),
    "system.libc": Excerpt(
        UNKNOWN,
        ("./game: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./game)",),
        0,
        "lacks `GLIBC_2.38`",
    ),
    "system.dotnet": Excerpt(
        UNKNOWN,
        ("You must install or update .NET to run this application.", "Framework: version 8.0.0 (x64)"),
        0,
        "another version of .NET",
        exit_code=150,
    ),
    "system.architecture": Excerpt(
        UNKNOWN,
        ("/entrypoint.sh: line 33: ./game: cannot execute binary file: Exec format error",),
        0,
        "another CPU type",
        exit_code=126,
    ),
    "system.permission": Excerpt(
        UNKNOWN,
        ("/entrypoint.sh: line 33: ./game: Permission denied",),
        0,
        "The file `./game` isn't allowed to run",
        exit_code=126,
    ),
    "system.not_found": Excerpt(
        UNKNOWN,
        ("/entrypoint.sh: line 33: ./game: No such file or directory",),
        0,
        "`./game`, which the start command needs",
        exit_code=127,
    ),
    "system.command_not_found": Excerpt(
        UNKNOWN,
        ("/entrypoint.sh: line 33: java: command not found",),
        0,
        "`java`, which the start command runs",
        exit_code=127,
    ),
    "system.node_module": Excerpt(
        UNKNOWN,
        ("node:internal/modules/cjs/loader:1143", "Error: Cannot find module 'discord.js'", "Require stack:"),
        1,
        "needs `discord.js`",
    ),
    "system.node_heap": Excerpt(
        UNKNOWN,
        (
            "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap "
            "out of memory",
        ),
        0,
        "its heap was full",
        exit_code=134,
    ),
    "system.python_module": Excerpt(
        UNKNOWN,
        ("Traceback (most recent call last):", "ModuleNotFoundError: No module named 'discord'"),
        1,
        "module `discord`",
    ),
    "system.disk": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Failed to save chunk",
            "java.io.IOException: No space left on device",
        ),
        1,
        "disk is full",
        is_certain=False,
    ),
    "system.disk_quota": Excerpt(
        PAPER,
        ("[08:15:04 ERROR]: Failed to save chunk", "java.io.IOException: Disk quota exceeded"),
        1,
        "is used up",
        is_certain=False,
    ),
    "system.port": Excerpt(
        UNKNOWN,
        ("System.Net.Sockets.SocketException (98): Address already in use",),
        0,
        "port is in use",
        exit_code=134,
        is_certain=False,
    ),
}
