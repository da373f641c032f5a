#include "import/activity_log.hpp"

#include "action/action.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "document/values.hpp"
#include "import/azure_resources.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace cmksim::import {

namespace {

/// The first of the paths that leads to a text.
template <std::size_t N>
std::string firstText(Node event, const std::array<std::string_view, N>& paths) {
    for (const std::string_view path : paths) {
        Node node = findPath(event, path);
        if (node && node.isMapping()) {
            node = findField(node, "value");
        }
        if (node && node.isScalar() && !node.text().empty()) {
            return std::string{node.text()};
        }
    }
    return {};
}

constexpr std::array<std::string_view, 4> times{"eventTimestamp", "time", "TimeGenerated", "submissionTimestamp"};
constexpr std::array<std::string_view, 3> operations{"operationName", "OperationNameValue", "OperationName"};
constexpr std::array<std::string_view, 4> statuses{"status", "ActivityStatusValue", "resultType", "ResultType"};
constexpr std::array<std::string_view, 3> httpStatuses{"properties.httpStatusCode", "httpStatusCode_d",
                                                       "resultSignature"};
constexpr std::array<std::string_view, 4> resourceIds{"resourceId", "_ResourceId", "ResourceId", "authorization.scope"};
constexpr std::array<std::string_view, 4> keyIds{"properties.id", "id_s", "properties.requestUri", "requestUri_s"};
constexpr std::array<std::string_view, 2> correlations{"correlationId", "CorrelationId"};
constexpr std::array<std::string_view, 5> bodies{"properties.requestbody", "properties.responseBody",
                                                 "Properties_d.requestbody", "requestbody", "responseBody"};

/// RFC 3339 in whole seconds; empty when the text is no instant.
std::string wholeSeconds(std::string text) {
    const std::size_t dot = text.find('.');
    if (dot != std::string::npos) {
        std::size_t end = dot + 1;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
            ++end;
        }
        text.erase(dot, end - dot);
    }
    const auto time = parseTimestamp(text);
    return time ? formatTimestamp(*time) : std::string{};
}

/// Whether an event tells of something that came about, and not of a beginning or a failure.
bool cameAbout(Node event) {
    const std::string status = lowerCase(firstText(event, statuses));
    const std::string http = firstText(event, httpStatuses);
    const bool failed = !http.empty() && (http.front() == '4' || http.front() == '5');
    const bool word = http == "Forbidden" || http == "Unauthorized" || http == "Not Found" || http == "Conflict";
    return !failed && !word && status != "started" && status != "start" && status != "accepted" && status != "failed" &&
           status != "failure" && status != "accept";
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
    const std::string operation = event.isMapping() ? firstText(event, operations) : std::string{};
    LoggedAction action;
    action.action = actionOf(operation);
    if (action.action.empty() || !cameAbout(event)) {
        ++passedOver_;
        return;
    }
    const std::string resource = firstText(event, resourceIds);
    const std::string correlation = firstText(event, correlations);
    const std::string detail = firstText(event, keyIds);
    action.time = wholeSeconds(firstText(event, times));
    if (action.time.empty()) {
        diagnostics_.warning(event.mark(), "this event has no instant", "it is left out");
        return;
    }
    if (!correlation.empty() && !seen_.insert(correlation + ' ' + lowerCase(operation + resource + detail)).second) {
        ++passedOver_;
        return;
    }
    if (action.action == unsaidLogEntry) {
        diagnostics_.warning(event.mark(),
                             fmt::format("the log tells that {} was done to {}, and not what was changed",
                                         inQuotes(operation), inQuotes(detail.empty() ? resource : detail)),
                             "it is left out; write what it was into the timeline");
        return;
    }
    const bool known = action.action.starts_with("role.") ? grant(event, action) : target(event, resource, action);
    if (!known || (action.action == "vault.update" && !vaultSettings(event, action))) {
        diagnostics_.warning(event.mark(), fmt::format("what {} was done to cannot be told", inQuotes(operation)),
                             "it is left out");
        return;
    }
    actions_.push_back(std::move(action));
}

bool ActivityLog::target(Node event, const std::string& resource, LoggedAction& action) const {
    const auto kind = actionNamed(action.action);
    const auto id = readAzureId(resource);
    switch (ruleOf(*kind).traits.target) {
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: {
        std::string uri = firstText(event, keyIds);
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
        const auto key = parseKeyUri(uri, platform_.vaultSuffixes);
        if (!key) {
            return false;
        }
        action.target = references_.vault(key->vault) + '/' + std::string{key->key};
        return true;
    }
    case TargetKind::Vault:
        if (!id || id->names.empty()) {
            return false;
        }
        action.target = references_.vault(id->names.back());
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
    case TargetKind::Scope: break;
    }
    return false;
}

bool ActivityLog::vaultSettings(Node event, LoggedAction& action) const {
    JsonObject settings;
    JsonObject network;
    const auto platform = std::ranges::find(terms_, "", &AzureTerms::service);
    for (const AzureProperty& property : platform->properties) {
        const Node value = property.thing == AzureThing::Vault ? findPath(event, property.path) : Node{};
        if (!value || value.isNull() || property.field == "softDeleteRetentionInDays") {
            continue;
        }
        constexpr std::string_view acls = "networkAcls.";
        JsonValue said = std::string{value.text()};
        if (const auto flag = asBoolean(value)) {
            said = *flag;
        } else if (value.isSequence()) {
            JsonArray items;
            for (const Node item : value.items()) {
                items.emplace_back(item.isMapping() ? firstText(item, std::array<std::string_view, 1>{"value"})
                                                    : std::string{item.text()});
            }
            said = JsonValue{std::move(items)};
        }
        const bool ofNetwork = property.field.starts_with(acls);
        (ofNetwork ? network : settings)
            .emplace_back(ofNetwork ? property.field.substr(acls.size()) : property.field, std::move(said));
    }
    if (!network.empty()) {
        settings.emplace_back("networkAcls", std::move(network));
    }
    action.with = flowYaml(settings);
    return !settings.empty();
}

/// The assignment stands in the body of the request or of the answer, as a text.
bool ActivityLog::grant(Node event, LoggedAction& action) {
    const std::string body = firstText(event, bodies);
    if (body.empty()) {
        return false;
    }
    Diagnostics ignored;
    const auto document = parseJson(std::make_shared<const Source>("body", body), ignored);
    if (!document) {
        return false;
    }
    const auto text = [&](std::string_view path) {
        return firstText(document->root(), std::array<std::string_view, 1>{path});
    };
    const std::string principal = text("properties.principalId");
    const std::string roleId = lowerCase(text("properties.roleDefinitionId"));
    std::string scope = text("properties.scope");
    if (scope.empty()) {
        const std::string resource = firstText(event, resourceIds);
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
    action.target = id->names.empty()       ? "/"
                    : id->names.size() == 1 ? references_.vault(id->names.front())
                                            : references_.vault(id->names.front()) + '/' + id->names.back();
    action.with = flowYaml(JsonObject{{"identity", who}, {"role", role}});
    return true;
}

std::vector<LoggedAction> ActivityLog::actions() const {
    std::vector<LoggedAction> sorted = actions_;
    std::ranges::stable_sort(sorted, {}, &LoggedAction::time);
    return sorted;
}

} // namespace cmksim::import
