"""How much room a table needs: upright, or on a page turned sideways."""

from __future__ import annotations

from pipeline.terms.document import Table

LETTERS_ACROSS_UPRIGHT = 112
"""Letters of the small table type that fit beside each other on an upright A4 page (16 cm)."""

_GAP = 3
_LETTERS_OF_A_READABLE_LINE = 15
_LINES_OF_HALF_A_PAGE = 22


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


def has_short_rows(table: Table) -> bool:
    """Whether every row is surely lower than half a page, so that none need be cut in two."""
    total = sum(column.share for column in table.columns) or 1.0
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=False):
            letters = max(4.0, LETTERS_ACROSS_UPRIGHT * column.share / total - _GAP)
            lines = sum(1 + len(line) / letters * 1.3 for line in cell.text.split("\n"))
            if lines + len(cell.cites) > _LINES_OF_HALF_A_PAGE:
                return False
    return True
