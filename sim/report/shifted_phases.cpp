#include "report/shifted_phases.hpp"

#include "engine/replay.hpp"

#include <array>

namespace cmksim::report {

namespace {

constexpr std::array<std::string_view, 3> fields{"revalidationPhase", "recoveryPhase", "rotationPhase"};
constexpr std::array<std::string_view, 3> words{"phase", "recovery phase", "rotation phase"};

} // namespace

std::string_view ShiftedPhase::field() const { return fields.at(static_cast<std::size_t>(of)); }

std::string_view ShiftedPhase::word() const { return words.at(static_cast<std::size_t>(of)); }

std::vector<ShiftedPhase> shiftedPhases(const Program& program, const Phases& phases) {
    const Phases nominal = nominalPhases(program);
    std::vector<ShiftedPhase> shifted;
    for (const ResourceId id : program.resources.ids()) {
        const auto add = [&](ShiftedPhase::Of of, Duration phase, Duration given) {
            if (phase != given) {
                shifted.push_back({of, id, phase});
            }
        };
        add(ShiftedPhase::Of::Revalidation, phases[id], nominal[id]);
        add(ShiftedPhase::Of::Recovery, phases.recovery(id), nominal.recovery(id));
        add(ShiftedPhase::Of::Rotation, phases.rotation(id), nominal.rotation(id));
    }
    return shifted;
}

shape::Shape<Phases, Program> shiftedPhasesShape(ShiftedPhase::Of of) {
    return {JsonObject{{"type", "object"}}, [of](const Phases& phases, const Program& program) {
                JsonObject found;
                for (const ShiftedPhase& one : shiftedPhases(program, phases)) {
                    if (one.of == of) {
                        found.emplace_back(program.resources[one.resource].name, std::int64_t{one.phase.count()});
                    }
                }
                return JsonValue{std::move(found)};
            }};
}

} // namespace cmksim::report
