#define BOOST_TEST_MODULE copy_parameters
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/copy_parameters.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/train/evaluate.hpp>
#include <vector>

using namespace lutra;

namespace {

template <class Border, std::size_t Nodes = 20>
constexpr auto segmenter() {
  return pointwise(Thermometer<2>{}) |
         convolve<Kernel<3>, Border>(StochasticLut<4, Nodes, LearnedWiring<3>>{} | GroupSum<2>{} | Argmax{});
}

Dataset<Byte> noise(std::size_t side) {
  Random random(Seed{4});
  Dataset<Byte> data{.shape = {1, side, side}};
  for (std::size_t i = 0; i < 70 * side * side; ++i) data.values.push_back(static_cast<std::uint8_t>(random()));
  return data;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_for_patches_becomes_one_for_frames) {
  const auto patch = bind<Signal<Byte, Shape{1, 3, 3}>>(segmenter<Valid>(), Seed{1});
  auto frame = bind<Signal<Byte, Shape{1, 7, 7}>>(segmenter<Same>(), Seed{2});
  auto patch_again = bind<Signal<Byte, Shape{1, 3, 3}>>(segmenter<Valid>(), Seed{1});
  copy_parameters(patch, frame);

  // Inside of the frame, every pixel gets what the patch around it gets.
  const Dataset<Byte> frames = noise(7);
  const auto classes = predict(frame, frames);
  Dataset<Byte> patches{.shape = {1, 3, 3}};
  std::vector<std::uint32_t> expected;
  for (std::size_t i = 0; i < frames.size(); ++i)
    for (std::size_t y = 1; y < 6; ++y)
      for (std::size_t x = 1; x < 6; ++x) {
        for (std::size_t row = y - 1; row <= y + 1; ++row)
          for (std::size_t column = x - 1; column <= x + 1; ++column)
            patches.values.push_back(frames.sample(i)[row * 7 + column]);
        expected.push_back(classes[i * 49 + y * 7 + x]);
      }
  BOOST_TEST(predict(patch_again, patches) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(other_layers_are_refused_and_nothing_is_copied) {
  const auto patch = bind<Signal<Byte, Shape{1, 3, 3}>>(segmenter<Valid>(), Seed{1});
  auto other = bind<Signal<Byte, Shape{1, 7, 7}>>(segmenter<Same, 22>(), Seed{2});
  const std::vector<float> before(other.parameters().values().begin(), other.parameters().values().end());
  BOOST_CHECK_EXCEPTION(copy_parameters(patch, other), Error, [](const Error& error) {
    const std::string_view text = error.what();
    return text.find("copy_parameters") != text.npos && text.find("264 values") != text.npos &&
           text.find("240 values") != text.npos;
  });
  BOOST_TEST(std::vector<float>(other.parameters().values().begin(), other.parameters().values().end()) == before,
             boost::test_tools::per_element());
}
