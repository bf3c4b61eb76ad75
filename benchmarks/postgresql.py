"""A PostgreSQL server of a test's or a bench's own: Debian's binaries, a folder under /tmp, a socket and no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from register.migrating import migrate

START_S = 30.0
QUICK = ("fsync=off", "full_page_writes=off", "max_connections=60", "shared_buffers=64MB", "listen_addresses=")
"""What is made here need not outlive the power."""


def _binaries() -> Path | None:
    """Where `initdb` and `postgres` are: Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


BINARIES = _binaries()


@dataclass
class Server:
    """One running server. Each `database()` is a new one with the register's tables in it."""

    folder: Path
    _numbers: Any = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def do(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def empty(self) -> str:
        """The address of a database without any table."""
        name = f"empty{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name}")
        return self.url(name)

    def database(self) -> str:
        number = next(self._numbers)
        if number == 1:
            self.do("CREATE DATABASE migrated")
            migrate(self.url("migrated"))
        self.do(f"CREATE DATABASE register{number} TEMPLATE migrated")
        return self.url(f"register{number}")


@contextmanager
def running(binaries: Path) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="egate-pg-"))
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data, log = folder / "data", folder / "log"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **who}
    options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    subprocess.run([binaries / "initdb", "-D", data, *options], check=True, **quiet)
    settings = [each for setting in QUICK for each in ("-c", setting)]
    with log.open("wb") as written:
        quiet |= {"stdout": written, "stderr": written}
        process = subprocess.Popen([binaries / "postgres", "-D", data, "-k", folder, *settings], **quiet)
        try:
            _until_ready(binaries, folder, process)
            yield Server(folder)
        finally:
            process.terminate()
            process.wait(START_S)
            shutil.rmtree(folder, ignore_errors=True)


def _until_ready(binaries: Path, folder: Path, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + START_S
    while subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False).returncode:
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")
        time.sleep(0.05)
