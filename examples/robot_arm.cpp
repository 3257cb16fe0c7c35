// A function of numbers as a circuit: where a robot's hand is to be goes in, two bytes, and the angles of the two
// joints of its arm come out, learned from positions whose angles are known. arm.png shows a figure that the arm draws.

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>
#include <numbers>
#include <span>
#include <vector>

#include "support/command_line.hpp"
#include "support/picture.hpp"

using namespace lutra;
using examples::Picture;
using examples::Point;

struct Options {
  std::filesystem::path folder = "out/robot-arm";
  std::size_t epochs = 40, batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 5e-3F;
};

// Two links of length 1 on a table, the shoulder at (0, 0). Angles are in degrees: of the upper arm against the x axis,
// and of the lower arm against the upper one.
struct Pose {
  double shoulder, elbow;
};

constexpr double degree = std::numbers::pi / 180;

Point direction(double degrees) { return {std::cos(degrees * degree), std::sin(degrees * degree)}; }
Point elbow_of(const Pose& pose) { return direction(pose.shoulder); }
Point hand_of(const Pose& pose) {
  const Point upper = direction(pose.shoulder), lower = direction(pose.shoulder + pose.elbow);
  return {upper.x + lower.x, upper.y + lower.y};
}
double distance(const Point& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// The one of the two solutions that has the elbow on the right.
Pose pose_for(const Point& hand) {
  const double bend = 2 * std::acos(std::hypot(hand.x, hand.y) / 2);
  return {(std::atan2(hand.y, hand.x) - bend / 2) / degree, bend / degree};
}

/// Neither folded nor stretched out.
bool within_reach(const Point& hand) {
  const double far = std::hypot(hand.x, hand.y);
  return 0.5 < far && far < 1.95;
}

// Codes on both sides: x from -2 to 2 and y from 0 to 2 in a byte each; an angle in steps of a 512th of what its
// joint can do.
constexpr std::size_t steps = 512;
constexpr Pose least{-80, 20}, range{250, 140};

Point place_of(std::uint8_t x, std::uint8_t y) { return {x / 255.0 * 4 - 2, y / 255.0 * 2}; }
std::array<std::uint8_t, 2> codes_of(const Point& place) {
  return {static_cast<std::uint8_t>(std::lround((place.x + 2) / 4 * 255)),
          static_cast<std::uint8_t>(std::lround(place.y / 2 * 255))};
}
Pose pose_of(std::span<const std::uint32_t> answer) {
  return {least.shoulder + answer[0] * range.shoulder / steps, least.elbow + answer[1] * range.elbow / steps};
}

/// Every position within reach that two bytes can say, with its angles, from 0 to 1.
Dataset<Byte> positions() {
  std::vector<std::uint8_t> codes;
  std::vector<float> angles;
  for (int y = 0; y < 256; ++y)
    for (int x = 0; x < 256; ++x) {
      const std::array code{static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y)};
      const Point hand = place_of(code[0], code[1]);
      if (!within_reach(hand)) continue;
      const Pose pose = pose_for(hand);
      codes.insert(codes.end(), code.begin(), code.end());
      angles.push_back(static_cast<float>((pose.shoulder - least.shoulder) / range.shoulder));
      angles.push_back(static_cast<float>((pose.elbow - least.elbow) / range.elbow));
    }
  return make_regression_dataset<Byte>({2, 1, 1}, codes, angles, 2);
}

/// Root mean squares over positions: of both angles, in degrees, and of how far the hand is from where it should be.
struct Misses {
  double shoulder = 0, elbow = 0, hand = 0;
};
Misses misses(const Dataset<Byte>& data, std::span<const std::uint32_t> answers) {
  Misses sum;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Point place = place_of(data.values[2 * i], data.values[2 * i + 1]);
    const Pose wanted = pose_for(place), got = pose_of(answers.subspan(2 * i, 2));
    sum.shoulder += std::pow(got.shoulder - wanted.shoulder, 2);
    sum.elbow += std::pow(got.elbow - wanted.elbow, 2);
    sum.hand += std::pow(distance(hand_of(got), place), 2);
  }
  const auto root = [&](double total) { return std::sqrt(total / static_cast<double>(data.size())); };
  return {root(sum.shoulder), root(sum.elbow), root(sum.hand)};
}

/// A flower, in gray, what the hand draws when the circuit moves it, in blue, and the arm at five places.
Picture drawing(const Circuit& circuit) {
  constexpr double scale = 240;
  constexpr Point corner{-0.8, 2.05}, far_corner{1.2, -0.4};  // on the table
  Picture picture(static_cast<std::size_t>((corner.y - far_corner.y) * scale),
                  static_cast<std::size_t>((far_corner.x - corner.x) * scale), examples::gray(255));
  const auto on_paper = [&](const Point& p) { return Point{(p.x - corner.x) * scale, (corner.y - p.y) * scale}; };
  const auto line = [&](const Point& from, const Point& to, double width, examples::Color color) {
    draw_line(picture, on_paper(from), on_paper(to), width, color);
  };
  const auto flower = [](double degrees) {
    const double far = 0.5 + 0.25 * std::cos(5 * degrees * degree);
    const Point way = direction(degrees);
    return Point{far * way.x, 1.15 + far * way.y};
  };
  const Engine engine(circuit);
  const auto pose_at = [&](double degrees) {
    std::array<std::uint32_t, 2> answer;
    engine.run(std::span<const std::uint8_t>(codes_of(flower(degrees))), std::span<std::uint32_t>(answer));
    return pose_of(answer);
  };
  const auto closed = [&](const auto& point_at, double width, examples::Color color) {
    Point last = point_at(0.0);
    for (int i = 1; i <= 720; ++i) {
      const Point next = point_at(i / 2.0);
      line(last, next, width, color);
      last = next;
    }
  };
  closed(flower, 7, examples::gray(205));
  for (int i = 0; i < 5; ++i) {
    const Pose pose = pose_at(72 * i);
    line({0, 0}, elbow_of(pose), 5, {242, 190, 140});
    line(elbow_of(pose), hand_of(pose), 5, {242, 190, 140});
  }
  closed([&](double degrees) { return hand_of(pose_at(degrees)); }, 2, {32, 80, 180});
  return picture;
}

int run(const Options& options) {
  const auto [train, test] = split(positions(), 0.8, Seed{options.seed});

  // A network that ends in sums gives numbers: here two, each the share of its tables that say yes.
  constexpr float votes = steps;
  auto net = bind<Signal<Byte, Shape{2, 1, 1}>>(
      Thermometer<255>{} | networks::tables<800>() | networks::tables<2 * steps>() | GroupSum<2>{.temperature = votes},
      Seed{options.seed});
  std::printf("%s\n", to_string(net).c_str());
  std::filesystem::create_directories(options.folder);
  const History history = fit(net, train,
                              {.epochs = options.epochs,
                               .batch = options.batch,
                               .optimizer = Adam{.rate = options.rate},
                               .schedule = Cosine{},
                               .loss = MeanSquared{},
                               .redraw = {.times = options.epochs},
                               .seed = Seed{options.seed},
                               .threads = options.threads,
                               .observer = progress_bar(ProgressLines::epochs)});

  const Circuit frozen = freeze(net), circuit = simplify(frozen);
  save(circuit, options.folder / "arm.lutra");
  std::vector<std::uint32_t> answers;
  for (const float share : outputs(net, test, options.threads))
    answers.push_back(static_cast<std::uint32_t>(std::lround(share * votes)));
  const Misses off = misses(test, answers);
  std::printf(
      "frozen: %zu LUTs; simplified: %zu\n%zu positions that were not learned: shoulder off by %.2f degrees, elbow by "
      "%.2f, hand by %.3f links (root mean squares)\n\n",
      frozen.lut_nodes(), circuit.lut_nodes(), test.size(), off.shoulder, off.elbow, off.hand);

  const std::vector<std::uint8_t>& samples = test.values;
  const Design design = package<std::uint8_t>(
      circuit, samples, {.name = "arm", .family = hdl::Family::xilinx7, .pipeline = circuits::every(1)});
  write(design, options.folder);
  const auto agreement =
      check<std::uint8_t>(circuit, options.folder, "arm", {samples, {}, answers}, LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("Both angles of each position, computed by\n%s\n", to_string(agreement).c_str());
  write(report::make(circuit, {.title = "Robot arm",
                               .description = "From the place of the hand to the angles of two joints.",
                               .agreement = agreement,
                               .original = &frozen,
                               .training = training_points(history),
                               .files = report::files_of(design)}),
        options.folder);
  write_png(drawing(circuit), options.folder / "arm.png");
  std::printf("Written to %s: arm.png shows what the arm draws; report.html, arm.v.\n", options.folder.c_str());
  return all_agree(agreement) ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  examples::CommandLine line("Trains a circuit that says how an arm of two joints reaches a place.");
  line.add("--epochs", &o.epochs, "passes over the positions");
  line.add("--batch", &o.batch, "positions a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    return run(o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "robot_arm: %s\n", error.what());
    return 1;
  }
}
