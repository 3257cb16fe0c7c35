#pragma once
// The order in which operations run. What is wanted is asked for result by result, each before what it depends on, so
// that rows are soon read for the last time and free again. Nodes of one kind run best together, so the next ones in
// that order which can run are taken in waves: many enough to hold long runs, few enough to stay in the cache.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <lutra/circuit/engine/bit_builder.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <numeric>
#include <queue>
#include <span>
#include <tuple>
#include <vector>

namespace lutra::engine {

/// Numbers operations by name: which one writes a bit, and which ones read it.
class Order {
 public:
  Order(const Operations& operations, std::size_t names)
      : operations_(operations),
        writer_(names, none),
        asked_(operations.list.size(), false),
        waiting_(operations.list.size(), 0) {
    for (std::uint32_t t = 0; t < operations.list.size(); ++t)
      for (const Name name : operations.writes[t]) writer_[name] = t;
  }

  /// Appends the operations that these bits depend on and that are not in the order yet.
  void append(std::span<const Name> results) {
    std::vector<std::uint32_t> wanted;
    for (const Name name : results) ask(name, wanted);
    run_in_waves(wanted);
  }

  /// Numbers of operations; each stands behind those it depends on.
  [[nodiscard]] const std::vector<std::uint32_t>& get() const noexcept { return order_; }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::size_t wave = 2048;

  /// Appends what `name` depends on to `wanted`, inputs before readers. Circuits may be deeper than a stack of calls.
  void ask(Name name, std::vector<std::uint32_t>& wanted) {
    const auto enter = [&](Name bit) {
      if (const auto t = writer_[bit]; t != none && !asked_[t]) {
        asked_[t] = true;
        path_.emplace_back(t, 0);
      }
    };
    for (enter(name); !path_.empty();) {
      auto& [t, next] = path_.back();
      if (const auto reads = operations_.reads[t]; next < reads.size()) {
        enter(reads[next++]);
      } else {
        wanted.push_back(t);
        path_.pop_back();
      }
    }
  }

  /// The wanted operations whose inputs are there wait in a queue for their turn, which is their place in `wanted`.
  void run_in_waves(const std::vector<std::uint32_t>& wanted) {
    const auto [first_reader, readers] = readers_in(wanted);
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    for (std::uint32_t i = 0; i < wanted.size(); ++i)
      if (waiting_[wanted[i]] == 0) ready.push(i);
    std::vector<std::uint32_t> places;
    while (!ready.empty()) {
      for (places.clear(); !ready.empty() && places.size() < wave; ready.pop()) places.push_back(ready.top());
      for (const auto place : places)
        for (std::size_t i = first_reader[place]; i < first_reader[place + 1]; ++i)
          if (--waiting_[wanted[readers[i]]] == 0) ready.push(readers[i]);
      std::sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::tuple(kind(wanted[a]), a) < std::tuple(kind(wanted[b]), b);
      });
      for (const auto place : places) order_.push_back(wanted[place]);
    }
  }

  [[nodiscard]] std::tuple<Kind, std::uint8_t> kind(std::uint32_t t) const noexcept {
    return {operations_.list[t].kind, operations_.list[t].detail};
  }

  /// For each of `wanted` the places there of what reads it, one after another, and where they begin; waiting_ becomes
  /// the number of reads that each waits for.
  [[nodiscard]] std::pair<std::vector<std::size_t>, std::vector<std::uint32_t>> readers_in(
      const std::vector<std::uint32_t>& wanted) {
    std::vector<std::uint32_t> place_of(operations_.list.size(), none);
    for (std::uint32_t i = 0; i < wanted.size(); ++i) place_of[wanted[i]] = i;
    const auto place_of_writer = [&](Name name) { return writer_[name] == none ? none : place_of[writer_[name]]; };
    std::vector<std::size_t> first(wanted.size() + 1, 0);
    for (const auto t : wanted)
      for (const Name name : operations_.reads[t])
        if (const auto place = place_of_writer(name); place != none) ++first[place + 1], ++waiting_[t];
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::uint32_t> readers(first.back());
    auto next = first;
    for (std::uint32_t i = 0; i < wanted.size(); ++i)
      for (const Name name : operations_.reads[wanted[i]])
        if (const auto place = place_of_writer(name); place != none) readers[next[place]++] = i;
    return {std::move(first), std::move(readers)};
  }

  const Operations& operations_;
  std::vector<std::uint32_t> writer_;   // of each name
  std::vector<bool> asked_;             // of each operation
  std::vector<std::uint32_t> waiting_;  // of each operation
  std::vector<std::pair<std::uint32_t, std::size_t>> path_;
  std::vector<std::uint32_t> order_;
};

}  // namespace lutra::engine
