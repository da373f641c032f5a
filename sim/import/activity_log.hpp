// Azure's activity log and Key Vault's audit events as a timeline.
#pragma once

#include "az/references.hpp"
#include "base/json_value.hpp"
#include "document/document.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// One event that means something here.
struct LoggedAction {
    std::string time; // RFC 3339, whole seconds
    std::string action;
    std::string target;
    JsonObject with;          // its arguments
    std::string version = {}; // of a key, as the log names it
    Mark mark = {};
};

/// Gathers events of logs, in whatever of the shapes that Azure exports them.
class ActivityLog {
public:
    ActivityLog(const std::vector<AzureTerms>& terms, const Platform& platform, const EstateSpec& estate,
                const AzureReferences& references, Diagnostics& diagnostics)
        : terms_{terms}, platform_{platform}, estate_{estate}, references_{references}, diagnostics_{diagnostics} {}

    /// Takes an event, or a table of them as a query of a workspace answers with.
    void take(Node event);

    /// The actions in order of time. Tells of changes of versions that are not known.
    [[nodiscard]] std::vector<LoggedAction> actions() const;

    /// Calls that were refused or failed, in order of time.
    struct Attempt {
        std::string time;
        std::string operation;
        std::string target;
        std::string status;
    };
    [[nodiscard]] std::vector<Attempt> attempts() const;

    /// Tells which keys services were seen to use, and when.
    void tellLooks() const;

    /// Tells which changes were logged that nothing here plays, and which of what the estate does not have.
    void tellUnplayed() const;

    /// Events that mean nothing here, or that tell of the same again.
    [[nodiscard]] std::size_t passedOver() const { return passedOver_; }

private:
    void takeEvent(Node event);
    bool keySettings(Node event, LoggedAction& action) const;
    void look(Node event);
    [[nodiscard]] std::string actionOf(std::string_view operation) const;
    bool vaultSettings(Node event, LoggedAction& action) const;
    bool grant(Node event, LoggedAction& action);
    bool target(Node event, const std::string& resource, LoggedAction& action) const;
    [[nodiscard]] bool isAway(const LoggedAction& action) const;
    [[nodiscard]] const KeySpec* keyNamed(const std::string& target) const;
    bool settleVersion(LoggedAction& action, std::map<std::string, std::string>& newest) const;

    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    const EstateSpec& estate_;
    const AzureReferences& references_;
    Diagnostics& diagnostics_;
    std::vector<LoggedAction> actions_;
    std::vector<Attempt> attempts_;
    std::map<std::string, std::vector<std::string>> looks_; // by key, their instants
    std::set<std::string> seen_;                            // correlation, operation and resource
    std::size_t passedOver_ = 0;
    std::size_t monthFirst_ = 0;                               // events with instants in the portal's form
    std::map<std::string, std::size_t, std::less<>> unplayed_; // by operation
    std::map<std::string, std::size_t, std::less<>> away_;     // by what the estate does not have
};

} // namespace cmksim::import
