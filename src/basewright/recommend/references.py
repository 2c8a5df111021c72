"""Where the traps are documented: stable public pages and issues, by the name that the other modules use."""

from collections.abc import Mapping
from typing import Final

DISTROLESS: Final = "https://github.com/GoogleContainerTools/distroless"
ENTRYPOINT_AND_CMD: Final = "https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact"
SHELL_FORM: Final = "https://docs.docker.com/reference/dockerfile/#shell-and-exec-form"
MULTI_STAGE: Final = "https://docs.docker.com/build/building/multi-stage/"
BUILD_SECRETS: Final = "https://docs.docker.com/build/building/secrets/"
DIGESTS: Final = "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"
MUSL_WHEELS: Final = "https://peps.python.org/pep-0656/"
MUSL: Final = "https://wiki.musl-libc.org/functional-differences-from-glibc.html"
MUSL_RELEASES: Final = "https://musl.libc.org/releases.html"
COLLATIONS: Final = "https://wiki.postgresql.org/wiki/Locale_data_changes"
COLLATION_MISMATCH: Final = "https://github.com/docker-library/postgres/issues/1356"
PGDATA_18: Final = "https://github.com/docker-library/postgres/pull/1259"
POSTGRES_IMAGE: Final = "https://hub.docker.com/_/postgres"
NGINX_IMAGE: Final = "https://hub.docker.com/_/nginx"
DISTROLESS_POSTGRES: Final = "https://github.com/docker-library/postgres/issues/849"
HEALTH_CHECK_WITHOUT_SHELL: Final = "https://github.com/GoogleContainerTools/distroless/issues/183"
COMPOSE_HEALTH_CHECK_WITHOUT_SHELL: Final = "https://github.com/GoogleContainerTools/distroless/issues/1350"
VENV_ON_DISTROLESS: Final = "https://github.com/GoogleContainerTools/distroless/issues/1543"
JVM_FONTS: Final = "https://github.com/docker-library/openjdk/issues/73"
DOTNET_ICU: Final = "https://learn.microsoft.com/dotnet/core/runtime-config/globalization"
NON_ROOT_VOLUMES: Final = "https://docs.docker.com/engine/storage/volumes/"
HARDENED_IMAGES: Final = "https://docs.docker.com/dhi/"
CHAINGUARD_FREE: Final = "https://github.com/tektoncd/dashboard/issues/2977"
TRY_FILES: Final = "https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files"
TINI: Final = "https://github.com/krallin/tini"
RUNTIME_CHANGES: Final[Mapping[str, str]] = {
    "python": "https://docs.python.org/3/whatsnew/{line}.html",
    "node": "https://nodejs.org/api/deprecations.html",
    "php": "https://www.php.net/manual/en/appendices.php",
    "dotnet": "https://learn.microsoft.com/dotnet/core/compatibility/breaking-changes",
}
"""What the releases of a runtime removed; only pages that are sure to stay."""
