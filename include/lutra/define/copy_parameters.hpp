#pragma once
// Defines what <lutra/copy_parameters.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <lutra/copy_parameters.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/snapshot.hpp>
#include <string>

namespace lutra {

namespace detail {

[[nodiscard]] inline std::size_t size_of(const ParameterBlock& block) { return block.size; }
template <class T>
[[nodiscard]] std::size_t size_of(const ParameterStore::Buffer<T>& buffer) {
  return buffer.values.size();
}

/// Throws Error where the lists differ in a name or a size.
template <class List>
void check_same(const List& from, const List& to) {
  const auto text = [](const List& list, std::size_t i) {
    return i < list.size() ? std::to_string(size_of(list[i])) + " values of " + list[i].name : std::string("nothing");
  };
  for (std::size_t i = 0; i < std::max(from.size(), to.size()); ++i)
    if (text(from, i) != text(to, i))
      throw Error("network", "copy_parameters", text(from, i) + ", as in the network copied from", text(to, i));
}

}  // namespace detail

LUTRA_INLINE void copy_parameters(const ParameterStore& from, ParameterStore& to) {
  detail::check_same(from.blocks(), to.blocks());
  detail::check_same(from.integer_buffers(), to.integer_buffers());
  detail::check_same(from.real_buffers(), to.real_buffers());
  detail::copy_between(from, {}, detail::end_of(from), to, {});
}

}  // namespace lutra
