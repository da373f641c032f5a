"""A scenario of so many resources over so many vaults, of which two vaults, an identity and a key have an accident."""
import sys

count = int(sys.argv[1])
vaults = max(2, count // 25)
services = ["acr", "cosmosdb", "documentdb"]
print(f"cmksim: 1\nname: {count} resources over {vaults} vaults, an accident in a few\nuntil: 24h\nestate:\n  vaults:")
for vault in range(vaults):
    print(f"    contoso-kv-{vault:03}:\n      accessPolicies:")
    for team in range(3):
        print(f"        team-{vault:03}-{team}-id: [get, list, wrapKey, unwrapKey]")
    print("      keys: {cmk-0: , cmk-1: , cmk-2: }")
print("  identities:")
for vault in range(vaults):
    for team in range(3):
        print(f"    team-{vault:03}-{team}-id:")
print("  resources:")
for number in range(count):
    service, vault = services[number % 3], number % vaults
    print(f"    contoso-{service}-{number:04}: {{service: {service}, identity: team-{vault:03}-{number // 2 % 3}-id, "
          f"key: contoso-kv-{vault:03}/cmk-{number // 3 % 3}}}")
print("""timeline:
  - {at: 2h, do: vault.delete, target: contoso-kv-000}
  - {at: 3h, do: identity.delete, target: team-001-0-id}
  - {at: 5h30m, do: key.update, target: contoso-kv-001/cmk-1, with: {enabled: false}}
  - {at: 9h, do: vault.recover, target: contoso-kv-000}
  - {at: 10h, do: key.update, target: contoso-kv-001/cmk-1, with: {enabled: true}}
  - {at: 20h, expect: {contoso-acr-0000: Ready}}""")
