"""Every construct of a Dockerfile, in our own words."""

import pytest

from basewright.errors import SyntaxInputError
from basewright.model.dockerfile import Instruction
from basewright.syntax.dockerfile import parse, to_bytes


def only(source: bytes) -> Instruction:
    """Return the single instruction of `source`."""
    dockerfile = parse(source)
    assert to_bytes(dockerfile) == source
    assert len(dockerfile.instructions) == 1
    return dockerfile.instructions[0]


WORDS: list[tuple[bytes, str, tuple[str, ...], bool]] = [
    (b"FROM alpine", "FROM", ("alpine",), False),
    (b"from alpine:3.20 as base", "FROM", ("alpine:3.20", "as", "base"), False),
    (b"FROM\talpine \t AS\vbase ", "FROM", ("alpine", "AS", "base"), False),
    (b"FROM", "FROM", (), False),
    (b"  RUN  make  all ", "RUN", ("make  all",), False),
    (b"RUN", "RUN", (), False),
    (b'RUN ["make", "all"]', "RUN", ("make", "all"), True),
    (b"RUN [ ]", "RUN", (), True),
    (b'RUN [ "a" ,\t"b" ] ', "RUN", ("a", "b"), True),
    (b'RUN ["caf\\u00e9", "\\ud83d\\ude00"]', "RUN", ("café", "\U0001f600"), True),
    (b'RUN ["\\ud800x", "\\\\ud800"]', "RUN", ("\ufffdx", "\\ud800"), True),
    (b'CMD ["a", "b",]', "CMD", ('["a", "b",]',), False),
    (b"CMD ['a', 'b']", "CMD", ("['a', 'b']",), False),
    (b'CMD ["a"] && b', "CMD", ('["a"] && b',), False),
    (b'CMD ["a\tb"]', "CMD", ('["a\tb"]',), False),
    (b"CMD [NaN]", "CMD", ("[NaN]",), False),
    (b"CMD [1e999]", "CMD", ("[1e999]",), False),
    (b"ENTRYPOINT exec top -b", "ENTRYPOINT", ("exec top -b",), False),
    (b'SHELL ["/bin/bash", "-c"]', "SHELL", ("/bin/bash", "-c"), True),
    (b'ENV a=1 b=\'2 3\' c="4 \\" 5" d=6\\ 7', "ENV", ("a", "1", "b", "'2 3'", "c", '"4 \\" 5"', "d", "6\\ 7"), False),
    (b"ENV a=b=c", "ENV", ("a", "b=c"), False),
    (b"ENV a=", "ENV", ("a", ""), False),
    (b"ENV name  some words = here", "ENV", ("name", "some words = here"), False),
    (b'LABEL "a b"="c d" e=f', "LABEL", ('"a b"', '"c d"', "e", "f"), False),
    (b"LABEL maintainer some one", "LABEL", ("maintainer", "some one"), False),
    (b"ARG a b=1 c='x y'", "ARG", ("a", "b=1", "c='x y'"), False),
    (b"ARG open='x y", "ARG", ("open='x y",), False),
    (b"COPY a b /c/", "COPY", ("a", "b", "/c/"), False),
    (b'COPY ["a b", "/c/"]', "COPY", ("a b", "/c/"), True),
    (b'COPY "a b" /c/', "COPY", ('"a', 'b"', "/c/"), False),
    (b"ADD https://example.org/x.tgz /x", "ADD", ("https://example.org/x.tgz", "/x"), False),
    (b"EXPOSE 80 443/tcp  8000-8010", "EXPOSE", ("80", "443/tcp", "8000-8010"), False),
    (b"VOLUME /a /b", "VOLUME", ("/a", "/b"), False),
    (b'VOLUME ["/a", "/b"]', "VOLUME", ("/a", "/b"), True),
    (b"USER  app:app ", "USER", ("app:app",), False),
    (b"WORKDIR /a b", "WORKDIR", ("/a b",), False),
    (b"STOPSIGNAL SIGQUIT", "STOPSIGNAL", ("SIGQUIT",), False),
    (b"MAINTAINER Some One <one@example.org>", "MAINTAINER", ("Some One <one@example.org>",), False),
    (b"HEALTHCHECK NONE", "HEALTHCHECK", ("NONE",), False),
    (b"HEALTHCHECK CMD curl -f localhost", "HEALTHCHECK", ("CMD", "curl -f localhost"), False),
    (b'HEALTHCHECK cmd ["curl", "-f"]', "HEALTHCHECK", ("cmd", "curl", "-f"), True),
    (b"FR\\\nOM al\\\npine", "FROM", ("alpine",), False),
    (b"RUN a \\\n  b", "RUN", ("a   b",), False),
    (b"RUN a \\  \t\n  b", "RUN", ("a   b",), False),
    (b"RUN a \\\r\n  b\r\n", "RUN", ("a   b",), False),
    (b"RUN a \\\\\n", "RUN", ("a \\\\",), False),
    (b"RUN a \\", "RUN", ("a",), False),
    (b"RUN a \\\n# no\n  # nor this\n\n  b", "RUN", ("a   b",), False),
    (b"\\\nRUN a", "RUN", ("a",), False),
    (b"RUN caf\xc3\\\n\xa9", "RUN", ("café",), False),
    (b"RUN \xff\xfe", "RUN", ("\udcff\udcfe",), False),
    (b"RUN a\xc2\xa0", "RUN", ("a",), False),
    (b"\xe3\x80\x80RUN a", "RUN", ("a",), False),
    (b"\xef\xbb\xbfRUN a", "RUN", ("a",), False),
    (b"# escape=`\nRUN dir C:\\ `\n /b", "RUN", ("dir C:\\  /b",), False),
    (b"# escape=`\nENV a=b` c", "ENV", ("a", "b` c"), False),
]


@pytest.mark.parametrize(("source", "keyword", "words", "is_json"), WORDS)
def test_the_words_are_those_that_buildkit_hands_on(
    source: bytes, keyword: str, words: tuple[str, ...], is_json: bool
) -> None:
    one = only(source)

    assert (one.keyword, one.words, one.is_json) == (keyword, words, is_json)


FLAGS: list[tuple[bytes, list[tuple[str, str | None]], str]] = [
    (b"COPY --from=build --link /a /b", [("from", "build"), ("link", None)], "/a /b"),
    (b"COPY --parents --exclude=*.md --exclude=x a b",
     [("parents", None), ("exclude", "*.md"), ("exclude", "x")], "a b"),
    (b"COPY --chmod=755 --chown=a:b a b", [("chmod", "755"), ("chown", "a:b")], "a b"),
    (b"ADD --checksum=sha256:00 --keep-git-dir=true --unpack u v",
     [("checksum", "sha256:00"), ("keep-git-dir", "true"), ("unpack", None)], "u v"),
    (b"RUN --mount=type=cache,target=/c --network=none --security=insecure --device=x make",
     [("mount", "type=cache,target=/c"), ("network", "none"), ("security", "insecure"), ("device", "x")], "make"),
    (b"RUN --mount=type=bind,target='a b' make", [("mount", "type=bind,target=a b")], "make"),
    (b'RUN --a="b \\" c" --d=e\\ f make', [("a", 'b " c'), ("d", "e f")], "make"),
    (b"RUN --a \\\n  # why\n  --b=c \\\n make", [("a", None), ("b", "c")], "make"),
    (b"RUN -- --a make", [], "--a make"),
    (b"RUN --a=b -- make", [("a", "b")], "make"),
    (b"RUN -x make", [], "-x make"),
    (b"RUN make --a", [], "make --a"),
    (b"RUN --a", [("a", None)], ""),
    (b"RUN --", [], ""),
    (b"RUN --a='open make", [("a", "open make")], ""),
    (b"FROM --platform=$BUILDPLATFORM a", [("platform", "$BUILDPLATFORM")], "a"),
    (b"HEALTHCHECK --interval=5s --timeout=3s CMD x", [("interval", "5s"), ("timeout", "3s")], "CMD x"),
    (b'CMD --a ["x"]', [("a", None)], '["x"]'),
    (b"# escape=`\nRUN --a=b` c C:\\x", [("a", "b c")], "C:\\x"),
    ("RUN --a=é --b=ü ö".encode(), [("a", "é"), ("b", "ü")], "ö"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "flags", "text"), FLAGS)
def test_flags_are_read_and_taken_from_the_text(source: bytes, flags: list[tuple[str, str | None]], text: str) -> None:
    one = only(source)

    assert [(flag.name, flag.value) for flag in one.flags] == flags
    assert one.text == text
    for flag in one.flags:
        assert flag.span.of(source).startswith(f"--{flag.name}".encode())


def test_the_last_flag_of_a_name_counts() -> None:
    one = only(b"COPY --from=a --from=b --link x y")

    assert (one.flag("from"), one.flag("link"), one.flag("chown")) == ("b", "", None)


def test_heredocs_of_one_line_follow_each_other() -> None:
    source = b"RUN <<A cat && <<-'B C' tr a b\none $x\nA\n\t\ttwo\n\t\tB C\nUSER x\n"

    run, user = parse(source).instructions

    first, second = run.heredocs
    assert (first.name, first.content, first.expand, first.chomp, first.line) == ("A", "one $x\n", True, False, 2)
    assert (second.name, second.content, second.expand, second.chomp, second.line) == ("B C", "two\n", False, True, 4)
    assert first.span.of(source) == b"one $x\n"
    assert second.span.of(source) == b"\t\ttwo\n"
    assert run.span.of(source).endswith(b"\t\tB C")
    assert (run.line, run.end_line, user.line) == (1, 5, 6)


HEREDOCS: list[tuple[bytes, list[tuple[str, str, bool]]]] = [
    (b"RUN <<EOF\nEOF", [("EOF", "", True)]),
    (b"RUN <<EOF\na\nEOF", [("EOF", "a\n", True)]),
    (b"RUN <<EOF\r\na\r\nEOF\r\n", [("EOF", "a\r\n", True)]),
    (b"RUN <<'EOF'\na\nEOF", [("EOF", "a\n", False)]),
    (b'RUN <<"EOF"\na\nEOF', [("EOF", "a\n", False)]),
    (b'RUN <<E"O"F\na\nEOF', [("EOF", "a\n", False)]),
    (b"RUN << EOF\na\nEOF", [("EOF", "a\n", True)]),
    (b"RUN 3<<EOF cat\na\nEOF", [("EOF", "a\n", True)]),
    (b"RUN cat<<EOF\nUSER a", []),
    (b"RUN cat <<EOF > /x\n# kept\n\nFROM x\nEOF", [("EOF", "# kept\n\nFROM x\n", True)]),
    (b"RUN cat <<<word", []),
    (b"RUN echo '<<EOF'", []),
    (b"RUN echo 'open <<EOF", []),
    (b"RUN cat \\\n <<EOF\na\nEOF", [("EOF", "a\n", True)]),
    (b"COPY <<a.txt <<b.txt /d/\n1\na.txt\n2\nb.txt", [("a.txt", "1\n", True), ("b.txt", "2\n", True)]),
    (b"ADD --chmod=644 <<EOF /x\na\nEOF", [("EOF", "a\n", True)]),
    (b"ONBUILD RUN <<EOF\na\nEOF", [("EOF", "a\n", True)]),
    (b"ENV a=<<EOF", []),
    (b'RUN ["<<EOF"]', []),
    (b"# escape=`\nRUN <<EOF\na `\nEOF", [("EOF", "a `\n", True)]),
    (b"RUN <<$X\na\n$X", [("$X", "a\n", True)]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "documents"), HEREDOCS)
def test_heredocs_end_at_their_name(source: bytes, documents: list[tuple[str, str, bool]]) -> None:
    dockerfile = parse(source)

    assert [(one.name, one.content, one.expand) for one in dockerfile.instructions[0].heredocs] == documents
    assert to_bytes(dockerfile) == source


def test_onbuild_holds_what_it_wraps() -> None:
    source = b"ONBUILD \\\n  COPY --from=a b \\\n c\n"

    one = only(source)

    assert one.child is not None
    assert (one.words, one.text) == ((), "COPY --from=a b  c")
    assert (one.child.keyword, one.child.words, one.child.flag("from")) == ("COPY", ("b", "c"), "a")
    assert one.child.span.of(source) == b"COPY --from=a b \\\n c"


def test_a_health_check_holds_its_command() -> None:
    source = b"HEALTHCHECK --interval=1s \\\n  CMD \\\n  curl x || exit 1"

    one = only(source)

    assert one.child is not None
    assert (one.child.keyword, one.child.text, one.child.is_json) == ("CMD", "curl x || exit 1", False)
    assert source[one.child.file_offset(0) :] == b"curl x || exit 1"
    none = only(b"HEALTHCHECK none").child
    assert none is not None
    assert none.keyword == "NONE"
    assert only(b"HEALTHCHECK CONNECT TCP 7000").child is None


def test_the_old_form_of_env_is_told() -> None:
    assert only(b"ENV a b").is_legacy
    assert only(b"LABEL a b=c").is_legacy
    assert not only(b"ENV a=b").is_legacy
    assert not only(b"ENV a=b c=d").is_legacy
    assert not only(b"ARG a").is_legacy


DIRECTIVES: list[tuple[bytes, list[tuple[str, str]]]] = [
    (b"# syntax=docker/dockerfile:1\nFROM a", [("syntax", "docker/dockerfile:1")]),
    (b"#Syntax =  x y \r\n  # ESCAPE=`\r\nFROM a", [("syntax", "x y"), ("escape", "`")]),
    (b"\xef\xbb\xbf# check=skip=all;error=true\nFROM a", [("check", "skip=all;error=true")]),
    (b"\n# escape=`\nFROM a", []),
    (b"# a comment\n# escape=`\nFROM a", []),
    (b"# unknown=1\n# escape=`\nFROM a", []),
    (b"#!/bin/sh\n# escape=`\nFROM a", []),
    (b"FROM a\n# escape=`", []),
    (b"# syntax=\n# escape=`\nFROM a", []),
]


@pytest.mark.parametrize(("source", "directives"), DIRECTIVES)
def test_directives_end_with_the_first_line_that_is_none(source: bytes, directives: list[tuple[str, str]]) -> None:
    dockerfile = parse(source)

    assert [(one.name, one.value) for one in dockerfile.directives] == directives
    for one in dockerfile.directives:
        assert one.span.of(source).startswith(b"#")
    assert to_bytes(dockerfile) == source


REFUSED: list[tuple[bytes, int, str]] = [
    (b"", 0, "no instructions"),
    (b"# only\n\n# comments\n", 0, "no instructions"),
    (b"FROM a\nRUM b\n", 2, "unknown instruction 'RUM'"),
    (b"FROM a\n{{ if x }}\nRUN b\n", 2, "unknown instruction"),
    (b"\\\n\n", 1, "unknown instruction ''"),
    (b"FROM a\nENV b\n", 2, "has no value"),
    (b"FROM a\nENV b=c d\n", 2, "no = in 'd'"),
    (b"FROM a\nCMD [1]\n", 2, "strings only"),
    (b"FROM a\nCMD [null]\n", 2, "strings only"),
    (b"FROM a\nCMD [[]]\n", 2, "strings only"),
    (b"FROM a\n\nRUN <<E\nx\n", 3, "'E' is not ended"),
    (b"FROM a\nRUN <<E <<F\nE\n", 2, "'F' is not ended"),
    (b"FROM a\nONBUILD ONBUILD RUN x", 2, "cannot wrap"),
    (b"FROM a\nONBUILD x", 2, "unknown instruction 'x'"),
    (b"# escape=x\nFROM a", 1, "escape character"),
    (b"# escape= \nFROM a", 1, "escape character"),
    (b"# syntax=a\n# Syntax=b\nFROM a", 2, "only one syntax"),
    (b"FROM a\nRUN \0", 2, "NUL"),
    (b"\xff\xfeF\0R\0O\0M\0", 1, "UTF-16"),
    (b"\xfe\xff\0F\0R\0O\0M", 1, "UTF-16"),
    (b"F\0R\0O\0M\0 \0a\0", 1, "NUL"),
    (b"FROM a\nRUN " + b"x" * 65536 + b"\n", 2, "longer than 65535 bytes"),
    (b"\x7fELF\x02\x01\x01", 1, "unknown instruction"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "line", "message"), REFUSED)
def test_what_cannot_be_read_is_one_error_with_its_line(source: bytes, line: int, message: str) -> None:
    with pytest.raises(SyntaxInputError) as caught:
        parse(source)

    assert caught.value.line == line
    assert message in str(caught.value)


def test_a_template_is_named_as_one() -> None:
    with pytest.raises(SyntaxInputError) as caught:
        parse(b"FROM a\n{% if x %}\n")

    assert "template" in caught.value.hint


def test_a_blank_line_inside_a_continuation_is_warned_about() -> None:
    dockerfile = parse(b"FROM a\nRUN b \\\n\n  c\nRUN d\n")

    assert dockerfile.warnings == ((4, "empty continuation line in 'RUN b   c'"),)


def test_a_line_of_the_longest_length_is_read() -> None:
    source = b"FROM a\nRUN " + b"x" * (64 * 1024 - 5) + b"\nUSER b"

    assert [one.keyword for one in parse(source).instructions] == ["FROM", "RUN", "USER"]
