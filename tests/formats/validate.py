#!/usr/bin/env python3
"""Has each format of a suite's report read by tools that are not ours.

    validate.py --modules DIR json=FILE [FORMAT=FILE ...]

FORMAT is tap, junit, sarif, github, azuredevops or markdown. All files are reports of one and the same suite; the JSON
says what the others must hold. DIR is the node_modules that `npm ci` made of the package.json beside this file.

Exit 0: all are valid and say the same. 1: something is not. 77: a tool is missing and nothing else is wrong; with
CMKSIM_REQUIRE_TOOLS=1 in the environment that is a failure, too.
"""

import argparse
import html.parser
import json
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent


class MissingTool(Exception):
    """Something that checks a format is not installed."""


def run(arguments):
    return subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", check=False)


def tool(name, package):
    if shutil.which(name) is None:
        raise MissingTool(f"{name} (Debian package {package})")
    return name


def module(modules, path):
    found = modules / path
    if not found.exists():
        raise MissingTool(f"{path} (npm ci in tests/formats)")
    return found


def read_by_node(modules, package, kind, path):
    module(modules, package)
    done = run([tool("node", "nodejs"), str(HERE / "read.cjs"), str(modules), kind, str(path)])
    if done.returncode != 0:
        raise ValueError(done.stderr)
    return json.loads(done.stdout)


def count(suite, *outcomes):
    return sum(case["outcome"] in outcomes for case in suite["cases"])


def check_json(path, suite, _modules):
    summary = suite["summary"]
    yield suite["cmksim"] == 1, "the version of the format is 1"
    yield summary["cases"] == len(suite["cases"]), "the summary counts all cases"
    for field, outcome in (("passed", "passed"), ("failed", "failed"), ("errors", "error"), ("skipped", "skipped"),
                           ("todo", "todo"), ("todoPassed", "todo-passed")):
        yield summary[field] == count(suite, outcome), f"the summary counts cases that are {outcome}"
    ids = [case["id"] for case in suite["cases"]]
    yield len(ids) == len(set(ids)), "no two cases have the same id"
    path.read_bytes().decode("utf-8")


def check_tap(path, suite, modules):
    read = read_by_node(modules, "tap-parser", "tap", path)
    yield read["version"] == 14, "it is TAP 14"
    yield read["strange"] == [], f"a strict reader knows every line: {read['strange']}"
    yield read["plan"] == len(suite["cases"]), "the plan counts all cases"
    yield len(read["points"]) == len(suite["cases"]), "there is a test point for each case"
    for point, case in zip(read["points"], suite["cases"]):
        outcome = case["outcome"]
        what = f"test point {point['id']}"
        yield point["ok"] == (outcome in ("passed", "skipped", "todo-passed")), f"{what} is ok when the case is"
        yield bool(point["skip"]) == (outcome == "skipped"), f"{what} is skipped when the case is"
        yield bool(point["todo"]) == (outcome in ("todo", "todo-passed")), f"{what} is to do when the case is"
        if case.get("findings"):
            found = (point["diag"] or {}).get("findings", [])
            same = [(one["id"], one["expected"], one["actual"]) for one in case["findings"]]
            yield [(one["id"], one["expected"], one["actual"]) for one in found] == same, f"{what} has the findings"


def check_junit(path, suite, _modules):
    done = run([tool("xmllint", "libxml2-utils"), "--noout", "--nonet", "--schema", str(HERE / "junit.xsd"), str(path)])
    yield done.returncode == 0, f"the schema holds: {done.stderr}"
    root = xml.etree.ElementTree.parse(path).getroot()
    cases = list(root.iter("testcase"))
    yield [case.get("name") for case in cases] == [case["name"] for case in suite["cases"]], "all cases are there"
    for kind, outcomes in (("failure", ["failed"]), ("error", ["error"]), ("skipped", ["skipped", "todo"])):
        number = count(suite, *outcomes)
        yield sum(case.find(kind) is not None for case in cases) == number, f"{kind} elements are as many as cases"
    for attribute, outcome in (("failures", "failed"), ("errors", "error")):
        yield int(root.get(attribute)) == count(suite, outcome), f"{attribute} are counted"
        yield sum(int(one.get(attribute)) for one in root) == count(suite, outcome), f"{attribute} are counted by file"
    try:
        import junitparser
    except ImportError as missing:
        raise MissingTool("junitparser (Debian package python3-junitparser)") from missing
    read = junitparser.JUnitXml.fromfile(str(path))
    yield (read.tests, read.failures, read.errors) == (
        len(suite["cases"]), count(suite, "failed"), count(suite, "error")), "junitparser reads the same counts"


def check_sarif(path, suite, modules):
    log = json.loads(path.read_text(encoding="utf-8"))
    try:
        import jsonschema
    except ImportError as missing:
        raise MissingTool("jsonschema (Debian package python3-jsonschema)") from missing
    schema = module(modules, "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")
    validator = jsonschema.Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(log)]
    yield errors == [], f"the schema of SARIF 2.1.0 holds: {errors[:5]}"
    run_ = log["runs"][0]
    rules = [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    results = run_["results"]
    yield all(rules[one["ruleIndex"]] == one["ruleId"] for one in results), "each result points at its own rule"
    fingerprints = [one["partialFingerprints"]["cmksimFindingId/v1"] for one in results]
    ids = {finding["id"] for case in suite["cases"] for finding in case.get("findings", [])}
    yield ids <= set(fingerprints), "each finding is a result"
    flows = [flow for one in results for flow in one.get("codeFlows", [])]
    steps = sum(len(finding.get("steps", [])) + 1 for case in suite["cases"] for finding in case.get("findings", [])
                if finding.get("steps"))
    yield sum(len(flow["threadFlows"][0]["locations"]) for flow in flows) == steps, "each step is in a code flow"
    notes = run_["invocations"][0].get("toolExecutionNotifications", [])
    yield len(notes) == count(suite, "error"), "each error is a notification"
    yield run_["invocations"][0]["executionSuccessful"] == (not notes), "an error is no successful execution"


def annotated(suite):
    """How many errors and warnings an annotated log holds."""
    errors = sum(max(1, len(case.get("findings", []))) for case in suite["cases"] if case["outcome"] == "failed")
    return errors + count(suite, "error"), count(suite, "todo-passed")


def check_github(path, suite, modules):
    read = read_by_node(modules, "@actions/core", "github", path)
    errors, warnings = annotated(suite)
    yield all(one["same"] for one in read), "the runner's toolkit writes each annotation the same way"
    yield sum(one["command"] == "error" for one in read) == errors, "each finding is an error"
    yield sum(one["command"] == "warning" for one in read) == warnings, "each to do that passes is a warning"
    names = {case["name"] for case in suite["cases"]}
    yield all(one["properties"]["title"] in names for one in read), "each annotation has the name of its case"


def check_azuredevops(path, suite, modules):
    read = read_by_node(modules, "azure-pipelines-task-lib", "azuredevops", path)
    errors, warnings = annotated(suite)
    yield all(one["command"] == "task.logissue" for one in read), "no line is another command"
    yield all(one["same"] for one in read), "the agent's library writes each issue the same way"
    yield sum(one["properties"]["type"] == "error" for one in read) == errors, "each finding is an error"
    yield sum(one["properties"]["type"] == "warning" for one in read) == warnings, "each to do that passes is a warning"
    files = {case["file"] for case in suite["cases"]}
    files |= {finding["file"] for case in suite["cases"] for finding in case.get("findings", []) if "file" in finding}
    yield all(one["properties"]["sourcepath"] in files for one in read), "each issue names its file"


class Page(html.parser.HTMLParser):
    """What a browser would see of a rendered summary."""

    def __init__(self, text):
        super().__init__()
        self.tags = {}
        self.open = []
        self.rows = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes what it did not open")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def check_markdown(path, suite, _modules):
    extensions = [part for name in ("table", "autolink", "strikethrough") for part in ("-e", name)]
    done = run([tool("cmark-gfm", "cmark-gfm"), "--unsafe", *extensions, str(path)])
    yield done.returncode == 0, done.stderr
    page = Page(done.stdout)
    expected = {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre"}
    yield set(page.tags) <= expected, f"no other tags come up: {set(page.tags) - expected}"
    yield page.open == [], "all tags are closed"
    rows = [case for case in suite["cases"] if case["outcome"] != "passed"]
    yield [row[2] for row in page.rows[1:]] == [" ".join(case["name"].split()) for case in rows], \
        "the table names the cases that did not pass"
    yield all(len(row) == 5 for row in page.rows), "no cell breaks its row"
    blocks = sum(max(1, len(case.get("findings", []))) for case in rows if case["outcome"] in ("failed", "error"))
    yield page.tags.get("details", 0) == page.tags.get("pre", 0) == blocks, "each finding has its details"


CHECKS = {"json": check_json, "tap": check_tap, "junit": check_junit, "sarif": check_sarif, "github": check_github,
          "azuredevops": check_azuredevops, "markdown": check_markdown}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=pathlib.Path, default=HERE / "node_modules")
    parser.add_argument("files", nargs="+", metavar="FORMAT=FILE")
    arguments = parser.parse_args()
    files = dict(one.split("=", 1) for one in arguments.files)
    if "json" not in files or not set(files) <= set(CHECKS):
        parser.error(f"json=FILE and any of {', '.join(CHECKS)}")
    suite = json.loads(pathlib.Path(files["json"]).read_text(encoding="utf-8"))
    failed = False
    missing = []
    for kind, path in files.items():
        checked = 0
        try:
            for holds, claim in CHECKS[kind](pathlib.Path(path), suite, arguments.modules.resolve()):
                checked += 1
                if not holds:
                    failed = True
                    print(f"{kind}: does not hold: {claim}")
            print(f"{kind}: {checked} checks")
        except MissingTool as lacking:
            missing.append(str(lacking))
            print(f"{kind}: not checked to the end without {lacking}")
        except (ValueError, KeyError, IndexError, xml.etree.ElementTree.ParseError) as error:
            failed = True
            print(f"{kind}: cannot be read: {error!r}")
    if failed or (missing and os.environ.get("CMKSIM_REQUIRE_TOOLS") == "1"):
        return 1
    return 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
