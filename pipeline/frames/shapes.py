"""What stands in each table of a review: the columns that notebooks and files can rely on."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.frames.columns import (
    DAY,
    MOMENT,
    NUMBER,
    TEXT,
    TRUTH,
    WHOLE,
    FrameColumn,
    FrameShape,
    shape,
)

BIBLIOGRAPHIC = (
    ("type", TEXT, "Kind of publication as a CSL type"),
    ("title", TEXT, "Title"),
    ("author", TEXT, "Authors, `Family, Given`, joined by `; `"),
    ("year", WHOLE, "Year of publication"),
    ("container_title", TEXT, "Journal or book"),
    ("volume", TEXT, "Volume"),
    ("issue", TEXT, "Issue"),
    ("page", TEXT, "Pages"),
    ("publisher", TEXT, "Publisher"),
    ("doi", TEXT, "DOI"),
    ("pmid", TEXT, "PubMed id"),
    ("pmcid", TEXT, "PubMed Central id"),
    ("issn", TEXT, "ISSNs, joined by `; `"),
    ("isbn", TEXT, "ISBNs, joined by `; `"),
    ("abstract", TEXT, "Abstract; its publisher's, so it stands in no exported file"),
    ("language", TEXT, "Language as exported"),
    ("keyword", TEXT, "Keywords, joined by `; `"),
    ("url", TEXT, "Address as exported"),
    ("accession_number", TEXT, "Number in the source"),
    ("database", TEXT, "Database as the export names it"),
)
"""The columns of a record that come from its export, whichever layout it had."""

READ = shape(
    "read",
    "Records read from an export",
    "id",
    ("id", TEXT, "Name of the file and number of the entry in it"),
    ("number", WHOLE, "Number of the entry in its file, from 1"),
    ("file", TEXT, "The file"),
    ("line", WHOLE, "Line at which the entry begins"),
    *BIBLIOGRAPHIC,
)

PAIRS = shape(
    "duplicate_pairs",
    "Pairs of records that tell, or may tell, of one report",
    "record_a record_b",
    ("record_a", TEXT, "The record that came first"),
    ("record_b", TEXT, "The other one"),
    ("answer", TEXT, "`same`, `ask` (a person decides) or `different`"),
    ("relation", TEXT, "`same report`, or `same study, other report`"),
    ("doubt", NUMBER, "From 0 (sure) to 1; below 0.5 for what is merged"),
    ("reason", TEXT, "The rule's grounds in words"),
    ("why_asked", TEXT, "What a person is asked for, joined by `; `"),
)

SEARCHES = shape(
    "searches",
    "Searches, one run against one source each (PRISMA-S)",
    "search",
    ("search", TEXT, "Id of the search"),
    ("source", TEXT, "What was searched"),
    ("kind", TEXT, "Kind of source"),
    ("arm", TEXT, "Column of the flow diagram: `databases`, `registers` or `other`"),
    ("interface", TEXT, "Platform"),
    ("searched_on", DAY, "Day of the search"),
    ("ingested_on", DAY, "Day on which its export came into the review"),
    ("query", TEXT, "The strategy, exactly as run"),
    ("results_reported", WHOLE, "What the source said it found"),
    ("records_read", WHOLE, "Records read from the export"),
    ("entries_set_aside", WHOLE, "Entries of the export that could not be read"),
    ("export_sha256", TEXT, "SHA-256 of the export"),
)

RECORDS = shape(
    "records",
    "Records as the sources index them, and where each stands",
    "record",
    ("record", TEXT, "Id: search and number in its export"),
    ("search", TEXT, "Id of the search that brought it in"),
    ("source", TEXT, "Source of that search"),
    ("standing", TEXT, "Where it stands, one of the twelve standings"),
    ("stage", TEXT, "Stage that is open or was decided last"),
    ("conflict", TRUTH, "Whether reviewers disagree at that stage"),
    ("reason", TEXT, "Id of the criterion, or the words, for which it was excluded"),
    ("reason_label", TEXT, "The criterion in words"),
    ("kept", TEXT, "For a duplicate: the record kept in its stead"),
    *BIBLIOGRAPHIC,
)

DUPLICATES = shape(
    "duplicates",
    "Duplicates, each with the record kept in its stead and the decision that joined it",
    "record",
    ("record", TEXT, "The duplicate"),
    ("kept", TEXT, "The record kept in its stead"),
    ("decided_by", TEXT, "Who said so; `automation` for a rule"),
    ("at", MOMENT, "When"),
    ("method", TEXT, "The rule and its version, where a rule decided"),
    ("doubt", NUMBER, "The rule's doubt, from 0 to 1"),
    ("reason", TEXT, "Grounds in words"),
    ("decision", TEXT, "Id of the decision"),
)

DECISIONS = shape(
    "decisions",
    "Decisions of people and, as automation, of rules, in their order",
    "decision",
    ("decision", TEXT, "Id of the line in the log"),
    ("at", MOMENT, "When"),
    ("reviewer", TEXT, "Who; `automation` for a rule"),
    ("event", TEXT, "Kind of decision, as the log names it"),
    ("record", TEXT, "The record that it is about"),
    ("study", TEXT, "The study that it is about"),
    ("stage", TEXT, "`title_abstract` or `full_text`"),
    ("verdict", TEXT, "`include`, `exclude` or `unsure`; missing while the vote is blind"),
    ("reason", TEXT, "Id of a criterion, or words; missing while the vote is blind"),
    ("note", TEXT, "What else was noted; missing while the vote is blind"),
    ("counts", TRUTH, "False: it was taken back"),
    ("blind", TRUTH, "Another vote is waited for: how this one was cast is told when all are in"),
    ("in_words", TEXT, "The decision in words"),
    ("file", TEXT, "The log"),
    ("line", WHOLE, "The line in it"),
)

FLOW = shape(
    "flow",
    "The PRISMA 2020 flow: each box, then its parts by source or reason",
    "",
    ("box", TEXT, "Key of the box, as in the R package PRISMA2020 where it has one"),
    ("label", TEXT, "The box in words"),
    ("part", TEXT, "`total`, `source` or `reason`: rows of one kind add up"),
    ("of", TEXT, "The source, or the id of the reason, that this row counts"),
    ("of_label", TEXT, "The same in words"),
    ("n", WHOLE, "How many"),
)

STUDIES = shape(
    "studies",
    "Studies that are included or extracted",
    "study",
    ("study", TEXT, "Id of the study"),
    ("title", TEXT, "Its label"),
    ("included", TRUTH, "Whether it is included"),
    ("extracted", TRUTH, "Whether there is a study file"),
    ("design", TEXT, "Design, an option of the form"),
    ("basis", TEXT, "What was read: `full_text`, `abstract`, `page`, `secondary_source`"),
    ("form", TEXT, "The extraction form"),
    ("form_version", WHOLE, "Its version"),
    ("primary_report", TEXT, "Record of the primary report"),
    ("reports", TEXT, "Records of all included reports, joined by `; `"),
    ("n_reports", WHOLE, "How many these are"),
    ("n_results", WHOLE, "How many results were extracted"),
    ("extracted_by", TEXT, "Who extracted it"),
    ("extracted_on", DAY, "When"),
    ("checked_by", TEXT, "Who checked it"),
    ("checked_on", DAY, "When"),
    ("file", TEXT, "The study file"),
)

RESULTS = shape(
    "results",
    "Results of the extracted studies, each with its numbers and where it stands",
    "result",
    ("result", TEXT, "Id: study and entry"),
    ("study", TEXT, "Id of the study"),
    ("included", TRUTH, "Whether the study is included"),
    ("outcome", TEXT, "Id of the outcome"),
    ("outcome_label", TEXT, "The outcome in words"),
    ("group", TEXT, "The group that is looked at"),
    ("comparator", TEXT, "The group that it is compared with"),
    ("direction", TEXT, "Direction of effect, coded by a person"),
    ("statement", TEXT, "What the study says"),
    ("measure", TEXT, "What `estimate` is"),
    ("estimate", NUMBER, "Estimate of effect"),
    ("estimate_low", NUMBER, "Lower end of its interval"),
    ("estimate_high", NUMBER, "Upper end of its interval"),
    ("estimate_level", NUMBER, "Level of the interval in percent"),
    ("estimate_se", NUMBER, "Its standard error"),
    ("events", NUMBER, "Of a proportion: how many have the outcome"),
    ("total", NUMBER, "Of a proportion: of how many"),
    ("percent", NUMBER, "Of a proportion: percent as printed"),
    ("mean", NUMBER, "Mean"),
    ("mean_sd", NUMBER, "Standard deviation"),
    ("mean_se", NUMBER, "Standard error of the mean"),
    ("mean_n", NUMBER, "How many people the mean is of"),
    ("rate_events", NUMBER, "Of a rate: events"),
    ("rate_time", NUMBER, "Of a rate: person-time"),
    ("n_analysed", WHOLE, "How many people were analysed"),
    ("derived", TEXT, "How numbers were worked out that no report prints"),
    ("report", TEXT, "Record of the report that the first source names"),
    ("page", TEXT, "Page, table or figure of the first source"),
    ("quote", TEXT, "Words of the first source"),
    ("file", TEXT, "The study file"),
    ("line", WHOLE, "The line in it"),
)

APPRAISALS = shape(
    "appraisals",
    "Answers of the appraisal instruments; no answer is turned into points",
    "",
    ("study", TEXT, "Id of the study"),
    ("included", TRUTH, "Whether the study is included"),
    ("instrument", TEXT, "Id of the instrument"),
    ("item", TEXT, "Dotted path of the item"),
    ("part", TEXT, "Part of the instrument that it stands in"),
    ("label", TEXT, "The question"),
    ("about", TEXT, "The result or outcome judged, where the instrument is answered for each"),
    ("answer", TEXT, "Id of the option chosen"),
    ("answer_label", TEXT, "Its words, or why there is no answer"),
    ("light", TEXT, "What it says of the study: `good`, `some`, `bad`, `worst`, `unknown`, `none`"),
    ("overall", TRUTH, "Whether it is the judgement over all domains"),
    ("proposed", TEXT, "For an overall judgement: what its domains come to"),
    ("note", TEXT, "The appraiser's grounds"),
    ("file", TEXT, "The study file"),
    ("line", WHOLE, "The line in it"),
)

FINDINGS = shape(
    "findings",
    "What the authors conclude, and what the results that they name come to",
    "finding",
    ("finding", TEXT, "Id of the finding"),
    ("statement", TEXT, "The finding in words"),
    ("kind", TEXT, "`direction`, `description`, `theme` or `gap`"),
    ("question", TEXT, "Id of the question that it answers"),
    ("outcome", TEXT, "Id of the outcome"),
    ("comparison", TEXT, "What is compared"),
    ("method", TEXT, "How the results were brought together (SWiM 3)"),
    ("direction", TEXT, "The authors' reading"),
    ("size", TEXT, "How large a difference is, in the authors' judgement"),
    ("approach", TEXT, "`grade` or `grade_cerqual`"),
    ("certainty", TEXT, "Certainty of the evidence"),
    ("studies", TEXT, "Ids of the studies that it rests on, joined by `; `"),
    ("n_studies", WHOLE, "How many these are"),
    ("n_results", WHOLE, "How many results it names"),
    ("n_higher", WHOLE, "Studies whose results point higher"),
    ("n_lower", WHOLE, "Studies whose results point lower"),
    ("n_no_clear_difference", WHOLE, "Studies without a clear difference"),
    ("n_conflicting", WHOLE, "Studies whose results conflict"),
    ("n_unclear", WHOLE, "Studies that compare nothing or do not say which way"),
    ("file", TEXT, "The file"),
    ("line", WHOLE, "The line in it"),
)

AGREEMENT = shape(
    "agreement",
    "How far every two reviewers agree on their first independent votes",
    "",
    ("stage", TEXT, "`title_abstract` or `full_text`"),
    ("reviewer_a", TEXT, "The first by name"),
    ("reviewer_b", TEXT, "The second"),
    ("criterion", TEXT, "Criterion found failing; missing for the verdict itself"),
    ("n", WHOLE, "Records that both screened"),
    ("both", WHOLE, "Both yes (kept in; for a criterion: found failing)"),
    ("only_a", WHOLE, "Only the first yes"),
    ("only_b", WHOLE, "Only the second yes"),
    ("neither", WHOLE, "Neither"),
    ("observed", NUMBER, "Observed agreement, 0 to 1"),
    ("kappa", NUMBER, "Cohen's kappa"),
    ("kappa_low", NUMBER, "Lower end of its 95 % interval"),
    ("kappa_high", NUMBER, "Upper end of its 95 % interval"),
    ("pabak", NUMBER, "Prevalence- and bias-adjusted kappa"),
    ("ac1", NUMBER, "Gwet's AC1"),
    ("prevalence_index", NUMBER, "Prevalence index (Byrt et al. 1993)"),
    ("bias_index", NUMBER, "Bias index (Byrt et al. 1993)"),
)

PROBLEMS = shape(
    "problems",
    "What is wrong with what people wrote or exported",
    "",
    ("severity", TEXT, "`error`, `warning` or `note`"),
    ("file", TEXT, "The file"),
    ("line", WHOLE, "The line in it"),
    ("what", TEXT, "What is wrong"),
    ("remedy", TEXT, "What to do"),
    ("check", TEXT, "Name of the rule that found it"),
)

SHAPES: Mapping[str, FrameShape] = {
    one.name: one
    for one in (
        SEARCHES,
        RECORDS,
        DUPLICATES,
        DECISIONS,
        FLOW,
        STUDIES,
        RESULTS,
        APPRAISALS,
        FINDINGS,
        AGREEMENT,
    )
}
"""The tables of a review by the name that they have in Python and as files."""


def without_abstracts(shape: FrameShape) -> FrameShape:
    """`shape` without the abstracts, which belong to their publishers."""
    kept: tuple[FrameColumn, ...] = tuple(c for c in shape.columns if c.name != "abstract")
    return FrameShape(name=shape.name, title=shape.title, columns=kept, key=shape.key)
