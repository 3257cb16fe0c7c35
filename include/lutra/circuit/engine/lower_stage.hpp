#pragma once
// From one stage to operations on named bits. Rearranging and joining signals costs nothing: it only says which names
// belong to which value.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

/// The stages of a circuit one after another, all on one BitBuilder. A stage that works at each place is lowered for
/// one place: its values are channels.
class StageLowering {
 public:
  explicit StageLowering(BitBuilder& bits) : bits_(bits) {}

  /// Begins to join the signals that a stage reads, the widest of which has `width` bits.
  void begin(std::size_t width) {
    joined_width_ = width;
    joined_.clear();
  }
  /// One more of them, its integers of `width` bits.
  void join(BitBuilder::Bits signal, std::size_t width) {
    for (std::size_t i = 0; i < signal.size(); i += width)
      for (std::size_t j = 0; j < joined_width_; ++j) joined_.push_back(j < width ? signal[i + j] : row_of_zeros);
  }
  /// The bits of a value that was joined, the lowest first.
  [[nodiscard]] BitBuilder::Bits value(std::size_t source) const noexcept {
    return BitBuilder::Bits(joined_).subspan(source * joined_width_, joined_width_);
  }

  /// The bits of what the stage gives: value after value, the lowest bit first.
  [[nodiscard]] std::vector<Name> lower(const circuits::Stage& stage) {
    const std::size_t size = stage.each_place ? stage.output.shape.channels : stage.output.size();
    out_width_ = stage.output.width;
    std::vector<Name> out(size * out_width_, row_of_zeros);
    std::visit([&](const auto& operation) { write(operation, out); }, stage.operation);
    return out;
  }

 private:
  [[nodiscard]] std::size_t joined_size() const noexcept { return joined_.size() / joined_width_; }

  void write(const circuits::ThresholdStage& stage, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i)
      out[i] = bits_.at_least(value(stage.sources[i]), stage.thresholds[i]);
  }

  void write(const circuits::LutStage& stage, std::vector<Name>& out) {
    std::vector<Name> pins;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      pins.clear();
      for (const auto pin : stage.pins[i]) pins.push_back(value(pin)[0]);
      out[i] = bits_.lut(stage.tables[i], pins);
    }
  }

  void write(const circuits::CountStage& stage, std::vector<Name>& out) {
    std::vector<BitBuilder::Bits> terms;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      terms.clear();
      for (const auto source : stage.sources[i]) terms.push_back(value(source));
      bits_.sum(terms, stage.offsets[i], std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  /// Each 1 of a weight adds the value's bits at its place. Of a value of b bits, -x is the opposite of each bit less
  /// 2^b - 1, which the offset has to give.
  void write(const circuits::WeighStage& stage, std::vector<Name>& out) {
    std::vector<Name> names;
    for (std::size_t i = 0; i < stage.size(); ++i) {
      std::uint64_t all = 0, offset = stage.offsets[i];
      for (const std::int32_t weight : stage.weights[i]) all |= circuits::magnitude(weight);
      const std::size_t columns = joined_width_ + bits_for(all) - 1;
      names.clear();
      for (std::size_t j = 0; j < stage.sources[i].size(); ++j) {
        const std::int32_t weight = stage.weights[i][j];
        const auto bits = value(stage.sources[i][j]);
        for (std::size_t shift = 0; circuits::magnitude(weight) >> shift != 0; ++shift) {
          if ((circuits::magnitude(weight) >> shift & 1) == 0) continue;
          const std::size_t begin = names.size();
          names.resize(begin + columns, row_of_zeros);
          for (std::size_t b = 0; b < bits.size(); ++b) {
            if (bits[b] == row_of_zeros) continue;
            names[begin + shift + b] = weight < 0 ? opposite(bits[b]) : bits[b];
            if (weight < 0) offset -= std::uint64_t{1} << (shift + b);
          }
        }
      }
      std::vector<BitBuilder::Bits> terms;
      for (std::size_t begin = 0; begin < names.size(); begin += columns)
        terms.push_back(BitBuilder::Bits(names).subspan(begin, columns));
      bits_.sum(terms, offset, std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  /// The comparisons stand in order: the highest bit of how many are met is the one in the middle, and each bit above
  /// says in which half the next one is found.
  void write(const circuits::LevelStage& stage, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i) {
      std::vector<Name> met;
      for (const std::uint32_t threshold : stage.thresholds[i]) {
        const Name reached = bits_.at_least(value(stage.sources[i]), threshold);
        met.push_back(stage.falling[i] ? opposite(reached) : reached);
      }
      if (stage.falling[i]) std::ranges::reverse(met);
      const std::size_t used = met.empty() ? 0 : bits_for(met.size());
      met.resize(std::size_t{1} << used, row_of_zeros);
      for (std::size_t bit = used; bit-- > 0;) {
        std::vector<Name> choices;
        for (std::size_t at = (std::size_t{1} << bit) - 1; at < met.size(); at += std::size_t{2} << bit)
          choices.push_back(met[at]);
        for (std::size_t select = bit + 1; choices.size() > 1; ++select) {
          for (std::size_t k = 0; k < choices.size() / 2; ++k)
            choices[k] = chosen(choices[2 * k], choices[2 * k + 1], out[i * out_width_ + select]);
          choices.resize(choices.size() / 2);
        }
        out[i * out_width_ + bit] = choices[0];
      }
    }
  }

  /// One after another: from the lowest bit up, whether the next is larger, and then whichever is.
  void write(const circuits::MaxStage&, std::vector<Name>& out) {
    static constexpr std::uint64_t greater = 0b11010100;  // of x, the best so far and what the bits below said
    const std::size_t size = out.size() / out_width_;
    for (std::size_t source = 0; source < joined_size(); ++source) {
      const auto x = value(source);
      const auto best = std::span(out).subspan(source % size * out_width_, out_width_);
      if (source < size) {
        std::ranges::copy(x, best.begin());
        continue;
      }
      Name larger = row_of_zeros;
      for (std::size_t bit = 0; bit < out_width_; ++bit)
        larger = bits_.lut(std::span(&greater, 1), std::array{best[bit], x[bit], larger});
      for (std::size_t bit = 0; bit < out_width_; ++bit) best[bit] = chosen(best[bit], x[bit], larger);
    }
  }

  Name chosen(Name first, Name second, Name select) {
    static constexpr std::uint64_t multiplexer = 0b11001010;
    return bits_.lut(std::span(&multiplexer, 1), std::array{first, second, select});
  }

  void write(const circuits::AddStage&, std::vector<Name>& out) {
    std::vector<BitBuilder::Bits> terms;
    const std::size_t size = out.size() / out_width_;
    for (std::size_t i = 0; i < size; ++i) {
      terms.clear();
      for (std::size_t source = i; source < joined_size(); source += size) terms.push_back(value(source));
      bits_.sum(terms, 0, std::span(out).subspan(i * out_width_, out_width_));
    }
  }

  void write(const circuits::RearrangeStage& stage, std::vector<Name>& out) {
    for (std::size_t i = 0; i < stage.size(); ++i)
      std::ranges::copy(value(stage.sources[i]), out.begin() + static_cast<std::ptrdiff_t>(i * out_width_));
  }

  void write(const circuits::ArgmaxStage&, std::vector<Name>& out) {
    const std::size_t size = out.size() / out_width_;
    std::vector<Name> rivals;
    for (std::size_t i = 0; i < size; ++i) {
      rivals.clear();
      for (std::size_t source = i; source < joined_size(); source += size)
        rivals.insert(rivals.end(), value(source).begin(), value(source).end());
      const auto index = bits_.argmax(rivals, rivals.size() / joined_width_, joined_width_);
      std::ranges::copy(index, out.begin() + static_cast<std::ptrdiff_t>(i * out_width_));
    }
  }

  BitBuilder& bits_;
  std::vector<Name> joined_;  // what the present stage reads
  std::size_t joined_width_ = 0, out_width_ = 0;
};

}  // namespace lutra::engine
