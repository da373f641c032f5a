// How long templates may be worked out, and what has been told about them.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"
#include "import/expected.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// A resource of a template, with its symbolic name where it has one.
struct DeclaredResource {
    std::string symbol;
    Node node;
};

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

    /// `expect` of `expected.hpp`, for what a template has.
    Node expect(Node node, Expected what, std::string_view where);

    /// The resources that stand in a template or in a resource.
    std::vector<DeclaredResource> resourcesIn(Node around);

    /// Tells which parts of a template are of a kind in which nothing can be read.
    void judge(Node root);

    /// Tells something once.
    void warn(Mark mark, std::string message, std::string help = {});

private:
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    Diagnostics& diagnostics_;
    std::set<std::string> reported_;
    std::size_t steps_ = 0;
    std::size_t resources_ = 0;
    bool exhausted_ = false;
    bool quiet_ = false;
};

} // namespace cmksim::import
