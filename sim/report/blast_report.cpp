#include "report/blast_report.hpp"

#include "base/time.hpp"
#include "blast/unmodelled.hpp"
#include "report/all_clear.hpp"
#include "report/extent.hpp"
#include "report/resource_names.hpp"
#include "report/shapes.hpp"
#include "report/signs.hpp"
#include "report/state_losses.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::report {

namespace {

std::string_view kindName(const BlastNode& node) { return nodeKindNames[static_cast<std::size_t>(node.kind)]; }

shape::Record<BlastImpairment, Program> impairmentShape() {
    return shape::Record<BlastImpairment, Program>{}
        .field("resource", resourceName(), &BlastImpairment::resource)
        .field("denied", [](const BlastImpairment& one,
                            const Program& of) { return deniedNames(of, one.resource, one.impairment); })
        .field("rotationBlocked", [](const BlastImpairment& one) { return one.impairment.rotationBlocked; })
        .field("from", &BlastImpairment::from);
}

/// The node is lost at the start.
Extent<Duration> sinceLoss(const StateLoss& loss) {
    return {loss.at.least - scenarioStart, loss.at.most - scenarioStart};
}

/// When a resource goes down.
struct DownFrom {
    ResourceId resource;
    Extent<Duration> from;
};

std::vector<DownFrom> downOf(const Blast& blast) {
    std::vector<DownFrom> all;
    for (std::size_t i = 0; i < blast.resources.size(); ++i) {
        all.push_back({blast.resources[i], blast.downOf[i]});
    }
    return all;
}

std::vector<std::string> unmodelledNames(const Blast& blast, const Program& program) {
    std::vector<std::string> names;
    for (const Unmodelled* one : unmodelledUsing(program, blast)) {
        names.push_back(one->name);
    }
    return names;
}

const shape::Record<std::span<const Blast>, Program>& blastShape() {
    using shape::list;
    using shape::Record;
    static const auto down = Record<DownFrom, Program>{}
                                 .field("resource", resourceName(), &DownFrom::resource)
                                 .field("from", &DownFrom::from);
    static const auto user = Record<NodeUser, Program>{}
                                 .field("resource", resourceName(), &NodeUser::resource)
                                 .field("atRest", shape::word<RestStatus>(restStatusNames), &NodeUser::atRest)
                                 .unlessEmpty("attached", &NodeUser::attached);
    static const auto loss = Record<StateLoss, Program>{}
                                 .field("resource", resourceName(), &StateLoss::resource)
                                 .include(lossShape(), std::identity{})
                                 .listedBefore("resource")
                                 .field("from", sinceLoss);
    static const auto node =
        Record<Blast, Program>{}
            .field("node", [](const Blast& one) { return one.node.name; })
            .field("kind", [](const Blast& one) { return kindName(one.node); })
            .field("resources", list(resourceName()), &Blast::resources)
            .field("down",
                   [](const Blast& one) { return one.resources.empty() ? std::nullopt : std::optional{one.down}; })
            .field("downOf", list(down), downOf)
            .field("recoverable", &Blast::recoverable)
            .field("until", &Blast::until)
            .field("loss", [](const Blast& one) { return one.node.lossText(); })
            .field("recovery", &Blast::recovery)
            .field("ready",
                   [](const Blast& one) {
                       return one.harms() && one.recoverable ? std::optional{one.ready} : std::nullopt;
                   })
            .field("users", list(user), &Blast::users)
            .field("impaired", list(impairmentShape()), &Blast::impaired)
            .optional("exact", [](const Blast& one) { return one.exact ? nullptr : &one.exact; })
            .unlessEmpty("losses", list(loss), &Blast::losses)
            .optional("stepsUntil", &Blast::stepsUntil)
            .listedBefore("exact")
            .unlessEmpty("unmodelled", unmodelledNames)
            .listedBefore("stepsUntil");
    static const auto all = Record<std::span<const Blast>, Program>{}.field("nodes", list(node), std::identity{});
    return all;
}

const shape::List<shape::Record<LossPair, Program>>& lossPairsShape() {
    static const auto all = shape::list(shape::Record<LossPair, Program>{}
                                            .field("nodes",
                                                   [](const LossPair& pair) {
                                                       return std::vector{pair.one.name, pair.other.name};
                                                   })
                                            .field("losses",
                                                   [](const LossPair& pair) {
                                                       return std::vector{pair.one.lossText(), pair.other.lossText()};
                                                   })
                                            .field("resources", shape::list(resourceName()), &LossPair::resources)
                                            .field("down", &LossPair::down));
    return all;
}

/// What holds a resource up.
struct HeldUp {
    ResourceId resource;
    std::span<const Support> supports;
};

const shape::Record<HeldUp, Program>& supportsShape() {
    static const auto support =
        shape::Record<Support, Program>{}
            .field("node", [](const Support& one) { return one.node.name; })
            .field("kind", [](const Support& one) { return kindName(one.node); })
            .field("alone", &Support::alone)
            .field("down", [](const Support& one) { return one.alone ? std::optional{one.down} : std::nullopt; })
            .field("together", &Support::together)
            .field("impaired", shape::orNull(impairmentShape()), &Support::impaired)
            .field("impairedTogether", &Support::impairedTogether);
    static const auto all = shape::Record<HeldUp, Program>{}
                                .field("resource", resourceName(), &HeldUp::resource)
                                .field("supports", shape::list(support), &HeldUp::supports);
    return all;
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
        head.add(fmt::format(" ({})", kindName(blast.node)), Paint::Quiet);
        page_.paragraph({}, blast.resources.empty()
                                ? head
                                : head.add(": ").add(resourceNames(program_, blast.resources), Paint::Bad));
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
                                             : !blast.node.isLosable() && user.atRest == RestStatus::Up
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

shape::Properties blastProperties() { return blastShape().properties(); }

JsonValue blastJson(const Program& program, std::span<const Blast> blasts) {
    return blastShape().write(blasts, program);
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
        const std::string resources = resourceNames(program, pair.resources);
        page.paragraph({}, Phrase{pair.one.name, Paint::Strong}
                               .add(" and ")
                               .add(pair.other.name, Paint::Strong)
                               .add(": ")
                               .add(resources, Paint::Bad)
                               .add(fmt::format(", down after {}", between(pair.down)), Paint::Quiet));
    }
}

shape::Properties lossPairsProperties() { return {{"pairs", lossPairsShape().schema<std::vector<LossPair>>(), false}}; }

JsonValue lossPairsJson(const Program& program, std::span<const LossPair> pairs) {
    return lossPairsShape().write(pairs, program);
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
        head.add(fmt::format(" ({}): ", kindName(support.node)), Paint::Quiet);
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

shape::Properties supportsProperties() { return supportsShape().properties(); }

JsonValue supportsJson(const Program& program, ResourceId resource, std::span<const Support> supports) {
    return supportsShape().write({resource, supports}, program);
}

} // namespace cmksim::report
