#define BOOST_TEST_MODULE stages
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/stages.hpp>

#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using lutra_test::bits;
using lutra_test::luts;

BOOST_AUTO_TEST_CASE(table_words_and_masks_cover_two_to_the_fan_in_bits) {
  for (std::size_t fan_in = 0; fan_in <= max_fan_in; ++fan_in) {
    const std::size_t size = std::size_t{1} << fan_in;
    BOOST_TEST(table_words(fan_in) == (size + 63) / 64);
    for (std::size_t bit = 0; bit < 64; ++bit) BOOST_TEST((table_mask(fan_in) >> bit & 1) == (bit < size ? 1 : 0));
  }
}

BOOST_AUTO_TEST_CASE(a_type_knows_its_size_and_largest_value) {
  BOOST_TEST((Type{{3, 4, 5}, 8}.size()) == 60);
  BOOST_TEST((Type{{1, 1, 1}, 1}.maximum()) == 1);
  BOOST_TEST((Type{{1, 1, 1}, 32}.maximum()) == 0xffffffff);
}

BOOST_AUTO_TEST_CASE(lists_keep_their_lists_apart) {
  Lists<std::uint32_t> lists;
  BOOST_TEST(lists.size() == 0);
  lists.add(std::vector<std::uint32_t>{1, 2});
  lists.add({});
  lists.add(std::vector<std::uint32_t>{3});
  BOOST_TEST(lists.size() == 3);
  BOOST_TEST(lists[0].size() == 2);
  BOOST_TEST(lists[1].empty());
  BOOST_TEST(lists[2][0] == 3);
  BOOST_TEST(lists.values().size() == 3);

  Lists<std::uint32_t> other;  // the same numbers in other lists
  other.add(std::vector<std::uint32_t>{1});
  other.add(std::vector<std::uint32_t>{2});
  other.add(std::vector<std::uint32_t>{3});
  BOOST_TEST(!(lists == other));
}

BOOST_AUTO_TEST_CASE(operations_have_names_in_the_order_of_the_file_format) {
  BOOST_TEST(operation_name(ThresholdStage{}) == "threshold");
  BOOST_TEST(operation_name(LutStage{}) == "lut");
  BOOST_TEST(operation_name(CountStage{}) == "count");
  BOOST_TEST(operation_name(AddStage{}) == "add");
  BOOST_TEST(operation_name(RearrangeStage{}) == "rearrange");
  BOOST_TEST(operation_name(ArgmaxStage{}) == "argmax");
  BOOST_TEST(operation_name(WeighStage{}) == "weigh");
  BOOST_TEST(operation_name(LevelStage{}) == "level");
  BOOST_TEST(operation_name(MaxStage{}) == "max");
}

BOOST_AUTO_TEST_CASE(a_circuit_knows_its_types_and_its_nodes) {
  const Circuit circuit(
      bits(2), {{"a", {0}, luts({{{0}, 1}, {{1}, 1}, {{}, 1}}), bits(3)}, {"b", {0, 1}, luts({{{0, 4}, 6}}), bits(1)}});
  BOOST_TEST((circuit.type(0) == bits(2)));
  BOOST_TEST((circuit.type(1) == bits(3)));
  BOOST_TEST((circuit.output() == bits(1)));
  BOOST_TEST(circuit.lut_nodes() == 4);
  BOOST_TEST(!circuit.is_classifier());
  BOOST_TEST(Circuit(bits(2), {{"m", {0}, ArgmaxStage{}, bits(1)}}).is_classifier());
}
