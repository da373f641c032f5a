"""Plays every shipped drill well, badly and dishonestly: drills_test.py CMKSIM SOURCE.

How a drill is played well stands on its facilitator's sheet, so that a sheet that contradicts its drill is found, too.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

CMKSIM, SOURCE = sys.argv[1:]
DRILLS = sorted((pathlib.Path(SOURCE) / "scenarios/drills").glob("*.yaml"), key=lambda path: int(path.name.split("-")[0]))

# What is tempting and forbidden, by drill, beside what is so in each of them.
TEMPTING = {
    2: ["key.purge contoso-kv/prices-cmk"],
    3: ['role.assign / identity=ledger-id role="Key Vault Crypto Service Encryption User"',
        'role.assign contoso-kv identity=archive-id role="Key Vault Administrator"'],
    4: ["vault.update contoso-kv publicNetworkAccess=Enabled networkAcls.defaultAction=Allow"],
    5: ['role.assign contoso-kv identity=images-id role="Key Vault Crypto Officer"'],
    7: ['role.assign / identity=ledger-id role="Key Vault Crypto Service Encryption User"'],
    8: ["wait 4h"],
    9: ["az keyvault update --name front-kv --default-action Allow"],
    10: ["vault.update front-kv networkAcls.defaultAction=Allow"],
}

# What a goal claims of the repair, and the action that the way back then has; with "no " before it, has not.
CLAIMS = [
    (r"undone by enabling it", "key.update"),
    (r"without touching the registry", "no resource.update"),
    (r"key made anew .* does not open", "no key.create"),
    (r"comes back with it", "vault.recover"),
    (r"(role assignments|grants) .*made anew", "role.assign"),
    (r"pass a closed vault only with the bypass", "vault.update"),
    (r"expired key is extended", "key.update"),
    (r"rotation comes after the repair", "no key.rotate"),
    (r"identity .*updated to", "resource.update"),
    (r"has to be updated to the new one", "resource.update"),
    (r"identity that is made anew .*granted", "identity.create"),
    (r"not made anew", "no identity.create"),
    (r"identity (is|can be) recovered", "identity.recover"),
]

# What a sheet says that does not help, unless it says "alone", and the action that does it.
USELESS = {"a new identity": "identity.create", "a new vault": "vault.create", "a new key": "key.create",
           "a new version": "key.rotate"}

NOTHING = [[], ["done"], ["quit"], ["wait 1h", "done"]]

FIRST = {2, 8}  # where it is done instead of the repair; else besides

# What costs how much.
PRICES = ["3 for a line that is not understood, cannot be carried out, or is refused", "10 for a step that nothing undoes",
          "30 for a resource left behind"]

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


def call(*words):
    return subprocess.run([CMKSIM, *map(str, words)], capture_output=True, text=True, timeout=120, check=False)


def play(drill, lines, *options):
    """The result of a drill played with these lines, after which the player stops."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as script:
        script.write("".join(line + "\n" for line in lines))
        script.flush()
        done = call("drill", drill, "--script", script.name, "--format", "json", *options)
    result = json.loads(done.stdout)
    check(done.returncode == (0 if result["passed"] else 1), f"{drill.name}: exit {done.returncode} for {result['passed']}")
    check((result["points"] >= 50) == result["passed"], f"{drill.name}: {result['points']} points for {result['passed']}")
    return result


def session(command, drill, lines):
    """What a prompt says to these lines, on one line."""
    done = subprocess.run([CMKSIM, command, str(drill)], input="".join(line + "\n" for line in lines), capture_output=True,
                          text=True, timeout=120, check=False)
    return " ".join(done.stdout.split())


def check_hints(drill, began):
    """A hint names the reason that the service has for the state of its resource."""
    hint = re.search(r"> hint (\S+): (\w+)\. Likely causes:", session("drill", drill, ["hint", "hint"]))
    check(hint is not None, f"{drill.name}: the second hint names no reason")
    if hint:
        why = session("play", drill, [f"until {began}", f"why {hint[1]}"])
        check(re.search(rf"{hint[1]} is \S+: {hint[2]} ", why) is not None, f"{drill.name}: the hint says {hint[2]}: {why}")


def sheets(drill):
    texts = {}
    for audience in ("facilitator", "participant"):
        texts[audience] = call("handout", drill, "--for", audience).stdout
    return texts


def way_back(sheet):
    """The lines that the facilitator's sheet has for the prompt, each when its time has come."""
    lines, then = [], None
    for part in re.findall(r"^## The way back from .*? on\n(.*?)(?=^## |\Z)", sheet, re.MULTILINE | re.DOTALL):
        for at, commands in re.findall(r"^\d+\. \+(\S+): .*?\n\n((?: +```sh\n.*?```\n+)+)", part, re.MULTILINE | re.DOTALL):
            # Each command takes the prompt a second, so that the time of several has passed at the second.
            lines += [f"until {at}"] if at != then else []
            then = at
            lines += [line.strip() for block in re.findall(r"```sh\n(.*?)```", commands, re.DOTALL)
                      for line in block.strip().splitlines()]
    return lines


def check_claims(drill, story, sheet):
    """The goals, the way back and what does not help say the same."""
    done = {action for part in re.findall(r"^## The way back from .*? on\n(.*?)(?=^## |\Z)", sheet, re.MULTILINE | re.DOTALL)
            for action in re.findall(r"^\d+\. \+\S+: (\S+) ", part, re.MULTILINE)}
    for goal in story["drill"].get("goals", []):
        for words, action in CLAIMS:
            if re.search(words, goal):
                wanted = not action.startswith("no ")
                check((action.removeprefix("no ") in done) == wanted, f"{drill.name}: '{goal}', and the way back is {sorted(done)}")
        if "documents disagree" in goal:
            check("of which documents disagree whether it works" in sheet, f"{drill.name}: '{goal}', and the sheet has no such way")
    for useless in re.findall(r"^What does not help: ([^:;]*)", sheet, re.MULTILINE):
        for words, action in USELESS.items():
            if useless.startswith(words) and "alone" not in useless:
                check(action not in done, f"{drill.name}: '{useless}' does not help, and is part of the way back")


def check_participant(drill, story, texts):
    """The sheet of those who play holds no answers, and does not name the file, whose name is one."""
    for name in (drill.stem, str(drill.parent)):
        check(name not in texts["participant"], f"{drill.name}: the participants read '{name}'")
    check("cmksim drill FILE\n" in texts["participant"], f"{drill.name}: the participants do not read what to type")
    for text in story["drill"].get("goals", []):
        check(text not in texts["participant"], f"{drill.name}: the participants read '{text}'")
    secrets = [f"{entry['do']} {entry['target']}" for entry in story.get("timeline", []) if "do" in entry]
    secrets += [line for line in way_back(texts["facilitator"]) if line.startswith("az ")]
    secrets += [expected.get("reason") for entry in story.get("timeline", []) for expected in entry.get("expect", {}).values()
                if isinstance(expected, dict) and "reason" in expected]
    for secret in filter(None, secrets):
        check(secret not in texts["participant"], f"{drill.name}: the participants read '{secret}'")
        check(secret in texts["facilitator"], f"{drill.name}: the facilitator does not read '{secret}'")


def check_drill(drill):
    number = int(drill.name.split("-")[0])
    story = yaml.safe_load(drill.read_text())
    texts = sheets(drill)
    check_participant(drill, story, texts)
    check_claims(drill, story, texts["facilitator"])

    steps = way_back(texts["facilitator"])
    check(steps, f"{drill.name}: the facilitator's sheet has no way back")
    well = play(drill, steps)
    check(well["passed"], f"{drill.name}: played as its sheet says it is failed: {well}")
    check(well["points"] >= 95, f"{drill.name}: played as its sheet says it is worth {well['points']}")
    whole = re.search(r"what can be kept is whole from \+(\S+) on: a downtime of (\S+) in all", texts["facilitator"])
    check(whole is not None, f"{drill.name}: the sheet does not say when everything is whole")
    began = re.search(r"^\| \+(\S+) \|", texts["participant"].split("## What you see")[1], re.MULTILINE)
    check(began is not None and seconds(began[1]) == well["began"], f"{drill.name}: the sheet begins elsewhere")
    if began:
        check_hints(drill, began[1])
    if whole:
        check(abs(seconds(whole[1]) - well["began"] - well["repaired"]) <= 3600, f"{drill.name}: whole {whole[1]}, {well}")
        check(seconds(whole[2]) == well["best"], f"{drill.name}: a downtime of {whole[2]} is not {well['best']} s")

    badly = play(drill, ["hint", "az keyvault show-me", "wait 25m", "key.recover contoso-kv/nothing", "hint", *steps])
    check(badly["passed"], f"{drill.name}: played badly it is failed: {badly}")
    check(badly["points"] < well["points"], f"{drill.name}: played badly {badly['points']}, well {well['points']}")

    resource = next(iter(story["estate"]["resources"]))
    temptations = [*NOTHING, [f"resource.delete {resource}", *steps],
                   *([line, *steps] if number in FIRST else [*steps, line] for line in TEMPTING.get(number, []))]
    for lines in temptations:
        dishonest = play(drill, lines)
        check(not dishonest["passed"], f"{drill.name}: passed with {lines}")
        check(dishonest["points"] <= 30, f"{drill.name}: {dishonest['points']} points with {lines}")
        check(dishonest["points"] == 0 or lines not in NOTHING, f"{drill.name}: {dishonest['points']} points with {lines}")
        check(dishonest["points"] < badly["points"], f"{drill.name}: {dishonest['points']} with {lines}, badly {badly['points']}")

    with tempfile.TemporaryDirectory() as folder:
        saved = pathlib.Path(folder) / "saved.txt"
        play(drill, ["status", f"save {saved}"])
        check(saved.read_text() == "status\n", f"{drill.name}: 'save' writes {saved.read_text()!r}")
        sealed = pathlib.Path(folder) / "sealed.yaml"
        check(call("drill", "--seal", drill, "-o", sealed).returncode == 0, f"{drill.name}: cannot be sealed")
        for name in (resource, "timeline", "key.", "vault.", "identity."):
            check(name not in sealed.read_text(), f"{drill.name}: the seal shows '{name}'")
        check({**play(sealed, steps), "file": ""} == {**well, "file": ""}, f"{drill.name}: sealed, it goes another way")
        for command in ("run", "play", "handout"):
            opened = call(command, sealed)
            check(opened.returncode == 2 and "sealed" in opened.stderr, f"{drill.name}: {command} opens the seal")
    print(f"{drill.name}: well {well['points']}, badly {badly['points']}, {len(temptations)} dishonest ways")


def seconds(text):
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    return sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([dhms])", text))


def check_prices(drill):
    """Help, documentation and both sheets say the same of what costs, and the drill counts so."""
    texts = {"drill --help": call("drill", "--help").stdout,
             "docs/play.md": (pathlib.Path(SOURCE) / "docs/play.md").read_text(encoding="utf-8"), **sheets(drill)}
    for price in PRICES:
        for where, text in texts.items():
            check(price in " ".join(text.split()), f"{where} does not say '{price}'")
    wrong = ["foo", "undo", "wait foo", "wait -1h", "until 0s", "try", "az", "key.recover contoso-kv/nothing"]
    check(play(drill, wrong)["wrong"] == len(wrong), f"{drill.name}: not all of {wrong} cost")
    free = ["", "# a remark", "status", "help", "actions", "wait 1m", "az keyvault list"]
    check(play(drill, free)["wrong"] == 0, f"{drill.name}: one of {free} costs")


def check_out_of_reach(drill):
    """What the best plan does not come to is an error at its place, for those who play and for those who print."""
    with tempfile.TemporaryDirectory() as folder:
        hasty = pathlib.Path(folder) / "hasty.yaml"
        lines = drill.read_text(encoding="utf-8").replace("{within: 3h,", "{within: 10m,").splitlines(keepends=True)
        hasty.write_text("".join(lines), encoding="utf-8")
        place = next(f"hasty.yaml:{number}:7: error: " for number, line in enumerate(lines, 1) if "{within: 10m," in line)
        for words in (["drill", "--script", "/dev/null"], ["drill", "--seal"], ["handout"]):
            done = call(words[0], hasty, *words[1:])
            check(done.returncode == 2 and done.stdout == "", f"{words} takes what is out of reach: {done.returncode}")
            check(place in done.stderr, f"{words} does not say where: {done.stderr}")


for one in DRILLS:
    check_drill(one)
check_out_of_reach(DRILLS[0])
check_prices(DRILLS[0])
check(len(DRILLS) == 10, f"{len(DRILLS)} drills are shipped")
for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
