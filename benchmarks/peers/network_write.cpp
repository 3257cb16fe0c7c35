// Writes the published network for a peer to read: its pins and tables, one batch, and what lutra makes of them, so
// that the peer can show that it computes the same before it is timed.
//
//   network_write FOLDER
//
// FOLDER/hard and FOLDER/expectation get, as plain little-endian arrays: inputs.f32 [sample][input], labels.u32,
// pins<layer>.u32 [node][pin], table<layer>.f32 [node][entry], scores.f32 [class][sample], gradient<layer>.f32.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <lutra/io/atomic_file.hpp>
#include <span>
#include <string>
#include <vector>

#include "../support/training.hpp"

namespace {

using namespace lutra;
namespace lb = lutra::benchmarks;

template <class T>
void write(const std::filesystem::path& path, std::span<const T> values) {
  const auto* const bytes = reinterpret_cast<const char*>(values.data());
  io::write_file(path, std::string(bytes, bytes + values.size_bytes()));
}

template <class Kind>
void write_network(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  lb::Training<Kind, lb::published_input, std::remove_cv_t<decltype(lb::published_network)>> training(
      lb::published_network, lb::published_batch);
  const Planes<Real> out = training.forward(1);
  training.backward();

  const std::vector<float> inputs(training.values().begin(), training.values().end());
  write<float>(folder / "inputs.f32", inputs);
  write<std::uint32_t>(folder / "labels.u32", training.labels());
  auto& parameters = training.net().parameters();
  for (std::size_t layer = 0; layer < parameters.blocks().size(); ++layer) {
    const ParameterBlock& block = parameters.blocks()[layer];
    const std::string name = std::to_string(layer);
    write<std::uint32_t>(folder / ("pins" + name + ".u32"), parameters.integer_buffers()[layer].values);
    write<float>(folder / ("table" + name + ".f32"), parameters.values().subspan(block.offset, block.size));
    write<float>(folder / ("gradient" + name + ".f32"), parameters.gradients().subspan(block.offset, block.size));
  }
  std::vector<float> scores;
  for (std::size_t c = 0; c < out.rows; ++c)
    for (std::size_t s = 0; s < lb::published_batch; ++s) scores.push_back(out.row(c)[s] * training.net().scale());
  write<float>(folder / "scores.f32", scores);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  try {
    write_network<Bit>(std::filesystem::path(arguments[1]) / "hard");
    write_network<Real>(std::filesystem::path(arguments[1]) / "expectation");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
