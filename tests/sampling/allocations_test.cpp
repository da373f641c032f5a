#include "sampling/allocations.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

namespace {

std::atomic<std::size_t> count{0};

} // namespace

std::size_t cmksim::test::allocationsSoFar() { return count; }

// A sanitizer brings operators of its own, and does not like two kinds of them in one program.
#ifndef CMKSIM_SANITIZED
void* operator new(std::size_t size) {
    ++count;
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("allocations are counted") {
    const std::size_t before = cmksim::test::allocationsSoFar();
    const std::string text(1'000, 'x');
    CHECK(cmksim::test::allocationsSoFar() > before);
}
#endif
