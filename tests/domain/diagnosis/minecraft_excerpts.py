"""Console excerpts of Minecraft servers."""

from bot.domain.diagnosis import Fix, FixKind
from tests.domain.diagnosis.excerpt import (
    PAPER,
    Excerpt,
)

EXCERPTS = {
    "minecraft.eula": Excerpt(
        PAPER,
        (
            "[08:15:02] [ServerMain/INFO]: Loaded 2 properties",
            "[08:15:02] [ServerMain/WARN]: Failed to load eula.txt",
            "[08:15:02] [ServerMain/INFO]: You need to agree to the EULA in order to run the server. "
            "Go to eula.txt for more info.",
        ),
        2,
        "EULA is not accepted",
        Fix(FixKind.ACCEPT_EULA),
        exit_code=0,
    ),
    "minecraft.java_too_new": Excerpt(
        PAPER,
        ("Unsupported Java detected (65.0). Only up to Java 17 is supported.",),
        0,
        "Java 17 at most",
        Fix(FixKind.CHANGE_JAVA, "17-"),
        exit_code=0,
    ),
    "minecraft.java_too_old": Excerpt(
        PAPER,
        ("Minecraft 1.18 requires running the server with Java 17 or above. Get a newer one first.",),
        0,
        "needs Java 17 or newer",
        Fix(FixKind.CHANGE_JAVA, "17+"),
    ),
    "minecraft.port": Excerpt(
        PAPER,
        (
            "[08:15:09 INFO]: Starting Minecraft server on 10.0.0.9:25565",
            "[08:15:09 WARN]: **** FAILED TO BIND TO PORT!",
            "[08:15:09 WARN]: The exception was: java.net.BindException: Cannot assign requested address",
        ),
        1,
        "port is in use",
    ),
    "minecraft.proxy_port": Excerpt(
        {"egg_name": "Bungeecord", "invocation": "java -jar bungeecord.jar"},
        ("08:15:09 [WARNING] Could not bind to host /0.0.0.0:25577",),
        0,
        "proxy's port is in use",
    ),
    "minecraft.world_locked": Excerpt(
        PAPER,
        (
            "[08:15:09 ERROR]: Failed to start the minecraft server",
            "net.minecraft.util.DirectoryLock$LockException: /home/container/./world/session.lock: "
            "already locked (possibly by other Minecraft instance?)",
            "\tat net.minecraft.util.DirectoryLock.create(DirectoryLock.java:21)",
        ),
        1,
        "in use by another process",
    ),
    "minecraft.world_data": Excerpt(
        PAPER,
        (
            "[08:15:09] [main/ERROR]: Failed to load world data from ./world/level.dat and "
            "./world/level.dat_old. World storage may be corrupted. Shutting down.",
        ),
        0,
        "`level.dat`, is damaged",
    ),
    "minecraft.newer_world": Excerpt(
        PAPER,
        (
            "[08:15:11 ERROR]: Encountered an unexpected exception",
            "java.lang.RuntimeException: Server attempted to load chunk saved with newer version of "
            "minecraft! 3700 > 3465",
        ),
        1,
        "newer version of Minecraft",
    ),
    "minecraft.watchdog": Excerpt(
        PAPER,
        (
            "[08:15:04] [Server Watchdog/FATAL]: A single server tick took 60.00 seconds "
            "(should be max 0.05)",
            "[08:15:04] [Server Watchdog/FATAL]: Considering it to be crashed, server will shut down.",
        ),
        0,
        "a single tick took 60.00 seconds",
    ),
    "minecraft.paper_watchdog": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: The server has stopped responding! This is (probably) not a Paper bug.",
            "[08:15:04 ERROR]: If you see a plugin in the Server thread dump below, then please report it",
        ),
        0,
        "hung until its watchdog ended it",
    ),
    "minecraft.config_yaml": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Cannot load plugins/WarmHats/config.yml",
            "org.bukkit.configuration.InvalidConfigurationException: while scanning a simple key",
            " in 'reader', line 12, column 3:",
        ),
        0,
        "`plugins/WarmHats/config.yml` has a mistake in line 12",
        is_certain=False,
    ),
    "minecraft.duplicate_plugin": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Ambiguous plugin name `WarmHats' for files `plugins/WarmHats-1.3.jar' and "
            "`plugins/WarmHats-1.4.jar' in `plugins'",
        ),
        0,
        "`WarmHats` is there twice",
        is_certain=False,
    ),
    "minecraft.plugin_dependency": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Could not load 'plugins/WarmHats-1.4.jar' in folder 'plugins'",
            "org.bukkit.plugin.UnknownDependencyException: Unknown/missing dependency plugins: [HatLib]. "
            "Please download and install these plugins to run 'WarmHats'.",
        ),
        1,
        "needs `HatLib`, which is missing",
        is_certain=False,
    ),
    "minecraft.plugin_version": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Could not load 'plugins/WarmHats-1.4.jar' in folder 'plugins'",
            "org.bukkit.plugin.InvalidPluginException: Unsupported API version 1.21",
        ),
        1,
        "made for Minecraft 1.21",
        is_certain=False,
    ),
    "minecraft.level_dat": Excerpt(
        PAPER,
        (
            "[08:15:04 WARN]: Exception reading ./world/level.dat",
            "java.util.zip.ZipException: Not in GZIP format",
        ),
        0,
        "`./world/level.dat`, could not be read",
        is_certain=False,
    ),
    "minecraft.region": Excerpt(
        PAPER,
        (
            "[08:15:04 WARN]: Corrupt regionfile header detected! Attempting to re-calculate header offsets "
            "for regionfile /home/container/world/region/r.-1.0.mca",
            "java.lang.Throwable: null",
        ),
        0,
        "`/home/container/world/region/r.-1.0.mca` of the world is damaged",
        is_certain=False,
    ),
    "minecraft.chunk": Excerpt(
        PAPER,
        (
            "[08:15:04] [Server thread/ERROR]: Couldn't load chunk [-24, 40]",
            "java.util.zip.ZipException: invalid distance too far back",
        ),
        0,
        "chunk at `-24, 40` can't be read: the world's file `r.-1.1.mca`",
        is_certain=False,
    ),
    "minecraft.world_part": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Encountered an unexpected exception",
            "net.minecraft.ReportedException: Loading NBT data",
            "Caused by: java.io.EOFException: Unexpected end of ZLIB input stream",
        ),
        1,
        "could not read a part of the world",
        is_certain=False,
    ),
}
