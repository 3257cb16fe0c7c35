#define BOOST_TEST_MODULE circuit_file
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <lutra/circuit/file.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/serialize.hpp>
#include <lutra/error.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/io/binary.hpp>
#include <set>

#include "support/random_circuit.hpp"

using namespace lutra;
using namespace lutra::circuits;

namespace {

Circuit small_circuit() {
  LutStage luts;
  luts.add(std::vector<std::uint32_t>{0, 1}, std::vector<std::uint64_t>{0b0110});
  luts.add(std::vector<std::uint32_t>{}, std::vector<std::uint64_t>{1});
  CountStage count;
  count.sources.add(std::vector<std::uint32_t>{0, 1});
  count.offsets = {1};
  return Circuit({{1, 1, 1}, 8},
                 {{"thresholds", {0}, ThresholdStage{{0, 0}, {10, 200}}, {{2, 1, 1}, 1}},
                  {"luts", {1}, luts, {{2, 1, 1}, 1}},
                  {"count", {2}, count, {{1, 1, 1}, 2}}},
                 {{"class 0", "cat"}});
}

std::string refusal(std::string_view bytes) {
  try {
    (void)deserialize(bytes, "a.lutra");
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// A file that is sound but for what its payload says.
template <class Write>
std::string framed(Write&& write) {
  io::ByteWriter out;
  write(out);
  return io::frame(circuit_magic, circuit_version, out.bytes());
}

void type(io::ByteWriter& out, std::uint32_t size, std::uint32_t width) {
  for (const std::uint32_t n : {size, 1u, 1u, width}) out.number<std::uint32_t>(n);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / ("lutra_circuit_file_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

BOOST_AUTO_TEST_CASE(random_circuits_come_back_equal) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed, {.numbers = seed % 2 == 1});
    const std::string bytes = serialize(circuit);
    const Circuit back = deserialize(bytes);
    BOOST_TEST((back == circuit));
    BOOST_TEST((serialize(back) == bytes));
  }
}

BOOST_FIXTURE_TEST_CASE(a_saved_circuit_is_loaded_and_replaced, Folder) {
  save(small_circuit(), path / "a.lutra");
  BOOST_TEST((load_circuit(path / "a.lutra") == small_circuit()));
  const Circuit other = lutra_test::random_circuit(4);
  save(other, path / "a.lutra");
  BOOST_TEST((load_circuit(path / "a.lutra") == other));
}

BOOST_FIXTURE_TEST_CASE(errors_name_the_file, Folder) {
  BOOST_CHECK_EXCEPTION((void)load_circuit(path / "none"), Error,
                        [&](const Error& e) { return has(e.what(), "none"); });
  BOOST_CHECK_THROW(save(small_circuit(), path / "none" / "a"), Error);
  std::string bytes = serialize(small_circuit());
  bytes[40] ^= 4;
  io::write_file(path / "bad", bytes);
  BOOST_CHECK_EXCEPTION((void)load_circuit(path / "bad"), Error, [&](const Error& e) {
    return has(e.what(), (path / "bad").string()) && has(e.what(), "damaged");
  });
}

BOOST_AUTO_TEST_CASE(every_change_of_a_single_byte_is_refused) {
  const std::string good = serialize(small_circuit());
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int change = 1; change < 256; ++change) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      BOOST_REQUIRE_MESSAGE(!refusal(bad).empty(), "byte " << at << " xor " << change << " was accepted");
    }
}

BOOST_AUTO_TEST_CASE(every_truncation_and_every_tail_is_refused) {
  const std::string good = serialize(small_circuit());
  for (std::size_t size = 0; size < good.size(); ++size)
    BOOST_REQUIRE_MESSAGE(!refusal(good.substr(0, size)).empty(), size << " bytes were accepted");
  BOOST_TEST(has(refusal(good + '\0'), "bytes after its end"));
  BOOST_TEST(has(refusal(good + good), "bytes after its end"));
}

BOOST_AUTO_TEST_CASE(foreign_files_and_other_versions_are_refused_as_such) {
  BOOST_TEST(has(refusal(""), "not a circuit file (a.lutra)"));
  BOOST_TEST(has(refusal("\x89PNG\r\n\x1a\n and more than twenty-eight bytes"), "not a circuit file"));
  BOOST_TEST(has(refusal(io::frame("LUTRACKP", 1, "x")), "not a circuit file"));
  BOOST_TEST(has(refusal(io::frame(circuit_magic, 2, "x")), "version 1, got version 2"));
}

// The hash guards against accidents; what a hostile file with a right hash may do is ask for memory.
BOOST_AUTO_TEST_CASE(claimed_lengths_are_held_against_the_file_before_memory_is_taken) {
  for (const std::uint64_t huge : {std::uint64_t{1000}, std::uint64_t{1} << 33, ~std::uint64_t{0}}) {
    BOOST_TEST(has(refusal(framed([&](auto& out) {
                     type(out, 1, 8);
                     out.template number<std::uint64_t>(huge);
                   })),
                   "length of stages"));
    for (const std::uint8_t operation : std::vector<std::uint8_t>{0, 1, 2, 4})
      BOOST_TEST(has(refusal(framed([&](auto& out) {
                       type(out, 1, 8);
                       out.template number<std::uint64_t>(1);
                       out.text("stage");
                       out.list(std::vector<std::uint32_t>{0});
                       type(out, 1, 1);
                       out.template number<std::uint8_t>(operation);
                       out.template number<std::uint64_t>(huge);
                     })),
                     "length of"));
  }
}

BOOST_AUTO_TEST_CASE(sound_bytes_with_unsound_contents_are_refused_with_place_and_reason) {
  const auto stage = [](std::uint8_t operation, auto&& rest) {
    return framed([&](io::ByteWriter& out) {
      type(out, 1, 1);
      out.number<std::uint64_t>(1);
      out.text("the stage");
      out.list(std::vector<std::uint32_t>{0});
      type(out, 1, 1);
      out.number<std::uint8_t>(operation);
      rest(out);
      out.number<std::uint64_t>(0);
    });
  };
  using Words = std::vector<std::uint32_t>;
  using Bytes = std::vector<std::uint8_t>;
  using Tables = std::vector<std::uint64_t>;
  const auto luts = [&](const Bytes& fan_ins, const Words& pins, const Tables& tables) {
    return stage(1, [&](io::ByteWriter& out) {
      out.list(fan_ins);
      out.list(pins);
      out.list(tables);
    });
  };
  BOOST_TEST(refusal(luts({1}, {0}, {2})).empty());
  BOOST_TEST(has(refusal(luts({9}, Words(9), Tables(8))), "fan-in"));
  BOOST_TEST(has(refusal(luts({2}, {0}, {2})), "fewer"));
  BOOST_TEST(has(refusal(luts({1}, {0, 0}, {2})), "more"));
  BOOST_TEST(has(refusal(luts({1}, {0}, {})), "fewer"));
  BOOST_TEST(has(refusal(luts({1}, {5}, {2})), "a.lutra, stage 0, the stage"));
  BOOST_TEST(has(refusal(stage(9, [](auto&) {})), "operation"));
  BOOST_TEST(has(refusal(stage(2,
                               [](io::ByteWriter& out) {
                                 out.list(Words{2});
                                 out.list(Words{0});
                                 out.list(Words{0});
                               })),
                 "fewer"));
  BOOST_TEST(has(refusal(stage(6,
                               [](io::ByteWriter& out) {
                                 out.list(Words{1});
                                 out.list(Words{0});
                                 out.list(std::vector<std::int32_t>{1, 1});
                               })),
                 "weights"));
  BOOST_TEST(has(refusal(stage(7,
                               [](io::ByteWriter& out) {
                                 out.list(Words{0});
                                 out.list(Words{1});
                                 out.list(Words{1});
                                 out.list(Bytes{2});
                               })),
                 "direction"));
  BOOST_TEST(has(refusal(stage(4, [](io::ByteWriter& out) { out.list(Words{0, 0}); })), "output shape"));
  BOOST_TEST(has(refusal(stage(5, [](io::ByteWriter& out) { out.number<std::uint8_t>(0); })), "a.lutra"));
}

BOOST_AUTO_TEST_CASE(notes_have_one_order) {
  const auto notes = [](std::vector<std::string> keys) {
    return framed([&](io::ByteWriter& out) {
      type(out, 1, 1);
      out.number<std::uint64_t>(1);
      out.text("");
      out.list(std::vector<std::uint32_t>{0});
      type(out, 1, 1);
      out.number<std::uint8_t>(5);
      out.number<std::uint64_t>(keys.size());
      for (const auto& key : keys) {
        out.text(key);
        out.text("text");
      }
    });
  };
  BOOST_TEST(refusal(notes({"a", "b"})).empty());
  BOOST_TEST(has(refusal(notes({"b", "a"})), "rising order"));
  BOOST_TEST(has(refusal(notes({"a", "a"})), "rising order"));
}

BOOST_AUTO_TEST_CASE(different_circuits_have_different_hashes_and_equal_ones_the_same) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed);
    BOOST_TEST(content_hash(circuit) == content_hash(lutra_test::random_circuit(seed)));
    seen.insert(hash_text(circuit));
  }
  BOOST_TEST(seen.size() == 200);
}

BOOST_AUTO_TEST_CASE(the_hash_is_the_number_at_the_end_of_the_file) {
  const std::string bytes = serialize(small_circuit());
  std::string digits;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - 1 - i]);
    digits += "0123456789abcdef"[byte >> 4];
    digits += "0123456789abcdef"[byte & 15];
  }
  BOOST_TEST(hash_text(small_circuit()) == digits);
  BOOST_TEST(hash_text(0x0123456789abcdef) == "0123456789abcdef");
}
