"""'cmksim test --watch' runs again when a file changes, appears or goes, and ends by Ctrl-C: watch_test.py CMKSIM."""

import pathlib
import signal
import subprocess
import sys
import tempfile

CMKSIM = sys.argv[1]
STORY = """cmksim: 1
name: NAME
estate:
  vaults: {contoso-kv: {enablePurgeProtection: true, accessPolicies: {reader: [get, wrapKey, unwrapKey]}, keys: {cmk: }}}
  identities: {reader: }
  resources: {registry: {service: acr, identity: reader, key: contoso-kv/cmk}}
timeline:
  - {at: 10m, do: key.delete, target: contoso-kv/cmk}
  - {at: 3h, expect: {registry: STATE}}
"""


def story(name, state):
    return STORY.replace("NAME", name).replace("STATE", state)


def wait(child):
    """What it printed up to the line that says that it waits."""
    for line in child.stderr:
        if "waiting for a change" in line:
            return
    raise AssertionError("it ended")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name) / "suite"
    folder.mkdir()
    (folder / "one.yaml").write_text(story("One", "Ready"))
    out = pathlib.Path(name) / "out.txt"
    with subprocess.Popen([CMKSIM, "test", "--watch", "--format", "tap", str(folder)], stdout=out.open("w"),
                          stderr=subprocess.PIPE, text=True) as child:
        wait(child)
        assert out.read_text().count("not ok 1") == 1, out.read_text()
        (folder / "one.yaml").write_text(story("One", "Inaccessible"))
        wait(child)
        assert out.read_text().count("\nok 1") == 1, out.read_text()
        (folder / "two.yaml").write_text(story("Two", "Inaccessible"))
        wait(child)
        assert out.read_text().count("1..2") == 1, out.read_text()
        (folder / "two.yaml").unlink()
        wait(child)
        assert out.read_text().count("1..1") == 3, out.read_text()
        child.send_signal(signal.SIGINT)
        assert child.wait(10) == 130, child.returncode
print("ok")
