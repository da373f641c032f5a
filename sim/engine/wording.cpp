#include "engine/wording.hpp"

#include "base/overloaded.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cmksim::engine {

namespace {

/// Who is asked: the resource manager of a vault, the vault itself, or another.
enum class Asked : std::uint8_t { OfVault, InVault, Other };

Asked askedBy(const TimelineEntry& entry) {
    if (const auto* read = std::get_if<ReadRequest>(&entry.what)) {
        const bool isOfVault = std::holds_alternative<OnVault>(read->at) && !read->within;
        return isOfVault                                      ? Asked::OfVault
               : std::holds_alternative<OnIdentity>(read->at) ? Asked::Other
                                                              : Asked::InVault;
    }
    if (entry.action() == nullptr) {
        return Asked::Other;
    }
    switch (ruleOf(*entry.action()).traits.target) {
    case TargetKind::Vault: return Asked::OfVault;
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: return Asked::InVault;
    default: return Asked::Other;
    }
}

Wording of(const Platform& platform, CommonRefusal refusal, Asked asked) {
    const auto index = static_cast<std::size_t>(refusal);
    const RefusalText& text = platform.refusals[index];
    const RefusalText::Answer& answer = asked == Asked::OfVault && text.ofVault   ? *text.ofVault
                                        : asked == Asked::InVault && text.inVault ? *text.inVault
                                                                                  : text.answer;
    return {answer.status, commonRefusalNames[index], answer.message, text.fix, &text.provenance};
}

/// What is done about a vault's network where a perimeter may decide: models speak of firewalls.
constexpr std::string_view perimeterFix =
    "While the vault is secured by a perimeter, associate the resource with that: the bypass for trusted services does "
    "not count. Behind the firewall alone, let the resource pass that.";

/// Whether a vault is ever secured by a perimeter, as far as the estate and the timeline say.
bool mayHavePerimeter(const Program& program, VaultId vault) {
    const auto isSecured = [&](const NewVault& one) {
        return one.vault == vault && one.settings.perimeter.value_or(false);
    };
    return std::ranges::any_of(program.vaults, isSecured) ||
           std::ranges::any_of(program.entries, [&](const TimelineEntry& entry) {
               const auto* update = entry.action<VaultUpdate>();
               const auto* made = entry.action<VaultCreate>();
               return (update != nullptr && update->vault == vault && update->settings.perimeter.value_or(false)) ||
                      (made != nullptr && isSecured(*made->described));
           });
}

/// Who is let into a vault of another kind is let in otherwise than a model says, which speaks of ordinary ones.
void adaptFix(const Program& program, VaultId vault, Reason reason, Wording& wording) {
    if (reason == Reason::VaultFirewallDenied && vault.valid() && mayHavePerimeter(program, vault)) {
        wording.fix = perimeterFix;
    }
    if (vault.valid() && notesOn(reason).remedy == Remedy::Grant) {
        const VaultKindRule& kind = program.platform->vaultKinds[program.names.vaults[vault].kind];
        if (!kind.grantFix.empty()) {
            wording.fix = kind.grantFix;
            wording.provenance = &kind.provenance;
        }
    }
}

VaultId vaultOfKey(const Program& program, KeyReferenceId key) {
    return key.valid() && program.keys[key].named ? program.keys[key].named->vault : VaultId{};
}

/// What a message can speak of: the key that is refused and who was to use it, else what the action names, else what
/// the resource has.
struct Subject {
    IdentityId identity;
    KeyReferenceId key;
};

Subject subjectOf(const Program& program, const Record& record) {
    Subject named;
    const std::optional<Refusal> refusal = record.refusal();
    if (const auto* ofModel = refusal ? std::get_if<ModelRefusal>(&*refusal) : nullptr;
        ofModel && ofModel->key.valid()) {
        return {ofModel->identity, ofModel->key};
    }
    if (record.entry().valid()) {
        if (const Action* action = program.entries[record.entry()].action()) {
            named = {identityOf(*action), keyReferenceOf(*action)};
        }
    }
    if (record.on) {
        named.identity = named.identity.valid() ? named.identity : record.on->identity;
        named.key = named.key.valid() ? named.key : record.on->key;
    }
    return named;
}

Wording asTheModelSays(const Program& program, const Record& record) {
    return std::visit(Overloaded{[&](CommonRefusal common) {
                                     return of(*program.platform, common, askedBy(program.entries[record.entry()]));
                                 },
                                 [&](const RecoveryRefusal&) {
                                     const RecoveryRule& rule = *program.modelOf(record.on->resource).recovery;
                                     return Wording{0, rule.error, "'{resource}' cannot use its key ({reason}).",
                                                    rule.fix, &rule.provenance};
                                 },
                                 [&](const ModelRefusal& refusal) {
                                     const RefusalRule& rule =
                                         program.modelOf(record.on->resource).refusals[refusal.rule];
                                     int status = rule.status;
                                     for (const auto& [reason, given] : rule.statuses) {
                                         status = reason == refusal.reason ? given : status;
                                     }
                                     std::string_view message = rule.message;
                                     for (const auto& [reason, given] : rule.messages) {
                                         message = reason == refusal.reason ? std::string_view{given} : message;
                                     }
                                     return Wording{status, rule.error, message, rule.fix, &rule.provenance};
                                 }},
                      record.refusal().value());
}

Wording ofRefusal(const Program& program, const Record& record) {
    Wording wording = asTheModelSays(program, record);
    adaptFix(program, vaultOfKey(program, subjectOf(program, record).key), reasonOf(*record.refusal()), wording);
    return wording;
}

Wording ofDenial(const Program& program, const Record& record, const OperationTried& tried) {
    if (record.on->status.presence != ResourceStatus::Presence::Present) {
        return of(*program.platform, CommonRefusal::ResourceNotFound, Asked::Other);
    }
    const Model& model = program.modelOf(record.on->resource);
    const OperationRule& operation = model.operations[std::get<Attempt>(program.entries[tried.entry].what).operation];
    Wording wording{operation.status, operation.error, operation.message, {}, &operation.provenance};
    if (tried.blockedBy || operation.ownAnswer) {
        return wording;
    }
    const Wording reason = wordingOf(program, *record.on, record.on->status.reason);
    if (reason.status != 0) {
        wording.status = reason.status;
    }
    if (!reason.error.empty()) {
        wording.error = reason.error;
    }
    if (!reason.message.empty()) {
        wording.message = reason.message;
    }
    wording.fix = reason.fix;
    return wording;
}

/// Each that an action names, once.
std::vector<IdentityId> identitiesOf(const Action& action) {
    std::vector<IdentityId> all;
    const auto add = [&](IdentityId identity) {
        if (identity.valid() && std::ranges::find(all, identity) == all.end()) {
            all.push_back(identity);
        }
    };
    if (const NewResource* described = describedBy(action)) {
        described->eachIdentity(add);
        return all;
    }
    add(identityOf(action));
    for (const KeyUse& use : otherKeysOf(action)) {
        add(use.identity);
    }
    return all;
}

/// What is not there, for an action on a resource that is refused for that: one of those it names, as no more is
/// recorded. Empty for another refusal.
std::string missingIdentityIn(const Program& program, const Record& record) {
    const std::optional<Refusal> refusal = record.refusal();
    const auto* common = refusal ? std::get_if<CommonRefusal>(&*refusal) : nullptr;
    if (common == nullptr || *common != CommonRefusal::IdentityNotFound || !record.entry().valid()) {
        return {};
    }
    std::string names;
    if (const Action* action = program.entries[record.entry()].resourceAction()) {
        for (const IdentityId identity : identitiesOf(*action)) {
            names.append(names.empty() ? "" : "' or '").append(program.names.identities[identity].text);
        }
    }
    return names;
}

bool isPlaceholder(std::string_view name) {
    constexpr std::array<std::string_view, 8> known{"resource", "identity", "present-identity", "key",
                                                    "key-name", "vault",    "reason",           "state"};
    return std::ranges::find(known, name) != known.end();
}

/// What a placeholder stands for; empty when there is nothing of the kind.
std::string fillingOf(const Program& program, const Record& record, std::string_view placeholder) {
    const Subject subject = subjectOf(program, record);
    const std::string_view target =
        record.entry().valid() ? std::string_view{program.entries[record.entry()].target} : std::string_view{};
    if (placeholder == "resource") {
        return record.on ? subjectName(program, record) : std::string{};
    }
    if (placeholder == "identity") {
        if (std::string missing = missingIdentityIn(program, record); !missing.empty()) {
            return missing;
        }
        if (subject.identity.valid()) {
            return program.names.identities[subject.identity].text;
        }
        return record.on ? "none" : std::string{target};
    }
    if (placeholder == "present-identity") {
        const bool has = record.on && record.on->identity.valid();
        return has ? program.names.identities[record.on->identity].text : std::string{"none"};
    }
    if (placeholder == "key") {
        return subject.key.valid() ? program.keys[subject.key].text : std::string{target};
    }
    if (placeholder == "key-name") { // without its vault
        const std::string_view text = subject.key.valid() ? std::string_view{program.keys[subject.key].text} : target;
        const std::string_view key = text.substr(text.find('/') + 1);
        return std::string{text.starts_with("https:") ? text : key.substr(0, key.find('/'))};
    }
    if (placeholder == "vault") {
        if (!subject.key.valid()) {
            return std::string{target.substr(0, target.find('/'))};
        }
        const KeyReference& key = program.keys[subject.key];
        return key.named ? program.names.vaults[key.named->vault].text : key.text;
    }
    if (placeholder == "reason") {
        const std::optional<Refusal> refusal = record.refusal();
        const Reason refused = refusal ? reasonOf(*refusal) : Reason::None;
        return std::string{nameOf(refused != Reason::None ? refused : record.reason())};
    }
    if (placeholder == "state" && record.on && record.on->status.state.valid()) {
        return program.modelOf(record.on->resource).states[record.on->status.state].name;
    }
    return {};
}

/// How a resource stands, as far as an expectation looks.
std::string actual(const Program& program, const Expectation& expectation, const Record& record) {
    const Model& model = program.modelOf(record.on->resource);
    const ResourceStatus& status = record.on->status;
    std::string text{stateName(model, status)};
    const auto add = [&text](std::string_view what, std::string_view value) {
        text.append(", ").append(what).append(": ").append(value);
    };
    if (expectation.reason) {
        add("reason", nameOf(status.reason));
    }
    if (expectation.error) {
        add("error", errorOf(model, status).empty() ? "none" : errorOf(model, status));
    }
    if (expectation.downtime.least || expectation.downtime.most) {
        add("downtime", formatDuration(status.downtime));
    }
    if (expectation.outages.least || expectation.outages.most) {
        add("outages", std::to_string(status.outages));
    }
    if (expectation.recoverable) {
        add("recoverable", status.recoverable ? "true" : "false");
    }
    return text;
}

/// What an action or operation came to.
std::string actualResult(const Program& program, const Record& record) {
    if (!record.refused()) {
        return "ok";
    }
    const TimelineEntry& entry = program.entries[record.entry()];
    const bool operation = !entry.action();
    const Wording wording = wordingOf(program, record);
    std::string text = operation ? "denied" : "refused";
    if (wording.status != 0 && (operation || (entry.result && entry.result->status))) {
        text.append(" ").append(std::to_string(wording.status));
    }
    if (!wording.error.empty()) {
        text.append(" ").append(wording.error);
    }
    return text;
}

} // namespace

Wording wordingOf(const Program& program, const Record& record) {
    const auto* verdict = record.asIf<Verdict>();
    const auto* tried = verdict != nullptr ? std::get_if<OperationTried>(&verdict->on) : record.asIf<OperationTried>();
    return tried != nullptr ? ofDenial(program, record, *tried) : ofRefusal(program, record);
}

Wording wordingOf(const Model& model, Reason reason) {
    if (reason == Reason::None) {
        return {};
    }
    const ReasonRule& rule = model.reasons[static_cast<std::size_t>(reason)];
    return {rule.status, rule.error, rule.message, rule.fix, &rule.provenance};
}

Wording wordingOf(const Program& program, const Model& model, Reason reason, VaultId vault) {
    Wording wording = wordingOf(model, reason);
    adaptFix(program, vault, reason, wording);
    return wording;
}

Wording wordingOf(const Program& program, const ResourceThen& then, Reason reason) {
    return wordingOf(program, program.modelOf(then.resource), reason, vaultOfKey(program, then.key));
}

const RecoveryRule* ruleByHand(const Program& program, const Action& step) {
    const auto* byHand = std::get_if<ResourceRevalidate>(&step);
    return byHand != nullptr && program.modelOf(byHand->resource).recovery
               ? &*program.modelOf(byHand->resource).recovery
               : nullptr;
}

Wording wordingOf(const Program& program, ResourceId helped, Reason reason, const Action& step) {
    if (const RecoveryRule* byHand = ruleByHand(program, step)) {
        return {.status = 0, .error = {}, .message = {}, .fix = byHand->fix, .provenance = &byHand->provenance};
    }
    if (!helped.valid()) {
        return {};
    }
    Wording wording = wordingOf(program, program.modelOf(helped), reason, vaultOf(step));
    const auto* update = std::get_if<VaultUpdate>(&step);
    if (update != nullptr && update->settings.insiders) {
        wording.fix = perimeterFix;
    }
    return wording;
}

std::string_view errorOf(const Model& model, const ResourceStatus& status) {
    return status.presence == ResourceStatus::Presence::Present ? wordingOf(model, status.reason).error
                                                                : std::string_view{};
}

std::string_view stateName(const Model& model, const ResourceStatus& status) {
    switch (status.presence) {
    case ResourceStatus::Presence::Absent: return "Absent";
    case ResourceStatus::Presence::Deleted: return "Deleted";
    case ResourceStatus::Presence::Present: break;
    }
    return model.states[status.state].name;
}

std::string filled(const Program& program, const Record& record, std::string_view message) {
    std::string text;
    for (std::size_t at = 0; at < message.size();) {
        const std::size_t open = message.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : message.find('}', open);
        if (close == std::string_view::npos) {
            return text.append(message.substr(at));
        }
        const std::string_view name = message.substr(open + 1, close - open - 1);
        const std::string filling = fillingOf(program, record, name);
        text.append(message.substr(at, open - at));
        if (filling.empty() && !isPlaceholder(name)) {
            text.append(message.substr(open, close - open + 1)); // the service's own braces
        } else {
            text.append(filling.empty() ? std::string_view{"none"} : std::string_view{filling});
        }
        at = close + 1;
    }
    return text;
}

std::string firstStates(const Program& program) {
    std::vector<std::string_view> names;
    std::string text;
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        const std::string_view name = model.states[model.ready()].name;
        if (std::ranges::find(names, name) == names.end()) {
            names.push_back(name);
            text.append(text.empty() ? "" : " or ").append(name);
        }
    }
    return text;
}

const LossRule& lossOf(const Program& program, const Record& record) {
    const LossCame& loss = record.as<LossCame>();
    return program.modelOf(record.on->resource).states[loss.state].losses[loss.loss];
}

std::string subjectName(const Program& program, const Record& record) {
    const std::string& name = program.resources[record.on->resource].name;
    return record.on->members.listed ? memberName(name, record.on->members.first) : name;
}

std::string factTarget(const Program& program, const Record& record) {
    if (record.on) {
        return subjectName(program, record);
    }
    return factTarget(program, record.as<FactHappened>().target);
}

std::string factTarget(const Program& program, const FactTarget& target) {
    if (const auto* vault = std::get_if<VaultId>(&target)) {
        return program.names.vaults[*vault].text;
    }
    const KeyName& key = program.names.keys[keyOf(target).value()];
    std::string text = program.names.vaults[key.vault].text + '/' + key.text;
    if (const auto* version = std::get_if<VersionOfKey>(&target)) {
        text += '/' + program.names.text(version->version);
    }
    return text;
}

std::string ofSlot(const Program& program, SlotId slot) {
    return slot.valid() ? fmt::format(" ({})", program.names.slots[slot]) : std::string{};
}

ExpectationView expectationView(const Program& program, const Record& record) {
    const TimelineEntry& entry = program.entries[record.entry()];
    if (const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
        const Expectation& expectation = (*expectations)[record.item()];
        return {subjectName(program, record), expectation.text, actual(program, expectation, record),
                expectation.place.line};
    }
    return {record.isOfListedMember() ? subjectName(program, record) : entry.target, entry.result->text,
            actualResult(program, record), entry.result->place.line};
}

} // namespace cmksim::engine
