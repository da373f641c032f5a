#include "import/arm_work.hpp"

#include "import/azure_fields.hpp"

#include <fmt/format.h>

#include <utility>

namespace cmksim::import {

namespace {

constexpr std::size_t mostSteps = 5'000'000;
constexpr std::size_t mostResources = 100'000;

} // namespace

bool ArmWork::step(Mark mark) {
    if (++steps_ > mostSteps && !exhausted_) {
        exhausted_ = true;
        diagnostics_.error(mark, "this template takes too long to work out", "are there loops in loops?");
    }
    return !exhausted_;
}

bool ArmWork::countResource(Mark mark) {
    if (++resources_ > mostResources && !exhausted_) {
        exhausted_ = true;
        diagnostics_.error(mark, fmt::format("this template makes more than {} resources", mostResources));
    }
    return !exhausted_;
}

Node ArmWork::expect(Node node, Expected what, std::string_view where) {
    return import::expect(node, what, where, diagnostics_);
}

std::vector<DeclaredResource> ArmWork::resourcesIn(Node around) {
    constexpr std::string_view field = "resources";
    std::vector<DeclaredResource> found;
    const auto add = [&](std::string symbol, Node resource) {
        if (expect(resource, Expected::Mapping, field)) {
            found.push_back({std::move(symbol), resource});
        }
    };
    if (const Node resources = expect(findField(around, field), Expected::Collection, field)) {
        for (const Node item : resources.items()) {
            add({}, item);
        }
        for (const auto [symbol, item] : resources.entries()) {
            add(std::string{symbol.text()}, item);
        }
    }
    return found;
}

void ArmWork::judge(Node root) {
    for (const std::string_view field : {"parameters", "outputs", "definitions"}) {
        if (const Node part = expect(findField(root, field), Expected::Mapping, field)) {
            for (const auto [name, declared] : part.entries()) {
                expect(declared, Expected::Mapping, name.text());
            }
        }
    }
    expect(findField(root, "variables"), Expected::Mapping, "variables");
    expect(findField(root, "functions"), Expected::List, "functions");
}

void ArmWork::warn(Mark mark, std::string message, std::string help) {
    if (!quiet_ && reported_.insert(message).second) {
        diagnostics_.warning(mark, std::move(message), std::move(help));
    }
}

} // namespace cmksim::import
