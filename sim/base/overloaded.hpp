// Functions for the alternatives of a variant, written side by side: `std::visit(Overloaded{...}, one)`.
#pragma once

namespace cmksim {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

} // namespace cmksim
