"""What the shell completes: verbs, options, reviews, records, studies, people, criteria.

A shell asks at every press of Tab, so nothing is imported here but what Python itself brings, and
files are only glanced at: names of files, ids that the cache holds, lines of the protocol that look
like what is wanted. Nothing depends on it being complete.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.model.problem import ReviewError

SHELLS: Mapping[str, tuple[str, str]] = {
    "bash": (
        ".local/share/bash-completion/completions/review",
        """\
_review() {
  local IFS=$'\\n'
  local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
  # the shell parts words at colons, which stand in the ids of records
  local line="${COMP_LINE:0:COMP_POINT}"
  COMPREPLY=($(review --complete "$line" 2>/dev/null))
  local current="${line##* }"
  if [[ "$current" == *:* ]]; then
    local before="${current%"${current##*:}"}"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  fi
  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -o nosort -F _review review
""",
    ),
    "zsh": (
        ".zfunc/_review",
        """\
#compdef review
_review() {
  local -a found
  found=("${(@f)$(review --complete "${BUFFER[1,CURSOR]}" 2>/dev/null)}")
  if [[ -n "${found[1]}" ]]; then compadd -Q -- "${found[@]}"; else _files; fi
}
compdef _review review
""",
    ),
    "fish": (
        ".config/fish/completions/review.fish",
        """\
complete -c review -e
complete -c review -a '(review --complete (commandline -cp) 2>/dev/null)'
""",
    ),
}
"""For each shell where its completion lies below the home folder, and the script."""

_WITH_NAMES = ("--as", "--decisions-as", "--draft-of", "--from", "--to", "--keep-all", "--between")
_WITH_RECORD = ("decide", "resolve", "reopen", "remove", "retrieve", "collate", "explain")
_WITH_STUDY = ("extract", "reconcile", "explain")


def install(shell: str = "") -> str:
    """Writes the completion of `shell` (the one in use for ""), and says what to do next."""
    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise ReviewError(
            f"there is no completion for the shell {name!r}",
            f"Name one: review --install-completion {'|'.join(SHELLS)}",
        )
    where, script = SHELLS[name]
    path = Path.home() / where
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
    except OSError as error:
        raise ReviewError(f"{path} cannot be written", "Ask for the right to") from error
    more = {
        "bash": f"Open a new shell, or: source {path}",
        "zsh": f"Put `fpath+={path.parent}` and `autoload -U compinit && compinit` into ~/.zshrc.",
        "fish": "Open a new shell.",
    }
    return f"Wrote {path}. {more[name]}"


def complete(line: str, verbs: Mapping[str, str]) -> list[str]:
    """What may stand where `line`, typed so far, ends; `verbs` are the modules of the verbs."""
    words = line.split(" ")[1:]
    words = [word for word in words[:-1] if word] + words[-1:]
    current = words[-1] if words else ""
    if len(words) <= 1:
        found: Iterator[str] = iter((*verbs, "--help", "--version", "--install-completion"))
    elif words[0] in verbs:
        found = _of_verb(words[0], words[1:-1], current, verbs[words[0]])
    else:
        return []
    return list(dict.fromkeys(one for one in found if one.startswith(current)))


def _of_verb(verb: str, before: list[str], current: str, module: str) -> Iterator[str]:
    review = _review(before)
    last = before[-1] if before else ""
    if current.startswith("-"):
        yield from _options(module)
    elif last == "--reason" and verb in ("decide", "resolve"):
        yield from _keys(review, "criteria")
    elif last == "--study":
        yield from _studies(review)
    elif last in _WITH_NAMES and (last not in ("--from", "--to") or verb == "handover"):
        yield from _people(review)
    elif last == "--stage":
        yield from ("title_abstract", "full_text")
    elif last == "--verdict":
        yield from ("include", "exclude", "unsure")
    elif last in ("--search", "--update-of"):
        yield from _searches(review)
    else:
        if not any(word in _slugs() for word in before):
            yield from _slugs()
        if verb in _WITH_RECORD:
            yield from _records(review, current)
        if verb in _WITH_STUDY:
            yield from _studies(review)
        if verb == "explain":
            yield from _searches(review)
        if verb == "me":
            yield from _people(review)


def _options(module: str) -> Iterator[str]:
    """The options of a verb, read from its module without importing it."""
    file = Path(__file__).parents[2] / f"{module.replace('.', '/')}.py"
    name = module.rpartition(".")[2]
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            for argument in node.args.args:
                yield from _names_of(argument)
    yield "--help"


def _names_of(argument: ast.arg) -> Iterator[str]:
    calls = [n for n in ast.walk(argument) if isinstance(n, ast.Call)]
    for call in calls:
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "Option"):
            continue
        told = [str(a.value) for a in call.args if isinstance(a, ast.Constant)]
        named = [name for name in told if name.startswith("--")]
        yield from named or [f"--{argument.arg.replace('_', '-')}"]


def _home() -> Path | None:
    here = Path.cwd()
    return next((f / "reviews" for f in (here, *here.parents) if (f / "reviews").is_dir()), None)


def _slugs() -> list[str]:
    home = _home()
    return sorted(p.parent.name for p in home.glob("*/protocol.yaml")) if home else []


def _review(before: list[str]) -> Path | None:
    """The folder of the review that is named, else of the only one."""
    slugs = _slugs()
    named = [word for word in before if word in slugs] or (slugs if len(slugs) == 1 else [])
    home = _home()
    return home / named[0] if home and named else None


def _searches(review: Path | None) -> list[str]:
    logs = sorted((review / "searches").glob("*.yaml")) if review else []
    return [log.stem for log in logs if log.name.count(".") == 1]


def _records(review: Path | None, current: str) -> Iterator[str]:
    """Ids of records as the cache holds them; of every search its beginning, until one is typed."""
    if review is None:
        return
    searches = _searches(review)
    if ":" not in current:
        yield from (f"{search}:" for search in searches)
        return
    wanted = current.partition(":")[0]
    cache = review.parent.parent / "outputs" / ".cache"
    for file in sorted(cache.glob(f"{wanted}-*.json")):
        try:
            ids = json.loads(file.read_bytes()).get("ids", [])
        except (OSError, ValueError, AttributeError):
            continue
        yield from (id for id in ids if isinstance(id, str) and id.startswith(current))


def _studies(review: Path | None) -> list[str]:
    found = sorted((review / "studies").glob("*.yaml")) if review else []
    return [file.stem for file in found]


def _people(review: Path | None) -> Iterator[str]:
    if review is None:
        return
    yield from (p.stem for p in sorted((review / "decisions").glob("*.jsonl")))
    text = _protocol(review)
    for listed in re.findall(r"^\s+(?:reviewers|people|checkers):\s*\[(.*)\]", text, re.M):
        for name in listed.split(","):
            plain = name.strip().strip("\"'")
            yield plain if " " not in plain else json.dumps(plain, ensure_ascii=False)
    yield from _keys(review, "people")


def _keys(review: Path | None, section: str) -> Iterator[str]:
    """The ids below a top-level key of the protocol."""
    block = re.search(rf"^{section}:[^\n]*\n((?:[ #].*\n|\n)*)", _protocol(review), re.M)
    if block:
        yield from re.findall(r"^  ([A-Za-z0-9_.-]+):", block[1], re.M)


def _protocol(review: Path | None) -> str:
    try:
        return (review / "protocol.yaml").read_text(encoding="utf-8") if review else ""
    except (OSError, UnicodeDecodeError):
        return ""
