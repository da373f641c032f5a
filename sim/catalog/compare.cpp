#include "catalog/compare.hpp"

#include "base/time.hpp"
#include "catalog/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim::catalog {

namespace {

constexpr std::size_t answerColumn = 34;

/// One thing that is asked of every model. An empty answer: the model has nothing of the kind.
struct Question {
    std::string title;
    std::function<std::string(const Model&)> answer;
};

std::string listOr(const std::vector<std::string>& names, std::string_view none) {
    return names.empty() ? std::string{none} : joined(names, "or");
}

std::string identities(const Model& model) { return listOr(namesIn(model.identities, identityKindNames), "none"); }

std::string bypass(const Model& model) {
    std::string kinds = listOr(namesIn(model.trusted, identityKindNames), "no");
    return model.trustedStanding == TrustedStanding::Contested ? kinds + ", which pages disagree about" : kinds;
}

std::string rotation(const Model& model) {
    if (!model.automaticRotation) {
        return "by an update";
    }
    return fmt::format("within {}",
                       formatDuration((model.rotationClock ? *model.rotationClock : model.revalidation).nominal));
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
    if (!rule.state.valid()) {
        return {};
    }
    const StateRule& state = model.states[rule.state];
    std::string text = state.name;
    if (rule.tolerated) {
        const auto* timing = std::get_if<TimingId>(&*rule.tolerated);
        text += timing == nullptr ? ", tolerated for good"
                                  : fmt::format(", tolerated for {}", formatDuration(model.ownClocks[*timing].nominal));
    }
    return state.byAction ? text + ", until it is revalidated by hand" : text;
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

std::vector<Question> questions() {
    std::vector<Question> all{
        {"looks at its key every", [](const Model& model) { return formatDuration(model.revalidation.nominal); }},
        {"looks again, once down, every",
         [](const Model& model) {
             return formatDuration((model.recoveryClock ? *model.recoveryClock : model.revalidation).nominal);
         }},
        {"follows a new version of the key", rotation},
        {"identities for the key", identities},
        {"let in past a closed firewall", bypass},
        {"permissions in a policy", [](const Model& model) { return joined(model.permissions, "and"); }},
        {"asks of the vault", vaultNeeds},
        {"a key for what has none",
         [](const Model& model) { return std::string{model.encryptionLater ? "yes" : "no"}; }},
        {"back to the key of the platform",
         [](const Model& model) { return std::string{model.decryptedIn.empty() ? "no" : "yes"}; }},
        {"lost while it is down", losses},
    };
    for (std::size_t i = 1; i < reasonCount; ++i) {
        all.push_back(
            {std::string{reasonNames[i]}, [i](const Model& model) { return outcome(model, model.reasons[i]); }});
    }
    all.push_back({"goes on without the key", [](const Model& model) {
                       std::vector<std::string> free;
                       for (const OperationRule& operation : model.operations) {
                           if (operation.allowedAnywhere && operation.blockedBy.empty() && operation.name != "show") {
                               free.push_back(operation.name);
                           }
                       }
                       return listOr(free, "nothing");
                   }});
    return all;
}

/// The answers to one question with those who give them, in the order in which they first come.
std::vector<std::pair<std::string, std::vector<std::string>>> grouped(
    std::span<const Model* const> models, const std::function<std::string(const Model&)>& answer) {
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const Model* model : models) {
        std::string said = answer(*model);
        if (said.empty()) {
            continue;
        }
        const auto known = std::ranges::find(groups, said, &std::pair<std::string, std::vector<std::string>>::first);
        if (known != groups.end()) {
            known->second.push_back(model->service);
        } else {
            groups.push_back({std::move(said), {model->service}});
        }
    }
    return groups;
}

} // namespace

std::string compareAsText(std::span<const Model* const> models) {
    std::ostringstream out;
    for (const Model* model : models) {
        printWrapped(out, column("  " + model->service, answerColumn),
                     fmt::format("{}, version {}", model->title, model->version), answerColumn);
    }
    for (const Question& question : questions()) {
        const auto groups = grouped(models, question.answer);
        if (groups.empty()) {
            continue;
        }
        out << '\n' << question.title << '\n';
        for (const auto& [answer, services] : groups) {
            if (answer.size() + 4 > answerColumn) {
                printWrapped(out, "  ", answer + ":", 2);
                printWrapped(out, column("", answerColumn), joined(services, "and"), answerColumn);
            } else {
                printWrapped(out, column("  " + answer, answerColumn), joined(services, "and"), answerColumn);
            }
        }
    }
    out << "\nWays back, by reason: cmksim models --compare --format markdown, or cmksim explain REASON\n";
    return std::move(out).str();
}

std::string compareAsMarkdown(std::span<const Model* const> models) {
    std::string out = "|  |";
    std::string rule = "| --- |";
    for (const Model* model : models) {
        out += fmt::format(" {} |", model->title);
        rule += " --- |";
    }
    out += '\n' + rule + "\n| `service`, version |";
    for (const Model* model : models) {
        out += fmt::format(" `{}`, {} |", model->service, model->version);
    }
    out += '\n';
    for (const Question& question : questions()) {
        if (grouped(models, question.answer).empty()) {
            continue;
        }
        out += fmt::format("| {} |", question.title);
        for (const Model* model : models) {
            out += fmt::format(" {} |", question.answer(*model));
        }
        out += '\n';
    }
    out += "\n## What brings it back\n";
    for (std::size_t i = 1; i < reasonCount; ++i) {
        const auto groups = grouped(models, [i](const Model& model) { return model.reasons[i].fix; });
        if (groups.empty()) {
            continue;
        }
        out += fmt::format("\n### {}\n\n", reasonNames[i]);
        for (const auto& [fix, services] : groups) {
            out += fmt::format("- {}: {}\n", joined(services, "and"), fix);
        }
    }
    return out;
}

} // namespace cmksim::catalog
