"""A name is taken for another only where a hasty reader would; real words stay what they are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.suffixes import icann_suffixes
from guardian.safety import plain, services
from guardian.safety.homographs import Protected, skeleton, well_known

PROTECTED = Protected({"schule.example", "xn--mller-kva.example"})


def a_labels(name: str) -> str:
    """Punycode without a question asked: deceivers do not keep to what registries allow."""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in name.split(".")
    )


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("раураӏ.com", "paypal.com"),  # all Cyrillic
        ("pаypal.com", "paypal.com"),  # one Cyrillic letter
        ("www.pаypal.com", "paypal.com"),
        ("paypaⅼ.com", "paypal.com"),  # a Roman numeral
        ("ρayρal.com", "paypal.com"),  # Greek
        ("pаypаl.com.login.example", "paypal.com"),
        ("gооgle.shop", "google.com"),  # another ending: no language mixes scripts
        ("аррӏе.de", "apple.com"),  # one script, and an ending of another
        ("wikipedıa.org", "wikipedia.org"),  # dotless i
        ("ｒｏｂｌｏｘ.com", "roblox.com"),  # full width
        ("roblox‌.com", "roblox.com"),  # a sign of no width
        ("tíktok.com", "tiktok.com"),
        ("minecrɑft.net", "minecraft.net"),
        ("ոetflix.com", "netflix.com"),  # Armenian
        ("instaɡram.com", "instagram.com"),
        ("schulе.example", "schule.example"),  # the household's own
        ("schüle.example", "schule.example"),
        ("rnіcrosoft.com", "microsoft.com"),
        # and what is no deception:
        ("paypal.com", ""),
        ("münchen.paypal.com", ""),  # theirs
        ("müller.example", ""),  # the household's own is itself
        ("www.müller.example", ""),
        ("schulе.test", ""),  # only the well-known are protected under every ending
        ("какао.рф", ""),  # cocoa, and not kakao.com
        ("мета.укр", ""),  # goal
        ("tor.example", ""),
        ("тор.com", ""),
        ("xn--.com", ""),
        ("xn--99999999999.com", ""),
    ],
)
def test_what_a_name_looks_like(name: str, like: str) -> None:
    assert PROTECTED.looks_like(a_labels(name)) == like


WORDS = {
    "CYRILLIC": "мама папа школа книга молоко корова мост рост торт театр сосна город погода "
    "новости музей библиотека почта банк россия москва здоровье собака ёлка сок хор нос кот "
    "кроха росток краска сорока топор ворона пароход",
    "GREEK": "σχολείο βιβλίο νερό ήλιος παιδί μουσική νέα τράπεζα αθήνα καφές ουρανός θάλασσα ποτό",
    "ARMENIAN": "դպրոց գիրք ջուր արեւ մայր երեւան հայաստան լուր տուն սեր",
    "GEORGIAN": "სკოლა წიგნი წყალი მზე დედა თბილისი სახლი ბავშვი მუსიკა",
    "ARABIC": "مدرسة كتاب ماء شمس أم موسيقى أخبار بيت",
    "HEBREW": "ביתספר ספר מים שמש אמא חדשות",
    "DEVANAGARI": "विद्यालय पुस्तक पानी सूरज माता समाचार",
    "CJK": "学校 图书 太阳 音乐 新闻 妈妈",
    "HANGUL": "학교 책 태양 음악 뉴스",
    "LATIN": "bücher müller größe straße schön café élève noël château niño españa mañana señor "
    "maçã coração łódź żółw książka çocuk güneş öğrenci việt hànội smørrebrød fjäll þór æsir",
}
ENDINGS = ("com", "org", "net", "de", "рф", "укр", "ελ", "中国")


@pytest.mark.parametrize("script", WORDS)
def test_ordinary_words_stay_open(script: str) -> None:
    for word in WORDS[script].split():
        assert any(script in unicodedata.name(letter) for letter in word), word
        for ending in ENDINGS:
            name = a_labels(f"{word}.{ending}")
            assert PROTECTED.looks_like(name) == "", (word, ending)


@given(label=st.binary(max_size=59))
def test_no_label_raises(label: bytes) -> None:
    text = "".join(chr(byte) for byte in label if 0x20 < byte < 0x7F and byte != 0x2E)
    assert PROTECTED.looks_like(f"xn--{text}.com") in {"", *well_known(), "schule.example"}


@given(text=st.text(alphabet=st.characters(exclude_characters="."), max_size=30))
def test_a_skeleton_keeps_what_was_latin(text: str) -> None:
    assert skeleton("safe" + text).startswith("safe")


def test_each_letter_looks_like_one_thing() -> None:
    signs = [sign for line in plain.lines("confusables.txt") for sign in line.split()[1:]]
    assert len(signs) == len(set(signs))
    for sign in signs:
        assert len(sign) <= 2
        assert unicodedata.normalize("NFKD", sign) == sign, f"{sign} needs no line"


def test_the_well_known_names_are_whole_and_registered() -> None:
    lines = list(plain.lines("well_known.txt"))
    suffixes = icann_suffixes()
    assert len(lines) == len(set(lines))
    assert [name for name in lines if suffixes.registered(name) != name] == []
    ours = {
        suffixes.registered(name)
        for each in services.ids()
        for name in services.service(each).names
    }
    assert sorted(ours - set(lines)) == [], "add these to guardian/safety/data/well_known.txt"
