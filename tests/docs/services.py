"""services.py CMKSIM ROOT [--write]: docs/services.md has, below its first words, what 'cmksim models --compare --format
markdown' prints; with --write it gets it."""
import os
import subprocess
import sys

CMKSIM, ROOT = sys.argv[1], sys.argv[2]
PAGE = os.path.join(ROOT, "docs", "services.md")
HEAD = """# The services side by side

What each service makes of a lost key, how soon it notices, what it asks for, and what brings it back, by the newest model
of each. `cmksim models --compare --format markdown` prints this page's tables; name services to see those alone, and leave
the format out for a terminal. `cmksim models SERVICE` has the source of each fact, and what is assumed.

"""


def main():
    printed = subprocess.run([CMKSIM, "models", "--compare", "--format", "markdown"], capture_output=True, text=True)
    if printed.returncode != 0:
        sys.exit("the comparison is not printed: " + printed.stderr)
    wanted = HEAD + printed.stdout
    if "--write" in sys.argv[3:]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(wanted)
        return
    with open(PAGE, encoding="utf-8") as file:
        if file.read() != wanted:
            sys.exit("docs/services.md is not what the program prints; services.py CMKSIM ROOT --write makes it so")


main()
