"""File capabilities as the kernel stores them (linux/capability.h, `vfs_cap_data`; capabilities(7))."""

import struct
from dataclasses import dataclass
from typing import Final

_NAMES: Final = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
    "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
)  # fmt: skip
_EFFECTIVE: Final = 0x000001
_REVISIONS: Final = {0x01: (1, 12), 0x02: (2, 20), 0x03: (2, 24)}
"""Revision → (pairs of 32-bit words, bytes of the whole)."""
HARMLESS: Final = frozenset({"cap_net_bind_service", "cap_net_raw", "cap_audit_write"})
"""What Docker's default set grants anyway, and lets no file or process of others be touched."""


@dataclass(frozen=True, slots=True)
class FileCapabilities:
    """What a program gains when it is started."""

    permitted: tuple[str, ...]
    inheritable: tuple[str, ...]
    is_effective: bool
    root_id: int | None = None
    """Of revision 3: the user namespace's root that it counts for."""

    def __str__(self) -> str:
        """Return them as setcap(8) writes them."""
        both = [name for name in self.permitted if name in self.inheritable]
        parts = ((both, "ip"), (_without(self.permitted, both), "p"), (_without(self.inheritable, both), "i"))
        return " ".join(f"{','.join(names)}={'e' * self.is_effective}{how}" for names, how in parts if names)


def _without(names: tuple[str, ...], others: list[str]) -> list[str]:
    return [name for name in names if name not in others]


def parse_capabilities(value: bytes) -> FileCapabilities | None:
    """Return what the attribute ``security.capability`` holds; None where it is none that a kernel takes."""
    if len(value) < 4:
        return None
    (magic,) = struct.unpack_from("<I", value)
    shape = _REVISIONS.get(magic >> 24)
    if shape is None or len(value) != shape[1]:
        return None
    pairs = [struct.unpack_from("<II", value, 4 + 8 * number) for number in range(shape[0])]
    permitted = sum(low << (32 * number) for number, (low, _) in enumerate(pairs))
    inheritable = sum(low << (32 * number) for number, (_, low) in enumerate(pairs))
    root_id = struct.unpack_from("<I", value, 20)[0] if magic >> 24 == 3 else None
    return FileCapabilities(_names(permitted), _names(inheritable), bool(magic & _EFFECTIVE), root_id)


def _names(bits: int) -> tuple[str, ...]:
    numbers = (number for number in range(64) if bits >> number & 1)
    return tuple(f"cap_{_NAMES[number]}" if number < len(_NAMES) else f"cap_{number}" for number in numbers)
