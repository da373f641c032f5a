#include "import/what_if.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/azure_resources.hpp"
#include "import/expected.hpp"
#include "import/unread_changes.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

namespace cmksim::import {

namespace {

std::string fieldText(Node node, std::string_view field) {
    const Node found = node && node.isMapping() ? node.find(field) : Node{};
    return found && found.isScalar() ? std::string{found.text()} : std::string{};
}

Node listOf(Node root, std::string_view name) {
    const Node here = root && root.isMapping() ? root.find(name) : Node{};
    const Node properties = root && root.isMapping() ? root.find("properties") : Node{};
    return here && !here.isNull() ? here : properties && properties.isMapping() ? properties.find(name) : Node{};
}

/// Passes on what was told of one side. What is only left out is not in it.
void passOn(const Diagnostics& side, std::vector<std::string>& leftOut, Diagnostics& diagnostics) {
    for (const Diagnostic& one : side.all()) {
        if (one.severity == Severity::Error) {
            diagnostics.error(one.mark, one.message, one.help);
        } else {
            diagnostics.warning(one.mark, one.message, one.help);
            leftOut.push_back(one.message);
        }
    }
}

/// What Azure itself says that it did not look at, such as nested deployments of which a parameter is not known yet.
void tellDiagnostics(Node root, ToldChange& told, Diagnostics& diagnostics) {
    const Node list = listOf(root, "diagnostics");
    if (!list || list.isNull()) {
        return;
    }
    const Node all = expect(list, Expected::List, "diagnostics", diagnostics);
    for (std::size_t i = 0; all && i < all.size(); ++i) {
        const Node item = all.item(i);
        if (equalIgnoringCase(fieldText(item, "level"), "Info")) {
            continue;
        }
        const std::string code = fieldText(item, "code");
        const std::string target = fieldText(item, "target");
        std::string text = fmt::format("what-if tells {}{}: what comes of that is not in its result",
                                       inQuotes(code.empty() ? fieldText(item, "message") : code),
                                       target.empty() ? "" : " of " + inQuotes(target));
        diagnostics.warning(item.mark(), text);
        told.leftOutAfter.push_back(std::move(text));
    }
}

/// Whether a result says how something is.
bool isDescribed(Node resource) { return resource && resource.isMapping() && resource.size() > 0; }

} // namespace

bool isWhatIf(Node root) {
    const Node changes = listOf(root, "changes");
    return changes && changes.isSequence() &&
           (changes.size() == 0 || static_cast<bool>(changes.item(0).find("changeType")));
}

std::optional<ToldChange> readWhatIf(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                                     Diagnostics& diagnostics) {
    const std::string status = fieldText(root, "status");
    if (const Node error = root.find("error"); (error && error.isMapping()) || equalIgnoringCase(status, "Failed")) {
        const std::string code = fieldText(error, "code");
        const std::string message = fieldText(error, "message");
        const std::string said = message.empty() || code.empty() ? code + message : code + ": " + message;
        diagnostics.error(root.mark(),
                          said.empty() ? "what-if failed, and does not say why"
                                       : fmt::format("what-if failed: {}", inQuotes(said)),
                          "repair the template, and ask again");
        return std::nullopt;
    }
    ToldChange told;
    Diagnostics ofBefore;
    Diagnostics ofAfter;
    AzureResources before{terms, platform, ofBefore};
    AzureResources after{terms, platform, ofAfter};
    const auto take = [&](Node resource, AzureResources& into) {
        if (resource && resource.isMapping()) {
            into.take(resource);
        }
    };
    const auto leave = [&](Node change, std::string_view why) {
        told.leftOutAfter.push_back(fmt::format("what becomes of {} is not in the what-if result: {}",
                                                inQuotes(fieldText(change, "resourceId")), why));
    };
    // What goes without having been read takes with it what nothing here tells of, as a group does.
    const auto leaveDeletion = [&](Node change, Node was) {
        const KnownAzureType known = findAzureType(terms, fieldText(was, "type"));
        if (!known || known.is(AzureThing::Scope)) {
            leave(change, "it is deleted, and what goes with it is not simulated");
        }
    };
    for (const std::string_view list : {"changes", "potentialChanges"}) {
        const Node changes = expect(listOf(root, list), Expected::List, list, diagnostics);
        if (!changes) {
            continue;
        }
        for (const Node item : changes.items()) {
            const Node change = expect(item, Expected::Mapping, list, diagnostics);
            if (!change) {
                continue;
            }
            const std::string type = lowerCase(fieldText(change, "changeType"));
            const Node was = expect(change.find("before"), Expected::Mapping, "before", diagnostics);
            const Node becomes = expect(change.find("after"), Expected::Mapping, "after", diagnostics);
            take(was, before);
            const auto id = readAzureId(fieldText(change, "resourceId"));
            if (id && isFarReaching(id->type, terms) && type != "nochange" && type != "ignore" && type != "delete") {
                leave(change, "it can change or forbid anything, and what it does is not simulated");
            }
            if (id && takesWhereAltered(id->type, terms) && (type == "modify" || type == "deploy")) {
                leave(change, "it is altered, and can take access away so, and what it does is not simulated");
            }
            if (was && was.isMapping() && findAzureType(terms, fieldText(was, "type")).is(AzureThing::Vault)) {
                for (const std::string_view field : unplayedFields(was, becomes, terms)) {
                    leave(change,
                          fmt::format("it changes {}, and what comes of that is not simulated", inQuotes(field)));
                }
            }
            if (list == "potentialChanges" && type != "nochange" && type != "ignore") {
                leave(change, "whether it is changed depends on what only the deployment tells");
                take(was, after);
            } else if (type == "delete") {
                leaveDeletion(change, was);
            } else if (type == "deploy") {
                leave(change, "it is deployed, and Azure does not say what changes");
                take(becomes && becomes.isMapping() ? becomes : was, after);
            } else if (type == "unsupported") {
                leave(change, fmt::format("Azure cannot foresee it ({})", fieldText(change, "unsupportedReason")));
                take(was, after);
            } else if ((type == "modify" || type == "create") && !isDescribed(becomes)) {
                leave(change, type == "modify" ? "it is modified, and how it is afterwards is not told"
                                               : "it is created, and how it is then is not told");
                take(was, after);
            } else {
                take(becomes && becomes.isMapping() ? becomes : was, after);
            }
        }
    }
    tellDiagnostics(root, told, diagnostics);
    passOn(ofBefore, told.leftOutBefore, diagnostics);
    passOn(ofAfter, told.leftOutAfter, diagnostics);
    told.before = std::move(before.raw());
    told.after = std::move(after.raw());
    return told;
}

} // namespace cmksim::import
