// How many things of each kind were read from where, and what became of them: counts that add up.
#pragma once

#include "base/diagnostics.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace cmksim::import {

enum class ReadKind : std::uint8_t { Vault, Key, Identity, Grant, Resource, Unmodelled, Other };
inline constexpr std::array<std::string_view, 7> readKindNames{
    "vaults", "keys", "identities", "grants", "resources", "resources without a model", "other things"};

class Ledger {
public:
    /// A thing was described. It is in the estate, unless one of the others is said of it.
    void read(ReadKind kind, Mark mark) { ++of(kind, mark).read; }
    /// It had been described before.
    void again(ReadKind kind, Mark mark) { ++of(kind, mark).again; }
    /// It is not in the estate.
    void leaveOut(ReadKind kind, Mark mark) { ++of(kind, mark).leftOut; }
    /// The same; it is told of by its type alone.
    void leaveOut(ReadKind kind, Mark mark, std::string_view type);
    /// Something else speaks of it, and nothing describes it; it is in the estate.
    void speakOf(ReadKind kind, Mark mark) { ++of(kind, mark).spokenOf; }
    /// Something that is of no kind that matters, which is left out.
    void other(Mark mark, std::string_view type, std::size_t count);
    /// The same of what is told at its place, with what it may name.
    void reported(Mark mark, std::string_view type, std::size_t count);
    /// Something else lies in a vault that was read, and is left out.
    void content(Mark mark, std::string_view type);

    [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& others() const { return others_; }
    [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& reported() const { return reported_; }
    [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& contents() const { return contents_; }
    [[nodiscard]] std::size_t inEstate(ReadKind kind) const;

    /// A table of them, by kind and source.
    [[nodiscard]] std::string table() const;

private:
    struct Counts {
        std::size_t read = 0;
        std::size_t again = 0;
        std::size_t leftOut = 0;
        std::size_t spokenOf = 0;

        [[nodiscard]] std::size_t inEstate() const { return read - again - leftOut + spokenOf; }
        void add(const Counts& other);
    };
    Counts& of(ReadKind kind, Mark mark);
    static void count(std::string_view type, std::size_t count, std::map<std::string, std::size_t, std::less<>>& in);

    std::map<std::string, std::array<Counts, readKindNames.size()>, std::less<>> counts_; // by the source's name
    std::map<std::string, std::size_t, std::less<>> others_;                              // by type
    std::map<std::string, std::size_t, std::less<>> reported_;                            // likewise
    std::map<std::string, std::size_t, std::less<>> contents_;                            // of vaults, likewise
};

} // namespace cmksim::import
