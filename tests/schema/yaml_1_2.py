"""Reads YAML as cmksim does: the scalars of YAML 1.2, so that `on` and 2026-01-01 are texts, and keys are texts."""

import re
import yaml


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}


Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF")
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?(?:0|[1-9][0-9]*)$"), "-0123456789")
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])


def with_text_keys(value):
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return value


def read(text):
    return with_text_keys(yaml.load(text, Loader))
