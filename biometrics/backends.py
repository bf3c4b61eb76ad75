"""The matchers that can be chosen, by name; each is imported only when it is."""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from biometrics.model import Face, Image, Vector


class BackendRefused(Exception):
    """No matcher of that name, or its packages are not installed. One sentence with what to do."""


class Backend(Protocol):
    """A face matcher. Thread-safe, unless it says otherwise."""

    name: str
    digest: str
    """Digest of all that a vector depends on."""

    def find(self, image: Image) -> tuple[Face, ...]:
        """All faces in the image, the nearest first."""

    def look_again(self, image: Image, face: Face) -> Face:
        """The same face with its points measured more closely."""

    def embed(self, image: Image, face: Face) -> Vector:
        """The face as a vector [n]; its points must have been looked at again."""

    def similarities(self, references: Vector, lives: Vector, average: Vector) -> Vector:
        """[m, n] and [k, n] vectors to [m, k] scores, seen from the average face [n]; higher is more alike."""


_BACKENDS = {
    "sface": ("biometrics.sface", "SFaceBackend", "./egate"),
    "dlib": ("biometrics.dlib_resnet", "DlibBackend", "egate install dlib"),
}
"""Name -> module, class, and the command that installs what the default installation lacks."""

NAMES = tuple(_BACKENDS)


def require_known(name: str) -> None:
    """Raises BackendRefused."""
    if name not in _BACKENDS:
        raise BackendRefused(f"no face backend is named {name!r}: choose one of {', '.join(NAMES)}")


def load(name: str) -> Backend:
    """Make the backend of that name. Raises BackendRefused, WeightsRefused."""
    require_known(name)
    module, class_name, install = _BACKENDS[name]
    try:
        make: Callable[[], Backend] = getattr(import_module(module), class_name)
        return make()
    except ImportError as error:
        raise BackendRefused(f"the face backend {name} lacks the package {error.name}; run: {install}") from error
