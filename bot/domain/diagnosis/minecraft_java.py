"""Minecraft Java and its proxies: vanilla, Paper, BungeeCord, Velocity."""

import re

from bot.core.i18n import N_
from bot.domain.diagnosis.fixes import Fix, FixKind
from bot.domain.diagnosis.java import newer_java, older_java
from bot.domain.diagnosis.logged import java_exception, minecraft
from bot.domain.diagnosis.pattern import Facts, Pattern, offering

_WARN = "WARN|WARNING|ERROR|SEVERE|FATAL"
_ANY = f"INFO|{_WARN}"
_RESTORE_REGION = N_(
    "Restore that file in the world's `region` folder, or the whole world, from a backup. The server "
    "replaces chunks that it can't read, so make a backup of what is there first."
)
_REGION_CHUNKS = 32


def _chunk_place(facts: Facts) -> Facts:
    """Name the file that holds a chunk."""
    x, z = int(facts["x"]), int(facts["z"])
    return {"place": f"{x}, {z}", "region": f"r.{x // _REGION_CHUNKS}.{z // _REGION_CHUNKS}.mca"}


MINECRAFT_JAVA = (
    Pattern(
        "minecraft.eula",
        N_("The EULA is not accepted"),
        "You need to agree to the EULA in order to run the server",
        minecraft(
            _ANY,
            r"You need to agree to the EULA in order to run the server\. Go to eula\.txt for more info\.?",
        ),
        N_("Minecraft's EULA is not accepted."),
        N_("Read it at <https://aka.ms/MinecraftEULA>; if you agree, set `eula=true` in `/eula.txt`."),
        within=15,
        offer=offering(Fix(FixKind.ACCEPT_EULA)),
    ),
    Pattern(
        "minecraft.java_too_new",
        N_("Java too new for this version of the server"),
        "Unsupported Java detected",
        re.compile(
            r"Unsupported Java detected \(\d{2,3}\.\d{1,2}\)\. Only up to Java (?P<java>\d{1,2}) is "
            r"supported\."
        ),
        N_("This version of the server runs with Java {java} at most."),
        N_("Choose a Docker image with Java {java}, or update the server."),
        offer=older_java,
    ),
    Pattern(
        "minecraft.java_too_old",
        N_("Java too old for this version of the server"),
        "requires ",
        re.compile(
            r"(?:(?:Minecraft|Paper)(?: [\d.]{1,12})? requires running the server with Java "
            r"(?P<server>\d{1,2}) or above\..{0,200}"
            r"|Unsupported Java detected \(\d{2,3}\.\d{1,2}\)\. This version of Minecraft requires at least "
            r"Java (?P<game>\d{1,2})\..{0,200})"
        ),
        N_("It needs Java {java} or newer."),
        N_("Choose a Docker image with Java {java} or newer."),
        derive=lambda facts: {"java": facts["server"] or facts["game"]},
        offer=newer_java,
    ),
    Pattern(
        "minecraft.port",
        N_("The port is in use"),
        "FAILED TO BIND TO PORT",
        minecraft(_WARN, r"\*\*\*\* FAILED TO BIND TO PORT!"),
        N_("Its port is in use, or the address isn't one of the node's."),
        N_(
            "Leave `server-ip` in `server.properties` empty and `server-port` to the panel; if another "
            "process has the port, stop that one."
        ),
    ),
    Pattern(
        "minecraft.proxy_port",
        N_("The proxy's port is in use"),
        "bind to ",
        minecraft(_WARN, r"(?:Could not bind to host|Can't bind to) \S{1,80}.{0,200}"),
        N_("The proxy's port is in use, or the address isn't one of the node's."),
        N_(
            "Set the proxy's listen address to `0.0.0.0` and the server's own port; if another process has "
            "it, stop that."
        ),
    ),
    Pattern(
        "minecraft.world_locked",
        N_("The world is in use by another process"),
        "session.lock: already locked",
        java_exception(
            r"[\w.$]{1,120}",
            r"(?P<lock>/\S{1,200}/session\.lock): already locked \(possibly by other Minecraft instance\?\)",
        ),
        N_("The world is still in use by another process: {lock} is locked."),
        N_(
            "Kill the server in the panel and wait a minute. If that doesn't help, the node has a process "
            "left over."
        ),
    ),
    Pattern(
        "minecraft.world_data",
        N_("The world's main file is damaged"),
        "World storage may be corrupted",
        minecraft(
            _WARN,
            r"Failed to load world data from \S{1,200} and \S{1,200}\. World storage may be corrupted\. "
            r"Shutting down\.",
        ),
        N_("The world's main file, `level.dat`, is damaged."),
        N_(
            "Restore `level.dat` or the whole world from a backup; `level.dat_old` beside it may still be "
            "good."
        ),
    ),
    Pattern(
        "minecraft.newer_world",
        N_("The world comes from a newer version"),
        "newer version of minecraft",
        java_exception(
            r"[\w.$]{1,120}",
            r"Server attempted to load chunk saved with newer version of minecraft! (?P<saved>\d{1,5}) "
            r"> \d{1,5}",
        ),
        N_("The world was saved by a newer version of Minecraft than this server is."),
        N_("Install that version again, or restore a backup from before the update."),
    ),
    Pattern(
        "minecraft.watchdog",
        N_("A tick took too long"),
        "A single server tick took",
        minecraft(
            "FATAL|ERROR",
            r"A single server tick took (?P<seconds>[\d.,]{1,12}) seconds \(should be max [\d.,]{1,8}\)",
        ),
        N_("The server hung: a single tick took {seconds} seconds, so its watchdog ended it."),
        N_(
            "Read the thread dump in its log for the plugin or mod that was busy; too much load does it, too."
        ),
    ),
    Pattern(
        "minecraft.paper_watchdog",
        N_("The server stopped responding"),
        "The server has stopped responding!",
        minecraft(
            "ERROR|SEVERE",
            r"(?:---? )?The server has stopped responding! (?:This is \(probably\) not a \w{1,20} "
            r"bug\.)?.{0,60}",
        ),
        N_("The server hung until its watchdog ended it."),
        N_("Read the thread dump in its log for the plugin that was busy; too much load does it, too."),
    ),
    Pattern(
        "minecraft.level_dat",
        N_("The world's main file cannot be read"),
        "Exception reading ",
        minecraft(_WARN, r"Exception reading (?P<file>\S{1,200}level\.dat)"),
        N_(
            "The world's main file, {file}, could not be read. The game then tries `level.dat_old` beside it."
        ),
        N_("Restore that file or the whole world from a backup."),
        is_certain=False,
    ),
    Pattern(
        "minecraft.region",
        N_("A region file of the world is damaged"),
        "egion",
        minecraft(
            _WARN,
            r"(?:\[[\w.$]{1,120}\] )?(?:Corrupt regionfile header detected! Attempting to re-calculate "
            r"header offsets for regionfile (?P<region>\S{1,300}\.mca)"
            r"|Region file (?P<file>\S{1,300}\.mca) has truncated header: \d{1,9})",
        ),
        N_("The region file {path} of the world is damaged."),
        _RESTORE_REGION,
        is_certain=False,
        derive=lambda facts: {"path": facts["region"] or facts["file"]},
    ),
    Pattern(
        "minecraft.chunk",
        N_("A chunk of the world is damaged"),
        "hunk",
        minecraft(
            "ERROR|FATAL|SEVERE",
            r"(?:\[[\w.$]{1,120}\] )?(?:Couldn't load chunk|Chunk(?=.{3,30} (?:header|stream) is truncated: )"
            r"|Failed to (?:read|decompress) chunk data for task: Task for world: '[^']{1,80}' at) "
            r"[\[(]?(?:\w{1,80}:)?(?P<x>-?\d{1,8}), ?(?P<z>-?\d{1,8})[\])]?.{0,200}",
        ),
        N_("The chunk at {place} can't be read: the world's file {region} is damaged."),
        _RESTORE_REGION,
        is_certain=False,
        derive=_chunk_place,
    ),
    Pattern(
        "minecraft.world_part",
        N_("A part of the world cannot be read"),
        "Exception: ",
        java_exception(
            r"net\.minecraft\.[\w.]{0,80}Reported(?:Nbt)?Exception",
            r"(?:Exception loading chunk|Loading (?:NBT data|entity NBT))",
        ),
        N_("The game could not read a part of the world or a player's file: its data is damaged."),
        N_("Find the file or the position in its log or crash report, and restore that from a backup."),
        is_certain=False,
    ),
    Pattern(
        "minecraft.config_yaml",
        N_("A configuration file has a mistake"),
        "Cannot load ",
        minecraft("ERROR|SEVERE", r"Cannot load (?P<file>\S{1,200}\.ya?ml)"),
        N_("The configuration {file} has a mistake in line {line}."),
        N_("Correct it with `/files edit`, or undo the last change with `/files undo`."),
        below=re.compile(r"\s{0,8}in 'reader', line (?P<line>\d{1,6}), column \d{1,6}:"),
        is_certain=False,
    ),
    Pattern(
        "minecraft.duplicate_plugin",
        N_("A plugin is there twice"),
        "Ambiguous plugin name",
        minecraft(
            "ERROR|SEVERE",
            r"Ambiguous plugin name [`'](?P<plugin>[\w .-]{1,80})' for files [`'](?P<one>[^'`]{1,200})' and "
            r"[`'](?P<other>[^'`]{1,200})' in .{1,200}",
        ),
        N_("The plugin {plugin} is there twice: {one} and {other}."),
        N_("Keep the newer file in `/plugins` and delete the other."),
        is_certain=False,
    ),
    Pattern(
        "minecraft.plugin_dependency",
        N_("A plugin needs another one that is missing"),
        "UnknownDependencyException",
        java_exception(
            r"org\.bukkit\.plugin\.UnknownDependencyException",
            r"(?:Unknown/missing dependency plugins: \[(?P<missing>[^\]]{1,200})\]\. Please download "
            r"and install these "
            r"plugins to run '(?P<plugin>[^']{1,80})'\.|Unknown dependency (?P<single>[\w.-]{1,80})\. "
            r".{0,200})",
        ),
        N_("A plugin did not load, because it needs {needed}, which is missing."),
        N_("Install {needed} into `/plugins`, or remove the plugin that needs it."),
        is_certain=False,
        derive=lambda facts: {"needed": facts["missing"] or facts["single"]},
    ),
    Pattern(
        "minecraft.plugin_version",
        N_("A plugin is made for a newer version"),
        "Unsupported API version",
        java_exception(
            r"org\.bukkit\.plugin\.InvalidPluginException", r"Unsupported API version (?P<api>[\d.]{1,12})"
        ),
        N_("A plugin did not load: it is made for Minecraft {api}, which is newer than this server."),
        N_("Use an older version of the plugin, or update the server."),
        is_certain=False,
    ),
)
