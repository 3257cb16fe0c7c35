// labels: slow_tools
// A convolutional network all the way: trained for a few steps, frozen, and handed over as it is and simplified.
#define BOOST_TEST_MODULE images
#include <boost/test/unit_test.hpp>
#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>

#include "support/files.hpp"
#include "support/tasks.hpp"
#include "support/tools.hpp"

using namespace lutra;

namespace {

/// Images with a bright quarter; the class says which.
Dataset<Byte> quarters(std::size_t count) {
  Dataset<Byte> data;
  data.shape = {1, 7, 6};
  data.classes = 4;
  Random random(Seed{3});
  for (std::size_t n = 0; n < count; ++n) {
    const auto label = static_cast<std::uint32_t>(random.below(4));
    data.labels.push_back(label);
    for (std::size_t y = 0; y < 7; ++y)
      for (std::size_t x = 0; x < 6; ++x) {
        const bool bright = (y >= 3) == (label / 2 == 1) && (x >= 3) == (label % 2 == 1);
        data.values.push_back(static_cast<std::uint8_t>(random.below(150) + (bright ? 100 : 0)));
      }
  }
  return data;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_convolutional_network_is_trained_frozen_simulated_and_proved) {
  constexpr auto expression = pointwise(Thermometer<2>{}) | convolve<Kernel<3>, Same>(lut_trees<3, 6>()) | OrPool<2>{} |
                              BinaryDepthwise<1>{} |
                              convolve<Kernel<2>>(concat(StochasticLut<6, 8>{}, StochasticLut<4, 4>{})) |
                              StochasticLut<6, 40>{} | GroupSum<4>{.temperature = 2} | Argmax{};
  auto net = bind<Signal<Byte, Shape{1, 7, 6}>>(expression, Seed{2});
  const Dataset<Byte> data = quarters(400);
  fit(net, data, {.epochs = 20, .batch = 32, .optimizer = Adam{.rate = 1e-2F}, .seed = Seed{1}});
  const auto answers = predict(net, data);
  BOOST_TEST(accuracy(answers, data.labels) > 0.9);

  const Circuit frozen = freeze(net);
  BOOST_TEST(has_images(frozen));
  const Circuit simple = simplify(frozen);
  BOOST_TEST(has_images(simple));
  for (const Circuit& circuit : {frozen, simple, simplify(unroll(simple))}) {
    const test::TemporaryFolder folder;
    const Design design = package<std::uint8_t>(
        circuit, data.values, {.name = "quarters", .family = hdl::Family::xilinx7, .pipeline = circuits::every(2)});
    write(design, folder.path());
    const auto rows = check<std::uint8_t>(circuit, folder.path(), "quarters", {data.values, answers, answers},
                                          LUTRA_SOURCE_DIR "/export/prove.sh");
    for (const auto& r : rows) BOOST_TEST((r.verdict != report::Verdict::different), r.what + ": " + r.note);
  }
}
