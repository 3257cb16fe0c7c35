#define BOOST_TEST_MODULE quantized_images
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/depthwise.hpp>
#include <lutra/layers/quantize.hpp>

#include "support/unsettled.hpp"

using namespace lutra;
using lutra::test::freezes;

BOOST_AUTO_TEST_CASE(convolutions_with_and_without_border_and_with_strides_freeze_exactly) {
  freezes<Signal<Byte, Shape{3, 5, 6}>>(convolve<Kernel<3>, Same>(Dense<5, FewBitWeights<4>>{}) | BatchNorm{} |
                                        Quantize<4>{} |
                                        convolve<Kernel<3>, Same, Stride<2>>(Dense<3, TernaryWeights>{}) | BatchNorm{} |
                                        Quantize<2>{} | convolve<Kernel<2>>(Dense<2, BinaryWeights>{}) | Quantize<3>{});
}

BOOST_AUTO_TEST_CASE(depthwise_convolutions_freeze_exactly) {
  freezes<Signal<Level<4>, Shape{5, 4, 4}>>(depthwise<Kernel<3>, Same>(Dense<2, FewBitWeights<4>>{}) | BatchNorm{} |
                                            Quantize<4>{} | pointwise(Dense<3, FewBitWeights<4>>{}) | BatchNorm{} |
                                            Quantize<4>{});
}

BOOST_AUTO_TEST_CASE(a_convolution_may_round_inside_of_its_windows) {
  freezes<Signal<Byte, Shape{1, 5, 4}>>(convolve<Kernel<3>, Same>(Dense<6, TernaryWeights>{} | Quantize<2>{} |
                                                                  Dense<3, FewBitWeights<3>>{} | Quantize<4>{}));
}

BOOST_AUTO_TEST_CASE(a_class_for_each_place_compares_sums_of_one_scale) {
  freezes<Signal<Byte, Shape{2, 3, 3}>>(convolve<Kernel<3>, Same>(Dense<4, BinaryWeights>{}) | BatchNorm{} |
                                        Quantize<2>{} | pointwise(Dense<3, OneScale<TernaryWeights>>{} | Argmax{}));
}

BOOST_AUTO_TEST_CASE(branches_of_one_range_are_added_exactly) {
  constexpr auto branch = convolve<Kernel<3>, Same>(Dense<5, TernaryWeights>{}) | BatchNorm{} | Quantize<4>{};
  freezes<Signal<Byte, Shape{2, 4, 3}>>(branch | (identity + branch) | (identity + branch) |
                                        pointwise(Dense<2, FewBitWeights<3>>{}) | Quantize<4>{});
  freezes<Signal<Byte, Shape{2, 4, 3}>>((branch + branch) | Quantize<2>{.most = 3} |
                                        pointwise(Dense<2, FewBitWeights<3>>{}) | Quantize<4>{});
}

BOOST_AUTO_TEST_CASE(joined_codes_are_read_as_one_image) {
  constexpr auto branch = convolve<Kernel<3>, Same>(Dense<3, FewBitWeights<2>>{}) | BatchNorm{};
  freezes<Signal<Byte, Shape{1, 4, 3}>>(concat(branch | Quantize<4>{}, branch | Quantize<4>{}) |
                                        convolve<Kernel<2>>(Dense<2, FewBitWeights<3>>{}) | Quantize<4>{});
}
