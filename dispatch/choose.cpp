// Which of the instruction sets runs: decided once, for this CPU and what the environment asks for.

#include <algorithm>
#include <cstdlib>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "instruction_set.hpp"

namespace lutra::dispatch {
namespace {

struct Candidate {
  const InstructionSet* set;
  bool present;  ///< whether this CPU has all that the set's flags in CMakeLists.txt allow
};

/// From the least, which every CPU has, to the best.
std::vector<Candidate> candidates() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
                    __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0 &&
                    __builtin_cpu_supports("popcnt") != 0;
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                      __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                      __builtin_cpu_supports("avx512cd") != 0;
  return {{&lutra_sse2, true}, {&lutra_avx2, avx2}, {&lutra_avx512, avx512}};
#else
  return {{&lutra_neon, true}};
#endif
}

std::string names_of(const std::vector<Candidate>& sets) {
  std::string names;
  for (const Candidate& candidate : sets) {
    if (!names.empty()) names += ", ";
    names += candidate.set->name;
  }
  return names;
}

const InstructionSet& choose() {
  const std::vector<Candidate> all = candidates();
  std::vector<Candidate> here = all;
  std::erase_if(here, [](const Candidate& candidate) { return !candidate.present; });

  const char* const wanted = std::getenv("LUTRA_ARCH");
  if (wanted == nullptr || *wanted == '\0') return *here.back().set;
  const auto is_wanted = [&](const Candidate& candidate) { return std::string_view(candidate.set->name) == wanted; };
  if (const auto found = std::find_if(here.begin(), here.end(), is_wanted); found != here.end()) return *found->set;
  if (std::none_of(all.begin(), all.end(), is_wanted))
    throw Error("LUTRA_ARCH", "environment variable", "one of " + names_of(all), wanted);
  throw Error("LUTRA_ARCH", "environment variable", "what this CPU has: " + names_of(here), wanted);
}

const InstructionSet& chosen_set() {
  static const InstructionSet& set = choose();
  return set;
}

}  // namespace
}  // namespace lutra::dispatch

namespace lutra {

const kernels::Table& kernels::detail::choose_table() {
  const Table& table = dispatch::chosen_set().kernels;
  chosen_table.store(&table, std::memory_order_release);
  return table;
}

std::string_view kernels::instruction_set() { return dispatch::chosen_set().name; }

template <>
engine::RunTile<std::uint8_t>* engine::tile_runner<kernels::ChosenArch, std::uint8_t>() {
  return dispatch::chosen_set().run_bytes;
}

template <>
engine::RunTile<std::uint16_t>* engine::tile_runner<kernels::ChosenArch, std::uint16_t>() {
  return dispatch::chosen_set().run_shorts;
}

template <>
engine::RunBand<std::uint8_t>* engine::band_runner<kernels::ChosenArch, std::uint8_t>() {
  return dispatch::chosen_set().run_band_of_bytes;
}

template <>
engine::RunBand<std::uint16_t>* engine::band_runner<kernels::ChosenArch, std::uint16_t>() {
  return dispatch::chosen_set().run_band_of_shorts;
}

}  // namespace lutra
