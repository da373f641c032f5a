// What of a random estate must come back from what a tool wrote of it, and what came back.
#pragma once

#include "import/estate.hpp"
#include "import/random_estate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::test {

/// One line a fact, with things called by what they are and not by the names that an import finds for them. What no
/// template or plan can tell is left out: object ids, and the names of versions.
using Facts = std::set<std::string>;

inline std::string listed(std::vector<std::string> items) {
    std::ranges::sort(items);
    std::string text;
    for (const std::string& one : items) {
        text += ' ' + one;
    }
    return text;
}

/// What a source does not know of an estate that it tells.
struct Knowledge {
    bool subscriptions = true;
    bool openKeys = true;
};

class ExpectedFacts {
public:
    ExpectedFacts(const TestEstate& estate, Knowledge knows)
        : estate_{estate}, knowsSubscriptions_{knows.subscriptions}, knowsOpenKeys_{knows.openKeys} {}

    Facts facts() {
        for (const TestIdentity& one : estate_.identities) {
            facts_.insert("identity " + called(one));
        }
        for (const TestVault& one : estate_.vaults) {
            vault(one);
        }
        for (const TestResource& one : estate_.resources) {
            resource(one);
        }
        for (const TestGrant& one : estate_.grants) {
            grant(one);
        }
        return facts_;
    }

private:
    [[nodiscard]] std::string called(const TestIdentity& one) const {
        return (knowsSubscriptions_ ? one.subscription : "") + '/' + one.group + '/' + one.name;
    }
    [[nodiscard]] std::string called(const Who& who) const {
        if (who.isOwn) {
            const TestResource& one = estate_.resources[who.index];
            return "system:" + one.service + ':' + one.name;
        }
        return called(estate_.identities[who.index]);
    }

    void vault(const TestVault& one) {
        const auto say = [&](std::string_view field, const JsonValue& value) {
            facts_.insert("vault " + one.name + ' ' + std::string{field} + ' ' + value.line());
        };
        if (one.isHsm) {
            say("kind", "managed-hsm");
        } else {
            say("enableRbacAuthorization", one.rbac);
        }
        say("softDeleteRetentionInDays", one.retention);
        say("enablePurgeProtection", one.purgeProtection);
        say("publicNetworkAccess", one.isPublic ? "Enabled" : "Disabled");
        say("networkAcls.defaultAction", one.denies ? "Deny" : "Allow");
        say("networkAcls.bypass", one.bypasses ? "AzureServices" : "None");
        if (!one.ipRules.empty()) {
            facts_.insert("vault " + one.name + " networkAcls.ipRules" + listed(one.ipRules));
        }
        for (const TestPolicy& policy : one.policies) {
            facts_.insert("policy " + one.name + ' ' + called(policy.who) + listed(policy.permissions));
        }
        for (const TestKey& key : one.keys) {
            facts_.insert("key " + one.name + '/' + key.name + (key.enabled ? "" : " disabled") +
                          (key.expires.empty() ? "" : " expires " + key.expires));
        }
    }

    void resource(const TestResource& one) {
        const std::string head = "resource " + one.service + ':' + one.name;
        const TestVault& vault = estate_.vaults[one.vault];
        if (one.isOpen && !knowsOpenKeys_) {
            facts_.insert(head + " keyNotRead true"); // no model plays it
        } else {
            facts_.insert(head + " key " + vault.name + '/' + vault.keys[one.key].name +
                          (one.isPinned ? "/version" : ""));
            if (!one.sku.empty()) {
                facts_.insert(head + " sku " + one.sku);
            }
        }
        for (const auto& [name, value] : one.tags) {
            facts_.insert(head + " tag " + name + ' ' + JsonValue{value}.line());
        }
        facts_.insert(head + " identity " + called(one.who));
        std::vector<std::string> attached;
        if (one.who.isOwn) {
            attached.push_back(called(one.who));
        }
        for (const std::size_t identity : one.attached) {
            attached.push_back(called(estate_.identities[identity]));
        }
        facts_.insert(head + " identities" + listed(attached));
    }

    void grant(const TestGrant& one) {
        const std::string what = called(one.who) + ' ' + one.role;
        if (one.vault) {
            const TestVault& vault = estate_.vaults[*one.vault];
            facts_.insert("role " + vault.name + (one.key ? '/' + vault.keys[*one.key].name : "") + ' ' + what);
            return;
        }
        std::vector<std::string> within;
        std::size_t ordinary = 0; // a managed HSM knows no such roles
        for (const TestVault& vault : estate_.vaults) {
            ordinary += vault.isHsm ? 0U : 1U;
            if (!vault.isHsm && (idOf(vault) + '/').starts_with(one.scope + '/')) {
                within.push_back(vault.name);
            }
        }
        if (within.size() == ordinary) {
            facts_.insert("role above " + what);
            return;
        }
        for (const std::string& vault : within) {
            facts_.insert("role " + vault + ' ' + what);
        }
    }

    const TestEstate& estate_;
    bool knowsSubscriptions_;
    bool knowsOpenKeys_;
    Facts facts_;
};

/// What an import brought.
class FoundFacts {
public:
    FoundFacts(const import::ImportedEstate& estate, bool knowsSubscriptions)
        : estate_{estate}, knowsSubscriptions_{knowsSubscriptions} {}

    Facts facts() {
        for (const auto& [name, fields] : estate_.identities) {
            names_[name] = called(text(fields, "id"));
            facts_.insert("identity " + names_[name]);
        }
        for (const auto& [name, fields] : estate_.resources) {
            const std::string own = text(fields, "name");
            names_["system:" + name] = "system:" + serviceOf(fields) + ':' + (own.empty() ? name : own);
        }
        for (const auto& [name, fields] : estate_.vaults) {
            vault(name, fields);
        }
        for (const auto& [name, fields] : estate_.resources) {
            resource(name, fields);
        }
        roles("above", estate_.roleAssignments);
        return facts_;
    }

private:
    [[nodiscard]] std::string called(const std::string& id) const {
        std::vector<std::string> parts;
        for (std::size_t at = 0; at < id.size();) {
            const std::size_t end = std::min(id.find('/', at + 1), id.size());
            parts.push_back(id.substr(at + 1, end - at - 1));
            at = end;
        }
        return parts.size() < 8 ? id : (knowsSubscriptions_ ? parts[1] : "") + '/' + parts[3] + '/' + parts.back();
    }

    static const JsonValue* field(const JsonValue& value, std::string_view name) {
        for (const auto& [own, inner] : value.fields()) {
            if (own == name) {
                return &inner;
            }
        }
        return nullptr;
    }
    static std::string plain(const JsonValue& value) {
        std::string line = value.line();
        return line.starts_with('"') ? line.substr(1, line.size() - 2) : line;
    }
    static std::string text(const JsonValue& value, std::string_view name) {
        const JsonValue* found = field(value, name);
        return found != nullptr ? plain(*found) : std::string{};
    }
    /// That of one which no model plays by its type.
    static std::string serviceOf(const JsonValue& fields) {
        const std::string type = text(fields, "type");
        for (const std::string_view service : {"acr", "cosmosdb", "documentdb"}) {
            if (typeOfService(service) == type) {
                return std::string{service};
            }
        }
        return text(fields, "service");
    }
    [[nodiscard]] std::string nameOf(const std::string& who) const {
        const auto found = names_.find(who);
        return found != names_.end() ? found->second : who;
    }
    static std::vector<std::string> texts(const JsonValue& list) {
        std::vector<std::string> items;
        for (const JsonValue& one : list.items()) {
            items.push_back(plain(one));
        }
        return items;
    }

    void roles(const std::string& where, const JsonObject& assignments) {
        for (const auto& [who, list] : assignments) {
            for (const std::string& role : texts(list)) {
                facts_.insert("role " + where + ' ' + nameOf(who) + ' ' + role);
            }
        }
    }

    void vault(const std::string& name, const JsonValue& fields) {
        for (const auto& [one, value] : fields.fields()) {
            if (one == "networkAcls") {
                for (const auto& [acl, inner] : value.fields()) {
                    const bool isList = acl == "ipRules";
                    if (!isList || !inner.items().empty()) {
                        facts_.insert("vault " + name + " networkAcls." + acl +
                                      (isList ? listed(texts(inner)) : ' ' + inner.line()));
                    }
                }
            } else if (one == "accessPolicies") {
                for (const auto& [who, permissions] : value.fields()) {
                    facts_.insert("policy " + name + ' ' + nameOf(who) + listed(texts(permissions)));
                }
            } else if (one == "roleAssignments") {
                roles(name, value.fields());
            } else if (one == "keys") {
                for (const auto& [key, inner] : value.fields()) {
                    this->key(name + '/' + key, inner);
                }
            } else {
                facts_.insert("vault " + name + ' ' + one + ' ' + value.line());
            }
        }
    }

    void key(const std::string& name, const JsonValue& fields) {
        const JsonValue* versions = field(fields, "versions");
        const JsonValue& only = versions != nullptr ? versions->items().front() : fields;
        std::string fact = "key " + name;
        fact += text(only, "enabled") == "false" ? " disabled" : "";
        const std::string expires = text(only, "expires");
        fact += expires.empty() ? "" : " expires " + expires;
        fact += versions != nullptr && versions->items().size() > 1 ? " and other versions" : "";
        facts_.insert(fact);
        if (const JsonValue* granted = field(fields, "roleAssignments")) {
            roles(name, granted->fields());
        }
    }

    void resource(const std::string& name, const JsonValue& fields) {
        const std::string own = names_["system:" + name];
        const std::string head = "resource " + own.substr(own.find(':') + 1);
        const auto who = [&](const std::string& text) { return text == "SystemAssigned" ? own : nameOf(text); };
        for (const auto& [one, value] : fields.fields()) {
            if (one == "identity") {
                facts_.insert(head + " identity " + who(plain(value)));
            } else if (one == "identities") {
                std::vector<std::string> attached = texts(value);
                std::ranges::transform(attached, attached.begin(), who);
                facts_.insert(head + " identities" + listed(attached));
            } else if (one == "key") {
                std::string key = plain(value);
                const std::size_t version = key.find('/', key.find('/') + 1);
                facts_.insert(head + " key " +
                              (version == std::string::npos ? key : key.substr(0, version) + "/version"));
            } else if (one == "tags") {
                for (const auto& [tag, said] : value.fields()) {
                    facts_.insert(head + " tag " + tag + ' ' + said.line());
                }
            } else if (one != "service" && one != "name" && one != "type") {
                facts_.insert(head + ' ' + one + ' ' + plain(value));
            }
        }
    }

    const import::ImportedEstate& estate_;
    bool knowsSubscriptions_;
    std::map<std::string, std::string> names_;
    Facts facts_;
};

} // namespace cmksim::test
