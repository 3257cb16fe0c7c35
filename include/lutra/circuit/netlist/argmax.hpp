#pragma once
// The largest value and its index as LUTs: a tournament whose matches have four players where a 4:1 multiplexer fits
// into one LUT (6 inputs), else two. A match compares every pair at once, which costs fewer LUTs and half the levels.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/builder.hpp>
#include <span>
#include <utility>
#include <vector>

namespace lutra::circuits {

namespace detail {

class Tournament {
 public:
  Tournament(NetlistBuilder& builder, std::uint32_t stage, std::uint32_t& match)
      : builder_(builder), stage_(stage), match_(match) {}

  /// The largest of `values` (all of one width), and its index, `width` bits; ties go to the lowest index.
  struct Player {
    Bits value;
    Bits index;
  };
  [[nodiscard]] Player winner(const std::vector<Bits>& values, std::uint32_t width) {
    std::vector<Player> players;
    for (std::size_t i = 0; i < values.size(); ++i) {
      Bits bits(width);
      for (std::uint32_t b = 0; b < width; ++b) bits[b] = static_cast<BitId>(i >> b & 1);
      players.push_back({values[i], bits});
    }
    const std::size_t most = builder_.max_fan_in() >= 6 ? 4 : 2;
    while (players.size() > 1) {
      std::vector<Player> winners;
      for (std::size_t i = 0; i < players.size(); i += most)
        winners.push_back(match(std::span(players).subspan(i, std::min(most, players.size() - i))));
      players = std::move(winners);
    }
    return players.front();
  }

 private:
  Player match(std::span<const Player> players) {
    if (players.size() == 1) return players.front();
    const auto count = static_cast<std::uint32_t>(players.size());
    Bits greater;  // for i < j, in order: is value j greater than value i?
    for (std::uint32_t i = 0; i < count; ++i)
      for (std::uint32_t j = i + 1; j < count; ++j)
        greater.push_back(is_greater(players[j].value, players[i].value, 4 * i + j));
    Bits winner;
    for (std::uint32_t bit = 0; bit < (count > 2 ? 2u : 1u); ++bit)
      winner.push_back(builder_.function(greater, origin(Role::winner, bit),
                                         [&](std::uint32_t address) { return best(address, count) >> bit & 1; }));
    Player won;
    won.value = choose(players, winner, &Player::value, Role::value);
    won.index = choose(players, winner, &Player::index, Role::index);
    ++match_;
    return won;
  }

  /// b > a, from the lowest bits up: sums are ready at their low end first.
  BitId is_greater(const Bits& b, const Bits& a, std::uint32_t pair) {
    BitId carry = 0;
    std::uint32_t step = 0;
    for (std::size_t begin = 0; begin < a.size(); ++step) {
      const std::size_t room = (builder_.max_fan_in() - (begin > 0)) / 2;
      const std::size_t bits = std::min(room, a.size() - begin);
      const auto chunk = [&](const Bits& value) { return std::span(value).subspan(begin, bits); };
      Bits pins(chunk(a).begin(), chunk(a).end());
      pins.insert(pins.end(), chunk(b).begin(), chunk(b).end());
      pins.push_back(carry);
      const std::uint32_t mask = (1u << bits) - 1;
      carry = builder_.function(pins, origin(Role::contest, pair, step), [&](std::uint32_t address) {
        const std::uint32_t low = address & mask;
        const std::uint32_t high = address >> bits & mask;
        return high > low || (high == low && (address >> 2 * bits & 1) != 0);
      });
      begin += bits;
    }
    return carry;
  }

  /// The player that no earlier one equals or beats and no later one beats, from the bits of all pairs.
  static std::uint32_t best(std::uint32_t greater, std::uint32_t count) {
    std::uint32_t winner = 0;
    for (std::uint32_t challenger = 1; challenger < count; ++challenger) {
      const std::uint32_t pair = winner * (2 * count - winner - 1) / 2 + challenger - winner - 1;
      if ((greater >> pair & 1) != 0) winner = challenger;
    }
    return winner;
  }

  Bits choose(std::span<const Player> players, const Bits& winner, Bits Player::*field, Role role) {
    const auto count = static_cast<std::uint32_t>(players.size());
    Bits chosen;
    for (std::uint32_t bit = 0; bit < (players.front().*field).size(); ++bit) {
      Bits pins;
      for (const auto& player : players) pins.push_back((player.*field)[bit]);
      pins.insert(pins.end(), winner.begin(), winner.end());
      chosen.push_back(builder_.function(pins, origin(role, bit), [&](std::uint32_t address) {
        return address >> std::min(address >> count, count - 1) & 1;
      }));
    }
    return chosen;
  }

  [[nodiscard]] Origin origin(Role role, std::uint32_t bit, std::uint32_t part = 0) const {
    return {.stage = stage_, .role = role, .value = match_, .bit = bit, .part = part};
  }

  NetlistBuilder& builder_;
  std::uint32_t stage_;
  std::uint32_t& match_;
};

}  // namespace detail

/// The same values without the bits that are 0 in all of them.
[[nodiscard]] inline std::vector<Bits> of_used_bits(std::vector<Bits> values) {
  std::size_t used = 1;
  for (const auto& value : values)
    for (std::size_t bit = 0; bit < value.size(); ++bit) used = value[bit] == 0 ? used : std::max(used, bit + 1);
  for (auto& value : values) value.resize(used, 0);
  return values;
}

/// The index, `width` bits, of the largest of `values`, lowest bit first; ties go to the lowest index. `match` counts
/// the matches of the stage.
[[nodiscard]] inline Bits argmax(NetlistBuilder& builder, std::vector<Bits> values, std::uint32_t width,
                                 std::uint32_t stage, std::uint32_t& match) {
  return detail::Tournament(builder, stage, match).winner(of_used_bits(std::move(values)), width).index;
}

/// The largest of `values`, `width` bits, as many as the widest of them has.
[[nodiscard]] inline Bits largest(NetlistBuilder& builder, std::vector<Bits> values, std::uint32_t width,
                                  std::uint32_t stage, std::uint32_t& match) {
  Bits value = detail::Tournament(builder, stage, match).winner(of_used_bits(std::move(values)), 0).value;
  value.resize(width, 0);
  return value;
}

}  // namespace lutra::circuits
