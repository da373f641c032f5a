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
    CHECK(wordsOfMessage(R"({"a": 1})") == std::vector<std::string>{"a", "1"});
}
