// What counts as a loss: a state, a condition, and what they keep a resource from.
#include "engine/impairment.hpp"

#include "alone.hpp"

namespace cmksim::impairment_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test::alone;

namespace {

const OperationId pull{0};

Model namedModel() {
    Model model = smallModel();
    model.operations[pull].name = "pull";
    model.operations[importImage].name = "import";
    model.operations[OperationId{2}].name = "show";
    return model;
}

} // namespace

TEST_CASE("a resource in its first state without a condition is not impaired") {
    const Alone alone;
    CHECK_FALSE(isImpaired(alone.model, alone.resource));
    CHECK_FALSE(impairmentOf(alone.model, alone.resource).any());
    CHECK(textOf(alone.model, impairmentOf(alone.model, alone.resource)).empty());
}

TEST_CASE("a condition that denies an operation or blocks rotation impairs a resource that is up") {
    const Model model = namedModel();
    const Impairment impairment = impairmentOf(model, ready, degradedOnly());
    CHECK(isImpaired(model, ready, degradedOnly()));
    CHECK_FALSE(impairment.down);
    CHECK(impairment.denied == std::vector{importImage});
    CHECK(impairment.rotationBlocked);
    CHECK(impairment.conditions == degradedOnly());
    CHECK(textOf(model, impairment) == "denied: import; automatic rotation blocked");

    Model onlyRotation = model;
    onlyRotation.operations[importImage].blockedBy = {};
    CHECK(textOf(onlyRotation, impairmentOf(onlyRotation, ready, degradedOnly())) == "automatic rotation blocked");
    CHECK(isImpaired(onlyRotation, ready, degradedOnly()));
}

TEST_CASE("a condition that blocks nothing impairs nothing") {
    Model model = namedModel();
    model.operations[importImage].blockedBy = {};
    model.conditions[degraded].blocksRotation = false;
    CHECK_FALSE(isImpaired(model, ready, degradedOnly()));
    CHECK_FALSE(impairmentOf(model, ready, degradedOnly()).any());
}

TEST_CASE("a resource that is down denies what its first state allows, and not what is never denied") {
    const Model model = namedModel();
    const Impairment impairment = impairmentOf(model, revoked, {});
    CHECK(isImpaired(model, revoked, {}));
    CHECK(impairment.down);
    CHECK(impairment.denied == std::vector{pull, importImage});
    CHECK_FALSE(impairment.rotationBlocked);
    CHECK(textOf(model, impairment) == "denied: pull, import");
}

TEST_CASE("what a failed creation left is impaired and was never up, so that it is not down") {
    const Model model = namedModel();
    CHECK(isImpaired(model, failed, {}));
    CHECK_FALSE(impairmentOf(model, failed, {}).down);
    CHECK(impairmentOf(model, failed, {}).denied == std::vector{pull, importImage});
}

TEST_CASE("what is not there is not impaired") {
    Alone alone{revoked};
    CHECK(isImpaired(alone.model, alone.resource));
    CHECK(isImpaired(alone.model, alone.resource.statusAt(at(1h))));
    alone.perform<ResourceDelete>();
    CHECK_FALSE(isImpaired(alone.model, alone.resource));
    CHECK_FALSE(isImpaired(alone.model, alone.resource.statusAt(at(2h))));
    CHECK_FALSE(impairmentOf(alone.model, ResourceState{}).any());
}

} // namespace cmksim::impairment_test
