#!/usr/bin/env python3
"""Holds the table of the documents against the program.

documents.py CMKSIM PROJECT

Every statement has a number of its own, from 1 on without a gap. Each names a scenario or a command that holds it, or
says why it is not simulated; the scenarios pass, the commands succeed, and the names of fields, codes and commands under
"lives" stand in the models.
"""

import pathlib
import re
import shlex
import subprocess
import sys

STATEMENTS = 173
NOT_SIMULATED = "not simulated: "


def rows(text):
    """The cells of every statement, by its number."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if cells[0].strip("| ").isdigit():
            yield int(cells[0].strip("| ")), cells[1:]


def main():
    program, project = sys.argv[1], pathlib.Path(sys.argv[2])
    page = project / "docs" / "documents.md"
    models = "\n".join(path.read_text() for path in sorted((project / "models").glob("*.yaml")))
    models += "\n" + (project / "models" / "README.md").read_text()
    failures = []
    scenarios, commands, expected = set(), set(), 1
    for number, cells in rows(page.read_text()):
        if number != expected:
            failures.append(f"statement {expected} is not in its place; {number} is")
        expected = number + 1
        if len(cells) != 4:
            failures.append(f"statement {number}: {len(cells)} cells")
            continue
        _, statement, lives, held = cells
        if not statement:
            failures.append(f"statement {number} says nothing")
        for name in re.findall(r"`([^`]+)`", lives):
            if name not in models and not name.startswith(("explain ", "import ")):
                failures.append(f"statement {number}: no model has '{name}'")
        links = re.findall(r"\]\((\.\./scenarios/[^)]+)\)", held)
        runs = re.findall(r"`(cmksim [^`]+)`", held)
        if held.startswith(NOT_SIMULATED):
            if not held[len(NOT_SIMULATED):].strip():
                failures.append(f"statement {number}: no reason")
        elif not links and not runs:
            failures.append(f"statement {number}: nothing holds it")
        scenarios.update((page.parent / link).resolve() for link in links)
        commands.update(runs)
    if expected != STATEMENTS + 1:
        failures.append(f"{expected - 1} statements, not {STATEMENTS}")
    for missing in [path for path in scenarios if not path.is_file()]:
        failures.append(f"there is no {missing}")
    present = sorted(str(path) for path in scenarios if path.is_file())
    tested = subprocess.run([program, "test", *present], capture_output=True, text=True, check=False)
    if tested.returncode != 0:
        failures.append("a scenario fails:\n" + tested.stdout + tested.stderr)
    for command in sorted(commands):
        ran = subprocess.run([program, *shlex.split(command)[1:]], capture_output=True, text=True, check=False)
        if ran.returncode != 0 or not ran.stdout.strip():
            failures.append(f"{command}: exit {ran.returncode}: {ran.stderr.strip()}")
    print("\n".join(failures) if failures else
          f"{STATEMENTS} statements, {len(present)} scenarios, {len(commands)} commands")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
