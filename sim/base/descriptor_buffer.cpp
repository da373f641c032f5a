#include "base/descriptor_buffer.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace cmksim {

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_{descriptor} {
    setp(collected_.data(), collected_.data() + collected_.size());
}

DescriptorBuffer::~DescriptorBuffer() { static_cast<void>(handOn()); }

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type character) {
    if (!handOn()) {
        return traits_type::eof();
    }
    if (!traits_type::eq_int_type(character, traits_type::eof())) {
        *pptr() = traits_type::to_char_type(character);
        pbump(1);
    }
    return traits_type::not_eof(character);
}

int DescriptorBuffer::sync() { return handOn() ? 0 : -1; }

bool DescriptorBuffer::handOn() {
    const char* at = pbase();
    while (error_ == 0 && at != pptr()) {
        const ssize_t written = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
        if (written >= 0) {
            at += written;
        } else if (errno == EAGAIN) {
            pollfd ready{descriptor_, POLLOUT, 0}; // another program has told the terminal or pipe not to wait
            static_cast<void>(::poll(&ready, 1, -1));
        } else if (errno != EINTR) {
            error_ = errno;
        }
    }
    setp(collected_.data(), collected_.data() + collected_.size());
    return error_ == 0;
}

} // namespace cmksim
