"""Files that are not UTF-8: named, edited in their encoding, converted on request."""

from sandbox.node.volumes import disk_of
from tests.support.file_changes import content, run, typed
from tests.support.forms import field
from tests.support.messages import buttons, text
from tests.support.world import World, shown

RUSSIAN = "# Настройки сервера\r\nmotd=Добро пожаловать\r\n"
PATH = "/notes.cfg"


async def test_file_keeps_its_encoding_through_an_edit(world: World) -> None:
    disk_of(world.survival).write(PATH, RUSSIAN.encode("cp1251"))
    asked = await run(world, "edit", path=PATH)
    assert "Windows-1251" in text(shown(asked))
    form = await world.admin.click(shown(asked), label="Edit")
    assert field(form)["value"] == RUSSIAN.replace("\r\n", "\n")
    await typed(world, form, "# Настройки сервера\nmotd=Привет")
    await world.admin.click(shown(asked), label="Save")
    assert content(world, PATH) == "# Настройки сервера\r\nmotd=Привет\r\n".encode("cp1251")


async def test_key_is_set_in_the_files_encoding_and_refused_where_it_has_no_form(world: World) -> None:
    disk_of(world.survival).write("/server.properties", "motd=欢迎来到我的服务器\n".encode("gbk"))
    asked = await run(world, "set", path="/server.properties", key="motd", value="你好")
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/server.properties") == "motd=你好\n".encode("gbk")

    disk_of(world.survival).write(PATH, RUSSIAN.encode("cp1251"))
    refused = text(shown(await run(world, "set", path=PATH, key="motd", value="名前")))
    assert "Windows-1251 has no form for" in refused
    assert "files convert" in refused
    assert content(world, PATH) == RUSSIAN.encode("cp1251")


async def test_file_is_converted_seen_before_and_undone(world: World) -> None:
    disk_of(world.survival).write(PATH, RUSSIAN.encode("cp1251"))
    asked = await run(world, "convert", path=PATH)
    question = text(shown(asked))
    assert "Windows-1251 → UTF-8" in question
    assert "motd=Добро пожаловать" in question
    assert buttons(shown(asked)) == ["Convert", "Cancel"]
    await world.admin.click(shown(asked), label="Convert")
    assert content(world, PATH) == RUSSIAN.encode()
    assert "Converted notes.cfg" in text(shown(asked))
    await world.admin.click(shown(asked), label="Undo")
    assert content(world, PATH) == RUSSIAN.encode("cp1251")

    same = await run(world, "convert", path=PATH, encoding="Windows-1251")
    assert "Nothing to change" in text(shown(same))


async def test_wrong_characters_are_put_right_by_the_named_source(world: World) -> None:
    katakana = "name=ｻｰﾊﾞｰ\n"
    disk_of(world.survival).write(PATH, katakana.encode("cp932"))
    asked = await run(world, "convert", path=PATH)
    assert "ｻｰﾊﾞｰ" not in text(shown(asked))
    await world.admin.click(shown(asked), label="Cancel")
    asked = await run(world, "convert", path=PATH, source="Shift-JIS")
    assert "ｻｰﾊﾞｰ" in text(shown(asked))
    await world.admin.click(shown(asked), label="Convert")
    assert content(world, PATH) == katakana.encode()

    refused = text(shown(await run(world, "convert", path=PATH, encoding="Windows-1252")))
    assert "Windows-1252 has no form for" in refused
    assert content(world, PATH) == katakana.encode()


async def test_a_few_damaged_bytes_neither_garble_a_file_nor_are_lost(world: World) -> None:
    damaged = "# Настройки сервера\nname=Мир\n".encode() + "old=Мир\n".encode("cp1251")
    disk_of(world.survival).write(PATH, damaged)

    page = text(shown(await run(world, "read", path=PATH)))
    assert "name=Мир" in page
    assert "UTF-8 with damaged bytes" in page

    asked = await run(world, "set", path=PATH, key="name", value="Дом")
    await world.admin.click(shown(asked), label="Save")
    assert content(world, PATH) == damaged.replace("name=Мир".encode(), "name=Дом".encode())

    refused = text(shown(await run(world, "convert", path=PATH, encoding="UTF-16")))
    assert "Line 3 holds bytes that aren't UTF-8" in refused
