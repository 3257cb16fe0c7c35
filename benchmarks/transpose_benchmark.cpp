// From samples to bits: transposing, comparing and counting, each beside its scalar reference and the raw loop one
// would write first. Sizes are those of a batch of MNIST: 784 bytes a sample.

#include <benchmark/benchmark.h>

#include <lutra/kernels/count_bits.hpp>
#include <lutra/kernels/threshold.hpp>
#include <lutra/kernels/transpose.hpp>
#include <random>
#include <vector>

namespace {

namespace k = lutra::kernels;

constexpr std::size_t count = 512, values = 784, words = count / 64, rows = 100;

template <class T>
std::vector<T> random_values(std::size_t size) {
  std::mt19937_64 random(1);
  std::vector<T> numbers(size);
  for (auto& number : numbers) number = static_cast<T>(random());
  return numbers;
}

void ns_per_sample(benchmark::State& state) {
  state.counters["ns_per_sample"] = benchmark::Counter(
      static_cast<double>(count) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class T, class Kernel>
void transposing(benchmark::State& state, Kernel kernel) {
  const auto samples = random_values<T>(count * values);
  std::vector<const T*> pointers;
  for (std::size_t s = 0; s < count; ++s) pointers.push_back(samples.data() + s * values);
  std::vector<T> planes(count * values);
  for (auto _ : state) {
    kernel(pointers.data(), planes.data());
    benchmark::ClobberMemory();
  }
  ns_per_sample(state);
}
template <class T>
void BM_transpose(benchmark::State& state) {
  transposing<T>(state, [](auto* samples, T* planes) { k::transpose_samples(samples, count, values, planes, count); });
}
template <class T>
void BM_scalar_transpose(benchmark::State& state) {
  transposing<T>(state,
                 [](auto* samples, T* planes) { k::scalar::transpose_samples(samples, count, values, planes, count); });
}
template <class T>
void BM_raw_transpose(benchmark::State& state) {
  transposing<T>(state, [](auto* samples, T* planes) {
    for (std::size_t s = 0; s < count; ++s)
      for (std::size_t v = 0; v < values; ++v) planes[v * count + s] = samples[s][v];
  });
}
BENCHMARK(BM_transpose<std::uint8_t>);
BENCHMARK(BM_scalar_transpose<std::uint8_t>);
BENCHMARK(BM_raw_transpose<std::uint8_t>);
BENCHMARK(BM_transpose<std::uint16_t>);
BENCHMARK(BM_scalar_transpose<std::uint16_t>);
BENCHMARK(BM_raw_transpose<std::uint16_t>);

/// One threshold for each of 784 planes.
template <class T, class Kernel>
void comparing(benchmark::State& state, Kernel kernel) {
  const auto planes = random_values<T>(count * values);
  std::vector<std::uint64_t> bits(words * values);
  for (auto _ : state) {
    for (std::size_t v = 0; v < values; ++v) kernel(planes.data() + v * count, bits.data() + v * words);
    benchmark::ClobberMemory();
  }
  ns_per_sample(state);
}
template <class T>
void BM_threshold(benchmark::State& state) {
  comparing<T>(state, [](const T* plane, std::uint64_t* bits) { k::threshold_bits(plane, 100, bits, words); });
}
template <class T>
void BM_scalar_threshold(benchmark::State& state) {
  comparing<T>(state, [](const T* plane, std::uint64_t* bits) { k::scalar::threshold_bits(plane, 100, bits, words); });
}
BENCHMARK(BM_threshold<std::uint8_t>);
BENCHMARK(BM_scalar_threshold<std::uint8_t>);
BENCHMARK(BM_threshold<std::uint16_t>);
BENCHMARK(BM_threshold<float>);

/// The set bits of 100 rows, as floats.
template <class Kernel>
void counting(benchmark::State& state, Kernel kernel) {
  const auto bits = random_values<std::uint64_t>(rows * words);
  std::vector<const std::uint64_t*> pointers;
  for (std::size_t r = 0; r < rows; ++r) pointers.push_back(bits.data() + r * words);
  std::vector<float> counts(count);
  for (auto _ : state) {
    kernel(pointers.data(), counts.data());
    benchmark::ClobberMemory();
  }
  ns_per_sample(state);
}
void BM_count_bits(benchmark::State& state) {
  counting(state, [](auto* pointers, float* counts) { k::count_bits(pointers, rows, 0, counts, words); });
}
void BM_scalar_count_bits(benchmark::State& state) {
  counting(state, [](auto* pointers, float* counts) { k::scalar::count_bits(pointers, rows, 0, counts, words); });
}
void BM_raw_count_bits(benchmark::State& state) {
  counting(state, [](auto* pointers, float* counts) {
    for (std::size_t s = 0; s < count; ++s) counts[s] = 0;
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t s = 0; s < count; ++s) counts[s] += static_cast<float>(pointers[r][s / 64] >> (s % 64) & 1);
  });
}
BENCHMARK(BM_count_bits);
BENCHMARK(BM_raw_count_bits);
BENCHMARK(BM_scalar_count_bits);

}  // namespace

BENCHMARK_MAIN();
