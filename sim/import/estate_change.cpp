#include "import/estate_change.hpp"

#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "import/arm_values.hpp"
#include "import/carry.hpp"
#include "import/change_fragment.hpp"
#include "import/change_unknowns.hpp"
#include "import/giving_way.hpp"
#include "import/json_fields.hpp"
#include "import/plan_timeline.hpp"
#include "import/resource_place.hpp"
#include "import/tags.hpp"
#include "import/ways.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

namespace cmksim::import {

namespace {

using Messages = std::set<std::string>;

/// Whether what is left out means nothing for a change.
bool meansNothing(std::string_view help) {
    return help == namesNothingRead || help == keysAloneMatter || help == mayHaveKeysApart;
}

Messages messagesOf(const Diagnostics& diagnostics) {
    Messages messages;
    for (const Diagnostic& one : diagnostics.all()) {
        if (!meansNothing(one.help) && one.help != tagsAreLeftOut) {
            messages.insert(fullText(one));
        }
    }
    return messages;
}

auto placeOf(JsonObject& fields, std::string_view name) {
    return std::ranges::find(fields, name, &JsonObject::value_type::first);
}

bool has(const JsonObject& fields, std::string_view name) {
    return std::ranges::find(fields, name, &JsonObject::value_type::first) != fields.end();
}

JsonArray itemsOf(const JsonObject& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &JsonObject::value_type::first);
    const bool isList =
        found != fields.end() && found->second.visit([]<class T>(const T&) { return std::is_same_v<T, JsonArray>; });
    return isList ? found->second.items() : JsonArray{};
}

/// Changes the object in a field, where there is one.
template <class Change>
void changeIn(JsonObject& fields, std::string_view name, Change change) {
    if (const auto found = placeOf(fields, name); found != fields.end()) {
        JsonObject inner = fieldsOf(fields, name);
        change(inner);
        found->second = JsonValue{std::move(inner)};
    }
}

/// Adds what the known estate says and sources cannot.
class KnownFields {
public:
    KnownFields(const ImportedEstate& known, const ImportedEstate& before, const ImportedEstate& after)
        : known_{known}, before_{before}, after_{after} {}

    void addToBefore(ImportedEstate& estate) const { addTo(estate, true); }
    void addToAfter(ImportedEstate& estate) const { addTo(estate, false); }

private:
    /// Of what a tool tells afterwards alone, as a template does, the estate says how it was before.
    void addTo(ImportedEstate& estate, bool isBefore) const {
        for (const auto& [name, fields] : known_.identities) {
            addFields(name, fields.fields(), estate.identities, JsonObject{}, JsonObject{});
        }
        for (const auto& [name, fields] : known_.resources) {
            const bool isReported = has(before_.resources, name) || has(after_.resources, name);
            const auto found = placeOf(estate.resources, name);
            if (isReported) {
                const bool isNews = isBefore && !has(before_.resources, name);
                addFields(name, fields.fields(), estate.resources, fieldsOf(before_.resources, name),
                          isNews ? JsonObject{} : fieldsOf(after_.resources, name));
            } else if (found != estate.resources.end()) {
                found->second = fields;
            } else {
                estate.resources.emplace_back(name, fields);
            }
        }
        for (const auto& [name, fields] : known_.vaults) {
            addFields(name, fields.fields(), estate.vaults, fieldsOf(before_.vaults, name),
                      fieldsOf(after_.vaults, name));
            addKeys(name, fields.fields(), estate);
        }
    }

    static void addFields(const std::string& name, const JsonObject& known, JsonObject& things,
                          const JsonObject& before, const JsonObject& after) {
        changeIn(things, name, [&](JsonObject& fields) {
            if (isUnmodelled(fields) && !isUnmodelled(known)) {
                return; // it has no fields of a model
            }
            for (const auto& [field, value] : known) {
                // Grants, keys and who uses them were joined, or left out for a later list.
                const bool isJoined = field == "accessPolicies" || field == "roleAssignments" || field == "keys" ||
                                      (field == "identity" && (has(after, "key") || has(after, "keys")));
                if (!isJoined && !has(fields, field) && !has(before, field) && !has(after, field)) {
                    fields.emplace_back(field, value);
                }
            }
        });
    }

    /// Of keys that only the known estate describes, all that it says of them.
    void addKeys(const std::string& vault, const JsonObject& known, ImportedEstate& estate) const {
        const JsonObject before = fieldsOf(fieldsOf(before_.vaults, vault), "keys");
        const JsonObject after = fieldsOf(fieldsOf(after_.vaults, vault), "keys");
        changeIn(estate.vaults, vault, [&](JsonObject& fields) {
            changeIn(fields, "keys", [&](JsonObject& keys) {
                for (const auto& [name, described] : fieldsOf(known, "keys")) {
                    const auto found = placeOf(keys, name);
                    if (found == keys.end() || has(before, name) || has(after, name)) {
                        continue;
                    }
                    JsonObject whole;
                    for (const auto& [field, value] : described.fields()) {
                        if (field != "roleAssignments") {
                            whole.emplace_back(field, value);
                        }
                    }
                    if (JsonObject roles = fieldsOf(found->second.fields(), "roleAssignments"); !roles.empty()) {
                        whole.emplace_back("roleAssignments", std::move(roles));
                    }
                    found->second = JsonValue{std::move(whole)};
                }
            });
        });
    }

    const ImportedEstate& known_;
    const ImportedEstate& before_;
    const ImportedEstate& after_;
};

/// Takes out of an estate what the tool looked after before it acts and does not after.
class Removal {
public:
    Removal(const ImportedEstate& before, const ImportedEstate& after, ImportedEstate& from)
        : before_{before}, after_{after}, from_{from} {}

    /// What could not be found there.
    std::vector<std::string> remove() {
        removeThings("identity", before_.identities, after_.identities, from_.identities);
        removeThings("resource", before_.resources, after_.resources, from_.resources);
        for (const auto& [name, fields] : before_.resources) {
            if (has(after_.resources, name)) {
                removeFromResource(name, fields.fields(), fieldsOf(after_.resources, name));
            }
        }
        removeRoles("/", before_.roleAssignments, after_.roleAssignments, from_.roleAssignments);
        for (const auto& [name, fields] : before_.vaults) {
            if (after_.unreadVaults.contains(name)) {
                continue; // what becomes of it is not known, and told
            }
            if (has(after_.vaults, name)) {
                removeInVault(name, fields.fields(), fieldsOf(after_.vaults, name));
            }
        }
        removeVaults();
        return std::move(missing_);
    }

private:
    void erase(JsonObject& fields, std::string_view name, std::string what) {
        if (const auto found = placeOf(fields, name); found != fields.end()) {
            fields.erase(found);
        } else {
            missing_.push_back(fmt::format("the change removes {}, which was not found in the estate", what));
        }
    }

    void removeThings(std::string_view kind, const JsonObject& before, const JsonObject& after, JsonObject& from) {
        for (const auto& [name, fields] : before) {
            // What is left without a key is no longer among the resources, and not gone.
            const bool isKeyless = kind == "resource" && !has(from, name) && from_.keyless.contains(name);
            if (!has(after, name) && !isKeyless) {
                erase(from, name, fmt::format("{} {}", kind, inQuotes(name)));
            }
        }
    }

    void removeVaults() {
        for (const auto& [name, fields] : before_.vaults) {
            if (!has(after_.vaults, name) && !after_.unreadVaults.contains(name)) {
                erase(from_.vaults, name, fmt::format("vault {}", inQuotes(name)));
            }
        }
    }

    void removeFromResource(const std::string& name, const JsonObject& before, const JsonObject& after) {
        changeIn(from_.resources, name, [&](JsonObject& fields) {
            for (const auto& [field, value] : before) {
                const auto found = placeOf(fields, field);
                if (found == fields.end()) {
                    continue;
                }
                if (field == "identities") {
                    const JsonArray kept = itemsOf(after, field);
                    const JsonArray gone = itemsOf(before, field);
                    const auto in = [](const JsonArray& list, const JsonValue& one) {
                        return std::ranges::any_of(list, [&](const JsonValue& v) { return v.line() == one.line(); });
                    };
                    JsonArray left;
                    for (const JsonValue& one : itemsOf(fields, field)) {
                        if (in(kept, one) || !in(gone, one)) {
                            left.push_back(one);
                        }
                    }
                    found->second = JsonValue{std::move(left)};
                } else if (field == "tags") {
                    removeTags(fieldsOf(before, field), fieldsOf(after, field), fields);
                } else if (!has(after, field) && !isUnmodelled(after)) {
                    fields.erase(found); // of what becomes unmodelled, nothing tells that it loses a field
                }
            }
        });
    }

    /// Those that the tool does not know of stay.
    static void removeTags(const JsonObject& before, const JsonObject& after, JsonObject& fields) {
        changeIn(fields, "tags", [&](JsonObject& tags) {
            std::erase_if(tags, [&](const auto& tag) { return has(before, tag.first) && !has(after, tag.first); });
        });
        if (fieldsOf(fields, "tags").empty()) {
            fields.erase(placeOf(fields, "tags"));
        }
    }

    void removeInVault(const std::string& vault, const JsonObject& before, const JsonObject& after) {
        changeIn(from_.vaults, vault, [&](JsonObject& fields) {
            for (const auto& [field, value] : before) {
                const bool isPart = field == "accessPolicies" || field == "roleAssignments" || field == "keys";
                if (const auto found = placeOf(fields, field); !isPart && !has(after, field) && found != fields.end()) {
                    fields.erase(found);
                }
            }
            changeIn(fields, "accessPolicies", [&](JsonObject& policies) {
                for (const auto& [who, permissions] : fieldsOf(before, "accessPolicies")) {
                    if (!has(fieldsOf(after, "accessPolicies"), who)) {
                        erase(policies, who, fmt::format("the policy of {} in {}", inQuotes(who), inQuotes(vault)));
                    }
                }
            });
            changeIn(fields, "roleAssignments", [&](JsonObject& roles) {
                removeRoles(vault, fieldsOf(before, "roleAssignments"), fieldsOf(after, "roleAssignments"), roles);
            });
            changeIn(fields, "keys", [&](JsonObject& keys) {
                const JsonObject later = fieldsOf(after, "keys");
                for (const auto& [name, key] : fieldsOf(before, "keys")) {
                    const std::string target = vault + '/' + name;
                    if (!has(later, name)) {
                        erase(keys, name, fmt::format("key {}", inQuotes(target)));
                        continue;
                    }
                    changeIn(keys, name, [&](JsonObject& one) {
                        changeIn(one, "roleAssignments", [&](JsonObject& roles) {
                            removeRoles(target, fieldsOf(key.fields(), "roleAssignments"),
                                        fieldsOf(fieldsOf(later, name), "roleAssignments"), roles);
                        });
                    });
                }
            });
        });
    }

    void removeRoles(const std::string& scope, const JsonObject& before, const JsonObject& after, JsonObject& from) {
        for (const auto& [who, list] : before) {
            const JsonArray kept = itemsOf(after, who);
            for (const JsonValue& role : list.items()) {
                const auto isIt = [&](const JsonValue& one) { return one.line() == role.line(); };
                if (std::ranges::any_of(kept, isIt)) {
                    continue;
                }
                JsonArray left = itemsOf(from, who);
                if (std::erase_if(left, isIt) == 0) {
                    missing_.push_back(fmt::format("the change removes role {} of {} at {}, which was not found in the "
                                                   "estate",
                                                   role.line(), inQuotes(who), inQuotes(scope)));
                } else if (left.empty()) {
                    from.erase(placeOf(from, who));
                } else {
                    placeOf(from, who)->second = JsonValue{std::move(left)};
                }
            }
        }
    }

    const ImportedEstate& before_;
    const ImportedEstate& after_;
    ImportedEstate& from_;
    std::vector<std::string> missing_;
};

/// Access policies of vaults that are described as a whole, and that the description does not have.
void dropOtherPolicies(const RawImport& reported, const ImportedEstate& after, ImportedEstate& from) {
    for (const RawVault& vault : reported.vaults) {
        const std::string name = readable(vault.name);
        if (!vault.isWhole || !has(after.vaults, name)) {
            continue;
        }
        changeIn(from.vaults, name, [&](JsonObject& fields) {
            changeIn(fields, "accessPolicies", [&](JsonObject& policies) {
                const JsonObject kept = fieldsOf(fieldsOf(after.vaults, name), "accessPolicies");
                std::erase_if(policies, [&](const auto& policy) { return !has(kept, policy.first); });
            });
        });
    }
}

/// Identities that a template does not name where it names others: a deployment of it detaches them.
void tellDetached(const ImportedEstate& after, const ImportedEstate& whole, std::vector<std::string>& unknown) {
    constexpr std::string_view field = "identities";
    for (const auto& [name, described] : after.resources) {
        const JsonArray named = itemsOf(described.fields(), field);
        if (named.empty()) {
            continue;
        }
        for (const JsonValue& one : itemsOf(fieldsOf(whole.resources, name), field)) {
            const auto isIt = [&](const JsonValue& other) { return other.line() == one.line(); };
            if (std::ranges::none_of(named, isIt)) {
                unknown.push_back(fmt::format("the template does not name identity {} of {}: that it is detached is "
                                              "not simulated",
                                              inQuotes(stringOf(one)), inQuotes(name)));
            }
        }
    }
}

/// Whether an estate is known at all.
bool isEstate(const ImportedEstate& known) {
    return !known.vaults.empty() || !known.identities.empty() || !known.roleAssignments.empty() ||
           !known.resources.empty();
}

RawImport together(const RawImport& one, const RawImport& other) {
    RawImport both = one;
    both.append(other);
    return both;
}

/// What the tool makes though it is there: it would be refused, or first taken over.
void tellAlreadyThere(const ImportedEstate& known, const ReportedChange& reported, const ImportedEstate& before,
                      const ImportedEstate& after, std::vector<std::string>& unknown) {
    const auto tell = [&](std::string_view kind, const std::string& name, const JsonObject& there) {
        if (has(there, name)) {
            unknown.push_back(
                fmt::format("the change makes {} {}, which the estate has already", kind, inQuotes(name)));
        }
    };
    const auto isIn = [](const auto& things, const std::string& name) {
        return std::ranges::any_of(things, [&](const Described& one) { return one.name == name; });
    };
    for (const RawVault& one : reported.after.vaults) {
        if (one.isWhole && !isIn(reported.before.vaults, one.name)) {
            tell("vault", readable(one.name), known.vaults);
        }
    }
    for (const RawIdentity& one : reported.after.identities) {
        if (!one.mentioned && !isIn(reported.before.identities, one.name)) {
            tell("identity", readable(one.name), known.identities);
        }
    }
    const auto isChangedAlone = [&](const std::string& name) {
        const auto isIt = [&](const RawResource& one) { return readable(one.name) == name; };
        return std::ranges::any_of(reported.after.resources, isIt) &&
               std::ranges::all_of(reported.after.resources,
                                   [&](const RawResource& one) { return !isIt(one) || one.changesAlone; });
    };
    for (const auto& [name, fields] : after.resources) {
        if (!has(before.resources, name) && !isChangedAlone(name)) {
            tell("resource", name, known.resources);
        }
    }
}

/// What one reading tells of and the other does not, where the whole tells of it as well.
void tellDifferences(const Messages& here, const Messages& there, const Messages& whole,
                     std::vector<std::string>& unknown) {
    for (const std::string& message : here) {
        if (!there.contains(message) && whole.contains(message)) {
            unknown.push_back(message);
        }
    }
}

} // namespace

void dropWhatGoes(const RawImport& reportedBefore, const RawImport& reportedAfter, const ImportedEstate& before,
                  ImportedEstate& after) {
    for (const RawKey& key : reportedBefore.keys) {
        const bool stays = std::ranges::any_of(reportedAfter.keys, [&](const RawKey& one) {
            return equalIgnoringCase(one.name, key.name) && equalIgnoringCase(one.vault, key.vault);
        });
        if (!stays) {
            after.places.erase(fmt::format("key {}/{}", readable(key.vault), readable(key.name)));
            changeIn(after.vaults, readable(key.vault), [&](JsonObject& fields) {
                changeIn(fields, "keys", [&](JsonObject& keys) {
                    std::erase_if(keys, [&](const auto& one) { return one.first == readable(key.name); });
                });
            });
        }
    }
    const auto isDescribed = [](const RawImport& side, const std::string& name, const std::string& id) {
        return std::ranges::any_of(side.identities, [&](const RawIdentity& one) {
            return !one.mentioned && !one.isFound &&
                   (id.empty() ? readable(one.name) == name : equalIgnoringCase(one.id, id));
        });
    };
    for (const auto& [name, fields] : before.identities) {
        const JsonObject& said = fields.fields();
        const auto id = std::ranges::find(said, "id", &JsonObject::value_type::first);
        const std::string text = id == said.end() ? std::string{} : stringOf(id->second);
        if (isDescribed(reportedBefore, name, text) && !isDescribed(reportedAfter, name, text)) {
            std::erase_if(after.identities, [&](const auto& one) { return one.first == name; });
        }
    }
}

EstateChange estateChange(const KnownEstate& known, ReportedChange reported, Catalog& catalog,
                          Diagnostics& diagnostics) {
    Diagnostics ofBefore;
    Diagnostics ofAfter;
    Diagnostics ofWholeBefore;
    Diagnostics ofWholeAfter;
    Diagnostics ofIdentities;
    settleWays(known.written, catalog.azure(), reported, diagnostics);
    settleTiers(known.written, catalog.azure(), reported, diagnostics);
    nameMadeIdentities(known.raw, reported.after);
    shareIdentities(reported.before, reported.after);
    const Fragment fragment{known.raw, reported};
    ImportedEstate before = joinEstate(fragment.of(reported.before), catalog, ofBefore);
    ImportedEstate after = joinEstate(fragment.of(reported.after), catalog, ofAfter);
    dropWhatGoes(reported.before, reported.after, before, after);
    carryAssumed(before, after); // what one side alone names does not come or go with that
    EstateChange change{
        joinEstate(together(known.raw, reported.before), catalog, ofWholeBefore),
        joinEstate(together(withoutWhatChanges(known.raw, reported), reported.after), catalog, ofWholeAfter),
        {},
        {},
        after.places};
    change.places.insert(before.places.begin(), before.places.end());
    // Where the change has it, and not the estate.
    for (const auto& [what, place] : before.places) {
        change.before.places.insert_or_assign(what, place);
    }
    for (const auto& [what, place] : after.places) {
        change.after.places.insert_or_assign(what, place);
    }
    const KnownFields fields{known.written, before, after};
    fields.addToBefore(change.before);
    fields.addToAfter(change.after);
    std::vector<std::string> missing = Removal{before, after, change.after}.remove();
    if (isEstate(known.written)) { // else nothing was to be found
        change.unknown = std::move(missing);
    }
    std::ranges::copy(fragment.goneKeys(), std::back_inserter(change.unknown));
    std::ranges::copy(fragment.lostPolicies(ofWholeBefore), std::back_inserter(change.unknown));
    if (!reported.replacesPolicies) { // a template says what there should be, whether it is there or not
        tellAlreadyThere(known.written, reported, before, after, change.unknown);
    } else {
        dropOtherPolicies(reported.after, after, change.after);
        tellDetached(after, change.after, change.unknown);
    }
    change.after.strangers = after.strangers; // of what the tool looks after
    change.after.unreadVaults.insert(after.unreadVaults.begin(), after.unreadVaults.end());
    std::erase_if(change.after.unreadVaults, [&](const std::string& name) {
        return std::ranges::none_of(reported.after.vaults,
                                    [&](const RawVault& one) { return readable(one.name) == name && one.isWhole; }) &&
               has(change.after.vaults, name);
    });
    tellUnknownSettings(reported.after, change.unknown);
    tellUndescribed({&known.raw, &reported.before, &reported.after}, ofIdentities);
    for (const Diagnostic& one : ofIdentities.all()) {
        change.unknown.push_back(fullText(one));
    }
    const Messages wholeBefore = messagesOf(ofWholeBefore);
    const Messages beforeAlone = messagesOf(ofBefore);
    const Messages afterAlone = messagesOf(ofAfter);
    tellDifferences(afterAlone, beforeAlone, messagesOf(ofWholeAfter), change.unknown);
    tellDifferences(beforeAlone, afterAlone, wholeBefore, change.unknown);
    const Messages leftBefore{reported.leftOutBefore.begin(), reported.leftOutBefore.end()};
    const Messages leftAfter{reported.leftOutAfter.begin(), reported.leftOutAfter.end()};
    tellDifferences(leftAfter, leftBefore, leftAfter, change.unknown);
    tellDifferences(leftBefore, leftAfter, leftBefore, change.unknown);
    for (const Diagnostic& one : ofWholeBefore.all()) {
        if (!known.written.vaults.empty() && !beforeAlone.contains(fullText(one)) && !meansNothing(one.help)) {
            diagnostics.warning(one.mark, one.message, one.help);
        }
    }
    carryAssumed(change.before, change.after);
    change.entries = planTimeline(change.before, change.after, reported.replaced, diagnostics, &change.unknown);
    foldUnreadVaults(change.after.unreadVaults, change.unknown);
    carryUnmodelled(change.before, change.after, catalog.platform());
    dropThoseOfGone(before, after, change.unknown);
    change.unknownPlaces = placesOfUnknown(
        change.unknown, {&ofWholeAfter, &ofWholeBefore, &ofAfter, &ofBefore, &ofIdentities, &diagnostics});
    return change;
}

EstateChange estateChange(ImportedEstate before, ImportedEstate after, Diagnostics& diagnostics) {
    EstateChange change{std::move(before), std::move(after), {}, {}, {}};
    change.places = change.after.places;
    change.places.insert(change.before.places.begin(), change.before.places.end());
    change.entries = planTimeline(change.before, change.after, {}, diagnostics, &change.unknown);
    return change;
}

} // namespace cmksim::import
