"""Licences as SPDX 2.3 writes them: one expression for a package, and a reference for each name that is not listed."""

import re
from hashlib import blake2b

from basewright.report import inert
from basewright.report.inspection import sbom_spdx_shapes as shape
from basewright.report.inspection.sbom_licenses import license_of

NOT_SAID = "NOASSERTION"
_NOT_IN_A_REFERENCE = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_NAME, _LONGEST_COMMENT = 200, 4000


class Licenses:
    """Collects the licences of one document that are not on the SPDX list."""

    def __init__(self) -> None:
        self._extracted: dict[str, shape.ExtractedLicense] = {}
        self._declared: dict[tuple[str, ...], tuple[str, str | None]] = {}

    def declared(self, texts: tuple[str, ...]) -> tuple[str, str | None]:
        """Return what a record declares as one expression, and as what it was recorded where that says more.

        A record that names several licences seldom says whether all hold or one may be chosen; they are joined with
        AND, which promises nothing away.
        """
        if texts not in self._declared:
            self._declared[texts] = self._joined(tuple(text for text in dict.fromkeys(texts) if text.strip()))
        return self._declared[texts]

    def extracted(self) -> list[shape.ExtractedLicense]:
        """Return the licences that expressions refer to, by reference."""
        return [one for _, one in sorted(self._extracted.items())]

    def _joined(self, texts: tuple[str, ...]) -> tuple[str, str | None]:
        if not texts:
            return NOT_SAID, None
        parts = list(dict.fromkeys(license_of(text).expression or self._reference(text) for text in texts))
        bracketed = [f"({part})" if len(parts) > 1 and " OR " in part else part for part in parts]
        expression = " AND ".join(bracketed)
        if texts == (expression,):
            return expression, None
        recorded = "; ".join(text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…" for text in texts)
        return expression, inert.shorten(f"As recorded: {recorded}", _LONGEST_COMMENT)

    def _reference(self, text: str) -> str:
        slug = _NOT_IN_A_REFERENCE.sub("-", text[:40]).strip("-.") or "x"
        short = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        reference = f"LicenseRef-{slug}-{short}"
        self._extracted.setdefault(
            reference,
            shape.ExtractedLicense(
                license_id=reference,
                extracted_text=text,
                name=text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…",
                comment="What a package's record says of its licence. The licence's own text was not looked for.",
            ),
        )
        return reference
