r"""One key of the files that games really have: what is written, and what is refused with which reason."""

import pytest

from bot.core.errors import BadInput
from bot.domain.configs import set_key

PALWORLD = (
    "[/Script/Pal.PalGameWorldSettings]\nOptionSettings=(Difficulty=None,DayTimeSpeedRate=1.000000,"
    'ServerName="Default, (best)",Platforms=(Steam,Xbox,Mac),DenyList=,PublicIP="")\n'
)
PAL = "/Script/Pal.PalGameWorldSettings.OptionSettings."
ARK = """[ServerSettings]
Message=Hello ; world
[/script/shootergame.shootergamemode]
Engrams=(Name="A",Hidden=True,Size=(Max=1, Min=0))
Engrams=(Name="B",Hidden=False,Size=(Max=2, Min=0))
"""
MODE = "/script/shootergame.shootergamemode."
BEPINEX = "[1 - General]\n# a\nColor = #FF0000FF\nEmpty = \nName = x  \n"
SAMP = "echo Starting...\nlanmode 0\nhostname SA-MP 0.3 Server # name\nrcon_password x\n"
BUNGEE = "listeners:\n- motd: '&1Hi'\n  host: 0.0.0.0:25577\nlimit: -1 # most\nformat: Hi {name}, you\n"
LUCKPERMS = 'include "x.conf"\naddress = "a"\nlist : [ x\n y ]\n'
LUANTI = 'server_name = Mine\nmotd = """\nport = 1\n"""\nport = 30000\n'
HASHES = '# why\n{"a": 1, # here "x"\n"b": "#f00" # there\n}'
EULA = "#Read https://aka.ms/MinecraftEULA\n#Mon\neula=false\n"
TERRARIA = "#use it with -config\nmaxplayers=8\n\nmotd=Please don't cut the trees! #1\n"
SCP = "# a\nserver_name: Mine\nmax_players: 20\nadmins:\n - ada\n"
BOT = '# bot\nTOKEN=a.b-1\nexport DEBUG=true\nNAME="A # b" # note\nURL=\n'
FORGE = "general {\n    I:port = 5\n    C:paint=#fff\n    M:needs=forge\n}\n"


@pytest.mark.parametrize(
    ("path", "text", "key", "value", "old", "new"),
    [
        ("Pal.ini", PALWORLD, PAL + "ServerName", "My (cool), x", "Default, (best)", "My (cool), x"),
        ("Pal.ini", PALWORLD, PAL + "DayTimeSpeedRate", " 2.5 ", "1.000000", "2.5"),
        ("Pal.ini", PALWORLD, PAL + "Platforms", "(Steam,PS5)", "(Steam,Xbox,Mac)", "(Steam,PS5)"),
        ("Pal.ini", PALWORLD, PAL + "Platforms.1", "PS5", "Xbox", "PS5"),
        ("Pal.ini", PALWORLD, PAL + "DenyList", '("PALBOX")', "List=", 'List=("PALBOX")'),
        ("Game.ini", ARK, MODE + "Engrams.1.Hidden", "True", "Hidden=False", "Hidden=True"),
        ("Game.ini", ARK, MODE + "Engrams[1].Size.Max", "9", "Max=2", "Max=9"),
        ("Game.ini", ARK, MODE + "Engrams.0", "(X=1)", '(Name="A",Hidden=True,Size=(Max=1, Min=0))', "(X=1)"),
        ("Game.ini", ARK, "ServerSettings.Message", "Now ; then", "Hello ; world", "Now ; then"),
        ("x.cfg", BEPINEX, "1 - General.Color", "#00FF00", "#FF0000FF", "#00FF00"),
        ("x.cfg", BEPINEX, "1 - General.Color", "", "#FF0000FF", ""),
        ("x.cfg", BEPINEX, "1 - General.Empty", "q", "Empty = ", "Empty = q"),
        ("x.cfg", BEPINEX, "1 - General.Name", "", "x  ", "  "),
        ("a.ini", 'text="a\\"b" ; c\n', "text", 'say "hi"', 'a\\"b', 'say \\"hi\\"'),
        ("server.cfg", SAMP, "hostname", "My new", "SA-MP 0.3 Server", "My new"),
        ("server.cfg", SAMP, "lanmode", "1\u200b ", "0", "1"),
        ("mongod.conf", "net:\n  port: 1\n", "net.port", "2", "1", "2"),
        ("luckperms.conf", LUCKPERMS, "address", "http://b", '"a"', '"http://b"'),
        ("luckperms.conf", LUCKPERMS, "list.1", "z", "y", "z"),
        ("forge.cfg", FORGE, "general.port", "6", "5", "6"),
        ("forge.cfg", FORGE, "general.paint", "#000", "#fff", "#000"),
        ("a.ini", '{"a": 1}', "a", "2", "1", "2"),
        ("eula.txt", EULA, "eula", "true", "false", "true"),
        ("serverconfig.txt", TERRARIA, "maxplayers", "16", "8", "16"),
        ("serverconfig.txt", TERRARIA, "motd", "Hi", "Please don't cut the trees! #1", "Hi"),
        ("config_gameplay.txt", SCP, "max_players", "30", "20", "30"),
        ("config_gameplay.txt", SCP, "admins.0", "bob", "ada", "bob"),
        (".env", BOT, "TOKEN", "c.d-2", "a.b-1", "c.d-2"),
        (".env.production", BOT, "NAME", "C; # d", "A # b", "C; # d"),
        ("bot/prod.env", BOT, "URL", "http://x/?a=b#c", "URL=", "URL=http://x/?a=b#c"),
        ("my.cnf", "[mysqld]\nskip-name\nport = 1\n!include /x\n", "mysqld.port", "2", "1", "2"),
        ("minetest.conf", LUANTI, "port", "30001", "30000", "30001"),
        ("a.json", HASHES, "a", "2", "1", "2"),
        ("a.json", HASHES, "b", "#0f0", "#f00", "#0f0"),
        ("server.properties", "pvp=true\n", "pvp", "False", "true", "False"),
        ("server.properties", "xbox-auth=true\n", "xbox-auth", "off", "true", "off"),
        ("server.properties", "motd a\n", "motd", "=x", " a", " ==x"),
        ("server.properties", "motd a\n", "motd", "b", " a", " b"),
        ("config.yml", BUNGEE, "listeners[0].host", "0.0.0.0:1", "0.0.0.0:25577", "0.0.0.0:1"),
        ("config.yml", BUNGEE, "limit", "50 ", "-1", "50"),
        ("config.yml", BUNGEE, "format", "[VIP] x", "Hi {name}, you", '"[VIP] x"'),
        ("config.yml", BUNGEE, "format", "Ho, {name}", "Hi {name}, you", "Ho, {name}"),
        ("config.yml", "a: [x, y]\n", "a.0", "p, q", "x", '"p, q"'),
        ("config.yml", "a: !<tag:yaml.org,2002:str> 5\n", "a", "6", "5", "6"),
        ("config.yml", "%YAML 1.2\n---\na: yes\n", "a", "no", "yes", "no"),
        ("config.yml", 'a: "one\\ntwo"\n', "a", "One\\nTwo", "one\\ntwo", "One\\nTwo"),
        ("config.yml", 'a: "x"\n', "a", "C:\\new", "x", "C:\\\\new"),
        ("config.yml", "\ufeffa: 1\nb: é\n", "a", "2", "1", "2"),
        ("a.json", '\ufeff{"a": 1}', "a", "2", "1", "2"),
        ("a.json", '{"a": "x"}', "a", "\\u00a7cHi", "x", "\\u00a7cHi"),
        ("a.json", '{"a": "C:\\\\x"}', "a", "C:\\\\new", "C:\\\\x", "C:\\\\new"),
        ("a.json", '{"a": "C:\\\\x"}', "a", "C:\\new", "C:\\\\x", "C:\\\\new"),
        ("a.json5", '{b: 1, g: "a\\\nb\\x41\\\'"}', "b", "2", "1", "2"),
        ("a.toml", 'a = "x\\ty"\n', "a", "X\\tY", "x\\ty", "X\\tY"),
        ("a.toml", "a = 1.5\n", "a", "1_000", "1.5", "1_000.0"),
    ],
)  # fmt: skip
def test_only_the_value_changes(path: str, text: str, *, key: str, value: str, old: str, new: str) -> None:
    assert set_key(path, text, key, value).text == text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("path", "text", "key", "value", "said"),
    [
        ("a.ini", PALWORLD, PAL + "Platforms", "Steam", "a list in brackets"),
        ("a.ini", PALWORLD, PAL + "DenyList", "a,b", "part of a list"),
        ("a.ini", "a=1 \\\nmore\n", "a", "2", "continues on the lines below"),
        ("a.ini", 'a = """\nmany\n"""\nb = 1\n', "a", "2", "continues on the lines below"),
        ("minetest.conf", LUANTI, "motd", "x", "continues on the lines below"),
        ("a.ini", "a = {\n  b = 1\n}\n", "a", "2", "continues on the lines below"),
        ("server.properties", "pvp=true\n", "pvp", "no", "holds true or false"),
        ("server.properties", "online-mode = False\n", "online-mode", "1", "holds true or false"),
        ("server.properties", "motd=x\n", "motd", "a\x07b", "without control characters"),
        ("prosody.cfg", 'a = { "x"; "y" }\nb = true\n', "b", "false", "The file may be fine"),
        ("notes.txt", "hello world of notes\n", "hello", "x", "The file may be fine"),
        ("notes.txt", "To do: buy milk\nand more\n", "do", "x", "The file may be fine"),
        ("whitelist.txt", "ada\nbob\n", "ada", "x", "The file may be fine"),
        ("a.ini", "<config/>", "a", "1", "The file may be fine"),
        ("a.yml", "a: []\n", "a", "1", "is an empty list or table"),
        ("a.json", '{"a": "x\ny"}', "a", "1", "this quote is not closed on its line"),
        ("a.toml", "a = 2024-01-01T00:00:00Z\n", "a", "2025-01-01", "a date with a time"),
    ],
)
def test_the_true_reason_is_said(path: str, text: str, key: str, value: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key(path, text, key, value)
    assert said in refused.value.happened


def test_a_key_that_is_near_twice_is_named_once() -> None:
    with pytest.raises(BadInput) as refused:
        set_key("Game.ini", ARK, MODE + "Engrams.Hiden", "True")
    assert refused.value.next_step.count("Hidden`") == 1


@pytest.mark.parametrize(
    ("path", "text", "key", "meant"),
    [
        ("Game.ini", ARK, "message", "`ServerSettings.Message`"),
        ("Pal.ini", PALWORLD, "PublicIP", f"`{PAL}PublicIP`"),
        ("spigot.yml", "settings:\n  restart:\n    auto: true\n", "auto", "`settings.restart.auto`"),
    ],
)
def test_a_name_without_its_section_gets_the_whole_key(path: str, text: str, key: str, meant: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key(path, text, key, "x")
    assert refused.value.next_step == f"Did you mean {meant}?"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yml", 'a: "one\\ntwo \\u00a7 \\\\ \\"q\\""\n'),
        ("a.json", '{"a": "one\\ntwo \\u00A7 \\\\ \\"q\\""}'),
        ("a.toml", 'a = "one\\ntwo \\u00A7 \\\\ \\"q\\""\n'),
        ("a.hocon", 'a = "one\\ntwo \\u00A7 \\\\ \\"q\\""\n'),
    ],
)
def test_a_value_copied_as_it_stands_changes_nothing(path: str, text: str) -> None:
    inner = text[text.index('"one') + 1 : text.rindex('"')]
    assert set_key(path, text, "a", inner).text == text


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("a.json", '"\\' * 60_000, "line 1, column 1"),
        ("a.json", "/* * " * 60_000, "line 1, column 1"),
        ("a.toml", "a." * 60_000 + "b = 1", "nested too deeply"),
        ("a.ini", "k = 1\n" * 30_000, "no key"),
    ],
)
def test_what_would_take_quadratic_time_is_said_after_one_pass(path: str, text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_key(path, text, "a" + ".1" * 300, "2")
    assert said in refused.value.happened
