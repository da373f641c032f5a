// One self-contained page about scenarios: what happened, what the open phases leave open, what stands on what, and the
// way back at any instant. The page's own code is made in web/ and carried in the program; here its data is put in.
// A story costs one replay, the bounds of its resources, and up to `mostPlans` plans, which take most of the time.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"
#include "model/azure.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::page {

/// At how many instants of a story the way back is looked for; what comes later shows none, and says so.
inline constexpr std::size_t mostPlans = 60;

/// Everything that a page shows of one scenario. `shown` is the program as it goes at nominal phases, without
/// reactions; `program` as it was compiled. Times are seconds since the start.
JsonValue storyJson(const Program& program, const Program& shown, std::string_view file,
                    const std::vector<AzureTerms>& terms);

/// The story of a program with an open instant, of which `story` is with the first one: what all of them come to, and a
/// picture of it.
JsonValue withOpenInstant(const JsonValue& story, const Program& program, std::string_view file);

/// The page, whole. Whatever names are in the stories, they are data in it and nothing else. `evidence` is what they
/// rest on.
std::string pageOf(std::vector<JsonValue> stories, const JsonValue& evidence);

/// The data in a page; empty where a text is none. What stands in it is JSON.
std::string_view dataOf(std::string_view page);

} // namespace cmksim::page
