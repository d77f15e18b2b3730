"""Fails when generated files are not what their generator writes: drift.py FOLDER... -- COMMAND..."""

import hashlib
import pathlib
import subprocess
import sys


def snapshot(folders):
    files = (path for folder in folders for path in pathlib.Path(folder).rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main():
    cut = sys.argv.index("--")
    folders, command = sys.argv[1:cut], sys.argv[cut + 1 :]
    before = snapshot(folders)
    subprocess.run(command, check=True)
    after = snapshot(folders)
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        print("these generated files were not current:", *changed, sep="\n  ")
        sys.exit("fix: they are now; look at the difference and commit it")


if __name__ == "__main__":
    main()
