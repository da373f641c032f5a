// Another order of the same steps in which less goes wrong.
#pragma once

#include "gate/gate.hpp"

namespace cmksim::gate {

/// Looks for one. All orders are tried where they are few; else single steps are moved as long as that helps. Steps on
/// one thing keep their order, so that every order leads to the same end; the instants of the steps stay. `without` are
/// the harms of the estate without the steps. Ends with what there is when patience is over.
OrderSearch searchOrders(const Program& program, const std::vector<Harm>& harms, const std::vector<Harm>& without,
                         const Patience& patience);

/// What goes wrong where one step is taken before another that is written before it and need not be.
struct SwapSearch {
    struct Found {
        Swap swap;
        Harm harm;
    };
    std::vector<Found> found; // harms that the written order does not do, each with the first such order
    std::size_t tried = 0;
    bool every = true;
};
SwapSearch searchSwaps(const Program& program, const StepOrder& order, const std::vector<Harm>& harms,
                       const std::vector<Harm>& without, const Patience& patience);

} // namespace cmksim::gate
