// Who is who among identities that sources name by their names, resource ids, object ids and client ids.
#pragma once

#include "import/raw_import.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmksim::import {

/// What an id is that a source calls an identity by.
enum class PrincipalIdKind : std::uint8_t { Unsaid, Principal, Client };

class IdentityIndex {
public:
    struct Identity {
        std::string name; // in the estate
        std::string id;
        std::string principalId;
        std::string clientId;
        std::string type = {}; // empty: user-assigned
        std::string with = {}; // of a federated one the identity that acts as `app`, by their names
        std::string app = {};
        bool isMade = false;  // a description of it is what makes it, or what was seen of it
        bool isFound = false; // it was looked up
        bool isOther = false; // it turned out to be another one of these
    };

    /// What two sources say differently of one identity.
    struct Conflict {
        Mark mark;
        std::string identity;
        std::string field;
        std::string earlier;
        std::string later;
    };

    /// Two identities of which sources say one object or client id, as exports do in which ids are blotted out.
    struct Shared {
        Mark mark;
        std::string one;
        std::string other;
        std::string text;
    };

    /// Learns what sources say: descriptions of one resource id are of one identity, and so are those that share an
    /// object or client id, unless they have resource ids of their own; such a text stands for neither. Names stay as
    /// they are where one alone has them; of several the first by subscription and group keeps it, and the others get a
    /// number behind it.
    explicit IdentityIndex(std::span<const RawIdentity> found);

    /// Adds one of which nothing but this text is known, an id or a name; its name in the estate. A text that is no
    /// resource id, and of which it is not known what it is, stands in none of the estate's fields.
    std::string addUnknown(std::string_view text, PrincipalIdKind kind);

    /// The name of the identity that a text stands for: one of its ids, `UserAssignedIdentity=ID`, or the service's
    /// own; empty when it is of none.
    [[nodiscard]] std::string nameOf(std::string_view text) const;

    /// Whether it is of several identities, so that it tells none.
    [[nodiscard]] bool isShared(std::string_view text) const;

    /// Whether a text stands for a resource's own identity.
    [[nodiscard]] static bool isOwn(std::string_view text);

    /// Whether it stands for an identity that reaches keys of another tenant through an application there.
    [[nodiscard]] static bool isFederated(std::string_view text);
    /// The identity and the application in such a text, as they are written there.
    struct FederatedParts {
        std::string identity;
        std::string application;
    };
    [[nodiscard]] static FederatedParts federatedParts(std::string_view text);
    /// The text of an identity, empty for the usual one, that acts as an application of another tenant.
    [[nodiscard]] static std::string federatedAs(std::string_view identity, std::string_view application);

    /// The federated identity that acts as an application of another tenant, and that application, which are added
    /// where they are not there; its name.
    std::string addFederated(const std::string& with, const std::string& application,
                             std::span<const RawApplication> known);

    /// Two texts stand for one identity: one that only Azure will know, and the id that another source has for it.
    void isOne(const std::string& unknown, const std::string& id);

    /// A principal's text is the service's own from now on.
    void addFirstParty(std::string_view principal);

    /// All of them, in the order in which they were found.
    [[nodiscard]] const std::vector<Identity>& all() const { return identities_; }
    /// Of each description, which of all it is of.
    [[nodiscard]] const std::vector<std::size_t>& ofEach() const { return ofEach_; }
    /// Of each description, whether an earlier one was of the same identity.
    [[nodiscard]] const std::vector<bool>& isAgain() const { return isAgain_; }
    [[nodiscard]] const std::vector<Conflict>& conflicts() const { return conflicts_; }
    [[nodiscard]] const std::vector<Shared>& shared() const { return shared_; }

private:
    void call(const std::string& text, std::size_t identity, const RawIdentity& found);
    void note(std::size_t identity, const RawIdentity& found);
    void learn(Identity& identity, const RawIdentity& found);
    void name();
    [[nodiscard]] std::string freeName(const std::string& name) const;

    std::vector<Identity> identities_;
    std::vector<std::string> written_;                    // the names as sources have them
    std::unordered_map<std::string, std::size_t> byText_; // any of its ids, in lower case; none where it is of several
    std::unordered_map<std::string, std::size_t>
        byPlace_; // type and name, with and without where it is; none where it is one of several
    std::vector<std::string> firstParty_;
    std::vector<std::size_t> ofEach_;
    std::vector<bool> isAgain_;
    std::vector<Conflict> conflicts_;
    std::vector<Shared> shared_;
};

/// A name for each of several things that may be called alike: the first of those keeps it, the others get the least
/// number that makes them unique. `orderOf` says, by the thing's place in the list, which is first among those of one
/// name; it is asked of those alone.
std::vector<std::string> uniqueNames(std::span<const std::string> names,
                                     const std::function<std::string(std::size_t)>& orderOf);

} // namespace cmksim::import
