#include "import/activity_log.hpp"

#include "action/action.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/json.hpp"
#include "document/values.hpp"
#include "import/azure_fields.hpp"
#include "import/azure_resources.hpp"
#include "import/expected.hpp"
#include "import/json_document.hpp"
#include "import/log_time.hpp"
#include "import/match.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace cmksim::import {

namespace {

/// The first of the paths that leads to a text.
template <std::size_t N>
std::string eventText(Node event, const std::array<std::string_view, N>& paths) {
    for (const std::string_view path : paths) {
        Node node = findPath(event, path);
        if (node && node.isMapping()) {
            const Node value = findField(node, "value");
            node = value ? value : findField(node, "localizedValue");
        }
        if (node && node.isScalar() && !node.text().empty()) {
            return std::string{node.text()};
        }
    }
    return {};
}

constexpr std::array<std::string_view, 3> operations{"operationName", "OperationNameValue", "OperationName"};
constexpr std::array<std::string_view, 4> statuses{"status", "ActivityStatusValue", "resultType", "ResultType"};
constexpr std::array<std::string_view, 4> httpStatuses{"properties.httpStatusCode", "httpStatusCode_d",
                                                       "httpStatusCode", "resultSignature"};
constexpr std::array<std::string_view, 4> resourceIds{"resourceId", "_ResourceId", "ResourceId", "authorization.scope"};
constexpr std::array<std::string_view, 4> keyIds{"properties.id", "id_s", "properties.requestUri", "requestUri_s"};
/// Where a change of a key or vault may stand: in the event, or as a text in a column of a workspace.
constexpr std::array<std::string_view, 4> keyBlocks{"properties.keyProperties", "keyProperties", "keyProperties_s",
                                                    "properties.properties.keyProperties"};
constexpr std::array<std::string_view, 4> vaultBlocks{"properties.properties", "properties.vaultProperties",
                                                      "vaultProperties", "properties_s"};
constexpr std::array<std::string_view, 2> correlations{"correlationId", "CorrelationId"};
constexpr std::array<std::string_view, 5> bodies{"properties.requestbody", "properties.responseBody",
                                                 "Properties_d.requestbody", "requestbody", "responseBody"};

/// Whether it has any field by which events are told.
bool isEvent(Node event) {
    const auto has = [&](std::string_view path) { return static_cast<bool>(findPath(event, path)); };
    return event.isMapping() &&
           (std::ranges::any_of(operations, has) || hasLogTime(event) || std::ranges::any_of(resourceIds, has));
}

/// Whether it tells that something was refused or failed.
bool isFailure(Node event) {
    const std::string status = lowerCase(eventText(event, statuses));
    const std::string http = eventText(event, httpStatuses);
    return status == "failed" || status == "failure" ||
           (!http.empty() && (http.front() == '4' || http.front() == '5')) || http == "Forbidden" ||
           http == "Unauthorized" || http == "Not Found" || http == "Conflict";
}

/// Whether an event tells of something that came about, and not of a beginning or a failure.
bool cameAbout(Node event) {
    const std::string status = lowerCase(eventText(event, statuses));
    const std::string http = eventText(event, httpStatuses);
    const bool failed = !http.empty() && (http.front() == '4' || http.front() == '5');
    const bool word = http == "Forbidden" || http == "Unauthorized" || http == "Not Found" || http == "Conflict";
    return !failed && !word && status != "started" && status != "start" && status != "accepted" && status != "failed" &&
           status != "failure" && status != "accept";
}

/// Whether an operation of Azure's resource manager does more than read.
bool isChange(std::string_view operation) {
    const std::string lower = lowerCase(operation);
    return lower.ends_with("/write") || lower.ends_with("/delete") ||
           (lower.ends_with("/action") && lower.find("/list") == std::string::npos &&
            lower.find("/check") == std::string::npos);
}

/// A block that stands in the event, or as JSON in a text of it, which `keep` then keeps.
Node blockAt(Node event, std::string_view path, std::shared_ptr<const Document>& keep) {
    const Node node = findPath(event, path);
    if (!node || !node.isScalar() || !node.text().starts_with('{')) {
        return node && node.isMapping() ? node : Node{};
    }
    Diagnostics ignored;
    keep = parseJson(std::make_shared<const Source>("block", std::string{node.text()}), ignored);
    return keep ? keep->root() : Node{};
}

/// A column of a workspace's flat table, which has the path in its name and behind it the type.
Node columnAt(Node event, std::string path) {
    std::ranges::replace(path, '.', '_');
    for (const std::string_view type : {"_s", "_b", "_d", "_t", "_g"}) {
        if (const Node column = findField(event, path + std::string{type}); isThere(column)) {
            return column;
        }
    }
    return {};
}

/// Whether an assignment is on a vault, on a key, or above all of them; where nothing says, it may be.
bool isOfVaults(Node event, const std::vector<AzureTerms>& terms) {
    const std::string resource = eventText(event, resourceIds);
    const auto id = readAzureId(resource.substr(0, lowerCase(resource).find("/providers/microsoft.authorization")));
    const KnownAzureType on = id && !id->names.empty() ? findAzureType(terms, id->type) : KnownAzureType{};
    return !id || id->names.empty() || on.is(AzureThing::Vault) || on.is(AzureThing::Key) || on.is(AzureThing::Scope) ||
           on.is(AzureThing::Grant);
}

/// Whether anything of an event names access policies in a field with such a word in its name, and has any there.
bool tellsPolicies(Node node, std::string_view word, int depth = 0) {
    constexpr int deepest = 8;
    if (!node || depth > deepest) {
        return false;
    }
    if (node.isScalar()) {
        return node.text().starts_with('{') && lowerCase(node.text()).find(word) != std::string::npos;
    }
    bool any = false;
    for (const Node item : node.items()) {
        any = any || tellsPolicies(item, word, depth + 1);
    }
    for (const auto [name, value] : node.entries()) {
        const bool isEmpty = value.isNull() || (value.isScalar() ? value.text().empty() : value.size() == 0);
        const bool isOfPolicies = lowerCase(name.text()).find(word) != std::string::npos;
        any = any || (isOfPolicies && !isEmpty) || tellsPolicies(value, word, depth + 1);
    }
    return any;
}

} // namespace

std::string ActivityLog::actionOf(std::string_view operation) const {
    for (const AzureTerms& terms : terms_) {
        for (const auto& [name, action] : terms.logs) {
            if (equalIgnoringCase(name, operation)) {
                return action;
            }
        }
    }
    return {};
}

void ActivityLog::take(Node event) {
    if (!forEachTableRow(event, diagnostics_, [this](Node row) { takeEvent(row); })) {
        takeEvent(event);
    }
}

void ActivityLog::takeEvent(Node event) {
    if (!isEvent(event)) {
        diagnostics_.error(event.mark(), "this is no event of a log",
                           "an event is an object with an 'operationName' and an 'eventTimestamp' or 'time'");
        return;
    }
    const std::string operation = eventText(event, operations);
    LoggedAction action;
    action.action = actionOf(operation);
    if (action.action.empty() && isChange(operation) && cameAbout(event)) {
        ++unplayed_[operation];
        return;
    }
    if (action.action.empty() || (action.action == lookLogEntry && !cameAbout(event))) {
        ++passedOver_;
        return;
    }
    if (action.action == lookLogEntry) {
        look(event);
        return;
    }
    const std::string resource = eventText(event, resourceIds);
    const std::string correlation = eventText(event, correlations);
    const std::string detail = eventText(event, keyIds);
    const LogTime time = logTimeOf(event);
    action.time = time.at;
    if (action.time.empty()) {
        diagnostics_.warning(event.mark(),
                             time.said.empty()
                                 ? std::string{"this event has no instant"}
                                 : fmt::format("when this event was cannot be told from {}", inQuotes(time.said)),
                             "it is left out");
        return;
    }
    monthFirst_ += time.isMonthFirst ? 1U : 0U;
    const std::string what = lowerCase(operation + ' ' + resource + ' ' + detail);
    const std::string once = (correlation.empty() ? action.time : correlation) + ' ' + what;
    if (!cameAbout(event)) {
        const std::string status = eventText(event, httpStatuses);
        if (isFailure(event) && seen_.insert("failed " + once).second) {
            attempts_.push_back({action.time, operation, detail.empty() ? resource : detail,
                                 status.empty() ? eventText(event, statuses) : status});
        } else {
            ++passedOver_;
        }
        return;
    }
    if (!seen_.insert(once).second) {
        ++passedOver_;
        return;
    }
    action.mark = event.mark();
    const bool isUnsaid = action.action == unsaidLogEntry;
    const bool isRole = action.action.starts_with("role.");
    if (isRole && !isOfVaults(event, terms_)) {
        ++passedOver_; // it is on something that holds no keys
        return;
    }
    const bool known = !isUnsaid && (isRole ? grant(event, action) : target(event, resource, action));
    if (known && isAway(action)) {
        ++away_[action.target.substr(0, action.target.find('/'))];
        return;
    }
    if (action.action == "vault.update") {
        const std::string of = inQuotes(resource.empty() ? detail : resource);
        if (tellsPolicies(event, "edaccesspolic")) {
            diagnostics_.warning(event.mark(),
                                 fmt::format("the log tells that access policies of {} were added or removed", of),
                                 "that is left out; write it into the timeline");
        } else if (tellsPolicies(event, "accesspolicies")) {
            diagnostics_.warning(
                event.mark(), fmt::format("the log lists access policies of {}, and not whether they were others", of),
                "they stay as they were here; write a change into the timeline");
        }
    }
    const bool reported =
        !isUnsaid && (action.action != "vault.update" || vaultSettings(event, action)) &&
        (!action.action.starts_with("key.") || keySettings(event, action) || action.action != "key.update");
    if (isUnsaid || (known && !reported)) {
        diagnostics_.warning(event.mark(),
                             fmt::format("the log tells that {} was done to {}; what that changed is not read from it",
                                         inQuotes(operation), inQuotes(detail.empty() ? resource : detail)),
                             "it is left out; write what it was into the timeline");
        return;
    }
    if (!known) {
        diagnostics_.warning(event.mark(), fmt::format("the log does not say what {} was done to", inQuotes(operation)),
                             "it is left out");
        return;
    }
    actions_.push_back(std::move(action));
}

/// Enabling, disabling and validity, where the event says them.
bool ActivityLog::keySettings(Node event, LoggedAction& action) const {
    if (action.action != "key.update" && action.action != "key.create") {
        return true;
    }
    std::shared_ptr<const Document> keep;
    Node attributes;
    for (const std::string_view path : keyBlocks) {
        const Node block = blockAt(event, path, keep);
        attributes = block ? findField(block, "attributes") : Node{};
        if (isThere(attributes)) {
            break;
        }
    }
    // A block that stands in a text has its places there.
    const auto judged = [&](Node node, Expected what, std::string_view where) {
        if (isThere(node) && !fits(node, what)) {
            tellUnexpected(node, what, where, event.mark(), diagnostics_);
            return Node{};
        }
        return node;
    };
    attributes = judged(attributes, Expected::Mapping, "attributes");
    const auto attribute = [&](std::string_view name) {
        const Node found = isThere(attributes) ? findField(attributes, name) : Node{};
        return isThere(found) ? found : columnAt(event, fmt::format("keyProperties.attributes.{}", name));
    };
    JsonObject said;
    if (const Node enabled = judged(attribute("enabled"), Expected::Flag, "enabled"); isThere(enabled)) {
        said.emplace_back("enabled", equalIgnoringCase(enabled.text(), "true"));
    }
    const auto instant = [&](std::string_view ours, std::initializer_list<std::string_view> theirs) {
        for (const std::string_view name : theirs) {
            const Node found = judged(attribute(name), Expected::Scalar, name);
            if (std::string at = instantOf(found); !at.empty()) {
                said.emplace_back(ours, std::move(at));
                return;
            }
            if (isThere(found) && !found.text().empty()) {
                diagnostics_.warning(event.mark(), fmt::format("{} is no instant: {}", name, inQuotes(found.text())),
                                     "it is left out");
            }
        }
    };
    instant("notBefore", {"nbf", "notBefore"});
    instant("expires", {"exp", "expires"});
    action.with = std::move(said);
    return !action.with.empty();
}

/// A service used a key: that is when it looks.
void ActivityLog::look(Node event) {
    std::string uri = eventText(event, keyIds);
    uri.resize(std::min(uri.find('?'), uri.size()));
    for (const std::string_view end : {"/unwrapkey", "/wrapkey"}) {
        if (lowerCase(uri).ends_with(end)) {
            uri.resize(uri.size() - end.size());
        }
    }
    const auto key = catalog::locateKey(uri, platform_);
    const auto [time, said, isMonthFirst] = logTimeOf(event);
    if (!key || time.empty()) {
        ++passedOver_;
        return;
    }
    monthFirst_ += isMonthFirst ? 1U : 0U;
    looks_[references_.vault(key->vault) + '/' + std::string{key->key}].push_back(time);
}

void ActivityLog::tellLooks() const {
    for (const auto& [key, times] : looks_) {
        std::vector<std::string> sorted = times;
        std::ranges::sort(sorted);
        diagnostics_.warning({},
                             fmt::format("{} uses of key {} were logged, from {} to {}", sorted.size(), inQuotes(key),
                                         sorted.front(), sorted.back()),
                             "they show when services look at it, which their 'revalidationPhase' may say");
    }
}

void ActivityLog::tellUnplayed() const {
    if (monthFirst_ > 0) {
        diagnostics_.warning({}, fmt::format("{} events say when they were as '5/14/2024, 9:12:33 AM'", monthFirst_),
                             "these instants are taken to have the month first, and to be of UTC");
    }
    for (const auto& [operation, count] : unplayed_) {
        diagnostics_.warning(
            {}, fmt::format("{} of {} stand in the log, which is not simulated", count, inQuotes(operation)),
            "what it changed is left out; what a group or a deployment takes with it, too");
    }
    std::string names;
    std::size_t count = 0;
    constexpr std::size_t most = 100; // letters of names
    for (const auto& [name, events] : away_) {
        count += events;
        names += names.size() > most ? "" : fmt::format("{}{}", names.empty() ? "" : ", ", inQuotes(name));
    }
    if (count > 0) {
        diagnostics_.warning({},
                             fmt::format("{} events are of {} that the estate does not have: {}{}", count,
                                         away_.size() == 1 ? "something" : fmt::format("{} things", away_.size()),
                                         names, names.size() > most ? ", …" : ""),
                             "they are left out");
    }
}

std::vector<ActivityLog::Attempt> ActivityLog::attempts() const {
    std::vector<Attempt> sorted = attempts_;
    std::ranges::stable_sort(sorted, {}, &Attempt::time);
    return sorted;
}

bool ActivityLog::target(Node event, const std::string& resource, LoggedAction& action) const {
    const auto kind = actionNamed(action.action);
    const auto id = readAzureId(resource);
    switch (ruleOf(*kind).traits.target) {
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: {
        std::string uri = eventText(event, keyIds);
        uri = uri.substr(0, uri.find('?'));
        for (const std::string_view end : {"/recover", "/backup", "/rotate", "/restore"}) {
            if (uri.ends_with(end)) {
                uri.resize(uri.size() - end.size());
            }
        }
        constexpr std::string_view deleted = "/deletedkeys/";
        if (const std::size_t at = uri.find(deleted); at != std::string::npos) {
            uri.replace(at, deleted.size(), "/keys/");
        }
        uri.resize(uri.size() - (uri.ends_with('/') ? 1 : 0));
        const auto key = catalog::locateKey(uri, platform_);
        if (!key) {
            return false;
        }
        action.target = references_.vault(key->vault) + '/' + std::string{key->key};
        action.version = key->version;
        return true;
    }
    case TargetKind::Vault:
        if (!id || id->names.empty()) {
            return false;
        }
        // One that is deleted has the name of a place before its own.
        action.target = references_.vault(
            findAzureType(terms_, id->type).is(AzureThing::DeletedVault) ? id->names.back() : id->names.front());
        return true;
    case TargetKind::Identity:
        if (!id || id->names.empty()) {
            return false;
        }
        action.target = references_.principal(resource) == resource ? references_.identity(id->names.back())
                                                                    : references_.principal(resource);
        return true;
    case TargetKind::Resource:
        if (!id || id->names.empty()) {
            return false;
        }
        action.target = references_.resource({}, id->names.back());
        return true;
    case TargetKind::Scope:
    case TargetKind::Feature: break;
    }
    return false;
}

bool ActivityLog::vaultSettings(Node event, LoggedAction& action) const {
    std::shared_ptr<const Document> keep;
    Node inner;
    for (const std::string_view path : vaultBlocks) {
        inner = inner ? inner : blockAt(event, path, keep);
    }
    JsonObject settings;
    JsonObject network;
    const auto platform = std::ranges::find(terms_, "", &AzureTerms::service);
    for (const AzureProperty& property : platform->properties) {
        Node value = property.thing == AzureThing::Vault ? findPath(event, property.path) : Node{};
        if (property.thing == AzureThing::Vault && inner && (!value || value.isNull())) {
            value = findPath(inner, property.path);
        }
        if (property.thing == AzureThing::Vault && (!value || value.isNull())) {
            value = columnAt(event, property.path);
        }
        std::shared_ptr<const Document> list; // which a column has as a text
        if (value && value.isScalar() && value.text().starts_with('[')) {
            Diagnostics ignored;
            list = parseJson(std::make_shared<const Source>("column", std::string{value.text()}), ignored);
            value = list ? list->root() : Node{};
        }
        if (!value || value.isNull() || property.field == "softDeleteRetentionInDays") {
            continue;
        }
        constexpr std::string_view acls = "networkAcls.";
        JsonValue said = std::string{value.text()};
        if (const std::string word = lowerCase(value.text()); word == "true" || word == "false") {
            said = word == "true";
        } else if (value.isSequence()) {
            JsonArray items;
            for (const Node item : value.items()) {
                items.emplace_back(item.isMapping() ? eventText(item, std::array<std::string_view, 2>{"value", "id"})
                                                    : std::string{item.text()});
            }
            said = JsonValue{std::move(items)};
        }
        auto setting = matchSetting(property.field, said, platform_);
        if (!setting) {
            diagnostics_.warning(value.mark(), fmt::format("{} has a value that is not known", property.field),
                                 "it is left out; write what it was into the timeline");
            continue;
        }
        const bool ofNetwork = property.field.starts_with(acls);
        (ofNetwork ? network : settings)
            .emplace_back(ofNetwork ? property.field.substr(acls.size()) : property.field, std::move(*setting));
    }
    if (!network.empty()) {
        settings.emplace_back("networkAcls", std::move(network));
    }
    action.with = std::move(settings);
    return !action.with.empty();
}

/// The assignment stands in the body of the request or of the answer, as a text.
bool ActivityLog::grant(Node event, LoggedAction& action) {
    const std::string body = eventText(event, bodies);
    if (body.empty()) {
        return false;
    }
    Diagnostics ignored;
    const auto document = parseJson(std::make_shared<const Source>("body", body), ignored);
    if (!document) {
        return false;
    }
    const auto text = [&](std::string_view path) {
        return eventText(document->root(), std::array<std::string_view, 1>{path});
    };
    const std::string principal = text("properties.principalId");
    const std::string roleId = lowerCase(text("properties.roleDefinitionId"));
    std::string scope = text("properties.scope");
    if (scope.empty()) {
        const std::string resource = eventText(event, resourceIds);
        scope = resource.substr(0, lowerCase(resource).find("/providers/microsoft.authorization"));
    }
    const auto id = readAzureId(scope);
    std::string role;
    for (const AzureTerms& terms : terms_) {
        for (const auto& [known, name] : terms.roles) {
            role = roleId.ends_with(known) ? name : role;
        }
    }
    const std::string who = references_.principal(principal);
    if (principal.empty() || role.empty() || !id || who == principal) {
        return false;
    }
    if (id->names.empty()) {
        diagnostics_.warning(
            event.mark(),
            fmt::format("which vaults of the estate lie below {}, where the log has {} of {} {}, is not "
                        "known",
                        inQuotes(scope), inQuotes(role), inQuotes(who),
                        action.action == "role.assign" ? "assigned" : "removed"),
            "all of them are taken to lie there");
    }
    action.target = id->names.empty()       ? "/"
                    : id->names.size() == 1 ? references_.vault(id->names.front())
                                            : references_.vault(id->names.front()) + '/' + id->names.back();
    action.with = {{"identity", who}, {"role", role}};
    return true;
}

/// Whether it is of something that the estate does not have, as logs of a whole subscription hold.
bool ActivityLog::isAway(const LoggedAction& action) const {
    const auto isNamed = [&](const auto& one) { return one.name.text == action.target; };
    const std::string vault = action.target.substr(0, action.target.find('/'));
    switch (ruleOf(*actionNamed(action.action)).traits.target) {
    case TargetKind::Key:
    case TargetKind::KeyOrVersion:
    case TargetKind::Vault:
    case TargetKind::Scope: return !vault.empty() && !references_.kindOf(vault);
    case TargetKind::Identity: return std::ranges::none_of(estate_.identities, isNamed);
    case TargetKind::Resource: return references_.serviceOf(action.target).empty();
    case TargetKind::Feature: break;
    }
    return false;
}

const KeySpec* ActivityLog::keyNamed(const std::string& target) const {
    const std::string vaultName = target.substr(0, target.find('/'));
    const auto vault =
        std::ranges::find_if(estate_.vaults, [&](const auto& one) { return one.name.text == vaultName; });
    if (vault == estate_.vaults.end()) {
        return nullptr;
    }
    const auto key = std::ranges::find_if(vault->keys, [&](const KeySpec& one) {
        return equalIgnoringCase(one.name.text, std::string_view{target}.substr(vaultName.size() + 1));
    });
    return key != vault->keys.end() ? &*key : nullptr;
}

/// A change of a version that is not the newest is one of that version; false where nothing is called so.
bool ActivityLog::settleVersion(LoggedAction& action, std::map<std::string, std::string>& newest) const {
    if (action.action == "key.create" || action.action == "key.rotate") {
        newest[action.target] = action.version;
    }
    if (action.action != "key.update" || action.version.empty()) {
        return true;
    }
    const KeySpec* key = keyNamed(action.target);
    const bool isDescribed = key != nullptr && !key->versions.empty();
    const std::string& last =
        newest.try_emplace(action.target, isDescribed ? std::string{key->versions.back().name.text} : std::string{})
            .first->second;
    if (last.empty() || equalIgnoringCase(last, action.version)) {
        return true;
    }
    const auto isIt = [&](const VersionSpec& one) { return equalIgnoringCase(one.name.text, action.version); };
    const auto version = isDescribed ? std::ranges::find_if(key->versions, isIt) : decltype(key->versions.begin()){};
    if (isDescribed && version != key->versions.end()) {
        action.target += '/' + std::string{version->name.text};
        return true;
    }
    diagnostics_.warning(action.mark,
                         fmt::format("the log tells of a change of version {} of key {}, which is not the newest, and "
                                     "the estate does not have it",
                                     inQuotes(action.version), inQuotes(action.target)),
                         "it is left out");
    return false;
}

std::vector<LoggedAction> ActivityLog::actions() const {
    std::vector<LoggedAction> sorted = actions_;
    std::ranges::stable_sort(sorted, {}, &LoggedAction::time);
    std::map<std::string, std::string> newest; // versions by key
    std::erase_if(sorted, [&](LoggedAction& one) { return !settleVersion(one, newest); });
    return sorted;
}

} // namespace cmksim::import
