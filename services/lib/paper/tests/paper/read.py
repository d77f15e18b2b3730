"""Reads PDFs with programs that had no part in writing them: read.py READERS FILE... prints one line of JSON each.

READERS is the folder `readers` of the runtime folder. qpdf judges the structure, PDFium gives text, positions and
pictures, ZXing reads the code in the picture of the last page.
"""

import ctypes
import json
import pathlib
import sys
import tempfile
import types

# What an invoice has no use for. In the unpacked form of a PDF such names stand in plain sight.
FORBIDDEN = [
    b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/EmbeddedFiles", b"/Filespec", b"/Launch", b"/URI", b"/OpenAction",
    b"/AA", b"/AcroForm", b"/RichMedia", b"/GoToR", b"/SubmitForm", b"/Annots",
]
DPI = 200


def load(readers):
    for part in ("qpdf", "pdfium", "zxing"):
        sys.path.insert(0, str(readers / part))
    # The compiled part alone is there, so its package is a name without contents.
    package = types.ModuleType("pikepdf")
    package.__path__ = [str(readers / "qpdf" / "pikepdf")]
    sys.modules["pikepdf"] = package


def structure(path, folder):
    """What `qpdf --check` says, and which forbidden names are in the unpacked file."""
    from pikepdf import _core as qpdf

    check = qpdf.Job(["qpdf", "--check", "--no-warn", str(path)])
    check.run()
    plain = folder / "plain.pdf"
    qpdf.Job(["qpdf", "--qdf", "--object-streams=disable", str(path), str(plain)]).run()
    words = set(plain.read_bytes().replace(b"<", b" ").replace(b"[", b" ").split())
    found = [name.decode() for name in FORBIDDEN if name in words]
    return check.exit_code, check.has_warnings, found


def read(path, folder):
    import pypdfium2 as pdfium
    import zxingcpp

    exit_code, warned, forbidden = structure(path, folder)
    document = pdfium.PdfDocument(path)
    pages, outside, links = [], 0, 0
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_bounded())
        links += pdfium.raw.FPDFPage_GetAnnotCount(page)
        width, height = page.get_size()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            outside += left < 28 or right > width - 28 or bottom < 14 or top > height - 28
    picture = document[len(document) - 1].render(scale=DPI / 72, grayscale=True)
    rows = (ctypes.c_ubyte * picture.stride * picture.height).from_buffer(picture.buffer)
    codes = zxingcpp.read_barcodes(memoryview(rows), formats=zxingcpp.BarcodeFormat.QRCode)
    return {
        "check": exit_code, "warned": warned, "forbidden": forbidden, "pages": pages, "outside": outside, "links": links,
        "attachments": pdfium.raw.FPDFDoc_GetAttachmentCount(document),
        "scripts": pdfium.raw.FPDFDoc_GetJavaScriptActionCount(document),
        "codes": [{"bytes": code.bytes.hex(), "level": code.ec_level} for code in codes],
        "title": document.get_metadata_value("Title"),
    }


def main():
    load(pathlib.Path(sys.argv[1]))
    for path in sys.argv[2:]:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(read(path, pathlib.Path(folder)), ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
