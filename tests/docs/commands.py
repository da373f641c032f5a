#!/usr/bin/env python3
"""Runs the commands that the documentation shows, as a reader would who is in a checkout.

commands.py CMKSIM PROJECT

A command counts that stands in a block of the shell and begins with the program. One that names a file that is not
there, which stands for a file of the reader's own, is only read: its options must be known. So is one with a word in
capitals, which stands for a name of the reader's own.
"""

import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

PAGES = ["README.md", "docs/*.md", "scenarios/README.md", "scenarios/incidents/README.md", "models/README.md"]
NAMES = ("cmksim", "build/release/cmksim")
LONG = 120  # seconds; a page shows nothing that takes longer


def commands(text):
    """The commands of a page, each with its line."""
    block = None  # the language of the block that a line stands in
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            block = line.strip()[3:].strip() if block is None else None
            continue
        shell = block in ("", "sh", "console")
        line = line.removeprefix("$ ")
        if shell and line.split(" ", 1)[0] in NAMES and not line.startswith("cmksim:"):
            yield number, line


def words_of(line):
    """The words of a command, without what a pipe or a redirection does with its output."""
    words = shlex.split(line, comments=True)
    end = next((i for i, word in enumerate(words) if word in ("|", ">")), len(words))
    return words[1:end]


def looks_like_file(word):
    return re.search(r"\.(yaml|json|xml|sarif|html|md|txt)$", word) is not None and "=" not in word


class Reader:
    def __init__(self, program, project, folder):
        self.program = program
        self.project = pathlib.Path(project)
        self.folder = folder
        self.ran = 0
        self.failures = []

    def call(self, words):
        return subprocess.run([self.program, *words], cwd=self.project, capture_output=True, text=True, timeout=LONG,
                              check=False)

    def check(self, place, line):
        words = words_of(line)
        if "-o" in words or "--output" in words or "--update" in words or any("=out." in word for word in words):
            # What would write into the checkout writes elsewhere.
            words = [re.sub(r"=out\.", f"={self.folder}/out.", word) for word in words if word != "--update"]
            for option in ("-o", "--output"):
                if option in words:
                    at = words.index(option) + 1
                    words[at] = f"{self.folder}/{words[at]}"
        own = [word for word in words if looks_like_file(word) and not word.startswith(self.folder)
               and not (self.project / word).exists()]
        result = self.call(words)
        if own and result.returncode == 2 and "no such file or directory" in result.stderr.lower():
            return
        if own and "cannot read the directory" in result.stderr.lower():
            return
        if result.returncode == 2 and any(f"'{word}'" in result.stderr for word in words if word.isupper()):
            return
        self.ran += 1
        said = re.sub(r"\s+", " ", result.stdout)
        undecided = result.returncode == 4 and ("Not looked at:" in said or "not known" in said)  # which it says
        if result.returncode not in (0, 1) and not undecided:
            self.failures.append(f"{place}: {line}\n  exit {result.returncode}: {result.stderr[:400]}")


def main():
    program, project = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(program, project, folder)
        for pattern in PAGES:
            for page in sorted(pathlib.Path(project).glob(pattern)):
                for number, line in commands(page.read_text()):
                    reader.check(f"{page}:{number}", line)
    print(f"{reader.ran} commands ran")
    for failure in reader.failures:
        print("FAILED:", failure)
    return 1 if reader.failures or reader.ran < 20 else 0


sys.exit(main())
