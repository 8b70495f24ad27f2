"""Errors of the system for any program. This table comes last: a game's own errors are more specific."""

import re

from bot.core.i18n import N_
from bot.domain.diagnosis.pattern import Pattern

_SHELL = r"(?:/entrypoint\.sh|(?:/bin/)?(?:ba|da)?sh|bash)"

GENERIC = (
    Pattern(
        "system.library",
        N_("A library is missing"),
        "error while loading shared libraries:",
        re.compile(
            r"\S{1,200}: error while loading shared libraries: (?P<library>[\w.+-]{1,100}): "
            r"cannot open shared object file: No such file or directory"
        ),
        N_("The program needs the library {library}, which its Docker image does not have."),
        N_("Choose the image that the egg is made for, or reinstall the server."),
        exit_codes=frozenset({127}),
    ),
    Pattern(
        "system.libc",
        N_("The image is too old for the program"),
        "not found (required by",
        re.compile(
            r"\S{1,200}: \S{1,200}: version [`'](?P<library>\w{1,20}_[\d.]{1,12})' not found \(required "
            r"by \S{1,200}\)"
        ),
        N_("The Docker image is too old for this program: it lacks {library}."),
        N_("Choose a newer image in the panel."),
        exit_codes=frozenset({1, 127}),
    ),
    Pattern(
        "system.dotnet",
        N_("The .NET runtime is missing"),
        "You must install or update .NET to run this application",
        re.compile(r"You must install or update \.NET to run this application\."),
        N_("The program needs another version of .NET than its Docker image has."),
        N_("Choose an image with the version of .NET that its log asks for."),
    ),
    Pattern(
        "system.architecture",
        N_("The program is made for another CPU type"),
        "xec format error",
        re.compile(
            rf"(?:{_SHELL}: (?:line \d{{1,5}}: )?)?(?:exec )?\S{{1,200}}: (?:cannot execute binary "
            rf"file: )?[Ee]xec format error"
        ),
        N_("The program is made for another CPU type, or it isn't a program."),
        N_("Install the build for this node's CPU (x86-64 or ARM)."),
        exit_codes=frozenset({126}),
    ),
    Pattern(
        "system.permission",
        N_("The program can't be run"),
        "Permission denied",
        re.compile(rf"{_SHELL}: (?:line \d{{1,5}}: )?(?:exec: )?(?P<file>\S{{1,200}}): Permission denied"),
        N_("The file {file} isn't allowed to run."),
        N_("Give it the permission 755 in the panel's file manager, or reinstall the server."),
        exit_codes=frozenset({126}),
    ),
    Pattern(
        "system.not_found",
        N_("A file of the start command is missing"),
        "No such file or directory",
        re.compile(
            rf"{_SHELL}: (?:line \d{{1,5}}: )?(?:cd: )?(?P<file>\S{{1,200}}): No such file or directory"
        ),
        N_("The file {file}, which the start command needs, isn't there."),
        N_("Reinstall the server to download its files, or correct the start command."),
        exit_codes=frozenset({127, 1}),
    ),
    Pattern(
        "system.command_not_found",
        N_("The program is missing"),
        "not found",
        re.compile(
            rf"{_SHELL}: (?:line \d{{1,5}}: |\d{{1,5}}: )?(?P<program>[\w./-]{{1,100}}): (?:command "
            rf")?not found"
        ),
        N_("The program {program}, which the start command runs, isn't in the Docker image."),
        N_("Choose the image that the egg is made for, or correct the start command."),
        exit_codes=frozenset({127}),
    ),
    Pattern(
        "system.node_module",
        N_("A module of Node.js is missing"),
        "Cannot find module '",
        re.compile(r"Error: Cannot find module '(?P<module>[^']{1,200})'"),
        N_("The program needs {module}, which isn't installed."),
        N_("Check the name of the main file, and that `package.json` lists every package; then reinstall."),
        exit_codes=frozenset({1}),
    ),
    Pattern(
        "system.node_heap",
        N_("The heap of Node.js is full"),
        "JavaScript heap out of memory",
        re.compile(r"FATAL ERROR: .{0,120}JavaScript heap out of memory"),
        N_("Node.js ran out of memory: its heap was full."),
        N_("Raise `--max-old-space-size` within the server's memory limit, or find what uses the memory."),
        exit_codes=frozenset({134, 139}),
    ),
    Pattern(
        "system.python_module",
        N_("A module of Python is missing"),
        "No module named ",
        re.compile(r"(?:ModuleNotFoundError|ImportError): No module named '?(?P<module>[\w.-]{1,100})'?"),
        N_("The program needs the module {module}, which isn't installed."),
        N_("List it in `requirements.txt`, or in the startup variable for packages, and restart."),
        exit_codes=frozenset({1}),
    ),
    Pattern(
        "system.disk",
        N_("The disk is full"),
        "o space left on device",
        re.compile(
            r"(?:Exception in thread \"[^\"]{1,80}\" |Caused by: )?"
            r"(?:[\w.$]{1,120}(?:Exception|Error)|/entrypoint\.sh: line \d{1,5}: .{1,60}: write error): "
            r"(?:(?:.{1,120}: )?No space left on device|\[Errno 28\] No space left on device(?:: .{1,200})?)"
            r"|Error: ENOSPC: no space left on device.{0,200}"
        ),
        N_("The disk is full."),
        N_("Delete old logs and backups inside the server, or raise its disk limit."),
        is_certain=False,
        within=60,
    ),
    Pattern(
        "system.disk_quota",
        N_("The disk quota is used up"),
        "isk quota exceeded",
        re.compile(
            r"(?:Exception in thread \"[^\"]{1,80}\" |Caused by: )?[\w.$]{1,120}(?:Exception|Error): "
            r"(?:.{1,120}: |\[Errno 122\] )?Disk quota exceeded(?:: .{1,200})?"
            r"|Error: EDQUOT: disk quota exceeded.{0,200}"
        ),
        N_("The disk space that the node gives the server is used up."),
        N_("Delete old logs and backups inside the server, or raise its disk limit."),
        is_certain=False,
        within=60,
    ),
    Pattern(
        "system.port",
        N_("The port is in use"),
        "ddress already in use",
        re.compile(
            r"(?:Exception in thread \"[^\"]{1,80}\" |Caused by: "
            r")?(?:[\w.$]{1,120}(?:Exception|Error)|bind|listen \S{1,80}|Error: listen EADDRINUSE)"
            r"(?: \((?:\d{1,3}|0x[0-9a-f]{1,8})\))?: .{0,80}?Address already in use.{0,60}",
            re.IGNORECASE,
        ),
        N_("Its port is in use."),
        N_("Use a port of this server, or stop the process that has it."),
        is_certain=False,
        within=60,
    ),
)
