#include "program/ranks.hpp"

namespace cmksim::program {

std::unique_ptr<Ranks> joinRanks() { return std::make_unique<Ranks>(); }

} // namespace cmksim::program
