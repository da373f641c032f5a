#include "support/places.hpp"

namespace cmksim {

std::string testsFolder() { return CMKSIM_TESTS_DIR; }

} // namespace cmksim
