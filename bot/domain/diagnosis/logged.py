"""Line prefixes of the games' loggers, for patterns that anchor on them.

Chat, names and signs reach a console behind such a beginning, and only at the level of information. So a
pattern asks for a higher level, or for the whole of a line that a logger makes.
"""

import re

_TIME = r"\d\d:\d\d:\d\d"


def minecraft(level: str, message: str) -> re.Pattern[str]:
    """Match a line of Minecraft's loggers: Paper, Paper with mods, vanilla, Forge, Fabric, and proxies.

    `level` is a pattern of their names for it, such as `WARN|ERROR`.
    """
    beginning = (
        rf"(?:\[{_TIME} (?:{level})\](?: \[[^\]]{{1,60}}/[^\]]{{0,40}}\])?: "
        rf"|\[[\w:. -]{{8,30}}\] \[[^\]]{{1,60}}/(?:{level})\]"
        rf"(?:(?: ?\[[^\]]{{1,100}}\])?: | \([\w./$-]{{1,100}}\) )"
        rf"|(?:\d{{4}}-\d\d-\d\d )?{_TIME} \[(?:{level})\] )"
    )
    return re.compile(f"{beginning}{message}")


def java_exception(kind: str, message: str) -> re.Pattern[str]:
    """Match the first line of an exception as the JVM prints it, also where another caused it.

    `kind` is a pattern of the class with its package.
    """
    return re.compile(rf'(?:Exception in thread "[^"]{{1,80}}" |Caused by: )?{kind}: {message}')


def unreal(message: str) -> re.Pattern[str]:
    """Match a line of Unreal Engine's log, with its time or without."""
    return re.compile(rf"(?:\[[\d.:-]{{23}}\]\[[ \d]{{3}}\])?{message}")
