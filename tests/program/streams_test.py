"""streams_test.py CMKSIM: what is no plain file, and what cannot be written: pipes that nothing reads, readers that go away,
streams that are closed, files that may not grow."""
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

CMKSIM = sys.argv[1]
LATE = 3.0  # on a machine that does other things as well
UNTIL_IT_WAITS = 0.2
STORY = """cmksim: 1
name: a
estate: {vaults: {kv1: {keys: {k: }}}}
timeline:
  - {at: 10m, do: key.delete, target: kv1/k}
"""


def start(words, **how):
    return subprocess.Popen([CMKSIM, *words], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **how)


def hears(process):
    """Whether it has taken its interrupts in hand: until then a signal ends it as it ends every process."""
    with open("/proc/%d/status" % process.pid, encoding="ascii") as status:
        caught = next(int(line.split()[1], 16) for line in status if line.startswith("SigCgt:"))
    return caught >> (signal.SIGTERM - 1) & 1


def nothing_reads(story, pipe):
    """An interrupt ends a command that waits for a reader, and so does its time."""
    for how, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (None, 4)):
        process = start(["run", story, "-o", pipe, *([] if how else ["--timeout", "1"])])
        while how and process.poll() is None and not hears(process):
            time.sleep(0.01)
        try:
            process.wait(timeout=UNTIL_IT_WAITS)
        except subprocess.TimeoutExpired:
            pass
        sent = time.monotonic()
        if how:
            process.send_signal(how)
        try:
            said = process.communicate(timeout=60)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            yield "%s does not end it" % (how or "its time")
            continue
        if process.returncode != code or time.monotonic() - sent > LATE + (0 if how else 1):
            yield "%s: exit %d after %.2f s: %r" % (how or "its time", process.returncode, time.monotonic() - sent, said)


def reader_goes(pipe):
    """A reader who has had enough is no failure."""
    process = start(["schema", "scenario", "-o", pipe])  # more than a pipe holds
    with open(pipe, "rb") as reader:
        reader.read(1)
    said = process.communicate()[1]
    if process.returncode != 0 or said:
        yield "a reader goes away: exit %d: %r" % (process.returncode, said)


def closed(story, out):
    """Nothing that is opened later takes the place of a closed stream."""
    for descriptors in ((1,), (1, 2), (0, 1, 2)):
        process = start(["test", "--allow-empty", story, "--report", "json=" + out],
                        preexec_fn=lambda: [os.close(one) for one in descriptors])
        said = process.communicate()[1]
        with open(out, encoding="utf-8") as file:
            text = file.read()
        if process.returncode != 5 or not text.startswith("{\n") or not text.endswith("}\n"):
            yield "with %s closed: exit %d: %r" % (descriptors, process.returncode, text)
        if 2 not in descriptors and b"cannot write to standard output: Bad file descriptor" not in said:
            yield "with %s closed it says %r" % (descriptors, said)


def no_growth(folder):
    """Where no file may grow, a file that cannot be written is told, and left as it was."""
    story, out = os.path.join(folder, "snapshot.yaml"), os.path.join(folder, "grown")
    text = STORY.replace("name: a", "name:  a\nsnapshot: true")
    for words, path, left in ((["test", "--update", story], story, text), (["fmt", story], story, text),
                              (["bounds", story, "-o", out], out, None)):
        with open(story, "w", encoding="utf-8") as file:
            file.write(text)
        process = start(words, stdout=subprocess.PIPE,
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
        said = process.communicate()[1].decode()
        if process.returncode != 5 or "cannot write '%s': File too large" % path not in said:
            yield "%s, where no file may grow: exit %d: %r" % (words[0], process.returncode, said)
        if (open(path, encoding="utf-8").read() if os.path.exists(path) else None) != left:
            yield "%s, where no file may grow: %s is not as it was" % (words[0], path)
        if any(name.startswith(".cmksim-") for name in os.listdir(folder)):
            yield "%s, where no file may grow, leaves a piece behind" % words[0]


def main():
    with tempfile.TemporaryDirectory() as folder:
        story = os.path.join(folder, "story.yaml")
        with open(story, "w", encoding="utf-8") as file:
            file.write(STORY)
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        wrong = [*nothing_reads(story, pipe), *reader_goes(pipe), *closed(story, os.path.join(folder, "out.json")),
                 *no_growth(folder)]
    for one in wrong:
        print(one)
    return 1 if wrong else 0


sys.exit(main())
