// Error messages, codes and JSON as people paste them.
#include "explanation/explain.hpp"
#include "explanation/message_match.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace cmksim;
using namespace cmksim::explanation;

namespace {

constexpr std::size_t most = 8;

std::vector<SymptomMatch> matchesOf(std::string_view text) {
    Catalog catalog;
    Diagnostics diagnostics;
    return matchSymptom(text, most, catalog, diagnostics);
}

/// The code of the best match, `none` for a text that is not known.
std::string bestOf(std::string_view text) {
    const auto matches = matchesOf(text);
    return matches.empty() ? "none" : matches.front().explanation.code;
}

std::vector<Reason> causesOf(std::string_view text) {
    const auto matches = matchesOf(text);
    return matches.empty() ? std::vector<Reason>{} : matches.front().causes;
}

bool has(const std::vector<Reason>& reasons, Reason reason) {
    return std::ranges::find(reasons, reason) != reasons.end();
}

/// A message as it is read: its placeholders filled.
std::string filled(std::string message) {
    for (std::size_t begin = message.find('{'); begin != std::string::npos; begin = message.find('{')) {
        const std::size_t end = message.find('}', begin);
        message.replace(begin, end - begin + 1,
                        message.compare(begin, 5, "{key}") == 0 ? "contoso-kv/images-cmk" : "contoso");
    }
    return message;
}

} // namespace

TEST_CASE("every message that the program prints leads to its entry first") {
    Catalog catalog;
    Diagnostics diagnostics;
    for (const Explanation& one : everythingExplained(catalog, diagnostics)) {
        std::vector<std::string> messages = one.texts;
        if (!one.message.empty()) {
            messages.push_back(one.message);
        }
        for (const std::string& message : messages) {
            INFO(one.service << ' ' << one.code << ": " << message);
            const auto matches =
                matchSymptom("2026-03-01T10:00:00Z ERROR " + filled(message), most, catalog, diagnostics);
            REQUIRE_FALSE(matches.empty());
            CHECK(std::ranges::any_of(matches, [&](const SymptomMatch& match) {
                const bool same = match.explanation.code == one.code || match.explanation.error == one.code ||
                                  (one.reason != Reason::None && has(match.causes, one.reason)) ||
                                  match.explanation.message == one.message;
                return same && fitsAsWell(match, matches.front());
            }));
        }
    }
}

TEST_CASE("texts that people bring lead to what stands behind them") {
    struct Brought {
        std::string_view text;
        Reason first;
    };
    const std::vector<Brought> all{
        {"The user does not have keys unwrapKey permission on key vault 'contoso-kv'", Reason::IdentityUnauthorized},
        {"Caller is not authorized to perform action on resource", Reason::IdentityUnauthorized},
        {"Error contacting the Azure Key Vault", Reason::VaultNotFound},
        {"Operation wrapKey is not allowed on a disabled key.", Reason::KeyDisabled},
        {"Operation encrypt is not allowed on an expired key", Reason::KeyExpired},
        {"Public network access is disabled", Reason::VaultFirewallDenied},
        {"CMK_ERROR", Reason::TokenAcquisitionFailed},
        {"Substatus: 4016", Reason::VaultFirewallDenied},
        {"4002", Reason::IdentityUnauthorized},
        {"Request is blocked due to Customer Managed Key not being accessible.", Reason::IdentityUnauthorized},
        {"Request timed out.", Reason::IdentityUnauthorized},
        {"Failed to validate key in Key Vault", Reason::IdentityUnauthorized},
        {"Access to your account is gone (4017)", Reason::VaultNotFound},
        {"can't remove the identity in use for CMK", Reason::IdentityInactive},
        {"Access to Key Encryption Key is forbidden", Reason::IdentityUnauthorized},
    };
    for (const Brought& one : all) {
        INFO(one.text);
        const auto causes = causesOf(one.text);
        REQUIRE_FALSE(causes.empty());
        CHECK(causes.front() == one.first);
    }
    CHECK(bestOf("(ScopeLocked) The scope cannot perform delete operation") == "ScopeLocked");
    CHECK(bestOf("can't remove the identity in use for CMK") == "IdentityInUse");
    CHECK(bestOf("403") == "Forbidden");
    CHECK(bestOf("Caller does not have keys get permission") == "AccessDenied");
    CHECK(bestOf("namespace encryption status Revoked") == "Revoked");
    CHECK(bestOf("KeyVaultProperties malformed") == "KeyVaultPropertiesMalformed");
    CHECK(bestOf("The provided Key Vault uri 'https://kv1.vault.azure.net/keys/cmk/0a' is not valid. Please ensure the "
                 "key vault has been configured with soft-delete and purge protection. "
                 "(https://aka.ms/sqltdebyokcreateserver)") == "SecurityInvalidAzureKeyVaultRecoveryLevel");
}

TEST_CASE("an ordinary sentence about files, containers and servers is not known") {
    for (const std::string_view text : {"The file could not be opened because it is being used by another process.",
                                        "No such file or directory",
                                        "The specified container does not exist",
                                        "A container with this name already exists",
                                        "a file with the same name already exists in this folder",
                                        "The operation is not allowed on a read-only file",
                                        "Error response from daemon: pull access denied for app, repository does not "
                                        "exist or may require docker login",
                                        "container failed to start: image not found",
                                        "Could not find file '/app/config.json'",
                                        "'NoneType' object is not subscriptable",
                                        "ImagePullBackOff: Back-off pulling image",
                                        "The name of the container is not valid",
                                        "Access to the path is denied",
                                        "the name of the file cannot be reused",
                                        "The vault door was left open",
                                        "I lost the key to my house",
                                        "The user does not have permission to open this folder",
                                        "access denied",
                                        "Failed to pull image: unauthorized: authentication required",
                                        "the database cannot be reached",
                                        "The archive is corrupt and cannot be restored from the backup file"}) {
        INFO(text);
        CHECK(bestOf(text) == "none");
    }
}

TEST_CASE("texts of public threads lead to their entry first") {
    struct Brought {
        std::string_view from; // the thread
        std::string_view text;
        std::string_view code; // `none`: it is not of a customer-managed key, or nothing is known of it
    };
    const std::vector<Brought> all{
        {"Azure/azure-cli#29115",
         R"((BadRequest) The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for )"
         R"(a vault is an irreversible action.)",
         "CannotDisablePurgeProtection"},
        {"Azure/ai-hub#241",
         R"({"code":"DeploymentFailed","message":"At least one resource deployment operation failed.","details":)"
         R"([{"code":"BadRequest","message":"{\r\n  \"error\": {\r\n    \"code\": \"BadRequest\",\r\n    )"
         R"(\"message\": \"The property \\\"enablePurgeProtection\\\" cannot be set to false. Enabling the purge )"
         R"(protection for a vault is an irreversible action.\"\r\n  }\r\n}"}]})",
         "CannotDisablePurgeProtection"},
        {"Azure/azure-sdk-for-net#13437",
         R"({"error":{"code":"BadParameter","message":"Invalid kty value: oct","innererror":{"code":"KeyTypeNotSupported"}}})",
         "KeyTypeNotSupported"},
        {"Azure/azure-cli#2613", "Unsupported key size", "BadParameter"},
        {"Azure/azure-cli#18430", "(BadRequest) An invalid value was provided for 'accessPolicies'.",
         "InvalidAccessPolicies"},
        {"Azure/azure-cli#16507",
         "InvalidArgumentValueError: az keyvault key create: 'EDWARDS25519' is not a valid value for '--curve'.",
         "none"},
        {"piyushsachdeva/Terraform_AKS#2",
         R"(Status=403 Code="Forbidden" Message="Caller is not authorized to perform action on resource.\r\nIf role )"
         R"(assignments, deny assignments or role definitions were changed recently, please observe propagation time.)"
         R"(\r\nCaller: appid=0;oid=5;iss=https://sts.windows.net/ee/\r\nAction: )"
         R"('Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '/subscriptions/d'\r\nAssignment: (not )"
         R"(found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv;location=x)"
         R"(\r\n" InnerError={"code":"ForbiddenByRbac"})",
         "ForbiddenByRbac"},
        {"hashicorp/terraform-provider-azurerm#26265",
         R"(Code="RequestDisallowedByPolicy" Message="Resource 'kv-poc' was disallowed by policy. Reasons: 'Soft delete )"
         R"(and Purge Protection should be enabled and retention days should be 90 days'.")",
         "RequestDisallowedByPolicy"},
        {"microsoft/CromwellOnAzure#461", "CloudException: Resource 'coa-ca1235312' was disallowed by policy.",
         "RequestDisallowedByPolicy"},
        {"adamdost-0/linux-update-cds#21", "Key Vault VaultAlreadyExists (soft-delete)", "VaultAlreadyExists"},
        {"microsoft/AzureTRE#1446", "ERROR: (MethodNotAllowed) Operation 'DeletedVaultPurge' is not allowed.",
         "PurgeProtected"},
        {"Azure/azure-cli#12346", R"(an error occurs: "Keyvault policy recoverable is not set")",
         "KeyVaultPolicyError"},
        {"Azure/azure-cli#17914", "(KeyVaultPolicyError) Keyvault policy recoverable is not set",
         "KeyVaultPolicyError"},
        {"Azure/azure-service-operator#4122",
         "Missing pre-requisites to enable EncryptionAtRest/Customer Managed Key for this storage account. For more "
         "information, see - https://aka.ms/storagecmkconfiguration",
         "CustomerManagedKeyPrerequisites"},
        {"hashicorp/terraform-provider-azurerm#658",
         R"(StatusCode=400 -- Original Error: Code="MissingKeyvaultProperties" Message="The encryption keyvault )"
         R"(properties are missing from the request.")",
         "MissingKeyvaultProperties"},
        {"MicrosoftDocs/azure-docs#65607",
         "Failed to create encryption scope. Encryption scope TestCustKey could not be created. Error: Internal server "
         "error.",
         "none"},
        {"Azure/azure-powershell#22898",
         "Unable to update storage account 'dbstoragecr3': 'The operation failed because of authentication issue on "
         "the "
         "keyvault",
         "KeyVaultAuthenticationIssue"},
        {"hashicorp/terraform-provider-azurerm#21535", R"(polling after Create: Code="AzureKeyVaultKeyNotFound")",
         "AzureKeyVaultKeyNotFound"},
        {"pulumi/pulumi-azure-native#4014",
         R"("error": { "code": "CMKInvalidEncryptionParameters", "message": "The input server encryption parameters are )"
         R"(invalid. Geo-Backup Encryption user assigned identity and key is required to encrypt Geo-Redundant CMK )"
         R"(enabled server. Please retry operation with valid input parameters. " })",
         "CMKInvalidEncryptionParameters"},
        {"hashicorp/terraform-provider-azurerm#25138", "CMKNotSupportedForGeoRedundantBackupEnabledServer",
         "CMKNotSupportedForGeoRedundantBackupEnabledServer"},
        {"hashicorp/terraform-provider-azurerm#8985",
         R"(Code="FeatureSwitchNotEnabled" Message="Requested feature is not enabled")", "none"},
        {"MicrosoftDocs/sql-docs#8138",
         "401 AzureKeyVaultMissingPermissions - The server is missing required permissions on the Azure Key Vault.",
         "AzureKeyVaultMissingPermissions"},
        {"MicrosoftDocs/sql-docs#8138, the query editor",
         "Database 'jtsql-mi-cmk' on server 'helloworldjt' is not currently available. Please retry the connection "
         "later.",
         "DatabaseNotAvailable"},
        {"Azure/azure-cli#12608", "Deployment failed. Correlation ID: . The requested server key was not found.",
         "ServerKeyNotFound"},
        {"MicrosoftDocs/sql-docs#8919", "SameKeyMaterialNotFoundOnRemoteServer",
         "SameKeyMaterialNotFoundOnRemoteServer"},
        {"MicrosoftDocs/sql-docs#6409",
         "Msg 33106, Level 16, State 1, Line 2 Cannot change database encryption state because no database encryption "
         "key "
         "is set.",
         "none"},
        {"troubleshoot-tde, the activity log",
         "Database orders on Server contoso has lost access to Azure Key Vault Key and is now transitioning to "
         "inaccessible state.",
         "MakeDatabaseInaccessible"},
        {"troubleshoot-tde, a missing vault",
         "503 AzureKeyVaultConnectionFailed - The operation could not be completed on the server because attempts to "
         "connect to Azure Key Vault have failed.",
         "AzureKeyVaultConnectionFailed"},
        {"troubleshoot-tde, an expired key",
         "The server contoso requires the Key Vault Crypto Service Encryption User permission for the RBAC policy or "
         "following Azure Key Vault permissions: Get, WrapKey, UnwrapKey. Please grant the missing permissions to the "
         "service principal with ID 1234.",
         "AzureKeyVaultMissingPermissions"},
        {"Azure/AKS#3575",
         R"(Code="AzureKeyVaultKmsValidateIdentityPermissionCustomerError" Message="The identity does not have keys )"
         R"(encrypt/decrypt permission on key vault "https://kv.vault.azure.net")",
         "AzureKeyVaultKmsValidateIdentityPermissionCustomerError"},
        {"MicrosoftDocs/azure-docs#93886",
         "(BadRequest) KeyVault network access is unspecified for Azure Key Vault KMS.", "KmsNetworkAccessUnspecified"},
        {"MicrosoftDocs/azure-docs#103718",
         "--azure-keyvault-kms-key-vault-resource-id is not a valid Azure resource ID.", "none"},
        {"MicrosoftDocs/azure-docs#105101",
         "(InternalOperationError) Internal server error Code: InternalOperationError Message: Internal server error",
         "none"},
        {"MicrosoftDocs/azure-docs#96319",
         R"({"code":"CreateVMSSAgentPoolFailed","message":"Code=\"KeyVaultAccessForbidden\" Message=\"Unable to access )"
         R"(key vault resource 'https://t.vault.azure.net/keys/test/5b' to enable encryption at rest. Please grant get, )"
         R"(wrap and unwrap key permissions to disk encryption set 'set1'. Please visit )"
         R"(https://aka.ms/keyvaultaccessssecmk for more information. Target: 'VM: x'.\""})",
         "KeyVaultAccessForbidden"},
        {"Azure/azure-cli#28511",
         "(BadRequest) The given default identity for archan-cassandra is not valid. The format for the default "
         "identity "
         "is not valid, please use "
         "'FirstPartyIdentity'/'SystemAssignedIdentity'/'UserAssignedIdentity=<UA_resource_id>' "
         "ActivityId: 74501aea, Microsoft.Azure.Documents.Common/2.14.0 Code: BadRequest",
         "DefaultIdentityNotValid"},
        {"Azure/azure-rest-api-specs#10323",
         R"(Code="BadRequest" Message="Updating KeyVaultKeyUri is not supported\r\nActivityId: 5f367e7d")",
         "KeyCannotBeTakenAway"},
        {"Azure/azure-cosmos-dotnet-v3#4552",
         R"(Response status code does not indicate success: Forbidden (403); Substatus: 0; Reason: )"
         R"(({"code":"Forbidden","message":"\"Operation 'POST' on resource 'dbs' is not allowed through Azure Cosmos DB )"
         R"(endpoint. Please switch on such operations for your account, or perform this operation through Azure Resource )"
         R"(Manager, Azure Portal, Azure CLI or Azure Powershell)",
         "none"},
        {"Azure/azure-cli#14196", "'NoneType' object has no attribute 'key_identifier'", "NoKeyToRotate"},
        {"Azure/AppConfiguration#991",
         "The selected identity must have “get”, “wrapKey” and “unwrapKey” permissions on the managed key.",
         "KeyPermissionsMissing"},
        {"hashicorp/terraform-provider-azurerm#25469",
         "user assigned identity '/subscriptions/x/uai' must also be assigned to the parent event hub",
         "IdentityNotOnNamespace"},
        {"MicrosoftDocs/azure-docs#108584",
         "Exception Details: (BadRequest) CMK workspaces should have purge protection enabled on their CMK keyvault.",
         "PurgeProtectionRequired"},
        {"Azure/Azure-DataFactory#251",
         R"({"error": {"code": "AddCMKToExistingFactoriesWithEntities", "message": "Update factory failed. You cannot add )"
         R"(CMK settings for factories with existing entities", "target": null, "details": null}})",
         "AddCMKToExistingFactoriesWithEntities"},
        {"Azure/azure-powershell#22898",
         R"(failed : 'PERMISSION_DENIED: Invalid permissions on the specified KeyVault https://kv9.vault.azure.net/. Please )"
         R"(give Databricks the following access permissions to the given KeyVault: [Get, Wrap, Unwrap].)",
         "PERMISSION_DENIED"},
        {"hashicorp/terraform-provider-azurerm#22394",
         "performing CreateOrUpdate: unexpected status 400 with error: DiskEncryptionPropertiesRequired: Existing Disk "
         "Encryption Properties must be specified in the PUT request",
         "DiskEncryptionPropertiesRequired"},
        {"Azure/azure-service-bus#408", "Value cannot be null. Parameter name: key", "none"},
        {"hashicorp/terraform-provider-azurerm#22205",
         R"(parsing "https://my-key.vault.azure.net/keys/adf-dev-key": expected a versioned ID but no version in it)",
         "none"},
        {"Azure/azure-sdk-for-python#37251",
         "The request is invalid. Details: encryptionKey.keyVaultUri : The keyVaultUri field is required.", "none"},
        {"Azure/azure-cli, role assignment delete", "No matched assignments were found to delete",
         "NoMatchedAssignments"},
        {"Azure/azure-cli, acr create", "Usage error: --identity and --key-encryption-key must be both supplied",
         "UsageError"},
        {"Azure/azure-cli#21364", "The Vault 'kv9' not found within subscription.", "VaultNotFound"},
    };
    for (const Brought& one : all) {
        INFO(one.from << ": " << one.text);
        CHECK(bestOf(one.text) == one.code);
    }
    CHECK(all.size() >= 40);
}

TEST_CASE("an answer about a secret, a vault that is gone or work that goes on is not taken for one about a key") {
    struct Brought {
        std::string_view text;
        std::string_view code;
    };
    for (
        const Brought& one : std::vector<Brought>{
            {R"({"error":{"code":"Forbidden","message":"Operation get is not allowed on a disabled secret.","innererror":)"
             R"({"code":"SecretDisabled"}}})",
             "SecretDisabled"},
            {"(SecretNotFound) A secret with (name/id) db-password was not found in this key vault. If you recently "
             "deleted this secret you may be able to recover it using the correct recovery command. For help resolving "
             "this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182",
             "SecretNotFound"},
            {"(KeyNotFound) A key with (name/id) images-cmk/5b8ee29f11234abc was not found in this key vault. If you "
             "recently deleted this key you may be able to recover it using the correct recovery command. For help "
             "resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182",
             "KeyNotFound"},
            {R"({"error":{"code":"Forbidden","message":"Operation decrypt is not permitted on this key.","innererror":)"
             R"({"code":"KeyOperationForbidden"}}})",
             "KeyOperationForbidden"},
            {"Operation wrapKey is not permitted on this key.", "KeyOperationForbidden"},
            {"KeyBasedAuthenticationNotPermitted: Key based authentication is not permitted on this storage account.",
             "KeyBasedAuthenticationNotPermitted"},
            {"This operation is not permitted on a blob in its current state.", "none"},
            {"Operation not permitted on this device", "none"},
            {"unexpected status 400 (400 Bad Request) with error: SoftDeletedVaultDoesNotExist: A soft deleted vault "
             "with the given name does not exist. Ensure that the name for the vault that is being attempted to "
             "recover "
             "is in a recoverable state. For more information on soft delete please follow this link",
             "SoftDeletedVaultDoesNotExist"},
            {"(DeletedVaultNotFound) The specified deleted vault '/subscriptions/0/providers/Microsoft.KeyVault/"
             "locations/westeurope/deletedVaults/prod-kv' does not exist.",
             "DeletedVaultNotFound"},
            {R"(Status=409 Code="Conflict" Message="Key is currently being deleted." InnerError={"code":)"
             R"("ObjectIsBeingDeleted"})",
             "ObjectIsBeingDeleted"},
            {"(Conflict) Key is currently being recovered, please try again.", "ObjectIsBeingRecovered"},
            {R"(Status=<nil> Code="ConflictError" Message="A conflict occurred that prevented the operation from )"
             R"(completing. The operation failed because the Key Vault 'samplekvname' changed from the point the )"
             R"(operation began. This can happen if parallel operations are being performed on the Key Vault.")",
             "ConflictError"},
            {"(ResourceNotFound) The Resource 'Microsoft.KeyVault/vaults/prod-kv' under resource group 'rg' was not "
             "found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
             "VaultNotInGroup"},
            {"The Resource 'Microsoft.KeyVault/vaults/prod-kv' under resource group 'rg' was not found.",
             "VaultNotInGroup"},
            {"(ResourceNotFound) The Resource 'Microsoft.ContainerRegistry/registries/contoso' under resource group "
             "'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
             "ResourceNotFound"},
            {"ResourceNotFound", "ResourceNotFound"},
            {"The identity used for registry 'contoso' encryption doesn't exist.", "CMK_ERROR"},
            {"Managed Service Identity (MSI) is not set for this account.", "IdentityNotSet"},
        }) {
        INFO(one.text);
        CHECK(bestOf(one.text) == one.code);
    }
}

TEST_CASE("a pasted answer in JSON is read by its inner code and by the sub-status in its headers and texts") {
    CHECK(bestOf(R"({"error":{"code":"Forbidden","message":"refused","innererror":{"code":"ForbiddenByFirewall"}}})") ==
          "ForbiddenByFirewall");
    CHECK(
        bestOf(
            R"({"error":{"code":"Forbidden","message":"The user, group or application 'appid=1;oid=2;iss=x/' does )"
            R"(not have keys get permission on key vault 'kv;location=uksouth'.","innererror":{"code":"AccessDenied"}}})") ==
        "AccessDenied");
    // As it stands in the log of a deployment: escaped once more.
    CHECK(
        bestOf(
            R"({\"error\":{\"code\":\"Forbidden\",\"message\":\"Caller is not authorized to perform action on )"
            R"(resource.\\r\\nIf role assignments, deny assignments or role definitions were changed recently, )"
            R"(please observe propagation time.\\r\\nCaller: appid=1\",\"innererror\":{\"code\":\"ForbiddenByRbac\"}}})") ==
        "ForbiddenByRbac");
    CHECK(bestOf("HTTP/1.1 403 Forbidden\nx-ms-substatus: 4003\ncontent-type: application/json") == "4003");
    CHECK(bestOf("Response status code does not indicate success: Forbidden (403); Substatus: 4017; ActivityId: 1-2") ==
          "4017");
    const auto causes =
        causesOf(R"({"name": "orders", "properties": {"customerManagedKeyStatus": "Access to your account )"
                 R"(is currently revoked because the correspondent Azure Key Vault was not found; for )"
                 R"(more details about this error please visit https://learn.microsoft.com (4017)."}})");
    REQUIRE_FALSE(causes.empty());
    CHECK(causes.front() == Reason::VaultNotFound);
}

TEST_CASE("a code that an answer names comes before what its words are like") {
    const auto best = [](std::string_view text) {
        const auto matches = matchesOf(text);
        return matches.empty() ? std::string{"none"}
                               : matches.front().explanation.code + ' ' + matches.front().explanation.error;
    };
    CHECK(best(R"({"error":{"code":"KeyVaultVaultNotFound","message":"The key vault key is not found to unwrap the )"
               R"(encryption key."}})") == "VaultNotFound KeyVaultVaultNotFound");
    CHECK(best("<?xml version=\"1.0\"?><Error><Code>KeyVaultVaultNotFound</Code><Message>The key vault key is not "
               "found to unwrap the encryption key.</Message></Error>") == "VaultNotFound KeyVaultVaultNotFound");
    const auto matches = matchesOf(R"({"error":{"code":"KeyVaultAccessForbidden","message":"something"}})");
    REQUIRE_FALSE(matches.empty());
    CHECK(matches.front().explanation.code == "KeyVaultAccessForbidden");
    CHECK(matches.front().share == 1);
}

TEST_CASE("codes and texts of services, clients and the resource manager are known") {
    for (const std::string_view code :
         {"KeyVaultAccessForbidden", "AzureKeyVaultKeyDisabled", "AkvHostNotResolvingFromNode",
          "AzureKeyVaultInvalidExpirationDate", "SecurityAdalPrincipalCertExpiredError", "PrincipalNotFound",
          "RoleAssignmentExists", "FailedIdentityOperation", "ForbiddenByPolicy", "VaultNameNotValid"}) {
        INFO(code);
        CHECK(bestOf(code) == code);
        CHECK(bestOf("2026-03-01 ERROR (" + std::string{code} + ") it did not work") == code);
    }
    CHECK(bestOf("Unable to access key vault resource 'https://contoso-kv.vault.azure.net/keys/des/abc' to enable "
                 "encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set 'des1'. "
                 "Please visit https://aka.ms/keyvaultaccessssecmk for more information.") ==
          "KeyVaultAccessForbidden");
    CHECK(bestOf("Database 'orders' on server 'contoso' is not currently available.") == "DatabaseNotAvailable");
    CHECK(bestOf(R"({"properties":{"clusterStatus":"Inaccessible"}})") == "Inaccessible");
    CHECK(bestOf("HTTP/1.1 403 Forbidden") == "Forbidden");
    CHECK(bestOf("[Errno 11001] getaddrinfo failed: contoso-kv.vault.azure.net") == "NameNotResolved");
    CHECK(bestOf("Exist soft deleted vault with the same name.") == "ConflictError");
    CHECK(bestOf("MethodNotAllowed") == "PurgeProtected");
    CHECK(bestOf("Operation 'DeletedVaultPurge' is not allowed.") == "PurgeProtected");
    CHECK(bestOf("AKV10032: Invalid issuer. Expected one of https://sts.windows.net/1/") == "AKV10032");
}

TEST_CASE("what the vault says of a key that is not there stands before what services make of it") {
    for (const std::string_view text :
         {"KeyNotFound", "A key with (name/id) images-cmk/abc was not found in this key vault.",
          "(KeyNotFound) A key with (name/id) images-cmk was not found in this key vault.",
          R"({"error":{"code":"KeyNotFound","message":"A key with (name/id) images-cmk was not found in this key )"
          R"(vault."}})"}) {
        INFO(text);
        const auto matches = matchesOf(text);
        REQUIRE_FALSE(matches.empty());
        CHECK(matches.front().explanation.code == "KeyNotFound");
        CHECK(matches.front().services.empty());
        CHECK(causesOf(text).front() == Reason::KeyNotFound);
    }
    CHECK(bestOf("A secret with (name/id) password was not found in this key vault.") == "SecretNotFound");
    CHECK(bestOf("A certificate with (name/id) site was not found in this key vault.") == "CertificateNotFound");
}

TEST_CASE("a sub-status stands before the status of the answer that it is in") {
    CHECK(bestOf(R"(Status code: 403 Sub-status: 4018 {"Errors":["it did not work"]})") == "4018");
    CHECK(bestOf(R"({"code":"Forbidden","message":"Message: {\"code\":\"403\",\"substatus\":4008}"})") == "4008");
    CHECK(bestOf(R"({"error":{"code":"403","message":"it did not work"}})") == "Forbidden");
}

TEST_CASE("a code that two services have leads to the one whose words stand beside it") {
    CHECK(bestOf(R"({"error":{"code":"KeyVaultAuthenticationFailure","message":"The operation failed because of )"
                 R"(authentication issue on the keyvault."}})") == "KeyVaultAuthenticationIssue");
    const auto bare = matchesOf("KeyVaultAuthenticationFailure");
    REQUIRE(bare.size() >= 2);
    CHECK(fitsAsWell(bare[1], bare[0]));
}

TEST_CASE("a token that an account does not get leads to its identity") {
    constexpr std::string_view text = "Set-AzStorageAccount : Failure in AAD Client Credentials Grant Flow";
    CHECK(bestOf(text) == "ClientCredentialsGrantFailed");
    CHECK(causesOf(text).front() == Reason::IdentityNotAssigned);
}

TEST_CASE("a name that does not resolve is one of a vault, or not known") {
    for (const std::string_view text : {"curl: (6) Could not resolve host: contoso-kv.vault.azure.net",
                                        "dial tcp: lookup contoso-kv.vault.azure.net on 10.0.0.10:53: no such host",
                                        "getaddrinfo ENOTFOUND contoso-kv.vault.azure.net",
                                        "No such host is known. (contoso-kv.vault.azure.net:443)"}) {
        INFO(text);
        CHECK(bestOf(text) == "NameNotResolved");
    }
    for (const std::string_view text :
         {"fatal: unable to access 'https://github.com/contoso/': Could not resolve host: github.com",
          "getaddrinfo ENOTFOUND registry.npmjs.org", "No such host is known. (smtp.contoso.com)",
          "The remote name could not be resolved: 'www.contoso.com'"}) {
        INFO(text);
        CHECK(bestOf(text) == "none");
    }
}

TEST_CASE("every sub-status code has an entry, and leads to it bare and named") {
    Catalog catalog;
    Diagnostics diagnostics;
    for (int code = 4000; code <= 4019; ++code) {
        const std::string number = std::to_string(code);
        INFO(number);
        CHECK_FALSE(explain(number, catalog, diagnostics).empty());
        CHECK(bestOf(number) == number);
        CHECK(bestOf("Status: 403, Substatus: " + number) == number);
    }
}

TEST_CASE("a text of no known service is not known") {
    for (const std::string_view text :
         {"the disk is full", "the printer is on fire", "", "line 4002 of the log was lost when the pod restarted",
          "the key was on the table and nobody could find it", "connection reset by peer",
          "the build is Ready and the tests Failed"}) {
        INFO(text);
        CHECK(bestOf(text) == "none");
    }
}

TEST_CASE("what fits equally well is said to, with the most common cause first") {
    const auto matches = matchesOf("Access to Key Encryption Key is forbidden. View troubleshooting steps");
    REQUIRE_FALSE(matches.empty());
    CHECK(matches.front().explanation.error == "DENIED");
    CHECK(matches.front().causes.size() > 5);
    CHECK(matches.front().causes.front() == Reason::IdentityUnauthorized);
}

TEST_CASE("what a text means and what leads back is told of each service that says it") {
    Catalog catalog;
    Diagnostics diagnostics;
    const std::vector<Explanation> all = everythingExplained(catalog, diagnostics);
    for (const std::string_view text : {"KeyAccessDenied", "Inaccessible", "Revoked", "KeyExpired", "VaultNotFound"}) {
        INFO(text);
        const auto matches = matchSymptom(text, most, catalog, diagnostics);
        CHECK(std::ranges::any_of(matches, [](const SymptomMatch& match) { return match.advice.size() > 1; }));
        for (const SymptomMatch& match : matches) {
            std::vector<std::string> services;
            for (const ServiceAdvice& advice : match.advice) {
                for (const std::string& service : advice.services) {
                    INFO(service << ": " << advice.fix);
                    services.push_back(service);
                    CHECK(std::ranges::any_of(all, [&](const Explanation& one) {
                        return one.service == service && one.message == match.explanation.message &&
                               one.meaning == advice.meaning && one.fix == advice.fix;
                    }));
                }
            }
            for (const std::string& service : match.services) {
                INFO(service);
                CHECK(std::ranges::find(services, service) != services.end());
            }
        }
    }
}

TEST_CASE("several symptoms are put down to the causes that they share") {
    const std::vector<std::vector<SymptomMatch>> both{
        matchesOf("Request is blocked due to Customer Managed Key not being accessible."),
        matchesOf("Operation unwrapKey is not allowed on a disabled key.")};
    CHECK(commonCauses(both) == std::vector{Reason::KeyDisabled});
    const std::vector<std::vector<SymptomMatch>> apart{matchesOf("KeyExpired"), matchesOf("KeyDisabled")};
    CHECK(commonCauses(apart).empty());
}

TEST_CASE("escapes of JSON and logs part words, and placeholders stand for anything") {
    CHECK(wordsOfMessage(R"(resource.\\r\\nIf it\u0027s \"so\")") ==
          std::vector<std::string>{"resource", "if", "it", "s", "so"});
    CHECK(wordsOfMessage("the vault '{vault}' is") == std::vector<std::string>{"the", "vault", "", "is"});
    CHECK(wordsOfMessage("a key '{key-name}' is") == std::vector<std::string>{"a", "key", "", "is"});
    CHECK(wordsOfMessage(R"({"a": 1})") == std::vector<std::string>{"a", "1"});
}
