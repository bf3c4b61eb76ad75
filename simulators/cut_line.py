"""A line to a TCP service that can be cut as a pulled cable cuts it: nothing arrives, and nobody says so."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Self

PIECE_BYTES = 65_536


class CutLine:
    """Listens on a port of its own and carries bytes to `target_port`. Use `async with`."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._whole = asyncio.Event()
        self._whole.set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None  # noqa: S101  (inside `async with`)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None  # noqa: S101  (inside `async with`)
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def cut(self) -> None:
        """From now on every byte waits: what was on its way, and what comes."""
        self._whole.clear()

    def mend(self) -> None:
        """What waited goes on; whoever has given up meanwhile is gone."""
        self._whole.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (asyncio makes one for each connection)
        self._carrying.add(task)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._carry(reader, writer)
        finally:
            self._carrying.discard(task)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        async with AsyncExitStack() as stack:
            there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
            stack.callback(back.close)
            ways = (asyncio.create_task(self._pipe(reader, back)), asyncio.create_task(self._pipe(there, writer)))
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE_BYTES):
            await self._whole.wait()
            writer.write(piece)
            await writer.drain()
