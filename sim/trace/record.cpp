#include "trace/record.hpp"

#include "base/overloaded.hpp"

namespace cmksim {

namespace {

bool isRefused(const ActionDone& one) { return one.refusal.has_value(); }
bool isRefused(const OperationTried& one) { return one.denied; }
bool isRefused(const ReadDone& one) { return one.refusal.has_value(); }

std::optional<Refusal> refusalOf(const ActionDone& one) { return one.refusal; }
std::optional<Refusal> refusalOf(const ReadDone& one) { return one.refusal; }

/// Asks what an entry came to, be it told by its own record or by the verdict on it; else there is no answer.
template <class Answer, class Ask>
Answer ofResult(const Record::What& what, Ask ask) {
    const auto orNone = [&](const auto& one) -> Answer {
        if constexpr (requires { ask(one); }) {
            return ask(one);
        } else {
            return {};
        }
    };
    return std::visit(Overloaded{[&](const Verdict& verdict) { return std::visit(orNone, verdict.on); }, orNone}, what);
}

} // namespace

EntryId Record::entry() const {
    return ofResult<EntryId>(
        what, [](const auto& one) requires requires { one.entry; } { return one.entry; });
}

std::uint32_t Record::item() const {
    return ofResult<std::uint32_t>(what, [](const StatusChecked& one) { return one.item; });
}

bool Record::refused() const {
    return ofResult<bool>(
        what, [](const auto& one) requires requires { isRefused(one); } { return isRefused(one); });
}

std::optional<Refusal> Record::refusal() const {
    return ofResult<std::optional<Refusal>>(
        what, [](const auto& one) requires requires { refusalOf(one); } { return refusalOf(one); });
}

} // namespace cmksim
