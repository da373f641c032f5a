#include "gate/rotation.hpp"

namespace cmksim::gate {

namespace {

/// What of a resource decides whether it rotates.
class Rotation {
public:
    Rotation(const Program& program, const ResourceProgram& resource)
        : program_{program}, model_{*program.models[resource.model]} {
        if (resource.described) {
            begin(*resource.described);
        }
    }

    void begin(const NewResource& described) {
        key_ = described.key;
        isOn_ = described.automaticRotation.value_or(model_.automaticRotation);
    }

    void update(const ResourceUpdate& change) {
        key_ = change.key.cleared ? KeyReferenceId{} : change.key.to.valid() ? change.key.to : key_;
        isOn_ = change.automaticRotation.value_or(isOn_);
    }

    [[nodiscard]] bool hasKey() const { return key_.valid(); }
    [[nodiscard]] bool rotates() const {
        const bool can = model_.rotationIsSetting ? isOn_ : model_.automaticRotation;
        return can && key_.valid() && !program_.keys[key_].malformed && !program_.keys[key_].version.valid();
    }

private:
    const Program& program_;
    const Model& model_;
    KeyReferenceId key_;
    bool isOn_ = false;
};

} // namespace

std::vector<EntryId> stepsThatEndRotation(const Program& program) {
    std::vector<EntryId> steps;
    std::vector<Rotation> rotations;
    rotations.reserve(program.resources.size());
    for (const ResourceProgram& resource : program.resources) {
        rotations.emplace_back(program, resource);
    }
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        if (const auto* made = entry.action<ResourceCreate>()) {
            rotations[made->resource.index()].begin(*made->described);
        } else if (const auto* change = entry.action<ResourceUpdate>()) {
            Rotation& rotation = rotations[change->resource.index()];
            const bool rotated = rotation.rotates();
            rotation.update(*change);
            if (rotated && rotation.hasKey() && !rotation.rotates()) {
                steps.push_back(id);
            }
        }
    }
    return steps;
}

} // namespace cmksim::gate
