#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/model_reader.hpp"
#include "catalog/permission_set.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <bitset>
#include <charconv>
#include <utility>

namespace cmksim::catalog {

namespace {

/// Sets of permissions, and of types of keys, are 32 bits wide.
constexpr std::size_t mostPermissions = 32;

/// The two ends of `7..90`.
std::optional<std::pair<int, int>> parseDays(std::string_view text) {
    const auto number = [](std::string_view digits) -> std::optional<int> {
        int value = 0;
        const char* const end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, value);
        return error == std::errc{} && stop == end && value > 0 ? std::optional{value} : std::nullopt;
    };
    const auto dots = text.find("..");
    if (dots == std::string_view::npos) {
        return std::nullopt;
    }
    const auto least = number(text.substr(0, dots));
    const auto most = number(text.substr(dots + 2));
    return least && most && *least <= *most ? std::optional{std::pair{*least, *most}} : std::nullopt;
}

/// Reads one platform file, part by part.
class PlatformReader {
public:
    PlatformReader(const Document& document, Diagnostics& diagnostics)
        : fields_{document.root(), "a platform", diagnostics}, facts_{diagnostics}, diagnostics_{diagnostics} {
        platform_.file = document.source().name();
    }

    Platform read() {
        if (!facts_.isReadable(fields_, "cmksim-platform")) {
            return std::move(platform_);
        }
        platform_.documents = facts_.documents(fields_);
        section("key-permissions", platform_.keyPermissionsProvenance, [&](MappingReader& fields) {
            platform_.keyPermissions = facts_.list(fields, "known", "a permission");
            if (platform_.keyPermissions.size() > mostPermissions) {
                diagnostics_.error(fields.mark(),
                                   fmt::format("no more than {} key permissions can be known", mostPermissions));
            }
        });
        vaultKinds();
        section("roles", platform_.rolesProvenance, [&](MappingReader& fields) { roles(fields); });
        if (const auto types = fields_.takeEntry("key-types")) {
            MappingReader fields{types->value, "'key-types'", types->key.mark(), diagnostics_};
            platform_.keyTypes = facts_.list(fields, "known", "a type of keys");
            if (platform_.keyTypes.size() > mostPermissions) {
                diagnostics_.error(fields.mark(),
                                   fmt::format("no more than {} types of keys can be known", mostPermissions));
            }
            platform_.keyTypesProvenance = facts_.provenance(fields);
            fields.finish();
        }
        if (const auto features = fields_.takeEntry("features")) {
            MappingReader fields{features->value, "'features'", features->key.mark(), diagnostics_};
            platform_.features = facts_.list(fields, "known", "a feature as PROVIDER/NAME");
            if (platform_.features.size() > mostPermissions) {
                diagnostics_.error(fields.mark(),
                                   fmt::format("no more than {} features can be known", mostPermissions));
            }
            platform_.featuresProvenance = facts_.provenance(fields);
            fields.finish();
        }
        section("retention", platform_.retentionProvenance, [&](MappingReader& fields) { retention(fields); });
        section("identity-recovery", platform_.identityRecoveryProvenance,
                [&](MappingReader& fields) { platform_.identityRecovery = facts_.duration(fields, "within"); });
        timings();
        refusals();
        platform_.notes = facts_.notes(fields_);
        fields_.take("readings"); // which the catalog has gone by
        fields_.finish();
        return std::move(platform_);
    }

private:
    template <class Read>
    void section(std::string_view name, Provenance& provenance, Read read) {
        facts_.section(fields_, "a platform", name, provenance, read);
    }

    /// The ordinary one, of which only the hosts are said, and then the others.
    void vaultKinds() {
        VaultKindRule& ordinary = platform_.vaultKinds[ordinaryVault];
        section("vault-hosts", ordinary.provenance,
                [&](MappingReader& fields) { ordinary.suffixes = facts_.list(fields, "suffixes", "a suffix"); });
        const Node kinds = fields_.take("vault-kinds");
        if (kinds && !kinds.isMapping()) {
            reportUnexpected(kinds, "kinds of vaults by name", diagnostics_);
            return;
        }
        if (!kinds) {
            return;
        }
        for (const auto [name, value] : kinds.entries()) {
            MappingReader fields{value, "a kind of vaults", name.mark(), diagnostics_};
            VaultKindRule kind{std::string{name.text()}, facts_.text(fields, "title"),
                               facts_.list(fields, "suffixes", "a suffix"), facts_.provenance(fields),
                               facts_.text(fields, "grant-fix")};
            fields.finish();
            if (kind.name == platform_.vaultKinds[ordinaryVault].name) {
                diagnostics_.error(name.mark(),
                                   fmt::format("{} is the kind of vaults that say none", inQuotes(kind.name)),
                                   "'vault-hosts' has its hosts");
            } else if (platform_.vaultKinds.size() == VaultKindSet::capacity) {
                diagnostics_.error(name.mark(),
                                   fmt::format("no more than {} kinds of vaults can be known", VaultKindSet::capacity));
            } else {
                platform_.vaultKinds.push_back(std::move(kind));
            }
        }
    }

    void roles(MappingReader& fields) {
        const Node known = fields.require("known");
        if (known && !known.isMapping()) {
            reportUnexpected(known, "roles by name", diagnostics_);
        }
        if (!known) {
            return;
        }
        for (const auto [name, value] : known.entries()) {
            MappingReader role{value, "a role", name.mark(), diagnostics_};
            RoleRule rule;
            rule.name = name.text();
            rule.usesKeys = facts_.boolean(role, "uses-keys");
            rule.permissions = rule.usesKeys ? ~std::uint32_t{0} : 0;
            if (const Node listed = role.take("permissions")) {
                rule.permissions = readPermissionSet(listed, platform_, facts_);
            }
            if (const Node kind = role.take("vault-kind")) {
                rule.vaultKind = readVaultKind(kind, platform_, facts_).value_or(ordinaryVault);
            }
            rule.provenance = facts_.provenance(role);
            role.finish();
            platform_.roles.push_back(std::move(rule));
        }
    }

    void retention(MappingReader& fields) {
        const Node days = fields.require("days");
        const auto range = days ? parseDays(days.text()) : std::nullopt;
        if (days && !range) {
            reportUnexpected(days, "a range of days such as 7..90", diagnostics_);
        }
        const auto [least, most] = range.value_or(std::pair{1, 1});
        platform_.retentionDaysLeast = least;
        platform_.retentionDaysMost = most;
        platform_.retentionDaysDefault = most;
        if (const Node value = fields.require("default"); value && range) {
            platform_.retentionDaysDefault =
                static_cast<int>(readInteger(value, least, most, diagnostics_).value_or(most));
        }
    }

    void timings() {
        const auto entry = facts_.requireEntry(fields_, "a platform", "timings");
        if (!entry) {
            return;
        }
        MappingReader fields{entry->value, "'timings'", entry->key.mark(), diagnostics_};
        const auto timing = [&](std::string_view name, Timing& into) {
            if (const auto found = facts_.requireEntry(fields, "'timings'", name)) {
                into = facts_.timing(found->value, name, "a timing", found->key.mark());
            }
        };
        timing("role-effect", platform_.roleEffect);
        timing("policy-effect", platform_.policyEffect);
        timing("token-life", platform_.tokenLife);
        fields.finish();
    }

    RefusalText::Answer answerOf(MappingReader& fields) {
        RefusalText::Answer answer;
        answer.status = facts_.status(fields);
        if (const Node message = fields.require("message")) {
            answer.message = readText(message, "a text", diagnostics_);
            facts_.checkPlaceholders(message);
        }
        return answer;
    }

    std::optional<RefusalText::Answer> answerAt(MappingReader& fields, std::string_view name) {
        const Node node = fields.take(name);
        if (!node) {
            return std::nullopt;
        }
        MappingReader own{node, "an answer", diagnostics_};
        RefusalText::Answer answer = answerOf(own);
        own.finish();
        return answer;
    }

    void refusals() {
        const auto entry = facts_.requireEntry(fields_, "a platform", "refusals");
        if (!entry) {
            return;
        }
        if (!entry->value.isMapping()) {
            reportUnexpected(entry->value, "refusals by name", diagnostics_);
            return;
        }
        std::bitset<commonRefusalCount> told;
        for (const auto [name, value] : entry->value.entries()) {
            MappingReader fields{value, "a refusal", name.mark(), diagnostics_};
            RefusalText text;
            text.answer = answerOf(fields);
            text.ofVault = answerAt(fields, "of-vault");
            text.inVault = answerAt(fields, "in-vault");
            text.fix = facts_.text(fields, "fix");
            text.provenance = facts_.provenance(fields);
            fields.finish();
            if (const auto index = facts_.indexOf(name, "refusal", commonRefusalNames)) {
                platform_.refusals[*index] = std::move(text);
                told.set(*index);
            }
        }
        std::vector<std::string> missing;
        for (std::size_t i = 0; i < commonRefusalCount; ++i) {
            if (!told.test(i)) {
                missing.emplace_back(commonRefusalNames[i]);
            }
        }
        if (!missing.empty()) {
            diagnostics_.error(entry->key.mark(), fmt::format("nothing is said of {}", listed(missing)));
        }
    }

    MappingReader fields_;
    FactReader facts_;
    Diagnostics& diagnostics_;
    Platform platform_;
};

} // namespace

std::optional<Platform> readPlatform(const Document& document, Diagnostics& diagnostics) {
    const std::size_t before = errorCount(diagnostics);
    Platform platform = PlatformReader{document, diagnostics}.read();
    return errorCount(diagnostics) == before ? std::optional{std::move(platform)} : std::nullopt;
}

} // namespace cmksim::catalog
