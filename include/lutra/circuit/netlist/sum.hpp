#pragma once
// Sums of many bits as LUTs: a tree of counters. A counter reads a few bits of one weight 2^c, perhaps some of 2^(c+1),
// and writes their sum in binary. Wide counters first, as long as a column is full; the rest by the cheapest plan.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <lutra/circuit/netlist/builder.hpp>
#include <lutra/signal.hpp>
#include <map>
#include <utility>
#include <vector>

namespace lutra::circuits {

namespace detail {

/// What a counter reads: bits of the column's own weight and of the next one. It writes bits_for(own + 2 next) bits and
/// costs a LUT for each.
struct Counter {
  std::uint32_t own = 0;
  std::uint32_t next = 0;

  [[nodiscard]] std::uint32_t outputs() const noexcept { return bits_for(own + 2 * next); }
};

/// The cheapest order of counters that leaves one bit in every column, found by dynamic programming over the columns
/// from the lowest up. Costs are LUTs; among equals, fewer counters (which are less deep).
class CounterPlan {
 public:
  CounterPlan(std::vector<std::uint32_t> bits, std::uint32_t max_fan_in) : bits_(std::move(bits)), fan_in_(max_fan_in) {
    bits_.resize(bits_.size() + 4, 0);
    columns_ = bits_.size() - 4;
  }

  /// The next counter for column `column`, which holds `own` bits (at least 2), and the two above it.
  [[nodiscard]] Counter next(std::size_t column, std::uint32_t own, std::uint32_t above, std::uint32_t top) {
    return best({column, own, above, top}).counter;
  }

 private:
  static constexpr std::uint32_t lut_cost = 1000;  // against 1 for a counter
  struct State {
    std::size_t column;
    std::uint32_t own, above, top;
    friend auto operator<=>(const State&, const State&) = default;  // NOLINT(modernize-use-nullptr): its own code
  };
  struct Choice {
    std::uint32_t cost = 0;
    Counter counter;
  };

  const Choice& best(const State& state) {
    if (const auto known = choices_.find(state); known != choices_.end()) return known->second;
    Choice choice{~0u, {}};
    if (state.column + 1 >= columns_) {
      // The sum fits, so at most one bit of the last column is 1, and a LUT joins as many as it has pins.
      choice = {state.own > 1 ? lut_cost * ((state.own + fan_in_ - 3) / (fan_in_ - 1)) : 0,
                {std::min(state.own, fan_in_), 0}};
    } else if (state.own <= 1) {
      choice = {best({state.column + 1, state.above, state.top, bits_[state.column + 3]}).cost, {}};
    } else {
      for (std::uint32_t own = 2; own <= std::min(state.own, fan_in_); ++own)
        for (std::uint32_t next = 0; next <= std::min(state.above, fan_in_ - own); ++next)
          consider(state, {own, next}, choice);
    }
    return choices_.emplace(state, choice).first->second;
  }

  void consider(const State& state, Counter counter, Choice& choice) {
    const std::uint32_t outputs = counter.outputs();
    if (outputs > 3) return;  // 4 LUTs for 2 bits less are rarely worth it, and would need one more column in the state
    const auto inside = std::min<std::size_t>(outputs, columns_ - state.column);
    const State after{state.column, state.own - counter.own + 1, state.above - counter.next + 1,
                      state.top + (outputs > 2)};
    const std::uint32_t cost = static_cast<std::uint32_t>(lut_cost * inside) + 1 + best(after).cost;
    if (cost < choice.cost) choice = {cost, counter};
  }

  std::vector<std::uint32_t> bits_;
  std::uint32_t fan_in_;
  std::size_t columns_;
  std::map<State, Choice> choices_;
};

/// Bits to add, by weight. A bit may be read inverted, which costs a counter nothing.
class CounterTree {
 public:
  CounterTree(NetlistBuilder& builder, std::size_t columns, Origin origin)
      : builder_(builder), origin_(origin), columns_(columns), made_(columns, 0) {}

  /// Adds a bit, or its opposite, of weight 2^column. Bits above the last column are known to be 0.
  void add(std::size_t column, BitId bit, bool inverted = false) {
    if (inverted && Netlist::is_constant(bit)) bit = 1 - bit, inverted = false;
    if (column < columns_.size() && bit != 0) columns_[column].push_back({bit, inverted});
  }

  [[nodiscard]] Bits sum() {
    count_full_columns();
    finish();
    Bits bits;
    for (std::size_t column = 0; column < columns_.size(); ++column)
      bits.push_back(columns_[column].empty() ? 0 : as_it_is(column, columns_[column].front()));
    return bits;
  }

 private:
  struct Counted {
    BitId bit;
    bool inverted;
  };

  BitId as_it_is(std::size_t column, Counted counted) {
    if (!counted.inverted) return counted.bit;
    Origin origin = origin_;
    origin.bit = static_cast<std::uint32_t>(column);
    origin.part = made_[column]++;
    return builder_.function({counted.bit}, origin, [](std::uint32_t address) { return address == 0; });
  }

  /// Level by level, so that the tree stays flat: as many of the widest counters as the bits that are there allow.
  void count_full_columns() {
    const std::uint32_t fan_in = builder_.max_fan_in();
    const Counter widest{fan_in >= 6 ? 6u : fan_in >= 5 ? 5u : 3u, 0};
    for (std::uint32_t level = 0; std::ranges::any_of(columns_, [&](auto& c) { return c.size() >= widest.own; });
         ++level)
      for (std::size_t column = columns_.size(); column-- > 0;)
        while (ready(column, level) >= widest.own) count(column, widest);
  }

  /// The bits of a column that are there at `level`; sorts them to the front, constants last of all.
  std::size_t ready(std::size_t column, std::uint32_t level) {
    auto& bits = columns_[column];
    std::ranges::stable_sort(bits, {}, [&](Counted counted) {
      const BitId bit = counted.bit;
      return Netlist::is_constant(bit) ? std::pair{~0u, bit} : std::pair{builder_.level(bit), BitId{0}};
    });
    return static_cast<std::size_t>(
        std::ranges::count_if(bits, [&](Counted counted) { return builder_.level(counted.bit) <= level; }));
  }

  void finish() {
    std::vector<std::uint32_t> sizes;
    for (const auto& column : columns_) sizes.push_back(static_cast<std::uint32_t>(column.size()));
    CounterPlan plan(sizes, builder_.max_fan_in());
    const auto size = [&](std::size_t column) {
      return column < columns_.size() ? static_cast<std::uint32_t>(columns_[column].size()) : 0;
    };
    for (std::size_t column = 0; column < columns_.size(); ++column)
      while (size(column) > 1) {
        ready(column, 0);
        if (column + 1 < columns_.size()) ready(column + 1, 0);
        count(column, plan.next(column, size(column), size(column + 1), size(column + 2)));
      }
  }

  void count(std::size_t column, Counter counter) {
    auto taken = take(column, counter.own);
    if (counter.next > 0) std::ranges::copy(take(column + 1, counter.next), std::back_inserter(taken));
    Bits pins;
    std::uint32_t inverted = 0;
    for (const Counted counted : taken) {
      inverted |= static_cast<std::uint32_t>(counted.inverted) << pins.size();
      pins.push_back(counted.bit);
    }
    const std::uint32_t own = (1u << counter.own) - 1;
    Origin origin = origin_;
    for (std::uint32_t bit = 0; bit < counter.outputs() && column + bit < columns_.size(); ++bit) {
      origin.bit = static_cast<std::uint32_t>(column + bit);
      origin.part = made_[column + bit]++;
      const BitId output = builder_.function(pins, origin, [&](std::uint32_t address) {
        address ^= inverted;
        const int sum = std::popcount(address & own) + 2 * std::popcount(address & ~own);
        return sum >> bit & 1;
      });
      add(column + bit, output);
    }
  }

  std::vector<Counted> take(std::size_t column, std::size_t count) {
    auto& bits = columns_[column];
    const auto end = bits.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Counted> taken(bits.begin(), end);
    bits.erase(bits.begin(), end);
    return taken;
  }

  NetlistBuilder& builder_;
  Origin origin_;
  std::vector<std::vector<Counted>> columns_;
  std::vector<std::uint32_t> made_;
};

}  // namespace detail

/// One term of a sum: a value, lowest bit first, and how often it is added or taken away.
struct Term {
  Bits bits;
  std::uint64_t times = 1;
  bool negative = false;
};

/// The sum of the terms and the offset in binary, `width` bits, where it is known to be at most `maximum`, which fits.
/// Of a value of b bits, -x is the opposite of each bit less 2^b - 1; the offset is at least all that is taken away.
inline Bits sum(NetlistBuilder& builder, const std::vector<Term>& terms, std::uint64_t offset, std::uint64_t maximum,
                std::uint32_t width, Origin origin) {
  detail::CounterTree tree(builder, bits_for(maximum), origin);
  for (const auto& term : terms)
    for (std::size_t shift = 0; term.times >> shift != 0; ++shift)
      if ((term.times >> shift & 1) != 0)
        for (std::size_t bit = 0; bit < term.bits.size(); ++bit) tree.add(shift + bit, term.bits[bit], term.negative);
  for (const auto& term : terms)
    if (term.negative) offset -= term.times * ((std::uint64_t{1} << term.bits.size()) - 1);
  for (std::size_t bit = 0; offset >> bit != 0; ++bit) tree.add(bit, static_cast<BitId>(offset >> bit & 1));
  Bits total = tree.sum();
  total.resize(width, 0);
  return total;
}

}  // namespace lutra::circuits
