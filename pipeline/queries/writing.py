"""A strategy written for a platform, with everything that changes or is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.queries.strategy import Node, Strategy

TARGETS = ("pubmed", "ebsco", "wos", "ovid", "scopus", "openalex")

# {t} stands for the term. A field that a platform does not have is missing, and told.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "pubmed": {
        "all": "{t}[all]", "text": "{t}[tw]", "title": "{t}[ti]", "abstract": "{t}[ab]",
        "title_abstract": "{t}[tiab]", "topic": "({t}[tiab] OR {t}[ot])",
        "heading": "{t}[mh]", "heading_only": "{t}[mh:noexp]", "keyword": "{t}[ot]",
        "author": "{t}[au]", "journal": "{t}[ta]", "year": "{t}[dp]", "language": "{t}[la]",
        "type": "{t}[pt]",
    },
    "ebsco": {
        "all": "TX {t}", "text": "(TI {t} OR AB {t} OR KW {t})", "title": "TI {t}",
        "abstract": "AB {t}", "title_abstract": "(TI {t} OR AB {t})",
        "topic": "(TI {t} OR AB {t} OR KW {t})", "heading": 'MH "{h}+"',
        "heading_only": 'MH "{h}"', "keyword": "KW {t}", "author": "AU {t}",
        "journal": "SO {t}", "language": "LA {t}", "type": "PT {t}",
    },
    "wos": {
        "all": "ALL={t}", "title": "TI={t}", "abstract": "AB={t}",
        "title_abstract": "(TI={t} OR AB={t})", "topic": "TS={t}", "keyword": "AK={t}",
        "author": "AU={t}", "journal": "SO={t}", "year": "PY={t}", "language": "LA={t}",
        "type": "DT={t}",
    },
    "ovid": {
        "all": "{t}.af.", "text": "{t}.mp.", "title": "{t}.ti.", "abstract": "{t}.ab.",
        "title_abstract": "{t}.ti,ab.", "topic": "{t}.ti,ab,kf.", "heading": "exp {h}/",
        "heading_only": "{h}/", "keyword": "{t}.kf.", "author": "{t}.au.",
        "journal": "{t}.jn.", "year": "{t}.yr.", "language": "{t}.lg.", "type": "{t}.pt.",
    },
    "scopus": {
        "all": "ALL({t})", "title": "TITLE({t})", "abstract": "ABS({t})",
        "title_abstract": "(TITLE({t}) OR ABS({t}))", "topic": "TITLE-ABS-KEY({t})",
        "text": "TITLE-ABS-KEY({t})", "heading_only": "INDEXTERMS({t})",
        "keyword": "AUTHKEY({t})", "author": "AUTH({t})", "journal": "SRCTITLE({t})",
        "year": "PUBYEAR = {t}", "language": "LANGUAGE({t})", "type": "DOCTYPE({t})",
    },
    "openalex": {"all": "{t}"},
}  # fmt: skip
_INSTEAD: Mapping[str, Mapping[str, str]] = {
    "wos": {"text": "topic", "heading": "topic", "heading_only": "topic", "other": "all"},
    "scopus": {"heading": "heading_only", "other": "all"},
    "openalex": dict.fromkeys(
        ("text", "title", "abstract", "title_abstract", "topic", "keyword", "heading",
         "heading_only", "author", "journal", "other"), "all",
    ),
}  # fmt: skip
_NEAR = {"ebsco": "N{n}", "wos": "NEAR/{n}", "ovid": "adj{m}", "scopus": "W/{n}"}
"""How far two words may stand apart. Ovid counts one more: adj1 are neighbours."""
_CASE = {"ovid": str.lower}
_WORDS = {"title_abstract": "title and abstract", "heading_only": "heading without narrower ones"}


@dataclass(slots=True)
class Written:
    """A query for a platform: `changed` is searched otherwise, `lost` is not in it any more."""

    query: str = ""
    changed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def tell(self, where: list[str], words: str) -> None:
        if words not in where:
            where.append(words)


def written_for(strategy: Strategy, target: str) -> Written:
    """`strategy` as a query of `target` (one of TARGETS), and what is not as it was."""
    out = Written()
    out.lost += [f"{word}: it could not be read" for word in strategy.unplaced]
    out.query = _node(strategy.root, target, out, top=True)
    return out


def _node(node: Node, target: str, out: Written, *, top: bool = False) -> str:
    if not node.operator:
        return _term(node, target, out)
    if node.operator == "NEAR":
        return _near(node, target, out)
    parts = [part for child in node.children if (part := _node(child, target, out))]
    if len(parts) < 2:
        lone = parts[0] if parts else ""
        if node.operator == "NOT" and lone and not _node(node.children[0], target, Written()):
            out.tell(out.lost, f"NOT {lone}: there is nothing left to take it from")
            return ""
        return lone
    operator = "AND NOT" if (target, node.operator) == ("scopus", "NOT") else node.operator
    joined = f" {_CASE.get(target, str)(operator)} ".join(parts)
    return joined if top else f"({joined})"


def _near(node: Node, target: str, out: Written) -> str:
    fields = {term.field for term in node.terms()}
    plain = all(not child.operator for child in node.children)
    said = " … ".join(term.text for term in node.terms())
    if target == "pubmed" and plain and len(fields) == 1:
        (one,) = fields
        words = " ".join(child.text.strip('"') for child in node.children)
        tag = {"title": "ti", "abstract": "ab", "title_abstract": "tiab", "topic": "tiab"}.get(one)
        if tag and "*" not in words:
            return f'"{words}"[{tag}:~{node.distance}]'
    if target in _NEAR and len(fields) == 1:
        (one,) = fields
        near = _NEAR[target].format(n=node.distance, m=node.distance + 1)
        inner = f" {near} ".join(
            _quoted(child.text, target) if not child.operator else f"({_bare(child, target)})"
            for child in node.children
        )
        return _in_field(f"({inner})", "", one, node, target, out)
    out.tell(out.changed, f"{said}: nearness is not kept, all words anywhere (AND)")
    joined = f" {_CASE.get(target, str)('AND')} ".join(
        _node(child, target, out) for child in node.children
    )
    return f"({joined})"


def _bare(node: Node, target: str) -> str:
    """A group without its field, which stands around it."""
    if not node.operator:
        return _quoted(node.text, target)
    joined = f" {_CASE.get(target, str)(node.operator)} "
    return joined.join(_bare(child, target) for child in node.children)


def _term(term: Node, target: str, out: Written) -> str:
    if term.field in ("year", "language", "type") and term.field not in _FIELDS[target]:
        how = {"openalex": " (--from and --to limit days)", "ebsco": " (set its limiter)"}
        words = f"{target} has no field for the {term.field}{how.get(target, '')}"
        out.tell(out.lost, f"{term.text}: {words}")
        return ""
    if term.field == "year":
        return _year(term, target, out)
    heading = term.text.strip('"').removesuffix("+")
    text = heading if term.field.startswith("heading") else term.text
    if target == "openalex" and ("*" in text or "?" in text):
        out.tell(out.changed, f"{text}: OpenAlex takes no truncation, it looks for word stems")
        text = text.replace("*", "").replace("?", "")
    return _in_field(_quoted(text, target), heading, term.field, term, target, out)


def _in_field(text: str, heading: str, name: str, node: Node, target: str, out: Written) -> str:
    known = _FIELDS[target]
    if name not in known:
        instead = _INSTEAD.get(target, {}).get(name, "all")
        said = node.text or text
        whole = (_WORDS.get(name, name), _WORDS.get(instead, instead))
        if target == "openalex":
            words = "it is searched in title, abstract and full text"
            out.tell(out.changed, f"{said} ({node.written.strip('[]=') or name}): {words}")
        elif name == "other":
            out.tell(
                out.changed, f"{said} ({node.written}): its field is not known, searched in all"
            )
        else:
            out.tell(out.changed, f"{said}: {target} has no {whole[0]}, searched as {whole[1]}")
        name = instead
    if name.startswith("heading") and target != "pubmed" and node.written.lower().startswith("[m"):
        out.tell(out.changed, f"{heading}: a heading of MeSH; look up how {target} calls it")
    return known[name].format(t=text, h=heading)


def _year(term: Node, target: str, out: Written) -> str:
    years = re.findall(r"\d{4}", term.text)
    if len(years) == 2 and target == "scopus":
        return f"(PUBYEAR > {int(years[0]) - 1} AND PUBYEAR < {int(years[1]) + 1})"
    between = {"pubmed": ":", "ovid": "-"}.get(target, "-")
    if not years:
        out.tell(out.lost, f"{term.text}: no year can be read in it")
        return ""
    return _FIELDS[target]["year"].format(t=between.join(years[:2]))


def _quoted(text: str, target: str) -> str:
    """Words that belong together in quotes, where the platform would part them."""
    if " " in text and not text.startswith('"') and target not in ("ovid", "pubmed"):
        return f'"{text}"'
    return text.strip('"') if target == "ovid" else text
