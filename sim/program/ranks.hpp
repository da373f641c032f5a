// The processes that a run is divided among, when it was started by mpirun and the program was built with MPI.
#pragma once

#include "sampling/sample.hpp"

#include <memory>

namespace cmksim::program {

/// Joins the other processes, or stands alone. Holds them together while it lives; one at a time.
std::unique_ptr<Ranks> joinRanks();

} // namespace cmksim::program
