"""Settings that take packages without checking them: positives and negatives."""

import pytest
from hardened_images import facts

LOOSE = {
    "etc/apt/sources.list": "deb [arch=amd64 trusted=yes] https://example.org/ stable main\n",
    "etc/apt/sources.list.d/x.sources": "Types: deb\nTrusted: yes\n",
    "etc/apt/apt.conf.d/99x": 'APT::Get::AllowUnauthenticated "true";\n',
    "etc/yum.repos.d/x.repo": "[x]\ngpgcheck = 0\n",
    "etc/dnf/dnf.conf": "[main]\ngpgcheck=no\n",
    "etc/pip.conf": "[global]\ntrusted-host = example.org\n",
    "root/.npmrc": "strict-ssl=false\n",
    "root/.gitconfig": "[http]\n\tsslVerify = false\n",
}
STRICT = {
    "etc/apt/sources.list": "# deb [trusted=yes] https://example.org/\ndeb [signed-by=/k] https://a.org/ trusted\n",
    "etc/apt/sources.list.d/x.sources": "Types: deb\nTrusted: no\n#Trusted: yes\n",
    "etc/apt/apt.conf.d/99x": '// APT::Get::AllowUnauthenticated "true";\nAPT::Get::AllowUnauthenticated "false";\n',
    "etc/yum.repos.d/x.repo": "[x]\ngpgcheck=1\nrepo_gpgcheck=0\n",
    "etc/dnf/dnf.conf": "[main]\ngpgcheck=True\n",
    "etc/pip.conf": "[global]\nindex-url = https://example.org/\n",
    "root/.npmrc": "strict-ssl=true\n",
    "root/.gitconfig": "[http]\n\tsslVerify = true\n",
    "srv/x.list": "deb [trusted=yes] https://example.org/\n",
}


@pytest.mark.parametrize("path", LOOSE)
def test_a_setting_that_checks_nothing_is_told_with_its_file(path: str) -> None:
    (fact,) = facts("unchecked-repository", {path: LOOSE[path]})

    assert fact.paths == (f"/{path}",)


@pytest.mark.parametrize("path", STRICT)
def test_a_setting_that_checks_is_not(path: str) -> None:
    assert facts("unchecked-repository", {path: STRICT[path]}) == []
