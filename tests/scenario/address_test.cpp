#include "scenario/address.hpp"

#include <catch2/catch.hpp>

namespace cmksim::address_test {

using namespace cmksim;
using namespace cmksim::scenario;

TEST_CASE("addresses are four numbers") {
    CHECK(parseAddress("203.0.113.7") == 0xCB007107);
    CHECK(parseAddress("0.0.0.0") == 0u);
    CHECK(parseAddress("255.255.255.255") == 0xFFFFFFFF);
    for (const auto* bad : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.-4", "1.2.3.4 ", "a.b.c.d",
                            "1..3.4", "1.2.3.4/32", "1.2.3.99999999999", "::1"}) {
        CAPTURE(bad);
        CHECK_FALSE(parseAddress(bad));
    }
}

TEST_CASE("a block is an address with a prefix, whose host bits are of no account") {
    CHECK(parseAddressBlock("10.1.2.3/8") == AddressBlock{0x0A000000, 8});
    CHECK(parseAddressBlock("10.1.2.3") == AddressBlock{0x0A010203, 32});
    CHECK(parseAddressBlock("10.1.2.3/32") == AddressBlock{0x0A010203, 32});
    CHECK(parseAddressBlock("10.1.2.3/0") == AddressBlock{0, 0});
    CHECK(parseAddressBlock("10.1.2.3/31") == AddressBlock{0x0A010202, 31});
    for (const auto* bad :
         {"10.1.2.3/", "10.1.2.3/33", "10.1.2.3/-1", "10.1.2.3/8/8", "10.1.2.3/08", "10.1.2/8", "/8"}) {
        CAPTURE(bad);
        CHECK_FALSE(parseAddressBlock(bad));
    }
}

TEST_CASE("a block holds the addresses under its prefix") {
    CHECK(parseAddressBlock("10.0.0.0/8")->holds(parseAddress("10.255.0.1").value()));
    CHECK_FALSE(parseAddressBlock("10.0.0.0/8")->holds(parseAddress("11.0.0.0").value()));
    CHECK(parseAddressBlock("0.0.0.0/0")->holds(0xFFFFFFFF));
}

} // namespace cmksim::address_test
