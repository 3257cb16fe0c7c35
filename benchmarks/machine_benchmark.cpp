// What this machine can do at most, one thread: its clock, how fast it reads and updates memory of every size, and how
// many vector operations it starts a second. docs/performance.md holds every kernel to these figures.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/mul_add.hpp>
#include <string>
#include <vector>

namespace {

using Words = lutra::kernels::Batch<std::uint64_t>;
using Floats = lutra::kernels::Batch<float>;

/// Independent chains of vector operations: more than latency times units of any CPU so far.
constexpr std::size_t chains = 12;

/// A chain of additions, each of which waits for the one before: one a clock. Neither operand is a constant, since some
/// CPUs add constants for nothing.
void BM_clock(benchmark::State& state) {
  constexpr std::size_t additions = 4096;
  std::uint64_t sum = 1, step = 3;
  benchmark::DoNotOptimize(step);
  for (auto _ : state)
    for (std::size_t i = 0; i < additions; i += 8) {
#pragma GCC unroll 8
      for (int j = 0; j < 8; ++j) {
        sum += step;
        __asm__ volatile("" : "+r"(sum));  // benchmark::DoNotOptimize may go through memory
      }
    }
  state.counters["clocks_per_s"] =
      benchmark::Counter(static_cast<double>(additions), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(BM_clock);

/// A rate: so many an iteration.
void count(benchmark::State& state, const char* name, std::size_t operations) {
  state.counters[name] =
      benchmark::Counter(static_cast<double>(operations), benchmark::Counter::kIsIterationInvariantRate);
}

/// `Operation` does `each` vector operations, one after another.
template <class Vector, class Operation>
void vector_operations(benchmark::State& state, std::size_t each, const Operation& operation) {
  constexpr std::size_t rounds = 256;
  Vector values[chains];
  for (auto& value : values) value = Vector(1);
  for (auto _ : state) {
    for (std::size_t i = 0; i < rounds; ++i)
#pragma GCC unroll 12
      for (std::size_t c = 0; c < chains; ++c) values[c] = operation(values[c]);
    benchmark::ClobberMemory();
  }
  for (auto& value : values) benchmark::DoNotOptimize(value);
  count(state, "vector_operations_per_s", rounds * chains * each);
  state.SetLabel(std::to_string(sizeof(Vector) * 8) + " bits");
}

/// The peak that others state; where the CPU has no such instruction, what it costs to have its answer.
void BM_fused_multiply_add(benchmark::State& state) {
  Floats factor(0.5F), summand(0.25F);
  benchmark::DoNotOptimize(factor);
  benchmark::DoNotOptimize(summand);
  vector_operations<Floats>(state, 1, [&](const Floats& x) { return lutra::kernels::mul_add(x, factor, summand); });
}
BENCHMARK(BM_fused_multiply_add);

/// Products and sums apart, as most of lutra's kernels keep them.
void BM_multiply_and_add(benchmark::State& state) {
  Floats factor(0.5F), summand(0.25F);
  benchmark::DoNotOptimize(factor);
  benchmark::DoNotOptimize(summand);
  vector_operations<Floats>(state, 2, [&](const Floats& x) { return x * factor + summand; });
}
BENCHMARK(BM_multiply_and_add);

/// Whole numbers: two operations that no compiler can make one.
void BM_exclusive_or_and_add(benchmark::State& state) {
  Words mask(0x5555), summand(0x3333);
  benchmark::DoNotOptimize(mask);
  benchmark::DoNotOptimize(summand);
  vector_operations<Words>(state, 2, [&](const Words& x) { return (x ^ mask) + summand; });
}
BENCHMARK(BM_exclusive_or_and_add);

/// Aligned as vectors are: one that straddles two lines of the cache would cost twice.
std::vector<Words> memory_of(const benchmark::State& state) {
  return std::vector<Words>(static_cast<std::size_t>(state.range(0)) / sizeof(Words), Words(1));
}

void BM_read(benchmark::State& state) {
  const std::vector<Words> memory = memory_of(state);
  for (auto _ : state) {
    Words sums[8];
    for (auto& sum : sums) sum = Words(0);
    for (std::size_t i = 0; i < memory.size(); i += 8)
#pragma GCC unroll 8
      for (std::size_t j = 0; j < 8; ++j) sums[j] = sums[j] ^ memory[i + j];
    Words sum = (sums[0] ^ sums[1]) ^ (sums[2] ^ sums[3]) ^ ((sums[4] ^ sums[5]) ^ (sums[6] ^ sums[7]));
    benchmark::DoNotOptimize(sum);
  }
  count(state, "bytes_per_s", static_cast<std::size_t>(state.range(0)));
}

/// Reads and writes each byte; the counter counts it once.
void BM_update(benchmark::State& state) {
  std::vector<Words> memory = memory_of(state);
  Words mask(3);
  benchmark::DoNotOptimize(mask);
  for (auto _ : state) {
    for (std::size_t i = 0; i < memory.size(); i += 8)
#pragma GCC unroll 8
      for (std::size_t j = 0; j < 8; ++j) memory[i + j] = memory[i + j] ^ mask;
    benchmark::ClobberMemory();
  }
  count(state, "bytes_per_s", static_cast<std::size_t>(state.range(0)));
}
constexpr std::int64_t least_bytes = 4 << 10, most_bytes = 256 << 20;
BENCHMARK(BM_read)->ArgName("bytes")->RangeMultiplier(2)->Range(least_bytes, most_bytes);
BENCHMARK(BM_update)->ArgName("bytes")->RangeMultiplier(2)->Range(least_bytes, most_bytes);

}  // namespace

BENCHMARK_MAIN();
