#define BOOST_TEST_MODULE truth_table
#include <boost/test/unit_test.hpp>
#include <functional>
#include <lutra/circuit/truth_table.hpp>
#include <vector>

#include "support/random_circuit.hpp"

using namespace lutra::circuits;

namespace {

/// Every operation is held to the same question, asked address by address: what is the new function's value there?
void check(const TruthTable& table, std::size_t fan_in, const std::function<bool(std::size_t)>& expected) {
  BOOST_REQUIRE_EQUAL(table.fan_in, fan_in);
  for (std::size_t a = 0; a < 256; ++a)
    BOOST_REQUIRE_EQUAL(table[a], a < (std::size_t{1} << fan_in) ? expected(a) : false);
}

std::size_t insert_bit(std::size_t address, std::size_t pin, bool bit) {
  const std::size_t below = address & ((std::size_t{1} << pin) - 1);
  return (address >> pin) << (pin + 1) | std::size_t{bit} << pin | below;
}
std::size_t remove_bit(std::size_t address, std::size_t pin) {
  return (address >> (pin + 1)) << pin | (address & ((std::size_t{1} << pin) - 1));
}
bool bit(std::size_t address, std::size_t pin) { return (address >> pin & 1) != 0; }

/// Random tables of every fan-in, some of them without use for one of their pins.
template <class Check>
void for_all(Check&& check_one) {
  lutra_test::Random random(1);
  for (std::size_t fan_in = 0; fan_in <= max_fan_in; ++fan_in)
    for (int repeat = 0; repeat < 40; ++repeat) {
      std::vector<std::uint64_t> words(table_words(fan_in));
      for (auto& word : words) word = random.next() & table_mask(fan_in);
      TruthTable table(words, fan_in);
      if (fan_in > 0 && repeat % 4 == 0) {
        const std::size_t pin = random.below(fan_in);
        table = insert_pin(cofactor(table, pin, false), pin);
      }
      check_one(table, fan_in);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(constants_pins_and_complements_are_what_they_say) {
  for (std::size_t fan_in = 0; fan_in <= max_fan_in; ++fan_in) {
    check(constant_table(false, fan_in), fan_in, [](std::size_t) { return false; });
    check(constant_table(true, fan_in), fan_in, [](std::size_t) { return true; });
    BOOST_TEST(is_constant(constant_table(true, fan_in)));
    for (std::size_t pin = 0; pin < fan_in; ++pin) {
      check(pin_table(pin, fan_in), fan_in, [&](std::size_t a) { return bit(a, pin); });
      BOOST_TEST(!is_constant(pin_table(pin, fan_in)));
    }
  }
  for_all([](const TruthTable& t, std::size_t n) { check(complement(t), n, [&](std::size_t a) { return !t[a]; }); });
}

BOOST_AUTO_TEST_CASE(swapping_neighbours_swaps_their_address_bits) {
  for_all([](const TruthTable& t, std::size_t n) {
    for (std::size_t pin = 0; pin + 1 < n; ++pin)
      check(swap_with_next(t, pin), n, [&](std::size_t a) {
        const std::size_t both = std::size_t{3} << pin;
        return t[(a & ~both) | std::size_t{bit(a, pin)} << (pin + 1) | std::size_t{bit(a, pin + 1)} << pin];
      });
  });
}

BOOST_AUTO_TEST_CASE(an_inserted_pin_changes_nothing_and_moves_the_others_up) {
  for_all([](const TruthTable& t, std::size_t n) {
    if (n < max_fan_in)
      for (std::size_t pin = 0; pin <= n; ++pin)
        check(insert_pin(t, pin), n + 1, [&](std::size_t a) { return t[remove_bit(a, pin)]; });
  });
}

BOOST_AUTO_TEST_CASE(a_cofactor_is_the_function_with_one_pin_held) {
  for_all([](const TruthTable& t, std::size_t n) {
    for (std::size_t pin = 0; pin < n; ++pin)
      for (const bool value : {false, true})
        check(cofactor(t, pin, value), n - 1, [&](std::size_t a) { return t[insert_bit(a, pin, value)]; });
  });
}

BOOST_AUTO_TEST_CASE(dependence_is_a_difference_between_cofactors) {
  int independent = 0;
  for_all([&](const TruthTable& t, std::size_t n) {
    for (std::size_t pin = 0; pin < n; ++pin) {
      bool differs = false;
      for (std::size_t a = 0; a < (std::size_t{1} << n); ++a) differs |= t[a] != t[a ^ std::size_t{1} << pin];
      BOOST_TEST(depends_on(t, pin) == differs);
      independent += differs ? 0 : 1;
    }
  });
  BOOST_TEST(independent > 50);
}

BOOST_AUTO_TEST_CASE(merged_pins_read_the_same_value) {
  for_all([](const TruthTable& t, std::size_t n) {
    for (std::size_t kept = 0; kept < n; ++kept)
      for (std::size_t dropped = 0; dropped < n; ++dropped)
        if (kept != dropped)
          check(merge_pins(t, kept, dropped), n - 1,
                [&](std::size_t a) { return t[insert_bit(a, dropped, bit(a, kept < dropped ? kept : kept - 1))]; });
  });
}

BOOST_AUTO_TEST_CASE(an_inverted_pin_reads_the_opposite) {
  for_all([](const TruthTable& t, std::size_t n) {
    for (std::size_t pin = 0; pin < n; ++pin)
      check(invert_pin(t, pin), n, [&](std::size_t a) { return t[a ^ std::size_t{1} << pin]; });
  });
}

BOOST_AUTO_TEST_CASE(composition_puts_the_inner_function_in_the_place_of_the_pin) {
  lutra_test::Random random(2);
  for_all([&](const TruthTable& outer, std::size_t n) {
    for (std::size_t pin = 0; pin < n; ++pin) {
      std::vector<std::uint64_t> words(table_words(n - 1));
      for (auto& word : words) word = random.next();
      const TruthTable inner(words, n - 1);
      check(compose(outer, pin, inner), n - 1, [&](std::size_t a) { return outer[insert_bit(a, pin, inner[a])]; });
    }
  });
}

BOOST_AUTO_TEST_CASE(everything_works_while_compiling) {
  static_assert(cofactor(TruthTable(0b1000, 2), 0, true) == TruthTable(0b10, 1));
  static_assert(merge_pins(TruthTable(0b0110, 2), 0, 1) == constant_table(false, 1));
  static_assert(invert_pin(TruthTable(0b10, 1), 0) == complement(pin_table(0, 1)));
}
