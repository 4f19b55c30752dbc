"""The stylesheet: contrast computed from its tokens, no left and no right."""

import re
from pathlib import Path

import pytest

from guardian.web import application

STATIC = Path(application.__file__).parent / "static"
TOKENS = (STATIC / "guardian.css").read_text("utf-8")
STYLE = TOKENS + "".join(
    each.read_text("utf-8") for each in sorted(STATIC.glob("*.css")) if each.name != "guardian.css"
)
TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11


def tokens(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    assert len(blocks) == 2
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0]))
    return (
        light
        if scheme == "light"
        else light | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[1]))
    )


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary) of "#rrggbb"."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", TEXT),
        ("ink", "card", TEXT),
        ("ink", "calm", TEXT),
        ("ink", "stop-soft", TEXT),
        ("muted", "paper", TEXT),
        ("muted", "card", TEXT),
        ("accent", "paper", TEXT),
        ("accent", "card", TEXT),
        ("accent", "calm", TEXT),
        ("night", "card", TEXT),
        ("work", "card", TEXT),
        ("stop", "card", TEXT),
        ("night", "night-soft", TEXT),
        ("night", "night-mark", TEXT),
        ("work", "work-soft", TEXT),
        ("work", "work-mark", CONTROL),
        ("ok", "paper", CONTROL),
        ("focus", "paper", CONTROL),
        ("focus", "card", CONTROL),
        ("control", "card", CONTROL),
    ],
)
def test_contrast(scheme: str, front: str, back: str, least: float) -> None:
    colours = tokens(scheme)
    assert contrast(colours[front], colours[back]) >= least


def test_both_schemes_have_every_colour() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    names = re.compile(r"--([\w-]+): #")
    assert set(names.findall(light)) == set(names.findall(dark))


def test_no_left_and_no_right() -> None:
    rules = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
    assert not re.search(r"\b(left|right)\b", rules)
    assert not re.search(r"[\s;](width|height|top|bottom)\s*:", rules)


def test_colours_stand_in_tokens_only() -> None:
    after = STYLE.partition("/* The ground.")[2]
    assert after
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", after)


def test_five_sizes_of_type() -> None:
    sizes = set(re.findall(r"font-size: ([\d.]+rem)", STYLE)) | set(
        re.findall(r"font: ([\d.]+rem)", STYLE)
    )
    assert sizes == {"0.9375rem", "1.0625rem", "1.125rem", "1.25rem", "1.6rem"}
