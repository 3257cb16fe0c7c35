// labels: slow_tools
// The hand-written Verilog parts: simulated between a source and a sink that stall at random, against windows cut out
// here; the handshake proved; and synthesized, to see that lines lie in block RAM.
#define BOOST_TEST_MODULE rtl
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <lutra/export/verilog/parts.hpp>
#include <lutra/random.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/tools.hpp"

using namespace lutra;
using lutra_test::run, lutra_test::installed, lutra_test::quoted, lutra_test::ScratchFolder, lutra_test::write_text,
    lutra_test::with_first;

namespace {

const std::filesystem::path benches = LUTRA_SOURCE_DIR "/tests/export/rtl";

/// Parameters of stream_dut.
struct Window {
  int top = -1, bottom = 1, left = -1, right = 1;
  int stride_rows = 1, stride_columns = 1, extent_rows = 1, extent_columns = 1, lag_rows = 1, lag_columns = 1;
  int max_columns = 65, second = 0;
  int pace = 1, fold = 0;

  [[nodiscard]] int taps() const { return (bottom - top + 1) * (right - left + 1); }
  /// As options that begin so, with what stands between name and number as the tool wants it.
  [[nodiscard]] std::string options(const std::string& flag) const {
    const std::vector<std::pair<const char*, int>> all{
        {"TOP", top},
        {"BOTTOM", bottom},
        {"LEFT", left},
        {"RIGHT", right},
        {"STRIDE_ROWS", stride_rows},
        {"STRIDE_COLUMNS", stride_columns},
        {"EXTENT_ROWS", extent_rows},
        {"EXTENT_COLUMNS", extent_columns},
        {"LAG_ROWS", lag_rows},
        {"LAG_COLUMNS", lag_columns},
        {"MAX_COLUMNS", max_columns},
        {"SECOND", second},
        {"PACE", pace},
        {"FOLD", fold},
        {"OUT_BITS", 8 * (second == 0 ? taps() : std::array{0, 9, 4, 12}[static_cast<std::size_t>(second)])}};
    std::string text;
    for (const auto& [name, value] : all) text += " " + flag + name + "=" + std::to_string(value);
    return text;
  }
};

/// 3 x 3 with a border.
constexpr Window same3{};

/// No border: kernel k, stride s, and more lag than needed by `spare`.
constexpr Window valid(int k, int s, int spare = 0) {
  return {0, k - 1, 0, k - 1, s, s, k, k, k - 1 + spare, k - 1 + spare, 65, 0};
}

struct Frame {
  int width, height;
  enum class Fault {
    none,
    short_lines,  ///< some lines end early
    long_lines,   ///< some end late
    early_frame,  ///< the next frame begins before this one is complete
    extra_lines,  ///< lines after the last
    headless,     ///< the start was not seen: to be dropped
    too_large     ///< wider than the memory: to be dropped
  } fault = Fault::none;
};

struct Image {
  int width, height;
  std::vector<int> pixels;
  [[nodiscard]] int at(int y, int x) const {
    const bool inside = y >= 0 && y < height && x >= 0 && x < width;
    return inside ? pixels[static_cast<std::size_t>(y * width + x)] : 0;
  }
};

std::string hex(int byte) {
  const std::string digits = "0123456789abcdef";
  return {digits[static_cast<std::size_t>(byte) / 16], digits[static_cast<std::size_t>(byte) % 16]};
}

/// The beats of one frame as they are sent, and the image that they make.
Image send(const Frame& frame, Random& random, std::ostream& beats) {
  Image image{frame.width, frame.height, std::vector<int>(static_cast<std::size_t>(frame.width * frame.height))};
  using enum Frame::Fault;
  const int lines = frame.fault == early_frame
                        ? 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(frame.height)))
                    : frame.fault == extra_lines ? frame.height + 2
                                                 : frame.height;
  for (int y = 0; y < lines; ++y) {
    int columns = frame.width;
    if (frame.fault == short_lines)
      columns = 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(frame.width)));
    if (frame.fault == long_lines) columns += static_cast<int>(random.below(4));
    const bool torn = frame.fault == early_frame && y == lines - 1;
    if (torn) columns = static_cast<int>(random.below(static_cast<std::uint64_t>(frame.width))) + (y == 0 ? 1 : 0);
    if (torn && y == frame.height - 1) columns = std::min(columns, frame.width - 1);
    for (int x = 0; x < columns; ++x) {
      const int value = static_cast<int>(random.below(256));
      const bool last = torn ? x == frame.width - 1 : x == columns - 1;
      beats << frame.width << ' ' << frame.height << ' ' << (y == 0 && x == 0 && frame.fault != headless) << ' ' << last
            << ' ' << hex(value) << '\n';
      if (y < frame.height && x < frame.width) image.pixels[static_cast<std::size_t>(y * frame.width + x)] = value;
    }
  }
  return image;
}

/// What the window sees at (y, x), highest tap first, as Verilog reads numbers.
std::vector<int> taps_at(const Window& w, const Image& image, int y, int x) {
  std::vector<int> taps;
  for (int r = w.bottom; r >= w.top; --r)
    for (int c = w.right; c >= w.left; --c) taps.push_back(image.at(y + r, x + c));
  return taps;
}

Image mixed(const Window& w, const Image& image) {
  Image out{
      (image.width - w.extent_columns) / w.stride_columns + 1, (image.height - w.extent_rows) / w.stride_rows + 1, {}};
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const std::vector<int> taps = taps_at(w, image, y * w.stride_rows, x * w.stride_columns);
      int value = 0;
      for (int i = 0; i < w.taps(); ++i) value ^= (taps[static_cast<std::size_t>(w.taps() - 1 - i)] + i) & 255;
      out.pixels.push_back(value);
    }
  return out;
}

/// The answer to a frame, beat by beat; nothing to a frame that is too small for one.
void answer(const Window& w, const Image& image, std::ostream& answers) {
  if (image.width < w.extent_columns || image.height < w.extent_rows) return;
  const Image places = mixed(w, image);
  if (w.second == 3) {
    if (places.width != 4 || places.height != 3) return;
    answers << "1 1 ";
    for (const int shift : {4, 0})
      for (std::size_t p = 12; p-- > 0;) answers << hex(places.pixels[p])[shift == 4 ? 0 : 1];
    answers << '\n';
  } else if (w.second != 0) {
    answer(w.second == 1 ? same3 : valid(2, 2), places, answers);
  } else {
    for (int y = 0; y < places.height; ++y)
      for (int x = 0; x < places.width; ++x) {
        answers << (y == 0 && x == 0) << ' ' << (x == places.width - 1) << ' ';
        for (const int tap : taps_at(w, image, y * w.stride_rows, x * w.stride_columns)) answers << hex(tap);
        answers << '\n';
      }
  }
}

/// Writes beats.txt and answers.txt.
void write_frames(const Window& w, const std::vector<Frame>& frames, std::uint64_t seed,
                  const std::filesystem::path& folder) {
  Random random(Seed{seed});
  std::ostringstream beats, answers;
  for (const Frame& frame : frames) {
    const Image image = send(frame, random, beats);
    if (frame.fault != Frame::Fault::too_large && frame.fault != Frame::Fault::headless) answer(w, image, answers);
  }
  write_text(folder / "beats.txt", beats.str());
  write_text(folder / "answers.txt", answers.str());
}

/// The parts, one of them with its first `from` replaced by `to`.
std::string parts_in(const std::filesystem::path& folder, const std::string& damaged = {}, const std::string& from = {},
                     const std::string& to = {}) {
  std::string files;
  for (const std::string_view name : hdl::part_names()) {
    std::string text(hdl::part_text(name));
    if (name == damaged) text = with_first(text, from, to);
    const auto file = folder / (std::string(name) + ".v");
    write_text(file, text);
    files += " " + quoted(file);
  }
  return files;
}

void compile(const Window& w, const std::filesystem::path& folder, const std::string& files) {
  const auto compiled =
      run("iverilog -g2005 -s stream_tb" + w.options("-Pstream_tb.") + " -o " + quoted(folder / "tb") + " " +
          quoted(benches / "stream_tb.v") + " " + quoted(benches / "stream_dut.v") + files);
  BOOST_TEST_REQUIRE(compiled.status == 0, compiled.output);
}

std::string simulate(const std::filesystem::path& folder, const std::string& stalls,
                     const std::string& program = "vvp -n ./tb") {
  return run("cd " + quoted(folder) + " && " + program + " +beats=beats.txt +answers=answers.txt " + stalls).output;
}

bool passes(const std::string& output) {
  return output.find("PASS") != std::string::npos && output.find("FAIL") == std::string::npos;
}

/// Sizes that follow one another, and faults. The last frame is whole, since nothing comes to end it.
std::vector<Frame> many_frames() {
  using enum Frame::Fault;
  return {{7, 3, headless},
          {5, 4},
          {5, 4},
          {5, 4},
          {1, 1},
          {1, 1},
          {1, 1},
          {2, 3},
          {3, 2},
          {3, 2},
          {1, 7},
          {1, 7},
          {9, 1},
          {2, 2},
          {2, 2},
          {3, 3},
          {4, 3},
          {4, 3},
          {4, 5},
          {63, 3},
          {65, 3},
          {7, 5, short_lines},
          {7, 5},
          {7, 5, long_lines},
          {7, 5, early_frame},
          {7, 5},
          {7, 5, early_frame},
          {4, 6},
          {66, 2, too_large},
          {4, 6, extra_lines},
          {1, 4, long_lines},
          {1, 4, early_frame},
          {1, 4},
          {4, 3, early_frame},
          {4, 3},
          {6, 6},
          {6, 6}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(windows_of_every_kind_see_what_is_around_each_pixel_whatever_stalls) {
  if (!installed({"iverilog", "vvp"})) return;
  const ScratchFolder folder;
  const std::string files = parts_in(folder.path());
  const std::vector<Window> windows{
      same3,
      {0, 0, 0, 0, 1, 1, 1, 1, 0, 0},      // one pixel, at once
      {0, 0, 0, 0, 1, 1, 1, 1, 3, 5},      // a delay
      {-2, 2, -2, 2, 1, 1, 1, 1, 2, 2},    // 5 x 5
      {-2, 1, -1, 2, 1, 1, 1, 1, 3, 4},    // 4 x 4, and more lag
      {1, 2, 1, 3, 1, 1, 1, 1, 2, 3},      // below and to the right of its place
      {-3, -1, -2, -1, 1, 1, 1, 1, 0, 0},  // above and to the left
      {0, 0, -1, 1, 1, 1, 1, 1, 0, 1},     // one line: no memory
      {-1, 1, 0, 0, 1, 1, 1, 1, 1, 0},     // one column
      {-1, 1, -1, 1, 2, 3, 1, 1, 1, 1},    // strides, with a border
      valid(2, 2),                         // as pooling does
      valid(5, 3),
      valid(3, 2, 2),
      {0, 1, 0, 0, 1, 2, 3, 2, 2, 1},           // a place that reaches further than its taps
      {-1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 65, 1},  // and a second window behind
      {0, 1, 0, 1, 2, 2, 2, 2, 1, 1, 65, 1},
      {0, 2, 0, 2, 3, 3, 3, 3, 2, 2, 65, 1},
      {-1, 1, -1, 1, 2, 2, 1, 1, 1, 1, 65, 1},
      {-1, 1, -1, 1, 1, 1, 1, 1, 2, 3, 65, 2},
      {-1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 65, 3},  // images as a whole
      {0, 1, 0, 1, 2, 1, 2, 2, 1, 1, 65, 3},
      // Several clocks for a pixel, and what stands between two windows in four steps.
      {-1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 65, 1, 4, 1},
      {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 65, 1, 5, 1},
      {0, 1, 0, 1, 2, 2, 2, 2, 1, 1, 65, 1, 2, 2},
      {0, 3, 0, 3, 1, 4, 1, 4, 3, 3, 65, 2, 1, 2},
  };
  std::uint64_t seed = 0;
  for (const Window& w : windows) {
    compile(w, folder.path(), files);
    write_frames(w, many_frames(), ++seed, folder.path());
    for (const char* stalls : {"+pauses=1", "+gap=60 +stall=60 +resets=10"}) {
      const std::string output = simulate(folder.path(), std::string(stalls) + " +seed=" + std::to_string(seed));
      BOOST_TEST(passes(output), w.options("") + " " + stalls + ": " + output);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_pixel_goes_in_every_clock_and_the_first_answer_comes_after_as_many_as_the_lag_says) {
  if (!installed({"iverilog", "vvp"})) return;
  const ScratchFolder folder;
  const std::string files = parts_in(folder.path());
  struct Case {
    Window window;
    int clocks;
  };
  // One clock more for the first frame of a size; then the frames' 7 columns count.
  for (const auto& [window, clocks] : {Case{same3, 1 + 5 + 7 + 1}, Case{{0, 0, 0, 0, 1, 1, 1, 1, 0, 0}, 1 + 5},
                                       Case{valid(3, 2, 2), 1 + 5 + 4 * 7 + 4},
                                       Case{{-1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 65, 1}, 1 + 5 + 2 + 2 + 2 * (7 + 1)},
                                       Case{{0, 1, 0, 1, 2, 2, 2, 2, 1, 1, 65, 1}, 1 + 5 + 2 + 2 + 3 * 7 + 1 + 2}}) {
    compile(window, folder.path(), files);
    write_frames(window, std::vector<Frame>(4, Frame{7, 6}), 1, folder.path());
    const std::string stalls = "+streaming=" + std::to_string(4 * 7 * 6) + " +latency=";
    const std::string output = simulate(folder.path(), stalls + std::to_string(clocks));
    BOOST_TEST(passes(output), window.options("") + ": " + output);
    BOOST_TEST(!passes(simulate(folder.path(), stalls + std::to_string(clocks + 1))));
  }
}

BOOST_AUTO_TEST_CASE(simulation_finds_what_is_wrong) {
  if (!installed({"iverilog", "vvp"})) return;
  const ScratchFolder folder;
  struct Damage {
    std::string part, from, to;
  };
  const Window w{-1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 65, 1};
  write_frames(w, many_frames(), 1, folder.path());
  for (const auto& [part, from, to] :
       {Damage{"lutra_window", "again <= en && next == column", "again <= 1'b0"},
        Damage{"lutra_window", "move && |begins[", "1'b0 & begins["},
        Damage{"lutra_window", "is_first[0] <= in_sof", "is_first[0] <= 1'b0"},
        Damage{"lutra_token_delay", "if (rst) token <= 4'd0;", "if (1'b0) token <= 4'd0;"},
        Damage{"lutra_stream_in", "same_size && column == 16'd0", "column == 16'd0"},
        Damage{"lutra_stream_in", "!last_column && (fill || head_last)", "1'b0"},
        Damage{"lutra_stream_in", "!rst && (!head_valid || take)", "!rst && s_axis_tvalid && (!head_valid || take)"},
        Damage{"lutra_stream_out", "count <= 3'd2", "count <= 3'd3"}}) {
    compile(w, folder.path(), parts_in(folder.path(), part, from, to));
    const bool passed = passes(simulate(folder.path(), "+gap=10 +stall=100 +pauses=1")) &&
                        passes(simulate(folder.path(), "+gap=10 +stall=10 +resets=60"));
    BOOST_TEST(!passed, part + ": " + to);
  }
}

BOOST_AUTO_TEST_CASE(a_wide_stream_runs_the_same_in_another_simulator) {
  if (!installed({"verilator", "make", "g++"})) return;
  const ScratchFolder folder;
  Window w = same3;
  w.max_columns = 641;
  // verilator 5.006 loses the files' handles where it makes them local.
  const auto compiled =
      run("cd " + quoted(folder.path()) +
          " && verilator --binary --timing -fno-localize -Wno-fatal -Wno-lint -Wno-STMTDLY --top-module stream_tb" +
          w.options("-G") + " -MAKEFLAGS 'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0' " +
          quoted(benches / "stream_tb.v") + " " + quoted(benches / "stream_dut.v") + parts_in(folder.path()));
  BOOST_TEST_REQUIRE(compiled.status == 0, compiled.output);
  write_frames(w, {{641, 4}, {641, 4}, {1, 1}, {63, 5}, {65, 5}, {2, 2}, {641, 3}}, 1, folder.path());
  for (const char* stalls : {"+pauses=1", "+gap=60 +stall=60"}) {
    const std::string output = simulate(folder.path(), stalls, "obj_dir/Vstream_tb");
    BOOST_TEST(passes(output), std::string(stalls) + ": " + output);
  }
}

BOOST_AUTO_TEST_CASE(parts_are_clean_to_linters_whatever_their_parameters) {
  if (!installed({"verilator", "iverilog"})) return;
  const ScratchFolder folder;
  parts_in(folder.path());
  const std::string lint = "cd " + quoted(folder.path()) + " && verilator --lint-only -Wall -Wno-DECLFILENAME ";
  for (const std::string_view name : hdl::part_names()) {
    const std::string file = std::string(name) + ".v";
    const auto seen = run(lint + file + " && iverilog -g2005 -Wall -t null " + file);
    BOOST_TEST((seen.status == 0 && seen.output.empty()), seen.output);
  }
  for (const char* parameters :
       {"-GTOP=0 -GBOTTOM=0 -GLEFT=0 -GRIGHT=0 -GLAG_ROWS=0 -GLAG_COLUMNS=0",
        "-GTOP=1 -GBOTTOM=1 -GLEFT=1 -GRIGHT=2 -GLAG_COLUMNS=2",
        "-GTOP=0 -GLEFT=0 -GSTRIDE_ROWS=2 -GSTRIDE_COLUMNS=3 -GEXTENT_ROWS=2 -GMAX_COLUMNS=1"}) {
    const auto seen = run(lint + parameters + " lutra_window.v");
    BOOST_TEST((seen.status == 0 && seen.output.empty()), seen.output);
  }
  for (const char* parameters : {"-GHOLD=1 -GCLOCKS=3 -GWAIT=0 -GSTEPS=3", "-GCLOCKS=0 -GWAIT=0 -GOUT_BITS=1",
                                 "-GSTEPS=6 -GGROUPS=2 -GVALUE_BITS=4"}) {
    const auto seen = run(lint + parameters + " lutra_fold.v");
    BOOST_TEST((seen.status == 0 && seen.output.empty()), seen.output);
  }
}

namespace {

/// Whether, for the first `clocks` clocks, nothing that source and sink may do makes stream_proof say that something is
/// wrong. yosys turns the modules into gates, whose registers begin with any value, and ABC looks for a way.
bool proved(const std::filesystem::path& folder, const std::string& files, bool faults, int clocks, bool fold = false) {
  const auto gates =
      run("cd " + quoted(folder) + " && yosys -q -p 'chparam -set FAULTS " + (faults ? "1" : "0") + " -set FOLD " +
          (fold ? "1" : "0") +
          " stream_proof; hierarchy -top stream_proof; proc; flatten; opt -full; memory_map; opt; techmap; opt -full; "
          "dfflegalize -cell $_DFF_P_ 01; techmap; aigmap; opt_clean; write_aiger -zinit proof.aig' " +
          quoted(benches / "stream_proof.v") + files);
  BOOST_TEST_REQUIRE(gates.status == 0, gates.output);
  const auto found =
      run("cd " + quoted(folder) + " && berkeley-abc -c 'read proof.aig; bmc3 -F " + std::to_string(clocks) + "'");
  const bool none = found.output.find("No output asserted in " + std::to_string(clocks)) != std::string::npos;
  const bool some = found.output.find("was asserted in frame") != std::string::npos;
  BOOST_TEST_REQUIRE(none != some, found.output);
  return none;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_beat_is_lost_doubled_or_changed_is_proved_for_eighteen_clocks) {
  if (!installed({"yosys", "berkeley-abc"})) return;
  const ScratchFolder folder;
  const std::string files = parts_in(folder.path());
  BOOST_TEST(proved(folder.path(), files, false, 18));
  BOOST_TEST(proved(folder.path(), files, true, 18));
  BOOST_TEST(proved(folder.path(), files, false, 18, true));
}

BOOST_AUTO_TEST_CASE(the_proof_finds_what_is_wrong) {
  if (!installed({"yosys", "berkeley-abc"})) return;
  const ScratchFolder folder;
  for (const auto& [part, from, to] :
       {std::array<std::string, 3>{"lutra_stream_out", "count <= 3'd2", "count <= 3'd3"},
        std::array<std::string, 3>{"lutra_stream_out", "if (pop) oldest", "if (m_axis_tready) oldest"},
        std::array<std::string, 3>{"lutra_stream_in", "(!head_valid || take)", "1'b1"}}) {
    const std::string files = parts_in(folder.path(), part, from, to);
    BOOST_TEST(!proved(folder.path(), files, false, 18), part + ": " + to);
  }
  const std::string files = parts_in(folder.path(), "lutra_fold", "tick && late_busy && whole", "late_busy && whole");
  BOOST_TEST(!proved(folder.path(), files, false, 18, true));
}

BOOST_AUTO_TEST_CASE(older_lines_lie_in_block_ram_and_a_window_of_one_line_needs_none) {
  if (!installed({"yosys"})) return;
  const ScratchFolder folder;
  const std::string files = parts_in(folder.path());
  const auto cells = [&](const std::string& parameters) {
    const auto done =
        run("cd " + quoted(folder.path()) + " && yosys -q -p 'read_verilog lutra_window.v; chparam " + parameters +
            " lutra_window; synth_xilinx -family xc7 -noiopad -top lutra_window; tee -o s stat'");
    BOOST_TEST_REQUIRE(done.status == 0, done.output);
    return lutra_test::read_text(folder.path() / "s");
  };
  const auto count = [](const std::string& text, const std::string& cell) {
    const auto at = text.find(" " + cell + " ");
    return at == std::string::npos ? 0 : std::stoi(text.substr(at + cell.size() + 2));
  };
  const std::string lines = cells("-set BITS 32 -set MAX_COLUMNS 640");
  BOOST_TEST(count(lines, "RAMB36E1") == 2);  // 64 bits wide
  BOOST_TEST(count(lines, "FDRE") < 32 * 15);
  const std::string line = cells("-set BITS 32 -set TOP 0 -set BOTTOM 0 -set LAG_ROWS 0");
  BOOST_TEST(count(line, "FDRE") > 32 * 3);
  BOOST_TEST(line.find("RAM") == std::string::npos);
}
