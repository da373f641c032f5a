#include "exploration/canonical.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bitset>
#include <cstring>
#include <limits>
#include <type_traits>

namespace cmksim::exploration {

namespace {

/// Writes what decides about a state, member by member as each struct lists its own, as bytes of fixed lengths: lists
/// begin with how many they are.
class FormWriter {
public:
    FormWriter(const Program& program, const SimulationState& simulation, const ResourceClasses& classes,
               CanonicalForm& form)
        : program_{program}, simulation_{simulation}, classes_{classes}, form_{form},
          countsTime_{std::ranges::any_of(program.models,
                                          [](const Model* model) { return model != nullptr && model->countsTime(); })} {
    }

    void write() {
        put(simulation_.now());
        put(simulation_.world().state());
        resources();
        form_.resize(used_);
    }

private:
    /// Over what the buffer held before, which is about as long: a search writes one form for each state.
    template <class Value>
    void bytes(Value value) {
        if (form_.size() - used_ < sizeof value) {
            form_.resize(2 * form_.size() + 256);
        }
        std::memcpy(form_.data() + used_, &value, sizeof value);
        used_ += sizeof value;
    }

    template <class Value>
        requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
    void put(Value value) {
        bytes(value);
    }

    void put(Instant instant) { bytes(instant.time_since_epoch().count()); }
    void put(Duration duration) { bytes(duration.count()); }

    template <class Tag>
    void put(Id<Tag> id) {
        bytes(id.valid() ? static_cast<std::uint32_t>(id.index()) : std::numeric_limits<std::uint32_t>::max());
    }

    void put(ConditionSet set) { bytes(set.bits()); }
    void put(StateSet set) { bytes(set.bits()); }
    void put(const Stay& stay) {
        if (countsTime_) {
            visitDeciding(stay, [this](const auto& value) { this->put(value); });
        }
    }
    void put(PropertyValues values) { bytes(values.bits()); }
    void put(FeatureSet features) { bytes(features.bits()); }

    void put(const std::bitset<64>& bits) { bytes(bits.to_ullong()); }
    void put(const AddressBlock& block) {
        bytes(block.address);
        bytes(block.prefixLength);
    }
    void put(Wrapping wrapping) { put(wrapping.known() ? wrapping.material() : MaterialId{}); }

    template <class Item>
    void put(const std::vector<Item>& items) {
        bytes(static_cast<std::uint32_t>(items.size()));
        for (const Item& item : items) {
            put(item);
        }
    }

    /// As many as there are names: no length is needed.
    template <class Id, class Item>
    void put(const IdVector<Id, Item>& items) {
        for (const Item& item : items) {
            put(item);
        }
    }

    void put(const GrantScope& scope) {
        put(vaultOf(scope));
        put(keyOf(scope));
    }

    template <class... Kinds>
    void put(const std::variant<Kinds...>& one) {
        bytes(static_cast<std::uint8_t>(one.index()));
        std::visit([this](const auto& value) { this->put(value); }, one);
    }

    template <HasFields T>
    void put(const T& object) {
        visitDeciding(object, [this](const auto& value) { this->put(value); });
    }

    /// Those of a class in an order of their own, regardless of which resource has which state.
    void resources() {
        std::vector<std::size_t> begins; // a resource with several keys takes more room
        bool alike = false;
        for (const ResourceId id : program_.resources.ids()) {
            begins.push_back(used_);
            alike = alike || classes_[id] != id.index();
            bytes(classes_[id]);
            put(simulation_.resource(id));
        }
        if (alike) {
            sortParts(begins);
        }
    }

    /// The parts that begin there, up to the end, in order.
    void sortParts(const std::vector<std::size_t>& begins) {
        std::vector<CanonicalForm> parts;
        for (std::size_t i = 0; i < begins.size(); ++i) {
            parts.push_back(form_.substr(begins[i], (i + 1 < begins.size() ? begins[i + 1] : used_) - begins[i]));
        }
        std::ranges::sort(parts);
        std::size_t at = begins.front();
        for (const CanonicalForm& part : parts) {
            form_.replace(at, part.size(), part);
            at += part.size();
        }
    }

    const Program& program_;
    const SimulationState& simulation_;
    const ResourceClasses& classes_;
    CanonicalForm& form_;
    bool countsTime_; // some model does
    std::size_t used_ = 0;
};

} // namespace

CanonicalForm canonicalForm(const Program& program, const SimulationState& simulation, const ResourceClasses& classes) {
    CanonicalForm form;
    FormWriter{program, simulation, classes, form}.write();
    return form;
}

StateHash stateHash(const Program& program, const SimulationState& simulation, const ResourceClasses& classes,
                    CanonicalForm& buffer) {
    FormWriter{program, simulation, classes, buffer}.write();
    const XXH128_hash_t hash = XXH3_128bits(buffer.data(), buffer.size() * sizeof(CanonicalForm::value_type));
    return {hash.high64, hash.low64};
}

} // namespace cmksim::exploration
