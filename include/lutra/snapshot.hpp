#pragma once
// A copy of everything in a parameter store: the best epoch's weights, what a file holds, what one network hands
// another.

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

[[nodiscard]] Snapshot take_snapshot(const ParameterStore& store);

void put_back(const Snapshot& snapshot, ParameterStore& store);

}  // namespace lutra::detail

#ifndef LUTRA_DISPATCH
#include <lutra/define/snapshot.hpp>
#endif
