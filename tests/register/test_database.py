"""How the database is asked and changed leaves nothing behind on its connections, on either kind."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from register.store import Store
from register.tables import visas

WAYS = ("asking", "reading", "writing")


def is_in_transaction(raw: Any) -> bool:
    """Of a driver's own connection."""
    return bool(raw.in_transaction) if hasattr(raw, "in_transaction") else raw.info.transaction_status.name != "IDLE"


@pytest.mark.parametrize(("first", "then"), list(product(WAYS, WAYS)))
def test_a_connection_comes_back_without_a_transaction(path: Path | str, first: str, then: str) -> None:
    with Store(path, create=True) as store:
        for way in (first, then, first):
            with getattr(store.database, way)() as connection:
                connection.execute(select(visas.c.record)).all()
                raw = connection.connection.dbapi_connection
            assert not is_in_transaction(raw)


def test_a_change_that_fails_is_undone_and_its_connection_serves_on(path: Path | str) -> None:
    with Store(path, create=True) as store:
        for _ in range(2):
            with pytest.raises(KeyError), store.database.writing() as connection:
                connection.execute(select(visas.c.record)).all()
                raw = connection.connection.dbapi_connection
                raise KeyError
            assert not is_in_transaction(raw)
        assert store.visas() == ()
