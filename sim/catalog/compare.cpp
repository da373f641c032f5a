#include "catalog/compare.hpp"

#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <sstream>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim::catalog {

namespace {

constexpr std::size_t answerColumn = 34;
constexpr std::string_view nothingOfTheKind = "–";

/// One thing that is asked of every model. An empty answer: the model has nothing of the kind.
struct Question {
    std::string title;
    std::function<std::string(const Model&)> answer;
};

/// Questions of one table.
struct Theme {
    std::string title;
    std::vector<Question> questions;
};

/// What some reasons make of a resource.
struct Outcome {
    std::string text;
    std::vector<std::string> reasons;
};

std::string listOr(const std::vector<std::string>& names, std::string_view none) {
    return names.empty() ? std::string{none} : joined(names, "or");
}

/// Whether its resources have keys; else they look at none.
bool hasKeys(const Model& model) { return !model.identities.empty(); }

/// How sure a time is, behind it.
std::string certainty(const Timing& timing) {
    if (timing.notDocumented) {
        return " (not documented)";
    }
    return timing.provenance.sources.empty() && !timing.provenance.assumed.empty() ? " (assumed)" : "";
}

/// A period; its range is that of phases.
std::string period(const Timing& timing) { return formatDuration(timing.nominal) + certainty(timing); }

std::string length(const Timing& timing) {
    return (timing.earliest == timing.latest
                ? formatDuration(timing.nominal)
                : fmt::format("{} to {}", formatDuration(timing.earliest), formatDuration(timing.latest))) +
           certainty(timing);
}

std::string looks(const Model& model) { return hasKeys(model) ? period(model.revalidation) : ""; }

std::string looksOnceDown(const Model& model) {
    if (!hasKeys(model)) {
        return "";
    }
    std::string text = period(model.recoveryClock ? *model.recoveryClock : model.revalidation);
    for (const StateRule& state : model.states) {
        if (state.heals) {
            return text + fmt::format(", and {} until it is back", length(model.ownClocks[state.heals->takes]));
        }
    }
    return text;
}

std::string rotation(const Model& model) {
    if (!hasKeys(model)) {
        return "";
    }
    const std::string within = "within " + period(model.rotationClock ? *model.rotationClock : model.revalidation);
    if (model.rotationIsSetting) {
        return fmt::format("{} where that is switched on, else by an update", within);
    }
    return model.automaticRotation ? within : "by an update";
}

/// Whether a key that is back is enough, and for how long.
std::string comesBack(const Model& model) {
    const auto isByHand = [&](const ReasonRule& rule) {
        return rule.state.valid() && model.states[rule.state].byAction;
    };
    if (std::ranges::any_of(model.reasons, isByHand) ||
        (model.standsOn && model.states[model.standsOn->state].byAction)) {
        return "no, it is revalidated by hand";
    }
    for (const StateRule& state : model.states) {
        if (state.then && model.states[state.then->to].byAction) {
            return fmt::format("for {} after it goes down; then it is revalidated by hand",
                               length(model.ownClocks[state.then->after]));
        }
    }
    return "yes" + (hasKeys(model) ? certainty(model.recoveryClock.value_or(model.revalidation)) : "");
}

std::string identities(const Model& model) { return listOr(namesIn(model.identities, identityKindNames), ""); }

std::string bypass(const Model& model) {
    if (!hasKeys(model)) {
        return "";
    }
    std::string kinds = listOr(namesIn(model.trusted, identityKindNames), "no");
    switch (model.trustedStanding.value_or(TrustedStanding::Listed)) {
    case TrustedStanding::Listed: return kinds;
    case TrustedStanding::Claimed: return kinds + ", as its own page alone says";
    case TrustedStanding::Contested: return kinds + ", which pages disagree about";
    }
    return kinds;
}

/// As the platform spells them.
std::string permissions(const Model& model, const Platform& platform) {
    std::vector<std::string> names;
    for (const std::string& permission : model.permissions) {
        const auto spelled = std::ranges::find(platform.keyPermissions, permission, lowerCase);
        names.push_back(spelled != platform.keyPermissions.end() ? *spelled : permission);
    }
    return hasKeys(model) ? joined(names, "and") : "";
}

/// What a creation or update with a key asks of the vault, by the codes of its refusals.
std::string vaultNeeds(const Model& model) {
    std::vector<std::string> needs;
    const auto asks = [&](std::string_view what, auto&& test) {
        if (std::ranges::any_of(model.refusals, test)) {
            needs.emplace_back(what);
        }
    };
    asks("soft delete", [](const RefusalRule& rule) { return rule.vaultSoftDelete == false; });
    asks("purge protection", [](const RefusalRule& rule) { return rule.vaultPurgeProtection == false; });
    asks("access policies", [](const RefusalRule& rule) { return rule.vaultRbac == true; });
    for (const RefusalRule& rule : model.refusals) {
        if (rule.vaultRetentionBelow && needs.size() < 4) {
            needs.push_back(fmt::format("retention of {}", formatDuration(*rule.vaultRetentionBelow)));
            break;
        }
    }
    return needs.empty() ? "nothing" : joined(needs, "and");
}

std::string outcome(const Model& model, const ReasonRule& rule) {
    if (rule.condition.valid()) {
        return fmt::format("{} (it goes on)", model.conditions[rule.condition].name);
    }
    const StateRule& state = model.states[rule.state];
    std::string text = state.name;
    if (rule.tolerated) {
        const auto* timing = std::get_if<TimingId>(&*rule.tolerated);
        text += timing == nullptr ? ", tolerated for good"
                                  : fmt::format(", tolerated for {}", length(model.ownClocks[*timing]));
    }
    return state.byAction ? text + ", until it is revalidated by hand" : text;
}

/// What becomes of a resource that stands on others, when they are not available.
std::string withoutBase(const Model& model) {
    const StateRule& state = model.states[model.standsOn->state];
    std::string text = state.name;
    if (const Timing& within = model.standsOn->within; within.latest > Duration::zero()) {
        text += ", after " + length(within);
    }
    return state.byAction ? text + ", until it is revalidated by hand" : text;
}

/// What each reason comes to; that of most reasons last.
std::vector<Outcome> outcomes(const Model& model) {
    std::vector<Outcome> all;
    const auto add = [&](std::string text, std::string_view reason) {
        const auto known = std::ranges::find(all, text, &Outcome::text);
        if (known != all.end()) {
            known->reasons.emplace_back(reason);
        } else {
            all.push_back({std::move(text), {std::string{reason}}});
        }
    };
    for (std::size_t i = 1; i < reasonCount; ++i) {
        const bool isBase = static_cast<Reason>(i) == Reason::BaseUnavailable;
        const ReasonRule& rule = model.reasons[i];
        if (isBase && model.standsOn) {
            add(withoutBase(model), reasonNames[i]);
        } else if (!isBase && hasKeys(model) && (rule.condition.valid() || rule.state.valid())) {
            add(outcome(model, rule), reasonNames[i]);
        }
    }
    const auto most = std::ranges::max_element(all, {}, [](const Outcome& one) { return one.reasons.size(); });
    if (most != all.end()) {
        std::rotate(most, most + 1, all.end());
    }
    constexpr std::size_t few = 3;
    if (!all.empty() && all.back().reasons.size() > few) {
        all.back().reasons = {all.size() == 1 ? "any reason" : "any other reason"};
    }
    return all;
}

/// What a resource loses, besides its data, in a state that it can be in without its key.
std::string losses(const Model& model) {
    std::vector<std::string> lost;
    for (const StateRule& state : model.states) {
        for (const LossRule& loss : state.losses) {
            lost.push_back(loss.forGood ? loss.what + " (for good)" : loss.what);
        }
    }
    return lost.empty() ? std::string{} : joined(lost, "and");
}

std::string goesOn(const Model& model) {
    std::vector<std::string> free;
    for (const OperationRule& operation : model.operations) {
        if (operation.allowedAnywhere && operation.blockedBy.empty() && operation.name != "show") {
            free.push_back(operation.name);
        }
    }
    return listOr(free, "nothing");
}

std::vector<Theme> themes(const Platform& platform) {
    return {{"How soon it notices",
             {{"looks at its key every", looks},
              {"looks again, once down, every", looksOnceDown},
              {"follows a new version of the key", rotation},
              {"comes back by itself once the key is back", comesBack}}},
            {"What it asks for",
             {{"identities for the key", identities},
              {"let in past a closed firewall", bypass},
              {"permissions in a policy", [&platform](const Model& model) { return permissions(model, platform); }},
              {"asks of the vault", vaultNeeds},
              {"a key for what has none",
               [](const Model& model) { return std::string{model.encryptionLater ? "yes" : "no"}; }},
              {"back to the key of the platform",
               [](const Model& model) { return std::string{model.decryptedIn.empty() ? "no" : "yes"}; }}}},
            {"Without its key", {{"goes on", goesOn}, {"lost while it is down", losses}}}};
}

/// An answer and the services that give it.
using Group = std::pair<std::string, std::vector<std::string>>;

/// The answers to one question with those who give them, in the order in which they first come.
std::vector<Group> grouped(std::span<const Model* const> models,
                           const std::function<std::string(const Model&)>& answer) {
    std::vector<Group> groups;
    for (const Model* model : models) {
        std::string said = answer(*model);
        if (said.empty()) {
            continue;
        }
        const auto known = std::ranges::find(groups, said, &Group::first);
        if (known != groups.end()) {
            known->second.push_back(model->service);
        } else {
            groups.push_back({std::move(said), {model->service}});
        }
    }
    return groups;
}

/// What one service answers to the questions of a table.
struct Row {
    const Model* model = nullptr;
    std::vector<std::string> cells;
};

/// A theme, of the questions that some service answers.
struct Table {
    std::string title;
    std::vector<std::string> heads;
    std::vector<Row> rows;
};

std::vector<Table> tables(std::span<const Model* const> models, const Platform& platform) {
    std::vector<Table> all;
    for (const Theme& theme : themes(platform)) {
        Table table{theme.title, {}, {}};
        for (const Model* model : models) {
            table.rows.push_back({model, {}});
        }
        for (const Question& question : theme.questions) {
            if (grouped(models, question.answer).empty()) {
                continue;
            }
            table.heads.push_back(question.title);
            for (Row& row : table.rows) {
                const std::string answer = question.answer(*row.model);
                row.cells.push_back(answer.empty() ? std::string{nothingOfTheKind} : answer);
            }
        }
        all.push_back(std::move(table));
    }
    return all;
}

/// What leads back from a reason, and for which services.
struct WaysBack {
    std::string_view reason;
    std::vector<Group> groups;
};

std::vector<WaysBack> waysBack(std::span<const Model* const> models) {
    std::vector<WaysBack> all;
    for (std::size_t i = 1; i < reasonCount; ++i) {
        auto groups = grouped(models, [i](const Model& model) { return model.reasons[i].fix; });
        if (!groups.empty()) {
            all.push_back({reasonNames[i], std::move(groups)});
        }
    }
    return all;
}

void printAnswer(std::ostream& out, std::string_view answer, std::string_view services) {
    if (answer.size() + 4 > answerColumn) {
        printWrapped(out, "  ", fmt::format("{}:", answer), 2);
        answer = "";
    }
    printWrapped(out, column(answer.empty() ? "" : fmt::format("  {}", answer), answerColumn), services, answerColumn);
}

} // namespace

std::string compareAsText(std::span<const Model* const> models, const Platform& platform) {
    std::ostringstream out;
    for (const Model* model : models) {
        printWrapped(out, column("  " + model->service, answerColumn),
                     fmt::format("{}, version {}", model->title, model->version), answerColumn);
    }
    for (const Theme& theme : themes(platform)) {
        for (const Question& question : theme.questions) {
            const auto groups = grouped(models, question.answer);
            if (groups.empty()) {
                continue;
            }
            out << '\n' << question.title << '\n';
            for (const auto& [answer, services] : groups) {
                printAnswer(out, answer, joined(services, "and"));
            }
        }
    }
    for (const Model* model : models) {
        out << '\n' << model->service << " is, for the reason\n";
        for (const Outcome& one : outcomes(*model)) {
            printAnswer(out, one.text, joined(one.reasons, "or"));
        }
    }
    out << "\nWays back, by reason: cmksim models --compare --format markdown, or cmksim explain REASON\n";
    return std::move(out).str();
}

std::string compareAsMarkdown(std::span<const Model* const> models, const Platform& platform) {
    std::string out;
    for (const Table& table : tables(models, platform)) {
        out += fmt::format("{}## {}\n\n| service |", out.empty() ? "" : "\n", table.title);
        for (const std::string& head : table.heads) {
            out += fmt::format(" {} |", head);
        }
        out += "\n| --- |";
        for (std::size_t i = 0; i < table.heads.size(); ++i) {
            out += " --- |";
        }
        out += '\n';
        for (const Row& row : table.rows) {
            out += fmt::format("| {} (`{}`) |", row.model->title, row.model->service);
            for (const std::string& cell : row.cells) {
                out += fmt::format(" {} |", cell);
            }
            out += '\n';
        }
    }
    out += "\n## What becomes of it\n\n| service, version | is | for |\n| --- | --- | --- |\n";
    for (const Model* model : models) {
        std::string first = fmt::format("`{}`, {}", model->service, model->version);
        for (const Outcome& one : outcomes(*model)) {
            out += fmt::format("| {} | {} | {} |\n", first, one.text, joined(one.reasons, "or"));
            first.clear();
        }
    }
    out += "\n## What brings it back\n";
    for (const WaysBack& ways : waysBack(models)) {
        out += fmt::format("\n### {}\n\n", ways.reason);
        for (const auto& [fix, services] : ways.groups) {
            out += fmt::format("- {}: {}\n", joined(services, "and"), fix);
        }
    }
    return out;
}

JsonValue compareAsJson(std::span<const Model* const> models, const Platform& platform) {
    JsonArray all;
    const auto add = [&](std::string_view title, JsonArray heads, JsonArray rows) {
        all.push_back(JsonObject{{"title", title}, {"heads", std::move(heads)}, {"rows", std::move(rows)}});
    };
    for (const Table& table : tables(models, platform)) {
        JsonArray heads{"service"};
        heads.insert(heads.end(), table.heads.begin(), table.heads.end());
        JsonArray rows;
        for (const Row& row : table.rows) {
            JsonArray cells{row.model->service};
            cells.insert(cells.end(), row.cells.begin(), row.cells.end());
            rows.push_back(std::move(cells));
        }
        add(table.title, std::move(heads), std::move(rows));
    }
    JsonArray becomes;
    for (const Model* model : models) {
        for (const Outcome& one : outcomes(*model)) {
            becomes.push_back(JsonArray{model->service, one.text, joined(one.reasons, "or")});
        }
    }
    add("What becomes of it", {"service", "is", "for"}, std::move(becomes));
    JsonArray back;
    for (const WaysBack& ways : waysBack(models)) {
        for (const auto& [fix, services] : ways.groups) {
            back.push_back(JsonArray{ways.reason, joined(services, "and"), fix});
        }
    }
    add("What brings it back", {"for", "services", "way back"}, std::move(back));
    return all;
}

} // namespace cmksim::catalog
