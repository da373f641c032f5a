#include "reference/check.hpp"

#include <algorithm>
#include <array>

namespace cmksim::reference {

namespace {

bool isLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool isWord(std::string_view text, std::size_t least, std::size_t most, bool hyphens) {
    return text.size() >= least && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [&](char c) { return isLetterOrDigit(c) || (hyphens && c == '-'); });
}

bool endWith(std::string& text, std::string_view end) {
    if (!std::string_view{text}.ends_with(end)) {
        return false;
    }
    text.resize(text.size() - end.size());
    return true;
}

// 3.2
bool passesFirewall(const Vault& vault, const Question& question) {
    if (vault.perimeter) { // rules, section 9
        return vault.insiders.contains(question.resource);
    }
    if (vault.publicAccess && vault.allowByDefault) {
        return true;
    }
    if (vault.bypassForAzureServices && question.use.trusted.contains(question.credential->type)) {
        return true;
    }
    return vault.publicAccess && question.outboundIp &&
           std::any_of(vault.ipRules.begin(), vault.ipRules.end(),
                       [&](const AddressBlock& block) { return block.holds(*question.outboundIp); });
}

// 3.3
bool isAuthorized(const World& world, const Vault& vault, const std::string& key, const Question& question) {
    const Principal principal = world.granteeOf(question.credential->identity, question.credential->principal);
    if (vault.rbac) {
        return world.holdsRole(vault, key, principal);
    }
    const auto policy = vault.policiesThatCount.find(principal);
    if (policy == vault.policiesThatCount.end()) {
        return false;
    }
    return std::all_of(question.use.permissions.begin(), question.use.permissions.end(),
                       [&](const std::string& permission) { return policy->second.contains(permission); });
}

// The version that counts, of a key that is there. None: no version of that name, or none that holds the material.
const Version* versionInUse(const Key& key, const KeyReference& reference, const Question& question) {
    if (!reference.version.empty()) {
        return key.versionNamed(reference.version);
    }
    return question.wrappedBy ? key.versionHolding(*question.wrappedBy) : &key.versions.back();
}

} // namespace

KeyReference parseKeyReference(const std::string& text) {
    if (text.find(':') == std::string::npos) {
        const TargetParts parts = partsOf(text);
        return {lowerCase(parts.vault), parts.key, parts.version, {}, false};
    }
    const std::string scheme = "https://";
    if (!text.starts_with(scheme)) {
        return {};
    }
    const std::size_t path = text.find('/', scheme.size());
    if (path == std::string::npos) {
        return {};
    }
    std::string host = lowerCase(std::string_view{text}.substr(scheme.size(), path - scheme.size()));
    endWith(host, ":443");
    KeyReference reference;
    reference.isUri = true;
    if (endWith(host, ".managedhsm.azure.net")) {
        reference.kind = "managed-hsm";
    } else if (!endWith(host, ".vault.azure.net") && !endWith(host, ".vault.azure.cn") &&
               !endWith(host, ".vault.usgovcloudapi.net")) {
        return {};
    }
    if (text.compare(path, 6, "/keys/") != 0) {
        return {};
    }
    const std::string rest = text.substr(path + 6);
    const std::size_t slash = rest.find('/');
    const std::string key = rest.substr(0, slash);
    const std::string version = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (!isWord(host, 3, 24, true) || !isWord(key, 1, 127, true)) {
        return {};
    }
    if (slash != std::string::npos && !isWord(version, 1, 32, false)) {
        return {};
    }
    reference.vault = host;
    reference.key = key;
    reference.version = version;
    return reference;
}

KeyReference readKeyReference(const World& world, const KeyUse& use, const std::string& text) {
    KeyReference reference = parseKeyReference(text);
    if (!reference.isUri && !reference.vault.empty()) {
        reference.kind = world.kindOfVault(world.vaultNameOfHost(reference.vault));
    }
    return reference.kind.empty() || use.otherVaults.contains(reference.kind) ? reference : KeyReference{};
}

const Vault* vaultOf(const World& world, const KeyReference& reference) {
    const Vault* vault = world.activeVault(world.vaultNameOfHost(reference.vault));
    return vault != nullptr && vault->kind == reference.kind ? vault : nullptr;
}

Answer check(const World& world, const Question& question, Instant now) {
    Answer answer;
    const auto because = [&answer](std::string_view reason) {
        answer.reason = reason;
        return answer;
    };
    const auto stopsAt = [&](const std::string& reason) {
        if (question.goesPast.contains(reason)) {
            answer.passed.push_back(reason);
            return false;
        }
        return true;
    };
    if (!question.credential || !question.use.identities.contains(question.credential->type)) {
        return because("IdentityNotAssigned");
    }
    if (question.lapsed) {
        return because("IdentityInactive");
    }
    if (!world.hasToken(question.credential->identity, question.credential->principal)) {
        return because("TokenAcquisitionFailed");
    }
    const KeyReference reference = readKeyReference(world, question.use, question.key);
    if (reference.vault.empty()) {
        return because("KeyUriMalformed");
    }
    const std::string vaultName = world.vaultNameOfHost(reference.vault);
    if (world.kindOfVault(vaultName) == reference.kind && !world.nameResolves(vaultName)) {
        return because("VaultDnsUnresolved");
    }
    const Vault* vault = vaultOf(world, reference);
    if (vault == nullptr) {
        return because("VaultNotFound");
    }
    if (!passesFirewall(*vault, question) && stopsAt("VaultFirewallDenied")) {
        return because("VaultFirewallDenied");
    }
    if (!isAuthorized(world, *vault, reference.key, question) && stopsAt("IdentityUnauthorized")) {
        return because("IdentityUnauthorized");
    }
    const auto key = vault->keys.find(reference.key);
    if (key == vault->keys.end() || key->second.life != Life::Active) {
        return because("KeyNotFound");
    }
    answer.key = &key->second;
    answer.version = versionInUse(key->second, reference, question);
    if (answer.version == nullptr) {
        return because(reference.version.empty() ? "UnwrapFailed" : "KeyVersionNotFound");
    }
    if (!answer.version->enabled && stopsAt("KeyDisabled")) {
        return because("KeyDisabled");
    }
    if (answer.version->notBefore && now < *answer.version->notBefore && stopsAt("KeyNotYetValid")) {
        return because("KeyNotYetValid");
    }
    if (answer.version->expires && now >= *answer.version->expires && stopsAt("KeyExpired")) {
        return because("KeyExpired");
    }
    if (question.wrappedBy && answer.version->material != *question.wrappedBy) {
        return because("UnwrapFailed");
    }
    return answer;
}

} // namespace cmksim::reference
