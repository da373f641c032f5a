// How long work tells that it goes on, and is told to stop.
#pragma once

#include "base/folders.hpp"

#include <cstddef>

namespace cmksim {

/// Watches one piece of work that is done item by item. Several threads may call it at once.
class Progress {
public:
    Progress() = default;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    virtual ~Progress() = default;

    /// So many items more are done.
    virtual void advance(std::size_t items) = 0;

    /// Whether to stop here, with what there is so far.
    [[nodiscard]] virtual bool cancelled() const = 0;
};

} // namespace cmksim
