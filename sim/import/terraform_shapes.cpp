#include "import/terraform_shapes.hpp"

#include "import/expected.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace cmksim::import {

namespace {

constexpr int deepestNested = 64; // of modules

class FrameJudge {
public:
    explicit FrameJudge(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    void judge(Node root) {
        const bool isRaw = terraformText(root, "version") == "4" && !root.find("values");
        if (isRaw) {
            each(root, "resources", [&](Node resource) {
                each(resource, "instances", [&](Node one) { at(one, "attributes", Expected::Mapping); });
            });
            return;
        }
        module(at(at(root, "planned_values", Expected::Mapping), "root_module", Expected::Mapping), 0);
        const Node prior = at(root, "prior_state", Expected::Mapping);
        module(at(at(prior, "values", Expected::Mapping), "root_module", Expected::Mapping), 0);
        module(at(at(root, "values", Expected::Mapping), "root_module", Expected::Mapping), 0);
        configured(at(at(root, "configuration", Expected::Mapping), "root_module", Expected::Mapping), 0);
        each(root, "resource_changes", [&](Node resource) { change(at(resource, "change", Expected::Mapping)); });
    }

private:
    Node at(Node around, std::string_view field, Expected what) {
        return around && around.isMapping() ? expect(around.find(field), what, field, diagnostics_) : Node{};
    }

    /// Calls `visit` with each mapping of a list.
    template <class Visit>
    void each(Node around, std::string_view field, Visit visit) {
        if (const Node list = at(around, field, Expected::List)) {
            for (const Node item : list.items()) {
                if (const Node one = expect(item, Expected::Mapping, field, diagnostics_)) {
                    visit(one);
                }
            }
        }
    }

    void module(Node module, int depth) {
        if (depth <= deepestNested) {
            each(module, "resources", [&](Node resource) { at(resource, "values", Expected::Mapping); });
            each(module, "child_modules", [&](Node child) { this->module(child, depth + 1); });
        }
    }

    void configured(Node module, int depth) {
        each(module, "resources", [&](Node resource) { at(resource, "expressions", Expected::Mapping); });
        const Node calls = depth <= deepestNested ? at(module, "module_calls", Expected::Mapping) : Node{};
        for (std::size_t i = 0; calls && i < calls.size(); ++i) {
            configured(at(calls.entry(i).value, "module", Expected::Mapping), depth + 1);
        }
    }

    void change(Node change) {
        at(change, "actions", Expected::Words);
        at(change, "before", Expected::Mapping);
        at(change, "after", Expected::Mapping);
        const Node unknown = change ? change.find("after_unknown") : Node{};
        if (unknown && !fits(unknown, Expected::Flag)) {
            at(change, "after_unknown", Expected::Mapping);
        }
    }

    Diagnostics& diagnostics_;
};

/// Judges what stands on the way of a path, and what at its end. An empty text is nothing: so a state writes what is
/// not set.
void judgePath(Node values, std::string_view path, Expected end, Diagnostics& diagnostics) {
    Node here = values;
    for (std::size_t at = 0; here && !here.isNull();) {
        const bool isNothing = here.isScalar() && here.text().empty();
        if (isNothing || at >= path.size()) {
            if (!isNothing) {
                expect(here, end, path, diagnostics);
            }
            return;
        }
        const std::size_t dot = std::min(path.find('.', at), path.size());
        const std::string_view part = path.substr(at, dot - at);
        const bool isPlace = part == "only" || part.find_first_not_of("0123456789") == std::string_view::npos;
        const Expected needed = isPlace ? Expected::List : Expected::Mapping;
        if (!expect(here, needed, path.substr(0, at > 0 ? at - 1 : 0), diagnostics)) {
            return;
        }
        here = terraformPath(here, part);
        at = dot + 1;
    }
}

void judgePolicies(Node values, std::string_view path, Diagnostics& diagnostics) {
    const Node list = terraformPath(values, path);
    for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
        if (const Node policy = expect(list.item(i), Expected::Mapping, path, diagnostics)) {
            judgePath(policy, "key_permissions", Expected::List, diagnostics);
            judgePath(policy, "object_id", Expected::Scalar, diagnostics);
        }
    }
}

} // namespace

void judgeFrame(Node root, Diagnostics& diagnostics) {
    if (root.isMapping()) {
        FrameJudge{diagnostics}.judge(root);
    }
}

void judgeAttributes(const TerraformInstance& instance, Diagnostics& diagnostics) {
    if (instance.type == nullptr) {
        return;
    }
    for (const auto& [field, paths] : instance.type->fields) {
        const bool isList =
            field == "policies" || field == "permissions" || field == "identities" || field == "networkAcls.ipRules";
        for (const std::string_view path : TerraformInstances::pathsOf(*instance.type, field)) {
            judgePath(instance.values, path, isList ? Expected::List : Expected::Scalar, diagnostics);
            const Node list = isList && field != "policies" ? terraformPath(instance.values, path) : Node{};
            if (list && list.isSequence()) {
                expect(list, Expected::Words, path, diagnostics);
            }
            if (field == "policies") {
                judgePolicies(instance.values, path, diagnostics);
            }
        }
    }
    judgePath(instance.values, "tags", Expected::Mapping, diagnostics);
    judgePath(instance.values, "rotation_policy", Expected::List, diagnostics);
    judgePath(instance.values, "key_opts", Expected::List, diagnostics);
    judgePath(instance.values, "network_acls.0.virtual_network_subnet_ids", Expected::List, diagnostics);
}

} // namespace cmksim::import
