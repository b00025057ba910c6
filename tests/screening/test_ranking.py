"""Features, model and ranker: exact against slower definitions, deterministic, and of use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.model.protocol import RankingModel
from pipeline.screening import classifiers as model_module
from pipeline.screening import features as topics_module
from pipeline.screening.classifiers import (
    LATEST,
    MODELS,
    RATIO,
    STRICTNESS,
    TOPICS_FROM,
    LinearModel,
    logistic,
    topics_weight,
)
from pipeline.screening.features import Features, features, packed, topics_of, unpacked
from pipeline.screening.ranker import Ranker, cold_scores
from pipeline.screening.replay import draw_start, replay, work_saved

TOPICS = {
    True: "sexting adolescents online images harmful behaviour risk offending peers school",
    False: "crop yield irrigation wheat soil nitrogen field harvest climate fertiliser",
}


def corpus(n: int = 160, seed: int = 3) -> tuple[list[str], list[str], list[bool]]:
    """Records whose words come mostly from their topic; every ninth has no abstract."""
    draw = np.random.default_rng(seed)
    words = {label: text.split() for label, text in TOPICS.items()}
    shared = ("study", "results", "method", "analysis", "of", "the", "and", "participants")
    labels = [bool(x) for x in draw.random(n) < 0.15]
    titles, abstracts = [], []
    for row, label in enumerate(labels):
        pool = words[label] * 4 + words[not label] + list(shared) * 5
        titles.append(" ".join(draw.choice(pool, 7)))
        abstracts.append("" if row % 9 == 0 else " ".join(draw.choice(pool, 40)))
    return titles, abstracts, labels


def full_gram(titles: list[str], abstracts: list[str]) -> np.ndarray:
    """Likenesses by scikit-learn, block by block, no column left out."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{t} {a}" for t, a in zip(titles, abstracts, strict=True)]
    said = {"sublinear_tf": True, "max_df": 0.95}
    # each kind of term is scaled by its own frequencies, whatever stands beside it
    words = TfidfVectorizer(ngram_range=(1, 2), **said)
    title = TfidfVectorizer(ngram_range=(1, 2), **said)
    text_rows, title_rows = words.fit_transform(texts), title.fit_transform(titles)
    return np.asarray(((text_rows @ text_rows.T) + 0.2 * (title_rows @ title_rows.T)).toarray())


def test_words_and_titles_weigh_what_the_usual_vectoriser_gives_them() -> None:
    from pipeline.screening import features as module

    titles, abstracts, _ = corpus(60)
    made = features(titles, abstracts)
    total = 1 + module.TITLE_WEIGHT + module.PIECES_WEIGHT
    # with their topics rows have length 1 again
    shrunk = np.sqrt(1 - (made.topics * made.topics).sum(axis=1))
    got = (made.matrix @ made.matrix.T).toarray() * total / np.outer(shrunk, shrunk)
    pieces = got - full_gram(titles, abstracts)
    np.fill_diagonal(pieces, 0)
    # what is left over is the likeness of the pieces: from 0 to their weight
    assert pieces.min() > -1e-4 and pieces.max() < module.PIECES_WEIGHT + 1e-4
    lengths = np.asarray(made.matrix.multiply(made.matrix).sum(axis=1)).ravel() + made.alone
    lengths += (made.topics * made.topics).sum(axis=1)
    assert np.allclose(lengths, 1, atol=1e-5)


def test_odd_texts_make_rows_and_no_crash() -> None:
    titles = ["", "one", "\x1b[31mred", "日本語の論文", "ملخص بالعربية", "a b c", "one"]
    abstracts = ["", "", "x" * 100_000, "要旨", "نص", "", "word " * 30_000]
    made = features(titles, abstracts)
    assert made.n_records == 7 and np.isfinite(made.matrix.data).all()
    assert features([], []).n_records == 0


def balanced(y: np.ndarray) -> np.ndarray:
    """The weights of judged records as the model says it weighs them."""
    weight = np.where(y, 1.0, y.sum() / (RATIO * (~y).sum()))
    rising = 1 + (LATEST - 1) * np.arange(y.sum()) / (y.sum() - 1)
    weight[y] = rising / rising.mean()
    return weight * (len(y) / weight.sum())


def as_weighed(made: Features, included: int) -> Any:
    """Every record as the model sees it once so many included ones are known: words, what no other
    record has, topics by their weight, each row 1 long."""
    from scipy import sparse

    weight = topics_weight(included)
    own = sparse.diags(np.sqrt(np.maximum(made.alone, 0)))
    whole = sparse.hstack([made.matrix, own, made.topics * np.sqrt(weight)], format="csr")
    lengths = np.sqrt(np.asarray(whole.multiply(whole).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-9)) @ whole


def test_topics_weigh_more_the_more_included_records_are_known() -> None:
    weights = [float(topics_weight(n)) for n in range(200)]
    assert weights[0] == 0 and weights == sorted(weights) and weights[-1] < 1
    assert topics_weight(TOPICS_FROM) == 0.5


def test_the_model_is_the_support_vector_machine_that_liblinear_finds() -> None:
    from sklearn.svm import LinearSVC

    titles, abstracts, labels = corpus(120)
    made = features(titles, abstracts)
    ours = LinearModel(made)
    judged = list(range(0, 80))
    for row in judged:
        ours.add(row, labels[row])
    y = np.array([labels[row] for row in judged])
    weight = balanced(y)
    whole = as_weighed(made, int(y.sum()))
    theirs = LinearSVC(C=STRICTNESS, tol=1e-7, max_iter=20_000)
    theirs.fit(whole[judged], y, sample_weight=weight)
    wanted = theirs.decision_function(whole)[80:]
    got = ours.scores()[80:]
    constant = np.median(wanted - got)  # scores lack the constant term, which ranks nothing
    assert np.allclose(got + constant, wanted, atol=2e-3)


def test_beyond_the_largest_table_of_likenesses_the_scores_stay_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    titles, abstracts, labels = corpus(90)
    made = features(titles, abstracts)
    usual = LinearModel(made)
    for row in range(60):
        usual.add(row, labels[row])
    monkeypatch.setattr(model_module, "LARGEST_GRAM", 20)
    large = LinearModel(made)
    for row in range(60):
        large.add(row, labels[row])
    assert np.allclose(large.scores(), usual.scores(), atol=1e-3)


def test_the_same_judgements_give_the_same_ranking_however_often_it_was_asked() -> None:
    titles, abstracts, labels = corpus()
    made = features(titles, abstracts)
    often, once = Ranker(features=made, seed=4), Ranker(features=made, seed=4)
    for row in range(40):
        often.add(row, labels[row])
        often.ranking()
        once.add(row, labels[row])
    assert often.ranking().tolist() == once.ranking().tolist()


def test_a_ranking_holds_every_unjudged_record_once() -> None:
    titles, abstracts, labels = corpus()
    ranker = Ranker(features=features(titles, abstracts), seed=1)
    assert sorted(ranker.ranking().tolist()) == list(range(len(labels)))
    ranker.add(5, labels[5])
    assert sorted([*ranker.ranking().tolist(), 5]) == list(range(len(labels)))
    with pytest.raises(ValueError):
        ranker.add(5, True)


def test_learning_beats_the_order_drawn_and_says_why() -> None:
    titles, abstracts, labels = corpus(300)
    ranker = Ranker(features=features(titles, abstracts), seed=1, warm=True)
    known = draw_start(labels, 1)
    shown = replay(ranker, labels, known)
    assert sorted([*shown, *known]) == list(range(300))
    saved = work_saved([labels[row] for row in shown])
    assert saved.wss95 is not None and saved.wss95 > 0.5
    best = next(row for row in shown if labels[row])
    assert set(ranker.words(best)) & set(TOPICS[True].split())


def test_a_cold_start_from_words_finds_the_first_at_once() -> None:
    titles, abstracts, labels = corpus(300)
    made = features(titles, abstracts)
    cold = cold_scores("harmful online sexting by adolescents", titles, abstracts)
    assert cold.min() >= 0 and cold.max() == pytest.approx(1)
    shown = replay(Ranker(features=made, cold=cold, seed=1, warm=True), labels, ())
    assert any(labels[row] for row in shown[:5])
    assert len(shown) == 300


def test_words_that_nobody_uses_rank_nothing_and_do_not_crash() -> None:
    assert cold_scores("zebra", ["one"], [""]).tolist() == [0]
    assert cold_scores("", [], []).tolist() == []


def test_work_saved_by_hand() -> None:
    """Ten records, relevant at places 1, 2 and 5."""
    saved = work_saved([True, True, False, False, True, False, False, False, False, False])
    assert saved.wss100 == pytest.approx(0.5)
    assert saved.wss95 == pytest.approx(0.45)
    assert saved.recall10 == pytest.approx(1 / 3)
    assert saved.recall20 == pytest.approx(2 / 3)
    assert saved.time_to_discovery == pytest.approx((1 + 2 + 5) / 3 / 10)
    # two irrelevant records stand before the last relevant one: 2 of 3 × 7 pairs are wrong
    assert saved.loss == pytest.approx(2 / 21)
    assert work_saved([True, True]).loss == 0
    assert work_saved([False, False]).wss95 is None


def test_features_survive_their_file_and_a_file_that_was_cut_off_is_none(tmp_path: Path) -> None:
    titles, abstracts, _ = corpus(30)
    made = features(titles, abstracts)
    cold = cold_scores("sexting", titles, abstracts)
    path = tmp_path / "f.npz"
    path.write_bytes(packed(made, cold))
    kept = unpacked(path)
    assert kept is not None
    assert (kept[0].matrix != made.matrix).nnz == 0 and (kept[1] == cold).all()
    assert kept[0].words == made.words and (kept[0].topics == made.topics).all()
    for content in (path.read_bytes()[:-500], b"", b"PK\x03\x04 nonsense"):
        path.write_bytes(content)
        assert unpacked(path) is None
    assert unpacked(tmp_path / "not there") is None
    path.write_bytes(packed(features([""], [""]), cold_scores("", [""], [""])))
    assert (empty := unpacked(path)) is not None and empty[0].words == ()


@pytest.mark.parametrize("name", MODELS)
def test_every_model_learns_what_parts_the_records(name: RankingModel) -> None:
    titles, abstracts, labels = corpus(300)
    ranker = Ranker(features=features(titles, abstracts), seed=1, model_name=name)
    assert not ranker.learns and not len(ranker.doubtful())
    shown = replay(ranker, labels, draw_start(labels, 1))
    saved = work_saved([labels[row] for row in shown])
    assert saved.wss95 is not None and saved.wss95 > 0.5
    assert ranker.words(next(row for row in shown if labels[row]))


@pytest.mark.parametrize("name", MODELS)
def test_the_least_sure_lie_between_the_included_and_the_excluded(name: RankingModel) -> None:
    titles, abstracts, labels = corpus(120)
    ranker = Ranker(features=features(titles, abstracts), seed=1, model_name=name)
    for row in range(60):
        ranker.add(row, labels[row])
    scores = ranker.scores()
    by_verdict = [np.mean([scores[r] for r in range(60) if labels[r] is v]) for v in (True, False)]
    middle = sum(by_verdict) / 2
    rows = ranker.doubtful()
    assert sorted(rows.tolist()) == list(range(60, 120))
    doubt = np.abs(scores[rows] - middle)
    assert (np.diff(doubt) >= 0).all()


def test_the_words_alone_never_learn() -> None:
    titles, abstracts, labels = corpus(60)
    cold = cold_scores("harmful online sexting by adolescents", titles, abstracts)
    ranker = Ranker(features=features(titles, abstracts), cold=cold, model_name=RankingModel.WORDS)
    before = ranker.ranking().tolist()
    for row in range(30):
        ranker.add(row, labels[row])
    assert ranker.ranking().tolist() == [row for row in before if row >= 30]
    assert not ranker.learns and ranker.words(40) == ()


def test_the_logistic_model_is_the_one_that_scikit_learn_finds() -> None:
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    titles, abstracts, labels = corpus(120)
    made = features(titles, abstracts)
    ours = LinearModel(made, solver=logistic, strictness=1.0)
    for row in range(80):
        ours.add(row, labels[row])
    y = np.array(labels[:80])
    weight = balanced(y)
    ones = np.ones((120, 1))
    whole = sparse.hstack([as_weighed(made, int(y.sum())), ones], format="csr")
    theirs = LogisticRegression(C=1.0, tol=1e-8, max_iter=5_000, fit_intercept=False)
    theirs.fit(whole[:80], y, sample_weight=weight)
    wanted = theirs.decision_function(whole)[80:]
    got = ours.scores()[80:]
    assert np.allclose(got - got.mean(), wanted - wanted.mean(), atol=3e-3)


def test_topics_are_the_main_directions_and_the_same_in_every_run() -> None:
    from scipy import sparse

    draw = np.random.default_rng(2)
    directions = draw.standard_normal((80, 4)) * (30, 9, 6, 3) @ draw.standard_normal((4, 50))
    matrix = sparse.csr_matrix(directions.astype(np.float32))
    got = topics_of(matrix, 3)
    left, strength, _ = np.linalg.svd(matrix.toarray().astype(float), full_matrices=False)
    wanted = left[:, 1:4] * strength[1:4]  # the first is what all have in common
    assert np.allclose(got @ got.T, wanted @ wanted.T, rtol=1e-3, atol=0.1)
    assert (topics_of(matrix, 3) == got).all()
    assert topics_of(sparse.csr_matrix((0, 0)), 3).shape == (0, 0)
    assert topics_of(matrix[:2], 5).shape == (2, 1)
    assert topics_of(matrix[:1], 5).shape == (1, 0)


def test_topics_of_many_records_are_found_from_some_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    titles, abstracts, _ = corpus(150)
    whole = features(titles, abstracts).topics
    monkeypatch.setattr(topics_module, "SAMPLE", 75)
    some = features(titles, abstracts).topics
    assert some.shape == whole.shape
    likeness = (whole[:, 0] @ some[:, 0]) / np.linalg.norm(whole[:, 0]) / np.linalg.norm(some[:, 0])
    assert abs(likeness) > 0.9
