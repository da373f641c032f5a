#include "import/unread_changes.hpp"

#include "az/flag_words.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/terraform_instances.hpp"
#include "import/terraform_references.hpp"
#include "import/ways.hpp"
#include "import/what_if_delta.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace cmksim::import {

namespace {

template <class Holds>
bool anyWord(const std::vector<AzureTerms>& terms, std::vector<std::string> FarReaching::*words, Holds holds) {
    return std::ranges::any_of(
        terms, [&](const AzureTerms& one) { return std::ranges::any_of(one.farReaching.*words, holds); });
}

class PlanReader {
public:
    PlanReader(Node plan, const std::vector<AzureTerms>& terms) : plan_{plan}, terms_{terms} {
        for (const AzureTerms& one : terms) {
            for (const TerraformType& type : one.terraform) {
                simulated_.insert(type.name);
                if (type.thing == TerraformThing::Vault) {
                    vaults_.insert(type.name);
                }
            }
        }
        collectPrior(terraformPath(plan, "prior_state.values.root_module"), 0);
        collectProvisioners(terraformPath(plan, "configuration.root_module"), "", 0);
    }

    std::vector<std::string> read() {
        const Node changes = terraformPath(plan_, "resource_changes");
        for (std::size_t i = 0; changes && changes.isSequence() && i < changes.size(); ++i) {
            read(changes.item(i));
        }
        return std::move(reported_);
    }

private:
    static constexpr int deepest = 64;
    static constexpr std::array<std::string_view, 9> actionWords{"no-op",  "create", "read",  "update", "delete",
                                                                 "forget", "open",   "renew", "close"};

    void collectPrior(Node module, int depth) {
        if (!module || !module.isMapping() || depth > deepest) {
            return;
        }
        const Node resources = module.find("resources");
        for (std::size_t i = 0; resources && resources.isSequence() && i < resources.size(); ++i) {
            prior_.insert(terraformText(resources.item(i), "address"));
        }
        const Node children = module.find("child_modules");
        for (std::size_t i = 0; children && children.isSequence() && i < children.size(); ++i) {
            collectPrior(children.item(i), depth + 1);
        }
    }

    void collectProvisioners(Node module, const std::string& path, int depth) {
        if (!module || !module.isMapping() || depth > deepest) {
            return;
        }
        const Node resources = module.find("resources");
        for (std::size_t i = 0; resources && resources.isSequence() && i < resources.size(); ++i) {
            const Node resource = resources.item(i);
            const Node provisioners = resource.isMapping() ? resource.find("provisioners") : Node{};
            if (provisioners && provisioners.isSequence() && provisioners.size() > 0) {
                provisioned_.insert(path + terraformText(resource, "address"));
            }
        }
        const Node calls = module.find("module_calls");
        for (std::size_t i = 0; calls && calls.isMapping() && i < calls.size(); ++i) {
            const Entry call = calls.entry(i);
            collectProvisioners(call.value.isMapping() ? call.value.find("module") : Node{},
                                fmt::format("{}module.{}.", path, call.key.text()), depth + 1);
        }
    }

    void read(Node change) {
        const Node actions = terraformPath(change, "change.actions");
        bool destroys = false;
        bool changes = false;
        bool alters = false;
        bool reads = false;
        bool isKnown = actions && actions.isSequence() && actions.size() > 0;
        for (std::size_t i = 0; actions && actions.isSequence() && i < actions.size(); ++i) {
            const std::string_view action = actions.item(i).text();
            destroys = destroys || action == "delete";
            alters = alters || action == "update";
            isKnown = isKnown && std::ranges::find(actionWords, action) != actionWords.end();
            reads = reads || action == "read";
            changes = changes || (action != "no-op" && action != "read");
        }
        const std::string type = terraformText(change, "type");
        const std::string address = terraformText(change, "address");
        if (!isKnown) {
            tell(address, "is changed in a way that is not known: what is done with it is not simulated");
        }
        if (reads &&
            anyWord(terms_, &FarReaching::reads, [&](std::string_view word) { return type.starts_with(word); })) {
            tell(address, "is read as the plan is applied, which runs a program or sends a request: what that does is "
                          "not known");
        }
        if (!changes || terraformText(change, "mode") == "data") {
            return;
        }
        if (destroys && change.isMapping() && change.find("deposed") && !isApart(type)) {
            tell(address, "is destroyed as an earlier plan left it behind: what goes with it is not simulated");
        } else if (provisioned_.contains(withoutIndices(address))) {
            tell(address, "runs commands of its own: what they do is not known");
        } else if (isFarReaching(type, terms_)) {
            tell(address, "can change or forbid anything: what it does is not simulated");
        } else if (alters && takesWhereAltered(type, terms_) && !altersTagsAlone(change)) {
            tell(address, "is altered, and can take access away so: what it does is not simulated");
        } else if (destroys && simulated_.contains(type)) {
            const std::string earlier = terraformText(change, "previous_address");
            if (!prior_.contains(address) && !prior_.contains(earlier)) {
                tell(address, "is destroyed, and how it is before is not in the plan");
            }
        } else if (destroys && !isApart(type)) {
            tell(address, "is destroyed: what goes with it is not simulated");
        }
        if (vaults_.contains(type)) {
            for (const std::string_view field : unplayedFields(terraformPath(change, "change.before"),
                                                               terraformPath(change, "change.after"), terms_)) {
                tell(address, fmt::format("changes {}: what comes of that is not simulated", inQuotes(field)));
            }
        }
    }

    static bool altersTagsAlone(Node change) {
        const Node unknown = terraformPath(change, "change.after_unknown");
        bool isKnown = true;
        if (unknown && unknown.isMapping()) {
            for (const auto [name, value] : unknown.entries()) {
                isKnown = isKnown && (areTags(name.text()) || !hasUnknown(value));
            }
        }
        return isKnown &&
               areAlikeButForTags(terraformPath(change, "change.before"), terraformPath(change, "change.after"));
    }

    [[nodiscard]] bool isApart(std::string_view type) const {
        return anyWord(terms_, &FarReaching::apart, [&](std::string_view word) { return type.starts_with(word); });
    }

    void tell(const std::string& address, std::string_view what) {
        reported_.push_back(fmt::format("{} {}", inQuotes(address), what));
    }

    Node plan_;
    const std::vector<AzureTerms>& terms_;
    std::set<std::string, std::less<>> simulated_;
    std::set<std::string, std::less<>> vaults_; // of these
    std::set<std::string> prior_;
    std::set<std::string> provisioned_;
    std::vector<std::string> reported_;
};

/// What a template sets of a resource that is not simulated, or may set where only a deployment tells.
void collectSettings(Node resource, std::string_view type, const std::vector<AzureTerms>& terms,
                     std::vector<std::string>& reported) {
    for (const AzureTerms& one : terms) {
        for (const auto& [meant, setting] : one.farReaching.sets) {
            const auto [path, words] = az::flagPathOf(setting);
            const std::string said = terraformText(resource, path);
            const bool isOpen = said.starts_with('[');
            if (equalIgnoringCase(type, meant) && words && (isOpen || az::flagOf(*words, said) == true)) {
                reported.push_back(
                    fmt::format("a resource of type {} {} {} as its {}: what comes of that is not simulated",
                                inQuotes(type), isOpen ? "may have" : "has", inQuotes(words->yes), inQuotes(path)));
            }
        }
    }
}

void collect(Node node, int depth, const std::vector<AzureTerms>& terms, std::vector<std::string>& reported) {
    constexpr int deepest = 256;
    if (!node || depth > deepest) {
        return;
    }
    if (node.isSequence()) {
        for (const Node item : node.items()) {
            collect(item, depth + 1, terms, reported);
        }
        return;
    }
    if (!node.isMapping()) {
        return;
    }
    const Node type = node.find("type");
    if (type && type.isScalar() && node.find("apiVersion") && isFarReaching(type.text(), terms)) {
        reported.push_back(
            fmt::format("a resource of type {} can change or forbid anything: what it does is not simulated",
                        inQuotes(type.text())));
    } else if (type && type.isScalar() && node.find("apiVersion") && takesWhereAltered(type.text(), terms) &&
               !isWay(type.text(), terms)) { // ways are judged by where they lead
        reported.push_back(
            fmt::format("a resource of type {} may be there already, and can take access away where it is "
                        "altered: what it does is not simulated",
                        inQuotes(type.text())));
    }
    if (type && type.isScalar() && node.find("apiVersion")) {
        collectSettings(node, type.text(), terms, reported);
    }
    for (const auto [name, value] : node.entries()) {
        collect(value, depth + 1, terms, reported);
    }
}

} // namespace

bool isFarReaching(std::string_view type, const std::vector<AzureTerms>& terms) {
    const std::string lower = lowerCase(type);
    return anyWord(terms, &FarReaching::types,
                   [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool takesWhereAltered(std::string_view type, const std::vector<AzureTerms>& terms) {
    const std::string lower = lowerCase(type);
    return anyWord(terms, &FarReaching::altered,
                   [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::vector<std::string_view> unplayedFields(Node before, Node after, const std::vector<AzureTerms>& terms) {
    std::vector<std::string_view> changed;
    if (!before || !before.isMapping() || !after || !after.isMapping()) {
        return changed;
    }
    for (const AzureTerms& one : terms) {
        for (const std::string& field : one.farReaching.fields) {
            const auto [path, words] = az::flagPathOf(field);
            const std::string was = terraformText(before, path);
            const std::string becomes = terraformText(after, path);
            // What becomes of it may not be known yet.
            const bool isMeant = !words || becomes.empty() || az::flagOf(*words, becomes) == true;
            if (isMeant && !equalIgnoringCase(was, becomes)) {
                changed.push_back(path);
            }
        }
    }
    return changed;
}

std::vector<std::string> unreadChanges(Node plan, const std::vector<AzureTerms>& terms) {
    return PlanReader{plan, terms}.read();
}

std::vector<std::string> farReachingIn(Node arm, const std::vector<AzureTerms>& terms) {
    std::vector<std::string> reported;
    collect(arm, 0, terms, reported);
    return reported;
}

} // namespace cmksim::import
