"""What 'cmksim lint --format sarif' prints is SARIF 2.1.0: lint_sarif.py MODULES CMKSIM SCENARIO…"""

import json
import os
import pathlib
import subprocess
import sys

modules, cmksim, *scenarios = sys.argv[1:]
schema = pathlib.Path(modules) / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
try:
    import jsonschema
except ImportError:
    jsonschema = None
if jsonschema is None or not schema.exists():
    print("not validated: jsonschema or the schema of SARIF is missing", file=sys.stderr)
    sys.exit(1 if os.environ.get("CMKSIM_REQUIRE_TOOLS") == "1" else 77)

log = json.loads(subprocess.run([cmksim, "lint", "--format", "sarif", *scenarios], capture_output=True, text=True,
                                check=False).stdout)
validator = jsonschema.Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))
errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(log)]
assert not errors, errors[:5]
run = log["runs"][0]
rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
assert run["results"], "something is found"
for result in run["results"]:
    assert rules[result["ruleIndex"]] == result["ruleId"], result
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 0, result
    proved = result["level"] != "note"
    assert proved == ("codeFlows" in result), result
