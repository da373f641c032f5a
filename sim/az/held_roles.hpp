// Which roles there are at a place of a timeline, as far as the file itself says: for commands that name none.
#pragma once

#include "az/command_action.hpp"
#include "scenario/ast.hpp"

namespace cmksim::az {

/// Follows a timeline in the order of the file.
class RoleLedger {
public:
    explicit RoleLedger(const EstateSpec& estate);

    void note(const ActionSpec& action);
    void note(const CommandAction& action);

    [[nodiscard]] const HeldRoles& held() const { return held_; }

private:
    void add(const std::vector<RoleSpec>& roles, std::string_view scope);
    void add(const VaultSpec& vault);
    void note(std::string_view action, std::string_view target, std::string_view identity, std::string_view role);

    HeldRoles held_;
};

} // namespace cmksim::az
