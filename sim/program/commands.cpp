#include "program/models_command.hpp"
#include "program/run_command.hpp"

#include <array>

namespace cmksim {

std::span<const Command> commands() {
    static const std::array all{runCommand, modelsCommand};
    return all;
}

} // namespace cmksim
