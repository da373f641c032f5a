// What an identity has to be granted for a key, for a person and for programs.
#pragma once

#include "base/shape.hpp"
#include "model/azure.hpp"
#include "recovery/least_grant.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <vector>

namespace cmksim::report {

void writeLeastGrantText(const Program& program, const LeastGrant& found, const std::vector<AzureTerms>& terms,
                         const TextStyle& style, std::ostream& out);

shape::Properties leastGrantProperties();
JsonValue leastGrantJson(const Program& program, const LeastGrant& found, const std::vector<AzureTerms>& terms);

} // namespace cmksim::report
