#include "lint/lint.hpp"

namespace cmksim::lint {

const LintRuleText& textOf(LintRule rule) {
    static constexpr std::array<LintRuleText, lintRuleCount> texts{{
        {"down-at-rest", LintLevel::Error, "down from the start",
         "Nothing has to happen for it: as the estate stands, the service cannot use its key.",
         "bring what is missing; 'cmksim plan' gives the steps",
         "https://learn.microsoft.com/azure/key-vault/general/best-practices"},
        {"impaired-at-rest", LintLevel::Error, "impaired from the start",
         "Nothing has to happen for it: as the estate stands, the service denies some operations.",
         "bring what is missing; 'cmksim plan' gives the steps",
         "https://learn.microsoft.com/azure/container-registry/tutorial-troubleshoot-customer-managed-keys"},
        {"unknown-at-rest", LintLevel::Error, "what a resource without a model uses cannot be used",
         "Nothing has to happen for it: as the estate stands, a key, vault or identity that the resource uses is gone, "
         "or "
         "its key is disabled or not valid yet. What the resource makes of that, no model says.",
         "bring it back, or take it out of use", "https://learn.microsoft.com/azure/key-vault/general/best-practices"},
        {"purge-protection-off", LintLevel::Error, "a key can be purged",
         "A principal that may purge deleted keys can end the data that they wrap, at once and for good.",
         "set enablePurgeProtection: true", "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview"},
        {"soft-delete-off", LintLevel::Error, "a deleted key is gone at once",
         "Without soft delete there is no way back from a single deletion.", "set enableSoftDelete: true",
         "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview"},
        {"retention-short", LintLevel::Warning, "a deleted key is kept for less time than could be had",
         "What is not noticed within the retention is lost.",
         "it cannot be changed on a vault that is there: name the retention where the vault is created, and move the "
         "key to "
         "a new vault if it matters",
         "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview"},
        {"pinned-version-expires", LintLevel::Warning, "a version that is named in the key's URI expires",
         "Rotating the key does not help a resource that names one of its versions.", "name the key without a version",
         "https://learn.microsoft.com/azure/container-registry/tutorial-troubleshoot-customer-managed-keys"},
        {"key-expires", LintLevel::Warning, "a key in use expires",
         "On that day the resource goes dark, unless the key is rotated or extended before.",
         "rotate in time, or set no expiry", "https://learn.microsoft.com/azure/key-vault/keys/about-keys-details"},
        {"one-key-for-all", LintLevel::Warning, "one key is behind everything",
         "A single mistake takes all resources down at once.", "give each resource a key of its own",
         "https://learn.microsoft.com/azure/key-vault/general/best-practices"},
        {"shared-identity", LintLevel::Warning, "services share an identity",
         "Who deletes it for one service takes the others down with it.", "give each service an identity of its own",
         "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/"
         "managed-identity-best-practice-recommendations"},
        {"grant-does-not-count", LintLevel::Error, "what is granted does not count in this vault",
         "A vault reads either access policies or roles, never both; switched without the other, it lets no one in.",
         "grant the same in the vault's own permission model",
         "https://learn.microsoft.com/azure/key-vault/general/rbac-migration"},
        {"firewall-blocks", LintLevel::Error, "the vault's firewall keeps the service out",
         "The resource's identity is none that the vault lets through as a trusted service, and its address is in no "
         "rule.",
         "let trusted services bypass the firewall, use an identity that counts as one, or open the network",
         "https://learn.microsoft.com/azure/key-vault/general/network-security"},
        {"broad-grant", LintLevel::Advice, "an identity may do more than its services need",
         "No simulation can tell the difference: nothing uses what is too much, until it is abused.",
         "grant only what is needed, at the key", "https://learn.microsoft.com/azure/key-vault/general/best-practices"},
        {"bypass-contested", LintLevel::Advice,
         "a service rests on being a trusted one, which documents disagree about",
         "The service's own pages ask for the firewall's bypass; Key Vault's list of trusted services does not name "
         "it.",
         "let the service in by its address as well, or try that it gets through",
         "https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints"},
        {"version-disabled-early", LintLevel::Advice, "an old version of a key is disabled while it may be needed",
         "A service goes on with the version that it has until it looks for a newer one, and may need old ones for "
         "what "
         "is not yet encrypted anew.",
         "disable it later; 'cmksim bounds --retire' says from when on",
         "https://learn.microsoft.com/azure/key-vault/keys/about-keys-details"},
        {"grant-may-come-late", LintLevel::Advice, "an action may come before its grant counts",
         "A grant takes its time to take effect. What is done before that is refused, and works a few minutes later.",
         "wait until the grant counts at the latest, or try again until then",
         "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"},
        {"requirement-not-met", LintLevel::Advice, "a service refuses a vault or a key like this one",
         "What is there may go on with it, but the service refuses the same to a new resource: a copy, or one that is "
         "made anew after a disaster.",
         "set up the vault and the key as the service requires; 'cmksim explain CODE' has the documents", ""},
    }};
    return texts[static_cast<std::size_t>(rule)];
}

} // namespace cmksim::lint
