"""Runs the guards: `python3 deploy/guards [NAME...]`. Standard library only."""

import sys

import crashes
import layers
import lengths
import licences
import paths
import providers
import unused

GUARDS = {
    "licences": licences, "providers": providers, "unused": unused, "layers": layers, "lengths": lengths, "paths": paths,
    "crashes": crashes,
}


def main():
    failed = False
    for name in sys.argv[1:] or GUARDS:
        problems = GUARDS[name].check()
        print(f"{name}: {'ok' if not problems else f'{len(problems)} problems'}", flush=True)
        for problem in problems:
            print(f"  {problem}")
        failed = failed or bool(problems)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
