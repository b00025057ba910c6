"""The rules of the shipped instruments over every combination of answers; what authors may do.

Each rule is told here a second time as nested questions, the way the tools draw it, and held
against the decision lists of the forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from pipeline.extraction import judgements_of, read_form, read_study
from pipeline.extraction.judging import NOT_ASKED, decided, judged_by_rule
from pipeline.model.form import Form, Item
from pipeline.model.problem import Place, Severity
from pipeline.model.protocol import Outcome, Protocol
from pipeline.model.study import Absent, Answer

FOLDER = Path(__file__).parents[2] / "extraction_forms"
PLACE = Place(file="a.yaml", line=1)


def form(id: str) -> Form:
    found, problems = read_form((FOLDER / f"{id}.yaml").read_text(encoding="utf-8"), f"{id}.yaml")
    assert found is not None and not problems, problems
    return found


FORMS = {
    id: form(id)
    for id in ("rob-2", "robins-i", "robins-i-v2", "robins-e", "quadas-2", "quips", "amstar-2")
}
YES, NO, NI = ("yes", "probably_yes"), ("no", "probably_no"), "no_information"


def items_of(id: str) -> tuple[str, tuple[Item, ...]]:
    first = FORMS[id].items[0]
    return ("assessments", first.items) if first.id == "assessments" else ("", FORMS[id].items)


Fixed = Mapping[str, str]


def combinations(id: str, prefixes: tuple[str, ...], fixed: Fixed) -> Iterator[dict[str, str]]:
    """Every set of answers to the questions that begin so; what is not asked is not answered."""
    _, items = items_of(id)
    wanted = [i for i in items if i.options and i.id.startswith(prefixes)]

    def further(at: int, given: dict[str, str]) -> Iterator[dict[str, str]]:
        if at == len(wanted):
            yield given
            return
        item = wanted[at]
        asked = item.asked_if
        if asked is not None and not any(given.get(n) in asked.values for n in asked.names):
            yield from further(at + 1, given)
            return
        for option in item.options:
            yield from further(at + 1, {**given, item.id: option.id})

    return further(0, dict(fixed))


def rule_of(id: str, judgement: str) -> Callable[..., str]:
    """The rule of one judgement with the steps that it looks at."""
    path, items = items_of(id)
    head = f"{path}." if path else ""
    wanted, rules = {judgement}, []
    for one in reversed(FORMS[id].algorithms):
        if one.judges.removeprefix(head) in wanted:
            rules.insert(0, one)
            wanted |= {name for case in one.cases for name in case.names}
    own = [one for one in rules if one.step or one.judges == head + judgement]
    alone = replace(FORMS[id], algorithms=tuple(own), overall=None)
    for item in reversed(items):
        if item.id in wanted and item.asked_if is not None:
            wanted |= set(item.asked_if.names)
    needed = [item for item in items if item.id in wanted]

    def found(given: Mapping[str, str], *still_open: str) -> str:
        answers = {k: Answer(value=v, place=PLACE) for k, v in given.items()}
        answers |= {k: Answer(absent=Absent.NOT_YET, place=PLACE) for k in still_open}
        return judged_by_rule(alone, path, needed, answers)[judgement]

    return found


class Said:
    """Answers to ask: `y`es, `n`o, or nothing known (`i`)."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given

    def y(self, *names: str) -> bool:
        return all(self.given.get(name) in YES for name in names)

    def n(self, *names: str) -> bool:
        return all(self.given.get(name) in NO for name in names)

    def i(self, name: str) -> bool:
        return self.given.get(name) == NI

    def any_y(self, *names: str) -> bool:
        return any(self.y(name) for name in names)

    def any_n(self, *names: str) -> bool:
        return any(self.n(name) for name in names)

    def any_i(self, *names: str) -> bool:
        return any(self.i(name) for name in names)

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, NOT_ASKED)


# ---- RoB 2


def rob_randomisation(a: Said) -> str:
    if a.n("d1_2"):
        return "high"
    if a.i("d1_2"):
        return "high" if a.y("d1_3") else "some_concerns"
    return "some_concerns" if a.n("d1_1") or a.y("d1_3") else "low"


def rob_deviations(a: Said) -> str:
    if a["effect"] == "adhering":
        open_label = not a.n("d2_1", "d2_2")
        balanced = not open_label or a.y("a2_3")
        kept = not (a.y("a2_4") or a.i("a2_4") or a.y("a2_5") or a.i("a2_5"))
        if balanced and kept:
            return "low"
        return "some_concerns" if a.y("a2_6") else "high"
    if a.n("d2_1", "d2_2") or a.n("d2_3"):
        first = 0
    elif a.i("d2_3") or a.n("d2_4") or a.y("d2_5"):
        first = 1
    else:
        first = 2
    second = 0 if a.y("d2_6") else 1 if a.n("d2_7") else 2
    return ("low", "some_concerns", "high")[max(first, second)]


def rob_missing(a: Said) -> str:
    if a.y("d3_1") or a.y("d3_2"):
        return "low"
    return "low" if a.n("d3_3") else "some_concerns" if a.n("d3_4") else "high"


def rob_measurement(a: Said) -> str:
    if a.any_y("d4_1", "d4_2"):
        return "high"
    blind = a.n("d4_3") or a.n("d4_4")
    if a.n("d4_2"):
        return "low" if blind else "some_concerns" if a.n("d4_5") else "high"
    return "some_concerns" if blind or a.n("d4_5") else "high"


def rob_selection(a: Said) -> str:
    if a.any_y("d5_2", "d5_3"):
        return "high"
    return "low" if a.n("d5_2", "d5_3") and a.y("d5_1") else "some_concerns"


# ---- ROBINS-I 2016: our reading of its criteria


def robins_confounding(a: Said) -> str:
    if a.n("c_1"):
        return "low"
    if a.y("c_3"):
        if a.y("c_7", "c_8"):
            return "moderate"
        return "serious" if a.any_n("c_7", "c_8") else NI
    if a.y("c_6") or a.n("c_4"):
        return "serious"
    if a.i("c_4") or a.i("c_5"):
        return NI
    return "moderate" if a.y("c_5") else "serious"


def robins_selection(a: Said) -> str:
    if a.n("s_1") and a.y("s_4"):
        return "low"
    if a.n("s_4") or a.y("s_3"):
        return "moderate" if a.y("s_5") else "serious"
    return NI if a.i("s_4") or a.any_i("s_1", "s_2", "s_3") else "low"


def robins_classification(a: Said) -> str:
    if a.y("k_3") or a.n("k_1"):
        return "serious"
    if a.any_i("k_1", "k_2", "k_3"):
        return NI
    return "low" if a.y("k_2") else "moderate"


def robins_deviations(a: Said) -> str:
    if a["effect"] == "assignment":
        if a.n("v_1"):
            return "low"
        return "moderate" if a.n("v_2") else "serious" if a.y("v_2") else NI
    if a.y("v_3", "v_4", "v_5"):
        return "low"
    if a.y("v_6"):
        return "moderate"
    return "serious" if a.any_n("v_3", "v_4", "v_5") else NI


def robins_missing(a: Said) -> str:
    if (a.y("m_1") and a.n("m_2", "m_3")) or a.y("m_4", "m_5"):
        return "low"
    if a.any_y("m_4", "m_5"):
        return "moderate"
    return "serious" if a.n("m_4", "m_5") else NI


def robins_measurement(a: Said) -> str:
    if a.n("o_3") or a.y("o_4") or a.y("o_1", "o_2"):
        return "serious"
    if a.any_i("o_3", "o_4"):
        return NI
    return "low" if a.any_n("o_1", "o_2") else NI


def robins_reporting(a: Said) -> str:
    three = ("r_1", "r_2", "r_3")
    return "serious" if a.any_y(*three) else NI if a.any_i(*three) else "low"


# ---- ROBINS-I V2 and ROBINS-E, as far as their rules are carried ("" where they are silent)


def v2_confounding(a: Said) -> str:
    fair = ("yes", "probably_yes", "weak_no")
    if a["effect"] == "assignment":
        serious = {True: "critical", False: "serious"}
        if a["c_1"] in ("strong_no", NI) or (a.y("c_1") and a.y("c_3")):
            return "" if a.i("c_4") else serious[a.y("c_4")]
        if a.y("c_3"):
            return ""
        if a["c_2"] not in fair:
            return "serious"
        if a.y("c_1"):
            return "low_but_confounding" if a.n("c_4") else "moderate" if a.y("c_4") else ""
        return "moderate" if a.y("c_2") and a.y("c_4") else ""
    if not a.y("b_1"):
        if a.y("b_4") or a.y("b_5"):
            return "critical"
        return "serious" if a.n("b_5") else ""
    if a.y("b_2", "b_3"):
        return "low" if a.n("b_5") else ""
    if a["b_2"] == "weak_no" and a["b_3"] in fair:
        return "low_but_confounding" if a.n("b_5") else "moderate" if a.y("b_5") else ""
    return ""


def v2_classification(a: Said) -> str:
    told = a.y("k_1") or a.y("k_2")
    if told and a.n("k_4", "k_5"):
        return "low"
    if a.y("k_1"):
        if a.n("k_4"):
            return "moderate"
        return "moderate" if a["k_4"] in ("weak_yes", NI) and a.n("k_5") else ""
    if not told and a["k_3"] in ("weak_no", "strong_no") and not a.n("k_4"):
        return "critical"
    return ""


def v2_selection(a: Said) -> str:
    first = {"strong_no": 2, "weak_no": 1, NI: 1}.get(a["s_1"], 1 if a.y("s_2") else 0)
    if a.n("s_3") or a.n("s_4"):
        second = 0
    elif a.y("s_3", "s_4"):
        second = 2 if a.y("s_5") else 1
    elif a.i("s_3") and a.i("s_4"):
        second = 1
    elif first < 2:
        return ""
    else:
        second = 0
    if max(first, second) < 2:
        return ("low", "moderate")[max(first, second)]
    if a.any_y("s_6", "s_7"):
        return "moderate"
    return "critical" if a.y("s_8") else "serious"


def complete_data(a: Said) -> str:
    return "low" if a.y("m_1", "m_2", "m_3") else ""


def v2_measurement(a: Said) -> str:
    if a.y("o_1"):
        return "serious"
    if a.n("o_1"):
        if a.n("o_2") or a.n("o_3"):
            return "low"
        return "serious" if a["o_3"] == "strong_yes" else "moderate"
    return "" if a.n("o_2") else "moderate"


def v2_reporting(a: Said) -> str:
    if a.y("r_1"):
        return "low"
    chosen = sum(a.y(name) for name in ("r_2", "r_3", "r_4"))
    if chosen:
        return "critical" if chosen > 1 else "serious"
    return "serious" if all(a.i(name) for name in ("r_2", "r_3", "r_4")) else ""


def e_interventions(a: Said) -> str:
    return "low" if a.n("p_1") else "some_concerns" if a.y("p_2") else "high"


def e_measurement(a: Said) -> str:
    if not a.n("o_1"):
        return "high" if a.y("o_1") else ""
    if a.n("o_2") or a.n("o_3"):
        return "low"
    return "high" if a["o_3"] == "strong_yes" else "some_concerns"


def e_reporting(a: Said) -> str:
    if a.y("r_1"):
        return "low"
    four = ("r_2", "r_3", "r_4", "r_5")
    chosen = sum(a.y(name) for name in four)
    if chosen:
        return "very_high" if chosen > 2 else "high"
    return "some_concerns" if a.any_i(*four) else "low"


def quadas(*names: str) -> Callable[[Said], str]:
    def judge(a: Said) -> str:
        told = {a[name] for name in names}
        return "high" if "no" in told else "unclear" if "unclear" in told else "low"

    return judge


def quips(domain: str) -> Callable[[Said], str]:
    def judge(a: Said) -> str:
        told = {a[f"{domain}_{n}"] for n in (1, 2, 3)}
        return "high" if "no" in told else "low" if told == {"yes"} else "moderate"

    return judge


Row = tuple[str, str, tuple[str, ...], Callable[[Said], str], Fixed]
ASSIGNED, ADHERING = {"effect": "assignment"}, {"effect": "adhering"}
UNTIL_5, FROM_6 = ("s_1", "s_2", "s_3", "s_4", "s_5"), ("s_6", "s_7", "s_8")
TABLES: tuple[Row, ...] = (
    ("rob-2", "randomisation", ("d1_",), rob_randomisation, {}),
    ("rob-2", "deviations", ("d2_",), rob_deviations, ASSIGNED),
    ("rob-2", "deviations", ("d2_1", "d2_2", "a2_"), rob_deviations, ADHERING),
    ("rob-2", "missing", ("d3_",), rob_missing, {}),
    ("rob-2", "measurement", ("d4_",), rob_measurement, {}),
    ("rob-2", "selection", ("d5_",), rob_selection, {}),
    ("robins-i", "confounding", ("c_",), robins_confounding, {}),
    ("robins-i", "selection", ("s_",), robins_selection, {}),
    ("robins-i", "classification", ("k_",), robins_classification, {}),
    ("robins-i", "deviations", ("v_1", "v_2"), robins_deviations, ASSIGNED),
    ("robins-i", "deviations", ("v_3", "v_4", "v_5", "v_6"), robins_deviations, ADHERING),
    ("robins-i", "missing", ("m_",), robins_missing, {}),
    ("robins-i", "measurement", ("o_",), robins_measurement, {}),
    ("robins-i", "reporting", ("r_",), robins_reporting, {}),
    ("robins-i-v2", "confounding", ("c_",), v2_confounding, ASSIGNED),
    ("robins-i-v2", "confounding", ("b_",), v2_confounding, ADHERING),
    ("robins-i-v2", "classification", ("k_",), v2_classification, {}),
    *(
        ("robins-i-v2", "selection", UNTIL_5, v2_selection, dict(zip(FROM_6, said, strict=True)))
        for said in product(("probably_yes", "no", NI), repeat=3)
    ),
    ("robins-i-v2", "missing", ("m_",), complete_data, {}),
    ("robins-i-v2", "measurement", ("o_",), v2_measurement, {}),
    ("robins-i-v2", "reporting", ("r_",), v2_reporting, {}),
    ("robins-e", "interventions", ("p_",), e_interventions, {}),
    ("robins-e", "missing", ("m_",), complete_data, {}),
    ("robins-e", "measurement", ("o_",), e_measurement, {}),
    ("robins-e", "reporting", ("r_",), e_reporting, {}),
    ("quadas-2", "selection", ("s_",), quadas("s_1", "s_2", "s_3"), {}),
    ("quadas-2", "index_test", ("i_",), quadas("i_1", "i_2"), {}),
    ("quadas-2", "reference_standard", ("r_",), quadas("r_1", "r_2"), {}),
    ("quadas-2", "flow", ("f_",), quadas("f_1", "f_2", "f_3", "f_4"), {}),
    *(
        ("quips", domain, (f"{domain}_",), quips(domain), {})
        for domain in ("participation", "attrition", "factor", "outcome", "confounding", "analysis")
    ),
)


@pytest.mark.parametrize("row", TABLES, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_combination_of_answers_comes_to_what_the_tool_draws(row: Row) -> None:
    id, judgement, prefixes, told, fixed = row
    rule, seen = rule_of(id, judgement), set()
    for given in combinations(id, prefixes, fixed):
        found = rule(given)
        assert found == told(Said(given)), given
        seen.add(found)
    assert len(seen) > 1


def test_every_rule_has_its_truth_table_and_its_source() -> None:
    shown = {(row[0], row[1]) for row in TABLES}
    for id, one in FORMS.items():
        assert all(algorithm.source for algorithm in one.algorithms)
        for algorithm in one.algorithms:
            name = algorithm.judges.rpartition(".")[2]
            if not algorithm.step and name not in ("overall", "confidence"):
                assert (id, name) in shown


@pytest.mark.parametrize("row", TABLES, ids=lambda row: f"{row[0]}-{row[1]}")
def test_an_open_question_never_makes_a_judgement_that_its_answer_could_change(row: Row) -> None:
    id, judgement, prefixes, _, fixed = row
    rule = rule_of(id, judgement)
    whole = list(combinations(id, prefixes, fixed))
    for given in whole[:: max(1, len(whole) // 9)]:
        for left_out in given.keys() - fixed.keys():
            rest = {k: v for k, v in given.items() if k != left_out}
            early = rule(rest, left_out)
            if early:
                assert {rule(c) for c in whole if rest.items() <= c.items()} == {early}, rest


def test_quips_overall_over_every_combination_of_its_domains() -> None:
    domains = ("participation", "attrition", "factor", "outcome", "confounding", "analysis")
    for levels in product(("low", "moderate", "high"), repeat=6):
        given = dict(zip(domains, levels, strict=True))
        some = levels.count("moderate")
        high = "high" in levels or some >= 3
        wanted = "high" if high else "moderate" if some == 2 else "low"
        assert decided(FORMS["quips"].algorithms[-1], given) == wanted


def test_amstar_2_over_every_combination_of_flaws() -> None:
    rule = FORMS["amstar-2"].algorithms[-1]
    critical = (
        "protocol",
        "search",
        "excluded",
        "risk_of_bias",
        "pooling",
        "interpretation",
        "publication_bias",
    )
    others = tuple(i.id for i in FORMS["amstar-2"].items if i.id not in (*critical, "confidence"))
    assert (len(critical), len(others)) == (7, 9)
    for flaws in product((False, True), repeat=16):
        given = {
            n: "no" if bad else "yes" for n, bad in zip((*critical, *others), flaws, strict=True)
        }
        bad, weak = sum(flaws[:7]), sum(flaws[7:])
        wanted = (
            "critically_low" if bad > 1 else "low" if bad else "moderate" if weak > 1 else "high"
        )
        assert decided(rule, given) == wanted


# ---- what authors may do


def study(answers: str, instrument: str = "rob-2", design: str = "randomised_trial"):
    forms = {**FORMS, "general": form("general")}
    lines = "".join(f"        {line}\n" for line in answers.splitlines())
    text = (
        f"study: a\nreports: [r]\nbasis: abstract\nanswers:\n  design: {design}\n"
        f"appraisal:\n  {instrument}:\n    assessments:\n"
        f"      - id: one\n        result: o\n{lines}"
    )
    protocol = Protocol(
        title="t",
        questions=(),
        criteria=(),
        form="general",
        appraisal=(instrument,),
        outcomes=(Outcome(id="o", label="O"),),
    )
    found, problems = read_study(text, "a.yaml", forms, protocol)
    judged = {j.item.rpartition(".")[2]: j for j in judgements_of(found, forms)}
    return judged, [p for p in problems if p.severity is Severity.ERROR]


QUESTIONS = "d1_1: yes\nd1_2: probably_yes\nd1_3: no\n"


def test_a_judgement_is_filled_in_and_says_that_the_rule_gave_it() -> None:
    judged, errors = study(QUESTIONS)
    assert errors == [] and judged["randomisation"].answer == "low"
    assert judged["randomisation"].by_rule == "low" and judged["randomisation"].derived
    assert judged["missing"].answer == "" and judged["overall"].answer == ""
    assert judged["d1_1"].signals and not judged["randomisation"].signals


def test_another_judgement_needs_its_reason() -> None:
    judged, errors = study(QUESTIONS + "randomisation: high\n")
    (error,) = errors
    assert "come to 'low'" in error.what and judged["randomisation"].answer == "high"
    judged, errors = study(QUESTIONS + "randomisation: {value: high, note: Sealed badly}\n")
    assert errors == [] and judged["randomisation"].by_rule == "low"
    assert not judged["randomisation"].derived


def test_a_judgement_without_questions_stays_as_it_is_written() -> None:
    judged, errors = study("randomisation: high\n")
    assert errors == [] and judged["randomisation"].by_rule == ""


def test_overall_follows_when_every_domain_is_judged() -> None:
    domains = "".join(f"{d}: low\n" for d in ("deviations", "missing", "measurement", "selection"))
    judged, errors = study(QUESTIONS.replace("d1_3: no", "d1_3: yes") + domains)
    assert errors == [] and judged["overall"].answer == "some_concerns"
