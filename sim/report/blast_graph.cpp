// The dependency graph of an estate as a picture: resources on the left, what they stand on to the right.

#include "report/blast_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::report {

namespace {

/// How bad it is to lose something.
enum class Weight : std::uint8_t { Nothing, Some, Lasting };

struct Box {
    std::string name;
    std::string kind;
    std::string detail; // a second line
    Weight weight = Weight::Nothing;
};

/// Boxes and arrows, in the order of the estate.
class Graph {
public:
    Graph(const Program& program, std::span<const Blast> blasts) : program_{program} {
        for (const Blast& blast : blasts) {
            blasts_.emplace(blast.node.name, &blast);
        }
        for (const ResourceId id : program.resources.ids()) {
            if (program.resources[id].described) {
                resource(id);
            }
        }
    }

    [[nodiscard]] const std::vector<Box>& boxes() const { return boxes_; }
    [[nodiscard]] const std::vector<std::pair<std::size_t, std::size_t>>& arrows() const { return arrows_; }

private:
    std::size_t box(const std::string& name, std::string kind, std::string detail = {}) {
        const auto [known, isNew] = ids_.try_emplace(kind + ' ' + name, boxes_.size());
        if (isNew) {
            Weight weight = Weight::Nothing;
            if (const auto blast = blasts_.find(name); blast != blasts_.end() && !blast->second->resources.empty()) {
                weight = blast->second->recoverable ? Weight::Some : Weight::Lasting;
                const std::size_t down = blast->second->resources.size();
                detail = fmt::format("takes {} down", down);
            }
            boxes_.push_back({name, std::move(kind), std::move(detail), weight});
        }
        return known->second;
    }

    void arrow(std::size_t from, std::size_t to) {
        if (drawn_.insert({from, to}).second) {
            arrows_.emplace_back(from, to);
        }
    }

    void resource(ResourceId id) {
        const NewResource& described = *program_.resources[id].described;
        const std::size_t self = box(program_.resources[id].name, "resource", program_.modelOf(id).service);
        if (!described.key.valid()) {
            return;
        }
        const KeyReference& reference = program_.keys[described.key];
        if (reference.malformed) {
            arrow(self, box(reference.text, "key", "malformed"));
            return;
        }
        const std::string& vaultName = program_.names.vaults[reference.vault].text;
        const std::size_t vault = box(vaultName, "vault");
        const std::size_t key = box(vaultName + '/' + program_.names.keys[reference.key].text, "key");
        arrow(key, vault);
        arrow(self, key);
        if (described.identity.valid()) {
            const std::string& name = program_.names.identities[described.identity].text;
            const std::size_t identity = box(name, "identity");
            arrow(self, identity);
            for (const auto& [nodeName, blast] : blasts_) {
                const Action& loss = blast->node.loss;
                const bool granted = blast->node.kind == BlastNodeKind::Grant &&
                                     identityOf(loss) == described.identity &&
                                     (!vaultOf(loss).valid() || vaultOf(loss) == reference.vault) &&
                                     (!keyOf(loss).valid() || keyOf(loss) == reference.key);
                if (granted) {
                    const std::size_t grant = box(nodeName, "grant");
                    arrow(identity, grant);
                    arrow(grant, keyOf(loss).valid() ? key : vault);
                }
            }
        }
    }

    const Program& program_;
    std::map<std::string, const Blast*> blasts_;
    std::map<std::string, std::size_t> ids_;
    std::vector<Box> boxes_;
    std::vector<std::pair<std::size_t, std::size_t>> arrows_;
    std::set<std::pair<std::size_t, std::size_t>> drawn_;
};

std::string_view fillOf(Weight weight) {
    switch (weight) {
    case Weight::Nothing: break;
    case Weight::Some: return "#fde9c8";
    case Weight::Lasting: return "#f6c6c0";
    }
    return "#f4f4f4";
}

/// Text within double quotes, as both languages take it.
std::string quoted(std::string_view text, std::string_view quote) {
    std::string out;
    for (const char c : text) {
        if (c == '"') {
            out += quote;
        } else if (c == '\\') {
            out += "\\\\";
        } else {
            out += c;
        }
    }
    return out;
}

std::string_view shapeOf(const Box& box) {
    return box.kind == "vault" ? "cylinder" : box.kind == "key" ? "note" : box.kind == "grant" ? "cds" : "box";
}

} // namespace

std::string blastDot(const Program& program, std::span<const Blast> blasts) {
    const Graph graph{program, blasts};
    std::string out = fmt::format("digraph \"{}\" {{\n", quoted(program.name, "\\\""));
    out += "  graph [rankdir=LR, fontname=\"Helvetica\", nodesep=0.3, ranksep=0.7];\n"
           "  node [style=filled, fontname=\"Helvetica\", fontsize=11, margin=\"0.2,0.09\", color=\"#666666\"];\n"
           "  edge [color=\"#888888\", arrowsize=0.7];\n";
    for (std::size_t i = 0; i < graph.boxes().size(); ++i) {
        const Box& box = graph.boxes()[i];
        out += fmt::format("  n{} [shape={}, fillcolor=\"{}\", label=\"{}\\n{}{}{}\"];\n", i, shapeOf(box),
                           fillOf(box.weight), quoted(box.name, "\\\""), box.kind, box.detail.empty() ? "" : ", ",
                           quoted(box.detail, "\\\""));
    }
    for (const auto& [from, to] : graph.arrows()) {
        out += fmt::format("  n{} -> n{};\n", from, to);
    }
    return out + "}\n";
}

std::string blastMermaid(const Program& program, std::span<const Blast> blasts) {
    const Graph graph{program, blasts};
    std::string out = "flowchart LR\n";
    for (std::size_t i = 0; i < graph.boxes().size(); ++i) {
        const Box& box = graph.boxes()[i];
        out += fmt::format("  n{}[\"{}<br/>{}{}{}\"]\n  style n{} fill:{}\n", i, quoted(box.name, "#quot;"), box.kind,
                           box.detail.empty() ? "" : ", ", quoted(box.detail, "#quot;"), i, fillOf(box.weight));
    }
    for (const auto& [from, to] : graph.arrows()) {
        out += fmt::format("  n{} --> n{}\n", from, to);
    }
    return out;
}

} // namespace cmksim::report
