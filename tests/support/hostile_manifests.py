"""Package manifests, ignore files and trees that mean harm (E05, E06, A14)."""

# ruff: noqa: E501 - what is written into the files stands as it is

import json

from hostile_files import (
    DEEP_JSON,
    DEEP_OBJECT,
    FROM,
    Make,
    alias_bomb,
    deep_tree,
    files,
    java_app,
    lines,
    link_loops,
    many_files,
    node_app,
    python_app,
    write,
)

_XXE = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd"><!ENTITY % r SYSTEM "http://127.0.0.1:9/x"> %r;]>
<project><artifactId>&p;</artifactId><properties><java.version>&p;</java.version></properties></project>
"""
_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>\n<project><artifactId>&a11;</artifactId></project>\n"
)


def _lock_cycle() -> str:
    packages = {"": {"dependencies": {"a": "1"}}}
    packages |= {
        f"node_modules/{one}": {"dependencies": {other: "1"}, "link": True, "resolved": f"node_modules/{other}"}
        for one, other in ("ab", "bc", "ca")
    }
    return json.dumps({"lockfileVersion": 3, "packages": packages, "dependencies": 7})


_PACKAGE_WRONG = json.dumps(
    {
        "name": [],
        "engines": "x",
        "scripts": [1],
        "dependencies": {"a": None, "b": {"c": 1}, "": 2, "x" * 10_000: "*"},
        "devDependencies": "y",
        "optionalDependencies": [],
        "workspaces": {"packages": 4},
        "bin": [[]],
        "packageManager": 3,
        "volta": {"node": []},
    }
)
MANIFESTS: dict[str, Make] = {
    "a package.json of wrong types": node_app(package__json=_PACKAGE_WRONG, **{"package-lock__json": _lock_cycle()}),
    "a deep package.json": node_app(package__json=DEEP_OBJECT, **{"package-lock__json": DEEP_JSON}),
    "a package.json that is a list": node_app(package__json="[1]", **{"package-lock__json": "3", "yarn__lock": "\0", "pnpm-lock__yaml": alias_bomb()}),
    "a package.json in UTF-16 with lone surrogates": node_app(package__json='{"name": "\\ud800", "scripts": {"start": "\\udfff"}, "dependencies": {"\\ud800": "1"}}'),
    "a package.json with a number without end": node_app(package__json='{"name": "a", "x": ' + "9" * 500_000 + ', "y": 1e999999, "z": NaN}'),
    "a pom.xml with an entity bomb": java_app(pom__xml=_LAUGHS),
    "a pom.xml with outside entities": java_app(pom__xml=_XXE),
    "a deep pom.xml": java_app(pom__xml="<a>" * 200_000),
    "a csproj with outside entities": files(Dockerfile="FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY . .\n", app__csproj=_XXE.replace("project", "Project")),
    "a Gradle file that backtracks": java_app(build__gradle="id '" * 100_000 + "\n" + "{" * 100_000 + " " * 100_000),
    "requirements that include themselves": python_app(requirements__txt="-r requirements.txt\n-r b.txt\n-r /etc/passwd\n-r ../../../etc/passwd\n-c b.txt\n", b__txt="-r requirements.txt\n" * 500),
    "requirements of a hundred thousand lines": python_app(requirements__txt=lines(f"p{n}==1.{n} ; python_version < '3' and ({'(' * 20}" for n in range(100_000))),
    "requirements on one line": python_app(requirements__txt="a" + "[b" * 100_000 + "\\\n" * 50_000 + " --hash=" * 50_000),
    "a deep TOML": python_app(requirements__txt="a", pyproject__toml="a = " + "[" * 100_000, uv__lock="[" + "a." * 100_000 + "b]\n", poetry__lock="x = " + "{a=" * 50_000),
    "a TOML of wrong types": python_app(requirements__txt="a", pyproject__toml="project = 3\n", uv__lock="package = [1, {name = 3}, {wheels = 7}]\n", poetry__lock="[package]\nname = 1\n", Pipfile__lock='{"default": [1], "_meta": 3}', **{"__python-version": "\0\n" * 100}),
    "manifests of wrong types": lambda folder: write(folder, {
        "Dockerfile": FROM + "COPY . .\n", "composer.json": '{"require": [1], "name": {}}', "composer.lock": '{"packages": {"a": 1}}',
        "Gemfile": "gem '" * 20_000, "Gemfile.lock": "GEM\n  specs:\n" + "    a (" * 20_000, "go.mod": "require (\n" * 20_000 + "go " + "1" * 10_000,
        "Cargo.toml": "package = 1\n", "Cargo.lock": "package = 3\n", "global.json": "[]", "packages.lock.json": '{"dependencies": []}',
        ".nvmrc": "\x1b[31m\n" * 10_000, ".tool-versions": "node " * 100_000, "yarn.lock": "a@" * 100_000 + ":\n  version 1", "pnpm-lock.yaml": "packages: [1]\nimporters: 3\n",
    }),
    "ignore files that backtrack": lambda folder: write(folder, {
        "Dockerfile": FROM + "COPY . /x\n", ".gitignore": lines("**/a" * 300 + f"b{n}" for n in range(500)) + "*a" * 400 + "b\n" + "[" * 900 + "\n[z-a]\n[!]\n\\\n!\n/\n//\n",
        ".dockerignore": lines("**/*a*a*a*a*a*a" * 50 + f"b{n}" for n in range(500)) + "[" * 900 + "\n!\n!!\n\\\n/\n..\n../..\n",
        **{"/".join(["a" * 100] * 12) + f"/{n}.yaml": "x" for n in range(50)}, "a" * 200 + ".yaml": "x",
    }),
    "a tree of links in circles": link_loops,
    "a tree deeper than any path": deep_tree,
    "a hundred thousand files": many_files,
    "hundreds of documents": lambda folder: write(folder, {"Dockerfile": FROM, **{f"docs/{n}.md": "```sh\ndocker exec app bash\n" * 3000 for n in range(40)}}),
}  # fmt: skip
