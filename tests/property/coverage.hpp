// What a run of random worlds has reached, judged by what the reference says happened.
#pragma once

#include "reference/event.hpp"
#include "scenario/ast.hpp"

#include <map>
#include <string>
#include <vector>

namespace cmksim::property {

using namespace scenario;

class Coverage {
public:
    void add(const Scenario& scenario, const reference::Replay& replay);

    /// What the contract knows and no world has reached, each by name.
    [[nodiscard]] std::vector<std::string> missing() const;

    /// How often each thing was reached.
    [[nodiscard]] const std::map<std::string, std::size_t>& counts() const { return counts_; }

private:
    std::map<std::string, std::size_t> counts_;
};

} // namespace cmksim::property
