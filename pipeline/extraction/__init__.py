"""Blank studies from forms, studies held against their forms, answers into judgements."""

from pipeline.extraction.appraisal import instruments_for, judgements_of, remarks_of
from pipeline.extraction.blank import blank_study, json_schema
from pipeline.extraction.forms import read_form
from pipeline.extraction.studies import read_study, results_of
from pipeline.extraction.tidy import tidy

__all__ = [
    "blank_study",
    "instruments_for",
    "json_schema",
    "judgements_of",
    "read_form",
    "read_study",
    "remarks_of",
    "results_of",
    "tidy",
]
