"""'cmksim play' and 'cmksim drill' at a real terminal: prompt_test.py CMKSIM SOURCE."""

import json
import os
import signal
import subprocess
import sys

try:
    import pexpect
except ImportError:
    print("the prompt is not tested: there is no pexpect", file=sys.stderr)
    sys.exit(1 if os.environ.get("CMKSIM_REQUIRE_TOOLS") == "1" else 77)

cmksim, source = sys.argv[1:]
story = os.path.join(source, "scenarios/drills/2-the-key-is-gone.yaml")


def terminal(*words):
    child = pexpect.spawn(cmksim, list(words), encoding="utf-8", timeout=10, dimensions=(40, 80),
                          env={**os.environ, "NO_COLOR": "1", "TERM": "xterm"})
    child.delaybeforesend = 0.05
    return child


def leave(child):
    """Ctrl-D, again where it came between two lines: until the next one is read the terminal keeps it to itself."""
    for _ in range(5):
        child.sendeof()
        if child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=3) == 0:
            return
    raise AssertionError("Ctrl-D does not end it")


def test_play_completes_remembers_and_ends_with_ctrl_d():
    child = terminal("play", story)
    child.expect(r"\+0s> ")
    child.send("wai\t2h\r")
    child.expect("Ready → Revoked")
    child.expect(r"\+2h> ")
    child.send("key.rec\tcontoso-kv/p\t\r")
    child.expect("key.recover contoso-kv/prices-cmk: ok")
    child.expect(r"\+2h1s> ")
    child.send("wait 1h\r")
    child.expect("Revoked → Ready")
    child.expect(r"\+3h1s> ")
    child.send("\x1b[A\r")  # the line before, again
    child.expect(r"\+4h1s> ")
    leave(child)
    child.close()
    assert child.exitstatus == 0, child.exitstatus


def test_ctrl_c_gives_up_a_line_and_not_the_program():
    child = terminal("play", story)
    child.expect(r"\+0s> ")
    child.send("wait 10")
    child.expect("wait 10")
    child.sendintr()
    child.expect(r"\+0s> ")
    child.send("wait 1h\r")
    child.expect(r"\+1h> ")
    child.send("quit\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, (child.exitstatus, child.signalstatus)


def test_a_drill_is_graded_at_the_terminal():
    child = terminal("drill", story)
    child.expect("prices: Ready → Revoked")
    child.expect(r"\+1h> ")
    child.send("key.recover contoso-kv/prices-cmk\r")
    child.expect(r"\+1h1s> ")
    child.send("wait 1h\r")
    child.expect("100 of 100")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.exitstatus


def test_sigterm_ends_it_with_what_is_known():
    child = terminal("drill", story)
    child.expect(r"\+1h> ")
    child.kill(signal.SIGTERM)
    child.expect("not complete")
    child.expect("0 of 100")
    child.expect("cmksim drill: terminated; the result is not complete")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 143, (child.exitstatus, child.signalstatus)

    child = terminal("play", story)
    child.expect(r"\+0s> ")
    child.kill(signal.SIGTERM)
    child.expect("cmksim play: terminated")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 143, (child.exitstatus, child.signalstatus)


def test_sigterm_ends_it_where_lines_come_from_a_pipe():
    child = subprocess.Popen([cmksim, "drill", story, "--format", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    child.stdin.write(b"status\n")
    child.stdin.flush()
    while b"> status" not in child.stdout.readline():
        pass
    child.send_signal(signal.SIGTERM)
    result = json.loads(child.stdout.read().splitlines()[-1])
    assert result["complete"] is False and result["points"] == 0, result
    said = child.stderr.read()
    assert child.wait(10) == 143, said
    assert said == b"cmksim drill: terminated; the result is not complete\n", said
    child.stdin.close()


def test_a_reader_that_goes_away_ends_it_quietly():
    child = subprocess.Popen([cmksim, "play", story], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    child.stdout.close()
    try:
        child.stdin.write(b"status\n" * 10000)
        child.stdin.close()
    except BrokenPipeError:
        pass  # it has ended before it was told all
    said = child.stderr.read()
    assert child.wait(10) == 0, said
    assert said == b"", said


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print("ok", name)
