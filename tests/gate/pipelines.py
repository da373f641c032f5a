#!/usr/bin/env python3
"""Runs the steps of the action, of the pipeline's template and of the hooks as their hosts would, as far as a machine
without network can: pipelines.py CMKSIM PROJECT"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import yaml

cmksim, project = sys.argv[1], pathlib.Path(sys.argv[2])
PLAN = str(project / "docs/gate/roles.tfplan.json")
TAGS = str(project / "docs/gate/tags.tfplan.json")
ESTATE = str(project / "docs/gate/estate.yaml")
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def filled(text, name, values):
    """Replaces `${{ inputs.x }}`; what is left would be a word that the host does not know."""
    text = re.sub(r"\$\{\{ *" + name + r"\.([\w-]+) *\}\}", lambda found: values[found[1]], text)
    assert "${{" not in text, text
    return text


def bash(script, env, folder):
    return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=folder,
                          env={**os.environ, **env}, capture_output=True, text=True, check=False)


def action(change, folder, **given):
    text = yaml.safe_load((project / "action.yml").read_text())
    values = {name: rule.get("default", "") for name, rule in text["inputs"].items()}
    values.update(change=change, cmksim=cmksim, **given)
    for name, rule in text["inputs"].items():
        assert values[name] or not rule["required"], name
    assert text["runs"]["using"] == "composite"
    (step,) = text["runs"]["steps"]
    env = {name: filled(value, "inputs", values) for name, value in step["env"].items()}
    env.update(GITHUB_OUTPUT=f"{folder}/output", GITHUB_STEP_SUMMARY=f"{folder}/summary")
    for name in ("output", "summary"):
        pathlib.Path(folder, name).write_text("")
    assert step["shell"] == "bash" and "${{" not in step["run"], "inputs reach the script as variables alone"
    done = bash(step["run"], env, folder)
    return done, pathlib.Path(folder, "output").read_text(), pathlib.Path(folder, "summary").read_text()


def template(change, folder, **given):
    text = yaml.safe_load((project / ".azuredevops/cmksim-gate.yml").read_text())
    values = {rule["name"]: rule.get("default", "") for rule in text["parameters"]}
    values.update(change=change, cmksim=cmksim, **given)
    step = text["steps"][0]
    env = {name: filled(str(value), "parameters", values).replace("$(Agent.TempDirectory)", folder)
           for name, value in step["env"].items()}
    return bash(step["bash"], env, folder)


with tempfile.TemporaryDirectory() as folder:
    done, output, summary = action(PLAN, folder, estate=ESTATE)
    check(done.returncode == 1, f"the action fails for a plan that takes things down: {done.returncode} {done.stderr}")
    check("verdict=falls-short" in output, output)
    check("does not pass" in summary, summary)
    check(pathlib.Path(folder, "cmksim-gate.sarif").exists(), "the action writes SARIF")
    done, output, summary = action(TAGS, folder, estate=ESTATE)
    check(done.returncode == 0 and "verdict=passes" in output, f"{done.returncode} {output} {done.stderr}")
    done, output, summary = action("missing.json", folder)
    check(done.returncode == 2 and output == "", "the action says nothing of a file that is not there")

with tempfile.TemporaryDirectory() as folder:
    done = template(PLAN, folder, estate=ESTATE)
    check(done.returncode == 1 and "task.logissue type=error" in done.stdout, f"{done.returncode} {done.stdout}")
    suite = xml.parse(f"{folder}/cmksim-gate.xml").getroot()
    check(int(suite.get("failures")) > 0, "the template writes JUnit with failures")
    done = template(TAGS, folder, estate=ESTATE)
    check(done.returncode == 0 and "logissue" not in done.stdout, f"{done.returncode} {done.stdout}")

for hook in yaml.safe_load((project / ".pre-commit-hooks.yaml").read_text()):
    tracked = [str(path.relative_to(project)) for folder in ("docs", "scenarios")
               for path in sorted((project / folder).rglob("*")) if re.search(hook["files"], str(path.relative_to(project)))]
    check(tracked, f"{hook['id']} finds files")
    words = hook["entry"].split()
    check(words[0] == "cmksim" and hook["language"] == "system", hook["id"])
    args = ["--estate", ESTATE] if hook["id"] == "cmksim-gate" else []
    done = subprocess.run([cmksim, *words[1:], *args, *tracked[:1]], cwd=project, capture_output=True, text=True, check=False)
    check(done.returncode in (0, 1), f"{hook['id']}: {done.returncode} {done.stderr}")

for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures else 0)
