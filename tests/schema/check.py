#!/usr/bin/env python3
"""Holds the schemas that cmksim prints against files, with the validator of python3-jsonschema.

check.py CMKSIM PROJECT [up-to-date | files | cases | results | runs | tags | fleets | suites | bounds | samples | plans | blasts | explorations | drills | findings | diagnoses | gates | objectives] [some | all]

Some: of what takes minutes over all shipped scenarios, every fourth.
"""

import copy
import functools
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml

import yaml_1_2

KINDS = ["scenario", "estate", "model", "platform", "azure", "run"]
MARKS = {"cmksim": "scenario", "cmksim-estate": "estate", "cmksim-model": "model", "cmksim-platform": "platform",
         "cmksim-azure": "azure"}

BASE = """
cmksim: 1
name: a sound one
estate:
  vaults: {kv1: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}
  identities: {id: {}}
  resources: {r: {service: acr, identity: id, key: kv1/k}}
timeline:
  - {at: 10m, do: key.delete, target: kv1/k}
"""

EXPECT = {"at": "50m", "expect": {"r": "Ready"}}
DELETED = [{"at": "10m", "do": "key.delete", "target": "kv1/k"}, EXPECT]
SUITE = {
    "passed": {"timeline": [EXPECT], "tags": ["quick"]},
    "failed": {"timeline": DELETED},
    "snapshot": {"timeline": DELETED, "snapshot": "something else\n"},
    "refused": {"timeline": [{"at": "10m", "do": "key.purge", "target": "kv1/k"}]},
    "skipped": {"skip": "too slow"},
    "todo": {"timeline": DELETED, "todo": "not yet"},
    "todo-passed": {"timeline": [EXPECT], "todo": "not yet"},
    "error": {"until": "yesterday"},
}

OPEN = {
    "until": "12h",
    "objectives": {"r": {"rto": "1h", "no-data-loss": True}},
    "timeline": [{"at": "10m", "do": "key.delete", "target": "kv1/k"},
                 {"at": "10m..3h", "do": "key.recover", "target": "kv1/k"},
                 {"after": "5m", "expect": {"r": "Ready"}},
                 {"at": "5h", "expect": {"r": {"downtime": "<= 1h"}}}],
}


# How results are printed that take more than 'cmksim KIND --format json STORY'.
STORY = "{project}/docs/gate/objectives.yaml"
DRILL = "{project}/scenarios/drills/1-a-switch-was-thrown.yaml"
AS_JSON = ["--format", "json"]
PRINTED_BY = {
    "class": ["class", *AS_JSON, "{folder}/drilled.json"],
    "coverage": ["test", *AS_JSON, "--coverage", "json", STORY],
    "deadline": ["deadline", *AS_JSON, "--repair", "key.recover kv1/k", "--rto", "1h", "{folder}/lost.yaml"],
    "diagnose": ["diagnose", *AS_JSON, "--symptom", "registry Revoked at 3h",
                 "{project}/scenarios/incidents/what-will-i-see.yaml"],
    "diff": ["diff", *AS_JSON, "--set", "resources.images.revalidationPhase=45m", STORY],
    "drill": ["drill", *AS_JSON, "--script", "/dev/null", DRILL],
    "explain": ["explain", *AS_JSON, "KeyNotFound"],
    "gate": ["gate", *AS_JSON, "{project}/docs/gate/roles.tfplan.json"],
    "least-role": ["plan", *AS_JSON, "--least-role", "images-id=contoso-kv/images-cmk", STORY],
    "runbook": ["plan", *AS_JSON, "--at", "1h10m", "--runbook", "{folder}/runbook.md", STORY],
    "sample": ["sample", *AS_JSON, "--trials", "100", STORY],
    "supports": ["blast", *AS_JSON, "--why", "images", STORY],
    "symptom": ["explain", *AS_JSON, "--symptom", "KeyNotFound", "--symptom", "403 Forbidden"],
    "worst": ["explore", *AS_JSON, "--faults", "1", "--worst", "outage", "--response", "30m", STORY],
}


def values_in(text):
    """The JSON values of a text, one behind the other."""
    decoder, values = json.JSONDecoder(), []
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:]
    return values


class Checker:
    def __init__(self, program, project, share):
        self.share = share
        self.program = program
        self.project = pathlib.Path(project)
        self.failures = 0

    def fail(self, text):
        self.failures += 1
        print("FAILED:", text)

    def call(self, *words):
        return subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, check=False)

    @functools.lru_cache(maxsize=None)
    def validator(self, kind):
        schema = json.loads(self.call("schema", kind).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    def errors(self, kind, value):
        return ["/".join(map(str, error.absolute_path)) + ": " + error.message[:200]
                for error in self.validator(kind).iter_errors(value)]

    def files(self):
        return sorted([*self.project.glob("scenarios/**/*.yaml"), *self.project.glob("models/*.yaml"),
                       *self.project.glob("sim/program/first_scenario.yaml")])

    def check_up_to_date(self):
        for kind in KINDS:
            path = self.project / "schemas" / f"{kind}.json"
            if path.read_text() != self.call("schema", kind).stdout:
                self.fail(f"{path} is not what 'cmksim schema {kind}' prints; write it with --output")

    def check_files(self):
        """Every shipped file is valid, and leads an editor to its schema."""
        for path in self.files():
            text = path.read_text()
            value = yaml_1_2.read(text)
            kind = next(MARKS[mark] for mark in MARKS if mark in value)
            for error in self.errors(kind, value):
                self.fail(f"{path}: {error}")
            if path.name == "first_scenario.yaml":
                continue
            schema = "../" * len(path.relative_to(self.project).parent.parts) + f"schemas/{kind}.json"
            first = text.split("\n", 1)[0]
            if first != f"# yaml-language-server: $schema={schema}":
                self.fail(f"{path}: its first line is {first!r} and does not name {schema}")

    def check_cases(self):
        """What the schema turns down the program does, and what the program takes the schema does."""
        cases = yaml_1_2.read((pathlib.Path(__file__).parent / "cases.yaml").read_text())
        with tempfile.TemporaryDirectory() as folder:
            for expected, changes in ((name, change) for name in ("sound", "broken") for change in cases[name]):
                value = changed(yaml_1_2.read(BASE), changes)
                errors = self.errors("scenario", value)
                if bool(errors) != (expected == "broken"):
                    self.fail(f"{expected}: {changes}: the schema says {errors}")
                path = pathlib.Path(folder) / "case.yaml"
                path.write_text(yaml.dump(value, sort_keys=False))
                run = self.call("run", "--quiet", path)
                if (run.returncode == 2) != (expected == "broken"):
                    self.fail(f"{expected}: {changes}: the program says {run.stderr}")

    def check_results(self):
        """Every kind of result that a command lists is printed as its schema says, and has no fields besides."""
        with tempfile.TemporaryDirectory() as folder:
            filled = functools.partial(str.format, project=self.project, folder=folder)
            (pathlib.Path(folder) / "lost.yaml").write_text(BASE)
            (pathlib.Path(folder) / "runbook.md").write_text("```sh\naz keyvault recover --name contoso-kv\naz account show\n```\n")
            self.call(*map(filled, PRINTED_BY["drill"]), "-o", pathlib.Path(folder) / "drilled.json")
            for kind in self.call("schema", "--list").stdout.split():
                if kind in MARKS.values():
                    continue
                words = [filled(word) for word in PRINTED_BY.get(kind, [kind, *AS_JSON, STORY])]
                ran = self.call(*words)
                if not ran.stdout:
                    self.fail(f"{kind}: {words} prints nothing; does PRINTED_BY say how it is printed? {ran.stderr}")
                    continue
                value = values_in(ran.stdout)[-1]
                for error in self.errors(kind, value):
                    self.fail(f"{kind}: {error}")
                value["colour"] = "red"
                if not self.errors(kind, value):
                    self.fail(f"{kind}: an unknown field is valid")

    def lines_of(self, command, *words):
        """What a command prints of shipped scenarios, a line each, when its schema says so."""
        scenarios = [path for path in self.files() if "scenarios" in path.parts]
        if self.share == "some" and command in ("blast", "bounds", "explore", "lint", "plan"):
            scenarios = scenarios[::4]
        lines = self.call(command, "--quiet", "--format", "json", *words, *scenarios).stdout.splitlines()
        if len(lines) < len(scenarios):
            self.fail(f"{len(scenarios)} scenarios made {len(lines)} lines")
        for line in lines:
            for error in self.errors(command, json.loads(line)):
                self.fail(f"{error} in {line[:200]}")
        return lines

    def check_bounds(self):
        """What bounds prints is what its schema says."""
        broken = json.loads(self.lines_of("bounds")[0])
        broken["resources"][0]["downtime"]["mean"] = 0.5
        if not self.errors("bounds", broken):
            self.fail("a mean that is no ratio is valid")
        with tempfile.TemporaryDirectory() as folder:
            story = pathlib.Path(folder) / "open.yaml"
            story.write_text(yaml.dump(changed(yaml_1_2.read(BASE), OPEN), sort_keys=False))
            result = json.loads(self.call("bounds", "--format", "json", story).stdout)
        for error in self.errors("bounds", result):
            self.fail(f"{error} over an open instant")
        for part in ("openInstant", "resources", "expectations", "objectives"):
            broken = copy.deepcopy(result)
            (broken[part] if part == "openInstant" else broken[part][0])["colour"] = "red"
            if not self.errors("bounds", broken):
                self.fail(f"an unknown field in {part} over an open instant is valid")

    def check_samples(self):
        """What sample prints is what its schema says."""
        broken = json.loads(self.lines_of("sample", "--trials", "100")[0])
        broken["outage"]["probability"] = 2
        if not self.errors("sample", broken):
            self.fail("a probability of 2 is valid")

    def check_plans(self):
        """What plan prints is what its schema says."""
        broken = json.loads(self.lines_of("plan", "--at", "3h", "--alternatives", "2")[0])
        broken["ready"] = -1
        if not self.errors("plan", broken):
            self.fail("a negative time to Ready is valid")

    def check_blasts(self):
        """What blast prints is what its schema says."""
        broken = json.loads(self.lines_of("blast")[0])
        broken["nodes"][0]["until"] = "never"
        if not self.errors("blast", broken):
            self.fail("an 'until' that is no number is valid")

    def check_explorations(self):
        """What explore prints is what its schema says."""
        broken = json.loads(self.lines_of("explore")[0])
        broken["states"] = 0
        if not self.errors("explore", broken):
            self.fail("an exploration of no states is valid")

    def check_drills(self):
        """What drill prints is what its schema says."""
        for drill in sorted((self.project / "scenarios/drills").glob("*.yaml")):
            result = json.loads(self.call("drill", "--script", "/dev/null", "--format", "json", str(drill)).stdout)
            for error in self.errors("drill", result):
                self.fail(f"{error} in the result of {drill.name}")
        result["points"] = 101
        if not self.errors("drill", result):
            self.fail("more than all points are valid")

    def check_findings(self):
        """What lint prints is what its schema says."""
        broken = json.loads(next(line for line in self.lines_of("lint") if "purge" in line))
        broken["findings"][0]["line"] = 0
        if not self.errors("lint", broken):
            self.fail("a finding in line 0 is valid")

    def check_diagnoses(self):
        """What diagnose prints is what its schema says."""
        story = str(self.project / "scenarios/incidents/what-will-i-see.yaml")
        for symptom in ("registry Revoked at 3h", "cluster Inaccessible at 3h"):
            result = json.loads(self.call("diagnose", "--symptom", symptom, "--format", "json", story).stdout)
            for error in self.errors("diagnose", result):
                self.fail(f"{error} for {symptom}")
        result["causes"][0]["steps"][0]["earliest"] = "soon"
        if not self.errors("diagnose", result):
            self.fail("an instant that is no number is valid")

    def check_gates(self):
        """What gate prints is what its schema says."""
        change = self.project / "docs/gate/roles.tfplan.json"
        with tempfile.TemporaryDirectory() as folder:
            baseline = pathlib.Path(folder) / "baseline.json"
            for words in [[], ["--estate", self.project / "docs/gate/estate.yaml", "--rto", "1h"],
                          ["--allow", self.project / "docs/gate/allow.yaml", "--as-of", "2027-01-01"],
                          ["--baseline", baseline]]:
                printed = self.call("gate", change, *words, "--format", "json").stdout
                result = json.loads(printed)
                baseline.write_text(printed)
                for error in self.errors("gate", result):
                    self.fail(f"{error} for {words}")
        result["findings"][0]["level"] = "perhaps"
        if not self.errors("gate", result):
            self.fail("a finding of an unknown level is valid")

    def check_objectives(self):
        """What every command prints of a story with objectives is what its schema says, and those on one side tell of them."""
        story = self.project / "docs/gate/objectives.yaml"
        pinned = ["--set", "resources.images.revalidationPhase=45m"]
        for command, *words in [["bounds"], ["test"], ["sample", "--trials", "100"], ["plan"], ["blast"],
                                ["diff", *pinned], ["explore", "--objectives"]]:
            printed = self.call(command, *words, "--format", "json", story)
            result = json.loads(printed.stdout)
            for error in self.errors(command, result):
                self.fail(f"{command}: {error}")
            if command != "diff" and "rto 1h" not in printed.stdout:
                self.fail(f"{command} tells of no objective: {printed.stdout[:200]}")
            result["objectives"] = "kept"
            if not self.errors(command, result):
                self.fail(f"{command}: objectives that are a text are valid")

    def check_runs(self):
        """What run prints is what its schema says."""
        lines = self.lines_of("run")
        for field, event in [("kind", "nothing"), ("t", -1), ("colour", "red")]:
            broken = json.loads(lines[0])
            broken["events"][0][field] = event
            if not self.errors("run", broken):
                self.fail(f"an event with {field}: {event} is valid")

    def check_tags(self):
        """What run prints of resources with tags, one, a fleet and one without a model, is what its schema says."""
        with tempfile.TemporaryDirectory() as folder:
            story = pathlib.Path(folder) / "tags.yaml"
            tags = {"env": "prod", "owner": ""}
            story.write_text(yaml.dump(changed(yaml_1_2.read(BASE), {
                "estate.resources.r.tags": tags,
                "estate.resources.many": {"service": "acr", "count": 3, "tags": tags},
                "estate.resources.search": {"service": "unmodelled", "type": "a search", "tags": tags},
            }), sort_keys=False))
            printed = json.loads(self.call("run", "--format", "json", story).stdout)
            for error in self.errors("run", printed):
                self.fail(f"run of resources with tags: {error}")
            for row in printed["resources"] + printed["unmodelled"]:
                if row.get("tags") != tags:
                    self.fail(f"run prints no tags of {row['name']}")

    def check_fleets(self):
        """What run prints of fleets, as wholes and member by member, is what its schema says."""
        fleet = self.project / "scenarios/documentdb/a-fleet-loses-its-key.yaml"
        for words in [[], ["--set", "resources.edge.count=20", "--expand"]]:
            printed = json.loads(self.call("run", "--format", "json", *words, fleet).stdout)
            for error in self.errors("run", printed):
                self.fail(f"run {words} of a fleet: {error}")

    def check_suites(self):
        """What test, its coverage and diff print, of a suite in which all kinds of things go wrong, is valid."""
        with tempfile.TemporaryDirectory() as folder:
            story = yaml_1_2.read(BASE)
            for name, changes in SUITE.items():
                (pathlib.Path(folder) / f"{name}.yaml").write_text(yaml.dump(changed(story, changes), sort_keys=False))
            coverage = pathlib.Path(folder) / "coverage.json"
            tested = json.loads(self.call("test", "--format", "json", "--coverage-to", f"json={coverage}",
                                          folder).stdout)
            found = {case["outcome"] for case in tested["cases"]}
            if found != {"passed", "failed", "skipped", "todo", "todo-passed", "error"}:
                self.fail(f"the suite comes to {found} alone")
            differs = json.loads(self.call("diff", "--format", "json", "--set", "resources.r.revalidationPhase=5m",
                                           "--set", "vaults.kv1.enableSoftDelete=false",
                                           pathlib.Path(folder) / "failed.yaml").stdout)
            for kind, printed in [("test", tested), ("coverage", json.loads(coverage.read_text())), ("diff", differs)]:
                for error in self.errors(kind, printed):
                    self.fail(f"{kind}: {error}")
                printed["colour"] = "red"
                if not self.errors(kind, printed):
                    self.fail(f"{kind}: an unknown field is valid")


def changed(value, changes):
    value = copy.deepcopy(value)
    for path, new in changes.items():
        *way, last = path.split(".")
        node = value
        for key in way:
            node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
        if isinstance(node, list):
            node[int(last)] = new
        else:
            node[last] = new
    return value


def main():
    checker = Checker(sys.argv[1], sys.argv[2], sys.argv[4] if len(sys.argv) > 4 else "all")
    getattr(checker, "check_" + sys.argv[3].replace("-", "_"))()
    sys.exit(1 if checker.failures else 0)


main()
