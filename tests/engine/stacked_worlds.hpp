// Random worlds of resources that stand on one another, as text for the program and as data for the reference.
#pragma once

#include "property/random.hpp"
#include "reference/bases.hpp"
#include "stacked.hpp"

#include <string>
#include <vector>

namespace cmksim::test {

struct StackedText {
    reference::StackedWorld world;
    std::vector<std::string> models;
    std::string text;
};

/// What may be drawn.
struct StackedShape {
    std::size_t resources = 6;
    std::size_t actions = 8;
    std::int64_t until = 600;
    std::int64_t longestPeriod = 60;
    std::size_t mostKeys = 6;
    bool pinned = true; // phases
    bool lives = true;  // resources are deleted and made anew
};

inline std::string seconds(std::int64_t count) { return std::to_string(count) + "s"; }

inline std::string describedAs(const reference::StackedResource& resource, bool pinned) {
    std::string on;
    for (const std::string& base : resource.on) {
        on += (on.empty() ? "" : ", ") + base;
    }
    return "{service: s-" + resource.name + (on.empty() ? "" : ", on: [" + on + "]") +
           (resource.hasKey ? ", identity: app, key: kv1/k-" + resource.name : "") +
           (resource.hasKey && pinned ? ", revalidationPhase: " + seconds(resource.phase) : "") + "}";
}

inline StackedText stackedWorld(std::uint64_t seed, const StackedShape& shape = {}) {
    property::Random random{seed};
    StackedText made;
    made.world.until = shape.until;
    std::vector<reference::StackedResource> drawn;
    std::size_t keys = 0;
    for (std::size_t i = 0; i < shape.resources; ++i) {
        reference::StackedResource one;
        one.name = "r" + std::to_string(i);
        for (const reference::StackedResource& below : drawn) {
            if (random.chance(40) && one.on.size() < 3) {
                one.on.push_back(below.name);
            }
        }
        one.needsAll = random.chance(60);
        one.within = random.chance(50) ? 0 : random.between(1, 90);
        one.backWithin = random.chance(50) ? 0 : random.between(1, 90);
        one.hasKey = keys < shape.mostKeys && (one.on.empty() || random.chance(40));
        keys += one.hasKey ? 1U : 0U;
        one.period = random.between(shape.longestPeriod / 3, shape.longestPeriod);
        one.phase = random.between(0, one.period - 1);
        one.deleteNeedsNothingOnIt = random.chance(30);
        drawn.push_back(one);
    }
    made.world.resources = drawn;
    for (std::size_t i = drawn.size(); i > 1; --i) { // what stands on something may come before it in the list
        std::swap(made.world.resources[i - 1], made.world.resources[random.below(i)]);
    }
    std::int64_t now = 0;
    for (std::size_t i = 0; i < shape.actions; ++i) {
        now += random.chance(15) ? 0 : random.between(1, 2 * shape.until / static_cast<std::int64_t>(shape.actions));
        if (now > shape.until) {
            break;
        }
        using Kind = reference::StackedAction::Kind;
        const reference::StackedResource& target = random.of(made.world.resources);
        const bool onKey = target.hasKey && (!shape.lives || random.chance(60));
        if (onKey || shape.lives) {
            const Kind kind =
                onKey ? random.oneOf({Kind::KeyOff, Kind::KeyOn}) : random.oneOf({Kind::Delete, Kind::Create});
            made.world.actions.push_back({kind, now, target.name});
        }
    }

    std::string services;
    for (const reference::StackedResource& one : drawn) {
        services += (services.empty() ? "s-" : ", s-") + one.name;
    }
    std::string vaultKeys;
    std::string resources;
    for (const reference::StackedResource& one : made.world.resources) {
        made.models.push_back(
            stackedModel("s-" + one.name, seconds(one.period),
                         std::string{one.deleteNeedsNothingOnIt ? "delete-needs-nothing-on-it: true\n" : ""} +
                             "stands-on: {services: [" + services + "], needs: " + (one.needsAll ? "all" : "any") +
                             ", state: Stopped, within: " + seconds(one.within) +
                             ", back-within: " + seconds(one.backWithin) + ", assumed: for tests}\n"));
        vaultKeys += one.hasKey ? (vaultKeys.empty() ? "k-" : ", k-") + one.name + ": {}" : "";
        resources += "    " + one.name + ": " + describedAs(one, shape.pinned) + "\n";
    }
    made.text = "cmksim: 1\nname: x\nuntil: " + seconds(shape.until) +
                "\nestate:\n  vaults: {kv1: {accessPolicies: {app: [get]}, keys: {" + vaultKeys +
                "}}}\n  identities: {app: {}}\n  resources:\n" + resources + "timeline:\n";
    for (const reference::StackedAction& action : made.world.actions) {
        using Kind = reference::StackedAction::Kind;
        const auto& of = *std::ranges::find(drawn, action.resource, &reference::StackedResource::name);
        const bool isKey = action.kind == Kind::KeyOff || action.kind == Kind::KeyOn;
        made.text += "  - {at: " + seconds(action.at) + ", do: " +
                     (isKey ? "key.update, target: kv1/k-" + of.name +
                                  ", with: {enabled: " + (action.kind == Kind::KeyOn ? "true" : "false") + "}"
                      : action.kind == Kind::Delete
                          ? "resource.delete, target: " + of.name
                          : "resource.create, target: " + of.name + ", with: " + describedAs(of, shape.pinned)) +
                     "}\n";
    }
    return made;
}

} // namespace cmksim::test
