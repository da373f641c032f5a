// A command that only reads, as far as it says what is printed, and how.
#pragma once

#include "az/query.hpp"
#include "catalog/command_shapes.hpp"
#include "reads/folder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::reads {

/// Which grants a command asks for.
struct GrantFilter {
    std::string principal; // empty: whichever
    std::string role;
    std::string scope;
    bool everywhere = false; // at every scope
    bool inherited = false;  // above the one named as well
};

/// Which things a command asks for that lists those of every type.
struct ThingFilter {
    std::string name; // empty: whichever
    std::string type;
};

/// It points into the terms and the shapes.
struct ReadCommand {
    std::string words;                   // `keyvault key list`
    const CommandShape* shape = nullptr; // none: what it prints is not simulated
    bool isOfAnyName = false;            // all that is known of it is that it reads something
    const AzureTerms* terms = nullptr;
    std::string format = "json";
    std::optional<Query> query;
    GrantFilter grants;
    ThingFilter things;
    const ManagedShapes* managed = nullptr;
};

/// Reads a command that has been translated before. Nothing for one with which something is wrong.
std::optional<ReadCommand> readCommandOf(std::string_view command, const std::vector<AzureTerms>& terms,
                                         const ReadShapes& shapes);

} // namespace cmksim::reads
