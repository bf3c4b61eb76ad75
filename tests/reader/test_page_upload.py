import asyncio
import http.client
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from drivers import page_upload
from drivers.clock import WallClock
from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.model import Health, Light
from drivers.reader_images import UploadReader

pytestmark = pytest.mark.wire
Ask = Callable[..., "asyncio.Future[tuple[int, bytes]]"]
SOON_S = 5.0


def encoded(value: int) -> bytes:
    return cv2.imencode(".png", np.full((30, 40, 3), value, np.uint8))[1].tobytes()


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[UploadReader, Ask]]:
    reader = UploadReader("127.0.0.1", 0, WallClock())
    await reader.open()

    def answered(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection(urlsplit(reader.url).netloc, timeout=SOON_S)) as connection:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()

    try:
        async with asyncio.timeout(2 * SOON_S):
            yield reader, lambda *arguments: asyncio.to_thread(answered, *arguments)
    finally:
        await reader.close()


def test_a_page_is_put_laid_down_scanned_and_lifted() -> None:
    async def run() -> None:
        async with opened() as (reader, ask):
            assert (await ask("PUT", "/v1/page/visible", encoded(10)))[0] == 204
            assert (await ask("PUT", "/v1/page/infrared", encoded(20)))[0] == 204
            with pytest.raises(DeviceTimeout, match="no page lies on it"):
                await reader.scan()
            assert (await ask("POST", "/v1/page"))[0] == 204
            await reader.wait_presented()
            scan = await reader.scan()
            assert {light: int(image[0, 0, 0]) for light, image in scan.images.items()} == {
                Light.VISIBLE: 10,
                Light.INFRARED: 20,
            }
            assert (await ask("DELETE", "/v1/page"))[0] == 204
            await reader.wait_removed()

    asyncio.run(run())


def test_nothing_of_a_lifted_page_is_left_for_the_next() -> None:
    async def run() -> None:
        async with opened() as (reader, ask):
            await ask("PUT", "/v1/page/infrared", encoded(20))
            await ask("DELETE", "/v1/page")
            await ask("PUT", "/v1/page/visible", encoded(30))
            await ask("POST", "/v1/page")
            assert set((await reader.scan()).images) == {Light.VISIBLE}

    asyncio.run(run())


def test_an_image_that_is_decoded_while_its_page_is_lifted_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    decoding, go_on = threading.Event(), threading.Event()
    decode = page_upload.decode

    def slowly(data: bytes) -> object:
        decoding.set()
        assert go_on.wait(SOON_S)
        return decode(data)

    monkeypatch.setattr(page_upload, "decode", slowly)

    async def run() -> None:
        async with opened() as (_, ask):
            put = asyncio.ensure_future(ask("PUT", "/v1/page/visible", encoded(20)))
            assert await asyncio.to_thread(decoding.wait, SOON_S)
            await ask("DELETE", "/v1/page")
            go_on.set()
            await put
            status, words = await ask("POST", "/v1/page")
            assert (status, b"no image" in words) == (409, True)

    asyncio.run(run())


def test_what_is_no_image_no_light_or_too_long_is_refused_with_the_reason() -> None:
    async def run() -> None:
        async with opened() as (reader, ask):
            assert await ask("POST", "/v1/page") == (
                409,
                b'{"detail":"no image of this page was put: put one for each light first"}',
            )
            status, words = await ask("PUT", "/v1/page/visible", b"not an image")
            assert (status, b"no JPEG" in words) == (422, True)
            assert (await ask("PUT", "/v1/page/visible", encoded(1)[:-9]))[0] == 422
            assert (await ask("PUT", "/v1/page/xray", encoded(1)))[0] == 422
            assert (await ask("GET", "/v1/page"))[0] == 405
            announced = {"content-length": str(page_upload.MAX_BODY_BYTES + 1)}
            assert (await ask("PUT", "/v1/page/visible", b"", announced))[0] == 413
            assert await reader.health() is Health.READY

    asyncio.run(run())


def test_a_body_of_unknown_length_is_cut_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_upload, "MAX_BODY_BYTES", 100_000)

    def in_pieces(address: str) -> int:
        with closing(http.client.HTTPConnection(address, timeout=SOON_S)) as connection:
            connection.request("PUT", "/v1/page/visible", iter([bytes(50_000)] * 3), encode_chunked=True)
            return connection.getresponse().status

    async def run() -> None:
        async with opened() as (reader, _):
            assert await asyncio.to_thread(in_pieces, urlsplit(reader.url).netloc) == 413

    asyncio.run(run())


def test_a_body_that_never_ends_is_given_up_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_upload, "BODY_S", 0.3)

    def begun(address: str) -> int:
        with closing(http.client.HTTPConnection(address, timeout=SOON_S)) as connection:
            connection.putrequest("PUT", "/v1/page/visible")
            connection.putheader("content-length", "1000")
            connection.endheaders(b"only a little")
            return connection.getresponse().status

    async def run() -> None:
        async with opened() as (reader, ask):
            slow = asyncio.create_task(asyncio.to_thread(begun, urlsplit(reader.url).netloc))
            assert (await ask("PUT", "/v1/page/visible", encoded(1)))[0] == 204
            assert await slow == 408

    asyncio.run(run())


def test_a_taken_port_and_a_closed_reader_say_what_to_do() -> None:
    async def run() -> None:
        async with opened() as (reader, _):
            second = UploadReader("127.0.0.1", int(reader.url.rpartition(":")[2]), WallClock())
            with pytest.raises(DeviceUnavailable, match="cannot be listened on: free the port"):
                await second.open()
            waiting = asyncio.create_task(reader.wait_presented())
            await asyncio.sleep(0)
            await reader.close()
            await reader.close()
            with pytest.raises(DeviceUnavailable, match="is not served"):
                await waiting
            assert await reader.health() is Health.FAILED

    asyncio.run(run())
