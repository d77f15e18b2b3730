"""Fails when generated files are not what their generator writes: drift.py FOLDER|FILE... -- COMMAND..."""

import hashlib
import pathlib
import subprocess
import sys


def snapshot(places):
    places = [pathlib.Path(place) for place in places]
    files = (path for place in places for path in (place, *place.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main():
    cut = sys.argv.index("--")
    places, command = sys.argv[1:cut], sys.argv[cut + 1 :]
    before = snapshot(places)
    subprocess.run(command, check=True)
    after = snapshot(places)
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        print("these generated files were not current:", *changed, sep="\n  ")
        sys.exit("fix: they are now; look at the difference and commit it")


if __name__ == "__main__":
    main()
