"""Reference types of all layouts into CSL types; an unknown type stays empty."""

from __future__ import annotations

from functools import lru_cache

_CSL = {
    "article-journal": (
        "jour journalarticle article journal ejour articlejournal electronicarticle jfull "
        "journalpaper research researcharticle journalarticles reportsresearch j articleinpress "
        "researchsupport randomizedcontrolledtrial clinicaltrial letter editorial review "
        "reviewarticle systematicreview metaanalysis casereport casereports shortsurvey note "
        "erratum journalreview peerreviewedjournal academicjournal periodical inpr inpress "
        "originalarticle originalpaper shortcommunication comment observationalstudy "
        "comparativestudy evaluationstudy multicenterstudy clinicalstudy scholarlyjournals "
        "academicjournals journalarticlepeerreviewedjournal scholarlyjournal datapaper "
        "articledata retractedpublication introductoryjournalarticle"
    ),
    "article-magazine": ("mgzn magazinearticle magazine trademagazine popularmagazine magazines"),
    "article-newspaper": "news newspaperarticle newspaper newspapers",
    "book": (
        "book wholebook books edbook editedbook ebook mvbook monograph collection mvcollection "
        "mvreference referencebook bookwhole booklet manual b classicalwork ancient clswk "
        "electronicbook authoredbook mvproceedings"
    ),
    "chapter": (
        "chap booksection bookchapter chapter inbook incollection echap suppbook bookpart "
        "electronicbooksection electronicbookchapter booksectionedited incollections bookinbook "
        "suppcollection referencechapter bookreferenceentry"
    ),
    "paper-conference": (
        "conf cpaper conference conferencepaper conferenceproceeding conferenceproceedings "
        "inproceedings proceedings proceedingsarticle conferenceabstract meetingabstract "
        "proceedingspaper conferencereview abst abstract p c articleproceedingspaper "
        "conferencepaperarticle conferencearticle ieeeconferences ieeeconference "
        "articleconferencepaper conferencecontribution conferencepublication meetingpaper "
        "speechesmeetingpapers"
    ),
    "thesis": (
        "thes thesis phdthesis mastersthesis dissertation dissertationthesis dissertations "
        "dissertationstheses thesisdissertation academicdissertation dissertationthesisetc "
        "doctoraldissertation theses dissertationsthesesdoctoraldissertations"
    ),
    "report": (
        "rprt report techreport technicalreport govdoc govdocument governmentdocument govt gov "
        "reportsevaluative reportsdescriptive workingpaper wp researchreport "
        "reportsresearchother unpd governmentpublication"
    ),
    "article": "preprint eprint preprints postedcontent",
    "webpage": (
        "elec webpage website online www electronic web electronicsource icomm blogpost blog"
    ),
    "patent": "pat patent patents",
    "dataset": "data dataset datasets aggr",
    "software": "comp software computerprogram computerprogramme",
    "manuscript": "unpb unpublished unpublishedwork manuscript manscpt unbill",
    "legislation": "bill stat statute legislation hear hearing legislationlaw",
    "legal_case": "case legalcase caselaw legalruleorregulation legal",
    "entry-encyclopedia": "ency encyclopedia encyclopediaarticle inreference",
    "entry-dictionary": "dict dictionary dictionaryentry",
    "motion_picture": ("video mpct filmorbroadcast film motionpicture videorecording movie advs"),
    "song": "music sound audio audiorecording soundrecording",
    "map": "map maps",
    "speech": "slide presentation talk speech lecture",
    "personal_communication": "pcomm personalcommunication email",
    "interview": "interview",
    "standard": "stand standard ieeestandards",
    "graphic": "art artwork figure chart graphic image",
    "review": "bookreview",
    "review-book": "reviewbook",
    "clinical_trial": "",
}
_TYPES = {word: csl for csl, words in _CSL.items() for word in words.split()}
_OWN = frozenset(_CSL)


@lru_cache(maxsize=4096)
def csl_type(text: str) -> str:
    """The CSL type for the type `text` of an export, "" when it is not known.

    Of several ("Journal Article; Review") the first that is known counts.
    """
    low = text.strip().lower()
    found = _TYPES.get("".join(sign for sign in low if sign.isalnum()))
    if found or low in _OWN:
        return found or low
    for sign in (";", "|", "/", ",", ":", "(", "\n"):
        if sign in low:
            for part in low.split(sign):
                if found := _TYPES.get("".join(s for s in part if s.isalnum())):
                    return found
    return ""
