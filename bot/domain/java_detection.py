"""Whether a server runs Java."""

import re

from bot.panel.models import Server

_JAVA_FEATURE = "java_version"
_JAVA_STARTS = re.compile(
    r"(?:^|[;&|(]|\bexec\s)\s*(?:\w+=\S*\s+)*(?:[^\s;&|()]*/)?(?:java|ProjectZomboid(?:32|64)|pnx)(?:\s|$)"
    r"|\s-jar\s|(?:^|[\s/\"'])java\d{0,2}(?:\.exe)?\s+[-@]"
)
"""A start command of Java: the program, or a game that brings it, by any path; or an option only it has.

Behind other words, such as `nice`, `stdbuf` or `then`, the program counts with an option behind it.
"""
_OTHER_STARTS = re.compile(
    r"(?:\S*/)?(?:node|npm|npx|yarn|pnpm|bun|deno|python[\d.]*|dotnet|mono|php|ruby)(?:\s|$)"
)
_JAVA_IMAGE = re.compile(
    r"(?<![a-z])(?:(?:open)?jdk|jre|java|temurin|adoptopenjdk|graalvm(?:-ce)?|graal|zulu|corretto|amazoncorretto"
    r"|semeru|ibm-semeru-runtimes|openj9|liberica|dragonwell|microsoft-openjdk|sapmachine|kona|jbr|openjre)(?![a-z])",
    re.IGNORECASE,
)
"""Names of Java distributions; whole words, since javascript is another language."""


def runs_java(server: Server) -> bool:
    """Return whether a server runs Java, which keeps its heap, so that memory usage means little.

    The start command decides; only for a start through a script, the egg's features and the image's name do.
    """
    started = server.invocation.strip()
    if _JAVA_STARTS.search(started):
        return True
    if _OTHER_STARTS.match(started):
        return False
    return _JAVA_FEATURE in (server.egg_features or ()) or bool(_JAVA_IMAGE.search(server.docker_image))
