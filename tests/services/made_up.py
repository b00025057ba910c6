"""Records in the shape in which each interface gives them; every word of them is made up."""

from __future__ import annotations

from typing import Any


def doi(n: int) -> str:
    return f"10.5555/made.{n}"


def title(n: int) -> str:
    return f"Sleep and screens in made-up group {n}"


def openalex_work(n: int) -> dict[str, Any]:
    words = f"An abstract of {n} words".split()
    return {
        "id": f"https://openalex.org/W{1000 + n}",
        "doi": f"https://doi.org/{doi(n)}",
        "title": title(n),
        "display_name": title(n),
        "publication_year": 2015 + n % 8,
        "publication_date": f"{2015 + n % 8}-03-01",
        "ids": {
            "openalex": f"https://openalex.org/W{1000 + n}",
            "doi": f"https://doi.org/{doi(n)}",
            "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{70000 + n}",
        },
        "language": "en",
        "primary_location": {
            "is_oa": False,
            "landing_page_url": f"https://doi.org/{doi(n)}",
            "source": {
                "id": "https://openalex.org/S1",
                "display_name": "Journal of Made-up Sleep",
                "issn_l": "0000-0019",
                "issn": ["0000-0019"],
                "type": "journal",
            },
        },
        "type": "article",
        "authorships": [
            {
                "author_position": "first",
                "author": {
                    "id": "https://openalex.org/A1",
                    "display_name": "Ada Example",
                    "orcid": None,
                },
                "institutions": [],
                "raw_author_name": "Ada Example",
            }
        ],
        "biblio": {
            "volume": "4",
            "issue": str(n % 12 + 1),
            "first_page": str(n),
            "last_page": str(n + 9),
        },
        "is_retracted": False,
        "abstract_inverted_index": {word: [i] for i, word in enumerate(words)},
        "referenced_works": [f"https://openalex.org/W{1000 + n - 1}"] if n else [],
        "cited_by_count": n % 5,
    }


def pubmed_articles(numbers: list[int]) -> bytes:
    articles = "\n".join(
        f"""<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="1">{70000 + n}</PMID>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">0000-0019</ISSN>
<JournalIssue CitedMedium="Print"><Volume>4</Volume><Issue>{n % 12 + 1}</Issue>
<PubDate><Year>{2015 + n % 8}</Year></PubDate></JournalIssue>
<Title>Journal of Made-up Sleep</Title><ISOAbbreviation>J Made Sleep</ISOAbbreviation></Journal>
<ArticleTitle>{title(n)}</ArticleTitle>
<Pagination><MedlinePgn>{n}-{n + 9}</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">{doi(n)}</ELocationID>
<Abstract><AbstractText>An abstract of {n} words é</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Example</LastName>
<ForeName>Ada</ForeName><Initials>A</Initials></Author></AuthorList>
<Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
</PublicationTypeList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{70000 + n}</ArticleId>
<ArticleId IdType="doi">{doi(n)}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""
        for n in numbers
    )
    return f"""<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
{articles}
</PubmedArticleSet>""".encode()


def europe_pmc_result(n: int) -> dict[str, Any]:
    return {
        "id": str(70000 + n),
        "source": "MED",
        "pmid": str(70000 + n),
        "doi": doi(n),
        "title": title(n),
        "authorString": "Example A.",
        "authorList": {
            "author": [{"fullName": "Example A", "firstName": "Ada", "lastName": "Example"}]
        },
        "journalInfo": {
            "issue": str(n % 12 + 1),
            "volume": "4",
            "yearOfPublication": 2015 + n % 8,
            "journal": {"title": "Journal of Made-up Sleep", "issn": "0000-0019"},
        },
        "pubYear": str(2015 + n % 8),
        "pageInfo": f"{n}-{n + 9}",
        "abstractText": f"An abstract of {n} words",
        "pubTypeList": {"pubType": ["Journal Article"]},
    }


def crossref_item(n: int) -> dict[str, Any]:
    return {
        "DOI": doi(n),
        "type": "journal-article",
        "title": [title(n)],
        "container-title": ["Journal of Made-up Sleep"],
        "author": [{"given": "Ada", "family": "Example", "sequence": "first"}],
        "issued": {"date-parts": [[2015 + n % 8, 3]]},
        "volume": "4",
        "issue": str(n % 12 + 1),
        "page": f"{n}-{n + 9}",
        "ISSN": ["0000-0019"],
        "abstract": f"<jats:p>An abstract of {n} words</jats:p>",
        "URL": f"https://doi.org/{doi(n)}",
    }


def semantic_scholar_paper(n: int) -> dict[str, Any]:
    return {
        "paperId": f"{n:040x}",
        "corpusId": n,
        "externalIds": {"DOI": doi(n), "PubMed": str(70000 + n), "CorpusId": n},
        "url": f"https://www.semanticscholar.org/paper/{n:040x}",
        "title": title(n),
        "abstract": f"An abstract of {n} words",
        "venue": "Journal of Made-up Sleep",
        "year": 2015 + n % 8,
        "publicationDate": f"{2015 + n % 8}-03-01",
        "journal": {"name": "Journal of Made-up Sleep", "volume": "4", "pages": f"{n}-{n + 9}"},
        "authors": [{"authorId": "1", "name": "Ada Example"}],
    }


def trial(n: int) -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT{n:08d}",
                "briefTitle": title(n),
                "officialTitle": title(n),
                "organization": {"fullName": "Made-up Hospital", "class": "OTHER"},
            },
            "statusModule": {
                "overallStatus": "RECRUITING",
                "startDateStruct": {"date": f"{2015 + n % 8}-03"},
                "studyFirstPostDateStruct": {"date": f"{2015 + n % 8}-01-02", "type": "ACTUAL"},
                "lastUpdatePostDateStruct": {"date": "2024-05-06", "type": "ACTUAL"},
            },
            "descriptionModule": {"briefSummary": f"A summary of {n} words"},
            "conditionsModule": {"conditions": ["Sleep"]},
        },
        "hasResults": False,
    }
