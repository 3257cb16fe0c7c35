#pragma once
// What one step of a layer of weights adds up: codes times weights that the step's number chooses, as LUTs of both.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist/builder.hpp>
#include <lutra/circuit/netlist/level.hpp>
#include <lutra/circuit/netlist/sum.hpp>
#include <lutra/circuit/netlist/table.hpp>
#include <lutra/signal.hpp>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::hdl::detail {

/// A WeighStage that works at each place, and the LevelStage that alone reads it, where there is one.
struct FoldedStages {
  std::uint32_t weigh = 0;
  std::optional<std::uint32_t> level = {};
  [[nodiscard]] std::uint32_t last() const noexcept { return level.value_or(weigh); }
};

/// How often the logic is used for a pixel. Sums are added up in `groups` parts, a power of two, which are steps one
/// after another; each then is for every groups-th input.
struct FoldedSteps {
  std::size_t all = 1, groups = 1;
};

/// Bits of the number of one of `steps`.
[[nodiscard]] constexpr std::uint32_t step_bits(std::size_t steps) noexcept {
  return steps < 2 ? 0 : bits_for(steps - 1);
}

[[nodiscard]] constexpr std::uint64_t magnitude(std::int64_t weight) noexcept {
  return static_cast<std::uint64_t>(weight < 0 ? -weight : weight);
}

/// The inputs of one step, and its sums.
class StepSums {
 protected:
  using Steps = std::vector<std::size_t>;  ///< which channel each step is for

  StepSums(const Circuit& circuit, FoldedStages stages, FoldedSteps steps, std::uint32_t max_fan_in)
      : circuit_(circuit),
        stages_(stages),
        weigh_(std::get<circuits::WeighStage>(circuit.stages()[stages.weigh].operation)),
        steps_(steps.all),
        groups_(steps.groups),
        builder_(max_fan_in, inputs(circuit, stages, steps.all)),
        products_{.stage = stages.weigh, .role = circuits::Role::lut} {
    circuits::BitId next = 2;
    for (const auto id : circuit.stages()[stages.weigh].inputs) {
      const auto& [shape, width] = circuit.type(id);
      for (std::size_t c = 0; c < shape.channels; ++c) {
        codes_.emplace_back();
        for (std::uint32_t bit = 0; bit < width; ++bit) codes_.back().push_back(next++);
      }
    }
    for (std::uint32_t bit = 0; bit < step_bits(steps.all); ++bit) step_.push_back(next++);
    choose_codes();
  }

  /// Where sums have several parts, code i of a step is input i · groups + part.
  void choose_codes() {
    if (groups_ == 1) return;
    const std::size_t select = step_bits(groups_);
    std::vector<circuits::Bits> chosen;
    for (std::size_t first = 0; first < codes_.size(); first += groups_) {
      chosen.emplace_back();
      std::size_t width = 0;
      for (std::size_t i = first; i < std::min(first + groups_, codes_.size()); ++i)
        width = std::max(width, codes_[i].size());
      for (std::size_t bit = 0; bit < width; ++bit) {
        circuits::Bits choices(groups_, 0);
        for (std::size_t i = first; i < std::min(first + groups_, codes_.size()); ++i)
          if (bit < codes_[i].size()) choices[i - first] = codes_[i][bit];
        chosen.back().push_back(
            circuits::detail::chosen(builder_, choices, std::span(step_).first(select), false, products_));
        products_.part = 0;
        ++products_.value;
      }
    }
    codes_ = std::move(chosen);
  }

  static std::vector<circuits::InputSignal> inputs(const Circuit& circuit, FoldedStages stages, std::size_t steps) {
    std::vector<circuits::InputSignal> inputs;
    std::size_t begin = 0;
    const auto add = [&](circuits::SignalId id, circuits::Type type) {
      inputs.push_back({id, type, begin});
      begin += type.size() * type.width;
    };
    for (const auto id : circuit.stages()[stages.weigh].inputs)
      add(id, {{circuit.type(id).shape.channels, 1, 1}, circuit.type(id).width});
    if (steps > 1) add(circuits::no_signal, {{1, 1, 1}, step_bits(steps)});
    return inputs;
  }

  /// A bit of a code, times one binary digit of the weights that it meets in each step.
  struct Product {
    circuits::BitId code = 0;
    std::size_t digit = 0;  ///< index of Products::digits
  };
  struct Digit {
    std::vector<bool> is_there, is_negative;  ///< in each step
  };

  /// What is added up. A term that is taken away is the opposite of its bits, less a constant, so that nothing that is
  /// added is negative.
  struct Products {
    std::vector<Digit> digits;
    std::vector<std::vector<Product>> columns;  ///< by weight
    std::vector<std::uint64_t> maximum;         ///< of each step
    std::vector<std::int64_t> correction;       ///< of each step: what was added too much
  };

  /// The weights that meet code `source` in each step.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> weights(const Steps& rows) const {
    std::vector<std::vector<std::int64_t>> all(codes_.size(), std::vector<std::int64_t>(rows.size(), 0));
    for (std::size_t step = 0; step < rows.size(); ++step)
      for (std::size_t j = 0; j < weigh_.sources[rows[step]].size(); ++j)
        if (const std::size_t source = weigh_.sources[rows[step]][j]; source % groups_ == step % groups_)
          all[source / groups_][step] += weigh_.weights[rows[step]][j];
    return all;
  }

  [[nodiscard]] Products products(const Steps& rows) {
    Products all{.digits = {},
                 .columns = {},
                 .maximum = std::vector<std::uint64_t>(rows.size(), 0),
                 .correction = std::vector<std::int64_t>(rows.size(), 0)};
    const auto weights_of = weights(rows);
    for (std::size_t source = 0; source < codes_.size(); ++source) {
      std::uint64_t most = 0;
      for (const auto weight : weights_of[source]) most |= magnitude(weight);
      for (std::size_t digit = 0; most >> digit != 0; ++digit)
        if ((most >> digit & 1) != 0) add_product(source, digit, weights_of[source], all);
    }
    return all;
  }

  /// A code times one binary digit of its weights.
  void add_product(std::size_t source, std::size_t digit, const std::vector<std::int64_t>& weights,
                   Products& all) const {
    Digit own;
    const std::uint64_t most = ((std::uint64_t{1} << codes_[source].size()) - 1) << digit;
    for (std::size_t step = 0; step < steps_; ++step) {
      own.is_there.push_back((magnitude(weights[step]) >> digit & 1) != 0);
      own.is_negative.push_back(own.is_there.back() && weights[step] < 0);
      if (own.is_there.back()) all.maximum[step] += most;
      if (own.is_negative.back()) all.correction[step] += static_cast<std::int64_t>(most);
    }
    all.columns.resize(std::max(all.columns.size(), digit + codes_[source].size()));
    for (std::size_t bit = 0; bit < codes_[source].size(); ++bit)
      all.columns[digit + bit].push_back({codes_[source][bit], all.digits.size()});
    all.digits.push_back(std::move(own));
  }

  [[nodiscard]] circuits::Bits sum(const Products& products, std::size_t columns, std::size_t output,
                                   const circuits::Bits& more = {}) {
    circuits::detail::CounterTree tree(
        builder_, columns,
        {.stage = stages_.weigh, .role = circuits::Role::count, .value = static_cast<std::uint32_t>(output)});
    // A LUT that has pins left beside the step counts several products at once.
    const std::size_t free = builder_.max_fan_in() - std::min<std::size_t>(builder_.max_fan_in(), step_.size());
    const std::size_t group = free >= 5 ? 5 : free >= 3 ? 3 : 1;
    for (std::size_t column = 0; column < products.columns.size(); ++column) {
      const std::span<const Product> all = products.columns[column];
      for (std::size_t begin = 0; begin < all.size(); begin += group) {
        const circuits::Bits counted = free == 0
                                           ? product(products, all[begin])
                                           : count(products, all.subspan(begin, std::min(group, all.size() - begin)));
        for (std::size_t bit = 0; bit < counted.size(); ++bit) tree.add(column + bit, counted[bit]);
      }
    }
    for (std::size_t column = 0; column < more.size(); ++column) tree.add(column, more[column]);
    return tree.sum();
  }

  /// How many of the products are 1, as functions of the codes and the step.
  [[nodiscard]] circuits::Bits count(const Products& products, std::span<const Product> some) {
    circuits::Bits pins = step_, counted;
    for (const Product& one : some) pins.push_back(one.code);
    for (std::size_t bit = 0; bit < bits_for(some.size()); ++bit) {
      counted.push_back(builder_.function(pins, products_, [&](std::uint32_t address) {
        const std::size_t step = (address & ((1U << step_.size()) - 1)) % steps_;
        std::size_t ones = 0;
        for (std::size_t i = 0; i < some.size(); ++i) {
          const Digit& digit = products.digits[some[i].digit];
          const bool code = (address >> (step_.size() + i) & 1) != 0;
          ones += digit.is_there[step] && code != digit.is_negative[step];
        }
        return (ones >> bit & 1) != 0;
      }));
      ++products_.value;
    }
    return counted;
  }

  /// The same for one product and more steps than a LUT has pins for.
  [[nodiscard]] circuits::Bits product(const Products& products, const Product& one) {
    const Digit& digit = products.digits[one.digit];
    const circuits::Bits pins{one.code, looked_up(builder_, step_, digit.is_there, products_),
                              looked_up(builder_, step_, digit.is_negative, products_)};
    const circuits::BitId bit = builder_.function(
        pins, products_, [](std::uint32_t a) { return (a >> 1 & 1) != 0 && ((a & 1) != 0) != (a >> 2 != 0); });
    ++products_.value;
    return {bit};
  }

  const Circuit& circuit_;
  FoldedStages stages_;
  const circuits::WeighStage& weigh_;
  std::size_t steps_, groups_;
  circuits::NetlistBuilder builder_;
  std::vector<circuits::Bits> codes_;  ///< that the weights read, lowest bit first
  circuits::Bits step_;
  circuits::Origin products_;  ///< of the next node
};

}  // namespace lutra::hdl::detail
