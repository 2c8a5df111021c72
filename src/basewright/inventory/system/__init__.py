"""The distribution and the C library."""

from basewright.image.interface import Analyser
from basewright.inventory.system.busybox import BusyboxAnalyser
from basewright.inventory.system.identity import Identity, identify
from basewright.inventory.system.libc import LibcAnalyser, c_libraries
from basewright.inventory.system.markers import MarkerAnalyser
from basewright.inventory.system.os_release import OsReleaseAnalyser

ANALYSERS: tuple[Analyser, ...] = (OsReleaseAnalyser(), MarkerAnalyser(), BusyboxAnalyser(), LibcAnalyser())

__all__ = ["ANALYSERS", "Identity", "c_libraries", "identify"]
