"""Small PDFs made by hand: pages of lines, and the ways in which a file can be bad."""

from __future__ import annotations


def pdf(*pages: str, labels: int = 0, title: str = "") -> bytes:
    """A PDF with one page for each of `pages`; `labels` is the printed number of the first."""
    bodies = [_page(text) for text in pages]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    numbered = f"/PageLabels << /Nums [0 << /S /D /St {labels} >>] >>" if labels else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {numbered} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, body in enumerate(bodies):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources "
            b"<< /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * n)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body))
    objects.append(f"<< /Title ({title}) >>".encode())
    return _file(objects, info=len(objects))


def _page(text: str) -> bytes:
    lines = []
    for n, line in enumerate(text.split("\n")):
        safe = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        lines.append(f"BT /F1 11 Tf 50 {750 - 14 * n} Td ({safe}) Tj ET")
    return "\n".join(lines).encode("cp1252")


def _file(objects: list[bytes], info: int) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, info)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
