"""interrupt_test.py CMKSIM [ROUNDS [SECONDS]]: interrupts every command that can last, by Ctrl-C and SIGTERM, at random moments of a large
input. Each ends within moments, with its exit code, and what it prints is whole and says that it is not complete, or
nothing. SECONDS: how late an end may be, on a machine that does other things as well."""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

if len(sys.argv) < 2:
    sys.exit("usage: interrupt_test.py CMKSIM [ROUNDS [SECONDS]]")
CMKSIM = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
LATE = float(sys.argv[3]) if len(sys.argv) > 3 else 3.0
LONGEST = 3.0  # seconds after its start at which a command is interrupted, at the latest


def estate(resources, vaults):
    services = ("acr", "cosmosdb", "documentdb")
    lines = ["  vaults:"]
    lines += ["    kv%d: {accessPolicies: {id%d: [get, list, wrapKey, unwrapKey]}, keys: {k: }}" % (v, v) for v in range(vaults)]
    lines += ["  identities:"] + ["    id%d:" % v for v in range(vaults)] + ["  resources:"]
    lines += ["    r%d: {service: %s, identity: id%d, key: kv%d/k}" % (r, services[r % 3], r % vaults, r % vaults) for r in range(resources)]
    return "\n".join(lines) + "\n"


def story(resources, vaults, timeline):
    return "cmksim: 1\nname: large\nestate:\n" + estate(resources, vaults) + "timeline:\n" + timeline


def prepare(folder):
    def write(name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    losses = "".join("  - {at: %dm, do: key.delete, target: kv%d/k}\n" % (10 + v % 50, v) for v in range(400))
    reacting = "".join("  - {at: 10m, do: key.delete, target: kv%d/k}\n"
                       "  - {when: {r%d: {downtime: '>= 1s'}}, after: 30m..2h, do: key.recover, target: kv%d/k}\n" % (v, v, v)
                       for v in range(300))
    files = {
        "large": write("large.yaml", story(6000, 400, losses)),
        "wide": write("wide.yaml", story(300, 1, "  - {at: 10m, do: key.delete, target: kv0/k}\n")),
        "small": write("small.yaml", story(12, 3, "  - {at: 10m, do: key.delete, target: kv0/k}\n")),
        "reacting": write("reacting.yaml", story(300, 300, reacting)),
        "runbook": write("runbook.md", "```sh\n" + "".join(
            "az keyvault key recover --vault-name kv%d --name k\n" % v for v in range(400)) + "```\n"),
        "az": write("az.json", json.dumps([{"name": "kv%d" % i, "type": "Microsoft.KeyVault/vaults", "properties": {}}
                                           for i in range(60000)])),
    }
    for i in range(40):
        write("suite/s%d.yaml" % i, story(200 + i, 20, "".join(
            "  - {at: %dm, do: key.delete, target: kv%d/k}\n" % (10 + v, v) for v in range(20)) + "  - {at: 5h, expect: {r0: Inaccessible}}\n"))
    files["suite"] = os.path.join(folder, "suite")
    short = subprocess.run([CMKSIM, "sample", "--format", "json", "--trials", "123", files["small"]], capture_output=True,
                           text=True, check=True).stdout
    files["result"] = write("result.json", short.replace('"123"', '"100000000"'))
    return files


# Each with whether its output is JSON that says whether it is complete.
def commands(files):
    yield True, ["run", "--format", "json", files["large"]]
    yield True, ["bounds", "--format", "json", files["large"]]
    yield True, ["bounds", "--format", "json", files["reacting"]]
    yield True, ["sample", "--format", "json", "--trials", "10000000", files["small"]]
    yield True, ["sample", "--format", "json", "--trials", "1000000", files["reacting"]]
    yield True, ["test", "--allow-empty", "--format", "json", files["suite"]]
    yield True, ["test", "--allow-empty", "--format", "json", files["reacting"]]
    yield True, ["blast", "--format", "json", "--pairs", files["wide"]]
    yield True, ["plan", "--format", "json", "--at", "3h", files["large"]]
    yield True, ["plan", "--format", "json", "--at", "3h", "--runbook", files["runbook"], files["large"]]
    yield True, ["explore", "--format", "json", "--faults", "4", files["small"]]
    yield True, ["diagnose", "--format", "json", "--symptom", "r0 Inaccessible at 3h", files["wide"]]
    yield True, ["lint", "--format", "json", files["large"]]
    yield True, ["lint", "--format", "sarif", files["large"]]
    yield True, ["diff", "--format", "json", "--faults", "2", files["small"], "--set", "vaults.kv1.enablePurgeProtection=true"]
    yield True, ["diff", "--format", "json", "--faults", "2", files["wide"], "--set", "vaults.kv0.enablePurgeProtection=true"]
    yield False, ["diff", files["large"], files["reacting"], "--set", "vaults.kv0.enablePurgeProtection=true"]
    yield True, ["diagnose", "--format", "json", "--faults", "2", "--symptom", "r1 KeyDisabled at 3h",
                 "--symptom", "r2 Ready at 3h", files["wide"]]
    yield True, ["gate", "--format", "json", files["large"]]
    yield False, ["blast", "--format", "dot", files["wide"]]
    yield False, ["blast", "--format", "mermaid", files["wide"]]
    yield False, ["gate", files["reacting"]]
    yield False, ["deadline", "--repair", "key.recover kv0/k", files["large"]]
    yield False, ["diagram", "--format", "svg", files["large"]]
    yield False, ["fmt", "--check", files["large"], files["suite"]]
    yield False, ["run", files["reacting"]]
    yield False, ["bounds", files["wide"], files["large"]]
    yield False, ["plan", "--at", "3h", files["wide"], files["large"]]
    yield False, ["report", files["large"], files["wide"]]
    yield False, ["handout", files["wide"]]
    yield False, ["import", "az", files["az"]]
    yield False, ["verify", files["result"]]


# Those that wait for a person, whose Ctrl-C is their own matter, and those that do no more than print what is there.
NOT_SWEPT = {"play", "drill", "class", "merge", "models", "explain", "schema", "init", "completion"}


def unnamed(files):
    """Commands that are neither swept nor said not to be, of a large story and without options."""
    listed = subprocess.run([CMKSIM, "--help"], capture_output=True, text=True, check=True).stdout
    known = {line.split()[0] for line in listed.split("Commands")[1].splitlines()[1:] if line.startswith("  ") and line[2] not in " -"}
    for name in sorted(known - {command[0] for _, command in commands(files)} - NOT_SWEPT):
        yield False, [name, files["large"]]


def too_long(command):
    """What is wrong with a command that has one second, if anything."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen([CMKSIM, *command, "--timeout-total", "1"], stdin=subprocess.DEVNULL, stdout=printed,
                                   stderr=subprocess.DEVNULL)
        if not ends(process, 60):
            process.kill()
            process.wait()
        took = time.monotonic() - begun
        if process.returncode not in (0, 1, 4):
            return "exit %d" % process.returncode
        return "took %.2f s" % took if took > 1 + LATE else None


def is_complete(report):
    """Whether a report says so, or says nothing of it."""
    if "runs" in report:
        return report["runs"][0]["invocations"][0]["executionSuccessful"]
    return report.get("complete", report.get("interrupted") is not True)


def flaw(how, is_json, process, out, err, late):
    expected = 130 if how == signal.SIGINT else 143
    if process.returncode in (0, 1, 4):
        return None  # it was done, or its analysis ended so
    if process.returncode != expected:
        return "exit %d" % process.returncode
    if late > LATE:
        return "ended %.2f s after the interrupt" % late
    if is_json and out:
        try:
            reports = [json.loads(out)] if out.lstrip().startswith(b"{\n") else [json.loads(line) for line in out.splitlines()]
        except ValueError:
            return "what it printed is no JSON: %r" % out[-80:]
        if all(map(is_complete, reports)) and b"interrupted" not in err:
            return "nothing says that it is not complete"
    if not out and b"interrupted" not in err:
        return "it says nothing"
    if out.startswith((b"digraph", b"flowchart")) and b"looked at" not in err:
        return "the graph does not say that it is not complete"
    return None


def ends(process, seconds):
    """Whether it does by then."""
    try:
        process.wait(timeout=seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


def main():
    seed = int(os.environ.get("CMKSIM_SEED", "20"))
    random.seed(seed)
    wrong = seen = 0
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        files = prepare(folder)
        for is_json, command in [*commands(files), *unnamed(files)]:
            why = too_long(command)
            if why:
                print("%s, with a second of time: %s" % (" ".join(command), why))
                wrong += 1
            for round_ in range(ROUNDS):
                how = (signal.SIGINT, signal.SIGTERM)[round_ % 2]
                with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
                    process = subprocess.Popen([CMKSIM, *command], stdin=subprocess.DEVNULL, stdout=printed, stderr=said)
                    ends(process, random.uniform(0.02, LONGEST))
                    process.send_signal(how)
                    sent = time.monotonic()
                    if not ends(process, 60):
                        process.kill()
                        process.wait()
                    late = time.monotonic() - sent
                    printed.seek(0)
                    said.seek(0)
                    out, err = printed.read(), said.read()
                seen += process.returncode in (130, 143)
                worst = max(worst, late if process.returncode in (130, 143) else 0)
                why = flaw(how, is_json, process, out, err, late)
                if why:
                    print("%s, %s: %s" % (" ".join(command), how.name, why))
                    wrong += 1
    print("%d interrupts seen, the slowest end %.2f s after" % (seen, worst))
    return 1 if wrong else 0


sys.exit(main())
