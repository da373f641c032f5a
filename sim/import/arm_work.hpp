// How long templates may be worked out, and what has been told about them.
#pragma once

#include "base/diagnostics.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// What all templates of one import share: bounds, and what has been told.
class ArmWork {
public:
    /// `terms` and `platform` say what the ids in templates are of.
    ArmWork(const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics)
        : terms_{terms}, platform_{platform}, diagnostics_{diagnostics} {}

    [[nodiscard]] const std::vector<AzureTerms>& terms() const { return terms_; }
    [[nodiscard]] std::string_view vaultHost() const { return platform_.vaultKinds[ordinaryVault].suffixes.front(); }

    /// Counts a step; false once there have been too many, which is reported.
    bool step(Mark mark);
    bool countResource(Mark mark);
    [[nodiscard]] bool exhausted() const { return exhausted_; }

    /// Whether anything is told from now on: not while something is worked out that only may matter.
    void hush(bool quiet) { quiet_ = quiet; }

    /// Tells something once.
    void warn(Mark mark, std::string message, std::string help = {});

private:
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    Diagnostics& diagnostics_;
    std::set<std::string> told_;
    std::size_t steps_ = 0;
    std::size_t resources_ = 0;
    bool exhausted_ = false;
    bool quiet_ = false;
};

} // namespace cmksim::import
