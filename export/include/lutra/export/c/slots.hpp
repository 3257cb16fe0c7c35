#pragma once
// Memory that is used again when nobody reads any more what lies there.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace lutra::c::detail {

/// A piece of memory: `size` units from `begin`, in use from step `born` to step `dies`, both included.
struct Slot {
  bool used = false;
  std::size_t size = 0, begin = 0;
  std::size_t born = 0, dies = 0;
};

/// Places the slots that are used, the largest first, each at the lowest gap that is free for as long as it lives.
/// Returns the units that this takes.
inline std::size_t lay_out(std::vector<Slot>& slots) {
  std::vector<Slot*> waiting, placed;
  for (Slot& slot : slots)
    if (slot.used) waiting.push_back(&slot);
  std::ranges::stable_sort(waiting, std::greater{}, &Slot::size);
  std::size_t end = 0;
  for (Slot* slot : waiting) {
    for (const Slot* other : placed)  // by their begin
      if (other->born <= slot->dies && slot->born <= other->dies && other->begin < slot->begin + slot->size)
        slot->begin = std::max(slot->begin, other->begin + other->size);
    placed.insert(std::ranges::upper_bound(placed, slot->begin, {}, &Slot::begin), slot);
    end = std::max(end, slot->begin + slot->size);
  }
  return end;
}

}  // namespace lutra::c::detail
