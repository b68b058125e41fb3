# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bring the faces' language catalogues up to date with the sentences in templates and code.

Words of verdicts and things stand in `design/wording`, in every language side by side.

`python tools/catalogues.py` writes new sentences into every catalogue (empty, to be translated)
and drops those nobody says any more; `--check` only says what is missing, and ends with 1 then.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
DOMAINS = {
    "resident": ROOT / "hub" / "web",
    "caregiver": ROOT / "caregiver_api" / "web",
    "showcase": ROOT / "showcase" / "web",
}
LANGUAGES = ("de", "da")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "n_": (1, 2), "N_": None}
UNUSED = tuple(
    f'"{field}'
    for field in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
"""Header fields that would change with every run or hold nothing."""
HEADER = """\
# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
#"""


def said(folder: Path) -> Catalog:
    """Collect the sentences of one face from its code and templates."""
    catalogue = Catalog()
    found = extract_from_dir(folder, METHODS, keywords=KEYWORDS)
    for name, line, message, comments, context in found:
        catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def written(path: Path, language: str) -> Catalog:
    """Read the catalogue that stands in the repository, or begin one."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def gaps(path: Path, language: str, template: Catalog) -> list[str]:
    """List sentences without a finished translation, and translations nobody says any more."""
    catalogue = written(path, language)
    missing = []
    for message in template:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        if known is None or not known.string or known.fuzzy:
            missing.append(f"missing: {message.id}")
        elif isinstance(known.string, (list, tuple)) and not all(known.string):
            missing.append(f"missing plural: {message.id}")
    unsaid = [m.id for m in catalogue if m.id and template.get(m.id, m.context) is None]
    return missing + [f"unsaid: {message}" for message in unsaid]


def main() -> int:
    """Update or check every catalogue."""
    check = "--check" in sys.argv
    open_ends = 0
    for domain, folder in DOMAINS.items():
        if not folder.is_dir():
            continue
        template = said(folder)
        if not len(template):
            continue
        for language in LANGUAGES:
            path = folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
            if not check:
                catalogue = written(path, language)
                catalogue.update(template, no_fuzzy_matching=True)
                catalogue.obsolete.clear()
                catalogue.header_comment = HEADER
                catalogue.fuzzy = False
                out = BytesIO()
                write_po(out, catalogue, width=110, omit_header=False, no_location=True)
                lines = out.getvalue().decode().splitlines(keepends=True)
                kept = [line for line in lines if not line.startswith(UNUSED)]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("".join(kept))
            for gap in gaps(path, language, template):
                open_ends += 1
                print(f"{domain} {language}: {gap}")
    return 1 if open_ends else 0


if __name__ == "__main__":
    sys.exit(main())
