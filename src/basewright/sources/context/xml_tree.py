"""A small tree of an XML file. Document types are refused, and with them every entity but the five of XML itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from basewright.errors import SyntaxInputError

DEPTH_LIMIT = 64
ELEMENT_LIMIT = 100_000


@dataclass(slots=True)
class Element:
    """One element; names are without namespace."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without white space around it."""
        return "".join(self.pieces).strip()

    def child(self, *names: str) -> "Element | None":
        """Return the first element along `names`."""
        one: Element | None = self
        for name in names:
            one = next((inner for inner in one.children if inner.name == name), None) if one is not None else None
        return one

    def text_of(self, *names: str) -> str:
        """Return the text of the first element along `names`; empty where there is none."""
        one = self.child(*names)
        return one.text if one is not None else ""

    def all(self, name: str) -> Iterator["Element"]:
        """Yield every element of this name below, in the file's order."""
        stack = list(reversed(self.children))
        while stack:
            one = stack.pop()
            if one.name == name:
                yield one
            stack.extend(reversed(one.children))


def read_xml(content: bytes) -> Element:
    """Return the root element; raise SyntaxInputError for what is no XML, names a document type, or is too much."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    root = Element("", 0, {})
    stack = [root]
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > ELEMENT_LIMIT or len(stack) > DEPTH_LIMIT:
            raise SyntaxInputError("too many elements, or nested too deep", line=parser.CurrentLineNumber)
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        one = Element(name.rpartition(" ")[2], parser.CurrentLineNumber, own)
        stack[-1].children.append(one)
        stack.append(one)

    def end(_: str) -> None:
        stack.pop()

    def character_data(text: str) -> None:
        stack[-1].pieces.append(text)

    def refuse(*_: object) -> None:
        raise SyntaxInputError("document types and entities are not read", line=parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = character_data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SyntaxInputError(f"not XML: {expat.errors.messages[error.code]}", line=error.lineno) from error
    except (ValueError, LookupError) as error:  # an encoding that expat cannot load
        raise SyntaxInputError(f"not XML: {error}") from error
    return root.children[0]
