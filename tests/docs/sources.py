#!/usr/bin/env python3
"""Holds docs/sources.md against what the models cite: sources.py PROJECT

Every document and page that a model cites stands there once, and nothing stands there that none cites. Titles and
addresses of documents are the same in both.
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
                for one in inner if isinstance(inner, list) else [inner]:
                    yield one["id"] if isinstance(one, dict) else str(one).split("#")[0]
            else:
                yield from cited(inner)


def published(models, page):
    """What the models say of a document and the table does not."""
    rows = {name: (title, address) for name, title, address in
            re.findall(r"^\| <a id=\"\d+\"></a>`([^`]+)` \| (.*?) \| (.*?) \|", page, re.MULTILINE)}
    for path in models:
        for one in yaml.safe_load(path.read_text()).get("documents") or []:
            title, address = rows.get(one["id"], ("", ""))
            if one["title"] != title or ("page" in one) != address.startswith("<https://") or \
                    one.get("page", "") not in address:
                yield f"{path.name} and docs/sources.md differ about {one['id']}"


def main():
    project = pathlib.Path(sys.argv[1])
    models = {one for path in project.glob("models/*.yaml") for one in cited(yaml.safe_load(path.read_text()))}
    page = (project / "docs" / "sources.md").read_text()
    listed = re.findall(r"^\| <a id=\"\d+\"></a>`([^`]+)`", page, re.MULTILINE)
    listed += re.findall(r"^(?:\| |- )<(https://[^>]+)>", page, re.MULTILINE)
    failures = [f"{one} is cited, and docs/sources.md does not have it" for one in sorted(models - set(listed))]
    failures += [f"docs/sources.md has {one}, which no model cites" for one in sorted(set(listed) - models)]
    failures += [f"docs/sources.md has {one} twice" for one in sorted(set(listed)) if listed.count(one) > 1]
    failures += published(sorted(project.glob("models/*.yaml")), page)
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(listed)} sources")
    return 1 if failures or not listed else 0


sys.exit(main())
