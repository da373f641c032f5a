#include "property/harness.hpp"

#include "property/generator.hpp"
#include "reference/replay.hpp"
#include "support/read_scenario.hpp"

#include <utility>

namespace cmksim::property {

namespace {

// Where the two differ on a world; nothing when they agree, or when the player does not take it.
std::optional<std::string> differenceOn(const std::string& yaml, const Player& player, const reference::Delays& delays,
                                        const reference::Readings& readings) {
    const ReadWorld world = readWorld(yaml);
    if (!world.scenario) {
        return std::nullopt;
    }
    const std::optional<reference::Replay> actual = player(*world.scenario, delays, readings);
    if (!actual) {
        return std::nullopt;
    }
    const std::string difference =
        reference::firstDifference(reference::replay(*world.scenario, delays, readings), *actual);
    return difference.empty() ? std::nullopt : std::optional{difference};
}

} // namespace

ReadWorld readWorld(const std::string& yaml) {
    test::Read read{yaml};
    if (read.scenario && !read.diagnostics.hasErrors()) {
        return {std::move(read.scenario), {}};
    }
    return {std::nullopt, std::move(read.errors)};
}

std::string describe(const Difference& difference) {
    return "world of seed " + std::to_string(difference.seed) + ":\n" + difference.what + "\n" + difference.yaml;
}

std::optional<Difference> findDifference(std::uint64_t firstSeed, std::uint64_t count, const Player& player,
                                         Coverage* coverage, const reference::Delays& delays,
                                         const ReadingsOf& readingsOf) {
    for (std::uint64_t seed = firstSeed; seed < firstSeed + count; ++seed) {
        const WorldText text = randomWorld(seed);
        const std::string yaml = toYaml(text);
        const ReadWorld world = readWorld(yaml);
        if (!world.scenario) {
            return Difference{seed, world.complaints, yaml};
        }
        const reference::Readings readings = readingsOf ? readingsOf(seed) : reference::Readings{};
        const reference::Replay expected = reference::replay(*world.scenario, delays, readings);
        if (coverage != nullptr) {
            coverage->add(*world.scenario, expected);
        }
        const std::optional<reference::Replay> actual = player(*world.scenario, delays, readings);
        if (!actual) {
            return Difference{seed, "the world is not taken", yaml};
        }
        if (reference::firstDifference(expected, *actual).empty()) {
            continue;
        }
        const auto differs = [&](const std::string& smaller) {
            return differenceOn(smaller, player, delays, readings).has_value();
        };
        const std::string small = toYaml(shrink(text, differs));
        return Difference{seed, differenceOn(small, player, delays, readings).value_or(""), small};
    }
    return std::nullopt;
}

WorldText shrink(WorldText world, const std::function<bool(const std::string& yaml)>& holds) {
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (std::vector<std::string>* section : world.sections()) {
            for (std::size_t i = section->size(); i-- > 0;) {
                const std::string piece = (*section)[i];
                const auto place = section->begin() + static_cast<std::ptrdiff_t>(i);
                section->erase(place);
                if (holds(toYaml(world))) {
                    smaller = true;
                } else {
                    section->insert(section->begin() + static_cast<std::ptrdiff_t>(i), piece);
                }
            }
        }
    }
    return world;
}

} // namespace cmksim::property
