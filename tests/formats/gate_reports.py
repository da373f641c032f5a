"""What 'cmksim gate' prints as SARIF is SARIF 2.1.0, at the places of the plan's resources; and its JUnit counts right:
gate_reports.py MODULES CMKSIM FOLDER"""

import json
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

modules, cmksim, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
schema = pathlib.Path(modules) / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
try:
    import jsonschema
except ImportError:
    jsonschema = None
if jsonschema is None or not schema.exists():
    print("not validated: jsonschema or the schema of SARIF is missing", file=sys.stderr)
    sys.exit(1 if os.environ.get("CMKSIM_REQUIRE_TOOLS") == "1" else 77)

plan = folder / "roles.tfplan.json"


def gate(*words):
    return subprocess.run([cmksim, "gate", plan, "--estate", folder / "estate.yaml", "--as-of", "2027-01-01", *words],
                          capture_output=True, text=True, check=False).stdout


log = json.loads(gate("--format", "sarif", "--allow", folder / "allow.yaml"))
validator = jsonschema.Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))
errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(log)]
assert not errors, errors[:5]
run = log["runs"][0]
rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
addresses = set()
for result in run["results"]:
    assert rules[result["ruleIndex"]] == result["ruleId"], result
    location = result["locations"][0]
    for logical in location.get("logicalLocations", []):
        addresses.add(logical["fullyQualifiedName"])
        line = location["physicalLocation"]["region"]["startLine"]
        lines = plan.read_text().splitlines()
        assert any(logical["fullyQualifiedName"] in text for text in lines[line - 1:line + 3]), (line, logical)
assert "azurerm_key_vault.shop" in addresses, addresses
assert any("suppressions" in result for result in run["results"]), "what is allowed is suppressed"

suite = xml.fromstring(gate("--format", "junit"))
assert len(suite.findall(".//testcase")) == int(suite.get("tests"))
assert len(suite.findall(".//failure")) == int(suite.get("failures")) > 0
assert len(suite.findall(".//error")) == int(suite.get("errors"))
