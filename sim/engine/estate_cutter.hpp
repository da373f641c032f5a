// Smaller pieces of an estate than its parts: some resources with what they stand on.
#pragma once

#include "engine/dependencies.hpp"
#include "engine/part.hpp"

#include <memory>
#include <span>

namespace cmksim::engine {

/// Cuts pieces out of an estate. Built once, in time and memory that grow with the estate; a piece costs what is in it,
/// and a look at the grants of the vaults that it touches.
class EstateCutter {
public:
    /// Both must outlive it.
    EstateCutter(const Program& whole, const Dependencies& dependencies);
    EstateCutter(const EstateCutter&) = delete;
    EstateCutter& operator=(const EstateCutter&) = delete;
    ~EstateCutter();

    /// Some resources with what they stand on, their identities, their keys, the vaults of these, and the grants that
    /// count for them: what happens to those things happens to the resources as in the whole. Other keys of the vaults,
    /// other resources and other grants are left out.
    [[nodiscard]] EstatePart around(std::span<const ResourceId> resources);

private:
    class Cuts;
    std::unique_ptr<Cuts> cuts_;
};

} // namespace cmksim::engine
