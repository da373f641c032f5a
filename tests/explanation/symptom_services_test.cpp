// Error messages of services that are less common, and of what stands beside them, as people paste them.
#include "explanation/explain.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace cmksim;
using namespace cmksim::explanation;

namespace {

/// The code of the best match, `none` for a text that is not known.
std::string bestCodeOf(std::string_view text) {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto matches = matchSymptom(text, 8, catalog, diagnostics);
    return matches.empty() ? "none" : matches.front().explanation.code;
}

} // namespace

TEST_CASE("what a managed HSM denies is not put down to access policies") {
    const std::string text = "Not authorized to access Microsoft.KeyVault/managedHsm/keys/wrap/action on /keys/cmk "
                             "(Activity ID: 0f0f)";
    CHECK(bestCodeOf(text) == "HsmAccessDenied");
    CHECK(bestCodeOf("(AccessDenied) " + text + "\nCode: AccessDenied\nMessage: " + text) == "HsmAccessDenied");
    CHECK(bestCodeOf("AccessDenied") == "AccessDenied");
}

TEST_CASE("the texts of a SQL server's key lead to their own codes") {
    CHECK(
        bestCodeOf("The operation could not be completed on the server because the Azure Key Vault key is disabled.") ==
        "AzureKeyVaultKeyDisabled");
    CHECK(
        bestCodeOf("The operation could not be completed on the server because attempts to connect to Azure Key Vault "
                   "have failed.") == "AzureKeyVaultConnectionFailed");
    CHECK(bestCodeOf(
              "Msg 40981, Level 20, State 1, Line 1\nDatabase 'orders' on server 'contoso' is not accessible due to "
              "Azure Key Vault critical error.") == "DatabaseNotAccessible");
    CHECK(bestCodeOf("AKV host 'contoso-kv.vault.azure.net' is not resolvable from SQL, on server 'contoso'.") ==
          "AkvHostNotResolvingFromNode");
    CHECK(
        bestCodeOf("400 AzureKeyVaultRsaKeyNotSupported - The provided key vault uses unsupported RSA Key Size or Key "
                   "Type. The supported RSA key size is 2048 or 3072 and Key Type is RSA or RSA-HSM.") ==
        "AzureKeyVaultRsaKeyNotSupported");
    CHECK(bestCodeOf("The provided Key Vault uri 'https://tenant.vault.azure.net/keys/database/1' is not valid. Please "
                     "ensure the vault has the right Recovery Level other than 'Purgeable'.") ==
          "SecurityInvalidAzureKeyVaultRecoveryLevel");
}

TEST_CASE("texts of services without a model are known, and say that there is none") {
    struct Brought {
        std::string_view from; // the thread or page
        std::string_view text;
        std::string_view code;
    };
    const std::vector<Brought> all{
        {"MicrosoftDocs/azure-docs#97447",
         R"({"status": "Failed", "error": {"code": "UserErrorKeyVaultPermissionsNotConfigured", "message": )"
         R"("Azure Backup Service does not have sufficient permissions to Key Vault for Backup of Encrypted Virtual )"
         R"(Machines."}})",
         "UserErrorKeyVaultPermissionsNotConfigured"},
        {"hashicorp/terraform-provider-azurerm#27817", "UserErrorCMKKeyVaultAuthFailure",
         "UserErrorCMKKeyVaultAuthFailure"},
        {"hashicorp/terraform-provider-azurerm#13195",
         R"(StatusCode=0 -- Original Error: Code="WorkspaceActivationRequired" Message="Workspace needs to be activated, )"
         R"(by adding the managed identity in the KeyVault containing the customer managed key and activating the )"
         R"(workspace through the keys subresource.")",
         "WorkspaceActivationRequired"},
        {"Azure/azure-cli#18208",
         "Azure Error: InvalidKeyVaultReference\nMessage: The specified Key Vault reference is invalid.\nException "
         "Details:\n Error Code: Reason\n Message: The specified Key Vault /subscriptions/0/vaults/kv does not have "
         "the "
         "Batch Service in access policies.",
         "InvalidKeyVaultReference"},
        {"Azure/azure-powershell#22463",
         "Message : [InvalidEncryptionEntitiesKeyVaultValue] : The keysource is specified as keyvault but keyvault "
         "details "
         "are not correctly provided.",
         "InvalidEncryptionEntitiesKeyVaultValue"},
        {"Azure-Player/azure.datafactory.devops#56",
         "Error Code: RemovedCMKToExistingFactory Error Message: Update factory failed. You cannot remove CMK settings "
         "to "
         "existing factory",
         "RemovedCMKToExistingFactory"},
        {"azure-netapp-files/troubleshoot-customer-managed-keys", "Azure Key Vault key is not enabled",
         "NetAppFilesKeyNotEnabled"},
        {"azure-netapp-files/troubleshoot-customer-managed-keys",
         "Unable to use the configured encryption key, please check if key is active", "NetAppFilesKeyUnusable"},
        {"the same, of files", "Could not connect to the database", "none"},
        {"the same, of files", "The volume cannot be created", "none"},
    };
    for (const Brought& one : all) {
        INFO(one.from << ": " << one.text);
        CHECK(bestCodeOf(one.text) == one.code);
    }
}

TEST_CASE("answers of a vault about tokens and limits are not taken for ones about a key") {
    CHECK(bestCodeOf(R"({"error":{"code":"Unauthorized","message":"AKV10022: Invalid audience. Expected )"
                     R"(https://vault.azure.net, found: https://management.azure.com/."}})") == "AKV10022");
    CHECK(bestCodeOf(
              R"({"error":{"code":"Throttled","message":"Request was not processed because too many requests were )"
              R"(received. Reason: VaultRequestTypeLimitReached"}})") == "Throttled");
    CHECK(bestCodeOf("Request was not processed") == "none");
}
