// What a change tells of a part of an estate, readable by itself.
#pragma once

#include "import/estate_change.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// What is told of a part of the estate, with what it needs of the known estate to be read by itself: the vaults that
/// it speaks of and does not describe, without what is in them, and the identities that neither side describes. Both
/// outlive it.
class Fragment {
public:
    Fragment(const RawImport& known, const ReportedChange& reported) : known_{known}, reported_{reported} {}

    [[nodiscard]] RawImport of(const RawImport& side) const;

    /// Keys that go, or change, in vaults which nothing describes.
    [[nodiscard]] std::vector<std::string> goneKeys() const;

    /// Policies that go, or allow less, of principals that nothing tells who they are.
    [[nodiscard]] std::vector<std::string> lostPolicies(const Diagnostics& whole) const;

private:
    [[nodiscard]] bool isAltered(const RawKey& key) const;
    /// Whether either side has something in a vault that neither describes.
    [[nodiscard]] bool speaksOf(std::string_view name) const;
    [[nodiscard]] bool allowsLess(std::string_view vault, const RawPolicy& policy) const;

    const RawImport& known_;
    const ReportedChange& reported_;
};

} // namespace cmksim::import
