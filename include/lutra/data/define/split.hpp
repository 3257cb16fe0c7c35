#pragma once
// Defines what <lutra/data/split.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/data/dataset.hpp>
#include <lutra/data/split.hpp>
#include <lutra/data/table.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/random.hpp>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace lutra {

namespace detail {

/// How many samples of each class go first: fraction × its count rounded down, and then one more for those that lost
/// most by rounding, until the total is fraction × samples to the nearest. The fraction is taken in steps of 2^-32, and
/// the rest is integers: floating point could round a tie differently on another machine.
inline std::vector<std::size_t> first_quotas(std::span<const std::size_t> counts, double fraction) {
  const auto steps = static_cast<std::uint64_t>(std::ldexp(fraction, 32));
  std::vector<std::size_t> quotas(counts.size()), order(counts.size());
  std::vector<std::uint64_t> lost(counts.size());
  std::size_t samples = 0, given = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::uint64_t share = steps * counts[i];
    quotas[i] = static_cast<std::size_t>(share >> 32);
    lost[i] = share & 0xFFFFFFFFu;
    samples += counts[i];
    given += quotas[i];
  }
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lost[a] > lost[b]; });
  const auto wanted = static_cast<std::size_t>(std::round(fraction * static_cast<double>(samples)));
  for (std::size_t i = 0; i < order.size() && given < wanted; ++i) {
    if (quotas[order[i]] == counts[order[i]]) continue;
    ++quotas[order[i]];
    ++given;
  }
  return quotas;
}

/// The class of each sample, numbered without gaps in their order; all 0 where there are no labels.
inline std::vector<std::size_t> numbered_classes(std::size_t samples, std::span<const std::uint32_t> labels) {
  if (!labels.empty() && labels.size() != samples)
    throw Error("split", "labels", std::to_string(samples), std::to_string(labels.size()));
  if (samples >> 32 != 0) throw Error("split", "samples", "fewer than 2^32", std::to_string(samples));
  std::map<std::uint32_t, std::size_t> number;
  for (const std::uint32_t label : labels) number.emplace(label, 0);
  for (std::size_t next = 0; auto& [label, own] : number) own = next++;
  std::vector<std::size_t> classes(samples);
  for (std::size_t i = 0; i < labels.size(); ++i) classes[i] = number.find(labels[i])->second;
  return classes;
}

inline std::size_t count_of(const std::vector<std::size_t>& classes) {
  return classes.empty() ? 1 : *std::ranges::max_element(classes) + 1;
}

}  // namespace detail

LUTRA_INLINE Split<std::vector<std::size_t>> split_indices(std::size_t samples, std::span<const std::uint32_t> labels,
                                                           double fraction, Seed seed) {
  if (!(fraction > 0 && fraction < 1))
    throw Error("split", "fraction of the first part", "more than 0 and less than 1", std::to_string(fraction));
  const auto class_of = detail::numbered_classes(samples, labels);
  std::vector<std::size_t> counts(detail::count_of(class_of));
  for (const std::size_t each : class_of) ++counts[each];
  auto quotas = detail::first_quotas(counts, fraction);
  Split<std::vector<std::size_t>> parts;
  for (const std::size_t i : Random(seed).permutation(samples)) {
    auto& left = quotas[class_of[i]];
    (left > 0 ? parts.first : parts.second).push_back(i);
    left -= left > 0;
  }
  if (parts.first.empty() || parts.second.empty())
    throw Error("split", std::to_string(samples) + " samples", "at least one in each part",
                std::to_string(parts.first.size()) + " and " + std::to_string(parts.second.size()));
  return parts;
}

LUTRA_INLINE std::vector<Split<std::vector<std::size_t>>> fold_indices(std::size_t samples,
                                                                       std::span<const std::uint32_t> labels,
                                                                       std::size_t folds, Seed seed) {
  if (folds < 2 || folds > samples)
    throw Error("folds", std::to_string(samples) + " samples", "2 folds or more, with a sample each",
                std::to_string(folds) + " folds");
  const auto class_of = detail::numbered_classes(samples, labels);
  std::vector<std::size_t> order = Random(seed).permutation(samples);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return class_of[i]; });
  std::vector<std::size_t> fold_of(samples);
  for (std::size_t i = 0; i < samples; ++i) fold_of[order[i]] = i % folds;
  std::vector<Split<std::vector<std::size_t>>> parts(folds);
  for (const std::size_t i : Random(seed, 1).permutation(samples))
    for (std::size_t fold = 0; fold < folds; ++fold)
      (fold == fold_of[i] ? parts[fold].second : parts[fold].first).push_back(i);
  return parts;
}

}  // namespace lutra
