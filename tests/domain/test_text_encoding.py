"""Which encoding a text file has, and how it is written back. Texts of the kinds that game servers hold."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain.edit_draft import draft, draft_converted, draft_uploaded
from bot.domain.text_diff import TextFile
from bot.domain.text_encoding import TextEncoding, decode, is_binary, needs_recognition, recognise, why_binary


@pytest.mark.parametrize(
    ("content", "text", "how"),
    [
        (b"plain", "plain", TextEncoding.UTF8),
        ("grün".encode(), "grün", TextEncoding.UTF8),
        (b"\xef\xbb\xbfbom", "bom", TextEncoding.UTF8_BOM),
        ("grün".encode("latin-1"), "grün", TextEncoding.LATIN1),
        ("wide".encode("utf-16"), "wide", TextEncoding.UTF16),
        (b"", "", TextEncoding.UTF8),
        ("name=é\r\n".encode("utf-16-le"), "name=é\r\n", TextEncoding.UTF16_BARE),
        ("name=é\r\n".encode("utf-16-be"), "name=é\r\n", TextEncoding.UTF16_BE_BARE),
    ],
)
def test_text_is_decoded_by_what_it_is(content: bytes, text: str, how: TextEncoding) -> None:
    assert not is_binary(content)
    assert decode(content) == (text, how)


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00", b"\x7fELF\x02\x01\x01\x00", bytes(range(1, 30)) * 4])
def test_what_is_not_for_reading_is_known(content: bytes) -> None:
    assert is_binary(content)
    assert why_binary(content) == "That is a binary file"


@pytest.mark.parametrize("text", ["k=12345;x=1 名前が長い", "ab\x01c", "odd one out"])
def test_utf_16_that_is_not_certain_is_left_alone_and_named(text: str) -> None:
    content = text.encode("utf-16-le") + (b"!" if " " in text else b"")
    assert is_binary(content)
    assert "UTF-16" in why_binary(content)


RECOGNISED = [
    *(
        (TextEncoding.CP1251, "cp1251", text)
        for text in (
            "motd=Добро пожаловать на сервер",
            "# Настройки сервера\nserver-name=Мой сервер\nmax=20\nmotd=Привет",
            "motd=Привет",
            "kick-message=Вы были исключены",
        )
    ),
    *(
        (TextEncoding.GBK, "gbk", text)
        for text in (
            "motd=欢迎来到我的服务器",
            "# 服务器设置\nname=我的世界\nmax=20",
            "motd=你好",
            "# 最大玩家数量\nmax-players=20\n# 白名单\nwhite-list=true",
        )
    ),
    *(
        (TextEncoding.CP1251, "cp1251", text)
        for text in (
            "messages:\n  join: '&aИгрок %player% зашёл'\n  quit: '&cИгрок вышел'\n",  # noqa: RUF001
            "motd=§aМир §lи §rигры",  # noqa: RUF001
            "join=Игрок зашёл\\nна сервер",  # noqa: RUF001
        )
    ),
    *(
        (TextEncoding.SHIFT_JIS, "cp932", text)
        for text in (
            "motd=ようこそサーバーへ",
            "# サーバー設定\nmax=20",
            "motd=こんにちは",
            "name=サバイバル",
            "name=テスト",
            "name=世界",
        )
    ),
    (TextEncoding.EUC_KR, "cp949", "motd=서버에 오신 것을 환영합니다"),
    (TextEncoding.BIG5, "big5", "motd=歡迎來到我的伺服器"),
    (TextEncoding.CP1250, "cp1250", "motd=Vítejte na českém serveru, příšerně žluťoučký kůň"),
    (TextEncoding.CP1250, "cp1250", "motd=Cześć, zażółć gęślą jaźń"),
    (TextEncoding.CP1252, "cp1252", "price=5€ “quoted”"),
    *(
        (TextEncoding.LATIN1, "latin-1", text)
        for text in (
            "motd=Bienvenue à tous les élèves",
            "msg=¡Hola! ¿Qué tal?",
            "motd=Grüße aus Köln\nname=Straße",
            "motd=§aWelcome §lto the server",
            "motd=Überleben",
            "à",
        )
    ),
    *(
        (encoding, codec, text)
        for text in ("# Настройки\r\nmax=20\r\n", "# 服务器设置\r\nname=我的世界\r\n", "добро пожаловать")
        for encoding, codec in (
            (TextEncoding.UTF16_BARE, "utf-16-le"),
            (TextEncoding.UTF16_BE_BARE, "utf-16-be"),
        )
    ),
]


@pytest.mark.parametrize(("encoding", "codec", "text"), RECOGNISED)
def test_encoding_is_recognised_from_a_line_or_two(encoding: TextEncoding, codec: str, text: str) -> None:
    content = text.encode(codec)
    assert needs_recognition(content)
    assert not is_binary(content)
    assert decode(content) == (text, encoding)


@pytest.mark.parametrize(("encoding", "codec", "text"), RECOGNISED)
def test_edit_keeps_the_encoding_though_the_new_text_alone_would_be_taken_for_another(
    encoding: TextEncoding, codec: str, text: str
) -> None:
    file = TextFile.of(text.encode(codec))
    shorter = text.replace("\r\n", "\n")[-3:]
    made = draft("/notes.txt", file, shorter)
    assert made.text == shorter
    assert made.content.decode(codec).replace("\r\n", "\n") == shorter


def test_what_the_encoding_cannot_represent_is_refused_with_the_way_out() -> None:
    file = TextFile.of("имя=сервер на русском языке".encode("cp1251"))
    with pytest.raises(BadInput) as refused:
        file.edited("имя=名前")
    assert refused.value.happened == "Windows-1251 has no form for `名前`."
    assert "/files convert" in str(refused.value.next_step)


def test_conversion_keeps_text_and_line_ends() -> None:
    text = "# Настройки сервера\r\nname=Мой сервер\r\n"
    file, made = draft_converted("/a.properties", text.encode("cp1251"), TextEncoding.UTF8, None)
    assert file.encoding is TextEncoding.CP1251
    assert made.content == text.encode()
    _, back = draft_converted("/a.properties", made.content, TextEncoding.CP1251, None)
    assert back.content == text.encode("cp1251")
    _, marked = draft_converted("/a.properties", made.content, TextEncoding.UTF16, None)
    assert marked.content == text.encode("utf-16")


def test_conversion_from_the_encoding_that_a_person_names() -> None:
    katakana = "name=ｻｰﾊﾞｰ"
    assert decode(katakana.encode("cp932"))[0] != katakana  # too short to recognise
    _, made = draft_converted("/a.txt", katakana.encode("cp932"), TextEncoding.UTF8, TextEncoding.SHIFT_JIS)
    assert made.content == katakana.encode()


@pytest.mark.parametrize(
    ("content", "target", "source"),
    [
        ("имя".encode("cp1251"), TextEncoding.UTF8, TextEncoding.UTF8),
        ("имя=сервер".encode(), TextEncoding.LATIN1, None),
    ],
)
def test_conversion_that_would_lose_something_is_refused(
    content: bytes, target: TextEncoding, source: TextEncoding | None
) -> None:
    with pytest.raises(BadInput):
        draft_converted("/a.txt", content, target, source)


MIXED = {
    "a line in Windows-1251": "# Комментарий\nname: Привет мир\n".encode() + "old: Мир\n".encode("cp1251"),
    "a character in Latin-1": "# schöne Grüße aus Köln, ähnlich übrig, größer für alle\n".encode()
    + b"caf\xe9\n",
    "a character that is cut": "name: Привет мир".encode()[:-1] + b"\nnext: 1\n",
    "a word in GBK": "# 服务器设置\nname=我的世界\n".encode() + "x=我\n".encode("gbk"),
}


@pytest.mark.parametrize("content", MIXED.values(), ids=MIXED)
def test_utf_8_with_a_few_other_bytes_is_read_and_written_back_exactly(content: bytes) -> None:
    text, encoding = decode(content)
    file = TextFile.of(content)

    assert encoding is TextEncoding.UTF8_DAMAGED
    assert text.replace("\ufffd", "") == content.decode(errors="ignore")
    assert file.edited(file.text + "added: ж\n") == content + "added: ж\n".encode()


def test_what_has_damaged_bytes_is_not_spread_to_other_files_and_encodings() -> None:
    content = MIXED["a line in Windows-1251"]
    with pytest.raises(BadInput, match="Line 3 holds bytes that aren't UTF-8"):
        draft_uploaded("/a.yml", TextFile.of(b"name: x\n"), content)
    with pytest.raises(BadInput, match="Line 3 holds"):
        draft_converted("/a.yml", content, TextEncoding.UTF16, None)
    again = content.replace(b"name", b"nom")
    assert draft_uploaded("/a.yml", TextFile.of(content), again).content == again


@example(b"000\x00\x80")  # nothing fits, which chardet warns of
@given(st.binary(max_size=400))
def test_no_bytes_break_recognition_and_what_can_be_edited_is_written_back_exactly(content: bytes) -> None:
    encoding = recognise(content)
    if is_binary(content):
        return
    try:
        file = TextFile.of(content)
    except BadInput:
        return
    assert file.encoding is encoding
    assert file.edited(file.text) == content
