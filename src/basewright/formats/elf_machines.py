"""Names of processors: `e_machine` of the System V gABI registry, in the words of `uname -m`."""

from basewright.formats.elf_layout import Form

_NAMES = {
    2: "sparc",
    3: "i386",
    4: "m68k",
    15: "parisc",
    18: "sparc",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    42: "sh",
    43: "sparc64",
    50: "ia64",
    62: "x86_64",
    94: "xtensa",
    106: "blackfin",
    183: "aarch64",
    243: "riscv64",
    247: "bpf",
    252: "csky",
    258: "loongarch64",
    0x9026: "alpha",
}
_NARROW = {22: "s390", 62: "x32", 183: "aarch64_ilp32", 243: "riscv32", 258: "loongarch32"}
"""What the 32-bit class of a machine is called where it is another one."""
_MIPS = (8, 10)
_PPC64 = 21


def machine_name(number: int, form: Form) -> str:
    """Return the processor's name, or its number in digits where it has none here."""
    is_little = form.order == "<"
    if number in _MIPS:
        return f"mips{'64' if form.bits == 64 else ''}{'el' if is_little else ''}"
    if number == _PPC64 and is_little:
        return "ppc64le"
    if form.bits == 32 and number in _NARROW:
        return _NARROW[number]
    return _NAMES.get(number) or str(number)
