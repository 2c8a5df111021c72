"""The front door to images: a name, and what it takes to open whatever it names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Final, Protocol

from basewright.errors import BasewrightError, InputError, RemoteError, UnsupportedError
from basewright.image.interface import Image, Layer, LayerFacts, LayerReader, OpenOptions
from basewright.image.naming import ImageName, parse_name, split_place
from basewright.model.image import ImageConfig, ImageIdentity
from basewright.model.reference import ImageReference
from basewright.model.unknown import Unknown

RegistryOpener = Callable[[ImageReference, OpenOptions], tuple[Image, ...]]
"""Opens an image in a registry."""
FileOpener = Callable[[str, str | None, str, OpenOptions], tuple[Image, ...]]
"""Opens a place, what is named within it, the whole name as it was asked for, and the options."""
_FILES: Final = {
    "oci-dir": ("oci_layout", "open_oci_directory"),
    "oci-archive": ("oci_layout", "open_oci_archive"),
    "docker-archive": ("docker_archive", "open_docker_archive"),
}
"""Transport → its module and function; imported when an image of it is opened."""

_NO_ENGINE: Final = (
    "no local engine was found here, so the registry alone was asked; a saved image is named by its file: "
    "docker-archive:PATH, oci-archive:PATH or oci-dir:PATH"
)


class Engine(Protocol):
    """A local container engine."""

    @property
    def transport(self) -> str:
        """``docker`` or ``podman``."""
        ...

    def is_there(self) -> bool:
        """Whether there is anything to ask: a socket, or a setting that names one."""
        ...

    def open(self, name: str, reference: str, options: OpenOptions) -> tuple[Image, ...]:
        """Open the image that the engine knows as `name`.

        Raises NoSuchImageError where it has none, RemoteError where it does not answer, InputError where the socket
        may not be used.
        """
        ...


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways out that opening an image may take."""

    registry: RegistryOpener
    engines: tuple[Engine, ...] = ()
    """In the order in which a bare name asks them."""


def open_images(text: str, options: OpenOptions, doors: Doors) -> tuple[Image, ...]:
    """Open what `text` names: one image, or each platform's with `OpenOptions.all_platforms`. Close them when done.

    A bare name asks the engines that are there, then the registry. Raises what the transports raise; InputError where
    a name needs a socket and `OpenOptions.is_offline` forbids all of them.
    """
    name = parse_name(text)
    if name.transport == "dir":
        from basewright.image.root_directory import open_root_directory

        return open_root_directory(name.rest, text, options)
    if name.is_file:
        place, within = split_place(name.rest)
        module, function = _FILES[name.transport]
        opener: FileOpener = getattr(import_module(f"basewright.image.{module}"), function)
        return opener(place, within, text, options)
    if options.is_offline:
        raise InputError(
            f"{text}: nothing can be asked offline, for a registry and a local engine take a socket",
            hint="save the image first, then name the file: docker-archive:PATH, oci-archive:PATH or oci-dir:PATH",
        )
    if name.transport == "registry":
        return _with_hint(name, lambda: doors.registry(name.reference(), options))
    if name.transport:
        return _with_hint(name, lambda: _of_engine(name, options, doors))
    return _of_anyone(name, options, doors)


def _with_hint(name: ImageName, opened: Callable[[], tuple[Image, ...]]) -> tuple[Image, ...]:
    try:
        return opened()
    except BasewrightError as error:
        error.hint = "; ".join(filter(None, (error.hint, name.hint())))
        raise


def _of_engine(name: ImageName, options: OpenOptions, doors: Doors) -> tuple[Image, ...]:
    engine = next((one for one in doors.engines if one.transport == name.transport), None)
    if engine is None or not engine.is_there():
        title = name.transport.capitalize()
        setting = "DOCKER_HOST" if name.transport == "docker" else "CONTAINER_HOST"
        start = "" if name.transport == "docker" else ": systemctl --user start podman.socket"
        raise RemoteError(
            f"{name.text}: {title} is not running here: none of its sockets exists",
            hint=f"start it{start}, set {setting}, or name the image in its registry: registry:{name.rest}",
        )
    return engine.open(name.engine_name(), name.text, options)


def _of_anyone(name: ImageName, options: OpenOptions, doors: Doors) -> tuple[Image, ...]:
    """Ask the engines, then the registry; what could not be asked is noted."""
    from basewright.image.engine_api import NoSuchImageError

    notes: list[str] = []
    has_engine = False
    for engine in doors.engines:
        if not engine.is_there():
            continue
        has_engine = True
        try:
            return _noted(engine.open(name.engine_name(), name.text, options), notes)
        except NoSuchImageError:
            continue
        except (RemoteError, InputError, UnsupportedError) as error:
            notes.append(f"{engine.transport} was passed over: {error}")
    if name.is_image_id():
        raise NoSuchImageError(
            f"{name.text}: no local engine has an image of this ID" + "".join(f"; {note}" for note in notes)
        )
    try:
        return _noted(doors.registry(name.reference(), options), notes)
    except BasewrightError as error:
        if not has_engine:
            notes.append(_NO_ENGINE)
        error.hint = "; ".join(filter(None, (error.hint, *notes)))
        raise


def _noted(images: tuple[Image, ...], notes: Sequence[str]) -> tuple[Image, ...]:
    return tuple(NotedImage(image, tuple(notes)) for image in images) if notes else images


@dataclass(frozen=True, slots=True)
class NotedImage:
    """An image, with notes on where it was not looked for."""

    inner: Image
    notes: tuple[str, ...]

    @property
    def identity(self) -> ImageIdentity:
        """See `Image.identity`."""
        identity = self.inner.identity
        return replace(identity, notes=(*identity.notes, *self.notes))

    @property
    def config(self) -> ImageConfig | None:
        """See `Image.config`."""
        return self.inner.config

    @property
    def layers(self) -> Sequence[Layer]:
        """See `Image.layers`."""
        return self.inner.layers

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """See `Image.unknowns`."""
        return self.inner.unknowns

    def read_layers(self, reader: LayerReader, told: Callable[[str], None]) -> tuple[LayerFacts, ...]:
        """See `Image.read_layers`."""
        return self.inner.read_layers(reader, told)

    def close(self) -> None:
        """See `Image.close`."""
        self.inner.close()
