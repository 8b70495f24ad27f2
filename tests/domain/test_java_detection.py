"""Which servers run Java."""

from typing import Any

import pytest

from bot.domain.java_detection import runs_java
from bot.panel.models import Server


def server(about: dict[str, Any]) -> Server:
    limits = {"memory": 1024, "swap": 0, "disk": 2048, "cpu": 200}
    named = {"uuid": "u", "identifier": "i", "internal_id": 1, "name": "S", "node": "N"}
    return Server.model_validate({**named, "limits": limits, **about})


@pytest.mark.parametrize(
    ("about", "java"),
    [
        ({"egg_features": ["eula", "java_version"]}, True),
        ({"docker_image": "ghcr.io/pterodactyl/yolks:java_17"}, True),
        ({"docker_image": "docker.io/library/eclipse-temurin:21"}, True),
        ({"docker_image": "ghcr.io/ptero-eggs/games:rust"}, False),
        ({"egg_features": None}, False),
        *(
            ({"docker_image": image}, True)
            for image in (
                "ghcr.io/example/pterodactyl-images:graalvm_21",
                "ghcr.io/example/zulu:21",
                "amazoncorretto:17",
                "ibm-semeru-runtimes:open-17",
                "ghcr.io/example/openj9:11",
                "bellsoft/liberica-openjdk-alpine:21",
                "ghcr.io/example/tencent-kona:17",
                "ghcr.io/example/jetbrains-jbr:21",
            )
        ),
        ({"docker_image": "ghcr.io/example/javascript-bot:1"}, False),
        ({"invocation": "java -Xmx4G -jar server.jar", "docker_image": "ghcr.io/example/games:1"}, True),
        ({"invocation": "/opt/jdk/bin/java @user_args.txt"}, True),
        ({"invocation": "cd world; TZ=UTC exec java -Xmx4G Main"}, True),
        *(
            ({"invocation": start}, True)
            for start in (
                "env JAVA_OPTS=x java -cp lib/* Main",
                "nice -n 5 java -Xmx4G Main",
                "stdbuf -oL java -Xmx4G Main",
                "tini -- /opt/jre/bin/java @args.txt",
                "A='b c' java -cp lib/* Main",
                "if [ -f a ]; then java -cp a Main; fi",
                "while true; do java -Xmx4G Main; done",
                'bash -c "java -Xmx4G Main"',
                "./java21 -Xmx4G Main",
                "wine java.exe -Xmx4G Main",
            )
        ),
        ({"invocation": "./bot --lang java"}, False),
        ({"invocation": "./mojava -x"}, False),
        ({"invocation": "./ProjectZomboid64 -port 16261 -cachedir=/home/container/.cache"}, True),
        ({"invocation": "./pnx start"}, True),
        ({"invocation": "./ProjectZomboidMap"}, False),
        ({"invocation": "node index.js", "docker_image": "ghcr.io/example/java-and-node:1"}, False),
        ({"invocation": "python3.12 bot.py --for java"}, False),
        ({"invocation": "./start.sh", "docker_image": "ghcr.io/pterodactyl/yolks:java_21"}, True),
    ],
)
def test_java_is_known_by_its_start_then_by_egg_and_image(about: dict[str, Any], java: bool) -> None:
    assert runs_java(server(about)) is java
