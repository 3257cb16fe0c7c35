#pragma once
// What the tests of networks share: random samples for an input signal, outputs as plain numbers, and the question
// whether a network and its circuit agree, before and after simplify.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/simplify.hpp>
#include <lutra/network.hpp>
#include <span>
#include <type_traits>
#include <vector>

namespace lutra::test {

/// Samples of a network's input, and the pointers that forward wants.
template <class Net>
struct Samples {
  using Element = typename Net::Element;
  std::vector<Element> values;
  std::vector<const Element*> pointers;

  [[nodiscard]] std::size_t size() const { return pointers.size(); }
  [[nodiscard]] std::span<const Element> operator[](std::size_t i) const { return {pointers[i], Net::Input::size}; }
};

/// Codes and bits uniform over all that they can be, reals uniform in [-1, 1].
template <class Net>
[[nodiscard]] Samples<Net> random_samples(std::size_t count, std::uint64_t seed) {
  using Kind = typename Net::Input::Kind;
  using Element = typename Net::Element;
  Samples<Net> samples;
  samples.values.resize(count * Net::Input::size);
  Random random(Seed{seed});
  for (auto& value : samples.values) {
    if constexpr (std::is_same_v<Element, float>) {
      value = 2 * random.uniform() - 1;
    } else {
      value = static_cast<Element>(random.below(std::uint64_t{1} << Kind::bits));
    }
  }
  for (std::size_t i = 0; i < count; ++i) samples.pointers.push_back(samples.values.data() + i * Net::Input::size);
  return samples;
}

/// One value of a plane as the number it is: a bit as 0 or 1, a count without its scale.
template <class Kind>
[[nodiscard]] double value_at(const Planes<Kind>& planes, std::size_t row, std::size_t sample) {
  if constexpr (std::is_same_v<Kind, Bit>) {
    return static_cast<double>(planes.row(row)[sample / 64] >> (sample % 64) & 1);
  } else {
    return static_cast<double>(planes.row(row)[sample]);
  }
}

/// The network's answers, Output::size numbers for each sample; the class of each place where it ends in Argmax.
template <class Net>
[[nodiscard]] std::vector<double> answers(Net& net, const Samples<Net>& samples) {
  const auto out = net.forward(samples.pointers);
  std::vector<double> all;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    if constexpr (is_class<typename Net::Output::Kind>) {
      constexpr std::size_t places = places_of<typename Net::Output>;
      for (std::size_t place = 0; place < places; ++place) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < out.rows / places; ++i)
          if (value_at(out, i * places + place, s) > value_at(out, best * places + place, s)) best = i;
        all.push_back(static_cast<double>(best));
      }
    } else {
      for (std::size_t i = 0; i < out.rows; ++i) all.push_back(value_at(out, i, s));
    }
  }
  return all;
}

template <class Net>
[[nodiscard]] std::vector<double> answers(const Circuit& circuit, const Samples<Net>& samples) {
  std::vector<double> all;
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (const std::uint32_t value : evaluate(circuit, samples[s])) all.push_back(value);
  return all;
}

/// The frozen network gives what the network gives, and so does its circuit once simplified.
template <class Net>
void check_freezes_exactly(Net& net, std::size_t count = 65, std::uint64_t seed = 1) {
  const auto samples = random_samples<Net>(count, seed);
  const auto expected = answers(net, samples);
  const Circuit circuit = freeze(net);
  BOOST_TEST(answers(circuit, samples) == expected, boost::test_tools::per_element());
  BOOST_TEST(answers(simplify(circuit), samples) == expected, boost::test_tools::per_element());
}

/// The text of the Error that `body` throws; empty where it throws none.
template <class Body>
[[nodiscard]] std::string error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace lutra::test
