"""Uploaded pictures: which bytes are one, and how many a session keeps."""

from __future__ import annotations

import hashlib

import pytest
from tests.unit.pictures_made import NO_PICTURES, png, png_with, webp

from beside.assets import ASSET_OVERHEAD_BYTES, Assets, read_picture
from beside.errors import BadAsset

PIXELS = 1_000


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def assets(*, max_bytes: int = 10_000, max_count: int = 3, max_total_bytes: int = 100_000) -> Assets:
    return Assets(max_bytes=max_bytes, max_pixels=PIXELS, max_count=max_count, max_total_bytes=max_total_bytes)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        pytest.param(png(), "image/png", id="PNG"),
        pytest.param(png_with(b"sRGB", b"\0"), "image/png", id="PNG with its colours"),
        pytest.param(webp(), "image/webp", id="WebP"),
        pytest.param(webp(lossless=True), "image/webp", id="lossless WebP"),
        pytest.param(webp(alpha=True), "image/webp", id="WebP with transparency"),
        pytest.param(webp(25, 40), "image/webp", id="the largest"),
    ],
)
def test_what_a_canvas_writes_is_a_picture(data: bytes, media_type: str) -> None:
    assert read_picture(data, max_pixels=PIXELS) == (data, media_type)


@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES.keys())
def test_anything_else_is_refused_by_its_bytes(data: bytes) -> None:
    with pytest.raises(BadAsset):
        read_picture(data, max_pixels=PIXELS)


@pytest.mark.parametrize("data", [png(26, 40), webp(26, 40), webp(26, 40, lossless=True), webp(26, 40, alpha=True)])
def test_a_picture_of_more_pixels_than_allowed_is_refused_by_its_header(data: bytes) -> None:
    with pytest.raises(BadAsset, match="26 by 40"):
        read_picture(data, max_pixels=PIXELS)


def test_a_picture_is_kept_under_its_own_hash_alone() -> None:
    kept = assets()

    with pytest.raises(BadAsset, match="not those"):
        kept.take(name_of(png(5, 5)), png())
    assert not assets(max_bytes=len(png()) - 1).take(name_of(png()), png())
    assert not kept.take(name_of(png(26, 40)), png(26, 40))
    assert kept.take(name_of(png()), png())

    assert len(kept) == 1
    assert kept.offer(name_of(png()))
    assert not kept.offer(name_of(png(5, 5)))
    found = kept.find(name_of(png()))
    assert found is not None
    assert found.data == png()


def test_what_a_page_before_offered_longest_ago_makes_room() -> None:
    kept = assets()
    pictures = [png(width, 2) for width in range(1, 5)]
    for picture in pictures[:3]:
        kept.take(name_of(picture), picture)

    kept.begin_page()
    kept.offer(name_of(pictures[0]))
    is_kept = kept.take(name_of(pictures[3]), pictures[3])

    assert is_kept
    assert [kept.find(name_of(picture)) is not None for picture in pictures] == [True, False, True, True]


def test_no_picture_of_the_page_itself_goes_for_another() -> None:
    """Its frames have named them; what stands further down, and comes later, is said to be missing."""
    kept = assets()
    pictures = [png(width, 2) for width in range(1, 5)]

    answers = [kept.take(name_of(picture), picture) for picture in pictures]

    assert answers == [True, True, True, False]
    assert kept.find(name_of(pictures[0])) is not None


def test_all_together_keep_to_their_bytes_and_leave_none_behind() -> None:
    one, other = png(10, 10), png(11, 11)
    kept = assets(max_total_bytes=len(other) + ASSET_OVERHEAD_BYTES)

    kept.take(name_of(one), one)
    kept.take(name_of(one), one)
    kept.begin_page()
    kept.take(name_of(other), other)

    assert len(kept) == 1
    assert kept.size_bytes == len(other) + ASSET_OVERHEAD_BYTES
    kept.clear()
    assert (len(kept), kept.size_bytes) == (0, 0)
