"""A scenario with more than ten thousand events: forty registries on one key that is disabled and enabled for weeks."""

registries, rounds = 40, 125
print("cmksim: 1\nname: Many events\nestate:\n  vaults:\n    keyvault:\n      keys: {cmk: }\n"
      "      accessPolicies: {reader: [get, wrapKey, unwrapKey]}\n  identities: {reader: }\n  resources:")
for number in range(registries):
    print(f"    registry{number:02}: {{service: acr, identity: reader, key: keyvault/cmk}}")
print(f"until: {rounds * 5}h\ntimeline:")
for number in range(rounds):
    for minutes, enabled in ((30, "false"), (150, "true")):
        at = number * 300 + minutes
        print(f"  - {{at: {at}m, do: key.update, target: keyvault/cmk, with: {{enabled: {enabled}}}}}")
