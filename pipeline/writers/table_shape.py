"""How much room a table needs: upright, or on a page turned sideways."""

from __future__ import annotations

from pipeline.terms.document import Table

LETTERS_ACROSS_UPRIGHT = 112
"""Letters of the small table type that fit beside each other on an upright A4 page (16 cm)."""

_GAP = 3
_LETTERS_OF_A_READABLE_LINE = 15


def is_wide(table: Table) -> bool:
    """Whether the columns of `table` would be too narrow to read on an upright page.

    A column needs its longest word, and about 15 letters a line when it holds running text.
    """
    if len(table.columns) < 5:
        return False
    total = sum(column.share for column in table.columns) or 1.0
    cramped = 0
    for place, column in enumerate(table.columns):
        texts = [column.label, *(row[place].text for row in table.rows if place < len(row))]
        longest_word = max((len(word) for text in texts for word in text.split()), default=0)
        longest = max(map(len, texts))
        need = max(min(longest_word, 18), min(longest, _LETTERS_OF_A_READABLE_LINE)) + _GAP
        if need > LETTERS_ACROSS_UPRIGHT * column.share / total:
            cramped += 1
    return (cramped > 0 and len(table.columns) >= 6) or cramped > 1
