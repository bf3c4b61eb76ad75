"""A bar on standard error beside work that takes a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str, total: int, *, hidden: bool = False) -> Iterator[Callable[[], None]]:
    """Shows a bar and gives the function that moves it on by one; it is gone when the block ends, however it ends.

    rich's own `track` is a generator. One that an exception left behind is closed by the garbage collector at any
    later moment, also while the next bar holds its lock: the two then wait for each other for ever. So nothing here
    uses it.
    """
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
