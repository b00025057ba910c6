"""Forms and studies: a blank from a form, a study held against its form, answers into judgements."""

from pipeline.extraction.appraisal import instruments_for, judgements_of
from pipeline.extraction.forms import read_form
from pipeline.extraction.results import results_of
from pipeline.extraction.studies import read_study

__all__ = ["instruments_for", "judgements_of", "read_form", "read_study", "results_of"]
