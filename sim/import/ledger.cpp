#include "import/ledger.hpp"

#include <fmt/format.h>

namespace cmksim::import {

void Ledger::Counts::add(const Counts& other) {
    read += other.read;
    again += other.again;
    leftOut += other.leftOut;
    spokenOf += other.spokenOf;
}

Ledger::Counts& Ledger::of(ReadKind kind, Mark mark) {
    const std::string_view name = mark.source != nullptr ? std::string_view{mark.source->name()} : std::string_view{};
    auto counts = counts_.find(name);
    if (counts == counts_.end()) {
        counts = counts_.try_emplace(std::string{name}).first;
    }
    return counts->second[static_cast<std::size_t>(kind)];
}

void Ledger::other(Mark mark, std::string_view type, std::size_t count) {
    Counts& counts = of(ReadKind::Other, mark);
    counts.read += count;
    counts.leftOut += count;
    this->count(type, count, others_);
}

void Ledger::reported(Mark mark, std::string_view type, std::size_t count) {
    Counts& counts = of(ReadKind::Other, mark);
    counts.read += count;
    counts.leftOut += count;
    this->count(type, count, reported_);
}

void Ledger::content(Mark mark, std::string_view type) {
    Counts& counts = of(ReadKind::Other, mark);
    ++counts.read;
    ++counts.leftOut;
    count(type, 1, contents_);
}

void Ledger::leaveOut(ReadKind kind, Mark mark, std::string_view type) {
    leaveOut(kind, mark);
    count(type, 1, others_);
}

void Ledger::count(std::string_view type, std::size_t count, std::map<std::string, std::size_t, std::less<>>& in) {
    auto known = in.find(type);
    if (known == in.end()) {
        known = in.try_emplace(std::string{type}).first;
    }
    known->second += count;
}

std::size_t Ledger::inEstate(ReadKind kind) const {
    std::size_t sum = 0;
    for (const auto& [source, kinds] : counts_) {
        sum += kinds[static_cast<std::size_t>(kind)].inEstate();
    }
    return sum;
}

std::string Ledger::table() const {
    std::string out = fmt::format("{:<40} {:>7} {:>7} {:>8} {:>9} {:>9}\n", "", "read", "again", "left out",
                                  "spoken of", "in estate");
    const auto line = [&](std::string_view title, const Counts& counts) {
        out += fmt::format("{:<40} {:>7} {:>7} {:>8} {:>9} {:>9}\n", title, counts.read, counts.again, counts.leftOut,
                           counts.spokenOf, counts.inEstate());
    };
    for (std::size_t kind = 0; kind < readKindNames.size(); ++kind) {
        Counts sum;
        for (const auto& [source, kinds] : counts_) {
            sum.add(kinds[kind]);
        }
        line(readKindNames[kind], sum);
        for (const auto& [source, kinds] : counts_) {
            if (kinds[kind].read > 0 || kinds[kind].spokenOf > 0) {
                line("  " + source, kinds[kind]);
            }
        }
    }
    return out;
}

} // namespace cmksim::import
