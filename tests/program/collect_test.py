"""collect_test.py CMKSIM: runs the script that 'cmksim import script az' prints against an 'az' that answers from a
made-up tenant and fails on every command that is not known to read alone. What was collected imports as the estate of
that tenant, and what the tenant refused to show is told."""
import json
import os
import subprocess
import sys
import tempfile

CMKSIM = sys.argv[1]
SUBSCRIPTION = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333"
# The services' own applications, each with the object id of its principal and its name here.
APPLICATIONS = {"a232010e-820c-4083-83bb-3ace5fc29d0b": ("p-cosmos", "Azure Cosmos DB"),
                "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d": ("p-databricks", "AzureDatabricks")}


def resource(group, type, name, **fields):
    id = "%s/resourceGroups/%s/providers/%s/%s" % (SUBSCRIPTION, group, type, name)
    return {"id": id, "name": name, "type": type.lower(), "location": "westeurope", "resourceGroup": group, **fields}


IDENTITY = resource("apps", "Microsoft.ManagedIdentity/userAssignedIdentities", "acr-id",
                    properties={"principalId": "p-1", "clientId": "c-1"})
OPEN = {"enableRbacAuthorization": True, "softDeleteRetentionInDays": 30, "vaultUri": "https://kv-one.vault.azure.net/"}
POLICIES = {"enableRbacAuthorization": False, "vaultUri": "https://kv-two.vault.azure.net/",
            "accessPolicies": [{"objectId": "p-cosmos", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}
VAULTS = [resource("security", "Microsoft.KeyVault/vaults", "kv-one", properties=OPEN),
          resource("security", "Microsoft.KeyVault/vaults", "kv-two", properties=POLICIES)]
HSM = resource("security", "Microsoft.KeyVault/managedHSMs", "hsm-one", properties={
    "enablePurgeProtection": True, "softDeleteRetentionInDays": 7, "hsmUri": "https://hsm-one.managedhsm.azure.net/"})
RESOURCES = VAULTS + [
    HSM,
    IDENTITY,
    resource("apps", "Microsoft.ContainerRegistry/registries", "contosoreg", sku={"name": "Premium"},
             identity={"type": "UserAssigned", "userAssignedIdentities": {IDENTITY["id"]: {"principalId": "p-1", "clientId": "c-1"}}},
             properties={"encryption": {"status": "enabled", "keyVaultProperties": {
                 "keyIdentifier": "https://kv-one.vault.azure.net/keys/acr-cmk", "identity": "c-1"}}}),
    resource("data", "Microsoft.DocumentDB/databaseAccounts", "contosodb", identity={"type": "None"},
             properties={"keyVaultKeyUri": "https://kv-two.vault.azure.net/keys/db-cmk",
                         "defaultIdentity": "FirstPartyIdentity"}),
    resource("data", "Microsoft.Sql/servers", "contososql", identity={"type": "SystemAssigned", "principalId": "p-sql"},
             properties={"keyId": None}),
]
ROLES = [{"id": VAULTS[0]["id"] + "/providers/Microsoft.Authorization/roleAssignments/a1", "name": "a1",
          "type": "microsoft.authorization/roleassignments",
          "properties": {"principalId": "p-1", "scope": VAULTS[0]["id"], "principalType": "ServicePrincipal",
                         "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6"}}]


def version(vault, key, name, **attributes):
    return {"kid": "https://%s.vault.azure.net/keys/%s/%s" % (vault, key, name), "attributes": {"enabled": True, **attributes}}


KEYS = {("kv-one", "acr-cmk"): [version("kv-one", "acr-cmk", "0a1", created="2026-01-02T00:00:00+00:00"),
                                version("kv-one", "acr-cmk", "0b2", created="2026-02-02T00:00:00+00:00",
                                        expires="2026-12-31T00:00:00+00:00")]}
DELETED = {"kv-one": [{"recoveryId": "https://kv-one.vault.azure.net/deletedkeys/old",
                       "kid": "https://kv-one.vault.azure.net/keys/old/0c3", "attributes": {"enabled": True},
                       "deletedDate": "2026-11-01T00:00:00+00:00", "scheduledPurgeDate": "2026-12-01T00:00:00+00:00"}]}


def page(rows, token):
    """Two rows a page, whatever is asked for, as a service may give fewer."""
    start = int(token or 0)
    more = start + 2 < len(rows)
    return {"count": len(rows[start:start + 2]), "data": rows[start:start + 2],
            "skip_token": str(start + 2) if more else None, "total_records": len(rows)}


def answer(words, options):
    """What a command prints; None where it is refused."""
    if words == ["graph", "query"]:
        rows = ROLES if options["-q"].startswith("authorizationresources") else RESOURCES
        return page(rows, options.get("--skip-token"))
    if words == ["account", "list"]:
        return [SUBSCRIPTION.rsplit("/", 1)[1]]
    if words == ["lock", "list"]:
        return [{"id": VAULTS[0]["id"] + "/providers/Microsoft.Authorization/locks/keep", "name": "keep",
                 "type": "Microsoft.Authorization/locks", "level": "CanNotDelete"}]
    if words == ["sql", "server", "list"]:
        return ["contososql\tdata"]
    if words == ["sql", "server", "tde-key", "show"]:
        check(options["--server"] == "contososql" and options["--resource-group"] == "data", str(options))
        return {"id": RESOURCES[-1]["id"] + "/encryptionProtector/current", "name": "current",
                "type": "Microsoft.Sql/servers/encryptionProtector", "serverKeyType": "AzureKeyVault",
                "serverKeyName": "kv-one_acr-cmk", "uri": "https://kv-one.vault.azure.net/keys/acr-cmk"}
    if words == ["keyvault", "list-deleted"]:
        return []
    if words == ["keyvault", "list"]:
        return [vault["name"] for vault in {"vault": VAULTS, "hsm": [HSM]}[options["--resource-type"]]]
    if words == ["keyvault", "show"] and "--hsm-name" in options:
        return HSM
    if words == ["keyvault", "role", "assignment", "list"]:
        # At the top those of keys are not listed.
        check(options["--query"] == "[].merge(@, {vaultName: 'hsm-one'})", options["--query"])
        return [] if options["--scope"] != "/keys/top" else [
            {"id": "/keys/top/providers/Microsoft.Authorization/roleAssignments/r1", "name": "r1",
             "type": "Microsoft.Authorization/roleAssignments", "principalId": "p-1", "scope": "/keys/top",
             "roleDefinitionId": "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/"
                                 "33413926-3206-4cdd-b39a-83574fe37a17", "vaultName": "hsm-one"}]
    if words[:2] == ["keyvault", "key"] and "--hsm-name" in options:
        key = version("hsm-one", "top", "0d4")
        key["kid"] = key["kid"].replace("vault.azure.net", "managedhsm.azure.net")
        return {"list-deleted": [], "list-versions": [key],
                "list": ["top"] if options["-o"] == "tsv" else [{**key, "name": "top"}]}[words[2]]
    if words == ["keyvault", "show"]:
        return next(vault for vault in VAULTS if vault["name"] == options["--name"])
    if words == ["keyvault", "key", "list-deleted"]:
        return DELETED.get(options["--vault-name"])  # kv-two lets the caller list nothing
    if words == ["keyvault", "key", "list"]:
        vault = options["--vault-name"]
        if vault not in DELETED:
            return None
        names = [key for of, key in KEYS if of == vault]
        return names if options["-o"] == "tsv" else [
            {"kid": "https://%s.vault.azure.net/keys/%s" % (vault, key), "name": key, "attributes": {"enabled": True}}
            for key in names]
    if words == ["keyvault", "key", "list-versions"]:
        return KEYS[options["--vault-name"], options["--name"]]
    if words == ["ad", "sp", "show"] and options["--id"] in APPLICATIONS:
        principal, name = APPLICATIONS[options["--id"]]
        return {"appId": options["--id"], "id": principal, "servicePrincipalType": "Application", "displayName": name}
    raise SystemExit("az: unknown, or it does more than read: %s" % " ".join(words))


def az(arguments):
    words = []
    while arguments and not arguments[0].startswith("-"):
        words.append(arguments.pop(0))
    options = dict(zip(arguments[::2], arguments[1::2]))
    found = answer(words, options)
    if found is None:
        sys.exit("(Forbidden) Caller is not authorized to perform action on resource.")
    if options.get("-o") == "tsv":
        print("\n".join(found))
    else:
        print(json.dumps(found, indent=2))


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


def check(condition, what):
    if not condition:
        sys.exit("failed: " + what)


def main():
    with tempfile.TemporaryDirectory() as folder:
        script = run([CMKSIM, "import", "script", "az"])
        check(script.returncode == 0, "the script is printed")
        collect = os.path.join(folder, "collect.sh")
        with open(collect, "w", encoding="utf-8") as file:
            file.write(script.stdout)
        with open(os.path.join(folder, "az"), "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec "%s" -B "%s" "%s" az "$@"\n' % (sys.executable, os.path.abspath(__file__), CMKSIM))
        os.chmod(os.path.join(folder, "az"), 0o755)
        export = os.path.join(folder, "an export")
        path = folder + os.pathsep + os.environ["PATH"]
        collected = run(["sh", collect, export], env={**os.environ, "PATH": path})
        check(collected.returncode == 0, "the script runs: " + collected.stderr)
        check("does more than read" not in collected.stderr, collected.stderr)
        check(len([name for name in os.listdir(export) if name.startswith("resources-")]) == 4, "all pages are read")

        imported = run([CMKSIM, "import", "--from", export, "--format", "json"])
        check(imported.returncode == 0, "it imports: " + imported.stderr)
        estate = json.loads(imported.stdout)
        one = estate["vaults"]["kv-one"]
        check(one["roleAssignments"] == {"acr-id": ["Key Vault Crypto Service Encryption User"]}, str(one))
        check([version["name"] for version in one["keys"]["acr-cmk"]["versions"]] == ["0a1", "0b2"], str(one))
        check(one["keys"]["old"]["deleted"] == "2026-11-01T00:00:00Z", str(one))
        check(estate["vaults"]["kv-two"]["accessPolicies"] ==
              {"FirstPartyIdentity": ["get", "wrapKey", "unwrapKey"]}, str(estate["vaults"]["kv-two"]))
        check(estate["resources"]["contosoreg"]["key"] == "kv-one/acr-cmk", str(estate["resources"]))
        check(estate["resources"]["contosodb"]["identity"] == "FirstPartyIdentity", str(estate["resources"]))

        hsm = estate["vaults"]["hsm-one"]
        check(hsm["kind"] == "managed-hsm" and hsm["enablePurgeProtection"], str(hsm))
        check(hsm["keys"]["top"]["roleAssignments"] ==
              {"acr-id": ["Managed HSM Crypto Service Encryption User"]}, str(hsm))

        check(estate["resources"]["contososql"]["key"] == "kv-one/acr-cmk", str(estate["resources"]))

        told = " ".join(imported.stderr.split())
        check("deleted-keys-kv-two.json' is empty" in told, "what was refused is told: " + told)
        check("keys-kv-two.json' is empty" in told, "keys that were not listed are told: " + told)
        check("'keep'" in told and "CanNotDelete" in told, "the lock is told: " + told)


if sys.argv[2:3] == ["az"]:
    az(sys.argv[3:])
else:
    main()
