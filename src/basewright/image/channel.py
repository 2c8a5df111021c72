"""A queue of a few items between two threads, which either side can shut."""

from collections import deque
from collections.abc import Iterator
from threading import Condition
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class ShutError(Exception):
    """The other side is gone; what one would put is wanted no more."""


class Channel(Generic[_Item]):
    """Holds at most `room` items: who is faster waits, so memory stays bounded."""

    __slots__ = ("_changed", "_is_ended", "_is_shut", "_items", "_room")

    def __init__(self, room: int) -> None:
        self._items: deque[_Item] = deque()
        self._room = room
        self._changed = Condition()
        self._is_ended = self._is_shut = False

    def put(self, item: _Item) -> None:
        """Add an item, waiting for room; raises ShutError once the channel is shut."""
        with self._changed:
            while len(self._items) >= self._room and not self._is_shut:
                self._changed.wait()
            if self._is_shut:
                raise ShutError
            self._items.append(item)
            self._changed.notify_all()

    def end(self) -> None:
        """Say that nothing more comes."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def shut(self) -> None:
        """Drop what waits, and let nobody wait any more."""
        with self._changed:
            self._is_shut = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[_Item]:
        """Yield items until the end, or until the channel is shut."""
        while True:
            with self._changed:
                while not self._items and not self._is_ended and not self._is_shut:
                    self._changed.wait()
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
