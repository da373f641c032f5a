#!/usr/bin/env python3
"""What commands cost on estates of growing size: processor seconds and peak memory.

costs.py CMKSIM                   holds cost against size at small sizes: it must not grow faster than the estate
costs.py CMKSIM --write PAGE      measures at the sizes of the table, and writes it into a page
costs.py CMKSIM --sizes 100,1000  prints a table for these sizes
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time

SMALL = (60, 240)  # four times as much
TABLE = (100, 300, 1_000)
PATIENCE = int(os.environ.get("CMKSIM_PATIENCE", "120"))  # seconds of real time for one command

# Beyond the growth of the estate a command may take this much more: caches, and tables that double.
SLACK = 2.0
FLOOR = 0.25  # seconds; what is below is start-up and noise

BEGIN, END = "<!-- costs: begin -->", "<!-- costs: end -->"


def estate(resources, vaults, indent="  "):
    """So many resources of three services, evenly over the vaults, each vault with a key and an identity of its own."""
    services = ("acr", "cosmosdb", "documentdb")
    lines = ["vaults:"]
    lines += [f"  kv{v}: {{accessPolicies: {{id{v}: [get, list, wrapKey, unwrapKey]}}, keys: {{k: }}}}" for v in range(vaults)]
    lines += ["identities:"] + [f"  id{v}:" for v in range(vaults)]
    lines += ["resources:"]
    lines += [f"  r{r}: {{service: {services[r % 3]}, identity: id{r % vaults}, key: kv{r % vaults}/k}}" for r in range(resources)]
    return "".join(f"{indent}{line}\n" for line in lines)


def registry(number, vaults):
    """As a row of Azure Resource Graph, with its vault by its address and its identity by its id."""
    group = "/subscriptions/0/resourceGroups/rg/providers/"
    identity = f"{group}Microsoft.ManagedIdentity/userAssignedIdentities/id{number % vaults}"
    return {
        "id": f"{group}Microsoft.ContainerRegistry/registries/r{number}", "name": f"r{number}",
        "type": "microsoft.containerregistry/registries", "sku": {"name": "Premium"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {"clientId": f"c{number % vaults}", "principalId": f"p{number % vaults}"}}},
        "properties": {"encryption": {"status": "enabled", "keyVaultProperties": {
            "identity": f"c{number % vaults}", "keyIdentifier": f"https://kv{number % vaults}.vault.azure.net/keys/k"}}},
    }


def story(resources, vaults, timeline):
    return "cmksim: 1\nname: cost\nestate:\n" + estate(resources, vaults) + "timeline:\n" + timeline


def inputs(cmksim, folder, size):
    """One vault for ten resources. In 'quiet' a key of one vault goes; in 'broken' those of all; in 'reacting' each has a
    responder."""
    vaults = max(1, size // 10)
    end = "  - {at: 10m, do: key.delete, target: kv0/k}\n  - {at: 5h, expect: {r1: Ready, r0: Inaccessible}}\n"
    files = {
        "quiet.yaml": story(size, vaults, end),
        "broken.yaml": story(size, vaults, "".join(
            f"  - {{at: {10 + v % 50}m, do: key.delete, target: kv{v}/k}}\n" for v in range(vaults))),
        "reacting.yaml": story(size, size, "".join(
            f"  - {{at: 10m, do: key.delete, target: kv{v}/k}}\n"
            f"  - {{when: {{r{v}: {{downtime: '>= 1s'}}}}, after: 30m..2h, do: key.recover, target: kv{v}/k}}\n"
            for v in range(size))),
        "one-key.yaml": story(size, 1, end),
        "estate.yaml": "cmksim-estate: 1\n" + estate(size, vaults, ""),
        "delete.sh": "az keyvault key delete --vault-name kv0 --name k\n",
        "session.txt": "until 5h\nstatus\n",
        "registries.json": json.dumps([registry(r, vaults) for r in range(size)]),
        "runbook.md": "```sh\n" + "".join(
            f"az keyvault key recover --vault-name kv{v} --name k\n" for v in range(vaults)) + "```\n",
    }
    paths = {}
    for name, text in files.items():
        paths[name] = os.path.join(folder, f"{size}-{name}")
        with open(paths[name], "w", encoding="utf-8") as file:
            file.write(text)
    # What commands read that others print.
    printed = {"run.json": ("run", "--format", "json")}
    printed.update((f"part-{part}.json", ("sample", "--trials", "1000", "--part", f"{part}/2")) for part in (1, 2))
    for name, command in printed.items():
        paths[name] = os.path.join(folder, f"{size}-{name}")
        subprocess.run([cmksim, *command, paths["quiet.yaml"], "-o", paths[name]], check=True)
    return paths


# Measured, and not held: so many worlds of reactions as there are, up to a fixed amount of work. The page says so.
FASTER = ("bounds, every resource with a responder",)

# What is measured, and the name of its input.
COMMANDS = (
    ("run", "run {quiet.yaml}"),
    ("run, every key deleted", "run {broken.yaml}"),
    ("run, every resource with a responder", "run {reacting.yaml}"),
    ("test", "test --allow-empty {quiet.yaml}"),
    ("test, every resource with a responder", "test --allow-empty {reacting.yaml}"),
    ("bounds", "bounds {quiet.yaml}"),
    ("bounds, every key deleted", "bounds {broken.yaml}"),
    ("bounds, every resource with a responder", "bounds --timing phases {reacting.yaml}"),
    ("sample, 1,000 trials", "sample --trials 1000 {quiet.yaml}"),
    ("sample, 100 trials, every resource with a responder", "sample --trials 100 {reacting.yaml}"),
    ("blast", "blast {quiet.yaml}"),
    ("blast, one key for all", "blast {one-key.yaml}"),
    ("plan", "plan --at 3h {quiet.yaml}"),
    ("plan, every key deleted", "plan --at 3h {broken.yaml}"),
    ("plan --runbook, a step for each vault", "plan --at 3h --runbook {runbook.md} {broken.yaml}"),
    ("deadline", "deadline --repair 'key.recover kv0/k' {quiet.yaml}"),
    ("deadline, one key for all", "deadline --repair 'key.recover kv0/k' {one-key.yaml}"),
    ("gate, a key deleted", "gate {delete.sh} --estate {estate.yaml}"),
    ("explore, one fault", "explore --faults 1 {quiet.yaml}"),
    ("explore, one fault, max-downtime", "explore --faults 1 --invariant 'max-downtime 4h given a response after 30m' {quiet.yaml}"),
    ("explore, one fault, max-downtime, one key for all", "explore --faults 1 --invariant 'max-downtime 4h given a response after 30m' {one-key.yaml}"),
    ("diagnose", "diagnose --symptom 'r0 Inaccessible at 3h' {quiet.yaml}"),
    ("diagnose, one key for all", "diagnose --symptom 'r0 Inaccessible at 3h' {one-key.yaml}"),
    ("lint", "lint {quiet.yaml}"),
    ("lint, one key for all", "lint {one-key.yaml}"),
    ("diff", "diff {quiet.yaml} --set vaults.kv1.enablePurgeProtection=true"),
    ("diff --faults 1", "diff --faults 1 {quiet.yaml} --set vaults.kv1.enablePurgeProtection=true"),
    ("explain --symptom --estate", "explain --symptom KeyNotFound --estate {estate.yaml}"),
    ("play, to the end", "play {quiet.yaml} < {session.txt}"),
    ("import az", "import az {registries.json}"),
    ("fmt", "fmt --check {quiet.yaml}"),
    ("verify", "verify {run.json}"),
    ("merge, two parts of 1,000 trials", "merge {part-1.json} {part-2.json}"),
    ("report", "report {quiet.yaml}"),
    ("handout", "handout {quiet.yaml}"),
    ("diagram --format svg", "diagram --format svg {quiet.yaml}"),
)


def words(command, paths):
    return [paths[word[1:-1]] if word.startswith("{") else word for word in shlex.split(command)]


def measure(cmksim, command, paths):
    """Processor seconds and peak MB; None where it took too long."""
    command, _, typed = command.partition(" < ")
    arguments = words(command, paths)
    with open(words(typed, paths)[0] if typed else os.devnull, encoding="utf-8") as lines:
        process = subprocess.Popen([cmksim, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=lines)
    end = time.monotonic() + PATIENCE
    used = None
    while used is None:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid != 0:
            used = usage
        elif time.monotonic() > end:
            process.kill()
            os.wait4(process.pid, 0)
            return None
        else:
            time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 4):
        sys.exit("cmksim %s: exit %d\n%s" % (" ".join(arguments), process.returncode, process.stderr.read().decode()))
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def cell(cost):
    if cost is None:
        return f"over {PATIENCE} s"
    seconds, megabytes = cost
    return f"{seconds:.2f} s, {megabytes:.0f} MB" if seconds < 10 else f"{seconds:.0f} s, {megabytes:.0f} MB"


def table(cmksim, sizes, folder, only):
    yield "| command | " + " | ".join(f"{size:,}" for size in sizes) + " |"
    yield "| --- |" + " ---: |" * len(sizes)
    paths = {size: inputs(cmksim, folder, size) for size in sizes}
    for name, command in COMMANDS:
        if not name.startswith(only):
            continue
        costs = []
        for size in sizes:
            costs.append(measure(cmksim, command, paths[size]) if not costs or costs[-1] else None)
        yield f"| {name} | " + " | ".join(cell(cost) for cost in costs) + " |"


def hold(cmksim, folder):
    """Whether cost grows no faster than the estate; what does is printed."""
    small, large = SMALL
    paths = {size: inputs(cmksim, folder, size) for size in SMALL}
    wrong = 0
    for name, command in COMMANDS:
        if name in FASTER:
            continue
        one = measure(cmksim, command, paths[small])
        many = one and measure(cmksim, command, paths[large])
        allowed = one and (one[0] + FLOOR) * large / small * SLACK
        if many is None or many[0] > allowed:
            print(f"{name}: {cell(one)} for {small} resources, {cell(many)} for {large}")
            wrong += 1
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cmksim")
    parser.add_argument("--write", metavar="PAGE")
    parser.add_argument("--sizes", help="such as 100,1000")
    parser.add_argument("--only", default="", help="commands that begin so")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.write is None and asked.sizes is None:
            return 1 if hold(asked.cmksim, folder) else 0
        sizes = tuple(int(size) for size in asked.sizes.split(",")) if asked.sizes else TABLE
        lines = []
        for line in table(asked.cmksim, sizes, folder, asked.only):
            print(line, flush=True)
            lines.append(line)
    if asked.write:
        with open(asked.write, encoding="utf-8") as file:
            page = file.read()
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        with open(asked.write, "w", encoding="utf-8") as file:
            file.write(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)
    return 0


sys.exit(main())
