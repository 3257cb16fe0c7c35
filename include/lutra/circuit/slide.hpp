#pragma once
// A circuit for one window becomes stages for a whole image: every stage is repeated at every place.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/builder.hpp>
#include <lutra/circuit/circuit.hpp>
#include <lutra/compose/frame.hpp>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::circuits {

namespace detail {

class Slider {
 public:
  Slider(Builder& builder, const Wires& image, const Circuit& window, const Frame& frame)
      : builder_(builder),
        image_(image),
        window_(window),
        frame_(frame),
        places_(frame.y.places() * frame.x.places()) {}

  /// The window circuit's answer at every place, place after place for each of its values.
  Wires run() {
    signals_.resize(window_.stages().size() + 1);
    for (std::size_t i = 0; i < window_.stages().size(); ++i) {
      const Stage& stage = window_.stages()[i];
      signals_[i + 1] = std::visit([&](const auto& operation) { return repeat(stage, operation); }, stage.operation);
    }
    return signals_.back();
  }

 private:
  /// Where a stage of the window's circuit finds what it reads, once its inputs are those of the whole image.
  struct Reads {
    std::vector<std::uint32_t> sources;  ///< for each value it reads and each place
    Wires wires;
  };

  [[nodiscard]] Reads reads_of(const Stage& stage) {
    Reads reads;
    std::size_t values = 0, border_reads = 0;
    for (const SignalId id : stage.inputs) {
      const Wires& wires = id == 0 ? image_ : signals_[id];
      const std::size_t begin = reads.wires.size;
      for (std::size_t value = 0; value < window_.type(id).size(); ++value, ++values)
        for (std::size_t place = 0; place < places_; ++place) {
          const std::size_t source = id == 0 ? image_source(value, place) : value * places_ + place;
          border_reads += source == Frame::border;
          reads.sources.push_back(source == Frame::border ? Frame::border : static_cast<std::uint32_t>(begin + source));
        }
      reads.wires = reads.wires.signals.empty() ? wires : join(std::move(reads.wires), wires);
    }
    if (border_reads == 0) return reads;
    const auto zero = static_cast<std::uint32_t>(reads.wires.size);
    std::ranges::replace(reads.sources, Frame::border, zero);
    reads.wires = join(std::move(reads.wires), border());
    return reads;
  }

  /// The image's value that the window at a place has as its own number `value`, or Frame::border.
  [[nodiscard]] std::size_t image_source(std::size_t value, std::size_t place) const {
    const std::size_t kernel = frame_.y.kernel * frame_.x.kernel;
    const std::size_t y = frame_.y.pixel(place / frame_.x.places(), value % kernel / frame_.x.kernel);
    const std::size_t x = frame_.x.pixel(place % frame_.x.places(), value % frame_.x.kernel);
    if (y >= frame_.image.height || x >= frame_.image.width) return Frame::border;
    return (value / kernel * frame_.image.height + y) * frame_.image.width + x;
  }

  /// A constant 0: what lies outside of the image.
  [[nodiscard]] const Wires& border() {
    if (border_.signals.empty()) {
      CountStage zero;  // of nothing: it reads images of any width
      zero.sources.add({});
      zero.offsets.push_back(0);
      border_ = builder_.add("border", image_, std::move(zero), Shape{}, 0);
    }
    return border_;
  }

  Wires add(const Stage& stage, const Wires& in, Operation operation) {
    const Shape shape{stage.output.size(), frame_.y.places(), frame_.x.places()};
    return builder_.add(stage.name, in, std::move(operation), shape, stage.output.maximum());
  }

  template <class Op>
  Wires repeat(const Stage& stage, const Op& operation) {
    if constexpr (std::is_same_v<Op, AddStage>) {
      return add_images(stage);
    } else if constexpr (std::is_same_v<Op, ArgmaxStage>) {
      throw Error("convolve", stage.name, "an answer of bits or counts for every place", "a class");
    } else {
      const Reads reads = reads_of(stage);
      Op all;
      for (std::size_t value = 0; value < stage.output.size(); ++value)
        for (std::size_t place = 0; place < places_; ++place) append(all, operation, value, place, reads.sources);
      return add(stage, reads.wires, std::move(all));
    }
  }

  /// A sum goes element by element as it is; only the window itself must first be cut out of the image.
  Wires add_images(const Stage& stage) {
    Wires terms;
    for (const SignalId id : stage.inputs) {
      Wires term = id == 0 ? cut_out() : signals_[id];
      terms = terms.signals.empty() ? std::move(term) : join(std::move(terms), term);
    }
    return add(stage, terms, AddStage{});
  }
  Wires cut_out() {
    const Type& type = window_.input();
    std::vector<std::uint32_t> sources(type.size());
    std::iota(sources.begin(), sources.end(), 0U);
    const Stage stage{"window", {0}, RearrangeStage{std::move(sources)}, type};
    return repeat(stage, std::get<RearrangeStage>(stage.operation));
  }

  void append(ThresholdStage& all, const ThresholdStage& one, std::size_t value, std::size_t place,
              const std::vector<std::uint32_t>& sources) const {
    all.sources.push_back(sources[one.sources[value] * places_ + place]);
    all.thresholds.push_back(one.thresholds[value]);
  }
  void append(LutStage& all, const LutStage& one, std::size_t value, std::size_t place,
              const std::vector<std::uint32_t>& sources) const {
    all.add(moved(one.pins[value], place, sources), one.tables[value]);
  }
  void append(CountStage& all, const CountStage& one, std::size_t value, std::size_t place,
              const std::vector<std::uint32_t>& sources) const {
    all.sources.add(moved(one.sources[value], place, sources));
    all.offsets.push_back(one.offsets[value]);
  }
  void append(RearrangeStage& all, const RearrangeStage& one, std::size_t value, std::size_t place,
              const std::vector<std::uint32_t>& sources) const {
    all.sources.push_back(sources[one.sources[value] * places_ + place]);
  }
  [[nodiscard]] std::vector<std::uint32_t> moved(std::span<const std::uint32_t> values, std::size_t place,
                                                 const std::vector<std::uint32_t>& sources) const {
    std::vector<std::uint32_t> at;
    for (const std::uint32_t value : values) at.push_back(sources[value * places_ + place]);
    return at;
  }

  Builder& builder_;
  const Wires& image_;
  const Circuit& window_;
  const Frame& frame_;
  std::size_t places_;
  std::vector<Wires> signals_;
  Wires border_;
};

}  // namespace detail

/// Adds the stages that answer as `window` does at every place of `frame`, over the image that `image` carries:
/// answer value v at place p is value v · places + p. Outside of the image all values are 0. Throws Error where the
/// window's circuit ends in a class.
[[nodiscard]] inline Wires slide(Builder& builder, const Wires& image, const Circuit& window, const Frame& frame) {
  return detail::Slider(builder, image, window, frame).run();
}

}  // namespace lutra::circuits
