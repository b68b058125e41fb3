# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write the rows of the documentation that repeat code; `--check` only says which pages are stale.

A generated part stands between `<!-- generated: NAME -->` and `<!-- /generated -->`. Cells that a
person writes are kept by the row's first cell; a row that is new has `TO BE WRITTEN` in them.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from rules.detectors.detector import Detector
from rules.detectors.limits import limits_of, section_of
from rules.detectors.registry import TABLE
from rules.detectors.table import Detectors
from rules.model.consent import Need
from rules.model.declaration import Asking, Declaration, Movement, Page
from rules.model.identity import Seconds
from rules.model.limits import Limits
from rules.model.quantities import DAY_S, HOUR_S, MINUTE_S

ROOT: Final = Path(__file__).parents[1]
PART: Final = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- /generated -->)", re.DOTALL)
KIND: Final = re.compile(r"`(\w+)`")
CELL: Final = re.compile(r"(?<!\\)\|")
MISSING: Final = "TO BE WRITTEN"
NOTHING: Final = "–"
MOVEMENTS: Final = {
    Movement.NONE: NOTHING,
    Movement.ANY: "any",
    Movement.THERE: "there",
    Movement.ELSEWHERE: "in another room",
    Movement.INDOORS: "indoors",
}

type Rows = Iterable[tuple[str, ...]]


class Documented:
    """A table of detectors, as the pages show it."""

    def __init__(self, table: Detectors = TABLE) -> None:
        self.table = table
        self.limits: Limits = limits_of(table)
        self.declared: list[tuple[Detector[Any, Any], Declaration]] = [
            (one, declared) for one in table for declared in one.declares
        ]

    # --- parts; each takes its text so far and returns it anew

    def verdicts(self, text: str) -> str:
        """Return the table of what is concluded: its limits from code, all other cells kept."""
        owner = {declared.kind: one for one, declared in self.declared}
        rows = []
        for kinds, cells in _kept(text, owner, width=3):
            sections = dict.fromkeys(self._section(owner[kind]) for kind in kinds)
            limits = " ".join(f"`{section}.*`" for section in sections if section)
            rows.append((_names(kinds), *cells, limits or NOTHING))
        return _table(("verdict", "when", "then", "cannot see", "limits"), rows)

    def follows(self, _text: str) -> str:
        """Return the table of what follows each kind."""
        heads = (
            "verdict",
            "detector",
            "told",
            "asked",
            "paged",
            "“I am fine” waits for movement",
            "its question ends with movement",
            "name in ISO/IEEE 11073-10471",
        )
        return _table(heads, (self._follows(one, declared) for one, declared in self.declared))

    def message_kinds(self, text: str) -> str:
        """Return the table of message kinds: their basis from code, the purpose kept."""
        needs = {declared.kind: declared.need for _, declared in self.declared}
        rows = [
            (_names(kinds), *cells, _need(needs[kinds[0]]))
            for kinds, cells in _kept(text, needs, width=1)
        ]
        return _table(("message kind", "purpose", "basis"), rows)

    def limit_values(self, _text: str) -> str:
        """Return the table of all limits as shipped, with the reason of each section."""
        rows = []
        for section, record in self.limits.sections.items():
            values = (
                f"`{section}.{entry.name}` {_value(entry.name, getattr(record, entry.name))}"
                for entry in fields(record)  # type: ignore[arg-type]  # a record is a dataclass
            )
            rows.append((", ".join(values), _reason(type(record))))
        return _table(("key and shipped value", "reason"), rows)

    # --- cells

    def _section(self, detector: Detector[Any, Any]) -> str | None:
        """Return the section of its limits, or the situation's own of its name."""
        own = detector.name if detector.name in self.limits.sections else None
        return section_of(detector) or own

    def _follows(self, one: Detector[Any, Any], declared: Declaration) -> tuple[str, ...]:
        limits = self.limits[one.limits]
        times = declared.times(limits)
        asked = ", then ".join(_length(asks) for asks in times.asks) or NOTHING
        urgent_after_s = one.urgent_after_s(limits)
        paged = _paged(declared, times)
        if urgent_after_s is not None:
            paged += f"; urgent {_length(urgent_after_s)} later when nobody took it"
        module = inspect.getmodule(type(one))
        assert module is not None
        file = f"{module.__name__.replace('.', '/')}.py"
        return (
            f"`{declared.kind}`",
            f"[{one.name}](../{file})",
            "yes" if declared.told else NOTHING,
            f"{asked} where it is" if declared.ask_there else asked,
            paged,
            MOVEMENTS[declared.confirmed_by] if declared.answerable else "no answer to it",
            MOVEMENTS[declared.overtaken_by],
            f"`{declared.standard}`" if declared.standard else NOTHING,
        )


def _paged(declared: Declaration, times: Asking) -> str:
    match declared.page:
        case Page.AT_ONCE:
            return "at once"
        case Page.NO_ANSWER:
            return "without an answer"
        case Page.BY_DAY:
            return "by day; at once above `info`"
        case Page.IF_CHOSEN if times.page_after_s:
            return f"where she chose it, after {_length(times.page_after_s)}"
        case Page.IF_CHOSEN:
            return "where she chose it"
        case Page.NEVER:
            return f"only by her single tap; shown {_length(times.shown_s)}"


def _need(need: Need) -> str:
    words = need.basis.value.replace("_", " ")
    return f"{words} `{need.purpose.value}`" if need.purpose else words


def _length(length_s: Seconds) -> str:
    for unit_s, least_s, unit in (
        (DAY_S, DAY_S, "d"),
        (HOUR_S, HOUR_S, "h"),
        (MINUTE_S, 2 * MINUTE_S, "min"),
    ):
        if length_s >= least_s and length_s % unit_s == 0:
            return f"{length_s / unit_s:g} {unit}"
    return f"{length_s:g} s"


def _value(name: str, value: float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    length = _length(value)
    spelt = name.endswith("_s") and not length.endswith(" s")
    return f"{value:g} ({length})" if spelt else f"{value:g}"


def _reason(record: type) -> str:
    text = (inspect.getdoc(record) or "").split("\n\nAttributes:")[0]
    return " ".join(text.split()).replace("|", "\\|")


def _names(kinds: Iterable[str]) -> str:
    return " ".join(f"`{kind}`" for kind in kinds)


def _kept(
    text: str, known: Mapping[Any, object], *, width: int
) -> list[tuple[list[str], tuple[str, ...]]]:
    """Return kinds and hand-written cells of each row; kinds that are gone leave, new ones come."""
    rows = []
    left = [str(kind) for kind in known]
    for line in text.splitlines()[2:]:
        first, *cells = (cell.strip() or NOTHING for cell in CELL.split(line.strip())[1:-1])
        kinds = [kind for kind in KIND.findall(first) if kind in left]
        left = [kind for kind in left if kind not in kinds]
        if kinds:
            rows.append((kinds, tuple(cells[:width])))
    rows += [([kind], (MISSING,) * width) for kind in left]
    return rows


def _table(heads: tuple[str, ...], rows: Rows) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def pages(documented: Documented) -> Mapping[str, Mapping[str, Callable[[str], str]]]:
    """Return the pages that have generated parts, and who makes each part."""
    return {
        "docs/rules.md": {"verdicts": documented.verdicts, "follows": documented.follows},
        "docs/data-flows.md": {"message_kinds": documented.message_kinds},
        "docs/settings.md": {"limit_values": documented.limit_values},
    }


def fresh(page: str, parts: Mapping[str, Callable[[str], str]]) -> str:
    """Return a page with its generated parts made anew.

    Raises:
        ValueError: a part is missing in the page, or nobody makes it.
    """
    found = [name for _, name, _, _ in PART.findall(page)]
    if sorted(found) != sorted(parts):
        raise ValueError(f"generated parts {sorted(found)}, expected {sorted(parts)}")
    return PART.sub(lambda part: f"{part[1]}{parts[part[2]](part[3])}{part[4]}", page)


def stale(root: Path, documented: Documented) -> dict[Path, str]:
    """Return the pages whose generated parts are not what the code says, with what it says."""
    found = {}
    for name, parts in pages(documented).items():
        path = root / name
        before = path.read_text(encoding="utf-8")
        after = fresh(before, parts)
        if after != before:
            found[path] = after
    return found


def write(root: Path = ROOT) -> None:
    """Write every stale page anew."""
    for path, text in stale(root, Documented()).items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(root)} is written anew")


def main() -> int:
    """Write the pages, or with `--check` name those that are stale; exit code 1 then."""
    if sys.argv[1:] != ["--check"]:
        write()
        return 0
    found = stale(ROOT, Documented())
    for path in found:
        print(f"{path.relative_to(ROOT)} is stale: make docs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
