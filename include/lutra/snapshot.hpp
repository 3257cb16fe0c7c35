#pragma once
// A copy of everything in a parameter store: the best epoch's weights, what a file holds, what one network hands
// another.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/parameters.hpp>
#include <vector>

namespace lutra::detail {

/// Everything a network has learned or drawn, as values alone; the names are the store's.
struct Snapshot {
  std::vector<float> values;
  std::vector<std::vector<std::uint32_t>> integers;
  std::vector<std::vector<float>> reals;
};

[[nodiscard]] inline Snapshot take_snapshot(const ParameterStore& store) {
  Snapshot snapshot{{store.values().begin(), store.values().end()}, {}, {}};
  for (const auto& buffer : store.integer_buffers()) snapshot.integers.push_back(buffer.values);
  for (const auto& buffer : store.real_buffers()) snapshot.reals.push_back(buffer.values);
  return snapshot;
}

inline void put_back(const Snapshot& snapshot, ParameterStore& store) {
  std::copy(snapshot.values.begin(), snapshot.values.end(), store.values().begin());
  for (std::size_t i = 0; i < snapshot.integers.size(); ++i) store.integer_buffers()[i].values = snapshot.integers[i];
  for (std::size_t i = 0; i < snapshot.reals.size(); ++i) store.real_buffers()[i].values = snapshot.reals[i];
}

}  // namespace lutra::detail
