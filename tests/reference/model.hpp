// A model file as the language describes it (rules, models/README.md), read without the engine's reader: plain fields,
// looked up by name.
#pragma once

#include "base/instant.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::reference {

struct ModelLoss {
    std::string what;
    Duration after{};
};

/// Every time of a rule is the nominal one.
struct ModelState {
    bool terminal = false;
    bool down = true;
    bool byAction = false;
    std::optional<std::pair<Duration, std::string>> then; // after how long, to which state
    std::optional<Duration> heals;                        // how long after a look that passes
    std::vector<ModelLoss> losses;
};

struct ModelCondition {
    bool blocksRotation = false;
    std::string beyond = "everything";
};

struct ModelReason {
    std::string state;     // or
    std::string condition; // that it raises
    int status = 0;
    bool toleratedForever = false;
    std::optional<Duration> tolerated;
};

struct ModelOperation {
    bool anywhere = false;
    std::set<std::string> allowedIn;
    std::set<std::string> blockedBy;
    int status = 0;
    bool ownAnswer = false;
};

struct ModelRefusal {
    std::string error;
    std::map<std::string, std::vector<std::string>> when; // values as written
    bool checkFails = false;
    bool attachesIdentity = false;
    std::string leaves;
};

struct ModelRecovery {
    std::string error = "KeyAccessDenied";
    Duration takes{};
};

struct ModelRenewal {
    std::string state;
    Duration lapse{};
};

struct ModelBases {
    bool all = true;
    std::string state;
    Duration within{};
    Duration backWithin{};
};

struct ModelKeys {
    std::vector<std::string> slots; // in order; empty: the estate names them
    std::set<std::string> optional;
    std::size_t most = 1;
    bool all = true;
};

struct ModelFile {
    std::string service;
    std::vector<std::string> stateNames; // in order; the first is that in which data is available
    std::map<std::string, ModelState> states;
    std::map<std::string, ModelCondition> conditions;
    std::vector<std::string> conditionNames; // in order
    std::map<std::string, ModelReason> reasons;
    Duration period{};
    std::optional<Duration> recoveryPeriod;
    std::set<std::string> identities;
    std::set<std::string> trusted;
    std::vector<std::string> permissions; // in lower case
    std::set<std::string> otherVaults;    // kinds of vaults whose keys it takes, beside the ordinary one
    bool rotates = false;
    bool rotationIsSetting = false;
    std::optional<Duration> rotationPeriod;
    bool encryptionLater = false;
    std::set<std::string> decryptedIn; // states in which `key: null` is taken
    std::set<std::string> keptDuring;  // conditions in which it is not
    std::optional<ModelRecovery> recovery;
    std::optional<ModelRenewal> renewal;
    std::optional<ModelBases> bases;
    std::optional<ModelKeys> keys;
    std::optional<Duration> retains;
    bool deleteNeedsNothingOnIt = false;
    std::map<std::string, ModelOperation> operations;
    std::map<std::string, std::vector<ModelRefusal>> refusals; // by action

    [[nodiscard]] const std::string& first() const { return stateNames.front(); }
    [[nodiscard]] bool anyKeyWillDo() const { return keys && !keys->all; }
    [[nodiscard]] std::string shortSlot() const {
        const bool named = keys && !keys->slots.empty();
        for (std::size_t i = 0; named && i < keys->slots.size(); ++i) {
            if (keys->slots[i] == "primary") {
                return "primary";
            }
        }
        return named ? keys->slots.front() : "primary";
    }
};

/// Reads a sound model.
ModelFile readModelFile(const std::string& yaml);

} // namespace cmksim::reference
