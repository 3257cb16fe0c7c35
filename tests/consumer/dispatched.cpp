// A program that links lutra::dispatch: its network, its circuit and the engine agree, with kernels for whatever
// CPU it finds itself on.

#include <array>
#include <iostream>
#include <lutra/circuit/engine.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/network.hpp>
#include <vector>

int main() {
  using namespace lutra;
  auto net = bind<Signal<Byte, Shape{3}>>(Thermometer<4>{} | StochasticLut<4, 20>{} | GroupSum<2>{}, Seed{1});
  std::vector<std::uint8_t> values(3 * 65);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i * 37);
  std::vector<const std::uint8_t*> samples;
  for (std::size_t s = 0; s < 65; ++s) samples.push_back(values.data() + 3 * s);

  const auto scores = net.forward(samples);
  std::vector<std::uint32_t> answers(2 * samples.size());
  Engine(freeze(net)).run(values, answers);
  bool same = true;
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (std::size_t c = 0; c < 2; ++c) same = same && scores.row(c)[s] == static_cast<float>(answers[2 * s + c]);
  std::cout << "kernels for " << kernels::instruction_set() << (same ? "" : ": network and circuit differ") << "\n";
  return same ? 0 : 1;
}
