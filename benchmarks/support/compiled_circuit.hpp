#pragma once
// A circuit's emitted C, compiled here with the system's compiler.

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/c.hpp>
#include <lutra/io/temporary_folder.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace lutra::benchmarks {

/// Compiled with -O2 and loaded.
class CompiledCircuit {
 public:
  CompiledCircuit(const Circuit& circuit, const std::string& flags) : memory_(c::memory_bytes(circuit) / 8) {
    const io::TemporaryFolder folder;
    write(c::source(circuit), folder.path());
    const std::string name = (folder / "net").string(), library = name + ".so";
    const std::string command = "gcc -std=c99 -O2 " + flags + " -shared -fPIC " + name + ".c -o " + library;
    const bool compiles = std::system(command.c_str()) == 0;
    if (compiles) library_ = ::dlopen(library.c_str(), RTLD_NOW);
    if (library_ == nullptr) throw std::runtime_error("does not compile: " + command);
    one_ = reinterpret_cast<One>(::dlsym(library_, "net_one"));
  }
  CompiledCircuit(const CompiledCircuit&) = delete;
  CompiledCircuit& operator=(const CompiledCircuit&) = delete;
  ~CompiledCircuit() { ::dlclose(library_); }

  /// False where the sample is refused.
  bool run(const std::vector<std::uint8_t>& sample, std::vector<std::uint32_t>& answers) {
    return one_(sample.data(), answers.data(), memory_.data()) == 0;
  }

 private:
  using One = int (*)(const std::uint8_t*, std::uint32_t*, void*);

  void* library_ = nullptr;
  One one_ = nullptr;
  std::vector<std::uint64_t> memory_;
};

/// Times the circuit's C on one sample, once it gave the answers `expected`.
inline void time_c(::benchmark::State& state, const Circuit& circuit, const std::string& flags,
                   const std::vector<std::uint8_t>& sample, const std::vector<std::uint32_t>& expected) {
#ifdef __x86_64__
  if (flags == "-mavx2" && __builtin_cpu_supports("avx2") == 0) return state.SkipWithError("this CPU has no AVX2");
#endif
  CompiledCircuit compiled(circuit, flags);
  std::vector<std::uint32_t> answers(expected.size());
  if (!compiled.run(sample, answers)) return state.SkipWithError("refused");
  if (answers != expected) return state.SkipWithError("another answer");
  for (auto _ : state) {
    compiled.run(sample, answers);
    ::benchmark::DoNotOptimize(answers.data());
    ::benchmark::ClobberMemory();
  }
}

}  // namespace lutra::benchmarks
