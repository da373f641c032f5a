// The members of a struct, listed once: `static constexpr auto fields()` gives a tuple of `decides(&T::member)` and
// `remembers(&T::member)`. Hashes and canonical forms come from the list; a member that is missing in it is an error
// where `static_assert(listsEveryMember<T>)` stands.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cmksim {

/// A member, and whether it decides how things go on: what only tells what was does not tell two states apart.
template <class Owner, class Member, bool Decides>
struct Field {
    Member Owner::*member;
    static constexpr bool decides = Decides;
};

template <class Owner, class Member>
constexpr auto decides(Member Owner::*member) {
    return Field<Owner, Member, true>{member};
}

template <class Owner, class Member>
constexpr auto remembers(Member Owner::*member) {
    return Field<Owner, Member, false>{member};
}

template <class T>
concept HasFields = requires { T::fields(); };

/// Calls `visit(value)` for each member that decides.
template <HasFields T, class Visit>
constexpr void visitDeciding(const T& object, Visit&& visit) {
    std::apply(
        [&](const auto&... field) {
            const auto one = [&](const auto& each) {
                if constexpr (std::decay_t<decltype(each)>::decides) {
                    visit(object.*each.member);
                }
            };
            (one(field), ...);
        },
        T::fields());
}

namespace detail {

/// Becomes whatever a member wants.
struct Anything {
    template <class T>
    operator T() const; // never called
};

template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
    return requires { T{(static_cast<void>(I), Anything{})...}; };
}

/// How many members an aggregate has.
template <class T, std::size_t Count = 0>
consteval std::size_t memberCount() {
    if constexpr (takes<T>(std::make_index_sequence<Count + 1>{})) {
        return memberCount<T, Count + 1>();
    } else {
        return Count;
    }
}

} // namespace detail

template <HasFields T>
inline constexpr bool listsEveryMember = std::tuple_size_v<decltype(T::fields())> == detail::memberCount<T>();

/// The same of a struct that has the members of another one as well.
template <HasFields T, HasFields Base>
inline constexpr bool listsEveryMemberWith = std::tuple_size_v<decltype(T::fields())> ==
                                             detail::memberCount<T>() - 1 + std::tuple_size_v<decltype(Base::fields())>;

} // namespace cmksim
