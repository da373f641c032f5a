#include "program/ranks.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>

#include <cstdlib>

namespace cmksim::program {

namespace {

class MpiRanks : public Ranks {
public:
    [[nodiscard]] unsigned rank() const override { return static_cast<unsigned>(world_.rank()); }
    [[nodiscard]] unsigned count() const override { return static_cast<unsigned>(world_.size()); }
    [[nodiscard]] std::vector<std::string> exchange(const std::string& mine) const override {
        std::vector<std::string> all;
        boost::mpi::all_gather(world_, mine, all);
        return all;
    }

private:
    boost::mpi::environment environment_;
    boost::mpi::communicator world_;
};

/// Joining costs a process that stands alone a good part of a second.
bool startedTogether() { return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMI_SIZE") != nullptr; }

} // namespace

std::unique_ptr<Ranks> joinRanks() {
    if (startedTogether()) {
        return std::make_unique<MpiRanks>();
    }
    return std::make_unique<Ranks>();
}

} // namespace cmksim::program
