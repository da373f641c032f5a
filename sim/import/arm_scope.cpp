#include "import/arm_scope.hpp"

#include "az/references.hpp"
#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/values.hpp"
#include "document/yaml.hpp"
#include "import/azure_fields.hpp"
#include "import/raw_import.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::import {

namespace {

constexpr std::int64_t mostTurns = 10'000;
constexpr int deepestScope = 128;

/// The reference that an unknown text is; empty when it is none.
std::string referenceIn(const JsonValue& value) {
    const std::string* text = stringIn(value);
    const std::string prefix = std::string{unknownMark} + std::string{referencePrefix};
    return text != nullptr && text->starts_with(prefix) ? text->substr(prefix.size()) : std::string{};
}

/// Functions whose results hold on to what is not known in their arguments, so that names stay readable and what they
/// refer to can be found.
bool keepsUnknowns(std::string_view name) {
    constexpr std::array<std::string_view, 19> keeping{
        "concat",       "format",       "tolower", "toupper", "replace",      "trim",        "string",
        "uniquestring", "guid",         "uri",     "join",    "createobject", "createarray", "array",
        "union",        "shallowmerge", "flatten", "items",   "null"};
    return std::ranges::find(keeping, name) != keeping.end();
}

} // namespace

// --- a template ------------------------------------------------------------------------------------------------------

ArmScope::ArmScope(Node root, ArmParameters parameters, ArmWork& work, bool outermost, ArmPlace place)
    : root_{root}, work_{work}, outermost_{outermost}, place_{std::move(place)}, home_{place_},
      given_{std::move(parameters)}, here_{root.mark()} {
    declared_ = work.resourcesIn(root);
}

JsonValue ArmScope::unknown(std::string_view what, std::string message, std::string help) {
    work_.warn(here_, std::move(message), std::move(help));
    return unknownValue(what);
}

JsonValue ArmScope::value(Node node) {
    if (!node || node.isNull() || !work_.step(node.mark()) || depth_ > deepestScope) {
        return nullptr;
    }
    ++depth_;
    here_ = node.mark();
    JsonValue result = nullptr;
    if (node.isMapping()) {
        result = object(node);
    } else if (node.isSequence()) {
        JsonArray items;
        for (const Node item : node.items()) {
            items.push_back(value(item));
        }
        result = JsonValue{std::move(items)};
    } else if (node.quoted()) {
        result = text(node.text(), node.mark());
    } else if (const auto flag = asBoolean(node)) {
        result = *flag;
    } else if (const auto number = wholeNumberOf(node)) {
        result = *number;
    } else {
        result = std::string{node.text()};
    }
    --depth_;
    return result;
}

JsonValue ArmScope::text(std::string_view text, Mark mark) {
    if (!isArmExpression(text)) {
        return std::string{text.starts_with("[[") ? text.substr(1) : text};
    }
    here_ = mark;
    const auto expression = parseArmExpression(text);
    if (!expression) {
        return unknown(text, fmt::format("{} is no expression", inQuotes(text)));
    }
    return evaluate(*expression);
}

JsonValue ArmScope::object(Node node) {
    JsonObject fields;
    for (const auto [key, inner] : node.entries()) {
        if (equalIgnoringCase(key.text(), "copy") && inner.isSequence()) {
            copyProperties(inner, fields);
            continue;
        }
        std::string name = stringOf(text(key.text(), key.mark()));
        fields.emplace_back(std::move(name), value(inner));
    }
    return fields;
}

/// `copy: [{name, count, input}]` makes a list of each.
void ArmScope::copyProperties(Node copies, JsonObject& fields) {
    for (const Node copy : copies.items()) {
        std::string name = textAt(copy, "name");
        JsonValue list = listOf(copy, name);
        fields.emplace_back(std::move(name), std::move(list));
    }
}

/// What a loop, `{count, input}`, makes.
JsonValue ArmScope::listOf(Node copy, const std::string& name) {
    const JsonValue times = value(findField(copy, "count"));
    if (!numberOf(times)) {
        work_.warn(copy.mark(), fmt::format("how often the loop {} goes round is not known", inQuotes(name)),
                   "what it makes is not known");
        return unknownValue(name);
    }
    const std::int64_t count = *numberOf(times);
    JsonArray items;
    for (std::int64_t i = 0; i < std::min(count, mostTurns) && !work_.exhausted(); ++i) {
        turns_.push_back({name, i});
        items.push_back(value(findField(copy, "input")));
        turns_.pop_back();
    }
    return items;
}

void ArmScope::forEachCopy(Node resource, const std::function<void()>& body) {
    const Node copy = work_.expect(findField(resource, "copy"), Expected::Mapping, "copy");
    if (!copy) {
        body();
        return;
    }
    const JsonValue count = value(findField(copy, "count"));
    const std::int64_t turns = numberOf(count).value_or(1);
    if (!numberOf(count)) {
        work_.warn(copy.mark(),
                   fmt::format("how often the loop {} goes round is not known", inQuotes(textAt(copy, "name"))),
                   "it is taken to go round once");
    }
    if (turns > mostTurns) {
        work_.warn(copy.mark(), fmt::format("this loop goes round {} times", turns),
                   fmt::format("the first {} are taken", mostTurns));
    }
    for (std::int64_t i = 0; i < std::min(turns, mostTurns) && !work_.exhausted(); ++i) {
        turns_.push_back({textAt(copy, "name"), i});
        body();
        turns_.pop_back();
    }
}

bool ArmScope::isWanted(Node resource) {
    const Node condition = work_.expect(findField(resource, "condition"), Expected::Scalar, "condition");
    if (!condition) {
        return true;
    }
    const JsonValue wanted = value(condition);
    if (isUnknown(wanted)) {
        work_.warn(condition.mark(), "whether this resource is made is not known", "it is taken to be");
    }
    return wanted.line() != "false";
}

ArmPlace ArmScope::placeOf(Node resource) {
    const auto said = [&](std::string_view field) {
        const Node node = findField(resource, field);
        return node ? stringOf(value(node)) : std::string{};
    };
    const bool isDeployment = equalIgnoringCase(textAt(resource, "type"), deploymentType);
    const ArmPlace place = place_.in(said("subscriptionId"), said("resourceGroup"));
    if (!isDeployment) {
        const std::string scope = findField(resource, "existing") ? said("scope") : std::string{};
        return scope.find("/providers/") == std::string::npos ? place.at(scope) : place;
    }
    if (const std::string scope = said("scope"); !scope.empty()) {
        return place.at(scope);
    }
    const Node schema = findField(findField(findField(resource, "properties"), "template"), "$schema");
    const bool named = static_cast<bool>(findField(resource, "resourceGroup"));
    const ArmLevel level = schema && schema.isScalar() ? armLevelOf(schema.text()) : ArmLevel::Group;
    if (level == ArmLevel::Subscription && !named) {
        return place.in(place.subscription, {});
    }
    return place;
}

std::string ArmScope::scopeOf(Node resource) {
    const Node given = findField(resource, "scope");
    const std::string scope = given ? stringOf(value(given)) : std::string{};
    if (scope.empty() || scope.starts_with('/')) {
        return scope;
    }
    return place_.id() + "/providers/" + scope; // `TYPE/NAME`, and `/TYPE/NAME` of a part of that
}

ArmScope* ArmScope::nested(Node deployment, const std::string& id) {
    auto found = nested_.find(lowerCase(id));
    if (found != nested_.end()) {
        return found->second.get();
    }
    const Node properties = findField(deployment, "properties");
    const Node inner = work_.expect(findField(properties, "template"), Expected::Mapping, "properties.template");
    if (!inner || depth_ > deepestScope / 2) {
        work_.warn(deployment.mark(),
                   fmt::format("the template of deployment {} is not in the file",
                               inQuotes(readable(std::string_view{id}.substr(id.rfind('/') + 1)))),
                   "what it makes is left out");
        return nullptr;
    }
    work_.judge(inner);
    const JsonValue options = value(findField(properties, "expressionEvaluationOptions"));
    const JsonValue* kind = fieldOf(options, "scope");
    ArmParameters parameters;
    if (kind != nullptr && equalIgnoringCase(stringOf(*kind), "inner")) {
        const Node given =
            work_.expect(findField(properties, "parameters"), Expected::Mapping, "properties.parameters");
        for (std::size_t i = 0; given && i < given.size(); ++i) {
            const auto [name, one] = given.entry(i);
            if (const Node set = findField(one, "value")) {
                parameters.insert_or_assign(lowerCase(name.text()), value(set));
            } else if (findField(one, "reference")) {
                parameters.insert_or_assign(lowerCase(name.text()), unknownValue(name.text()));
            }
        }
        found = nested_
                    .emplace(lowerCase(id), std::make_unique<ArmScope>(inner, std::move(parameters), work_, false,
                                                                       placeOf(deployment)))
                    .first;
        return found->second.get();
    }
    // A template without a scope of its own reads the parameters and variables around it.
    auto scope = std::make_unique<ArmScope>(root_, given_, work_, outermost_, placeOf(deployment));
    scope->home_ = home_;
    scope->declared_.clear();
    ArmScope own{inner, {}, work_, false};
    scope->declared_ = own.declared_;
    scope->turns_ = turns_;
    return nested_.emplace(lowerCase(id), std::move(scope)).first->second.get();
}

// --- expressions -----------------------------------------------------------------------------------------------------

JsonValue ArmScope::evaluate(const ArmExpression& expression) {
    if (depth_ > deepestScope || !work_.step(here_)) {
        return unknownValue("too deep");
    }
    ++depth_;
    JsonValue result = std::visit(Overloaded{[](const JsonValue& literal) { return literal; },
                                             [&](const ArmMember& part) { return member(part); },
                                             [&](const ArmCall& part) { return call(part); }},
                                  expression.what);
    --depth_;
    return result;
}

JsonValue ArmScope::member(const ArmMember& member) {
    const JsonValue whole = evaluate(*member.whole);
    return memberOf(whole, evaluate(*member.which), member.safe);
}

JsonValue ArmScope::memberOf(const JsonValue& whole, const JsonValue& which, bool safe) {
    if (const std::string held = referenceIn(whole); !held.empty()) {
        return memberOfReference(held, stringOf(which));
    }
    if (isUnknown(whole)) {
        return stringOf(whole) + '.' + stringOf(which);
    }
    if (const JsonArray* items = arrayOf(whole)) {
        const auto index = numberOf(which);
        if (index && *index >= 0 && static_cast<std::size_t>(*index) < items->size()) {
            return (*items)[static_cast<std::size_t>(*index)];
        }
    } else if (const JsonValue* field = fieldOf(whole, stringOf(which))) {
        return *field;
    }
    if (safe || isNull(whole)) {
        return nullptr;
    }
    return unknown(stringOf(which), fmt::format("there is no {} here", inQuotes(stringOf(which))));
}

/// `reference` is an id, a blank, and the way that has been gone from there.
JsonValue ArmScope::memberOfReference(std::string reference, const std::string& name) {
    const std::size_t blank = reference.rfind(' ');
    const std::string id = reference.substr(0, blank);
    std::string way = reference.substr(blank + 1);
    way += way.empty() ? name : '.' + name;
    constexpr std::string_view properties = "properties.";
    if (way == "properties") {
        way.clear();
    } else if (way.starts_with(properties)) {
        way.erase(0, properties.size());
    }
    const std::string lowerWay = lowerCase(way);
    const auto parts = readAzureId(id);
    const KnownAzureType known = parts ? findAzureType(work_.terms(), parts->type) : KnownAzureType{};
    if (known.is(AzureThing::Vault) && lowerWay == "vaulturi") {
        return fmt::format("https://{}.{}/", parts->names.front(), work_.vaultHost());
    }
    if (known.is(AzureThing::Key) && (lowerWay == "keyuri" || lowerWay == "keyuriwithversion")) {
        return fmt::format("https://{}.{}/keys/{}{}", parts->names.front(), work_.vaultHost(), parts->names.back(),
                           lowerWay == "keyuri" ? std::string{} : std::string{"/"} + unknownMark + "version");
    }
    constexpr std::string_view outputs = "outputs.";
    constexpr std::string_view valueOfOutput = ".value";
    if (lowerWay.starts_with(outputs) && lowerWay.ends_with(valueOfOutput)) {
        const std::string output = way.substr(outputs.size(), way.size() - outputs.size() - valueOfOutput.size());
        if (ArmScope* scope = deploymentOf(id)) {
            const Node declared = findField(findField(scope->root_, "outputs"), output);
            const Node copy = findField(declared, "copy");
            return copy && copy.isMapping() ? scope->listOf(copy, output) : scope->value(findField(declared, "value"));
        }
    }
    return unknownValue(fmt::format("{}{} {}", referencePrefix, id, way));
}

ArmScope* ArmScope::deploymentOf(const std::string& id) {
    if (const auto known = nested_.find(lowerCase(id)); known != nested_.end()) {
        return known->second.get();
    }
    ArmScope* found = nullptr;
    for (const auto& [symbol, node] : declared_) {
        if (!equalIgnoringCase(textAt(node, "type"), deploymentType)) {
            continue;
        }
        forEachCopy(node, [&] {
            const std::string name = stringOf(value(findField(node, "name")));
            if (found == nullptr && equalIgnoringCase(placeOf(node).idOf(deploymentType, name), id)) {
                found = nested(node, id);
            }
        });
    }
    return found;
}

JsonValue ArmScope::call(const ArmCall& expression) {
    if (auto special = callSpecial(expression)) {
        return *special;
    }
    if (auto lambda = callLambda(expression)) {
        return *lambda;
    }
    if (const Node function = functionNamed(expression.name)) {
        return callOwn(expression, function);
    }
    std::vector<JsonValue> arguments;
    for (const ArmExpression& argument : expression.arguments) {
        arguments.push_back(evaluate(argument));
    }
    if (expression.name == "parameters" && arguments.size() == 1) {
        return parameter(stringOf(arguments.front()));
    }
    if (expression.name == "variables" && arguments.size() == 1) {
        return variable(stringOf(arguments.front()));
    }
    if (expression.name == "reference" && !arguments.empty()) {
        return reference(arguments);
    }
    if (expression.name == "copyindex") {
        return copyIndex(arguments);
    }
    if (expression.name == "tryget" && arguments.size() > 1) {
        return tryGet(arguments);
    }
    if (expression.name == "resourceid" || expression.name == "subscriptionresourceid" ||
        expression.name == "tenantresourceid" || expression.name == "managementgroupresourceid" ||
        expression.name == "extensionresourceid") {
        return resourceId(arguments, expression.name);
    }
    if (auto environment = callEnvironment(expression.name)) {
        return *environment;
    }
    if (const auto missing = std::ranges::find_if(arguments, isUnknown);
        missing != arguments.end() && !keepsUnknowns(expression.name)) {
        return *missing;
    }
    if (auto result = callArmFunction(expression.name, arguments)) {
        return *result;
    }
    return unknown(expression.name, fmt::format("what {}() comes to is not known here", expression.name));
}

/// What is worked out only as far as it is needed.
std::optional<JsonValue> ArmScope::callSpecial(const ArmCall& expression) {
    if (expression.name == "if" && expression.arguments.size() == 3) {
        return choose(expression);
    }
    if (expression.name == "json" && expression.arguments.size() == 1) {
        Diagnostics ignored;
        const JsonValue text = evaluate(expression.arguments.front());
        if (isUnknown(text)) {
            return text;
        }
        const auto document = parseDocument(std::make_shared<const Source>("json", stringOf(text)), ignored);
        return document ? value(document->root()) : JsonValue{nullptr};
    }
    if (expression.name == "and" || expression.name == "or") {
        return connect(expression);
    }
    if (expression.name == "coalesce") {
        for (const ArmExpression& argument : expression.arguments) {
            if (JsonValue one = evaluate(argument); !isNull(one)) {
                return one;
            }
        }
        return JsonValue{nullptr};
    }
    return std::nullopt;
}

/// `and`, `or`: settled by one that settles it, else not known where one is not.
std::optional<JsonValue> ArmScope::connect(const ArmCall& expression) {
    const std::string_view settling = expression.name == "and" ? "false" : "true";
    std::optional<JsonValue> missing;
    for (const ArmExpression& argument : expression.arguments) {
        JsonValue one = evaluate(argument);
        if (lowerCase(stringOf(one)) == settling) {
            return JsonValue{settling == "true"};
        }
        if (isUnknown(one) && !missing) {
            missing = std::move(one);
        }
    }
    return missing ? missing : JsonValue{settling != "true"};
}

JsonValue ArmScope::choose(const ArmCall& expression) {
    JsonValue condition = evaluate(expression.arguments[0]);
    if (!isUnknown(condition)) {
        return evaluate(expression.arguments[lowerCase(stringOf(condition)) == "false" ? 2 : 1]);
    }
    JsonValue whenTrue = evaluate(expression.arguments[1]);
    if (isEqual(whenTrue, evaluate(expression.arguments[2]))) {
        return whenTrue;
    }
    work_.warn(here_, fmt::format("a condition here depends on {}, which is not known", readable(stringOf(condition))),
               "what depends on it is not known");
    return condition;
}

/// What a lambda comes to for these values; it may have names for fewer of them.
JsonValue ArmScope::apply(const ArmExpression& expression, const std::vector<JsonValue>& values) {
    const auto* lambda = std::get_if<ArmCall>(&expression.what);
    if (lambda == nullptr || lambda->name != "lambda" || lambda->arguments.empty()) {
        return nullptr;
    }
    const std::size_t before = lambdaVariables_.size();
    for (std::size_t i = 0; i + 1 < lambda->arguments.size() && i < values.size(); ++i) {
        const auto* name = std::get_if<JsonValue>(&lambda->arguments[i].what);
        lambdaVariables_.emplace_back(name != nullptr ? lowerCase(stringOf(*name)) : std::string{}, values[i]);
    }
    JsonValue result = evaluate(lambda->arguments.back());
    lambdaVariables_.resize(before, {std::string{}, JsonValue{nullptr}});
    return result;
}

/// `map(list, lambda('x', …))` and the like.
std::optional<JsonValue> ArmScope::callLambda(const ArmCall& expression) {
    if (expression.name == "lambdavariables" && expression.arguments.size() == 1) {
        const std::string name = lowerCase(stringOf(evaluate(expression.arguments.front())));
        const auto found = std::ranges::find(lambdaVariables_.rbegin(), lambdaVariables_.rend(), name,
                                             &std::pair<std::string, JsonValue>::first);
        return found != lambdaVariables_.rend() ? found->second : JsonValue{nullptr};
    }
    const bool maps = expression.name == "map";
    const bool filters = expression.name == "filter";
    const bool keys = expression.name == "toobject";
    const bool reduces = expression.name == "reduce";
    if (!(maps || filters || keys || reduces) || expression.arguments.size() < (reduces ? 3U : 2U)) {
        return std::nullopt;
    }
    const JsonValue list = evaluate(expression.arguments[0]);
    const JsonArray* items = arrayOf(list);
    if (items == nullptr) {
        return isNull(list) ? JsonValue{JsonArray{}} : list;
    }
    if (reduces) {
        JsonValue soFar = evaluate(expression.arguments[1]);
        for (std::size_t i = 0; i < items->size() && !work_.exhausted(); ++i) {
            soFar = apply(expression.arguments[2], {soFar, (*items)[i], JsonValue{static_cast<std::int64_t>(i)}});
        }
        return soFar;
    }
    const auto applyTo = [&](const ArmExpression& lambda, std::size_t index) {
        return apply(lambda, {(*items)[index], JsonValue{static_cast<std::int64_t>(index)}});
    };
    JsonArray results;
    JsonObject fields;
    for (std::size_t i = 0; i < items->size() && !work_.exhausted(); ++i) {
        JsonValue result = applyTo(expression.arguments[1], i);
        if (keys) {
            fields.emplace_back(stringOf(result),
                                expression.arguments.size() > 2 ? applyTo(expression.arguments[2], i) : (*items)[i]);
        } else if (maps) {
            results.push_back(std::move(result));
        } else if (isUnknown(result)) {
            return unknown(readable(stringOf(result)), "which items a filter here lets through is not known",
                           "what depends on it is not known");
        } else if (result.line() == "true") {
            results.push_back((*items)[i]);
        }
    }
    return keys ? JsonValue{std::move(fields)} : JsonValue{std::move(results)};
}

/// What a template can ask of where it is deployed.
std::optional<JsonValue> ArmScope::callEnvironment(std::string_view name) {
    if (name == "resourcegroup") {
        const ArmPlace here = home_.in({}, home_.group);
        return JsonObject{{"id", here.id()},
                          {"name", here.group},
                          {"location", "LOCATION"},
                          {"tags", unknownValue("resourceGroup().tags")}};
    }
    if (name == "subscription") {
        return JsonObject{{"id", "/subscriptions/" + home_.subscription},
                          {"subscriptionId", home_.subscription},
                          {"tenantId", "TENANT"},
                          {"displayName", home_.subscription}};
    }
    if (name == "tenant") {
        return JsonObject{{"tenantId", "TENANT"}, {"displayName", "TENANT"}};
    }
    if (name == "deployment") {
        return JsonObject{{"name", "deployment"}, {"location", "LOCATION"}};
    }
    if (name == "managementgroup") {
        return JsonObject{{"id", "/providers/Microsoft.Management/managementGroups/" + home_.managementGroup},
                          {"name", home_.managementGroup}};
    }
    if (name == "deployer") {
        return JsonObject{{"objectId", unknownValue("the deployer")}, {"tenantId", "TENANT"}};
    }
    if (name == "environment") {
        return JsonObject{{"name", "AzureCloud"},
                          {"suffixes", JsonObject{{"keyvaultDns", fmt::format(".{}", work_.vaultHost())},
                                                  {"acrLoginServer", ".azurecr.io"},
                                                  {"storage", "core.windows.net"}}},
                          {"resourceManager", "https://management.azure.com/"},
                          {"authentication", JsonObject{{"loginEndpoint", "https://login.microsoftonline.com/"}}}};
    }
    if (name == "utcnow") {
        work_.warn(here_, "utcNow() is not known here", "it is taken to be 2026-01-01T00:00:00Z");
        return JsonValue{"2026-01-01T00:00:00Z"};
    }
    if (name == "newguid") {
        return callArmFunction("guid", {JsonValue{static_cast<std::int64_t>(here_.line)}});
    }
    return std::nullopt;
}

JsonValue ArmScope::tryGet(const std::vector<JsonValue>& arguments) {
    JsonValue here = arguments.front();
    for (std::size_t i = 1; i < arguments.size() && !isNull(here); ++i) {
        here = memberOf(here, arguments[i], true);
    }
    return here;
}

Node ArmScope::functionNamed(std::string_view name) const {
    const std::size_t dot = name.find('.');
    const Node spaces = findField(root_, "functions");
    if (dot == std::string_view::npos || !spaces || !spaces.isSequence()) {
        return {};
    }
    for (const Node space : spaces.items()) {
        if (equalIgnoringCase(textAt(space, "namespace"), name.substr(0, dot))) {
            return findField(findField(space, "members"), name.substr(dot + 1));
        }
    }
    return {};
}

JsonValue ArmScope::callOwn(const ArmCall& expression, Node function) {
    ArmParameters parameters;
    const Node names = work_.expect(findField(function, "parameters"), Expected::List, "parameters");
    for (std::size_t i = 0; names && i < names.size() && i < expression.arguments.size(); ++i) {
        parameters.insert_or_assign(lowerCase(textAt(names.item(i), "name")), evaluate(expression.arguments[i]));
    }
    ArmScope inner{function, std::move(parameters), work_, false, home_};
    inner.depth_ = depth_ + 1;
    return inner.value(findField(findField(function, "output"), "value"));
}

} // namespace cmksim::import
