"""The last lines of processes that ended, written for the tests: one for each cause."""

from dataclasses import dataclass

from bot.domain.diagnosis import Fix, FixKind

PAPER = {"egg_name": "Paper", "invocation": "java -Xmx2G -jar server.jar"}
BEDROCK = {"egg_name": "Vanilla Bedrock", "invocation": "./bedrock_server"}
SOURCE = {"egg_name": "Garrys Mod", "invocation": "./srcds_run -game garrysmod"}
RUST = {"egg_name": "Rust", "invocation": "./RustDedicated -batchmode"}
VALHEIM = {"egg_name": "Valheim", "invocation": "./valheim_server.x86_64"}
ARK = {"egg_name": "ARK: Survival Evolved", "invocation": "./ShooterGameServer TheIsland"}
PALWORLD = {"egg_name": "Palworld", "invocation": "./PalServer-Linux-Shipping Pal"}
TERRARIA = {"egg_name": "Terraria Vanilla", "invocation": "./TerrariaServer.bin.x86_64"}
FACTORIO = {"egg_name": "Factorio", "invocation": "./bin/x64/factorio --start-server saves/base.zip"}
FIVEM = {"egg_name": "FiveM", "invocation": "./alpine/opt/cfx-server/FXServer"}
UNKNOWN = {"egg_name": "Our own game", "invocation": "./start.sh"}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was printed, by what, and what follows. `proof` is the place of the proving line."""

    server: dict[str, str]
    lines: tuple[str, ...]
    proof: int
    cause: str
    offer: Fix | None = None
    exit_code: int = 1
    is_certain: bool = True


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
    "minecraft.fabric_missing": Excerpt(
        {"egg_name": "Fabric", "invocation": "java -jar fabric-server-launch.jar"},
        (
            "[08:15:04] [main/ERROR]: Incompatible mods found!",
            "More details:",
            "\t - Mod 'Warm Hats' (warmhats) 1.4.0 requires version 0.90.0 or later of fabric-api, "
            "which is missing!",
            "\tat net.fabricmc.loader.impl.FormattedException.ofLocalized(FormattedException.java:51)",
        ),
        2,
        "`Warm Hats` needs `version 0.90.0 or later of fabric-api`, which is missing",
    ),
    "minecraft.fabric_version": Excerpt(
        {"egg_name": "Fabric", "invocation": "java -jar fabric-server-launch.jar"},
        (
            "[08:15:04] [main/ERROR]: Incompatible mods found!",
            "\t - Mod 'Warm Hats' (warmhats) 1.4.0 requires version 1.20.1 of 'Minecraft' (minecraft), "
            "but only the wrong version is present: 1.21.8!",
        ),
        1,
        "there is 1.21.8",
    ),
    "minecraft.forge_missing": Excerpt(
        {"egg_name": "Forge Minecraft", "invocation": "java @unix_args.txt"},
        (
            "[27Nov2026 08:15:04.221] [main/ERROR] [net.minecraftforge.fml.loading.ModSorter/LOADING]: "
            "Missing or unsupported mandatory dependencies:",
            "\tMod ID: 'hatlib', Requested by: 'warmhats', Expected range: '[2.0,)', "
            "Actual version: '[MISSING]'",
        ),
        1,
        "`warmhats` needs `hatlib`, which is missing",
    ),
    "minecraft.forge_version": Excerpt(
        {"egg_name": "NeoForge", "invocation": "java @unix_args.txt"},
        (
            "\tMod ID: 'neoforge', Requested by: 'warmhats', Expected range: '[21.4,)', "
            "Actual version: '21.1.77'",
        ),
        0,
        "`warmhats` needs `neoforge` `[21.4,)`; there is 21.1.77",
    ),
    "minecraft.duplicate_mod": Excerpt(
        {"egg_name": "Forge Minecraft", "invocation": "java @unix_args.txt"},
        ("\tMod ID: 'warmhats' from mod files: warmhats-1.3.jar, warmhats-1.4.jar",),
        0,
        "`warmhats` is there twice",
    ),
    "minecraft.mixin": Excerpt(
        {"egg_name": "Fabric", "invocation": "java -jar fabric-server-launch.jar"},
        (
            "[08:15:04] [main/ERROR]: Mixin apply for mod warmhats failed warmhats.mixins.json:HeadMixin "
            "from mod warmhats -> net.minecraft.class_1309: InvalidInjectionException Critical injection "
            "failure",
        ),
        0,
        "mixin `warmhats.mixins.json:HeadMixin`",
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
        "needs another one that is missing",
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
    "java.version": Excerpt(
        PAPER,
        (
            "Error: LinkageError occurred while loading main class net.minecraft.bundler.Main",
            "Caused by: java.lang.UnsupportedClassVersionError: net/minecraft/bundler/Main has been "
            "compiled by a more recent version of the Java Runtime (class file version 65.0), this version "
            "of the Java Runtime only recognizes class file versions up to 61.0",
        ),
        1,
        "needs Java 21, but runs with Java 17",
        Fix(FixKind.CHANGE_JAVA, "21+"),
    ),
    "java.jarfile": Excerpt(
        PAPER,
        ("Error: Unable to access jarfile paper-1.21.jar",),
        0,
        "`paper-1.21.jar`, isn't there",
        Fix(FixKind.SET_VARIABLE, "SERVER_JARFILE,JARFILE,JAR_FILE"),
    ),
    "java.corrupt_jar": Excerpt(
        PAPER, ("Error: Invalid or corrupt jarfile server.jar",), 0, "`server.jar`, is damaged"
    ),
    "java.main_class": Excerpt(
        PAPER,
        (
            "Error: Could not find or load main class nogui",
            "Caused by: java.lang.ClassNotFoundException: nogui",
        ),
        0,
        "could not find `nogui`",
    ),
    "java.option": Excerpt(
        PAPER,
        ("Unrecognized VM option 'UseConcMarkSweepGC'", "Error: Could not create the Java Virtual Machine."),
        0,
        "the option `UseConcMarkSweepGC`",
    ),
    "java.heap_size": Excerpt(
        PAPER,
        (
            "Error occurred during initialization of VM",
            "Initial heap size set to a larger value than the maximum heap size",
        ),
        1,
        "memory that the start command asks for",
    ),
    "java.native_memory": Excerpt(
        PAPER,
        (
            "#",
            "# There is insufficient memory for the Java Runtime Environment to continue.",
            "# Native memory allocation (mmap) failed to map 16384 bytes.",
        ),
        1,
        "gave Java no more memory",
    ),
    "java.heap": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Encountered an unexpected exception",
            "java.lang.OutOfMemoryError: Java heap space",
            "\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
        ),
        1,
        "its heap was full",
    ),
    "java.fatal": Excerpt(
        PAPER,
        (
            "#",
            "# A fatal error has been detected by the Java Runtime Environment:",
            "#  SIGSEGV (0xb) at pc=0x00007f",
        ),
        1,
        "Java virtual machine itself crashed",
        exit_code=134,
    ),
    "bedrock.world": Excerpt(
        BEDROCK,
        (
            "NO LOG FILE! - [INFO] opening worlds/Bedrock level/db",
            "NO LOG FILE! - [ERROR] DBStorage chain is invalid. Possibly encryption-related.",
            "NO LOG FILE! - [ERROR] Network port occupied, can't start server.",
        ),
        1,
        "database cannot be opened",
    ),
    "bedrock.port": Excerpt(
        BEDROCK,
        ("[2026-11-27 08:15:04:330 ERROR] Network port occupied, can't start server.",),
        0,
        "port is in use",
    ),
    "source.gameinfo": Excerpt(
        SOURCE,
        ("Setup file 'gameinfo.txt' doesn't exist in subdirectory 'garrysmod'.",),
        0,
        "no `gameinfo.txt` in `garrysmod`",
        Fix(FixKind.SET_VARIABLE, "SRCDS_GAME,SRCDS_APP"),
    ),
    "source.port": Excerpt(SOURCE, ("Couldn't allocate any server IP port",), 0, "port is in use"),
    "source.token": Excerpt(
        SOURCE,
        (
            "****************************************************",
            "*  No Steam account token was specified.           *",
            "*  Logging into anonymous game server account.     *",
        ),
        1,
        "login token (GSLT)",
        Fix(FixKind.SET_VARIABLE, "STEAM_ACC,STEAM_TOKEN,GSLT,SRCDS_TOKEN"),
        is_certain=False,
    ),
    "steam.port": Excerpt(
        PALWORLD,
        ("CreateBoundSocket: ::bind couldn't find an open port between 27015 and 27015",),
        0,
        "query port, 27015, is in use",
        is_certain=False,
    ),
    "rust.map": Excerpt(
        RUST,
        ("Couldn't Download Level: https://maps.example.org/isle.map (HTTP/1.1 404 Not Found)",),
        0,
        "could not be downloaded",
        Fix(FixKind.SET_VARIABLE, "MAP_URL,LEVEL_URL"),
    ),
    "valheim.password": Excerpt(
        VALHEIM,
        ("11/27/2026 08:15:04: Error bad password:The password is too short",),
        0,
        "refuses the password",
        Fix(FixKind.SET_VARIABLE, "PASSWORD,SERVER_PASSWORD,SERVER_PASS"),
        exit_code=0,
    ),
    "unreal.mods": Excerpt(
        ARK,
        (
            "LowLevelFatalError [File:ShooterGameInstance.cpp] [Line: 843]",
            "Requested mods failed to load on server.",
        ),
        1,
        "Mods that the server asks for",
    ),
    "unreal.map": Excerpt(
        ARK,
        ("[2026.11.27-08.15.04:330][  0]LogLoad: Error: Failed to enter /Game/Maps/Ragnarok: missing.",),
        0,
        "map `/Game/Maps/Ragnarok",
        Fix(FixKind.SET_VARIABLE, "SERVER_MAP,MAP,MAP_NAME"),
    ),
    "unreal.fatal": Excerpt(
        ARK,
        (
            "Setting breakpad minidump AppID = 346110",
            "LowLevelFatalError [File:LinkerLoad.cpp] [Line: 3783]",
            "Bad name index 1497762104/117",
        ),
        1,
        "fatal error",
    ),
    "unreal.signal": Excerpt(
        PALWORLD, ("Signal 11 caught.", "Malloc Size=65535"), 0, "crashed (signal 11)", exit_code=139
    ),
    "terraria.world": Excerpt(
        TERRARIA, ("Load failed!  No backup found.",), 0, "world is damaged", exit_code=0
    ),
    "factorio.newer_save": Excerpt(
        FACTORIO,
        (
            "   2.118 Loading map /home/container/saves/base.zip: 9211331 bytes.",
            "   2.130 Error ServerMultiplayerManager.cpp:91: Map version 2.0.77-0 "
            "cannot be loaded because it is higher than the game version (2.0.60-0)",
        ),
        1,
        "save is from Factorio 2.0.77, but the server is 2.0.60",
        Fix(FixKind.SET_VARIABLE, "FACTORIO_VERSION,VERSION"),
    ),
    "factorio.no_save": Excerpt(
        FACTORIO,
        ("   0.098 Error Util.cpp:86: File /home/container/saves/base.zip doesn't exist.",),
        0,
        "`/home/container/saves/base.zip` isn't there",
        Fix(FixKind.SET_VARIABLE, "SAVE_NAME,SAVE"),
    ),
    "factorio.lock": Excerpt(
        FACTORIO,
        (
            "   0.003 Error Util.cpp:97: Couldn't acquire exclusive lock for /home/container/.lock. "
            "Is another instance already running?",
        ),
        0,
        "Another instance of Factorio",
    ),
    "factorio.mods": Excerpt(
        FACTORIO,
        ('   1.604 Error ModManager.cpp:1610: Failed to load mod "warm-hats": hats/data.lua:4: bad call',),
        0,
        "mod could not be loaded",
    ),
    "fivem.no_key": Excerpt(
        FIVEM,
        ("[svadhesive] Error: This server does not have a license key specified.",),
        0,
        "No licence key is set",
        Fix(FixKind.SET_VARIABLE, "FIVEM_LICENSE,LICENSE_KEY,SV_LICENSE"),
    ),
    "fivem.key": Excerpt(
        FIVEM,
        (
            "Authenticating server license key...",
            "Could not authenticate server license key. The specified key does not exist.",
        ),
        1,
        "refused the licence key",
        Fix(FixKind.SET_VARIABLE, "FIVEM_LICENSE,LICENSE_KEY,SV_LICENSE"),
    ),
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
        "another kind of processor",
        exit_code=126,
    ),
    "system.permission": Excerpt(
        UNKNOWN,
        ("/entrypoint.sh: line 33: ./game: Permission denied",),
        0,
        "`./game` may not be run",
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
    "system.port": Excerpt(
        UNKNOWN,
        ("System.Net.Sockets.SocketException (98): Address already in use",),
        0,
        "port is in use",
        exit_code=134,
        is_certain=False,
    ),
}
