#!/usr/bin/env python3
"""Holds what the documentation shows against the program and the files.

outputs.py CMKSIM PROJECT

In a block of the console, what stands below a command is what the command prints; a line that is only an ellipsis stands
for any lines. What is typed behind a prompt is typed, and what follows is what the program then says; what a terminal
alone shows, before the first prompt, is not looked at. A block of YAML that begins with the path of a file is that file. A picture of which a page says with
which command it is made is what that command prints. Links to files lead to one, and a path in backticks is one.
"""

import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

PAGES = ["*.md", "docs/*.md", "models/README.md", "scenarios/README.md", "scenarios/incidents/README.md"]
ANY = "…"
PROMPT = re.compile(r"\+\S+> ")


def blocks(text):
    """The fenced blocks of a page: line of the fence, language, lines."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            if fence is None:
                fence = (number, line.strip()[3:].strip(), [])
            else:
                yield fence
                fence = None
        elif fence is not None:
            fence[2].append(line)


def sections(text):
    """The names by which links lead to the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return ({re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles} |
            set(re.findall(r'<a id="([^"]+)">', text)))


def shown(lines):
    """The commands of a block of the console, each with its line and with what is shown of its output."""
    found = []
    for number, line in enumerate(lines, 1):
        if line.startswith("$ cmksim "):
            found.append((number, line[2:], []))
        elif found:
            found[-1][2].append(line)
    return [(number, command, output) for number, command, output in found if "".join(output).strip()]


def difference(output, printed):
    """The first part of what is shown that was not printed where it should be."""
    parts, part = [], []
    for line in [*output, ANY]:
        if line.strip() == ANY:
            parts.append(part)
            part = []
        else:
            part.append(line.rstrip())
    at = 0
    for index, part in enumerate(parts):
        if not part:
            continue
        anchored = index == 0
        last = index == len(parts) - 1 and output[-1].strip() != ANY
        places = [at] if anchored else range(at, len(printed) - len(part) + 1)
        place = next((p for p in places if printed[p:p + len(part)] == part and (not last or p + len(part) == len(printed))),
                     None)
        if place is None:
            return part
        at = place + len(part)
    return None


class Reader:
    def __init__(self, program, project):
        self.program = program
        self.project = pathlib.Path(project).resolve()
        self.checked = {"outputs": 0, "sessions": 0, "files": 0, "pictures": 0, "links": 0, "paths": 0}
        self.failures = []

    def prints(self, command):
        words = shlex.split(command)[1:]
        done = subprocess.run([self.program, *words], cwd=self.project, capture_output=True, text=True, timeout=120,
                              check=False)
        return done.stdout

    def answers(self, command, typed):
        """What a session says; it may save files, so it goes in a folder of its own that has all of the project's."""
        with tempfile.TemporaryDirectory() as folder:
            for entry in self.project.iterdir():
                (pathlib.Path(folder) / entry.name).symlink_to(entry)
            done = subprocess.run([self.program, *shlex.split(command)[1:]], cwd=folder, capture_output=True, text=True,
                                  input="\n".join(typed) + "\n", timeout=120, check=False)
        return done.stdout

    def check_session(self, place, command, output):
        self.checked["sessions"] += 1
        begin = next(at for at, line in enumerate(output) if PROMPT.match(line))
        printed = self.answers(command, [PROMPT.sub("", line, count=1) for line in output if PROMPT.match(line)])
        missing = difference([ANY, *output[begin:], ANY], [line.rstrip() for line in printed.splitlines()])
        if missing is not None:
            self.failures.append(f"{place}: {command} does not say\n    " + "\n    ".join(missing))

    def check_output(self, place, command, output):
        self.checked["outputs"] += 1
        while output and not output[-1].strip():
            output.pop()
        printed = [line.rstrip() for line in self.prints(command).splitlines()]
        missing = difference(output, printed)
        if missing is not None:
            self.failures.append(f"{place}: {command} does not print\n    " + "\n    ".join(missing))

    def check_file(self, place, lines):
        name = re.fullmatch(r"# (\S+\.yaml)", lines[0]) if lines else None
        if name is None or not (self.project / name[1]).is_file():
            return
        self.checked["files"] += 1
        written = [line for line in (self.project / name[1]).read_text().splitlines()
                   if not line.startswith("# yaml-language-server:")]
        if written != lines[1:]:
            self.failures.append(f"{place}: {name[1]} has another text")

    def check_links(self, page, text):
        for number, line in enumerate(text.splitlines(), 1):
            for target, section in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", line):
                if "://" in target or not (target or section):
                    continue
                self.checked["links"] += 1
                file = page.parent / target if target else page
                if not file.exists():
                    self.failures.append(f"{page}:{number}: there is no {target}")
                elif section and file.suffix == ".md" and section not in sections(file.read_text()):
                    self.failures.append(f"{page}:{number}: {file.name} has no section #{section}")

    def check_paths(self, page, text):
        for number, line in enumerate(text.splitlines(), 1):
            for path in re.findall(r"`((?:sim|tests|models|schemas|docs|scenarios|bench|cmake)/[\w./-]+)`", line):
                if re.search(r"NAME|SERVICE|FOLDER|KIND", path):
                    continue  # stands for a name of the reader's own
                self.checked["paths"] += 1
                if not (self.project / path).exists():
                    self.failures.append(f"{page}:{number}: there is no {path}")

    def check_pictures(self, page, text):
        for name, after in re.findall(r"\]\(([^)\s]+\.svg)\)(.*?)(?=\]\([^)\s]+\.svg\)|\Z)", text, re.DOTALL):
            made = re.search(r"`(cmksim [^`]+--format svg)`", after)
            if made is None:
                self.failures.append(f"{page}: says nowhere with which command {name} is made")
                continue
            self.checked["pictures"] += 1
            if (page.parent / name).read_text() != self.prints(made[1].replace("\n", " ")):
                self.failures.append(f"{page}: {name} is not what '{made[1]}' prints")

    def check(self, page):
        text = page.read_text()
        for number, language, lines in blocks(text):
            if language == "console":
                for line, command, output in shown(lines):
                    check = self.check_session if any(PROMPT.match(one) for one in output) else self.check_output
                    check(f"{page}:{number + line}", command, output)
            elif language == "yaml":
                self.check_file(f"{page}:{number}", lines)
        self.check_links(page, text)
        self.check_paths(page, text)
        self.check_pictures(page, text)


def main():
    reader = Reader(*sys.argv[1:])
    for pattern in PAGES:
        for page in sorted(reader.project.glob(pattern)):
            reader.check(page)
    print(", ".join(f"{count} {what}" for what, count in reader.checked.items()))
    for failure in reader.failures:
        print("FAILED:", failure)
    empty = [what for what, count in reader.checked.items() if count == 0]
    for what in empty:
        print(f"FAILED: no {what} in any page")
    return 1 if reader.failures or empty else 0


sys.exit(main())
