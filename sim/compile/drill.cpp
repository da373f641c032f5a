#include "compile/drill.hpp"

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "compile/compiler.hpp"
#include "scenario/key_reference.hpp"

namespace cmksim::compile {

DrillRules Compiler::drillRules() {
    DrillRules rules;
    for (const DrillMustSpec& spec : scenario_.drill->must) {
        rules.must.push_back({spec.within, expectations(spec.expectations), std::string{spec.text}});
    }
    for (const DrillForbidSpec& spec : scenario_.drill->forbid) {
        DrillForbidden forbidden{ForbidDataLoss{}, std::string{spec.text}};
        std::visit(
            Overloaded{[&](const ForbidAction& action) {
                           forbidden.what = ForbiddenAction{action.kind, forbiddenTarget(action)};
                       },
                       [&](const ForbidSettings& vault) {
                           ForbiddenSettings forbiddenSettings{names_.vault(vault.vault.name), settings(vault.vault)};
                           if (vault.vault.softDeleteRetentionInDays) {
                               forbiddenSettings.settings.retention =
                                   std::chrono::days{*vault.vault.softDeleteRetentionInDays};
                           }
                           forbidden.what = std::move(forbiddenSettings);
                       },
                       [&](const auto& plain) { forbidden.what = plain; }},
            spec.what);
        rules.forbidden.push_back(std::move(forbidden));
    }
    return rules;
}

std::string Compiler::forbiddenTarget(const ForbidAction& action) {
    const Name& target = action.target;
    const ActionTraits& traits = ruleOf(action.kind).traits;
    if (!target.present() || traits.makes) {
        return std::string{target.text};
    }
    switch (traits.target) {
    case TargetKind::Vault:
    case TargetKind::Scope:
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: break;
    case TargetKind::Identity: names_.standaloneIdentity(target); return std::string{target.text};
    case TargetKind::Resource: names_.resource(target); return std::string{target.text};
    case TargetKind::Feature: names_.feature(target); return std::string{target.text};
    }
    if (target.text == "/") {
        return std::string{target.text};
    }
    const auto key = parseShortKey(target.text);
    const VaultId vault = names_.vault({key ? key->vault : target.text, target.mark});
    if (!vault.valid()) {
        return {};
    }
    std::string text = program_.names.vaults[vault].text;
    if (!key) {
        return text;
    }
    const KeyId id = names_.key(vault, key->key, target.mark);
    if (!id.valid()) {
        return {};
    }
    text += '/' + program_.names.keys[id].text;
    return key->version.empty() ? text : text + '/' + std::string{key->version};
}

} // namespace cmksim::compile
