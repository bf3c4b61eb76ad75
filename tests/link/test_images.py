import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from link.images import MAX_MEGAPIXELS, ImageRefused, decode


def picture(height_px: int = 40, width_px: int = 64) -> NDArray[np.uint8]:
    """A smooth slope of colours, different at every corner."""
    y, x = np.mgrid[0:height_px, 0:width_px]
    return np.dstack((x * 255 // width_px, y * 255 // height_px, 255 - x * 255 // width_px)).astype(np.uint8)


def encoded(suffix: str, image: NDArray[np.generic] | None = None) -> bytes:
    done, data = cv2.imencode(suffix, picture() if image is None else image)
    assert done
    return data.tobytes()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_claiming(width_px: int, height_px: int) -> bytes:
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + body + png_chunk(b"IEND", b"")


def with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)
    segment = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg", ".webp"])
def test_the_pixels_come_back(suffix: str) -> None:
    image = decode(encoded(suffix))
    assert image.shape == (40, 64, 3)
    assert image.dtype == np.uint8
    assert np.abs(image.astype(int) - picture()).mean() < (0.001 if suffix in (".png", ".bmp") else 6)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg", ".webp"])
def test_whatever_is_cut_off_is_refused(suffix: str) -> None:
    whole = encoded(suffix)
    for kept in range(len(whole)):
        with pytest.raises(ImageRefused):
            decode(whole[:kept])


def test_a_large_jpeg_cut_in_its_pixels_is_refused() -> None:
    whole = encoded(".jpg", picture(600, 800))
    cut = whole[: len(whole) * 3 // 4]
    with pytest.raises(ImageRefused, match="cut off"):
        decode(cut)


def test_the_end_of_an_embedded_thumbnail_is_not_taken_for_the_end_of_the_image() -> None:
    thumbnail = encoded(".jpg", picture(8, 8))
    whole = encoded(".jpg")
    nested = whole[:2] + b"\xff\xe2" + struct.pack(">H", len(thumbnail) + 2) + thumbnail + whole[2:]
    assert decode(nested).shape == (40, 64, 3)
    with pytest.raises(ImageRefused, match="cut off"):
        decode(nested[: len(nested) - 2])


def test_bytes_after_the_end_are_harmless() -> None:
    assert decode(encoded(".jpg") + bytes(64)).shape == (40, 64, 3)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00" * 4096, b"GIF89a" + bytes(50), b"%PDF-1.7", b"\xff\xd8\xff"])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageRefused):
        decode(data)


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(ImageRefused, match=f"100 megapixels, more than {MAX_MEGAPIXELS}"):
        decode(png_claiming(10_000, 10_000))
    with pytest.raises(ImageRefused, match="megapixels"):
        decode(png_claiming(2**31 - 1, 2**31 - 1))


def test_no_pixels_at_all_is_refused() -> None:
    with pytest.raises(ImageRefused, match="no pixels"):
        decode(png_claiming(0, 10))


def test_a_flipped_byte_in_a_png_is_refused() -> None:
    data = bytearray(encoded(".png"))
    data[len(data) // 2] ^= 0x10
    with pytest.raises(ImageRefused, match="check sum"):
        decode(bytes(data))


def test_an_animated_png_is_refused() -> None:
    whole = encoded(".png")
    after_header = 8 + 25
    with pytest.raises(ImageRefused, match="several pictures"):
        decode(whole[:after_header] + png_chunk(b"acTL", struct.pack(">II", 2, 0)) + whole[after_header:])


def test_a_cmyk_jpeg_is_refused() -> None:
    data = bytearray(encoded(".jpg"))
    frame = data.index(b"\xff\xc0")
    data[frame + 9] = 4
    with pytest.raises(ImageRefused, match="CMYK"):
        decode(bytes(data))


def test_sixteen_bits_grey_and_alpha_become_eight_bit_colour() -> None:
    deep = picture().astype(np.uint16) * 257
    assert np.array_equal(decode(encoded(".png", deep)), picture())
    grey = picture()[:, :, 0]
    assert np.array_equal(decode(encoded(".png", grey)), np.dstack([grey] * 3))
    with_alpha = np.dstack((picture(), np.full((40, 64), 128, np.uint8)))
    assert np.array_equal(decode(encoded(".png", with_alpha)), picture())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_honoured(orientation: int) -> None:
    upright = decode(encoded(".jpg")).astype(int)
    turned = decode(with_exif_orientation(encoded(".jpg"), orientation)).astype(int)
    flips = {1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}
    expected = np.rot90(upright, flips[orientation])
    if orientation in (2, 4):
        expected = np.fliplr(expected)
    if orientation in (5, 7):
        expected = np.flipud(expected)
    assert turned.shape == expected.shape
    assert np.abs(turned - expected).mean() < 1


@settings(max_examples=150)
@given(st.sampled_from([".png", ".jpg", ".webp", ".bmp"]), st.integers(0, 10_000), st.integers(1, 255))
def test_one_wrong_byte_decodes_or_is_refused_but_never_crashes(suffix: str, place: int, change: int) -> None:
    data = bytearray(encoded(suffix, picture(12, 16)))
    data[place % len(data)] ^= change
    try:
        image = decode(bytes(data))
    except ImageRefused as refused:
        assert str(refused).count(". ") == 0
    else:
        assert image.ndim == 3
        assert image.size <= MAX_MEGAPIXELS * 3_000_000
