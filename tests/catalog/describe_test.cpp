// The models in words.
#include "small_model.hpp"

#include "catalog/catalog.hpp"
#include "catalog/describe.hpp"
#include "catalog/layout.hpp"
#include "catalog/model_reader.hpp"
#include "document/yaml.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cmksim::catalog {
namespace {

std::string described(const Model& model, const Platform& platform) {
    std::ostringstream out;
    describeModel(model, platform, {}, out);
    return out.str();
}

std::string wrapped(std::string_view lead, std::string_view text, std::size_t indent) {
    std::ostringstream out;
    printWrapped(out, lead, text, indent);
    return out.str();
}

TEST_CASE("the list of models shows the newest of each service last") {
    std::ostringstream out;
    listModels(Catalog{}, out);
    CHECK(out.str() == "acr                2020-01-preview  Azure Container Registry (preview) (older)\n"
                       "acr                2020-03-preview  Azure Container Registry (second preview) (older)\n"
                       "acr                2023-10          Azure Container Registry (older)\n"
                       "acr                2026-11          Azure Container Registry\n"
                       "akskms             2024-09          Azure Kubernetes Service with KMS\n"
                       "appconfig          2022-08          Azure App Configuration\n"
                       "azureml            2024-05          Azure Machine Learning\n"
                       "cognitiveservices  2023-11          Azure AI services\n"
                       "cosmosdb           2023-01          Azure Cosmos DB (older)\n"
                       "cosmosdb           2023-06          Azure Cosmos DB (older)\n"
                       "cosmosdb           2026-11          Azure Cosmos DB\n"
                       "databricks         2026-01          Azure Databricks\n"
                       "datafactory        2021-10          Azure Data Factory\n"
                       "disk               2026-04          Azure managed disk\n"
                       "diskencryptionset  2026-04          Azure disk encryption set\n"
                       "documentdb         2025-09          Azure DocumentDB (older)\n"
                       "documentdb         2026-11          Azure DocumentDB\n"
                       "eventhubs          2024-05          Azure Event Hubs\n"
                       "loganalytics       2024-01          Azure Monitor Logs cluster\n"
                       "mysql              2026-01          Azure Database for MySQL\n"
                       "openai             2025-04          Azure OpenAI\n"
                       "postgresql         2026-06          Azure Database for PostgreSQL\n"
                       "search             2026-03          Azure AI Search\n"
                       "servicebus         2025-02          Azure Service Bus\n"
                       "sqldb              2025-09          Azure SQL Database\n"
                       "storage            2023-05          Azure Storage\n"
                       "vm                 2026-04          Azure virtual machine\n");
}

TEST_CASE("a document that is published is cited by its page, and one with a title alone by that") {
    const auto shown = [](std::string_view documents) {
        Diagnostics diagnostics;
        const auto document = parseDocument(
            std::make_shared<const Source>("store.yaml", test::smallModelWith("documents: [store.txt]", documents)),
            diagnostics);
        Catalog catalog;
        const auto model = readModel(*document, catalog.platform(), diagnostics);
        REQUIRE(model.has_value());
        return model->documents.front() + ": " + model->states[StateId{0}].provenance.sources.front();
    };
    CHECK(shown("documents: [store.txt]") == "store.txt: store.txt#states");
    CHECK(shown("documents: {id: store.txt, title: The store, page: https://store.example/guide}") ==
          "The store: https://store.example/guide#states");
    CHECK(shown("documents: [{id: store.txt, title: The store}]") == "The store: The store, section 'states'");
}

TEST_CASE("a small model reads well") {
    const Catalog catalog;
    Diagnostics diagnostics;
    const auto document =
        parseDocument(std::make_shared<const Source>("store.yaml", std::string{test::smallModel}), diagnostics);
    const auto model = readModel(*document, catalog.platform(), diagnostics);
    REQUIRE(model);
    CHECK("\n" + described(*model, catalog.platform()) == R"(
Contoso Store: store, version 2026-01
=====================================
From store.txt. Numbers in brackets lead to the references at the end; one with
an A says that something is assumed.

STATES
  Ready                   files can be read [1]
  Locked                  the key is out of reach [1]
  Failed                  never came up [A1]

CONDITIONS, beside the state
  Slow                    the firewall keeps the store out [2]

REASONS, in the order in which a check tries them
  reason                  leads to        answers
  IdentityNotAssigned     Locked          403 StoreLocked [3,4]
  IdentityInactive        Locked          [A2]
  TokenAcquisitionFailed  Locked          403 StoreLocked [3,4]
  KeyUriMalformed         Locked          403 StoreLocked [3,4]
  VaultDnsUnresolved      Locked          403 StoreLocked [3,4]
  VaultNotFound           Locked          403 StoreLocked [3,4]
  VaultFirewallDenied     Slow            [2]
  IdentityUnauthorized    Locked          403 StoreLocked [3,4]
  KeyNotFound             Locked          403 StoreLocked [3,4]
  KeyVersionNotFound      Locked          403 StoreLocked [3,4]
  KeyDisabled             Locked          403 StoreLocked [3,4]
  KeyNotYetValid          Locked          403 StoreLocked [3,4]
  KeyExpired              Locked          403 StoreLocked [3,4]
  UnwrapFailed            Locked          403 StoreLocked [3,4]

MESSAGES
  IdentityNotAssigned, TokenAcquisitionFailed, KeyUriMalformed,
  VaultDnsUnresolved, VaultNotFound, IdentityUnauthorized, KeyNotFound,
  KeyVersionNotFound, KeyDisabled, KeyNotYetValid, KeyExpired, UnwrapFailed
      The store cannot reach its key.

THE WAY BACK
  IdentityNotAssigned, TokenAcquisitionFailed, KeyUriMalformed,
  VaultDnsUnresolved, VaultNotFound, IdentityUnauthorized, KeyNotFound,
  KeyVersionNotFound, KeyDisabled, KeyNotYetValid, KeyExpired, UnwrapFailed
      Bring the key back.
  IdentityInactive
      Assign the identity again.
  VaultFirewallDenied
      Open the firewall.

TIMINGS: the nominal value, and what the documents leave open
  revalidation            every 10m, at a phase of 0s to 10m: the store looks
                          for its key [3]
  identity-lapse          90d (45d to 90d): how long it lasts [5]
  role-effect             0s (0s to 10m): a role assignment's or its removal's
                          way into effect [6,A3]
  policy-effect           0s (0s to 10m): an access policy's way into effect
                          [7,A3]
  token-life              0s (0s to 1d): a deleted identity's last token goes on
                          working [8,A4]

KEY AND IDENTITY
  identities              UserAssigned or SystemAssigned [9]
  trusted service         never [A5]
  permissions             get and wrapKey [9]
  or a role               Key Vault Crypto Service Encryption User, Key Vault
                          Crypto User, Key Vault Crypto Officer or Key Vault
                          Administrator [10,A6]
  automatic rotation      yes, to the newest version of a key named without one
                          [11]
  without a key           can be given one later [9]
  detaching               removing the identity in use is refused, and yet stops
                          the renewal of its credential; when it lapses: Locked
                          [5]
  key with a version      warning: the version is ignored [9]

OPERATIONS: a denial answers as its reason says, else as here
  read                    denied unless Ready or while Slow: 403 Locked [3]
  write                   denied unless Ready: 408 "Timed out." [3]
  show                    always ok [A7]

PROPERTIES
  tier                    Small or Large (default) [12]

REFUSED, create: the first that holds
  1. 400 LargeTierRequired [12]
     when   tier is Small
     says   Too small.
     fix    Use the large tier.
  2. KeyAccessDenied [9]
     when   a check of the key, asked for, fails
     says   No access to '{key}' ({reason}).
     yet    a resource is left behind that is Failed
     fix    Give access to the key.

REFUSED, update: the first that holds
  1. Refused [9]
     when   a key is named, and the state is not Ready, and the reason is not
            None nor KeyUriMalformed, and the credential in use is Lapsed
     says   No.
     yet    an identity that exists and is named is attached all the same
     fix    Wait.

NOTES
  - The document has a mistake in its example. [13]

REFERENCES
  [1]    store.txt#states
  [2]    store.txt#firewall
  [3]    store.txt#loss
  [4]    https://example.com/store
  [5]    store.txt#identity
  [6]    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
  [7]    https://learn.microsoft.com/azure/mysql/flexible-server/security-customer-managed-key
  [8]    https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identities-faq
  [9]    store.txt#set-up
  [10]   https://learn.microsoft.com/azure/key-vault/general/rbac-guide
  [11]   store.txt#rotation
  [12]   store.txt#tiers
  [13]   store.txt#example

ASSUMED, where the documents are silent or disagree
  [A1]   the document does not say
  [A2]   it is like any other loss
  [A3]   nominally at once, so that a story shows causes and not delays
  [A4]   nominally not at all, so that a story shows causes and not delays
  [A5]   the document does not speak of it
  [A6]   of the many built-in roles those are known here that people give in
         such estates
  [A7]   settings are no data
)");
}

TEST_CASE("no line of a base model's description is wider than a terminal, but for a long reference") {
    Catalog catalog;
    Diagnostics diagnostics;
    for (const ModelEntry& entry : catalog.entries()) {
        const Model* model = catalog.model(entry.service, entry.version, diagnostics);
        REQUIRE(model != nullptr);
        std::istringstream lines{described(*model, catalog.platform())};
        for (std::string line; std::getline(lines, line);) {
            INFO(line);
            const bool reference =
                line.find("https://") != std::string::npos || line.find(".txt#") != std::string::npos;
            CHECK((line.size() <= pageWidth || reference));
            CHECK((line.empty() || line.back() != ' '));
        }
    }
}

TEST_CASE("a paragraph breaks between words, and hangs under its first line") {
    const std::string word(30, 'x');
    CHECK(wrapped("- ", word + " " + word + " " + word, 2) == "- " + word + " " + word + "\n  " + word + "\n");
    CHECK(wrapped("", "", 4) == "\n");
    CHECK(wrapped("", std::string(90, 'y') + " z", 2) == std::string(90, 'y') + "\n  z\n");
    // Characters count, not bytes.
    std::string umlauts;
    for (int i = 0; i < 40; ++i) {
        umlauts += "\u00fc";
    }
    CHECK(wrapped("", umlauts + " " + umlauts.substr(0, 78), 0) == umlauts + " " + umlauts.substr(0, 78) + "\n");
}

TEST_CASE("the example in the description of the language is a sound model") {
    std::ifstream file{testsFolder() + "/../models/README.md"};
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    const std::string readme = text.str();
    const auto begin = readme.find("cmksim-model: 1\n");
    REQUIRE(begin != std::string::npos);
    const auto end = readme.find("```", begin);
    Diagnostics diagnostics;
    const auto document =
        parseDocument(std::make_shared<const Source>("README.md", readme.substr(begin, end - begin)), diagnostics);
    REQUIRE(document);
    const auto model = readModel(*document, Catalog{}.platform(), diagnostics);
    std::ostringstream report;
    diagnostics.print(report);
    INFO(report.str());
    REQUIRE(model);
    CHECK(model->service == "filestore");
}

} // namespace
} // namespace cmksim::catalog
