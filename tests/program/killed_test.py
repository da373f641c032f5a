"""killed_test.py CMKSIM: ends every command that writes at random moments, by SIGKILL and by SIGINT. Each file is then as
it was or as it should be, and an interrupted command has said so within moments."""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CMKSIM = sys.argv[1]
ROUNDS = 6
STORY = """cmksim: 1
name: a
snapshot: true  # kept
estate:
  vaults: {{kv1: {{accessPolicies: {{id: [get, list, wrapKey, unwrapKey]}}, keys: {{k: }}}}}}
  identities: {{id: }}
  resources:
{resources}
timeline:
  - {{at: 10m, do: key.delete, target: kv1/k}}
"""
DRILL = """drill:
  briefing: Nothing answers.
  goals: [a key that is deleted can be recovered]
"""
AZ = '[%s]' % ",".join('{"name": "kv%d", "type": "Microsoft.KeyVault/vaults", "properties": {}}' % i for i in range(2000))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def prepare(folder):
    suite = os.path.join(folder, "suite")
    os.makedirs(suite)
    for i in range(8):
        resources = "\n".join("    r%d: {service: acr, identity: id, key: kv1/k}" % r for r in range(40 + i))
        write(os.path.join(suite, "s%d.yaml" % i), STORY.format(resources=resources))
    write(os.path.join(folder, "loose.yaml"), read(os.path.join(suite, "s7.yaml")).decode().replace("  ", "    "))
    write(os.path.join(folder, "az.json"), AZ)
    write(os.path.join(folder, "out"), "what stood there before\n")
    write(os.path.join(folder, "lines"), "status\nsave %s/saved.yaml\n" % folder)
    write(os.path.join(folder, "drill.yaml"), read(os.path.join(suite, "s1.yaml")).decode() + DRILL)
    subprocess.run([CMKSIM, "sample", os.path.join(suite, "s0.yaml"), "--trials", "100", "--part", "1/1", "-o",
                    os.path.join(folder, "part.json")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def commands(folder):
    story = os.path.join(folder, "suite", "s0.yaml")
    out = os.path.join(folder, "out")
    yield ["run", story, "-o", out]
    yield ["test", "--update", os.path.join(folder, "suite")]
    yield ["test", "--allow-empty", os.path.join(folder, "suite"), "--report", "junit=" + out]
    yield ["import", "az", os.path.join(folder, "az.json"), "-o", out]
    yield ["report", story, "-o", out]
    yield ["play", story]
    yield ["init", os.path.join(folder, "new")]
    for command in (["bounds"], ["sample", "--trials", "2000"], ["blast"], ["plan", "--at", "2h"], ["explore", "--faults", "1"],
                    ["diagnose", "--symptom", "r1 Inaccessible at 3h"], ["lint"], ["handout"],
                    ["diagram", "--format", "svg"], ["diff", story], ["gate"],
                    ["deadline", "--repair", "key.recover kv1/k"]):
        yield [*command, story, "-o", out]
    for command in (["models"], ["explain", "KeyNotFound"], ["schema", "scenario"], ["completion", "bash"]):
        yield [*command, "-o", out]
    yield ["drill", os.path.join(folder, "drill.yaml"), "--script", os.path.join(folder, "lines"), "-o", out]
    yield ["fmt", os.path.join(folder, "loose.yaml")]
    yield ["merge", os.path.join(folder, "part.json"), "-o", out]


def files(folder):
    """All files but those that a command had not finished, by path."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            if not name.startswith(".cmksim-"):
                path = os.path.join(where, name)
                found[os.path.relpath(path, folder)] = read(path)
    return found


def start(command, folder):
    with open(os.path.join(folder, "lines"), "rb") as lines:
        return subprocess.Popen([CMKSIM, *command], stdin=lines, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def moved(text, old, new):
    """A file as it is written in another folder, which is named as a path and, in classes of JUnit, with full stops."""
    for separator in "/.":
        text = text.replace(old.replace("/", separator).encode(), new.replace("/", separator).encode())
    return text


def timeless(text):
    """A report without the times that a machine took."""
    if text is None or b"<testsuites" not in text:
        return text
    return b" ".join(word for word in text.split() if not word.startswith(b"time="))


def partly_laid_out(flags):
    """Of a folder that is laid out until an interrupt, what is said is so: which files are written, or would be, and from
    which on none was looked at."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, "s%02d.yaml" % i) for i in range(12)]
        resources = "\n".join("    r%d: {service:   acr, identity: id, key: kv1/k}" % r for r in range(300))
        loose = STORY.format(resources=resources)

        def ended(after):
            for path in paths:
                write(path, loose)
            process = subprocess.Popen([CMKSIM, "fmt", *flags, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if after is not None:
                time.sleep(after)
                process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            return process.returncode, out.decode(), err.decode()

        began = time.monotonic()
        ended(None)
        took = time.monotonic() - began
        for _ in range(ROUNDS):
            code, out, err = ended(random.uniform(0, took))
            if code != 130:
                continue  # it was done, or had not begun
            last = err.splitlines()[-1]
            first = re.search("not complete: (?:the [0-9]+ files from )?'([^']*)'", last)
            left = paths.index(first[1]) if first else len(paths) if "all files are looked at" in last else 0
            touched = [path for path in paths if read(path).decode() != loose]
            told = re.findall("'(.*)' is written", err)
            if flags:
                if touched or not left <= len(out.splitlines()) <= left + 1 or out.splitlines() != paths[:len(out.splitlines())]:
                    yield "fmt --check: it has found %r, written %r and says %r" % (out, touched, err)
            elif touched != paths[:left] or told != touched:
                yield "fmt: it has written %r and says %r" % (touched, err)


def main():
    random.seed(20)
    wrong = 0
    for flags in ([], ["--check"]):
        for why in partly_laid_out(flags):
            print(why)
            wrong += 1
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        count = len(list(commands(folder)))
    for number in range(count):
        with tempfile.TemporaryDirectory() as whole:
            prepare(whole)
            before = files(whole)
            began = time.monotonic()
            start(list(commands(whole))[number], whole).communicate()
            took = time.monotonic() - began
            after = files(whole)
        for round_ in range(ROUNDS):
            how = signal.SIGKILL if round_ % 2 == 0 else signal.SIGINT
            with tempfile.TemporaryDirectory() as folder:
                prepare(folder)
                command = list(commands(folder))[number]
                process = start(command, folder)
                time.sleep(random.uniform(0, took))
                process.send_signal(how)
                sent = time.monotonic()
                process.communicate(timeout=60)
                late = time.monotonic() - sent
                left = files(folder)
                for name, text in left.items():
                    same = lambda other: timeless(text) == timeless(moved(other, whole, folder))
                    if not any(same(state[name]) for state in (before, after) if state.get(name) is not None):
                        # A story that is not complete may be reported as such.
                        if how == signal.SIGINT and name == "out" and process.returncode == 130:
                            continue
                        print("%s, %s: %s is neither as it was nor as it should be" % (" ".join(command), how.name, name))
                        wrong += 1
                if how == signal.SIGINT and process.returncode == 130 and late > 5:
                    print("%s: ended %.1f s after the interrupt" % (" ".join(command), late))
                    wrong += 1
                shutil.rmtree(folder, ignore_errors=True)
                os.makedirs(folder)
    return 1 if wrong else 0


sys.exit(main())
