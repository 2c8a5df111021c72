"""What RUN puts in place itself: the paths and program names that a build makes, links, downloads or installs."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from basewright.needs.invocation import Invocation

_OUTPUTS = {
    "go": ("-o",), "gcc": ("-o",), "g++": ("-o",), "cc": ("-o",), "c++": ("-o",), "clang": ("-o",), "clang++": ("-o",),
    "musl-gcc": ("-o",), "rustc": ("-o",), "ld": ("-o",), "deno": ("-o", "--output"), "bun": ("--outfile",),
    "nim": ("-o", "--out"), "crystal": ("-o",), "ghc": ("-o",), "curl": ("-o", "--output"),
    "wget": ("-O", "--output-document"),
}  # fmt: skip
"""Programs → options that name what they write (their manuals)."""
_PLACES = frozenset({"ln", "cp", "mv", "install"})
_INSTALLERS = frozenset({"make", "gmake", "ninja", "cmake", "meson", "scons"})
_VALUES = frozenset({"-t", "--target-directory", "-m", "--mode", "-o", "--owner", "-g", "--group", "-S", "--suffix"})
_SYSTEM = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin"})


@dataclass(frozen=True, slots=True)
class Made:
    """What the final chain's RUN instructions put in place."""

    paths: frozenset[str] = frozenset()
    """As written: absolute, or relative to the work directory."""
    folders: frozenset[str] = frozenset()
    """Folders that programs of unknown names were put into."""
    installs: bool = False
    """Whether something like `make install` put programs of unknown names below /usr/local."""

    def holds(self, path: str, written: str) -> bool:
        """Whether the program `written`, which is `path` in the image, was put in place by RUN."""
        folder, name = posixpath.split(path)
        if path in self.paths or written in self.paths or f"{folder}/" in self.folders:
            return True
        on_path = "/" not in written
        return on_path and any(
            posixpath.basename(one) == name and posixpath.dirname(one).endswith("/bin") for one in self.paths
        )

    def may_hold(self, written: str) -> bool:
        """Whether an installation of unknown programs may have brought `written`."""
        return self.installs and ("/" not in written or written.startswith(("/usr/local/", "/opt/")))


def made_by(invocations: Iterable[Invocation]) -> Made:
    """Return what `invocations`, all of RUN, put in place."""
    paths: set[str] = set()
    folders: set[str] = set()
    installs = False
    for one in invocations:
        for path in _written(one):
            (folders if path.endswith("/") else paths).add(path)
        installs = installs or (one.program in _INSTALLERS and _installs(one))
    return Made(frozenset(paths), frozenset(folders), installs)


def _installs(one: Invocation) -> bool:
    return any(word in {"install", "--install", "install-strip"} for word in one.arguments)


def _written(one: Invocation) -> Iterator[str]:
    options = _OUTPUTS.get(one.program)
    if options is not None:
        yield from _named(one.arguments, options)
    if one.program in _PLACES:
        yield from _placed(one.arguments)
    elif one.program == "chmod":
        yield from _made_executable(one.arguments)
    elif one.program in {"go", "cargo"} and one.arguments[:1] == ("install",):
        yield from (word.partition("@")[0].rsplit("/", 1)[-1] for word in one.arguments[1:] if word[:1] != "-")


def _named(arguments: tuple[str, ...], options: tuple[str, ...]) -> Iterator[str]:
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in options:
            value = value if equals else "".join(arguments[index + 1 : index + 2])
            if value and value != "-":
                yield value
        elif any(word.startswith(option) and len(word) > 2 for option in options if len(option) == 2):
            yield word[2:]


def _placed(arguments: tuple[str, ...]) -> Iterator[str]:
    """Yield what ``ln -s A B``, ``cp A B`` and ``install -m 755 A B`` make; B may be a folder."""
    words: list[str] = []
    skips = False
    for word in arguments:
        if skips or word.startswith("-"):
            skips = not skips and word in _VALUES
        else:
            words.append(word)
    if len(words) > 1:
        *sources, target = words
        if not target.endswith("/"):
            yield target
        for source in sources:
            yield f"{target.rstrip('/')}/{posixpath.basename(source)}"


def _made_executable(arguments: tuple[str, ...]) -> Iterator[str]:
    """Yield what ``chmod +x`` names outside of the distribution's own folders."""
    mode = next((word for word in arguments if word[:1] != "-"), "")
    if "x" in mode or set(mode) & set("1357"):
        paths = (word for word in arguments if word.startswith("/") and word != mode)
        yield from (path for path in paths if posixpath.dirname(path) not in _SYSTEM)
