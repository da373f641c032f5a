#include "report/blast_report.hpp"

#include "blast/unmodelled.hpp"
#include "report/all_clear.hpp"
#include "report/extent.hpp"
#include "report/signs.hpp"
#include "report/state_losses.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::report {

namespace {

JsonArray usersJson(const Program& program, const std::vector<NodeUser>& users) {
    JsonArray list;
    for (const NodeUser& user : users) {
        JsonObject one{{"resource", program.resources[user.resource].name}, {"atRest", nameOf(user.atRest)}};
        if (user.attached) {
            one.emplace_back("attached", true);
        }
        list.push_back(std::move(one));
    }
    return list;
}

JsonValue impairedJson(const Program& program, const BlastImpairment& one) {
    const Model& model = program.modelOf(one.resource);
    JsonArray denied;
    for (const OperationId operation : one.impairment.denied) {
        denied.emplace_back(model.operations[operation].name);
    }
    return JsonObject{{"resource", program.resources[one.resource].name},
                      {"denied", std::move(denied)},
                      {"rotationBlocked", one.impairment.rotationBlocked},
                      {"from", extent(one.from)}};
}

/// When each goes down.
JsonArray downJson(const Program& program, const Blast& blast) {
    JsonArray list;
    for (std::size_t i = 0; i < blast.resources.size(); ++i) {
        list.push_back(
            JsonObject{{"resource", program.resources[blast.resources[i]].name}, {"from", extent(blast.downOf[i])}});
    }
    return list;
}

JsonArray names(const Program& program, const std::vector<ResourceId>& resources) {
    JsonArray list;
    for (const ResourceId id : resources) {
        list.emplace_back(program.resources[id].name);
    }
    return list;
}

/// The node is lost at the start.
Extent<Duration> sinceLoss(const StateLoss& loss) {
    return {loss.at.least - scenarioStart, loss.at.most - scenarioStart};
}

/// `kv1, or kv1/cmk`.
std::string anyOf(const std::vector<std::string>& nodes) {
    std::string text;
    for (const std::string& node : nodes) {
        text += (text.empty() ? "" : ", or ") + node;
    }
    return text;
}

class BlastWriter {
public:
    BlastWriter(const Program& program, const TextStyle& style, std::ostream& out)
        : program_{program}, signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write(std::string_view file, std::span<const Blast> blasts) {
        page_.paragraph({}, Phrase{program_.name, Paint::Strong});
        page_.paragraph({}, Phrase{file, Paint::Quiet});
        page_.blank();
        page_.heading("What is lost with each of these, the worst first", signs_.rule);
        std::string idle;
        for (const Blast& blast : blasts) {
            if (blast.users.empty() && unmodelledUsing(program_, blast).empty()) {
                idle += (idle.empty() ? "" : ", ") + blast.node.name;
            } else {
                node(blast);
            }
        }
        if (!idle.empty()) {
            page_.paragraph(Phrase{textOf(AllClear::NotUsed), Paint::Quiet}, Phrase{idle, Paint::Quiet});
        }
    }

private:
    void node(const Blast& blast) {
        Phrase head{blast.node.name, Paint::Strong};
        head.add(fmt::format(" ({})", nodeKindNames[static_cast<std::size_t>(blast.node.kind)]), Paint::Quiet);
        std::string resources;
        for (const ResourceId id : blast.resources) {
            resources += (resources.empty() ? "" : ", ") + program_.resources[id].name;
        }
        page_.paragraph({}, blast.resources.empty() ? head : head.add(": ").add(resources, Paint::Bad));
        fact("by", blast.node.lossText());
        others(blast);
        for (const Unmodelled* one : unmodelledUsing(program_, blast)) {
            const bool isGuessed = isUseGuessed(*one, blast.node.loss);
            fact("not known",
                 fmt::format("{}, which {}; {}", one->name, isGuessed ? "may use it: its key was not read" : "uses it",
                             knownOf(program_, *one)));
        }
        impaired(blast);
        if (!blast.harms()) {
            return;
        }
        downAfter(blast);
        for (const StateLoss& loss : blast.losses) {
            fact("loses",
                 fmt::format("{}: {}; after {}, unless it is back before", program_.resources[loss.resource].name,
                             lossText(program_, loss), between(sinceLoss(loss))));
        }
        if (!blast.recoverable) {
            page_.paragraph(Phrase{"    "}.add("way back", Paint::Quiet).padTo(16), Phrase{"none", Paint::Bad});
            return;
        }
        std::string steps;
        for (const std::string& step : blast.recovery) {
            steps += (steps.empty() ? "" : ", then ") + step;
        }
        fact("way back", steps.empty() ? "to wait" : steps);
        fact("takes", between(blast.ready));
        if (blast.stepsUntil) {
            fact("these steps",
                 fmt::format("until {} after the loss; then others are needed", formatDuration(*blast.stepsUntil)));
        }
        fact("until", blast.until ? fmt::format("{} after the loss", formatDuration(*blast.until))
                                  : allClear(AllClear::WayBackStays, formatDuration(longestLookedAhead)));
    }

    /// When they go down: those of one range together, in the order of the first of each.
    void downAfter(const Blast& blast) {
        std::vector<std::pair<Extent<Duration>, std::string>> groups;
        for (std::size_t i = 0; i < blast.resources.size(); ++i) {
            const std::string& name = program_.resources[blast.resources[i]].name;
            const auto known =
                std::ranges::find(groups, blast.downOf[i], &std::pair<Extent<Duration>, std::string>::first);
            if (known == groups.end()) {
                groups.emplace_back(blast.downOf[i], name);
            } else {
                known->second += ", " + name;
            }
        }
        for (const auto& [range, names] : groups) {
            fact(&range == &groups.front().first ? "down after" : "",
                 between(range) + (groups.size() > 1 ? ": " + names : "") +
                     (blast.exact ? "" : ", which may be wider than what can happen"));
        }
    }

    /// Those that stay up and no longer do all that they did.
    void impaired(const Blast& blast) {
        for (const BlastImpairment& one : blast.impaired) {
            fact("impaired", fmt::format("{}, {}: after {}", program_.resources[one.resource].name,
                                         cmksim::engine::textOf(program_.modelOf(one.resource), one.impairment),
                                         between(one.from)));
        }
    }

    /// Those that use it and are not among those that it takes down.
    void others(const Blast& blast) {
        constexpr std::array<std::string_view, 3> because{textOf(AllClear::StaysUp), "is impaired already",
                                                          "is down already"};
        for (const NodeUser& user : blast.users) {
            if (!blast.isHarmed(user.resource)) {
                const std::string_view why = user.attached ? "has it attached; what for is not known"
                                             : !blast.node.isLosable() && user.atRest == Standing::Up
                                                 ? "is up at the start; how it does without was not looked at"
                                             : user.laterAnyway ? "goes down or is impaired later, with it or without"
                                                                : because[static_cast<std::size_t>(user.atRest)];
                fact("used by", fmt::format("{}, which {}", program_.resources[user.resource].name, why));
            }
        }
    }

    void fact(std::string_view label, std::string_view text) {
        page_.paragraph(Phrase{"    "}.add(label, Paint::Quiet).padTo(16), Phrase{text});
    }

    const Program& program_;
    const Signs& signs_;
    Page page_;
};

} // namespace

JsonValue blastJson(const Program& program, std::span<const Blast> blasts) {
    JsonArray nodes;
    for (const Blast& blast : blasts) {
        JsonArray recovery;
        for (const std::string& step : blast.recovery) {
            recovery.emplace_back(step);
        }
        const bool any = !blast.resources.empty();
        JsonArray impaired;
        for (const BlastImpairment& one : blast.impaired) {
            impaired.push_back(impairedJson(program, one));
        }
        JsonArray unknown;
        for (const Unmodelled* one : unmodelledUsing(program, blast)) {
            unknown.emplace_back(one->name);
        }
        JsonObject node{{"node", blast.node.name},
                        {"kind", nodeKindNames[static_cast<std::size_t>(blast.node.kind)]},
                        {"resources", names(program, blast.resources)},
                        {"down", any ? extent(blast.down) : JsonValue{nullptr}},
                        {"downOf", downJson(program, blast)},
                        {"recoverable", blast.recoverable},
                        {"until", blast.until ? seconds(*blast.until) : JsonValue{nullptr}},
                        {"loss", blast.node.lossText()},
                        {"recovery", std::move(recovery)},
                        {"ready", blast.harms() && blast.recoverable ? extent(blast.ready) : JsonValue{nullptr}},
                        {"users", usersJson(program, blast.users)},
                        {"impaired", std::move(impaired)}};
        if (!blast.exact) {
            node.emplace_back("exact", false);
        }
        if (!blast.losses.empty()) {
            JsonArray losses;
            for (const StateLoss& one : blast.losses) {
                JsonObject lost{{"resource", program.resources[one.resource].name}};
                std::ranges::move(lossFields(program, one), std::back_inserter(lost));
                lost.emplace_back("from", extent(sinceLoss(one)));
                losses.emplace_back(std::move(lost));
            }
            node.emplace_back("losses", std::move(losses));
        }
        if (blast.stepsUntil) {
            node.emplace_back("stepsUntil", seconds(*blast.stepsUntil));
        }
        if (!unknown.empty()) {
            node.emplace_back("unmodelled", std::move(unknown));
        }
        nodes.push_back(std::move(node));
    }
    return JsonObject{{"nodes", std::move(nodes)}};
}

void writeBlastText(const Program& program, std::string_view file, std::span<const Blast> blasts,
                    const TextStyle& style, std::ostream& out) {
    BlastWriter{program, style, out}.write(file, blasts);
}

void writeLossPairsText(const Program& program, std::span<const LossPair> pairs, const TextStyle& style,
                        std::ostream& out) {
    Page page{style, out};
    page.blank();
    page.heading("Two losses of which neither is enough", (style.unicode ? unicodeSigns : asciiSigns).rule);
    if (pairs.empty()) {
        page.paragraph({}, Phrase{textOf(AllClear::NoPair), Paint::Quiet});
    }
    for (const LossPair& pair : pairs) {
        std::string resources;
        for (const ResourceId id : pair.resources) {
            resources += (resources.empty() ? "" : ", ") + program.resources[id].name;
        }
        page.paragraph({}, Phrase{pair.one.name, Paint::Strong}
                               .add(" and ")
                               .add(pair.other.name, Paint::Strong)
                               .add(": ")
                               .add(resources, Paint::Bad)
                               .add(fmt::format(", down after {}", between(pair.down)), Paint::Quiet));
    }
}

JsonValue lossPairsJson(const Program& program, std::span<const LossPair> pairs) {
    JsonArray list;
    for (const LossPair& pair : pairs) {
        list.push_back(JsonObject{{"nodes", JsonArray{pair.one.name, pair.other.name}},
                                  {"losses", JsonArray{pair.one.lossText(), pair.other.lossText()}},
                                  {"resources", names(program, pair.resources)},
                                  {"down", extent(pair.down)}});
    }
    return list;
}

void writeSupportsText(const Program& program, ResourceId resource, std::span<const Support> supports,
                       std::string_view doubt, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.heading("What holds up " + program.resources[resource].name, (style.unicode ? unicodeSigns : asciiSigns).rule);
    if (!doubt.empty()) {
        page.paragraph({}, Phrase{doubt, Paint::Warning});
    } else if (supports.empty()) {
        page.paragraph({}, Phrase{textOf(AllClear::NoSupport), Paint::Quiet});
    }
    for (const Support& support : supports) {
        Phrase head{support.node.name, Paint::Strong};
        head.add(fmt::format(" ({}): ", nodeKindNames[static_cast<std::size_t>(support.node.kind)]), Paint::Quiet);
        if (support.alone) {
            page.paragraph({}, head.add("its loss alone takes it down", Paint::Bad)
                                   .add(fmt::format(", after {}", between(support.down))));
            continue;
        }
        if (support.impaired) {
            head.add("its loss alone impairs it", Paint::Warning)
                .add(fmt::format(", {}, after {}",
                                 cmksim::engine::textOf(program.modelOf(resource), support.impaired->impairment),
                                 between(support.impaired->from)));
            page.paragraph({}, support.together.empty()
                                   ? head
                                   : head.add("; it takes it down together with ").add(anyOf(support.together)));
            continue;
        }
        std::string does = support.together.empty() ? "" : "only together with " + anyOf(support.together);
        if (!support.impairedTogether.empty()) {
            does += (does.empty() ? "impairs it only together with " : "; impairs it together with ") +
                    anyOf(support.impairedTogether);
        }
        page.paragraph({}, head.add(does));
    }
}

JsonValue supportsJson(const Program& program, ResourceId resource, std::span<const Support> supports) {
    JsonArray list;
    for (const Support& support : supports) {
        list.push_back(JsonObject{
            {"node", support.node.name},
            {"kind", nodeKindNames[static_cast<std::size_t>(support.node.kind)]},
            {"alone", support.alone},
            {"down", support.alone ? extent(support.down) : JsonValue{nullptr}},
            {"together", JsonArray(support.together.begin(), support.together.end())},
            {"impaired", support.impaired ? impairedJson(program, *support.impaired) : JsonValue{nullptr}},
            {"impairedTogether", JsonArray(support.impairedTogether.begin(), support.impairedTogether.end())}});
    }
    return JsonObject{{"resource", program.resources[resource].name}, {"supports", std::move(list)}};
}

} // namespace cmksim::report
