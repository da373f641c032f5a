#include "catalog/describe.hpp"

#include "base/time.hpp"
#include "catalog/catalog.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/layout.hpp"
#include "catalog/refusal_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace cmksim::catalog {

namespace {

/// A first column for names, in which those of the base models fit.
constexpr std::size_t nameWidth = 26;
constexpr std::size_t detailIndent = 12;

std::string range(const Timing& timing) {
    return fmt::format("{} to {}", formatDuration(timing.earliest), formatDuration(timing.latest));
}

std::string answer(int status, const std::string& error) {
    std::string text = status == 0 ? std::string{} : fmt::format("{}", status);
    if (!error.empty()) {
        text += (text.empty() ? "" : " ") + error;
    }
    return text;
}

/// Reasons of which the same is said, in the order in which a check tries them.
struct ReasonGroup {
    std::string text;
    std::vector<std::string> reasons;
};

/// One model's description, section by section.
class Description {
public:
    Description(const Model& model, const Platform& platform, std::span<const FactReading> readings, std::ostream& out)
        : model_{model}, platform_{platform}, readings_{readings}, out_{out} {}

    void print() {
        title();
        states();
        reasons();
        grouped("MESSAGES", &ReasonRule::message);
        grouped("THE WAY BACK", &ReasonRule::fix);
        timings();
        access();
        operations();
        properties();
        for (std::size_t i = 0; i < refusableActionCount; ++i) {
            refusals(static_cast<RefusableAction>(i));
        }
        readings();
        notes();
        references_.print(out_);
    }

private:
    void heading(std::string_view text) { out_ << '\n' << text << '\n'; }

    /// A name in the first column and what there is to say of it in the second.
    void item(std::string_view name, const std::string& text) {
        printWrapped(out_, column(fmt::format("  {}", name), nameWidth), text, nameWidth);
    }

    void detail(std::string_view label, const std::string& text) {
        if (!text.empty()) {
            printWrapped(out_, column(fmt::format("     {}", label), detailIndent), text, detailIndent);
        }
    }

    void title() {
        const auto line = fmt::format("{}: {}, version {}", model_.title, model_.service, model_.version);
        out_ << line << '\n' << std::string(line.size(), '=') << '\n';
        const std::string from =
            model_.documents.empty() ? std::string{} : fmt::format("From {}. ", joined(model_.documents, "and"));
        printWrapped(out_, "",
                     from +
                         "Numbers in brackets lead to the references at the end; one with an A says that something is "
                         "assumed.",
                     0);
    }

    void states() {
        heading("STATES");
        for (const StateRule& state : model_.states) {
            item(state.name, state.meaning + timeIn(state) + references_.cite(state.provenance));
        }
        if (model_.conditions.empty()) {
            return;
        }
        heading("CONDITIONS, beside the state");
        for (const ConditionRule& condition : model_.conditions) {
            item(condition.name,
                 condition.meaning + inWords(condition.beyond) + references_.cite(condition.provenance));
        }
    }

    /// What a state is beside its meaning, where that is not what most are, and what time does in it.
    [[nodiscard]] std::string timeIn(const StateRule& state) {
        std::string text;
        if (&state != &model_.states[model_.ready()] && !state.down) {
            text += "; not down";
        }
        if (state.byAction) {
            text += "; left by 'resource.revalidate' alone";
        }
        if (state.then) {
            text += fmt::format("; after {} {}{}", inWords(state.then->after), model_.states[state.then->to].name,
                                references_.cite(state.then->provenance));
        }
        if (state.heals) {
            text += fmt::format("; back {} after the look that finds the key{}", inWords(state.heals->takes),
                                references_.cite(state.heals->provenance));
        }
        for (const LossRule& loss : state.losses) {
            const Duration earliest = model_.ownClocks[loss.after].latest;
            text += fmt::format("; {}lost{}: {}{}",
                                earliest == Duration::zero() ? "" : "after " + inWords(loss.after) + " ",
                                loss.forGood ? " for good" : "", loss.what, references_.cite(loss.provenance));
        }
        return text;
    }

    /// A time that a rule counts, with its range where it is open.
    [[nodiscard]] std::string inWords(TimingId id) const {
        const Timing& timing = model_.ownClocks[id];
        return formatDuration(timing.nominal) +
               (timing.earliest == timing.latest ? std::string{} : " (" + range(timing) + ")");
    }

    [[nodiscard]] std::string inWords(const Tolerance& tolerance) const {
        const auto* timing = std::get_if<TimingId>(&tolerance);
        return timing == nullptr ? std::string{"tolerated for ever"} : "tolerated for " + inWords(*timing);
    }

    /// What a condition hides.
    [[nodiscard]] std::string inWords(Beyond beyond) const {
        switch (beyond) {
        case Beyond::Everything: break;
        case Beyond::Losses:
            return fmt::format("; a resource that is not {} sees nothing past it", model_.states[model_.ready()].name);
        case Beyond::Nothing: return "; nothing is seen past it";
        }
        return {};
    }

    void reasons() {
        heading("REASONS, in the order in which a check tries them");
        out_ << "  " << column("reason", nameWidth - 2) << column("leads to", 16) << "answers\n";
        for (std::size_t i = 1; i < reasonCount; ++i) {
            const ReasonRule& rule = model_.reasons[i];
            if (i >= checkedReasonCount && rule.fix.empty()) {
                continue;
            }
            const std::string target = targetOf(rule);
            const std::string said = answer(rule.status, rule.error);
            const std::string tolerance = rule.tolerated ? (said.empty() ? "" : "; ") + inWords(*rule.tolerated) : "";
            printWrapped(out_, "  " + column(reasonNames[i], nameWidth - 2) + column(target, 16),
                         said + tolerance + references_.cite(rule.provenance), nameWidth + 16);
        }
    }

    [[nodiscard]] std::string targetOf(const ReasonRule& rule) const {
        if (rule.state.valid()) {
            return model_.states[rule.state].name;
        }
        return rule.condition.valid() ? model_.conditions[rule.condition].name : "";
    }

    /// Something that reasons say, each text once with the reasons that say it.
    void grouped(std::string_view name, std::string ReasonRule::*text) {
        std::vector<ReasonGroup> groups;
        for (std::size_t i = 1; i < reasonCount; ++i) {
            const std::string& said = model_.reasons[i].*text;
            if (said.empty()) {
                continue;
            }
            auto group = std::ranges::find(groups, said, &ReasonGroup::text);
            if (group == groups.end()) {
                group = groups.insert(group, {said, {}});
            }
            group->reasons.emplace_back(reasonNames[i]);
        }
        if (groups.empty()) {
            return;
        }
        heading(name);
        for (const ReasonGroup& group : groups) {
            printWrapped(out_, "  ", fmt::format("{}", fmt::join(group.reasons, ", ")), 2);
            printWrapped(out_, "      ", group.text, 6);
        }
    }

    void timing(std::string_view name, const Timing& timing) {
        item(name, fmt::format("{} ({}): {}{}", formatDuration(timing.nominal), range(timing), timing.meaning,
                               references_.cite(timing.provenance)));
    }

    void timings() {
        heading("TIMINGS: the nominal value, and what the documents leave open");
        const Timing& check = model_.revalidation;
        item(check.name, fmt::format("every {}, at a phase of {}: {}{}", formatDuration(check.nominal), range(check),
                                     check.meaning, references_.cite(check.provenance)));
        if (const auto& clock = model_.recoveryClock) {
            item("while down", fmt::format("every {}, at a phase of {}: {}{}", formatDuration(clock->nominal),
                                           range(*clock), clock->meaning, references_.cite(clock->provenance)));
        }
        if (const auto& clock = model_.rotationClock) {
            item(clock->name, fmt::format("every {}, at a phase of {}: {}{}", formatDuration(clock->nominal),
                                          range(*clock), clock->meaning, references_.cite(clock->provenance)));
        }
        if (model_.renewal) {
            timing(model_.renewal->lapse.name, model_.renewal->lapse);
        }
        if (model_.standsOn) {
            timing(model_.standsOn->within.name, model_.standsOn->within);
            timing(model_.standsOn->backWithin.name, model_.standsOn->backWithin);
        }
        timing(platform_.roleEffect.name, platform_.roleEffect);
        timing(platform_.policyEffect.name, platform_.policyEffect);
        timing(platform_.tokenLife.name, platform_.tokenLife);
    }

    /// A permission as the platform spells it.
    std::string asInPlatform(const std::string& permission) const {
        const auto known = std::ranges::find_if(platform_.keyPermissions,
                                                [&](const std::string& name) { return lowerCase(name) == permission; });
        return known == platform_.keyPermissions.end() ? permission : *known;
    }

    void access() {
        heading("KEY AND IDENTITY");
        item("identities", joined(namesIn(model_.identities, identityKindNames), "or") +
                               references_.cite(model_.identitiesProvenance));
        const auto trusted = namesIn(model_.trusted, identityKindNames);
        item("trusted service", (trusted.empty() ? "never" : "with " + joined(trusted, "or")) +
                                    trustedText(model_.trustedStanding) + references_.cite(model_.trustedProvenance));
        if (!model_.defaultIdentity.empty()) {
            item("default identity", model_.defaultIdentity + ", of a resource without a key" +
                                         references_.cite(model_.identitiesProvenance));
        }
        std::vector<std::string> permissions;
        for (const std::string& permission : model_.permissions) {
            permissions.push_back(asInPlatform(permission));
        }
        item("permissions", joined(permissions, "and") + references_.cite(model_.permissionsProvenance));
        std::vector<std::string> kinds;
        for (const VaultKindId kind : platform_.vaultKinds.ids()) {
            if (model_.vaultKinds.contains(kind)) {
                kinds.push_back(platform_.vaultKinds[kind].title);
            }
        }
        if (kinds.size() > 1 || !model_.vaultKinds.contains(ordinaryVault)) {
            item("keys in", "a " + joined(kinds, "or a"));
        }
        std::vector<std::string> roles;
        for (const RoleRule& role : platform_.roles) {
            if (role.usesKeys && model_.vaultKinds.contains(role.vaultKind) &&
                (role.permissions & model_.rolePermissionSet) == model_.rolePermissionSet) {
                roles.push_back(role.name);
            }
        }
        item("or a role", joined(roles, "or") + references_.cite(platform_.rolesProvenance));
        item("automatic rotation",
             (model_.rotationIsSetting
                  ? fmt::format("as the resource says in 'automaticRotation', {} by default", model_.automaticRotation)
              : model_.automaticRotation ? std::string{"yes, to the newest version of a key named without one"}
                                         : std::string{"no"}) +
                 references_.cite(model_.rotationProvenance));
        item("without a key", (model_.encryptionLater ? "can be given one later" : "stays without one") +
                                  references_.cite(model_.encryptionLaterProvenance));
        if (!model_.decryptedIn.empty()) {
            std::vector<std::string> states;
            for (const StateId state : model_.states.ids()) {
                if (model_.decryptedIn.contains(state)) {
                    states.push_back(model_.states[state].name);
                }
            }
            std::vector<std::string> conditions;
            for (const ConditionId condition : model_.conditions.ids()) {
                if (model_.keptDuring.contains(condition)) {
                    conditions.push_back(model_.conditions[condition].name);
                }
            }
            item("taking the key away", "while " + joined(states, "or") +
                                            (conditions.empty() ? "" : ", and not " + joined(conditions, "or")) +
                                            references_.cite(model_.encryptionLaterProvenance));
        }
        if (model_.renewal) {
            item("detaching",
                 fmt::format("removing the identity in use is refused, and yet stops the renewal of its "
                             "credential; when it lapses: {}{}",
                             model_.states[model_.renewal->state].name, references_.cite(model_.renewal->provenance)));
        }
        if (model_.recovery) {
            item("recovery by hand",
                 fmt::format("'resource.revalidate' leads out of {}; takes {}; refused {}{}", joined(byAction(), "and"),
                             inWords(model_.recovery->takes), model_.recovery->error,
                             references_.cite(model_.recovery->provenance)));
        }
        keys();
        retained();
        bases();
        warning("key with a version", model_.versionedKeyWarning, model_.versionedKeyWarningProvenance);
        warning("no purge protection", model_.noPurgeProtectionWarning, model_.noPurgeProtectionWarningProvenance);
    }

    /// The states that no look leads out of.
    [[nodiscard]] std::vector<std::string> byAction() const {
        std::vector<std::string> names;
        for (const StateRule& state : model_.states) {
            if (state.byAction) {
                names.push_back(state.name);
            }
        }
        return names;
    }

    void keys() {
        if (const auto& rule = model_.keys) {
            std::vector<std::string> slots;
            for (std::size_t i = 0; i < rule->slots.size(); ++i) {
                slots.push_back(rule->slots[i] + (rule->optional[i] ? " (optional)" : "") +
                                (rule->makesIdentity[i] ? " (its first key brings its identity)" : ""));
            }
            item("keys",
                 fmt::format("{}; {}{}",
                             slots.empty() ? fmt::format("{} at most, in slots that the estate names", rule->most)
                                           : joined(slots, "and"),
                             rule->all ? "needs all that it has" : "needs one of those that it has",
                             references_.cite(rule->provenance)));
        }
    }

    void retained() {
        if (const auto& rule = model_.retains) {
            item("old versions", fmt::format("needed for {} after another one wraps{}", inWords(rule->versions),
                                             references_.cite(rule->provenance)));
        }
    }

    void bases() {
        if (const auto& rule = model_.standsOn) {
            item("stands on",
                 fmt::format("{} of {}; without: {}{}", rule->all ? "all" : "one", joined(rule->services, "or"),
                             model_.states[rule->state].name, references_.cite(rule->provenance)));
        }
        if (model_.deleteNeedsNothingOnIt) {
            item("deletion", "refused while something that is not deleted stands on it");
        }
    }

    static std::string trustedText(const std::optional<TrustedStanding>& standing) {
        if (!standing) {
            return {};
        }
        switch (*standing) {
        case TrustedStanding::Listed: break;
        case TrustedStanding::Claimed: return "; its own page alone says so";
        case TrustedStanding::Contested: return "; its own page says so, and Key Vault's list does not";
        }
        return ", as Key Vault's list says";
    }

    void warning(std::string_view name, const std::optional<std::string>& text, const Provenance& provenance) {
        if (text) {
            item(name, fmt::format("warning: {}{}", *text, references_.cite(provenance)));
        }
    }

    void operations() {
        heading("OPERATIONS: a denial answers as its reason says, else as here");
        for (const OperationRule& operation : model_.operations) {
            std::vector<std::string> blocks;
            if (!operation.allowedAnywhere) {
                std::vector<std::string> states;
                for (const StateId state : model_.states.ids()) {
                    if (operation.allowedIn.contains(state)) {
                        states.push_back(model_.states[state].name);
                    }
                }
                blocks.push_back(fmt::format("unless {}", joined(states, "or")));
            }
            for (const ConditionId condition : operation.blockedBy) {
                blocks.push_back(fmt::format("while {}", model_.conditions[condition].name));
            }
            const auto text = blocks.empty() ? std::string{"always ok"}
                                             : fmt::format("denied {}: {}", joined(blocks, "or"), denial(operation));
            item(operation.name, text + references_.cite(operation.provenance));
        }
    }

    static std::string denial(const OperationRule& operation) {
        const auto said = answer(operation.status, operation.error);
        if (operation.ownAnswer) {
            return fmt::format("{} \"{}\"", said, operation.message);
        }
        return said.empty() ? "with the reason's answer" : said;
    }

    void properties() {
        if (model_.properties.empty()) {
            return;
        }
        heading("PROPERTIES");
        for (const PropertyRule& property : model_.properties) {
            auto values = property.values;
            values[property.defaultValue] += " (default)";
            item(property.name, joined(values, "or") + (property.canChange ? "; an update can change it" : "") +
                                    (property.feature.valid()
                                         ? fmt::format("; {} once feature.register names {}", property.values.back(),
                                                       platform_.features[property.feature.index()])
                                         : std::string{}) +
                                    references_.cite(property.provenance));
        }
    }

    void refusals(RefusableAction action) {
        const auto index = static_cast<std::size_t>(action);
        if (model_.refusalsOf[index].empty()) {
            return;
        }
        heading(fmt::format("REFUSED, {}: the first that holds", refusableActionNames[index]));
        std::size_t number = 0;
        for (const RefusalId id : model_.refusalsOf[index]) {
            const RefusalRule& rule = model_.refusals[id];
            const auto lead = fmt::format("  {}. ", ++number);
            printWrapped(out_, lead, answer(rule.status, rule.error) + references_.cite(rule.provenance), 5);
            detail("when", conditionInWords(rule, model_));
            detail("says", rule.message);
            for (const auto& [reason, message] : rule.messages) {
                detail(fmt::format("says of {}", nameOf(reason)), message);
            }
            detail("yet", effectInWords(rule, model_));
            detail("fix", rule.fix);
        }
    }

    void readings() {
        if (readings_.empty()) {
            return;
        }
        heading(
            "READINGS where documents disagree or say nothing: the first, unless '--reading NAME=VALUE' says another");
        for (const FactReading& reading : readings_) {
            item(reading.name, reading.meaning);
            for (const ReadingValue& value : reading.values) {
                printWrapped(out_, fmt::format("     {}: ", value.name),
                             value.meaning + references_.cite(value.provenance), detailIndent);
            }
        }
    }

    void notes() {
        if (model_.notes.empty()) {
            return;
        }
        heading("NOTES");
        for (const Note& note : model_.notes) {
            printWrapped(out_, "  - ", note.text + references_.cite(note.provenance), 4);
        }
    }

    const Model& model_;
    const Platform& platform_;
    std::span<const FactReading> readings_;
    std::ostream& out_;
    References references_;
};

} // namespace

void listModels(const Catalog& catalog, std::ostream& out) {
    std::size_t service = 0;
    std::size_t version = 0;
    for (const ModelEntry& entry : catalog.entries()) {
        service = std::max(service, entry.service.size());
        version = std::max(version, entry.version.size());
    }
    for (const ModelEntry& entry : catalog.entries()) {
        const bool newest = catalog.newestVersion(entry.service) == entry.version;
        out << column(entry.service, service + 2) << column(entry.version, version + 2) << entry.title
            << (newest ? "" : " (older)") << '\n';
    }
}

void describeModel(const Model& model, const Platform& platform, std::span<const FactReading> readings,
                   std::ostream& out) {
    Description{model, platform, readings, out}.print();
}

} // namespace cmksim::catalog
