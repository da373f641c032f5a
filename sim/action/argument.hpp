// What an action says besides its target, described once for each action: the name of every argument, how it is
// written, and where its value stands. Whatever reads, writes, compiles or documents actions goes over this.
#pragma once

#include "base/instant.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

namespace cmksim::action {

/// How an argument is written in `with`.
enum class ArgumentType : std::uint8_t {
    Identity,
    Permissions,
    Role,
    Flag,
    Word,   // one of `words`
    Moment, // an instant, or null
    Backup,
    Address,
    Addresses,
    Networks,
    Days,
    KeyType,
    Bits,       // how long a key is
    Key,        // VAULT/KEY, a URI, or null
    Keys,       // several keys by slot: each with its key and identity, or null
    Properties, // the fields of `with` that no other argument takes: properties of the resource's service
    Vault,      // all of `with`: a vault as in the estate
    Resource,   // all of `with`: a resource as in the estate
};

/// One argument. The dot in a name divides the name of a mapping from that of a field in it.
struct ArgumentRule {
    std::string_view name; // `identity`, `networkAcls.bypass`; empty where it is all, or the rest, of `with`
    ArgumentType type{};
    bool required = false;
    std::span<const std::string_view> words; // of a word; of the two of a flag, true comes first
    Instant cleared{};                       // what null stands for, of a moment
};

/// An argument, and the member of its action that holds it.
template <class Owner, class Member>
struct Argument {
    ArgumentRule rule;
    Member Owner::*member;
};

/// Several arguments in a member of their own, which describes them.
template <class Owner, class Member>
struct ArgumentGroup {
    Member Owner::*member;
};

template <class Owner, class Member>
constexpr auto requiredArgument(std::string_view name, ArgumentType type, Member Owner::*member) {
    return Argument<Owner, Member>{{name, type, true, {}, {}}, member};
}

template <class Owner, class Member>
constexpr auto optionalArgument(std::string_view name, ArgumentType type, Member Owner::*member) {
    return Argument<Owner, Member>{{name, type, false, {}, {}}, member};
}

template <class Owner, class Member>
constexpr auto wordArgument(std::string_view name, std::span<const std::string_view> words, Member Owner::*member) {
    return Argument<Owner, Member>{{name, ArgumentType::Word, false, words, {}}, member};
}

template <class Owner, class Member>
constexpr auto momentArgument(std::string_view name, Instant cleared, Member Owner::*member) {
    return Argument<Owner, Member>{{name, ArgumentType::Moment, false, {}, cleared}, member};
}

template <class Owner, class Member>
constexpr auto argumentGroup(Member Owner::*member) {
    return ArgumentGroup<Owner, Member>{member};
}

namespace detail {

template <class Owner, class Member, class Object, class Visit>
constexpr void visitArgument(const Argument<Owner, Member>& argument, Object& object, Visit& visit) {
    visit(argument.rule, object.*argument.member);
}

template <class Owner, class Member, class Object, class Visit>
constexpr void visitArgument(const ArgumentGroup<Owner, Member>& group, Object& object, Visit& visit) {
    std::apply([&](const auto&... each) { (visitArgument(each, object.*group.member, visit), ...); },
               Member::arguments());
}

template <class Owner, class Member>
constexpr std::array<ArgumentRule, 1> rulesOf(const Argument<Owner, Member>& argument) {
    return {argument.rule};
}

template <class Owner, class Member>
constexpr auto rulesOf(const ArgumentGroup<Owner, Member>&);

template <class Owner>
constexpr auto rulesOfAll() {
    return std::apply(
        [](const auto&... each) {
            const auto all = std::tuple_cat(rulesOf(each)...);
            return std::apply([](const auto&... rule) { return std::array<ArgumentRule, sizeof...(rule)>{rule...}; },
                              all);
        },
        Owner::arguments());
}

template <class Owner, class Member>
constexpr auto rulesOf(const ArgumentGroup<Owner, Member>&) {
    return rulesOfAll<Member>();
}

} // namespace detail

/// Calls `visit(rule, value)` for each argument of an object that describes its arguments.
template <class Object, class Visit>
constexpr void visitArguments(Object& object, Visit visit) {
    std::apply([&](const auto&... each) { (detail::visitArgument(each, object, visit), ...); }, Object::arguments());
}

} // namespace cmksim::action
