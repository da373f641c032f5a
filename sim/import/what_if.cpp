#include "import/what_if.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/azure_fields.hpp"
#include "import/azure_resources.hpp"
#include "import/expected.hpp"
#include "import/unread_changes.hpp"
#include "import/what_if_delta.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <utility>

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
void tellDiagnostics(Node root, ReportedChange& reported, Diagnostics& diagnostics) {
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
        reported.leftOutAfter.push_back(std::move(text));
    }
}

/// Whether a result says how something is.
bool isDescribed(Node resource) { return resource && resource.isMapping() && resource.size() > 0; }

/// Whether a thing is not to be told by its id alone.
bool needsProperties(const KnownAzureType& known, bool isDeleted) {
    const bool anyway = known.is(AzureThing::Vault) || known.is(AzureThing::Policies) || known.is(AzureThing::Grant);
    return anyway ||
           (!isDeleted && (known.is(AzureThing::Key) || known.is(AzureThing::Resource) || known.is(AzureThing::Role)));
}

/// Takes the changes one after the other. What is not told in full of one is not known, and neither is what comes of a
/// change of which nothing here knows what it is.
class ChangeReader {
public:
    ChangeReader(const std::vector<AzureTerms>& terms, const Platform& platform, ReportedChange& reported,
                 Diagnostics& diagnostics)
        : terms_{terms}, before_{terms, platform, ofBefore_}, after_{terms, platform, ofAfter_}, reported_{reported},
          diagnostics_{diagnostics} {}

    void read(Node change, bool isPotential) {
        const std::string type = lowerCase(fieldText(change, "changeType"));
        was_ = expect(change.find("before"), Expected::Mapping, "before", diagnostics_);
        becomes_ = expect(change.find("after"), Expected::Mapping, "after", diagnostics_);
        delta_ = expect(change.find("delta"), Expected::List, "delta", diagnostics_);
        identify(change);
        const bool isStill = type == "nochange" || type == "ignore";
        if (!id_.empty()) {
            const auto [earlier, isFirst] = still_.try_emplace(lowerCase(id_), isStill);
            if (!isFirst && !(earlier->second && isStill)) {
                leave("it is reported more than once, and which report holds is not known");
            }
        }
        if (isStill) {
            keep();
            return;
        }
        if (thing_.empty()) {
            leave("its type is not given");
        }
        if (isOther(was_) || isOther(becomes_)) {
            leave("it is reported with another type");
            return;
        }
        leaveUnplayed(type);
        if (isPotential) {
            leave("whether it is changed depends on what only the deployment tells");
            stay();
        } else {
            apply(type, fieldText(change, "unsupportedReason"));
        }
    }

    /// Gives what was read to the change that is told.
    void finish() {
        passOn(ofBefore_, reported_.leftOutBefore, diagnostics_);
        passOn(ofAfter_, reported_.leftOutAfter, diagnostics_);
        reported_.before = std::move(before_.raw());
        reported_.after = std::move(after_.raw());
    }

private:
    /// What it is by its resource id; by what is told of it where it has none.
    void identify(Node change) {
        id_ = fieldText(change, "resourceId");
        auto parts = readAzureId(id_);
        for (const Node side : {becomes_, was_}) {
            if (!parts) {
                id_ = id_.empty() ? fieldText(side, "id") : id_;
                parts = readAzureId(fieldText(side, "id"));
            }
        }
        thing_ = parts ? parts->type : std::string{};
        for (const Node side : {becomes_, was_}) {
            thing_ = thing_.empty() ? fieldText(side, "type") : thing_;
        }
        isNamed_ = parts && !parts->names.empty() && readAzureId(id_).has_value();
        known_ = findAzureType(terms_, thing_);
    }

    /// Whether a side is of another type than its id says, where that is of any meaning here.
    [[nodiscard]] bool isOther(Node side) const {
        const std::string said = fieldText(side, "type");
        return said.find('/') != std::string::npos && !equalIgnoringCase(said, thing_) &&
               (known_ || findAzureType(terms_, said));
    }

    [[nodiscard]] bool isReported(Node side, bool isDeleted = false) const {
        const Node properties = isDescribed(side) ? side.find("properties") : Node{};
        return isDescribed(side) &&
               (!needsProperties(known_, isDeleted) || (properties && properties.isMapping() && properties.size() > 0));
    }

    void leave(std::string_view why) {
        reported_.leftOutAfter.push_back(
            fmt::format("what becomes of {} is not in the what-if result: {}", inQuotes(id_), why));
    }

    void take(Node resource, AzureResources& into) {
        if (isDescribed(resource) && isNamed_) {
            into.take(resource, id_);
        } else if (isDescribed(resource)) {
            into.take(resource);
        }
    }

    /// Takes it as it was for both sides.
    void stay() {
        if (isReported(was_)) {
            take(was_, before_);
            take(was_, after_);
        }
    }

    /// What is said not to change.
    void keep() {
        const Node side = isDescribed(was_) ? was_ : becomes_;
        take(side, before_);
        take(side, after_);
        const bool differs = isDescribed(was_) && isDescribed(becomes_) && !areDescribedAlike(was_, becomes_);
        if (differs || changesAnything(delta_)) {
            leave("it is reported as unchanged, with properties that change");
        }
    }

    /// What of it changes, or can change, that is not simulated.
    void leaveUnplayed(const std::string& type) {
        if (isFarReaching(thing_, terms_) && type != "delete") {
            leave("it can change or forbid anything, and what it does is not simulated");
        }
        const bool isOfTags = type == "modify" && delta_ && delta_.size() > 0 && !changesAnything(delta_) &&
                              areAlikeButForTags(was_, becomes_);
        if (takesWhereAltered(thing_, terms_) && (type == "modify" || type == "deploy") && !isOfTags) {
            leave("it is altered, and can take access away so, and what it does is not simulated");
        }
        // What is left out of a creation is told as it is read.
        if (known_.is(AzureThing::Policies) && type != "create") {
            leave("the access policies that its vault has then are not given");
        }
        if (known_.is(AzureThing::Grant) && type == "modify" &&
            !areDescribedAlike(findPath(was_, "properties.condition"), findPath(becomes_, "properties.condition"))) {
            leave("its condition is changed, and what that lets through is not simulated");
        }
        if (known_.is(AzureThing::Vault)) {
            for (const std::string_view field : unplayedFields(was_, becomes_, terms_)) {
                leave(fmt::format("it changes {}, and what comes of that is not simulated", inQuotes(field)));
            }
        }
    }

    void apply(const std::string& type, const std::string& reason) {
        if (type == "delete") {
            destroy();
        } else if (type == "modify") {
            modify();
        } else if (type == "create") {
            take(was_, before_);
            take(isDescribed(becomes_) ? becomes_ : was_, after_);
            if (!isReported(becomes_)) {
                leave("it is created, and its new properties are not given");
            }
        } else if (type == "deploy") {
            take(was_, before_);
            take(isDescribed(becomes_) ? becomes_ : was_, after_);
            leave("it is deployed, and Azure does not say what changes");
        } else {
            stay();
            leave(type == "unsupported" ? fmt::format("Azure cannot foresee it ({})", reason)
                                        : fmt::format("what the change {} does is not known", inQuotes(type)));
        }
    }

    /// What goes without having been read takes with it what nothing here tells of, as a group does.
    void destroy() {
        take(was_, before_);
        if (!known_ || known_.is(AzureThing::Scope)) {
            leave("it is deleted, and what goes with it is not simulated");
        } else if (!isReported(was_, true)) {
            leave("it is deleted, and its properties before are not given");
        }
    }

    void modify() {
        if (!isReported(becomes_) || !isReported(was_)) {
            stay();
            leave(isReported(becomes_) ? "it is modified, and its properties before are not given"
                                       : "it is modified, and its properties afterwards are not given");
            return;
        }
        take(was_, before_);
        take(becomes_, after_);
        if (const auto path = unreportedProperty(delta_, was_, becomes_)) {
            leave(fmt::format("its {} is modified, and the new value is not given", inQuotes(*path)));
        } else if (areDescribedAlike(was_, becomes_) && (!delta_ || delta_.size() == 0)) {
            leave("it is modified, and the properties that change are not given");
        }
    }

    const std::vector<AzureTerms>& terms_;
    Diagnostics ofBefore_;
    Diagnostics ofAfter_;
    AzureResources before_;
    AzureResources after_;
    ReportedChange& reported_;
    Diagnostics& diagnostics_;
    std::map<std::string, bool> still_; // by id in lower case, whether it was said not to change
    // The change that is read.
    Node was_;
    Node becomes_;
    Node delta_;
    std::string id_;
    std::string thing_; // its type
    bool isNamed_ = false;
    KnownAzureType known_;
};

} // namespace

bool isWhatIf(Node root) {
    const Node changes = listOf(root, "changes");
    return changes && changes.isSequence() &&
           (changes.size() == 0 || static_cast<bool>(changes.item(0).find("changeType")));
}

std::optional<ReportedChange> readWhatIf(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
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
    ReportedChange reported;
    if (!status.empty() && !equalIgnoringCase(status, "Succeeded")) {
        reported.leftOutAfter.push_back(
            fmt::format("what-if ended as {}: what else would change is not known", inQuotes(status)));
    }
    ChangeReader reader{terms, platform, reported, diagnostics};
    for (const std::string_view list : {"changes", "potentialChanges"}) {
        const Node changes = expect(listOf(root, list), Expected::List, list, diagnostics);
        for (std::size_t i = 0; changes && i < changes.size(); ++i) {
            if (const Node change = expect(changes.item(i), Expected::Mapping, list, diagnostics)) {
                reader.read(change, list == "potentialChanges");
            }
        }
    }
    tellDiagnostics(root, reported, diagnostics);
    reader.finish();
    return reported;
}

} // namespace cmksim::import
