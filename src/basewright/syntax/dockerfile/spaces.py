"""What BuildKit takes for white space: Go's ``unicode.IsSpace``, and its narrower regular expression for words."""

import re

SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""Go's ``unicode.IsSpace``; Python's ``str.isspace`` also takes the ASCII separators 0x1C to 0x1F."""

BLANKS = re.compile("[\t\v\f\r ]+")
"""BuildKit's ``reWhitespace`` (parser.go): parts keyword and arguments, and the words of FROM, EXPOSE, COPY …"""


def left_trimmed(line: bytes) -> bytes:
    """Return `line` without the white space in front, as ``bytes.TrimLeftFunc(line, unicode.IsSpace)``."""
    line = line.lstrip()
    if not line or line[0] < 0x80:
        return line
    text = line.decode("utf-8", "surrogateescape")
    return text.lstrip(SPACES).encode("utf-8", "surrogateescape")
