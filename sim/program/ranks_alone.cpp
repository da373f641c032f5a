#include "program/ranks.hpp"

namespace cmksim {

std::unique_ptr<Ranks> joinRanks() { return std::make_unique<Ranks>(); }

} // namespace cmksim
