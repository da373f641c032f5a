// The dependency graph of an estate as a picture: resources on the left, what they stand on to the right.

#include "report/blast_report.hpp"

#include "engine/dependencies.hpp"
#include "report/diagram_text.hpp"

#include <boost/graph/graphviz.hpp>
#include <boost/graph/iteration_macros.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

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

struct Arrow {
    std::string slots; // for which keys of a resource that has several it is there: `primary, backup`
};

using Picture = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Box, Arrow>;

/// Resources with what they stand on; networks and principals, which stand between two things, are left out.
class Painter {
public:
    Painter(const Dependencies& estate, std::span<const Blast> blasts)
        : program_{estate.estate()}, dependencies_{estate} {
        for (const Blast& blast : blasts) {
            blasts_.emplace(blast.node.name, &blast);
        }
        for (const BlastNode& node : nodesOf(program_, dependencies_)) {
            names_.emplace(node.vertex, node.name);
        }
    }

    Picture paint() {
        for (const ResourceId id : program_.resources.ids()) {
            if (program_.resources[id].described) {
                resource(id);
            }
        }
        return std::move(picture_);
    }

private:
    Picture::vertex_descriptor box(const std::string& name, std::string kind, std::string detail = {}) {
        const auto [known, isNew] = ids_.try_emplace(kind + ' ' + name, boost::num_vertices(picture_));
        if (isNew) {
            Weight weight = Weight::Nothing;
            if (const auto blast = blasts_.find(name); blast != blasts_.end() && blast->second->harms()) {
                weight = blast->second->recoverable ? Weight::Some : Weight::Lasting;
                detail = harmText(*blast->second);
            }
            boost::add_vertex(Box{name, std::move(kind), std::move(detail), weight}, picture_);
        }
        return known->second;
    }

    static std::string harmText(const Blast& blast) {
        return blast.resources.empty() ? fmt::format("impairs {}", blast.impaired.size())
               : blast.impaired.empty()
                   ? fmt::format("takes {} down", blast.resources.size())
                   : fmt::format("takes {} down, impairs {}", blast.resources.size(), blast.impaired.size());
    }

    void arrow(Picture::vertex_descriptor from, Picture::vertex_descriptor to, const std::string& slot = {}) {
        const auto known = boost::edge(from, to, picture_);
        const auto edge = known.second ? known.first : boost::add_edge(from, to, picture_).first;
        if (std::string& slots = picture_[edge].slots; !slot.empty()) {
            slots += (slots.empty() ? "" : ", ") + slot;
        }
    }

    void resource(ResourceId id) {
        const NewResource& described = *program_.resources[id].described;
        const auto self = box(program_.resources[id].name, "resource", program_.modelOf(id).service);
        for (const ResourceId base : described.on) {
            arrow(self, box(program_.resources[base].name, "resource", program_.modelOf(base).service));
        }
        described.eachKey([&](const KeyUse& use) { keyOf(id, self, use); });
    }

    void keyOf(ResourceId id, Picture::vertex_descriptor self, const KeyUse& use) {
        const KeyReference& reference = program_.keys[use.key];
        const bool isOneOfSeveral = !program_.resources[id].described->otherKeys.empty();
        const std::string slot = isOneOfSeveral ? program_.names.slots[use.slot] : std::string{};
        if (!reference.named) {
            arrow(self, box(reference.text, "key", "malformed"), slot);
            return;
        }
        const std::string& vaultName = program_.names.vaults[reference.named->vault].text;
        const auto vault = box(vaultName, "vault");
        const auto key = box(vaultName + '/' + program_.names.keys[reference.named->key].text, "key");
        arrow(key, vault);
        arrow(self, key, slot);
        if (!use.identity.valid()) {
            return;
        }
        const auto identity = box(program_.names.identities[use.identity].text, "identity");
        arrow(self, identity, slot);
        for (const Dependencies::Vertex support : dependencies_.supportsOf(id)) {
            const DependencyNode& node = dependencies_[support];
            const auto* role = std::get_if<node::Role>(&node);
            const bool isGrant = role != nullptr || std::holds_alternative<node::Policy>(node);
            if (isGrant && holderOf(node) == use.identity && blasts_.contains(names_.at(support))) {
                const auto grant = box(names_.at(support), "grant");
                arrow(identity, grant);
                arrow(grant, role != nullptr && std::holds_alternative<OnKey>(role->scope) ? key : vault);
            }
        }
    }

    static IdentityId holderOf(const DependencyNode& grant) {
        const auto* role = std::get_if<node::Role>(&grant);
        const auto* policy = std::get_if<node::Policy>(&grant);
        return role != nullptr ? role->identity : policy != nullptr ? policy->identity : IdentityId{};
    }

    const Program& program_;
    const Dependencies& dependencies_;
    std::map<std::string, const Blast*> blasts_;
    std::map<Dependencies::Vertex, std::string> names_;
    std::map<std::string, Picture::vertex_descriptor> ids_;
    Picture picture_;
};

std::string_view fillOf(Weight weight) {
    switch (weight) {
    case Weight::Nothing: break;
    case Weight::Some: return "#fde9c8";
    case Weight::Lasting: return "#f6c6c0";
    }
    return "#f4f4f4";
}

std::string_view shapeOf(const Box& box) {
    return box.kind == "vault" ? "cylinder" : box.kind == "key" ? "note" : box.kind == "grant" ? "cds" : "box";
}

} // namespace

std::string blastDot(const Dependencies& estate, std::span<const Blast> blasts) {
    const Picture picture = Painter{estate, blasts}.paint();
    std::ostringstream out;
    const auto ids = boost::make_function_property_map<Picture::vertex_descriptor>(
        [](Picture::vertex_descriptor vertex) { return fmt::format("n{}", vertex); });
    boost::write_graphviz(
        out, picture,
        [&](std::ostream& to, Picture::vertex_descriptor vertex) {
            const Box& box = picture[vertex];
            to << fmt::format(" [shape={}, fillcolor=\"{}\", label=\"{}\\n{}{}{}\"]", shapeOf(box), fillOf(box.weight),
                              dotText(box.name), box.kind, box.detail.empty() ? "" : ", ", dotText(box.detail));
        },
        [&](std::ostream& to, Picture::edge_descriptor edge) {
            if (const std::string& slots = picture[edge].slots; !slots.empty()) {
                to << fmt::format(" [label=\"{}\"]", dotText(slots));
            }
        },
        [](std::ostream& to) {
            to << "  graph [rankdir=LR, fontname=\"Helvetica\", nodesep=0.3, ranksep=0.7];\n"
                  "  node [style=filled, fontname=\"Helvetica\", fontsize=11, margin=\"0.2,0.09\", "
                  "color=\"#666666\"];\n"
                  "  edge [color=\"#888888\", arrowsize=0.7];\n";
        },
        ids);
    constexpr std::string_view libraryName = "digraph G"; // which it gives every graph
    return fmt::format("digraph \"{}\"", dotText(estate.estate().name)) + out.str().substr(libraryName.size());
}

std::string blastMermaid(const Dependencies& estate, std::span<const Blast> blasts) {
    const Picture picture = Painter{estate, blasts}.paint();
    std::string out = "flowchart LR\n";
    BGL_FORALL_VERTICES(vertex, picture, Picture) {
        const Box& box = picture[vertex];
        out += fmt::format("  n{}[\"{}<br/>{}{}{}\"]\n  style n{} fill:{}\n", vertex, mermaidText(box.name), box.kind,
                           box.detail.empty() ? "" : ", ", mermaidText(box.detail), vertex, fillOf(box.weight));
    }
    BGL_FORALL_VERTICES(vertex, picture, Picture) {
        BGL_FORALL_OUTEDGES(vertex, edge, picture, Picture) {
            const std::string& slots = picture[edge].slots;
            out += fmt::format("  n{} -->{} n{}\n", vertex,
                               slots.empty() ? "" : fmt::format("|\"{}\"|", mermaidText(slots)),
                               boost::target(edge, picture));
        }
    }
    return out;
}

} // namespace cmksim::report
