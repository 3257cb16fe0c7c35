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

}  // namespace lutra::detail
