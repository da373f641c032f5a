// What is written down as any of Azure's tools does comes back, from each and from any mixture of them.
#include "import/estate_facts.hpp"
#include "import/estate_writers.hpp"
#include "import/imported.hpp"
#include "import/random_estate.hpp"
#include "import/terraform_writer.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace cmksim::round_trip_test {

using namespace cmksim;
using namespace cmksim::import;
using namespace cmksim::test;

namespace {

constexpr std::uint64_t trials = 400;

enum class Tool : std::uint8_t { Commands, Graph, Template, State, RawState, Plan };
constexpr std::array<std::string_view, 6> toolNames{"az", "graph", "template", "state", "raw state", "plan"};

std::string written(const TestEstate& estate, Tool tool, const Selection& selection = {}) {
    switch (tool) {
    case Tool::Commands: return ExportWriter{estate, selection}.commands();
    case Tool::Graph: return ExportWriter{estate, selection}.graph();
    case Tool::Template: return TemplateWriter{estate, selection}.text();
    case Tool::State: return TerraformWriter{estate, selection}.state();
    case Tool::RawState: return TerraformWriter{estate, selection}.raw();
    case Tool::Plan: break;
    }
    return TerraformWriter{estate, selection}.plan();
}

RawImport read(Tool tool, const std::string& text, Catalog& catalog, Diagnostics& diagnostics) {
    const auto source = std::make_shared<const Source>(std::string{toolNames[static_cast<std::size_t>(tool)]}, text);
    AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
    if (tool == Tool::Commands || tool == Tool::Graph) {
        forEachJsonRow(source, diagnostics, [&](Node row) { resources.take(row); });
        return std::move(resources.raw());
    }
    const auto document = parseJson(source, diagnostics, JsonComments::Allowed);
    REQUIRE(document);
    if (tool == Tool::Template) {
        expandArmTemplate(document->root(), {}, resources, catalog.azure(), catalog.platform(), diagnostics);
        return std::move(resources.raw());
    }
    auto reading = readTerraform(document->root(), catalog.azure(), catalog.platform(), diagnostics);
    REQUIRE(reading);
    return std::move(tool == Tool::Plan ? reading->after : reading->before);
}

/// The estates without what the tools cannot say alike: a disabled key is none that Terraform makes.
TestEstate estateOf(std::uint64_t seed, bool drawsHsms = true) {
    TestEstate estate = EstateMaker{seed, drawsHsms}.make();
    for (TestVault& vault : estate.vaults) {
        for (TestKey& key : vault.keys) {
            key.enabled = true;
        }
    }
    return estate;
}

/// A plan does not say in which subscription the provider works.
TestEstate inOneSubscription(TestEstate estate) {
    const std::string one = "11111111-1111-1111-1111-111111111111";
    const auto move = [&](Located& thing) { thing.subscription = one; };
    std::ranges::for_each(estate.identities, move);
    std::ranges::for_each(estate.vaults, move);
    std::ranges::for_each(estate.resources, move);
    for (TestGrant& grant : estate.grants) {
        if (grant.isLocal) {
            continue;
        }
        grant.scope.replace(std::string_view{"/subscriptions/"}.size(), one.size(), one);
    }
    return estate;
}

/// What only making an estate will tell is open in what makes it.
Knowledge knowledgeOf(Tool tool) {
    return {.subscriptions = tool != Tool::Plan, .openKeys = tool != Tool::Plan && tool != Tool::Template};
}

std::string difference(const Facts& expected, const Facts& found) {
    std::string text;
    for (const std::string& fact : expected) {
        text += found.contains(fact) ? "" : "- " + fact + '\n';
    }
    for (const std::string& fact : found) {
        text += expected.contains(fact) ? "" : "+ " + fact + '\n';
    }
    return text;
}

} // namespace

TEST_CASE("an estate that any of the tools wrote down comes back") {
    Catalog catalog;
    for (const Tool tool : {Tool::Commands, Tool::Graph, Tool::Template, Tool::State, Tool::RawState, Tool::Plan}) {
        const Knowledge knows = knowledgeOf(tool);
        for (std::uint64_t seed = 0; seed < trials; ++seed) {
            const TestEstate drawn = estateOf(seed, tool != Tool::Template);
            const TestEstate estate = knows.subscriptions ? drawn : inOneSubscription(drawn);
            Diagnostics diagnostics;
            const std::string text = written(estate, tool);
            const ImportedEstate imported = joinEstate(read(tool, text, catalog, diagnostics), catalog, diagnostics);
            const std::string differs =
                difference(ExpectedFacts{estate, knows}.facts(), FoundFacts{imported, knows.subscriptions}.facts());
            if (!differs.empty()) {
                FAIL(toolNames[static_cast<std::size_t>(tool)] << ", seed " << seed << '\n'
                                                               << differs << reported(diagnostics) << text);
            }
        }
    }
}

TEST_CASE("an estate comes back from any mixture of what the tools wrote of its parts") {
    Catalog catalog;
    constexpr std::array<Tool, 5> tools{Tool::Commands, Tool::Graph, Tool::Template, Tool::State, Tool::RawState};
    for (std::uint64_t seed = 0; seed < trials; ++seed) {
        const TestEstate estate = estateOf(seed);
        Random random{seed};
        // Each thing is told by one tool, or by several.
        std::map<std::string, std::set<Tool>> tellers;
        std::array<Tool, tools.size()> order = tools;
        for (std::size_t i = order.size() - 1; i > 0; --i) {
            std::swap(order[i], order[random.below(i + 1)]);
        }
        RawImport raw;
        Diagnostics diagnostics;
        std::string texts;
        for (const Tool tool : order) {
            const Selection selection{[&](std::string_view kind, std::size_t index) {
                std::set<Tool>& who = tellers[std::string{kind} + std::to_string(index)];
                if (who.empty()) {
                    who.insert(tools[random.below(tools.size())]);
                    for (const Tool other : tools) {
                        if (random.chance(25)) {
                            who.insert(other);
                        }
                    }
                    // No template knows the object ids by which the others call a thing, which key is open in it, and
                    // who holds which role in a managed HSM.
                    if (kind == "identity" || kind == "resource" || kind == "local grant") {
                        who.insert(random.chance(50) ? Tool::Graph : Tool::State);
                    }
                }
                return who.contains(tool);
            }};
            const std::string text = written(estate, tool, selection);
            texts += text + '\n';
            raw.append(read(tool, text, catalog, diagnostics));
        }
        const ImportedEstate imported = joinEstate(raw, catalog, diagnostics);
        const std::string differs = difference(ExpectedFacts{estate, {}}.facts(), FoundFacts{imported, true}.facts());
        if (!differs.empty()) {
            FAIL("seed " << seed << '\n' << differs << reported(diagnostics) << texts);
        }
    }
}

TEST_CASE("keys that are disabled come back from what can say so") {
    Catalog catalog;
    for (const Tool tool : {Tool::Commands, Tool::Graph, Tool::Template}) {
        for (std::uint64_t seed = 0; seed < trials / 4; ++seed) {
            const TestEstate estate = EstateMaker{seed, tool != Tool::Template}.make();
            Diagnostics diagnostics;
            const ImportedEstate imported =
                joinEstate(read(tool, written(estate, tool), catalog, diagnostics), catalog, diagnostics);
            REQUIRE(difference(ExpectedFacts{estate, knowledgeOf(tool)}.facts(), FoundFacts{imported, true}.facts()) ==
                    "");
        }
    }
}

} // namespace cmksim::round_trip_test
