"""The pixel measure itself: what counts as a tile with content, and what as a difference."""

from __future__ import annotations

from PIL import Image, ImageDraw
from tests.e2e.pixels import TILE_PX, Comparison, compare_pictures

SIZE = (TILE_PX * 4, TILE_PX * 2)
PAPER = (250, 248, 240)


def paper() -> Image.Image:
    return Image.new("RGB", SIZE, PAPER)


def with_text(*, at: tuple[int, int] = (6, 10), text: str = "Basket") -> Image.Image:
    picture = paper()
    ImageDraw.Draw(picture).text(at, text, fill=(20, 20, 20))
    return picture


def test_tiles_without_content_on_either_side_do_not_count() -> None:
    assert compare_pictures(paper(), paper()) == (0, [])


def test_equal_pictures_have_no_bad_tile() -> None:
    tiles, bad = compare_pictures(with_text(), with_text())

    assert tiles > 0
    assert bad == []


def test_content_that_only_one_side_has_is_found_on_either() -> None:
    for there, here in ((with_text(), paper()), (paper(), with_text())):
        tiles, bad = compare_pictures(there, here)

        assert tiles > 0
        assert (0, 0, TILE_PX, TILE_PX) in bad
        assert len(bad) == tiles


def test_other_words_and_words_a_few_pixels_off_are_found() -> None:
    assert compare_pictures(with_text(), with_text(text="Casket"))[1]
    assert compare_pictures(with_text(), with_text(at=(9, 10)))[1]
    assert compare_pictures(with_text(), with_text(at=(6, 11)))[1]


def test_a_flat_tile_of_another_colour_is_no_content_but_beside_content_it_is_a_difference() -> None:
    blue = with_text()
    ImageDraw.Draw(blue).rectangle((TILE_PX * 2, 0, TILE_PX * 3 - 1, TILE_PX - 5), fill=(30, 60, 160))

    assert (TILE_PX * 2, 0, TILE_PX * 3, TILE_PX) in compare_pictures(with_text(), blue)[1]


def test_specks_and_faint_shades_are_within_tolerance() -> None:
    speckled = with_text()
    ImageDraw.Draw(speckled).point((12, 25), fill=(90, 90, 90))
    shaded = with_text().point([max(0, level - 6) for level in range(256)] * 3)

    assert compare_pictures(with_text(), speckled)[1] == []
    assert compare_pictures(with_text(), shaded)[1] == []


def test_a_page_is_good_from_the_bar_on_and_only_without_notes() -> None:
    assert Comparison("page", tiles=1000, good=995).is_good
    assert not Comparison("page", tiles=1000, good=994).is_good
    assert not Comparison("page", tiles=1000, good=1000, notes=["the page has 5 nodes, the mirror 6"]).is_good
    assert not Comparison("nothing to see").is_good
