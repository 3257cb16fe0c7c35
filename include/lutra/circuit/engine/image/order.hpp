#pragma once
// The order in which the image engine works for a tile. Operations keep the order of their stages. What a window reads
// is put together just before the first operation that reads it, for a few operations at a time, so that it is still in
// the first cache then; among these few, nodes of one kind stand together.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/image/lower.hpp>
#include <lutra/circuit/engine/image/program.hpp>
#include <lutra/circuit/engine/image/share.hpp>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace lutra::engine {

/// Actions whose indexes are those of operations, of groups() and of views. Only what the answer depends on is among
/// them.
class ImageOrder {
 public:
  using Kind = Action::Kind;

  explicit ImageOrder(const ImageLowering& lowering)
      : lowering_(lowering),
        operations_(lowering.bits().operations),
        writer_(lowering.bits().names(), {Kind::step, none}),
        used_(lowering.bits().names(), false),
        level_(lowering.bits().names(), 0),
        done_(lowering.views().size(), false) {
    for (std::size_t t = 0; t < operations_.list.size(); ++t)
      for (const Name name : operations_.writes[t]) writer_[name] = {Kind::step, t};
    for (std::size_t v = 0; v < lowering.views().size(); ++v)
      for (const SeenBit& bit : lowering.views()[v].bits) writer_[bit.name] = {Kind::window, v};
    mark_used();
    for (std::size_t t = 0; t < operations_.list.size(); ++t)
      if (std::ranges::any_of(operations_.writes[t], [&](Name name) { return used_[name]; })) add(t);
    flush();
    for (const Name name : lowering.answer().rows) show(name);
  }

  [[nodiscard]] const std::vector<Action>& get() const noexcept { return order_; }
  [[nodiscard]] const std::vector<SharedPair>& groups() const noexcept { return groups_; }
  [[nodiscard]] bool is_used(Name name) const noexcept { return used_[name]; }

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr std::size_t most_views = 4, most_operations = 2048;

  void mark_used() {
    std::vector<Name> waiting;
    const auto use = [&](Name name) {
      if (!used_[name]) waiting.push_back(name);
      used_[name] = true;
    };
    for (const Name name : lowering_.answer().rows) use(name);
    while (!waiting.empty()) {
      const auto [kind, index] = writer_[waiting.back()];
      waiting.pop_back();
      if (index == none) continue;
      if (kind == Kind::window)
        use(lowering_.views()[index].source);
      else
        for (const Name name : operations_.reads[index]) use(name);
    }
  }

  void add(std::size_t t) {
    if (!few_.empty() && (lowering_.scan_of(t) != lowering_.scan_of(few_[0]) || few_.size() == most_operations))
      flush();
    std::size_t level = 0;
    for (const Name name : operations_.reads[t]) {
      show(name);
      level = std::max(level, level_[name]);
    }
    if (few_.empty()) level = 0;  // a window flushed what the operation reads
    few_.push_back(t);
    for (const Name name : operations_.writes[t]) level_[name] = level + 1;
    if (views_ >= most_views) flush();
  }

  /// Puts a bit's view into the order if it is not there yet, behind its source.
  void show(Name name) {
    const auto [kind, view] = writer_[name];
    if (kind != Kind::window || view == none || done_[view]) return;
    done_[view] = true;
    const Name source = lowering_.views()[view].source;
    show(source);
    if (level_[source] != 0) flush();
    order_.push_back({Kind::window, lowering_.views()[view].to, view});
    ++views_;
  }

  using Key = std::tuple<std::size_t, engine::Kind, std::uint8_t>;

  /// Operations of one key do not depend on one another.
  [[nodiscard]] Key key(std::size_t t) const noexcept {
    const Operation& operation = operations_.list[t];
    return {level_[operations_.writes[t][0]], operation.kind, operation.detail};
  }

  void flush() {
    std::ranges::stable_sort(few_, {}, [&](std::size_t t) { return key(t); });
    for (std::size_t i = 0; i < few_.size();) {
      std::size_t end = i + 1;
      while (end < few_.size() && key(few_[end]) == key(few_[i])) ++end;
      put_together(std::span(few_).subspan(i, end - i));
      i = end;
    }
    for (const std::size_t t : few_)
      for (const Name name : operations_.writes[t]) level_[name] = 0;
    few_.clear();
    views_ = 0;
  }

  void put_together(std::span<const std::size_t> alike) {
    const std::uint32_t scan = lowering_.scan_of(alike[0]);
    std::vector<std::size_t> alone;
    if (operations_.list[alike[0]].kind == engine::Kind::lut) {
      for (SharedPair& group : share_pairs(operations_, alike, alone)) {
        order_.push_back({Kind::luts, scan, groups_.size()});
        groups_.push_back(std::move(group));
      }
    } else {
      alone.assign(alike.begin(), alike.end());
    }
    for (const std::size_t t : alone) order_.push_back({Kind::step, scan, t});
  }

  const ImageLowering& lowering_;
  const Operations& operations_;
  std::vector<std::pair<Kind, std::size_t>> writer_;  // of each name
  std::vector<bool> used_;
  std::vector<std::size_t> level_;  // of what the few write: how many of them depend on one another; else 0
  std::vector<bool> done_;          // of each view
  std::vector<std::size_t> few_;    // operations, not in the order yet
  std::size_t views_ = 0;           // of them
  std::vector<Action> order_;
  std::vector<SharedPair> groups_;
};

}  // namespace lutra::engine
