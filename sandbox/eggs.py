"""The eggs of the sandbox, shaped as the panel's own."""

from sandbox.model import Egg, Variable


def paper() -> Egg:
    """Return Minecraft: Paper."""
    return Egg(
        uuid="dcd02be7-3ae0-4271-88aa-907562a3e7df",
        name="Paper",
        startup=(
            "java -Xms128M -XX:MaxRAMPercentage=95.0 -Dterminal.jline=false -Dterminal.ansi=true"
            " -jar {{SERVER_JARFILE}}"
        ),
        features=["eula", "java_version", "pid_limit"],
        docker_images={
            f"Java {version}": f"ghcr.io/pterodactyl/yolks:java_{version}" for version in (21, 17, 16, 11, 8)
        },
        variables=[
            Variable(
                "Minecraft Version",
                "MINECRAFT_VERSION",
                "latest",
                "The version of minecraft to download. \r\n\r\nLeave at latest to always get the latest"
                " version. Invalid versions will default to latest.",
                "nullable|string|max:20",
            ),
            Variable(
                "Server Jar File",
                "SERVER_JARFILE",
                "server.jar",
                "The name of the server jarfile to run the server with.",
                r"required|regex:/^([\w\d._-]+)(\.jar)$/",
            ),
            Variable("Download Path", "DL_PATH", viewable=False, editable=False, rules="nullable|string"),
            Variable(
                "Build Number",
                "BUILD_NUMBER",
                "latest",
                "The build number for the paper release.\r\n\r\nLeave at latest to always get the latest"
                " version. Invalid versions will default to latest.",
            ),
        ],
    )


def openttd() -> Egg:
    """Return OpenTTD, which has a read-only variable."""
    return Egg(
        uuid="4e2d3b5c-97a1-4f0b-8d6e-1c5a9b7e2f30",
        name="OpenTTD",
        startup="openttd -D 127.0.0.1:{{SERVER_PORT}} -c openttd.cfg",
        stop_command="exit",
        docker_images={"OpenTTD": "ghcr.io/games/openttd:13"},
        variables=[
            Variable("Server Port", "SERVER_PORT", "25575", "", "required|integer", editable=False),
            Variable("Companies", "MAX_COMPANIES", "15", "", "required|integer|between:1,15"),
        ],
        denylist=["secrets.cfg"],
    )


def rust() -> Egg:
    """Return Rust, which answers queries on a port of their own."""
    return Egg(
        uuid="bace2dfb-209c-452a-9459-7d6f340b07ae",
        name="Rust",
        startup=(
            "./RustDedicated -batchmode +server.port {{SERVER_PORT}} +server.queryport {{QUERY_PORT}}"
            ' +server.identity "rust" +server.hostname "{{HOSTNAME}}" +server.maxplayers {{MAX_PLAYERS}}'
        ),
        stop_command="quit",
        features=["steam_disk_space"],
        docker_images={"Rust": "ghcr.io/pterodactyl/games:rust"},
        variables=[
            Variable("Server Name", "HOSTNAME", "A Rust Server", rules="required|string|max:60"),
            Variable("Max Players", "MAX_PLAYERS", "40", rules="required|integer"),
            Variable("Query Port", "QUERY_PORT", "27017", "Server Query Port.", "required|integer"),
        ],
    )
