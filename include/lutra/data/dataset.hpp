#pragma once
// Samples in memory, as a network's input signal wants them, with labels (classification) or targets (regression).
// Loaders (idx, csv, npy) and make_dataset fill one; fit and accuracy read one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/error.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// How a sample's values of this kind lie in memory outside a network: codes as they are, a Bit as a byte 0 or 1.
template <class Kind>
using element_t = std::conditional_t<std::is_same_v<Kind, Bit>, std::uint8_t, storage_t<Kind>>;

template <class Kind>
struct Dataset {
  using Element = element_t<Kind>;

  Shape shape{};                        ///< of one sample
  std::vector<Element> values{};        ///< samples × shape.size(), one sample after another, C·H·W inside
  std::vector<std::uint32_t> labels{};  ///< samples × places, each below `classes`; empty for regression
  std::size_t classes = 0;
  std::size_t places = 1;        ///< labels a sample: 1, or one for each pixel of the network's answer, row after row
  std::vector<float> targets{};  ///< samples × target_size, for regression; else empty
  std::size_t target_size = 0;

  [[nodiscard]] std::size_t size() const noexcept { return values.size() / shape.size(); }
  [[nodiscard]] std::span<const Element> sample(std::size_t i) const noexcept {
    return {values.data() + i * shape.size(), shape.size()};
  }
  [[nodiscard]] std::span<const std::uint32_t> label(std::size_t i) const noexcept {
    return {labels.data() + i * places, places};
  }
  [[nodiscard]] std::span<const float> target(std::size_t i) const noexcept {
    return {targets.data() + i * target_size, target_size};
  }

  /// Throws Error, naming the first offender, unless values are whole samples that fit the kind, and there are `places`
  /// labels below `classes` (or one finite target row) for each.
  void validate(const std::string& where = "dataset") const;

  /// The samples named by `indices`, in that order.
  [[nodiscard]] Dataset subset(std::span<const std::size_t> indices) const;
};

template <class Kind>
void Dataset<Kind>::validate(const std::string& where) const {
  if (shape.size() == 0) throw Error("dataset", where, "a shape with at least one value", to_string(shape));
  if (values.size() % shape.size() != 0)
    throw Error("dataset", where, "whole samples of " + std::to_string(shape.size()) + " values",
                std::to_string(values.size()) + " values");
  if constexpr (is_code<Kind> || std::is_same_v<Kind, Bit>) {
    constexpr std::uint32_t most = (std::uint32_t{1} << Kind::bits) - 1;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i] > most)
        throw Error(
            "dataset",
            where + ", sample " + std::to_string(i / shape.size()) + ", value " + std::to_string(i % shape.size()),
            "0.." + std::to_string(most), std::to_string(values[i]));
  } else {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!(values[i] - values[i] == 0))  // NaN and infinities fail this
        throw Error(
            "dataset",
            where + ", sample " + std::to_string(i / shape.size()) + ", value " + std::to_string(i % shape.size()),
            "a finite number", std::to_string(values[i]));
  }
  if (labels.empty() && targets.empty()) return;
  if (places == 0) throw Error("dataset", where, "at least one place a sample", "none");
  if (!labels.empty() && labels.size() != size() * places)
    throw Error("dataset", where, std::to_string(size() * places) + " labels", std::to_string(labels.size()));
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= classes)
      throw Error("dataset",
                  where + ", label of sample " + std::to_string(i / places) +
                      (places == 1 ? "" : ", place " + std::to_string(i % places)),
                  "below " + std::to_string(classes), std::to_string(labels[i]));
  if (targets.size() != target_size * size() && !targets.empty())
    throw Error("dataset", where, std::to_string(target_size * size()) + " targets", std::to_string(targets.size()));
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (!(targets[i] - targets[i] == 0))
      throw Error("dataset", where + ", target " + std::to_string(i), "a finite number", std::to_string(targets[i]));
}

template <class Kind>
Dataset<Kind> Dataset<Kind>::subset(std::span<const std::size_t> indices) const {
  Dataset out{.shape = shape,
              .values = {},
              .labels = {},
              .classes = classes,
              .places = places,
              .targets = {},
              .target_size = target_size};
  out.values.reserve(indices.size() * shape.size());
  for (const std::size_t i : indices) {
    if (i >= size())
      throw Error("subset of a dataset", "sample index", "below " + std::to_string(size()), std::to_string(i));
    const auto from = sample(i);
    out.values.insert(out.values.end(), from.begin(), from.end());
    if (!labels.empty()) out.labels.insert(out.labels.end(), label(i).begin(), label(i).end());
    if (!targets.empty()) out.targets.insert(out.targets.end(), target(i).begin(), target(i).end());
  }
  return out;
}

/// A data set of copies: `values` are whole samples of `shape`, one after another, C·H·W inside; `places` labels a
/// sample, or none at all. `classes` 0 means the largest label and one. Throws Error as Dataset::validate does.
template <class Kind>
[[nodiscard]] Dataset<Kind> make_dataset(const Shape& shape,
                                         std::type_identity_t<std::span<const element_t<Kind>>> values,
                                         std::span<const std::uint32_t> labels = {}, std::size_t classes = 0,
                                         std::size_t places = 1) {
  if (classes == 0 && !labels.empty()) classes = std::size_t{*std::max_element(labels.begin(), labels.end())} + 1;
  Dataset<Kind> out{.shape = shape,
                    .values = {values.begin(), values.end()},
                    .labels = {labels.begin(), labels.end()},
                    .classes = classes,
                    .places = places,
                    .targets = {},
                    .target_size = 0};
  out.validate("make_dataset");
  return out;
}

/// The same for regression: `targets` are samples × target_size finite numbers.
template <class Kind>
[[nodiscard]] Dataset<Kind> make_regression_dataset(const Shape& shape,
                                                    std::type_identity_t<std::span<const element_t<Kind>>> values,
                                                    std::span<const float> targets, std::size_t target_size = 1) {
  if (targets.empty() || target_size == 0)
    throw Error("dataset", "make_regression_dataset", "at least one target a sample", "none");
  Dataset<Kind> out{.shape = shape,
                    .values = {values.begin(), values.end()},
                    .labels = {},
                    .classes = 0,
                    .targets = {targets.begin(), targets.end()},
                    .target_size = target_size};
  out.validate("make_regression_dataset");
  return out;
}

#ifdef LUTRA_DISPATCH
extern template struct Dataset<Byte>;
extern template struct Dataset<Bit>;
extern template struct Dataset<Real>;
#endif

}  // namespace lutra
