#include "import/ways.hpp"

#include "az/flag_words.hpp"
#include "az/references.hpp"
#include "base/text.hpp"
#include "import/arm_values.hpp"
#include "import/azure_fields.hpp"
#include "import/azure_resources.hpp"
#include "import/json_fields.hpp"
#include "import/match.hpp"
#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace cmksim::import {

namespace {

std::string textIn(const JsonObject& fields, std::string_view name) {
    const JsonValue* value = fieldNamed(fields, name);
    return value != nullptr ? stringOf(*value) : std::string{};
}

const JsonValue* namedWhateverItsCase(const JsonObject& fields, std::string_view name) {
    const auto found =
        std::ranges::find_if(fields, [&](const auto& one) { return equalIgnoringCase(one.first, name); });
    return found != fields.end() ? &found->second : nullptr;
}

/// Whether a firewall of these settings lets in all, or the services that vaults trust.
bool admits(std::string_view access, std::string_view action, std::string_view bypass) {
    const bool admitsAll = (access.empty() || equalIgnoringCase(access, "Enabled")) &&
                           (action.empty() || equalIgnoringCase(action, "Allow"));
    const bool admitsTrusted = bypass.empty() || equalIgnoringCase(bypass, "AzureServices");
    return (admitsAll || admitsTrusted) && !equalIgnoringCase(access, "SecuredByPerimeter") && !isUnknownText(access) &&
           !isUnknownText(action) && !isUnknownText(bypass);
}

bool admitsBefore(const JsonObject& vault) {
    const JsonObject acls = fieldsOf(vault, "networkAcls");
    const bool isPlain = fieldNamed(vault, "privateEndpoints") == nullptr && fieldNamed(vault, "perimeter") == nullptr;
    return isPlain &&
           admits(textIn(vault, "publicNetworkAccess"), textIn(acls, "defaultAction"), textIn(acls, "bypass"));
}

bool admitsAfter(const RawVault& vault) {
    const auto said = [&](std::string_view field) {
        const auto found = std::ranges::find(vault.settings, field, &std::pair<std::string, JsonValue>::first);
        return found != vault.settings.end() ? stringOf(found->second) : std::string{};
    };
    return admits(said("publicNetworkAccess"), said("networkAcls.defaultAction"), said("networkAcls.bypass"));
}

/// A way and what is known of it.
class JudgedWay {
public:
    JudgedWay(const RawWay& way, const ImportedEstate& known, const std::vector<AzureTerms>& terms,
              const RawImport& after)
        : way_{way}, known_{known}, after_{after} {
        for (const std::string& id : way.leadsTo) {
            const auto parts = readAzureId(id);
            isOpen_ = isOpen_ || isUnknownText(id) || !parts || parts->names.empty();
            if (parts && !parts->names.empty() && findAzureType(terms, parts->type).is(AzureThing::Vault)) {
                vaults_.insert(lowerCase(parts->names.front()));
            }
        }
        const std::string name = matchName(readable(way.name));
        for (const auto& [called, fields] : known.resources) {
            const std::string itsName = textIn(fields.fields(), "name");
            const bool isIt = equalIgnoringCase(called, name) || equalIgnoringCase(itsName, readable(way.name));
            if (!isIt || !isUnmodelled(fields.fields())) {
                continue;
            }
            isThere_ = true;
            const JsonValue* list = fieldNamed(fields.fields(), "vaults");
            const JsonArray* items = list != nullptr ? arrayOf(*list) : nullptr;
            for (const JsonValue& one : items != nullptr ? *items : JsonArray{}) {
                vaultsBefore_.insert(lowerCase(stringOf(one)));
            }
        }
    }

    /// Whether nothing that is played changes with it.
    [[nodiscard]] bool isHarmless() const {
        const bool isKnown =
            !known_.vaults.empty() && !way_.leadsTo.empty() && !isOpen_ && !way_.hasParts && !isUnknownText(way_.name);
        return isKnown && (isThere_ ? vaultsBefore_ == vaults_ : std::ranges::all_of(vaults_, [&](const auto& vault) {
                   return isReachedWithout(vault);
               }));
    }

    /// What is told of one that is harmless; empty where nothing needs to be.
    [[nodiscard]] std::string note() const {
        std::string names;
        for (const std::string& vault : vaults_) {
            names += (names.empty() ? "" : ", ") + inQuotes(vault);
        }
        const std::string what = fmt::format("{} {}", way_.type, inQuotes(readable(way_.name)));
        return vaults_.empty() ? std::string{}
               : isThere_      ? fmt::format("{} leads to vault {} as in the estate; what else of it changes is not "
                                                  "simulated",
                                             what, names)
                          : fmt::format("{} is not in the estate, and vault {} admits without it what is simulated",
                                        what, names);
    }

private:
    [[nodiscard]] bool isReachedWithout(const std::string& vault) const {
        const JsonValue* before = namedWhateverItsCase(known_.vaults, vault);
        return (before == nullptr || admitsBefore(before->fields())) &&
               std::ranges::all_of(after_.vaults, [&](const RawVault& one) {
                   return !equalIgnoringCase(readable(one.name), vault) || admitsAfter(one);
               });
    }

    const RawWay& way_;
    const ImportedEstate& known_;
    const RawImport& after_;
    bool isOpen_ = false;  // where it leads is not known
    bool isThere_ = false; // the estate has something of its name
    std::set<std::string> vaults_;
    std::set<std::string> vaultsBefore_;
};

} // namespace

bool isWay(std::string_view type, const std::vector<AzureTerms>& terms) {
    return std::ranges::any_of(terms, [&](const AzureTerms& one) {
        return std::ranges::any_of(one.farReaching.ways,
                                   [&](const auto& way) { return equalIgnoringCase(way.first, type); });
    });
}

void settleWays(const ImportedEstate& known, const std::vector<AzureTerms>& terms, ReportedChange& reported,
                Diagnostics& diagnostics) {
    for (const RawWay& way : reported.after.ways) {
        const auto isIt = [&](const Described& one) { return equalIgnoringCase(one.id, way.id); };
        if (std::ranges::any_of(reported.before.ways, isIt)) {
            continue; // what becomes of it is told by what tells of the change
        }
        const JudgedWay judged{way, known, terms, reported.after};
        if (judged.isHarmless()) {
            std::erase_if(reported.after.mentions, isIt);
            if (const std::string note = judged.note(); !note.empty()) {
                diagnostics.warning(way.mark, note, "who finds the vault by a private name is not simulated");
            }
        } else if (reported.replacesPolicies) {
            reported.leftOutAfter.push_back(
                fmt::format("a resource of type {} may be there already, and can take access away where it is "
                            "altered: what it does is not simulated",
                            inQuotes(way.type)));
        }
    }
}

void settleTiers(const ImportedEstate& known, const std::vector<AzureTerms>& terms, ReportedChange& reported,
                 Diagnostics& diagnostics) {
    std::set<std::string> hardware;
    for (const AzureTerms& one : terms) {
        hardware.insert(one.farReaching.hardwareKeys.begin(), one.farReaching.hardwareKeys.end());
    }
    for (const RawVault& vault : reported.after.vaults) {
        const JsonValue* before = namedWhateverItsCase(known.vaults, readable(vault.name));
        if (vault.unplayed.empty() || before == nullptr) {
            continue;
        }
        const std::string name = readable(vault.name);
        std::string inHardware; // a key
        bool isSaid = true;     // of every key
        for (const auto& [key, described] : fieldsOf(before->fields(), "keys")) {
            const JsonValue* versions = fieldNamed(described.fields(), "versions");
            const JsonArray* list = versions != nullptr ? arrayOf(*versions) : nullptr;
            for (const JsonValue& version : list != nullptr ? *list : JsonArray{described}) {
                const JsonObject* said = objectOf(version);
                const std::string type = said != nullptr ? textIn(*said, "type") : std::string{};
                isSaid = isSaid && !type.empty();
                inHardware = hardware.contains(type) ? name + '/' + key : inHardware;
            }
        }
        for (const std::string& becomes : vault.unplayed) {
            if (!inHardware.empty()) {
                reported.leftOutAfter.push_back(fmt::format(
                    "vault {} is to have {}, and key {} lies in hardware: what comes of that is not simulated",
                    inQuotes(name), inQuotes(becomes), inQuotes(inHardware)));
            } else if (!isSaid) {
                diagnostics.warning(
                    vault.mark,
                    fmt::format("vault {} is to have {}, and the estate does not say of which types its "
                                "keys are",
                                inQuotes(name), inQuotes(becomes)),
                    "where it has another now, and keys in hardware, what comes of that is not known");
            }
        }
    }
}

/// Something that leads to others, and where: what cannot be read of that is not known.
void AzureResources::noteWay(Node resource, std::string_view type, const Described& head) {
    if (!isWay(type, terms_)) {
        return;
    }
    RawWay way;
    static_cast<Described&>(way) = head;
    way.type = type;
    const Node parts = findField(resource, "resources");
    way.hasParts = isThere(parts) && parts.size() > 0;
    for (const AzureTerms& one : terms_) {
        for (const auto& [meant, path] : one.farReaching.ways) {
            if (!equalIgnoringCase(meant, type)) {
                continue;
            }
            forEachAt(resource, path, [&](const Looked& looked) {
                const std::string id = textOf(looked.value);
                way.leadsTo.push_back(id.empty() ? std::string{unknownMark} : id);
            });
        }
    }
    raw_.ways.push_back(std::move(way));
}

/// What a template makes of a vault that is not played, or may make where only the deployment tells.
void AzureResources::noteUnplayed(Node resource, RawVault& vault) const {
    for (const AzureTerms& one : terms_) {
        for (const std::string& field : one.farReaching.fields) {
            const auto [path, words] = az::flagPathOf(field);
            const std::string said = path.starts_with(propertiesPrefix) ? textAt(resource, path) : std::string{};
            if (words && !said.empty() && (isUnknownText(said) || az::flagOf(*words, said) == true)) {
                vault.unplayed.push_back(field);
            }
        }
    }
}

} // namespace cmksim::import
