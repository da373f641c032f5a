"""seeds.py CMKSIM SOURCES OUT: writes a seed corpus for each fuzzed reader into OUT/READER: what scenarios/, models/ and
the tests have of it."""
import glob
import json
import os
import re
import subprocess
import sys

CMKSIM, SOURCES, OUT = sys.argv[1:4]


def texts(pattern):
    for path in sorted(glob.glob(os.path.join(SOURCES, pattern), recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield file.read()


def raw_strings(pattern):
    """What stands in R"(…)" in the sources of tests."""
    for text in texts(pattern):
        yield from (found.group(2) for found in re.finditer(r'R"(\w*)\((.*?)\)\1"', text, re.S))


def fences(pattern, language):
    for text in texts(pattern):
        yield from re.findall(r"^```%s\n(.*?)^```" % language, text, re.S | re.M)


def is_json(text):
    try:
        return isinstance(json.loads(text), (dict, list))
    except ValueError:
        return False


def commands():
    for text in texts("scenarios/**/*.yaml"):
        yield from re.findall(r"\baz: \"?(.*?)\"?\}?$", text, re.M)
    for text in texts("tests/az/*_test.cpp"):
        yield from re.findall(r'"(az [^"]+)"', text)


def parts():
    story = os.path.join(SOURCES, "scenarios/registry/key-deleted-and-recovered.yaml")
    for part in ("1/2", "2/2"):
        ran = subprocess.run([CMKSIM, "sample", story, "--trials", "20", "--part", part], capture_output=True, text=True, check=True)
        yield ran.stdout


scenarios = list(texts("scenarios/**/*.yaml"))
stories = [text for text in scenarios if "cmksim-estate:" not in text]
jsons = [text for text in raw_strings("tests/import/*_test.cpp") if is_json(text)]
SEEDS = {
    "scenario": stories,
    "estate": [text for text in scenarios if "cmksim-estate:" in text] + ["cmksim-estate: 1\n" + text[8:] for text in raw_strings("tests/lint/*.cpp")],
    "model": texts("models/*.yaml"),
    "arm": [text for text in jsons if "resources" in text] or jsons,
    "terraform": [text for text in jsons if "azurerm" in text] or jsons,
    "az": jsons,
    "log": [text for text in jsons if "operationName" in text] or jsons,
    "command": commands(),
    "runbook": list(raw_strings("tests/program/runbook_test.cpp")) + ["```sh\n" + text + "```\n" for text in fences("docs/*.md", "sh")],
    "invariants": [text for text in list(fences("docs/explore.md", "yaml")) + list(raw_strings("tests/program/explore_command_test.cpp"))] or ["- always: reg Ready\n"],
    "script": ["status\nwait 1h\naz keyvault key recover --vault-name kv1 --name k\ndone\n", "help\nundo\nhint\nat 2h\nquit\n"],
    "snapshot": [text for text in raw_strings("tests/program/test_update_test.cpp")] + [text.replace("\nestate:", "\nsnapshot: true\nestate:", 1) for text in stories[:20]],
    "part": parts(),
    "worlds": ["%d" % number for number in range(20)],
}
for reader, found in SEEDS.items():
    folder = os.path.join(OUT, reader)
    os.makedirs(folder, exist_ok=True)
    for number, text in enumerate(dict.fromkeys(found)):
        with open(os.path.join(folder, "%04d" % number), "w", encoding="utf-8") as file:
            file.write(text)
