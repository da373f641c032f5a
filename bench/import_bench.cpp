// Importing an export of 100,000 resources, beside what simdjson needs to parse it into its own tree.
#include "catalog/catalog.hpp"
#include "document/json.hpp"
#include "import/azure_resources.hpp"
#include "import/estate.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace cmksim;
using namespace cmksim::import;

constexpr int groups = 7'700; // of thirteen resources each

/// A row of `az graph query`, as it prints it: two blanks a level.
class Export {
public:
    void row(int group, std::string_view type, const std::string& name, std::string_view rest) {
        fmt::format_to(std::back_inserter(text_), R"({}
    {{
      "extendedLocation": null,
      "id": "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/rg-{}/providers/{}/{}",
      "kind": "",
      "location": "westeurope",
      "managedBy": "",
      "name": "{}",
      "plan": null,
      "resourceGroup": "rg-{}",
      "subscriptionId": "0b1f6471-1bf0-4dda-aec3-111122223333",
      "tags": {{
        "costCenter": "cc-{}",
        "environment": "production",
        "owner": "team-{}@contoso.com"
      }},
      "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47",
      "type": "{}",
      "zones": null,
      {}
    }})",
                       first_ ? "" : ",", group, type, name, name, group, group % 100, group % 50, type, rest);
        first_ = false;
    }

    std::string finish() { return "{\"count\": 100100, \"data\": [" + text_ + "]}"; }

private:
    std::string text_;
    bool first_ = true;
};

std::string identityId(int group, int which) {
    return fmt::format("/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/rg-{}/providers/"
                       "Microsoft.ManagedIdentity/userAssignedIdentities/id-{}-{}",
                       group, group, which);
}

std::string uuid(int group, int which) { return fmt::format("{:08x}-0000-4000-8000-{:012x}", group, which); }

std::string exportText() {
    Export rows;
    for (int group = 0; group < groups; ++group) {
        for (int which = 0; which < 2; ++which) {
            rows.row(group, "microsoft.managedidentity/userassignedidentities", fmt::format("id-{}-{}", group, which),
                     fmt::format(R"("identity": null,
      "properties": {{
        "clientId": "{}",
        "isolationScope": "None",
        "principalId": "{}",
        "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47"
      }})",
                                 uuid(group, which + 2), uuid(group, which)));
        }
        rows.row(group, "microsoft.keyvault/vaults", fmt::format("kv-{}", group),
                 fmt::format(R"("identity": null,
      "properties": {{
        "accessPolicies": [
          {{
            "objectId": "{}",
            "permissions": {{
              "certificates": [],
              "keys": ["get", "wrapKey", "unwrapKey"],
              "secrets": []
            }},
            "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47"
          }},
          {{
            "objectId": "{}",
            "permissions": {{
              "certificates": [],
              "keys": ["get", "wrapKey", "unwrapKey"],
              "secrets": []
            }},
            "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47"
          }}
        ],
        "enablePurgeProtection": true,
        "enableRbacAuthorization": false,
        "enableSoftDelete": true,
        "enabledForDeployment": false,
        "networkAcls": {{
          "bypass": "AzureServices",
          "defaultAction": "Deny",
          "ipRules": [
            {{
              "value": "203.0.113.7/32"
            }}
          ],
          "virtualNetworkRules": []
        }},
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
        "sku": {{
          "family": "A",
          "name": "standard"
        }},
        "softDeleteRetentionInDays": 90,
        "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "vaultUri": "https://kv-{}.vault.azure.net/"
      }})",
                             uuid(group, 0), uuid(group, 1), group));
        for (int i = 0; i < 10; ++i) {
            const std::string identity =
                fmt::format(R"("identity": {{
        "type": "UserAssigned",
        "userAssignedIdentities": {{
          "{}": {{
            "clientId": "{}",
            "principalId": "{}"
          }}
        }}
      }},)",
                            identityId(group, i % 2), uuid(group, i % 2 + 2), uuid(group, i % 2));
            if (i % 3 == 0) {
                rows.row(group, "microsoft.containerregistry/registries", fmt::format("reg{}x{}", group, i),
                         fmt::format(R"({}
      "properties": {{
        "adminUserEnabled": false,
        "dataEndpointEnabled": false,
        "encryption": {{
          "keyVaultProperties": {{
            "identity": "{}",
            "keyIdentifier": "https://kv-{}.vault.azure.net/keys/cmk",
            "keyRotationEnabled": true
          }},
          "status": "enabled"
        }},
        "loginServer": "reg.azurecr.io",
        "networkRuleBypassOptions": "AzureServices",
        "policies": {{
          "retentionPolicy": {{
            "days": 7,
            "status": "disabled"
          }},
          "trustPolicy": {{
            "status": "disabled",
            "type": "Notary"
          }}
        }},
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
        "zoneRedundancy": "Disabled"
      }},
      "sku": {{
        "name": "Premium",
        "tier": "Premium"
      }})",
                                     identity, uuid(group, i % 2 + 2), group));
            } else if (i % 3 == 1) {
                rows.row(group, "microsoft.documentdb/databaseaccounts", fmt::format("acc-{}-{}", group, i),
                         fmt::format(R"({}
      "properties": {{
        "capabilities": [],
        "consistencyPolicy": {{
          "defaultConsistencyLevel": "Session",
          "maxIntervalInSeconds": 5,
          "maxStalenessPrefix": 100
        }},
        "defaultIdentity": "UserAssignedIdentity={}",
        "documentEndpoint": "https://acc.documents.azure.com:443/",
        "enableAutomaticFailover": true,
        "keyVaultKeyUri": "https://kv-{}.vault.azure.net/keys/cosmos",
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
        "readLocations": [
          {{
            "failoverPriority": 0,
            "id": "acc-westeurope",
            "locationName": "West Europe"
          }}
        ]
      }})",
                                     identity, identityId(group, i % 2), group));
            } else {
                rows.row(group, "microsoft.storage/storageaccounts", fmt::format("st{}x{}", group, i),
                         R"("properties": {
        "creationTime": "2024-01-01T00:00:00Z",
        "encryption": {
          "keySource": "Microsoft.Storage",
          "services": {
            "blob": {
              "enabled": true
            },
            "file": {
              "enabled": true
            }
          }
        },
        "minimumTlsVersion": "TLS1_2",
        "primaryEndpoints": {
          "blob": "https://x.blob.core.windows.net/",
          "dfs": "https://x.dfs.core.windows.net/"
        },
        "provisioningState": "Succeeded"
      })");
            }
        }
    }
    return rows.finish();
}

const std::shared_ptr<const Source>& exported() {
    static const auto source = std::make_shared<const Source>("export.json", exportText());
    return source;
}

void dom(benchmark::State& state) {
    const std::string& text = exported()->text();
    for ([[maybe_unused]] const auto _ : state) {
        simdjson::dom::parser parser;
        benchmark::DoNotOptimize(parser.parse(text.data(), text.size(), false).error());
    }
    state.counters["bytes"] = static_cast<double>(text.size());
}

void estate(benchmark::State& state) {
    Catalog catalog;
    const std::vector<AzureTerms>& terms = catalog.azure();
    for ([[maybe_unused]] const auto _ : state) {
        Diagnostics diagnostics;
        AzureResources resources{terms, catalog.platform(), diagnostics};
        forEachJsonRow(exported(), diagnostics, [&](Node row) { resources.take(row); });
        const ImportedEstate imported = joinEstate(std::move(resources.raw()), catalog, diagnostics);
        const std::string text = estateJson(imported);
        benchmark::DoNotOptimize(text.data());
        state.counters["resources"] = static_cast<double>(imported.resources.size());
    }
}

BENCHMARK(dom)->Name("import/simdjson-dom")->Unit(benchmark::kMillisecond);
BENCHMARK(estate)->Name("import/estate")->Unit(benchmark::kMillisecond);

} // namespace
