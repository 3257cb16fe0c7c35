// A layer of one's own. Majority votes over neighbouring bits: a layer without parameters, written in a user's
// namespace, that trains, freezes into an exact circuit and is exported like any layer of the library.

#include <cstdio>
#include <lutra/data/digits.hpp>
#include <lutra/export/verilog.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"

namespace mine {

using namespace lutra;

/// y_i is the majority of bits 3i, 3i+1 and 3i+2. In: Bit, 3n values; out: Bit, Shape{n, 1, 1}.
struct Majority {
  static std::string name() { return "Majority"; }

  // The layer, fed with one particular signal: what it gives, and what it does.
  template <class In>
  struct Bound {
    static_assert(error::layer_accepts_input<std::is_same_v<typename In::Kind, Bit>, Majority, In>::value,
                  "mine: Majority reads Bit; put Thermometer or Binarize before it");
    static_assert(error::layer_accepts_input<In::size % 3 == 0, Majority, In>::value,
                  "mine: Majority takes its input in threes; give the layer before it a multiple of 3 nodes");
    using Output = Signal<Bit, Shape{In::size / 3, 1, 1}>;

    Bound(const Majority&, Binding&) {}

    // Planes of bits hold 64 samples a word, so one expression votes for 64 samples at a time.
    void forward(const Pass& pass, Planes<Bit> in, Planes<Bit> out) {
      for (std::size_t i = 0; i < out.rows; ++i)
        for (std::size_t w = 0; w < pass.words(); ++w) {
          const auto a = in.row(3 * i)[w], b = in.row(3 * i + 1)[w], c = in.row(3 * i + 2)[w];
          out.row(i)[w] = (a & b) | (a & c) | (b & c);
        }
    }

    // A vote counts where the other two disagree: that is when its bit decides. backward adds to what is there.
    void backward(const Pass& pass, Planes<Bit> in, Planes<Bit>, Gradients d_out, Gradients d_in) {
      if (!d_in) return;
      const auto bit = [&](std::size_t row, std::size_t s) { return in.row(row)[s / 64] >> (s % 64) & 1; };
      for (std::size_t i = 0; i < d_out.rows; ++i)
        for (std::size_t s = 0; s < pass.samples; ++s)
          for (std::size_t k = 0; k < 3; ++k)
            if (bit(3 * i + (k + 1) % 3, s) != bit(3 * i + (k + 2) % 3, s)) d_in.row(3 * i + k)[s] += d_out.row(i)[s];
    }

    // In the circuit it is one stage of three-input LUTs, with the truth table of the majority.
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      circuits::LutStage stage;
      for (std::uint32_t i = 0; i < Output::size; ++i)
        stage.add(std::array{3 * i, 3 * i + 1, 3 * i + 2}, std::array{std::uint64_t{0b11101000}});
      return builder.add(Majority::name(), in, std::move(stage), Output::shape, 1);
    }
  };
};

}  // namespace mine

using namespace lutra;

int run(std::size_t epochs) {
  const auto [train, test] = split(load_digits(LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz"), 0.8, Seed{1});
  auto net = bind<Signal<Byte, Shape{1, 8, 8}>>(Thermometer<4>{.spacing = Spacing::quantile} | StochasticLut<6, 900>{} |
                                                    mine::Majority{} | GroupSum<10>{} | Argmax{},
                                                Seed{1});
  fit_encoders(net, train);
  std::printf("%s\n", to_string(net).c_str());
  fit(net, train, {.epochs = epochs, .optimizer = Adam{.rate = 2e-2F}, .observer = progress_bar()});

  const Circuit circuit = simplify(freeze(net));
  std::vector<std::uint32_t> classes(test.size());
  Engine(circuit).classify(std::span(test.values), classes);
  std::printf("network %.2f %%, circuit %.2f %%, %zu LUTs\n", 100 * accuracy(net, test),
              100 * accuracy(classes, test.labels), circuit.lut_nodes());
  write(hdl::verilog(circuit, {.name = "majority"}), "out/custom_layer");
  std::printf("Written to out/custom_layer.\n");
  return 0;
}

int main(int argc, char** argv) {
  examples::CommandLine line("Trains a network with a layer that is not part of the library.");
  std::size_t epochs = 20;
  line.add("--epochs", &epochs, "passes over the training digits");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    return run(epochs);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "custom_layer: %s\n", error.what());
    return 1;
  }
}
