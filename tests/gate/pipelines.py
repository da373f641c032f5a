#!/usr/bin/env python3
"""Runs the steps of the action, of the pipeline's template and of the hooks as their hosts would, as far as a machine
without network can: pipelines.py CMKSIM PROJECT"""

import os
import pathlib
import re
import shlex
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

OBJECTIVES = """cmksim-objectives: 1
objectives:
  images: {rto: 100d}
"""
TEMPLATE = """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
"contentVersion": "1.0.0.0", "parameters": {"roles": {"type": "bool"}, "place": {"type": "string"}}, "resources": [
{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "contoso-kv",
"location": "[parameters('place')]", "properties": {"enableRbacAuthorization": "[parameters('roles')]",
"enablePurgeProtection": true, "accessPolicies": []}}]}
"""
PARAMETERS = '{"parameters": {"roles": {"value": true}}}'
with tempfile.TemporaryDirectory() as folder:
    for name, text in (("asked.yaml", OBJECTIVES), ("main.json", TEMPLATE), ("main.parameters.json", PARAMETERS)):
        pathlib.Path(folder, name).write_text(text)

    def actions(change, **given):
        return action(change, folder, **{name.replace("_", "-"): value for name, value in given.items()})[0]

    def templates(change, **given):
        return template(change, folder, **{"asOf" if name == "as_of" else name: value for name, value in given.items()})

    for run in (actions, templates):
        done = run(PLAN, estate=ESTATE, objectives=f"{folder}/asked.yaml", as_of="2027-01-01")
        check(done.returncode == 1 and "objectives" not in done.stderr, f"objectives: {done.returncode} {done.stderr}")
        done = run(PLAN, estate=ESTATE, objectives=f"{folder}/missing.yaml")
        check(done.returncode == 2 and "missing.yaml" in done.stderr, f"objectives that are not there: {done.stderr}")
        done = run(PLAN, estate=ESTATE, as_of="2027-02-30")
        check(done.returncode == 2 and "--as-of" in done.stderr, f"a day that is none: {done.stderr}")
        done = run("main.json", estate=ESTATE, parameters="  main.parameters.json\n\nplace=we = st\n")
        check("enableRbacAuthorization: true" in done.stdout, f"parameters of a template: {done.stdout} {done.stderr}")
        done = run("main.json", estate=ESTATE, parameters="missing.json")
        check(done.returncode == 2 and "missing.json" in done.stderr, f"parameters that are not there: {done.stderr}")

for hook in yaml.safe_load((project / ".pre-commit-hooks.yaml").read_text()):
    tracked = [str(path.relative_to(project)) for folder in ("docs", "scenarios")
               for path in sorted((project / folder).rglob("*")) if re.search(hook["files"], str(path.relative_to(project)))]
    check(tracked, f"{hook['id']} finds files")
    check(hook["language"] == "system", hook["id"])
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "cmksim").symlink_to(pathlib.Path(cmksim).resolve())

        def hooked(*words):
            return subprocess.run([*shlex.split(hook["entry"]), *words], cwd=project, capture_output=True, text=True,
                                  check=False, env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})

        if hook["id"] != "cmksim-gate":
            done = hooked(*tracked[:1])
            check(done.returncode in (0, 1), f"{hook['id']}: {done.returncode} {done.stderr}")
            continue
        options = ["--quiet", f"--estate={ESTATE}", "--as-of", "2027-01-01"]
        for plans in ([PLAN, TAGS], [TAGS, PLAN]):
            done = hooked(*options, *plans)
            check(done.returncode == 1 and done.stdout.count("Looked at") == 2, f"{plans}: {done.returncode} {done.stdout}")
        check(hooked(*options, TAGS, TAGS).returncode == 0, "two plans that pass")
        check(hooked(TAGS).returncode in (0, 4), "no options")
        check(hooked(*options).returncode == 2, "no plan")
        check(hooked("--estate", PLAN).returncode == 2, "an option takes its value, and no plan is left")

for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures else 0)
