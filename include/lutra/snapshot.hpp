#pragma once
// A copy of everything in a parameter store: the best epoch's weights, what a file holds, what one network hands
// another.

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

[[nodiscard]] Snapshot take_snapshot(const ParameterStore& store);

void put_back(const Snapshot& snapshot, ParameterStore& store);

/// A place in a store: so many parameters and buffers come before it. Layers claim in their order, so what some layers
/// of a sequence hold lies between two places, whatever other layers stand around them.
struct StorePlace {
  std::size_t values = 0, integers = 0, reals = 0;
};

[[nodiscard]] StorePlace end_of(const ParameterStore& store);

/// Writes what lies in `from` between `first` and `end` to `to` from `at` on, where the same layers claimed it. Returns
/// the place behind it.
StorePlace copy_between(const ParameterStore& from, const StorePlace& first, const StorePlace& end, ParameterStore& to,
                        const StorePlace& at);

}  // namespace lutra::detail

#ifndef LUTRA_DISPATCH
#include <lutra/define/snapshot.hpp>
#endif
