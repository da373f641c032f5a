// What a stream writes to a descriptor of the system, and why that failed where it did.
#pragma once

#include <array>
#include <cstddef>
#include <streambuf>

namespace cmksim {

/// Collects what is written and hands it on when there is much of it, and at a flush. Once a write has failed nothing
/// more is written, and why the first one failed is known to the end: a stream tells of itself only that one did.
class DescriptorBuffer : public std::streambuf {
public:
    explicit DescriptorBuffer(int descriptor);
    ~DescriptorBuffer() override;
    DescriptorBuffer(const DescriptorBuffer&) = delete;
    DescriptorBuffer& operator=(const DescriptorBuffer&) = delete;

    /// The system's number for why the first failed write failed; 0: none has.
    [[nodiscard]] int error() const { return error_; }

protected:
    int_type overflow(int_type character) override;
    int sync() override;

private:
    bool handOn();

    static constexpr std::size_t size = 8'192;

    int descriptor_;
    int error_ = 0;
    std::array<char, size> collected_{};
};

} // namespace cmksim
