#!/bin/sh
# Collects, by reading alone, what 'cmksim import --from FOLDER' takes. It changes nothing and reads no secret.
# usage: sh collect.sh [FOLDER]; needs the Azure CLI, signed in, with its extension 'resource-graph'.
set -u
folder=${1:-cmksim-export}
mkdir -p "$folder"

# All resources that the signed-in account may see, and all role assignments and definitions, a thousand a page.
pages() {
    name=$1 query=$2 page=1 token=
    while :; do
        file="$folder/$name-$page.json"
        if [ -n "$token" ]; then
            az graph query --first 1000 -q "$query" --skip-token "$token" -o json > "$file" || return
        else
            az graph query --first 1000 -q "$query" -o json > "$file" || return
        fi
        token=$(sed -n 's/.*"skip_token": "\([^"]*\)".*/\1/p' "$file")
        [ -n "$token" ] || break
        page=$((page + 1))
    done
}
pages resources 'resources | project id, name, type, location, kind, sku, identity, properties, resourceGroup, subscriptionId'
pages roles 'authorizationresources | where type in~ ("microsoft.authorization/roleassignments", "microsoft.authorization/roledefinitions")'

# The roles that are held at a place within a managed HSM, with the name of that, which the answer leaves out.
held() {
    az keyvault role assignment list --hsm-name "$2" --scope "$1" --query "[].merge(@, {vaultName: '$2'})" -o json
}

# Locks, what is deleted, and keys are in no graph query. A file that stays empty is told by the import.
for subscription in $(az account list --query '[].id' -o tsv); do
    az lock list --subscription "$subscription" -o json > "$folder/locks-$subscription.json"
    az keyvault list-deleted --subscription "$subscription" -o json > "$folder/deleted-vaults-$subscription.json"
    # The key of a SQL server stands apart from it.
    az sql server list --subscription "$subscription" --query '[].[name, resourceGroup]' -o tsv |
        while read -r server group; do
            az sql server tde-key show --subscription "$subscription" --server "$server" --resource-group "$group" \
                -o json > "$folder/sql-$server.json"
        done
    for vault in $(az keyvault list --resource-type vault --subscription "$subscription" --query '[].name' -o tsv); do
        az keyvault show --subscription "$subscription" --name "$vault" -o json > "$folder/vault-$vault.json"
        az keyvault key list-deleted --vault-name "$vault" -o json > "$folder/deleted-keys-$vault.json"
        az keyvault key list --vault-name "$vault" -o json > "$folder/keys-$vault.json"
        for key in $(az keyvault key list --vault-name "$vault" --query '[].name' -o tsv); do
            az keyvault key list-versions --vault-name "$vault" --name "$key" -o json > "$folder/key-$vault-$key.json"
        done
    done
    # A managed HSM says itself who may use which of its keys: at the top, at all keys, and at each.
    for hsm in $(az keyvault list --resource-type hsm --subscription "$subscription" --query '[].name' -o tsv); do
        az keyvault show --subscription "$subscription" --hsm-name "$hsm" -o json > "$folder/hsm-$hsm.json"
        az keyvault key list-deleted --hsm-name "$hsm" -o json > "$folder/hsm-deleted-keys-$hsm.json"
        az keyvault key list --hsm-name "$hsm" -o json > "$folder/hsm-keys-$hsm.json"
        held / "$hsm" > "$folder/hsm-roles-$hsm.json"
        held /keys "$hsm" > "$folder/hsm-roles-keys-$hsm.json"
        for key in $(az keyvault key list --hsm-name "$hsm" --query '[].name' -o tsv); do
            az keyvault key list-versions --hsm-name "$hsm" --name "$key" -o json > "$folder/hsm-key-$hsm-$key.json"
            held "/keys/$key" "$hsm" > "$folder/hsm-roles-$hsm-$key.json"
        done
    done
done

# The principals by which services themselves reach keys.
