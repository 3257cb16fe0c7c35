#pragma once
// BinaryModulation: a number as a few bits, again and again. What one frame's bits cannot tell, several frames do.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/chosen.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// How frames differ.
enum class Modulation {
  even,        ///< all thresholds of all frames lie evenly spread, and no two are the same
  random,      ///< each is drawn from the network's seed
  delta_sigma  ///< first-order: over the frames as many ones as the number is large, evenly spread
};

namespace detail {

/// Where the bit of a first-order delta-sigma modulator changes as the number rises from 0 to `most`: in `frame`, the
/// accumulator at `start` in the beginning.
[[nodiscard]] inline std::vector<std::uint32_t> delta_sigma_changes(std::uint64_t most, std::uint64_t start,
                                                                    std::uint64_t frame) {
  std::vector<std::uint32_t> changes;
  bool before = false;
  for (std::uint64_t x = 0; x <= most; ++x) {
    const bool bit = ((frame + 1) * x + start) / most != (frame * x + start) / most;
    if (bit != before) changes.push_back(static_cast<std::uint32_t>(x));
    before = bit;
  }
  return changes;
}

/// For each of `bits`, whose inputs are lists of bits of the signal before, the XOR of up to 6 of them, and lists of
/// what is then left.
[[nodiscard]] inline circuits::LutStage parity_level(std::vector<std::vector<std::uint32_t>>& bits) {
  constexpr std::size_t most_pins = 6;
  circuits::LutStage stage;
  for (auto& list : bits) {
    std::vector<std::uint32_t> left;
    for (std::size_t i = 0; i < list.size(); i += most_pins) {
      const auto pins = std::span(list).subspan(i, std::min(most_pins, list.size() - i));
      const std::uint64_t odd = 0x6996966996696996 & circuits::table_mask(pins.size());
      left.push_back(static_cast<std::uint32_t>(stage.size()));
      stage.add(pins, std::span(&odd, 1));
    }
    list = std::move(left);
  }
  return stage;
}

}  // namespace detail

/// Channels bits for each of Frames frames and each number. In: codes (Byte, Level<n>), channels × height × width; out:
/// Bit, Shape{channels · Channels · height · width, Frames, 1}: each frame is a place of an image that is Frames high,
/// and channel (c · Channels + d) · height · width + pixel there is 1 where the number reaches threshold d of the
/// frame. Even thresholds are ⌈2^n (k+1) / (T+1)⌉ with T = Frames · Channels and k = d · Frames + frame. Delta-sigma,
/// with x the number out of 0..M and h = ⌊M (2d+1) / (2 Channels)⌋: ⌊((frame+1) x + h) / M⌋ − ⌊(frame x + h) / M⌋. No
/// gradient passes. Freezes to one ThresholdStage; delta-sigma compares with every number at which its bit changes, and
/// adds LUTs. modulate() puts an expression behind it.
template <std::size_t Frames, std::size_t Channels = 1>
struct BinaryModulation {
  static_assert(error::layer_is_valid<(Frames >= 1 && Channels >= 1), BinaryModulation>::value,
                "lutra: BinaryModulation<Frames, Channels> has at least one frame and one channel");
  static constexpr std::size_t frames = Frames, channels = Channels;

  Modulation modulation = Modulation::even;

  static std::string name() {
    return "BinaryModulation<" + std::to_string(Frames) + ", " + std::to_string(Channels) + ">";
  }

  template <class In>
  class Bound {
    static_assert(
        error::layer_accepts_input<is_code<typename In::Kind>, BinaryModulation, In>::value,
        "lutra: BinaryModulation reads codes, Byte or Level<n>; bring real numbers to codes with a Quantizer");
    using Kind = std::conditional_t<is_code<typename In::Kind>, typename In::Kind, Byte>;
    static constexpr std::uint64_t most = (std::uint64_t{1} << Kind::bits) - 1;
    static constexpr std::size_t bits = Frames * Channels;  // of each number
    static_assert(error::layer_accepts_input<bits <= most, BinaryModulation, In>::value,
                  "lutra: BinaryModulation<Frames, Channels> has more thresholds than its input has values");
    static constexpr std::size_t image = In::shape.height * In::shape.width;

   public:
    using Output = Signal<Bit, Shape{In::size * Channels, Frames, 1}>;

    Bound(const BinaryModulation& layer, Binding& binding)
        : changes_(changes_of(layer.modulation, binding)), thresholds_(binding.integers("thresholds", count())) {
      auto to = thresholds_.begin();
      for (const auto& list : changes_) to = std::copy(list.begin(), list.end(), to);
    }

    void forward(const Pass& pass, Planes<Kind> in, Planes<Bit> out) {
      parallel_for(pass.threads, In::size, [&](std::size_t i) {
        const std::uint32_t* threshold = thresholds_.data();
        for (std::size_t bit = 0; bit < bits; ++bit) {
          std::uint64_t* const to = out.row(row(i, bit));
          kernels::chosen::threshold_bits(in.row(i), *threshold++, to, pass.words());
          for (std::size_t change = 1; change < changes_[bit].size(); ++change)
            add_change(in.row(i), *threshold++, to, pass.words());
        }
      });
    }
    void backward(const Pass&, Planes<Kind>, Planes<Bit>, Gradients, Gradients) {}

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      circuits::ThresholdStage stage;
      std::vector<std::vector<std::uint32_t>> lists(Output::size);
      for (std::size_t i = 0; i < In::size; ++i) {
        const std::uint32_t* threshold = thresholds_.data();
        for (std::size_t bit = 0; bit < bits; ++bit)
          for (std::size_t change = 0; change < changes_[bit].size(); ++change) {
            lists[row(i, bit)].push_back(static_cast<std::uint32_t>(stage.size()));
            stage.sources.push_back(static_cast<std::uint32_t>(i));
            stage.thresholds.push_back(*threshold++);
          }
      }
      if (stage.size() == Output::size) return builder.add(name(), in, in_order(stage, lists), Output::shape, 1);
      const auto several = [](const auto& list) { return list.size() > 1; };
      auto wires = builder.add(name(), in, stage, Shape{stage.size()}, 1);
      do {
        auto level = detail::parity_level(lists);
        const bool is_last = std::none_of(lists.begin(), lists.end(), several);
        const Shape shape = is_last ? Output::shape : Shape{level.size()};
        wires = builder.add(name(), wires, std::move(level), shape, 1);
      } while (std::any_of(lists.begin(), lists.end(), several));
      return wires;
    }

   private:
    using Lists = std::vector<std::vector<std::uint32_t>>;

    /// Bit d · Frames + frame of number i.
    static constexpr std::size_t row(std::size_t i, std::size_t bit) noexcept {
      const std::size_t value = (i / image * Channels + bit / Frames) * image + i % image;
      return value * Frames + bit % Frames;
    }

    /// For each bit of a number the numbers from which on it is another.
    static Lists changes_of(Modulation modulation, Binding& binding) {
      Lists lists;
      Random random = binding.random();
      for (std::size_t k = 0; k < bits; ++k) {
        if (modulation == Modulation::delta_sigma)
          lists.push_back(
              detail::delta_sigma_changes(most, most * (2 * (k / Frames) + 1) / (2 * Channels), k % Frames));
        else if (modulation == Modulation::random)
          lists.push_back({static_cast<std::uint32_t>(1 + random.below(most))});
        else
          lists.push_back({static_cast<std::uint32_t>(((most + 1) * (k + 1) + bits) / (bits + 1))});
      }
      return lists;
    }
    [[nodiscard]] std::size_t count() const noexcept {
      std::size_t sum = 0;
      for (const auto& list : changes_) sum += list.size();
      return sum;
    }

    static void add_change(const storage_t<Kind>* from, std::uint32_t threshold, std::uint64_t* to, std::size_t words) {
      constexpr std::size_t at_once = 16;
      std::uint64_t met[at_once];
      for (std::size_t first = 0; first < words; first += at_once) {
        const std::size_t part = std::min(at_once, words - first);
        kernels::chosen::threshold_bits(from + first * kernels::word_bits, threshold, met, part);
        for (std::size_t w = 0; w < part; ++w) to[first + w] ^= met[w];
      }
    }

    static circuits::ThresholdStage in_order(const circuits::ThresholdStage& stage, const Lists& lists) {
      circuits::ThresholdStage ordered;
      for (const auto& list : lists) {
        ordered.sources.push_back(stage.sources[list[0]]);
        ordered.thresholds.push_back(stage.thresholds[list[0]]);
      }
      return ordered;
    }

    Lists changes_;                           // as they were drawn; how many each bit has
    std::vector<std::uint32_t>& thresholds_;  // all of them in a row, as they were loaded
  };
};

}  // namespace lutra
