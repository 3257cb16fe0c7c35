// labels: slow_tools
#define BOOST_TEST_MODULE c_numbers_tools
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/simplify.hpp>
#include <lutra/export/c.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "support/c_programs.hpp"
#include "support/code_circuits.hpp"
#include "support/image_circuits.hpp"
#include "support/random_circuit.hpp"

// Circuits of weights and codes as emitted C: every operation, windows of all kinds, on several processors.

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test::c_programs;
using lutra_test::installed;
using lutra_test::code_circuits::Maker;
using lutra_test::code_circuits::Window;

namespace {

/// One layer or two, with the numbers of channels that fill no block of anything.
std::vector<Circuit> layers() {
  std::vector<Circuit> circuits;
  for (const auto& [channels, outputs] : {std::pair<std::size_t, std::size_t>{3, 5}, {5, 33}, {33, 3}, {100, 20}}) {
    Maker maker(channels, {{channels, 5, 7}, 2});
    maker.binary(0, outputs, {});
    circuits.push_back(maker.circuit());
  }
  const std::vector<std::pair<Shape, Window>> windows{{{5, 1, 1}, {1}},
                                                      {{5, 1, 1}, {3}},
                                                      {{3, 40, 1}, {5}},
                                                      {{3, 1, 65}, {5}},
                                                      {{3, 3, 195}, {3}},
                                                      {{6, 11, 30}, {3, 2}},
                                                      {{6, 13, 30}, {3, 1, 2}},
                                                      {{5, 20, 30}, {5, 3, 2}},
                                                      {{6, 21, 31}, {1, 2}},
                                                      {{4, 12, 9}, {2, 2}},
                                                      {{3, 9, 20}, {3, 1, 2, false}}};
  for (const auto& [shape, window] : windows) {
    Maker maker(shape.width, {shape, 2});
    maker.binary(maker.binary(0, 6, window), 7, {});
    circuits.push_back(maker.circuit());
  }
  return circuits;
}

/// Codes of 1 to 8 bits by weights of many kinds, as codes and as sums of few and of many bits.
std::vector<Circuit> widths() {
  std::vector<Circuit> circuits;
  for (const std::uint32_t bits : {1U, 3U, 4U, 8U}) {
    Maker maker(bits, {{7, 6, 13}, bits});
    maker.levels(maker.weigh(maker.window({0}, {}), 9, -1, 1, 3), bits);
    circuits.push_back(maker.circuit());
    maker.weigh(maker.window({static_cast<SignalId>(maker.circuit().stages().size())}, {3, 2}), 5, -8, 1, 16);
    circuits.push_back(maker.circuit());
  }
  Maker wide(5, {{20, 9, 21}, 8});  // sums of more than 15 bits, with levels and without
  const SignalId first = wide.levels(wide.weigh(wide.window({0}, {}), 16, -3, 2, 4), 4);
  wide.weigh(wide.window({first}, {}), 5, -100, 7, 30);
  circuits.push_back(wide.circuit());
  Maker positive(6, {{9, 8, 8}, 2});
  positive.levels(positive.weigh(positive.window({0}, {}), 18, 1, 2, 2), 8);
  circuits.push_back(positive.circuit());
  Maker same(7, {{9, 8, 8}, 2});
  same.levels(same.weigh(same.window({0}, {}), 4, -2, 1, 1), 2);
  circuits.push_back(same.circuit());
  return circuits;
}

/// A layer that looks at all places at once, behind a flat rearrangement or not.
void add_dense(Maker& maker, SignalId from, std::size_t outputs, std::uint32_t bits) {
  WeighStage all;
  std::vector<std::uint32_t> sources(maker.type(from).size());
  std::iota(sources.begin(), sources.end(), 0U);
  const auto most = static_cast<std::uint32_t>(2 * sources.size() * maker.type(from).maximum());
  for (std::size_t o = 0; o < outputs; ++o) {
    std::vector<std::int32_t> weights(sources.size());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int32_t>((i * 7 + o) % 5) - 2;
    all.add(sources, weights, most);
  }
  const SignalId sums = maker.add({from}, all, {{outputs, 1, 1}, bits_for(2 * most)}, false);
  LevelStage levels;
  for (std::uint32_t o = 0; o < outputs; ++o)
    levels.add((o * 3 + 1) % static_cast<std::uint32_t>(outputs),
               std::vector<std::uint32_t>{most - 9, most, most + 9 + o}, o % 3 == 0);
  if (bits != 0) maker.add({sums}, levels, {{outputs, 1, 1}, 2}, false);
}

/// Branches, windows of windows, larger images, dense layers, all operations.
std::vector<Circuit> networks() {
  std::vector<Circuit> circuits;
  Maker branches(11, {{4, 10, 13}, 2});
  const SignalId one = branches.binary(0, 5, {}), two = branches.binary(one, 5, {5});
  const SignalId sum = branches.add({one, two}, AddStage{}, {branches.type(one).shape, 3});
  const SignalId joined = branches.levels(branches.weigh(branches.window({sum, one, 0}, {}), 8, -1, 2, 2), 2);
  const SignalId most = branches.add({joined}, MaxStage{}, {{4, 10, 13}, 2});
  const SignalId bits = branches.levels(branches.weigh(most, 6, 0, 1, 2), 1);
  LutStage luts;
  luts.add(std::vector<std::uint32_t>{0, 3, 5}, std::vector<std::uint64_t>{0b10010110});
  const SignalId parity = branches.add({bits}, luts, {{1, 10, 13}, 1});
  branches.add({parity, bits}, ArgmaxStage{}, {{1, 10, 13}, 3});
  circuits.push_back(branches.circuit());

  Maker pooled(12, {{3, 12, 18}, 8});  // a window's largest, a window of a window, pixels apart, twice the size
  const SignalId first = pooled.binary(0, 8, {3, 2});
  RearrangeStage fours{{}, {}, {2, 2}};
  for (std::int32_t i = 0; i < 4; ++i)
    for (std::uint32_t c = 0; c < 8; ++c) fours.sources.push_back(c), fours.offsets.push_back({i / 2, i % 2});
  const SignalId seen = pooled.add({first}, fours, {{32, 3, 5}, 2});
  const SignalId largest = pooled.add({seen}, MaxStage{}, {{8, 3, 5}, 2});
  RearrangeStage larger;
  for (std::uint32_t i = 0; i < 8 * 6 * 10; ++i)
    larger.sources.push_back(i / 60 * 15 + i / 10 % 6 / 2 * 5 + i % 10 / 2);
  const SignalId up = pooled.add({largest}, larger, {{8, 6, 10}, 2}, false);
  RearrangeStage apart;
  for (std::uint32_t i = 0; i < 8 * 15; ++i)
    apart.sources.push_back((i / 60 * 4 + i / 10 % 6 % 2 * 2 + i % 10 % 2) * 15 + i / 10 % 6 / 2 * 5 + i % 10 / 2);
  const SignalId shuffled = pooled.add({largest}, apart, {{2, 6, 10}, 2}, false);
  const SignalId last =
      pooled.binary(pooled.add({up, shuffled}, RearrangeStage{{9, 3, 0, 4, 8}}, {{5, 6, 10}, 2}), 6, {});
  add_dense(pooled, last, 11, 2);
  circuits.push_back(pooled.circuit());

  for (const Shape& image : {Shape{8, 8, 12}, Shape{8, 7, 12}, Shape{6, 8, 12}}) {  // blocks that fill, or do not
    Maker deep(15, {image, 2});
    const SignalId blocks = deep.window({0}, {.size = 2, .stride = 2, .border = false});
    deep.binary(deep.binary(blocks, 8, {}), 5, {3, 2});
    circuits.push_back(deep.circuit());
  }

  Maker dense(13, {{70, 1, 1}, 4});
  add_dense(dense, 0, 20, 2);
  RearrangeStage turned;
  for (std::uint32_t i = 0; i < 20; ++i) turned.sources.push_back(19 - i);
  const SignalId back = dense.add({2}, turned, {{20, 1, 1}, 2}, false);
  add_dense(dense, back, 5, 0);
  circuits.push_back(dense.circuit());

  for (const std::uint64_t seed : {3, 4}) {
    circuits.push_back(lutra_test::every_operation({2, 9, 11}, {2, 1}, seed, seed == 4));
    circuits.push_back(lutra_test::random_circuit(seed, {.nodes = 2, .numbers = true}));
  }
  Maker depthwise(14, {{6, 9, 14}, 2});
  WeighStage own;
  const SignalId around = depthwise.window({0}, {});
  for (std::uint32_t c = 0; c < 6; ++c) {
    std::vector<std::uint32_t> sources(9);
    std::iota(sources.begin(), sources.end(), 9 * c);
    own.add(sources, std::vector<std::int32_t>{1, -1, 1, 1, -1, -1, 1, 1, 1}, 9);
  }
  depthwise.levels(depthwise.add({around}, own, {{6, 9, 14}, 6}), 2);
  circuits.push_back(depthwise.circuit());
  circuits.push_back(simplify(circuits[1]));
  return circuits;
}

/// Codes of two bits that go from one window to the next, side by side and spread, from whole bytes and from the middle
/// of one; sums that are spread.
std::vector<Circuit> chains() {
  std::vector<Circuit> circuits;
  for (const std::size_t channels : {8, 6}) {
    Maker maker(16, {{3, 8, 14}, 8});
    const SignalId half = maker.levels(maker.weigh(maker.window({0}, {3, 2}), channels, -1, 1, 3), 2);
    const SignalId up = maker.spread({maker.binary(half, 20, {})}, 2);
    const SignalId beside = maker.levels(maker.weigh(maker.window({0}, {}), channels, -1, 1, 3), 2);
    const SignalId joined = maker.levels(maker.weigh(maker.window({beside, up}, {}), 33, -1, 2, 2), 2);
    const SignalId sums = maker.weigh(maker.window({joined}, {1}), 4, -15, 1, 31);
    circuits.push_back(maker.circuit());
    maker.spread({sums}, 2, 1);
    circuits.push_back(maker.circuit());
  }
  return circuits;
}

void append(std::vector<Circuit>& circuits, std::vector<Circuit> others) {
  for (auto& circuit : others) circuits.push_back(std::move(circuit));
}

/// A few of all kinds.
std::vector<Circuit> some() {
  auto sizes = layers(), kinds = widths(), whole = networks(), linked = chains();
  return {sizes[11], kinds[8], whole[0], whole[1], linked[1], linked[2]};
}

constexpr std::size_t samples = 5;

}  // namespace

BOOST_AUTO_TEST_CASE(circuits_of_numbers_give_every_answer_in_c) {
  if (!installed({"gcc"})) return;
  const lutra_test::ScratchFolder folder;
  auto circuits = layers();
  append(circuits, widths());
  append(circuits, networks());
  append(circuits, chains());
  const std::string files = write_program(circuits, folder.path(), samples);
  check_program("gcc", warnings + "-O0 ", files, folder.path());
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") == 0) return;
  const std::string watched = "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all ";
  for (const char* set : {"-mavx2 ", "-mssse3 "}) check_program("gcc", warnings + watched + set, files, folder.path());
#endif
}

BOOST_AUTO_TEST_CASE(optimized_and_watched_programs_give_the_same_answers) {
  const lutra_test::ScratchFolder folder;
  const std::string files = write_program(some(), folder.path(), samples);
  if (installed({"gcc"})) check_program("gcc", warnings + "-O2 ", files, folder.path());
  if (installed({"clang"})) check_program("clang", warnings + "-O1 ", files, folder.path());
#ifdef __x86_64__
  if (installed({"gcc"}) && __builtin_cpu_supports("avx2") != 0)
    for (const char* set : {"-mavx2 ", "-mssse3 "}) check_program("gcc", warnings + "-O1 " + set, files, folder.path());
#endif
  if (installed({"gcc"}))
    check_program("gcc", warnings + "-O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all ", files,
                  folder.path());
  if (installed({"g++"}))
    check_program("g++ -x c++", " -std=c++98 -Wall -Wextra -Wno-long-long -O0 ", files, folder.path());
}

BOOST_AUTO_TEST_CASE(other_processors_give_the_same_answers) {
  const lutra_test::ScratchFolder folder;
  const std::string files = write_program(some(), folder.path(), samples);
  if (installed({"aarch64-linux-gnu-gcc", "qemu-aarch64"}))
    check_program("aarch64-linux-gnu-gcc", warnings + "-O1 -static ", files, folder.path(), "qemu-aarch64 ");
  if (installed({"powerpc-linux-gnu-gcc", "qemu-ppc"}))
    check_program("powerpc-linux-gnu-gcc", warnings + "-O1 -static ", files, folder.path(), "qemu-ppc ");
}
