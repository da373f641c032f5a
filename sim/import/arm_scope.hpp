// What expressions of one template, or of one nested in it, are worked out in.
#pragma once

#include "document/document.hpp"
#include "import/arm_expression.hpp"
#include "import/arm_functions.hpp"
#include "import/arm_place.hpp"
#include "import/arm_template.hpp"
#include "import/arm_work.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

inline constexpr std::string_view deploymentType = "Microsoft.Resources/deployments";

class ArmScope {
public:
    ArmScope(Node root, ArmParameters parameters, ArmWork& work, bool outermost, ArmPlace place = {});
    ArmScope(const ArmScope&) = delete;
    ArmScope& operator=(const ArmScope&) = delete;

    [[nodiscard]] Node root() const { return root_; }

    /// A node with everything in it worked out.
    JsonValue value(Node node);

    /// The items of the template's resources.
    [[nodiscard]] const std::vector<DeclaredResource>& declared() const { return declared_; }

    /// Runs `body` for each turn of a resource's copy loop, or once.
    void forEachCopy(Node resource, const std::function<void()>& body);

    /// Whether a resource is made at all.
    bool isWanted(Node resource);

    /// Where the template's resources are made.
    [[nodiscard]] const ArmPlace& place() const { return place_; }

    /// Where one of them is made, or exists: it may name another subscription or group.
    ArmPlace placeOf(Node resource);

    /// The scope that an extension such as a lock or a role assignment is on, as an id; empty where it names none.
    std::string scopeOf(Node resource);

    /// The scope of a deployment nested in this one; null when its template is elsewhere.
    ArmScope* nested(Node deployment, const std::string& id);

private:
    /// A number for each turn of the loops around what is being worked out.
    struct Turn {
        std::string loop;
        std::int64_t index = 0;
    };

    JsonValue text(std::string_view text, Mark mark);
    JsonValue object(Node node);
    void copyProperties(Node copies, JsonObject& fields);
    JsonValue listOf(Node copy, const std::string& name);
    JsonValue evaluate(const ArmExpression& expression);
    JsonValue member(const ArmMember& member);
    JsonValue memberOf(const JsonValue& whole, const JsonValue& which, bool safe);
    JsonValue memberOfReference(std::string reference, const std::string& name);
    JsonValue call(const ArmCall& expression);
    std::optional<JsonValue> callSpecial(const ArmCall& expression);
    JsonValue apply(const ArmExpression& expression, const std::vector<JsonValue>& values);
    std::optional<JsonValue> callLambda(const ArmCall& expression);
    std::optional<JsonValue> callEnvironment(std::string_view name);
    JsonValue callOwn(const ArmCall& expression, Node function);
    JsonValue choose(const ArmCall& expression);
    JsonValue tryGet(const std::vector<JsonValue>& arguments);
    JsonValue parameter(const std::string& name);
    JsonValue variable(const std::string& name);
    JsonValue reference(const std::vector<JsonValue>& arguments);
    JsonValue resourceId(const std::vector<JsonValue>& arguments, std::string_view function);
    Node declaredParameter(const std::string& name, bool& nullable);
    std::optional<JsonValue> connect(const ArmCall& expression);
    JsonValue copyIndex(const std::vector<JsonValue>& arguments) const;
    JsonValue unknown(std::string_view what, std::string message, std::string help = {});
    [[nodiscard]] Node functionNamed(std::string_view name) const;
    ArmScope* deploymentOf(const std::string& id);

    Node root_;
    ArmWork& work_;
    bool outermost_;
    ArmPlace place_;
    ArmPlace home_; // what functions see: that of the template around it, where it has no scope of its own
    ArmParameters given_;
    ArmParameters parameters_; // worked out
    ArmParameters variables_;
    std::set<std::string> inProgress_;
    std::vector<DeclaredResource> declared_;
    std::vector<Turn> turns_;
    std::vector<std::pair<std::string, JsonValue>> lambdaVariables_;
    std::map<std::string, std::unique_ptr<ArmScope>> nested_; // by id
    Mark here_;                                               // what is being worked out
    int depth_ = 0;
};

} // namespace cmksim::import
