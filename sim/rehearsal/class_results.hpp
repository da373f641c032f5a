// The results of a class: what `drill --format json` printed for each player, read again and compared.
#pragma once

#include "base/diagnostics.hpp"
#include "base/instant.hpp"
#include "base/shape.hpp"
#include "report/layout.hpp"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::rehearsal {

/// A resource as it went for one player.
struct ClassResource {
    std::string name;
    bool whole = false; // at the end
    Duration unrepaired{};
};

/// A line that a player typed.
struct ClassMove {
    Instant at{};
    std::string line;
    std::string result;               // done, wrong, refused, hint, quit
    std::vector<std::string> actions; // that it did or tried
};

/// One player's result of one drill.
struct ClassResult {
    std::string player;
    std::string scenario;
    std::string file; // of the scenario; empty where the result does not name it
    bool passed = false;
    std::int64_t points = 0;
    Instant began{};
    Instant ended{};
    std::optional<Duration> repaired; // after the first symptom
    Duration downtime{};
    Duration unrepaired{};
    Duration bestUnrepaired{};
    std::int64_t hints = 0;
    std::int64_t wrong = 0;
    std::int64_t irreversible = 0;
    std::vector<std::string> broken; // rules
    std::vector<std::string> missed; // goals
    std::vector<std::string> leftBehind;
    std::vector<ClassResource> resources;
    std::vector<ClassMove> moves;

    /// How many lines did or tried something.
    [[nodiscard]] std::size_t commands() const;
};

/// Reads a file with one result on each line, or with one alone. A result without a player is that of `player`. What is
/// wrong is reported at its place.
void readResults(const std::shared_ptr<const Source>& source, std::string_view player,
                 std::vector<ClassResult>& results, Diagnostics& diagnostics);

/// What was tried, by how many players, and how often; the most players first.
struct Attempted {
    std::string action;
    std::size_t players = 0;
    std::size_t times = 0;
};

/// Time in which something was unrepaired and a player did nothing.
struct LostTime {
    std::string player;
    Instant from{};
    Duration length{};
    std::string next; // what was typed after it; empty: nothing
};

/// One drill as a class played it.
struct ClassDrill {
    std::string scenario;
    std::vector<const ClassResult*>
        players; // the soonest repaired first, then by points and name, as a reader looks for it
    std::vector<Attempted> tried;
    std::vector<LostTime> lost; // the longest first
    struct Trouble {
        std::string resource;
        Duration unrepaired{};      // of all players together
        std::size_t leftBehind = 0; // by so many players
    };
    std::vector<Trouble> troubles; // the worst first

    /// Those who repaired everything first; several where they took the same time.
    [[nodiscard]] std::span<const ClassResult* const> first() const;
};

/// By drill, in the order of the names of their files, with numbers as numbers.
std::vector<ClassDrill> classOf(std::span<const ClassResult> results);

void writeClassText(std::span<const ClassDrill> drills, const TextStyle& style, std::ostream& out);
void writeClassCsv(std::span<const ClassDrill> drills, std::ostream& out);

shape::Properties classProperties();
JsonValue classJson(const ClassDrill& drill);
/// A page of its own, without scripts.
void writeClassPage(std::span<const ClassDrill> drills, std::ostream& out);

} // namespace cmksim::rehearsal
