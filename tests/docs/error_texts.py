#!/usr/bin/env python3
"""Holds the error texts of the program to the simple rules of the style page in CONTRIBUTING.md.

error_texts.py PROJECT

A text counts that the sources hand to what reports errors: `diagnostics.error(…)`, `fail(…)`, or a literal with
"error: ". It begins in lower case, with an option's name, or with a name in its place; it ends without a full stop; it
does not plead, blame without a reason, or name a function. Neither sources nor pages say "whoever", "somebody" or
"nobody": a noun says who acts.
"""

import pathlib
import re
import sys

CALL = re.compile(r"(?:\berror|\bfail|\breportError)\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# The word of the document itself may begin with a capital.
NAMES = re.compile(r"^(\{\}|'|--|[A-Z]+\b|Azure|Markdown|Terraform|Bicep|YAML|Unicode|Key Vault|[A-Z][a-z]+[A-Z])")
RULES = [
    (re.compile(r"\bplease\b", re.IGNORECASE), "pleads"),
    (re.compile(r"\b(whoever|somebody|someone|nobody)\b", re.IGNORECASE), "has no noun for who acts"),
    (re.compile(r"\b(invalid|illegal|bad)\b", re.IGNORECASE), "blames, and does not say what was expected"),
    (re.compile(r"\w::\w|\w\(\)"), "names a function or class"),
    (re.compile(r"!$"), "ends with an exclamation mark"),
]


def arguments(text, start):
    """What stands between the parenthesis before `start` and its end."""
    depth, at, quoted = 1, start, False
    while at < len(text) and depth:
        char = text[at]
        if quoted:
            at += char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        else:
            depth += (char == "(") - (char == ")")
        at += 1
    return text[start:at - 1]


def texts(source):
    """The error texts of a source, each with its line: literals side by side are one."""
    joined = re.sub(r'"\s*\n\s*"', "", source.replace("'\"'", "''"))
    for call in CALL.finditer(joined):
        for literal in LITERAL.finditer(arguments(joined, call.end())):
            yield literal[1]
    for literal in LITERAL.finditer(joined):
        if "error: " in literal[1]:
            yield literal[1].split("error: ", 1)[1]


def problems(text):
    shown = text.removesuffix("\\n").split("\\n")[0]
    if " " not in shown:  # a name, a part, or a separator
        return
    if shown[0].isupper() and not NAMES.match(shown):
        yield "begins with a capital"
    if shown.endswith(".") and not shown.endswith("…"):
        yield "ends with a full stop"
    for pattern, what in RULES:
        if pattern.search(shown):
            yield what


def main():
    project = pathlib.Path(sys.argv[1])
    count, failures = 0, []
    for file in sorted(project.glob("sim/*/*.cpp")):
        for text in texts(file.read_text()):
            count += 1
            failures += [f"{file.relative_to(project)}: '{text}' {problem}" for problem in problems(text)]
    for file in [*project.glob("sim/**/*.?pp"), *project.glob("docs/*.md"), project / "README.md"]:
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if re.search(r"(?<![\w-])(whoever|somebody|nobody)(?![\w-])", line, re.IGNORECASE):
                failures.append(f"{file.relative_to(project)}:{number}: has no noun for who acts: {line.strip()}")
    print(f"{count} texts of errors")
    for failure in sorted(set(failures)):
        print("FAILED:", failure)
    return 1 if failures or count < 300 else 0


sys.exit(main())
