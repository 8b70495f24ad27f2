"""Games that are not Java: Bedrock, Source, Rust, Valheim, ARK, Palworld, Terraria, Factorio, FiveM."""

import re

from bot.core.i18n import N_
from bot.domain.diagnosis.fixes import Fix, FixKind
from bot.domain.diagnosis.logged import unreal
from bot.domain.diagnosis.pattern import Pattern, offering

_BEDROCK = r"(?:NO LOG FILE! - )?\[(?:\d{4}-\d\d-\d\d [\d:]{8,12} )?ERROR\] "
_FACTORIO = r"\s{0,4}\d{1,7}\.\d{3} Error \w{1,60}\.cpp:\d{1,6}: "
_SECONDS = r"\s{0,4}\d{1,7}\.\d{3} "
_VALHEIM = r"(?:\d\d/\d\d/\d{4} \d\d:\d\d:\d\d: ?)?"

BEDROCK = (
    Pattern(
        "bedrock.world",
        N_("The world cannot be opened"),
        "DBStorage chain is invalid",
        re.compile(_BEDROCK + r"DBStorage chain is invalid\..{0,300}"),
        N_("The world's database cannot be opened: it is damaged, or another process has it open."),
        N_("Kill the server and start it again; if it stays like that, restore the world from a backup."),
    ),
    Pattern(
        "bedrock.port",
        N_("The port is in use"),
        "Network port occupied",
        re.compile(_BEDROCK + r"Network port occupied, can't start server\."),
        N_("Its port is in use."),
        N_(
            "Set `server-port` and `server-portv6` in `server.properties` to ports of this server; if "
            "another process has them, stop that one."
        ),
    ),
)

SOURCE = (
    Pattern(
        "source.gameinfo",
        N_("The game's files are missing"),
        "gameinfo.txt",
        re.compile(
            r"[Ss]etup file 'gameinfo\.txt' doesn't exist in subdirectory '(?P<directory>[^':]{1,200})'\.?"
        ),
        N_("The game's files are missing: there is no `gameinfo.txt` in {directory}."),
        N_("Check the game's name in the startup variables, or reinstall the server to download its files."),
        offer=offering(Fix(FixKind.SET_VARIABLE, "SRCDS_GAME,SRCDS_APP")),
    ),
    Pattern(
        "source.port",
        N_("The port is in use"),
        "Couldn't allocate",
        re.compile(r"Couldn't allocate any server IP port"),
        N_("Its port is in use."),
        N_("Give the server another port in the panel, or stop the process that has it."),
    ),
    Pattern(
        "source.map",
        N_("The map is missing"),
        "map ",
        re.compile(
            r"map (?:load failed: (?P<map>\S{1,120}) not found or invalid"
            r"|change failed: '(?P<old>[^']{1,120})' not found on server\.)"
        ),
        N_("The map {name} isn't there, so the server has nothing to play on."),
        N_("Upload the map into `maps`, or set the startup variable to one that is there."),
        is_certain=False,
        derive=lambda facts: {"name": facts["map"] or facts["old"]},
        offer=offering(Fix(FixKind.SET_VARIABLE, "SRCDS_MAP,MAP,MAP_NAME")),
    ),
)

STEAM = (
    Pattern(
        "steam.port",
        N_("Steam's query port is in use"),
        "::bind couldn't find an open port",
        re.compile(
            r"CreateBoundSocket: ::bind couldn't find an open port between (?P<port>\d{1,5}) and \d{1,5}"
        ),
        N_("Steam's query port, {port}, is in use."),
        N_("Give the server another query port in the start parameters, or stop the process that has it."),
        is_certain=False,
        within=60,
    ),
)

RUST = (
    Pattern(
        "rust.map",
        N_("The custom map cannot be downloaded"),
        "Couldn't Download Level",
        re.compile(r"Couldn't Download Level: (?P<map>[^\s()]{1,200}) \(.{1,300}\)"),
        N_("The map {map} could not be downloaded."),
        N_(
            "Check that the address of the map (`levelurl`) can be opened without a login, or choose "
            "another map."
        ),
        offer=offering(Fix(FixKind.SET_VARIABLE, "MAP_URL,LEVEL_URL")),
    ),
)

VALHEIM = (
    Pattern(
        "valheim.password",
        N_("The password is refused"),
        "Error bad password:",
        re.compile(_VALHEIM + r"Error bad password:.{0,200}"),
        N_("Valheim refuses the password: it is too short, or part of the server's or world's name."),
        N_("Choose one of at least five characters that is in neither name."),
        offer=offering(Fix(FixKind.SET_VARIABLE, "PASSWORD,SERVER_PASSWORD,SERVER_PASS")),
    ),
)

UNREAL = (
    Pattern(
        "unreal.mods",
        N_("Mods did not load"),
        "Requested mods failed to load on server",
        re.compile(r"Requested mods failed to load on server\."),
        N_("Mods that the server asks for could not be loaded."),
        N_("Remove the mod that came last from the start parameters, or install it again."),
    ),
    Pattern(
        "unreal.map",
        N_("The map cannot be loaded"),
        "Failed to enter ",
        unreal(
            r"(?:LogWorld: |LogLoad: |LogInit: )?(?:Error: )?Failed to enter (?P<map>[\w/. "
            r"-]{1,160})[.:].{0,300}"
        ),
        N_("The map {map} could not be loaded."),
        N_("Check the map's name in the startup variables, and that its files or its mod are installed."),
        offer=offering(Fix(FixKind.SET_VARIABLE, "SERVER_MAP,MAP,MAP_NAME")),
    ),
    Pattern(
        "unreal.fatal",
        N_("A fatal error of the engine"),
        "LowLevelFatalError",
        unreal(
            r"(?:Log\w{1,30}: (?:Error|Fatal): )?(?:=+ )?LowLevelFatalError \[File:[^\]]{1,300}\] "
            r"\[Line: \d{1,6}\].{0,500}"
        ),
        N_("The game engine met a fatal error and ended."),
        N_(
            "Remove the mod that came last, or repair the game's files with a reinstallation; if it goes "
            "on, restore the save from a backup."
        ),
    ),
    Pattern(
        "unreal.signal",
        N_("The engine crashed"),
        "Signal ",
        re.compile(r"Signal (?P<signal>4|6|7|8|11) caught\."),
        N_("The game engine crashed (signal {signal})."),
        N_(
            "Repair the game's files with a reinstallation. If it happens while loading, the save may be "
            "damaged: restore a backup."
        ),
    ),
)

TERRARIA = (
    Pattern(
        "terraria.world",
        N_("The world cannot be loaded"),
        "Load failed!",
        re.compile(r"Load failed! {1,2}No backup found\."),
        N_("The world is damaged, and the game has no backup of its own."),
        N_("Restore the world file from a backup with `/backup restore` or `/files history`."),
    ),
)

FACTORIO = (
    Pattern(
        "factorio.newer_save",
        N_("The save comes from a newer version"),
        "cannot be loaded because it is higher than the game version",
        re.compile(
            rf"(?:{_FACTORIO}|{_SECONDS}).{{0,120}}?Map version (?P<saved>[\d.]{{3,16}})-\d{{1,4}} "
            rf"cannot be loaded because it is "
            r"higher than the game version \((?P<game>[\d.]{3,16})-\d{1,4}\).{0,10}"
        ),
        N_("The save is from Factorio {saved}, but the server is {game}."),
        N_("Update the server to that version, or load an older save."),
        offer=offering(Fix(FixKind.SET_VARIABLE, "FACTORIO_VERSION,VERSION")),
    ),
    Pattern(
        "factorio.no_save",
        N_("The save is missing"),
        "doesn't exist",
        re.compile(
            rf"(?:{_FACTORIO}).{{0,80}}?(?P<save>[^\s\"']{{1,200}}\.zip)[\"']? doesn't exist.{{0,40}}"
        ),
        N_("The save {save} isn't there."),
        N_("Upload it into `saves`, or set the startup variable to the name of one that is there."),
        offer=offering(Fix(FixKind.SET_VARIABLE, "SAVE_NAME,SAVE")),
    ),
    Pattern(
        "factorio.lock",
        N_("Another instance uses the same folder"),
        "Is another instance already running?",
        re.compile(
            rf"(?:{_FACTORIO}|{_SECONDS})Couldn't (?:acquire|create|open) (?:exclusive "
            rf")?lock.{{1,200}}Is another instance already running\?"
        ),
        N_("Another instance of Factorio is using the server's folder."),
        N_("Kill the server in the panel, wait a minute, and start it again."),
    ),
    Pattern(
        "factorio.mods",
        N_("A mod did not load"),
        "Failed to load mod",
        re.compile(rf"(?:{_FACTORIO})Failed to load mods?:? (?P<mod>.{{1,300}})"),
        N_("A mod could not be loaded: {mod}."),
        N_("Update that mod in `mods`, or remove it."),
    ),
)

FIVEM = (
    Pattern(
        "fivem.no_key",
        N_("The licence key is missing"),
        "This server does not have a license key specified",
        re.compile(
            r"(?:\[[ \w:-]{1,40}\] |\s)?(?:\[?svadhesive\]? )?Error: This server does not have a "
            r"license key specified\."
        ),
        N_("No licence key is set."),
        N_(
            "Make one at <https://portal.cfx.re> and set it in the startup variables or as `sv_licenseKey` "
            "in `server.cfg`."
        ),
        offer=offering(Fix(FixKind.SET_VARIABLE, "FIVEM_LICENSE,LICENSE_KEY,SV_LICENSE")),
    ),
    Pattern(
        "fivem.key",
        N_("The licence key is refused"),
        "Could not authenticate server license key",
        re.compile(
            r"(?:\[[ \w:-]{1,40}\] )?Could not authenticate server license key\.(?: [\w ,'-]{1,100}\.)?"
        ),
        N_("Cfx.re refused the licence key."),
        N_("Check it at <https://portal.cfx.re>: it has to exist and may be tied to an address."),
        offer=offering(Fix(FixKind.SET_VARIABLE, "FIVEM_LICENSE,LICENSE_KEY,SV_LICENSE")),
    ),
)
