#pragma once
// Defines what <lutra/snapshot.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/inline.hpp>
#include <lutra/parameters.hpp>
#include <lutra/snapshot.hpp>
#include <vector>

namespace lutra::detail {

LUTRA_INLINE Snapshot take_snapshot(const ParameterStore& store) {
  Snapshot snapshot{{store.values().begin(), store.values().end()}, {}, {}};
  for (const auto& buffer : store.integer_buffers()) snapshot.integers.push_back(buffer.values);
  for (const auto& buffer : store.real_buffers()) snapshot.reals.push_back(buffer.values);
  return snapshot;
}

LUTRA_INLINE void put_back(const Snapshot& snapshot, ParameterStore& store) {
  std::copy(snapshot.values.begin(), snapshot.values.end(), store.values().begin());
  for (std::size_t i = 0; i < snapshot.integers.size(); ++i) store.integer_buffers()[i].values = snapshot.integers[i];
  for (std::size_t i = 0; i < snapshot.reals.size(); ++i) store.real_buffers()[i].values = snapshot.reals[i];
}

LUTRA_INLINE StorePlace end_of(const ParameterStore& store) {
  return {store.values().size(), store.integer_buffers().size(), store.real_buffers().size()};
}

LUTRA_INLINE StorePlace copy_between(const ParameterStore& from, const StorePlace& first, const StorePlace& end,
                                     ParameterStore& to, const StorePlace& at) {
  const StorePlace count{end.values - first.values, end.integers - first.integers, end.reals - first.reals};
  std::copy_n(from.values().data() + first.values, count.values, to.values().data() + at.values);
  for (std::size_t i = 0; i < count.integers; ++i)
    to.integer_buffers()[at.integers + i].values = from.integer_buffers()[first.integers + i].values;
  for (std::size_t i = 0; i < count.reals; ++i)
    to.real_buffers()[at.reals + i].values = from.real_buffers()[first.reals + i].values;
  return {at.values + count.values, at.integers + count.integers, at.reals + count.reals};
}

}  // namespace lutra::detail
