"""What one program or library says of itself without being run: an ELF object, or a script's first line."""

from typing import Literal

import msgspec

ElfKind = Literal["executable", "shared", "relocatable", "core"]
ByteOrder = Literal["little", "big"]
Relro = Literal["none", "partial", "full"]


class ElfFacts(msgspec.Struct, frozen=True, omit_defaults=True, tag="elf"):
    """What the headers and the dynamic section of an ELF object say (System V gABI, chapters 4 and 5).

    A field that is None could not be told from the file. Text that is no UTF-8 has its odd bytes escaped.
    """

    bits: Literal[32, 64]
    byte_order: ByteOrder
    kind: ElfKind
    """`executable` is a program (of fixed address, or position independent), `shared` a library or the loader."""
    machine: str
    """The processor as `uname -m` writes it (``x86_64``, ``aarch64``; every 32-bit ARM is ``arm``); the raw number of
    `e_machine` in digits where it has no name here."""
    interpreter: str | None = None
    """The loader that the kernel starts (PT_INTERP)."""
    needed: tuple[str, ...] = ()
    """DT_NEEDED in the order of the file, which is the loader's order of search."""
    rpath: str | None = None
    """DT_RPATH as written: directories parted by colons, ``$ORIGIN`` not expanded."""
    runpath: str | None = None
    """DT_RUNPATH as written; where it stands, loaders ignore `rpath`."""
    soname: str | None = None
    version_needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Library → symbol versions that it must define, such as ``libc.so.6`` → ``GLIBC_2.34``; sorted."""
    version_definitions: tuple[str, ...] = ()
    """Symbol versions that it defines, without the one that repeats its own name; sorted."""
    is_static: bool = False
    """A program that needs neither a loader nor a library; static and position independent ones too."""
    is_pie: bool = False
    """A program that may be loaded at any address."""
    relro: Relro | None = None
    """`full` where relocations are read-only and bound at the start; None for objects that are not loaded."""
    nx: bool | None = None
    """Whether it asks for a stack that is not executable. Without PT_GNU_STACK the kernel and processor decide."""
    canary: bool | None = None
    """Whether any function checks a stack canary (a reference to ``__stack_chk_fail``); None without symbols."""
    fortified: bool | None = None
    """Whether it calls glibc's checked functions (``__printf_chk``); None where no call tells."""
    build_id: str | None = None
    """NT_GNU_BUILD_ID in hexadecimal digits."""
    package_note: str | None = None
    """The JSON text of its FDO package note, where the builder recorded the package; a claim, as written."""
    is_go: bool = False
    """Whether Go's linker made it."""
    has_symbols: bool | None = None
    """Whether it has a full symbol table (.symtab), that is: is not stripped."""
    has_debug: bool | None = None
    """Whether it carries DWARF debug information."""
    debug_link: str | None = None
    """The file that holds its debug information (.gnu_debuglink)."""
    problems: tuple[str, ...] = ()
    """Why some of this may be missing: what was malformed or beyond a bound. The rest holds."""


class ScriptFacts(msgspec.Struct, frozen=True, omit_defaults=True, tag="script"):
    """What the first line of a script says (execve(2), «Interpreter scripts»)."""

    interpreter: str
    """The program that the kernel starts, as written."""
    argument: str | None = None
    """The rest of the line, which the kernel hands over as one argument."""
    program: str | None = None
    """What runs in the end where `interpreter` is env: a name to be looked up in PATH, or a path."""
