// The models that the program carries: whole, cited, and what the specification's tables say.
#include "catalog/base_models.hpp"
#include "catalog/catalog.hpp"
#include "catalog/model_reader.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <sstream>

namespace cmksim::catalog {
namespace {

using namespace std::chrono_literals;

const Model& baseModel(Catalog& catalog, std::string_view service, std::string_view version = {}) {
    Diagnostics diagnostics;
    const Model* model = catalog.model(service, version, diagnostics);
    std::ostringstream report;
    diagnostics.print(report);
    INFO(report.str());
    REQUIRE(model != nullptr);
    return *model;
}

bool isCited(const Provenance& provenance) { return !provenance.sources.empty() || !provenance.assumed.empty(); }

/// `Revoked KeyDisabled`, …: where each reason leads, and the service's code for it.
std::map<std::string, std::string> table(const Model& model) {
    std::map<std::string, std::string> rows;
    for (std::size_t i = 1; i < checkedReasonCount; ++i) {
        const ReasonRule& rule = model.reasons[i];
        rows[std::string{reasonNames[i]}] =
            rule.state.valid() ? model.states[rule.state].name : model.conditions[rule.condition].name;
    }
    return rows;
}

std::vector<std::string> refusalCodes(const Model& model, RefusableAction action) {
    std::vector<std::string> codes;
    for (const RefusalId id : model.refusalsOf[static_cast<std::size_t>(action)]) {
        codes.push_back(model.refusals[id].error);
    }
    return codes;
}

TEST_CASE("no file that the program carries says a thing twice") {
    const auto problemsOf = [](const BaseFile& file) {
        Diagnostics diagnostics;
        document::parseDocument(std::make_shared<const Source>(std::string{file.name}, std::string{file.text}),
                                diagnostics);
        std::ostringstream report;
        diagnostics.print(report);
        return report.str();
    };
    for (const BaseModel& model : baseModels()) {
        CHECK(problemsOf(model.file).empty());
    }
    for (const BaseFile& terms : baseTerms()) {
        CHECK(problemsOf(terms).empty());
    }
    CHECK(problemsOf(basePlatform()).empty());
    CHECK_FALSE(problemsOf({"twice.yaml", "a: 1\na: 2\n"}).empty());
}

TEST_CASE("every base model and the platform are read without a word") {
    Catalog catalog;
    REQUIRE(catalog.entries().size() == 27);
    for (const ModelEntry& entry : catalog.entries()) {
        const Model& model = baseModel(catalog, entry.service, entry.version);
        // The list is made without reading the models; it has to say what they say.
        CHECK(model.service == entry.service);
        CHECK(model.version == entry.version);
        CHECK(model.title == entry.title);
    }
}

TEST_CASE("no base model shows the id of a document, but its page or its title") {
    Catalog catalog;
    for (const ModelEntry& entry : catalog.entries()) {
        const Model& model = baseModel(catalog, entry.service, entry.version);
        for (const std::string& title : model.documents) {
            CHECK(title.find(".txt") == std::string::npos);
        }
        for (std::size_t i = 1; i < reasonCount; ++i) {
            for (const std::string& source : model.reasons[i].provenance.sources) {
                INFO(entry.service << ' ' << reasonNames[i] << ' ' << source);
                CHECK(source.find(".txt") == std::string::npos);
            }
        }
    }
}

TEST_CASE("every fact of the base models says where it comes from") {
    Catalog catalog;
    for (const ModelEntry& entry : catalog.entries()) {
        const Model& model = baseModel(catalog, entry.service, entry.version);
        INFO(model.file);
        for (const StateRule& rule : model.states) {
            CHECK(isCited(rule.provenance));
        }
        for (const ConditionRule& rule : model.conditions) {
            CHECK(isCited(rule.provenance));
        }
        for (const OperationRule& rule : model.operations) {
            CHECK(isCited(rule.provenance));
        }
        for (const PropertyRule& rule : model.properties) {
            CHECK(isCited(rule.provenance));
        }
        for (const RefusalRule& rule : model.refusals) {
            CHECK(isCited(rule.provenance));
            CHECK_FALSE(rule.fix.empty());
        }
        for (const Note& note : model.notes) {
            CHECK(isCited(note.provenance));
        }
        for (const Provenance* provenance :
             {&model.revalidation.provenance, &model.identitiesProvenance, &model.trustedProvenance,
              &model.permissionsProvenance, &model.rotationProvenance, &model.encryptionLaterProvenance}) {
            CHECK(isCited(*provenance));
        }
        CHECK(model.versionedKeyWarning.has_value() == isCited(model.versionedKeyWarningProvenance));
        CHECK(model.noPurgeProtectionWarning.has_value() == isCited(model.noPurgeProtectionWarningProvenance));
        if (model.renewal) {
            CHECK(isCited(model.renewal->provenance));
            CHECK(isCited(model.renewal->lapse.provenance));
        }
    }
}

TEST_CASE("every fact of the platform says where it comes from") {
    const Catalog catalog;
    const Platform& platform = catalog.platform();
    for (const RoleRule& role : platform.roles) {
        CHECK(isCited(role.provenance));
    }
    for (const RefusalText& text : platform.refusals) {
        CHECK(isCited(text.provenance));
        CHECK_FALSE(text.answer.message.empty());
        CHECK_FALSE(text.fix.empty());
    }
    for (const Provenance* provenance :
         {&platform.rolesProvenance, &platform.keyPermissionsProvenance, &platform.vaultKinds[ordinaryVault].provenance,
          &platform.retentionProvenance, &platform.identityRecoveryProvenance, &platform.roleEffect.provenance,
          &platform.policyEffect.provenance, &platform.tokenLife.provenance}) {
        CHECK(isCited(*provenance));
    }
}

TEST_CASE("every base model has one row for every reason, with a way back") {
    Catalog catalog;
    for (const ModelEntry& entry : catalog.entries()) {
        const Model& model = baseModel(catalog, entry.service, entry.version);
        for (std::size_t i = 1; i < checkedReasonCount; ++i) {
            INFO(model.file << " " << reasonNames[i]);
            const ReasonRule& rule = model.reasons[i];
            CHECK(rule.state.valid() != rule.condition.valid());
            CHECK_FALSE(rule.fix.empty());
            CHECK(isCited(rule.provenance));
        }
    }
}

TEST_CASE("a registry is revoked by withdrawn access, inaccessible by loss, degraded by the firewall") {
    Catalog catalog;
    for (const char* version : {"2026-11", "2023-10", "2020-01-preview"}) {
        auto rows = table(baseModel(catalog, "acr", version));
        CHECK(rows["IdentityUnauthorized"] == "Revoked");
        CHECK(rows["KeyDisabled"] == "Revoked");
        CHECK(rows["VaultFirewallDenied"] == "Degraded");
        rows.erase("IdentityUnauthorized");
        rows.erase("KeyDisabled");
        rows.erase("VaultFirewallDenied");
        for (const auto& [reason, target] : rows) {
            INFO(reason);
            CHECK(target == "Inaccessible");
        }
    }
}

TEST_CASE("a registry's creation and rotation are refused in the documented order") {
    Catalog catalog;
    const Model& current = baseModel(catalog, "acr");
    CHECK(current.version == "2026-11");
    CHECK(refusalCodes(current, RefusableAction::Create) ==
          std::vector<std::string>{"PremiumSkuRequired", "FeatureUnsupported", "SoftDeleteRequired",
                                   "UserAssignedIdentityRequired", "KeyTypeUnsupported", "KeyAccessDenied"});
    CHECK(refusalCodes(current, RefusableAction::Update) ==
          std::vector<std::string>{"KeyAccessDenied", "KeyAccessDenied", "KeyAccessDenied", "IdentityDetached",
                                   "SoftDeleteRequired", "KeyTypeUnsupported", "KeyAccessDenied"});
    CHECK(refusalCodes(current, RefusableAction::AssignIdentity) == std::vector<std::string>{"SupportRequired"});

    const Model& preview = baseModel(catalog, "acr", "2020-01-preview");
    CHECK(refusalCodes(preview, RefusableAction::Create) ==
          std::vector<std::string>{"TemplateRequired", "PreviewNotRegistered", "PremiumSkuRequired",
                                   "FeatureUnsupported", "FeatureUnsupported", "FeatureUnsupported",
                                   "SoftDeleteRequired", "PurgeProtectionRequired", "UserAssignedIdentityRequired",
                                   "KeyAccessDenied"});
    CHECK(refusalCodes(preview, RefusableAction::Update) ==
          std::vector<std::string>{"TemplateRequired", "KeyAccessDenied", "KeyAccessDenied", "KeyAccessDenied",
                                   "IdentityDetached", "SoftDeleteRequired", "PurgeProtectionRequired",
                                   "KeyAccessDenied"});
}

TEST_CASE("the preview of a registry differs in rotation alone from how the current one uses its key") {
    Catalog catalog;
    const Model& current = baseModel(catalog, "acr");
    const Model& preview = baseModel(catalog, "acr", "2020-01-preview");
    CHECK(current.automaticRotation);
    CHECK_FALSE(preview.automaticRotation);
    CHECK(current.permissions == std::vector<std::string>{"get", "wrapkey", "unwrapkey"});
    CHECK(current.permissions == preview.permissions);
    CHECK(current.identities == preview.identities);
    CHECK(current.trusted == preview.trusted);
    EnumSet<IdentityKind> systemAssigned;
    systemAssigned.insert(IdentityKind::SystemAssigned);
    CHECK(current.trusted == systemAssigned);
    for (const Model* model : {&current, &preview}) {
        REQUIRE(model->renewal);
        CHECK(model->renewal->lapse.nominal == 24h * 90);
        CHECK(model->renewal->lapse.earliest == 24h * 45);
        CHECK(model->renewal->lapse.latest == 24h * 90);
        CHECK(model->states[model->renewal->state].name == "Inaccessible");
    }
}

TEST_CASE("a lapsed identity answers in the documented words") {
    Catalog catalog;
    const Model& model = baseModel(catalog, "acr");
    const ReasonRule& rule = model.reasons[static_cast<std::size_t>(Reason::IdentityInactive)];
    CHECK(rule.status == 403);
    CHECK(rule.message == "The identity associated with the registry is inactive. This could be due to attempted "
                          "removal of the identity. Reassign the identity manually");
}

TEST_CASE("a revoked account names its CmkError, with the service's own number at the end of the text") {
    Catalog catalog;
    const Model& model = baseModel(catalog, "cosmosdb");
    const std::map<std::string, std::pair<std::string, std::string>> expected{
        {"TokenAcquisitionFailed", {"AadTokenAcquisitionError", "(4000)."}},
        {"IdentityInactive", {"AadTokenAcquisitionError", "(4000)."}},
        {"IdentityUnauthorized", {"DefaultIdentityUnauthorized", "(4002)."}},
        {"KeyNotFound", {"KeyVaultResourceNotFound", "(4003)."}},
        {"KeyVersionNotFound", {"KeyVaultResourceNotFound", "(4003)."}},
        {"VaultNotFound", {"KeyVaultResourceNotFound", "(4017)."}},
        {"KeyDisabled", {"DefaultIdentityUnauthorized", "(4002)."}},
        {"KeyExpired", {"DefaultIdentityUnauthorized", "(4002)."}},
        {"KeyNotYetValid", {"DefaultIdentityUnauthorized", "(4002)."}},
        {"UnwrapFailed", {"InternalUnwrapError", "(4005)."}},
        {"KeyUriMalformed", {"ImproperKeyVaultUri", "(4006)."}},
        {"VaultDnsUnresolved", {"KeyVaultDnsUnresolved", "(4009)."}},
        {"IdentityNotAssigned", {"InvalidDefaultIdentity", "(4015)."}},
        {"VaultFirewallDenied", {"KeyVaultFirewallBlocked", "(4016)."}},
    };
    REQUIRE(expected.size() == checkedReasonCount - 1);
    for (std::size_t i = 1; i < checkedReasonCount; ++i) {
        const ReasonRule& rule = model.reasons[i];
        const auto& [error, number] = expected.at(std::string{reasonNames[i]});
        INFO(reasonNames[i]);
        CHECK(model.states[rule.state].name == "Revoked");
        CHECK(rule.error == error);
        CHECK_THAT(rule.message, Catch::StartsWith("Access to your account is currently revoked because "));
        CHECK_THAT(rule.message, Catch::EndsWith(number));
    }
}

TEST_CASE("a revoked account refuses updates that name a key, unless its key URI is malformed") {
    Catalog catalog;
    const Model& model = baseModel(catalog, "cosmosdb");
    CHECK(refusalCodes(model, RefusableAction::Create) ==
          std::vector<std::string>{"SystemAssignedAtCreation", "NonFirstPartyIdentityRequired", "SoftDeleteRequired",
                                   "PurgeProtectionRequired", "KeyAccessDenied"});
    CHECK(model.encryptionLater);
    CHECK(refusalCodes(model, RefusableAction::EnableEncryption) ==
          std::vector<std::string>{"CombinedUpdateUnsupported", "SoftDeleteRequired", "PurgeProtectionRequired",
                                   "KeyAccessDenied"});
    REQUIRE(refusalCodes(model, RefusableAction::Update) ==
            std::vector<std::string>{"AccountRevoked", "NonFirstPartyIdentityRequired", "CombinedUpdateUnsupported",
                                     "IdentityNotAttached", "SoftDeleteRequired", "PurgeProtectionRequired",
                                     "KeyAccessDenied"});
    const auto& updates = model.refusalsOf[static_cast<std::size_t>(RefusableAction::Update)];
    const RefusalRule& revoked = model.refusals[updates.front()];
    CHECK(revoked.status == 400);
    CHECK(revoked.namesKey == true);
    CHECK(revoked.statesExcept == std::vector<StateId>{model.ready()});
    CHECK(revoked.reasonsExcept.contains(Reason::KeyUriMalformed));
    CHECK_FALSE(revoked.reasonsExcept.contains(Reason::KeyDisabled));
    CHECK_FALSE(revoked.checkFails);
    CHECK(model.refusals[updates.back()].checkFails);
}

TEST_CASE("a cluster that could not be provisioned is left behind, and a refused update attaches its identity") {
    Catalog catalog;
    const Model& model = baseModel(catalog, "documentdb");
    for (const auto& [reason, target] : table(model)) {
        INFO(reason);
        CHECK(target == "Inaccessible");
    }
    REQUIRE(refusalCodes(model, RefusableAction::Create) == std::vector<std::string>(6, "ProvisioningFailed"));
    const RefusalRule& failed = model.refusals[model.refusalsOf[0].front()];
    REQUIRE(failed.leaves.valid());
    CHECK(model.states[failed.leaves].name == "Failed");
    CHECK(model.states[failed.leaves].terminal);
    CHECK(refusalCodes(model, RefusableAction::Update) ==
          std::vector<std::string>{"ClusterInaccessible", "ClusterInaccessible", "KeyTypeUnsupported", "TenantMismatch",
                                   "RegionMismatch", "SoftDeleteRequired", "PurgeProtectionRequired",
                                   "KeyAccessDenied"});
    for (const RefusalId id : model.refusalsOf[static_cast<std::size_t>(RefusableAction::Update)]) {
        CHECK(model.refusals[id].attachesIdentity);
    }
    CHECK(model.permissions == std::vector<std::string>{"get", "list", "wrapkey", "unwrapkey"});
    CHECK(model.versionedKeyWarning);
}

TEST_CASE("a service that goes on from a version that is named, in Azure, says that it does not here") {
    Catalog catalog;
    for (const std::string_view service : {"diskencryptionset", "sqldb"}) {
        INFO(service);
        const Model& model = baseModel(catalog, service);
        REQUIRE(model.versionedKeyWarning);
        CHECK(model.versionedKeyWarning->find("also where automatic rotation is on") != std::string::npos);
    }
}

TEST_CASE("operations answer with the documented status") {
    Catalog catalog;
    const auto statuses = [&](std::string_view service) {
        std::map<std::string, int> found;
        for (const OperationRule& rule : baseModel(catalog, service).operations) {
            found[rule.name] = rule.allowedAnywhere ? -1 : rule.status;
        }
        return found;
    };
    CHECK(statuses("acr") == std::map<std::string, int>{{"pull", 403}, {"push", 403}, {"import", 403}, {"show", -1}});
    CHECK(statuses("cosmosdb") ==
          std::map<std::string, int>{{"read", 403}, {"query", 403}, {"write", 408}, {"show", -1}});
    CHECK(statuses("documentdb") ==
          std::map<std::string, int>{{"connect", 0}, {"read", 0}, {"write", 0}, {"show", -1}});
}

TEST_CASE("a base service checks its key every hour, or every five or ten minutes where its page says so") {
    Catalog catalog;
    for (const ModelEntry& entry : catalog.entries()) {
        INFO(entry.service);
        const Duration period = entry.service == "eventhubs" || entry.service == "servicebus" ? 5min
                                : entry.service == "mysql" || entry.service == "sqldb"        ? 10min
                                                                                              : 60min;
        const Timing& timing = baseModel(catalog, entry.service, entry.version).revalidation;
        CHECK(timing.nominal == period);
        CHECK(timing.earliest == 0s);
        CHECK(timing.latest == period);
    }
}

TEST_CASE("four roles of vaults let a principal use a key, and two of managed HSMs") {
    const Catalog catalog;
    std::map<bool, std::vector<std::string>> roles;
    std::map<bool, std::vector<std::string>> ofManagedHsm;
    for (const RoleRule& role : catalog.platform().roles) {
        (role.vaultKind == ordinaryVault ? roles : ofManagedHsm)[role.usesKeys].push_back(role.name);
    }
    CHECK(ofManagedHsm[true] ==
          std::vector<std::string>{"Managed HSM Crypto Service Encryption User", "Managed HSM Crypto User"});
    CHECK(ofManagedHsm[false] == std::vector<std::string>{"Managed HSM Crypto Officer"});
    CHECK(roles[true] == std::vector<std::string>{"Key Vault Crypto Service Encryption User", "Key Vault Crypto User",
                                                  "Key Vault Crypto Officer", "Key Vault Administrator"});
    CHECK(roles[false] == std::vector<std::string>{"Key Vault Reader", "Key Vault Secrets Officer",
                                                   "Key Vault Secrets User", "Key Vault Certificates Officer",
                                                   "Key Vault Certificate User", "Key Vault Contributor", "Owner",
                                                   "Contributor", "Reader"});
}

TEST_CASE("the platform's limits and timings are those of the specification") {
    const Catalog catalog;
    const Platform& platform = catalog.platform();
    CHECK(platform.retentionDaysLeast == 7);
    CHECK(platform.retentionDaysMost == 90);
    CHECK(platform.retentionDaysDefault == 90);
    CHECK(platform.identityRecovery == 24h * 30);
    CHECK(platform.roleEffect.nominal == 0s);
    CHECK(platform.roleEffect.latest == 10min);
    CHECK(platform.policyEffect.nominal == 0s);
    CHECK(platform.policyEffect.latest == 10min);
    CHECK(platform.tokenLife.nominal == 0s);
    CHECK(platform.tokenLife.latest == 24h);
    CHECK(platform.vaultKinds[ordinaryVault].suffixes ==
          std::vector<std::string>{"vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"});
}

} // namespace
} // namespace cmksim::catalog
