// Who is who among identities that sources name by their names, resource ids, object ids and client ids.
#pragma once

#include "import/raw_import.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmksim::import {

/// A name that nothing has yet: the name itself, or with a number behind it.
std::string unusedName(const std::string& name, std::set<std::string>& taken);

class IdentityIndex {
public:
    struct Identity {
        std::string name; // in the estate
        std::string id;
        std::string principalId;
        std::string clientId;
    };

    /// Learns what a source says of an identity, which may be known by another of its ids.
    void add(const RawIdentity& found);

    /// The name of the identity that a text stands for: one of its ids, `UserAssignedIdentity=ID`, or the service's
    /// own; empty when it is nobody's.
    [[nodiscard]] std::string nameOf(std::string_view text) const;

    /// Whether a text stands for a resource's own identity.
    [[nodiscard]] static bool isOwn(std::string_view text);

    /// All of them, in the order in which they were found.
    [[nodiscard]] const std::vector<Identity>& all() const { return identities_; }

private:
    [[nodiscard]] std::optional<std::size_t> find(const RawIdentity& found) const;

    std::vector<Identity> identities_;
    std::unordered_map<std::string, std::size_t> byText_; // any of its ids, in lower case
    std::unordered_map<std::string, std::size_t> byName_;
    std::set<std::string> taken_;
};

} // namespace cmksim::import
