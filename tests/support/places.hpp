// Where the files stand that tests read. The paths are compiled into one object, so that every other object is the same
// in each checkout.
#pragma once

#include <string>

namespace cmksim {

/// The folder `tests` of the checkout.
std::string testsFolder();

} // namespace cmksim
