#include "base/descriptor_buffer.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ostream>
#include <string>

using namespace cmksim;

TEST_CASE("what is written arrives in order, however long it is") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const std::string text(20'000, 'x'); // less than a pipe holds
    {
        DescriptorBuffer buffer{ends[1]};
        std::ostream out{&buffer};
        out << "begin " << text << " end";
        CHECK(out.flush().good());
        CHECK(buffer.error() == 0);
        out << '\n'; // its end hands it on
    }
    ::close(ends[1]);
    std::string read(30'000, ' ');
    std::size_t size = 0;
    for (ssize_t count = 1; count > 0; size += static_cast<std::size_t>(count)) {
        count = ::read(ends[0], read.data() + size, read.size() - size);
        REQUIRE(count >= 0);
    }
    ::close(ends[0]);
    CHECK(read.substr(0, size) == "begin " + text + " end\n");
}

TEST_CASE("why the first write failed is known after later ones") {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    DescriptorBuffer closed{ends[1]};
    std::ostream out{&closed};
    out << std::string(20'000, 'x');
    errno = 0;
    CHECK_FALSE(out.flush().good());
    CHECK(closed.error() == EPIPE);
    ::close(ends[1]);
    out.clear();
    CHECK_FALSE((out << 'x' << std::flush).good());
    CHECK(closed.error() == EPIPE);

    const int device = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(device >= 0);
    DescriptorBuffer full{device};
    std::ostream into{&full};
    CHECK_FALSE((into << "x" << std::flush).good());
    CHECK(full.error() == ENOSPC);
    ::close(device);
}
