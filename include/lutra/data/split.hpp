#pragma once
// One data set made into two, such as training and validation rows: shuffled by a seed, and with the same share of
// every class in both, so that a small second part still shows each class.

#include <cstddef>
#include <cstdint>
#include <lutra/data/dataset.hpp>
#include <lutra/data/table.hpp>
#include <lutra/random.hpp>
#include <span>
#include <vector>

namespace lutra {

/// The two parts of a whole: data sets, tables, or lists of indices.
template <class Part>
struct Split {
  Part first;
  Part second;
};

/// Which of `samples` samples go where. `labels` holds one class a sample, or is empty: then all count as one class.
/// Both parts are in random order. Throws Error unless 0 < fraction < 1 and both parts get a sample.
[[nodiscard]] Split<std::vector<std::size_t>> split_indices(std::size_t samples, std::span<const std::uint32_t> labels,
                                                            double fraction, Seed seed);

namespace detail {

/// The class of each sample; none where the places of a sample have labels of their own.
template <class Kind>
[[nodiscard]] std::span<const std::uint32_t> class_labels(const Dataset<Kind>& data) {
  if (data.places != 1) return {};
  return data.labels;
}

}  // namespace detail

/// The first part holds `fraction` of the samples, to the nearest, and of each class within one sample; the second part
/// the rest. The same seed gives the same parts everywhere. Throws Error unless 0 < fraction < 1 and both get a sample.
template <class Kind>
[[nodiscard]] Split<Dataset<Kind>> split(const Dataset<Kind>& data, double fraction, Seed seed) {
  const auto parts = split_indices(data.size(), detail::class_labels(data), fraction, seed);
  return {.first = data.subset(parts.first), .second = data.subset(parts.second)};
}

/// Cross-validation: `folds` ways to put samples aside, every sample in exactly one of them. Sizes differ by at most 1,
/// and so do counts of a class. The seed draws who is with whom. Throws Error unless there are 2 folds or more, and a
/// sample for each.
[[nodiscard]] std::vector<Split<std::vector<std::size_t>>> fold_indices(std::size_t samples,
                                                                        std::span<const std::uint32_t> labels,
                                                                        std::size_t folds, Seed seed);

/// The data sets of these folds: what is learned from first, what is put aside second.
template <class Kind>
[[nodiscard]] std::vector<Split<Dataset<Kind>>> split_into_folds(const Dataset<Kind>& data, std::size_t folds,
                                                                 Seed seed) {
  std::vector<Split<Dataset<Kind>>> parts;
  for (const auto& fold : fold_indices(data.size(), detail::class_labels(data), folds, seed))
    parts.push_back({.first = data.subset(fold.first), .second = data.subset(fold.second)});
  return parts;
}

/// `split` for a table, to be split before a Quantizer is fitted to its first part.
[[nodiscard]] inline Split<Table> split(const Table& table, double fraction, Seed seed) {
  const auto parts = split_indices(table.rows(), table.labels, fraction, seed);
  return {.first = table.subset(parts.first), .second = table.subset(parts.second)};
}

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/data/define/split.hpp>
#endif
