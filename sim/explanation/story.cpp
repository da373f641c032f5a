#include "base/time.hpp"
#include "explanation/explain.hpp"

#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "scenario/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace cmksim::explanation {

namespace {

/// Something that goes wrong: how the resource is set up, and what is done to it. `IDENTITY` stands for the identity
/// that it uses, `WHO` for what that is called where something is granted to it.
struct Mistake {
    std::string_view key;      // empty: kv1/cmk
    std::string_view identity; // empty: one that the service takes; NONE: none is set
    std::vector<std::string_view> steps;
    std::string_view until; // when it shows at the latest
};

/// The shortest first.
const std::vector<Mistake>& mistakes() {
    static const std::vector<Mistake> all{
        {"https://kv1.vault.azure.net/keys", "", {}, "1h"},
        {"https://kv1.vault.azure.net/keys/cmk/none", "", {}, "1h"},
        {"", "stranger", {}, "1h"},
        {"", "NONE", {}, "1h"},
        {"", "", {"at: 10m, do: key.delete, target: kv1/cmk"}, "1h10m"},
        {"", "", {"at: 10m, do: vault.delete, target: kv1"}, "1h10m"},
        {"", "", {"at: 10m, do: identity.delete, target: IDENTITY"}, "1h10m"},
        {"", "", {"at: 10m, do: policy.delete, target: kv1, with: {identity: WHO}"}, "1h10m"},
        {"", "", {"at: 10m, do: key.update, target: kv1/cmk, with: {enabled: false}"}, "1h10m"},
        {"", "", {"at: 10m, do: key.update, target: kv1/cmk, with: {expires: 20m}"}, "1h20m"},
        {"", "", {"at: 10m, do: key.update, target: kv1/cmk, with: {notBefore: 30d}"}, "1h10m"},
        {"",
         "",
         {"at: 10m, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny, bypass: None}}"},
         "1h10m"},
        {"", "", {"at: 10m, do: vault.fail-dns, target: kv1"}, "1h10m"},
        {"",
         "",
         {"at: 10m, do: key.delete, target: kv1/cmk", "at: 11m, do: key.purge, target: kv1/cmk",
          "at: 12m, do: key.create, target: kv1/cmk"},
         "1h12m"},
        {"",
         "",
         {"at: 10m, do: resource.remove-identity, target: app, with: {identity: IDENTITY}, expect: {error: "
          "IdentityInUse}"},
         "90d1h10m"},
    };
    return all;
}

class OneText final : public FileReader {
public:
    explicit OneText(std::string text) : text_{std::move(text)} {}
    std::shared_ptr<const Source> read(const std::string& path, Mark /*from*/, Diagnostics& /*diagnostics*/) override {
        return std::make_shared<const Source>(path, text_);
    }

private:
    std::string text_;
};

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out{text};
    for (std::size_t at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size())) {
        out.replace(at, from.size(), to);
    }
    return out;
}

/// The states in which a resource can stand by then for a reason that leads to `state`: that one, and those to which
/// time leads from there.
std::string statesFrom(const Model& model, StateId state) {
    std::string names = model.states[state].name;
    if (!model.states[state].then) {
        return names;
    }
    for (auto then = model.states[state].then; then; then = model.states[then->to].then) {
        names += ", " + model.states[then->to].name;
    }
    return '[' + names + ']';
}

/// When a mistake shows at the latest, where the model bears with its reason for a while.
std::string shownBy(const Model& model, const Mistake& mistake, const ReasonRule& rule) {
    const auto* timing = rule.tolerated ? std::get_if<TimingId>(&*rule.tolerated) : nullptr;
    return timing == nullptr ? std::string{mistake.until}
                             : formatDuration(parseDuration(mistake.until).value() + model.ownClocks[*timing].nominal);
}

std::string storyText(const Model& model, const Mistake& mistake, Reason reason) {
    const bool user = model.identities.contains(IdentityKind::UserAssigned);
    const std::string identity = !mistake.identity.empty() ? std::string{mistake.identity}
                                 : user                    ? "app-id"
                                                           : "SystemAssigned";
    const std::string who = identity == "SystemAssigned" ? "\"system:app\"" : identity;
    std::string permissions;
    for (const std::string& permission : model.permissions) {
        permissions.append(permissions.empty() ? "" : ", ").append(permission);
    }
    const std::string uses = identity == "NONE" ? "" : fmt::format("identity: {}, ", identity);
    std::string text = fmt::format("cmksim: 1\n"
                                   "name: How {} comes to be {}\n"
                                   "models: {{{}: {}}}\n"
                                   "estate:\n"
                                   "  vaults:\n"
                                   "    kv1: {{{}keys: {{cmk: {{}}}}}}\n"
                                   "  identities: {{{}}}\n"
                                   "  resources:\n"
                                   "    app: {{service: {}, {}key: \"{}\"}}\n"
                                   "timeline:\n",
                                   model.service, nameOf(reason), model.service, model.version,
                                   uses.empty() ? "" : fmt::format("accessPolicies: {{{}: [{}]}}, ", who, permissions),
                                   identity == "stranger"  ? "stranger: {type: DelegatedSystemAssigned}"
                                   : user && !uses.empty() ? "app-id: {}"
                                                           : "",
                                   model.service, uses, mistake.key.empty() ? "kv1/cmk" : mistake.key);
    for (const std::string_view step : mistake.steps) {
        text += fmt::format("  - {{{}}}\n", replaced(replaced(step, "WHO", who), "IDENTITY", identity));
    }
    const ReasonRule& rule = model.reasons[static_cast<std::size_t>(reason)];
    if (rule.state.valid()) {
        text += fmt::format("  - {{at: {}, expect: {{app: {{state: {}, reason: {}}}}}}}\n",
                            shownBy(model, mistake, rule), statesFrom(model, rule.state), nameOf(reason));
    } else {
        text += fmt::format("  - {{at: {}, expect: {{app: {}}}}}\n", mistake.until, model.states[model.ready()].name);
    }
    return text;
}

/// Whether the story passes, and shows what it is to show.
bool shows(const std::string& text, const Model& model, Reason reason, Catalog& catalog) {
    OneText file{text};
    Diagnostics diagnostics;
    const auto scenario = parseScenario("story.yaml", file, {}, diagnostics);
    const auto program = scenario ? compileScenario(*scenario, catalog, diagnostics) : std::nullopt;
    if (!program) {
        return false;
    }
    const Trace trace = replay(*program, nominalPhases(*program));
    const ReasonRule& rule = model.reasons[static_cast<std::size_t>(reason)];
    return trace.passed && std::ranges::any_of(trace.records, [&](const Record& record) {
               if (rule.state.valid()) {
                   return record.is<Transition>() && record.as<Transition>().reason == reason;
               }
               const auto* change = record.asIf<ConditionChanged>();
               return change != nullptr && change->condition == rule.condition && change->raised;
           });
}

} // namespace

std::optional<std::string> shortestStory(const Model& model, Reason reason, Catalog& catalog) {
    for (const Mistake& mistake : mistakes()) {
        std::string text = storyText(model, mistake, reason);
        if (shows(text, model, reason, catalog)) {
            return text;
        }
    }
    return std::nullopt;
}

} // namespace cmksim::explanation
