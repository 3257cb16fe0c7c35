#pragma once
// Steps that are no convolutions of codes, done line by line: each operation for all columns, on rows of floats.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/pixels.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/matrix_rows.hpp>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine::detail {

/// Rows of numbers of one line: row i begins at places[i].
template <class T>
struct LineRows {
  std::vector<T> numbers;
  std::vector<std::uint32_t> places;

  [[nodiscard]] const T* operator[](std::size_t i) const noexcept { return numbers.data() + places[i]; }
  [[nodiscard]] T* operator[](std::size_t i) noexcept { return numbers.data() + places[i]; }
  /// `count` rows, one behind another.
  void resize(std::size_t count, std::size_t columns) {
    numbers.resize(count * columns);
    places.resize(count);
    for (std::size_t i = 0; i < count; ++i) places[i] = static_cast<std::uint32_t>(i * columns);
  }
};

/// What an operation gives for a line of `columns`; a stage's weights are those of its LinePlan.
class LineOperation {
 public:
  LineOperation(const LineWeights& weights, std::size_t columns, const LineRows<float>& in, LineRows<float>& out)
      : weights_(weights), columns_(columns), in_(in), out_(out) {}

  void operator()(const circuits::WeighStage& weigh) const {
    for (std::size_t o = 0; o < weigh.size(); ++o) std::fill_n(out_[o], columns_, static_cast<float>(weigh.offsets[o]));
    if (weights_.is_matrix) return add_products(weights_.values.data(), in_.places, 0, weigh.size());
    std::vector<std::uint32_t> places;
    const float* weights = weights_.values.data();
    for (std::size_t o = 0; o < weigh.size(); ++o) {
      places.clear();
      for (const std::uint32_t source : weigh.sources[o]) places.push_back(in_.places[source]);
      add_products(weights, places, o, 1);
      weights += places.size();
    }
  }
  void operator()(const circuits::LevelStage& level) const {
    for (std::size_t o = 0; o < level.size(); ++o) count_levels(in_[level.sources[o]], level.thresholds[o], out_[o]);
    for (std::size_t o = 0; o < level.size(); ++o) {
      const auto all = static_cast<float>(level.thresholds[o].size());
      for (std::size_t x = 0; level.falling[o] && x < columns_; ++x) out_[o][x] = all - out_[o][x];
    }
  }
  void operator()(const circuits::ThresholdStage& threshold) const {
    for (std::size_t o = 0; o < threshold.size(); ++o)
      count_levels(in_[threshold.sources[o]], std::span(&threshold.thresholds[o], 1), out_[o]);
  }
  void operator()(const circuits::CountStage& count) const {
    for (std::size_t o = 0; o < count.size(); ++o) {
      std::fill_n(out_[o], columns_, static_cast<float>(count.offsets[o]));
      for (const std::uint32_t source : count.sources[o]) add(in_[source], out_[o]);
    }
  }
  void operator()(const circuits::RearrangeStage& rearrange) const {
    for (std::size_t o = 0; o < rearrange.size(); ++o) std::copy_n(in_[rearrange.sources[o]], columns_, out_[o]);
  }
  void operator()(const circuits::AddStage&) const {
    first_rows();
    for (std::size_t i = outputs(); i < in_.places.size(); ++i) add(in_[i], out_[i % outputs()]);
  }
  void operator()(const circuits::MaxStage&) const {
    first_rows();
    for (std::size_t i = outputs(); i < in_.places.size(); ++i) {
      float* const to = out_[i % outputs()];
      for (std::size_t x = 0; x < columns_; ++x) to[x] = std::max(to[x], in_[i][x]);
    }
  }
  void operator()(const circuits::ArgmaxStage&) const {
    const std::size_t n = outputs();
    std::vector<float> largest(columns_);
    for (std::size_t o = 0; o < n; ++o) {
      std::copy_n(in_[o], columns_, largest.begin());
      std::fill_n(out_[o], columns_, 0.0F);
      for (std::size_t i = o + n, place = 1; i < in_.places.size(); i += n, ++place)
        for (std::size_t x = 0; x < columns_; ++x)
          if (in_[i][x] > largest[x]) {
            largest[x] = in_[i][x];
            out_[o][x] = static_cast<float>(place);
          }
    }
  }
  /// Has no plan.
  void operator()(const circuits::LutStage&) const {}

 private:
  [[nodiscard]] std::size_t outputs() const noexcept { return out_.places.size(); }
  void first_rows() const {
    for (std::size_t o = 0; o < outputs(); ++o) std::copy_n(in_[o], columns_, out_[o]);
  }
  void add(const float* from, float* to) const {
    for (std::size_t x = 0; x < columns_; ++x) to[x] += from[x];
  }
  /// Adds to `count` rows of the output, from `first` on, weights times the rows of the input at `places`.
  void add_products(const float* weights, std::span<const std::uint32_t> places, std::size_t first,
                    std::size_t count) const {
    kernels::chosen::product({weights, places.size(), 1},
                             kernels::Rows<const float>{in_.numbers.data(), places.size(), 1, places.data()},
                             kernels::Rows<float>{out_[first], count, columns_}, columns_, true);
  }
  /// How many thresholds a number is at least. Of many, the few that can be met are searched for.
  void count_levels(const float* from, std::span<const std::uint32_t> thresholds, float* to) const {
    constexpr std::size_t many = 16;
    if (thresholds.size() >= many) {
      for (std::size_t x = 0; x < columns_; ++x)
        to[x] = static_cast<float>(std::ranges::upper_bound(thresholds, static_cast<std::uint32_t>(from[x])) -
                                   thresholds.begin());
      return;
    }
    std::fill_n(to, columns_, 0.0F);
    for (const std::uint32_t threshold : thresholds) {
      const auto limit = static_cast<float>(threshold);
      for (std::size_t x = 0; x < columns_; ++x) to[x] += from[x] >= limit ? 1.0F : 0.0F;
    }
  }

  const LineWeights& weights_;
  std::size_t columns_;
  const LineRows<float>& in_;
  LineRows<float>& out_;
};

/// A step that has a LinePlan, on numbers that T holds: floats, or, of codes that are only rearranged, bytes.
template <class T>
class LineRun {
 public:
  LineRun(const CodeStep& step, std::span<const CodePixels> from, const CodePixels& to)
      : step_(step), plan_(*step.lines), from_(from), to_(to) {}

  void run(std::size_t begin, std::size_t end) {
    const std::size_t width = to_.signal.type.shape.width;
    const std::size_t columns = kernels::words_for(width) * kernels::word_bits;
    for (std::size_t y = begin; y < end; ++y) {
      read(y);
      if constexpr (std::is_same_v<T, float>) {
        for (std::size_t i = 0; i < step_.operations.size(); ++i) {
          next_.resize(step_.sizes[i], columns);
          std::visit(LineOperation(plan_.weights[i], columns, rows_, next_), step_.operations[i]);
          std::swap(rows_, next_);
        }
      }
      to_.set_run(y * width, width, [&](std::size_t c) { return std::as_const(rows_)[c]; });
    }
  }

 private:
  /// The rows that line y of the answer needs; what lies outside of the image is 0.
  void read(std::size_t y) {
    rows_.numbers.assign(plan_.rows.size() * plan_.row, T{0});
    rows_.places = plan_.places;
    for (std::size_t i = 0; i < plan_.rows.size(); ++i) {
      const CodeSource& row = plan_.rows[i];
      const CodePixels& from = from_[row.signal];
      const Shape& image = from.signal.type.shape;
      const std::int64_t line = static_cast<std::int64_t>(y) * step_.stride.row + row.offset.row;
      if (line < 0 || line >= static_cast<std::int64_t>(image.height)) continue;
      const std::int64_t stride = step_.stride.column, first = plan_.first * stride + row.offset.column;
      const std::int64_t begin = first < 0 ? divide_up(-first, stride) : 0;
      const std::int64_t end = std::clamp(divide_up(static_cast<std::int64_t>(image.width) - first, stride),
                                          std::int64_t{0}, static_cast<std::int64_t>(plan_.columns));
      if (begin >= end) continue;
      from.get_run(static_cast<std::size_t>(line) * image.width + static_cast<std::size_t>(first + begin * stride),
                   static_cast<std::size_t>(stride), static_cast<std::size_t>(end - begin), row.channel,
                   rows_.numbers.data() + i * plan_.row + static_cast<std::size_t>(begin));
    }
  }

  const CodeStep& step_;
  const LinePlan& plan_;
  std::span<const CodePixels> from_;
  CodePixels to_;
  LineRows<T> rows_, next_;
};

}  // namespace lutra::engine::detail
