#define BOOST_TEST_MODULE binary
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/io/binary.hpp>
#include <set>

using namespace lutra;
using namespace lutra::io;

namespace {

constexpr std::string_view magic = "LUTRATST";

std::string refusal(const std::string& bytes) {
  try {
    (void)unframe(bytes, magic, 3, "test file", "a.test");
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

bool starts(const std::string& text, std::string_view with) { return text.substr(0, with.size()) == with; }

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_texts_and_lists_come_back_as_they_were) {
  ByteWriter out;
  out.number<std::uint8_t>(200);
  out.number<std::int16_t>(-2);
  out.number<std::uint32_t>(0x80000001);
  out.number<std::uint64_t>(~std::uint64_t{0} - 5);
  out.number<float>(-0.0f);
  out.number<double>(std::numeric_limits<double>::denorm_min());
  out.text(std::string_view("a\0b", 3));
  out.list(std::vector<float>{1.5f, std::numeric_limits<float>::infinity()});
  out.list(std::vector<std::uint16_t>{});

  ByteReader in(out.bytes());
  BOOST_TEST(in.number<std::uint8_t>("a") == 200);
  BOOST_TEST(in.number<std::int16_t>("b") == -2);
  BOOST_TEST(in.number<std::uint32_t>("c") == 0x80000001);
  BOOST_TEST(in.number<std::uint64_t>("d") == ~std::uint64_t{0} - 5);
  BOOST_TEST(std::signbit(in.number<float>("e")));
  BOOST_TEST(in.number<double>("f") == std::numeric_limits<double>::denorm_min());
  BOOST_TEST(in.text("g") == std::string("a\0b", 3));
  BOOST_TEST((in.list<float>("h") == std::vector<float>{1.5f, std::numeric_limits<float>::infinity()}));
  BOOST_TEST(in.list<std::uint16_t>("i").empty());
  in.end();
}

BOOST_AUTO_TEST_CASE(numbers_are_written_least_significant_byte_first) {
  ByteWriter out;
  out.number<std::uint32_t>(0x04030201);
  out.number<float>(1.0f);
  BOOST_TEST(out.bytes() == std::string("\x01\x02\x03\x04\x00\x00\x80\x3f", 8));
}

BOOST_AUTO_TEST_CASE(a_read_past_the_end_names_file_byte_and_what_was_wanted) {
  ByteWriter out;
  out.number<std::uint32_t>(7);
  ByteReader in(out.bytes(), "a.lutra", 20);
  BOOST_TEST(in.number<std::uint16_t>("first") == 7);
  BOOST_CHECK_EXCEPTION((void)in.number<std::uint32_t>("the threshold"), Error, [](const Error& e) {
    return e.where() == "a.lutra, byte 22" && e.subject() == "data ends inside the threshold" &&
           e.expected() == "4 more bytes" && e.got() == "2";
  });
}

BOOST_AUTO_TEST_CASE(an_absurd_length_is_refused_before_anything_is_allocated) {
  for (const std::uint64_t length : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    ByteWriter out;
    out.number<std::uint64_t>(length);
    out.number<std::uint64_t>(0);
    BOOST_CHECK_THROW((void)ByteReader(out.bytes()).list<std::uint32_t>("pins"), Error);
    if (length > 8) BOOST_CHECK_THROW((void)ByteReader(out.bytes()).text("name"), Error);
  }
}

BOOST_AUTO_TEST_CASE(left_over_bytes_are_refused) {
  ByteReader in("abc");
  (void)in.number<std::uint8_t>("a");
  BOOST_CHECK_THROW(in.end(), Error);
}

BOOST_AUTO_TEST_CASE(fnv1a_gives_the_published_values) {
  static_assert(fnv1a("") == 0xcbf29ce484222325);
  static_assert(fnv1a("a") == 0xaf63dc4c8601ec8c);
  static_assert(fnv1a("foobar") == 0x85944171f73967e8);
}

BOOST_AUTO_TEST_CASE(a_frame_gives_back_its_payload_and_its_place_in_the_file) {
  const std::string file = frame(magic, 3, "hello");
  BOOST_TEST(file.size() == frame_header_size + 5 + frame_hash_size);
  ByteReader in = unframe(file, magic, 3, "test file", "a.test");
  BOOST_TEST(in.left() == 5);
  BOOST_TEST(in.position() == frame_header_size);
  BOOST_TEST(unframe(frame(magic, 3, ""), magic, 3, "test file").left() == 0);
  BOOST_CHECK_THROW((void)frame("short", 3, ""), Error);
}

BOOST_AUTO_TEST_CASE(each_way_to_be_wrong_has_its_own_sentence) {
  const std::string good = frame(magic, 3, "hello");
  std::string damaged = good;
  damaged[frame_header_size + 2] ^= 1;
  const std::set<std::string> subjects{refusal("PNG...........").substr(0, 24),
                                       refusal(frame(magic, 4, "hello")).substr(0, 24),
                                       refusal(good.substr(0, good.size() - 1)).substr(0, 24),
                                       refusal(good + "x").substr(0, 24), refusal(damaged).substr(0, 24)};
  BOOST_TEST(subjects.size() == 5);
  BOOST_TEST(starts(refusal("PNG..........."), "not a test file (a.test)"));
  BOOST_TEST(starts(refusal(""), "not a test file"));
  BOOST_TEST(refusal(frame(magic, 4, "hello")) ==
             "test file of another version (a.test): expected version 3, got version 4");
  BOOST_TEST(starts(refusal(good.substr(0, good.size() - 1)), "test file is cut short"));
  BOOST_TEST(starts(refusal(good + "x"), "test file has bytes after its end"));
  BOOST_TEST(starts(refusal(damaged), "test file is damaged"));
}

BOOST_AUTO_TEST_CASE(every_changed_byte_and_every_length_but_the_right_one_is_refused) {
  const std::string good = frame(magic, 3, "some payload");
  BOOST_TEST(refusal(good).empty());
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int change = 1; change < 256; ++change) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      BOOST_REQUIRE_MESSAGE(!refusal(bad).empty(), "byte " << at << " xor " << change << " was accepted");
    }
  for (std::size_t size = 0; size < good.size(); ++size) BOOST_TEST(!refusal(good.substr(0, size)).empty());
}
