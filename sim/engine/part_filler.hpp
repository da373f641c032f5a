// Makes a program of the things that a part of an estate lists.
#pragma once

#include "engine/dependencies.hpp"
#include "engine/part.hpp"

#include <vector>

namespace cmksim::engine {

/// The ids of the whole that things of the part in hand have, and the other way round.
template <class IdType>
class Renumbering {
public:
    explicit Renumbering(std::size_t size) : inPart_(size) {}

    void take(const IdVector<IdType, IdType>& part) {
        for (const IdType id : part.ids()) {
            inPart_[part[id]] = id;
        }
    }
    void take(IdType whole, IdType part) { inPart_[whole] = part; }
    void drop(const IdVector<IdType, IdType>& part) {
        for (const IdType whole : part) {
            inPart_[whole] = IdType{};
        }
    }
    /// Invalid for what is not in the part.
    [[nodiscard]] IdType operator()(IdType whole) const { return whole.valid() ? inPart_[whole] : IdType{}; }

private:
    IdVector<IdType, IdType> inPart_;
};

/// Makes a program of the things that a part lists, of which it has the vaults, identities and roles already, as the
/// whole numbers them.
class PartFiller {
public:
    explicit PartFiller(const Program& whole)
        : whole_{whole}, vaults_{whole.names.vaults.size()}, keys_{whole.names.keys.size()},
          identities_{whole.names.identities.size()}, resources_{whole.resources.size()},
          references_{whole.keys.size()} {}

    /// Gives a part what all of them have, and everything in it the part's own numbers.
    void fill(EstatePart& part);

private:
    struct IntoPart;

    void names(EstatePart& part) const;
    void renumber(std::vector<NewRole>& roles) const;
    void world(Program& program) const;
    void resource(const ResourceProgram& of, EstatePart& part);
    bool mapWhat(TimelineEntry& entry, EstatePart& part);
    bool mapExpectations(std::vector<Expectation>& expectations) const;
    void timeline(EstatePart& part);
    KeyReferenceId reference(KeyReferenceId id, EstatePart& part);

    const Program& whole_;
    Renumbering<VaultId> vaults_;
    Renumbering<KeyId> keys_;
    Renumbering<IdentityId> identities_;
    Renumbering<ResourceId> resources_;
    Renumbering<KeyReferenceId> references_;
};

/// The service's own identities, which are in every part.
std::vector<IdentityId> sharedIdentities(const Program& whole, const Dependencies& dependencies);

} // namespace cmksim::engine
