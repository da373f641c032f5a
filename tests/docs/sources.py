#!/usr/bin/env python3
"""Holds docs/sources.md against what the models cite: sources.py PROJECT

Every document and page that a model cites stands there once, and nothing stands there that none cites.
"""

import pathlib
import re
import sys

import yaml


def cited(value):
    """What stands under `source` and `documents`, without sections."""
    if isinstance(value, list):
        for one in value:
            yield from cited(one)
    elif isinstance(value, dict):
        for field, inner in value.items():
            if field in ("source", "documents"):
                yield from (str(one).split("#")[0] for one in (inner if isinstance(inner, list) else [inner]))
            else:
                yield from cited(inner)


def main():
    project = pathlib.Path(sys.argv[1])
    models = {one for path in project.glob("models/*.yaml") for one in cited(yaml.safe_load(path.read_text()))}
    page = (project / "docs" / "sources.md").read_text()
    listed = re.findall(r"^\| <a id=\"\d+\"></a>`([^`]+)`", page, re.MULTILINE)
    listed += re.findall(r"^(?:\| |- )<(https://[^>]+)>", page, re.MULTILINE)
    failures = [f"{one} is cited, and docs/sources.md does not have it" for one in sorted(models - set(listed))]
    failures += [f"docs/sources.md has {one}, which no model cites" for one in sorted(set(listed) - models)]
    failures += [f"docs/sources.md has {one} twice" for one in sorted(set(listed)) if listed.count(one) > 1]
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(listed)} sources")
    return 1 if failures or not listed else 0


sys.exit(main())
