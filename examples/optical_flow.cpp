// Where does each pixel of a frame go in the next? A convolutional network of few bits says so, from bytes to a flow of
// whole numbers: weights of one bit and codes of two inside, ternary weights first and weights of five bits last.
// Beside it the same network with floats, and with floats at both ends. Pairs to learn from are made by warping
// pictures: textures of its own, and those in $LUTRA_DATA/images where there are some.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"
#include "support/flow_files.hpp"
#include "support/flow_pairs.hpp"
#include "support/picture.hpp"

using namespace lutra;
using examples::Image, examples::PairOptions, examples::Picture;
using networks::Codes, networks::Floats, networks::optical_flow;

struct Options {
  std::filesystem::path data, folder = "out/optical-flow";
  std::size_t pairs = 32768, epochs = 32, batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 8e-3F;
  bool resume = false;
  std::string network = "all";
};

// Learned from small pieces; tried on larger frames, of which each also shows what is smaller.
constexpr Shape piece_shape{2, 24, 32}, frame_shape{2, 56, 88};
constexpr std::size_t frame_pixels = frame_shape.height * frame_shape.width;
constexpr float farthest = 4;  // pixels

constexpr auto twin = optical_flow<Floats, Floats, FloatWeights>();
constexpr auto quantized_inside = optical_flow<Codes<FloatWeights, 2>, Codes<BinaryWeights, 2>, FloatWeights>();
constexpr auto quantized =
    optical_flow<Codes<TernaryWeights, 2>, Codes<BinaryWeights, 2>, OneScale<FewBitWeights<5>>>();

// Pairs of frames, and where their pixels go; NaN where that is not known.
struct Scene {
  std::string name;
  Dataset<Byte> pairs{.shape = frame_shape, .target_size = 2 * frame_pixels};
};

struct Pictures {
  std::vector<Image> to_learn, to_test;
};

Pictures load_pictures(const std::filesystem::path& data) {
  Pictures pictures;
  if (data.empty() || !std::filesystem::is_directory(data / "images")) return pictures;
  std::size_t number = 0;
  for (const auto& path : examples::pictures_in(data / "images"))
    (number++ % 3 == 1 ? pictures.to_test : pictures.to_learn).push_back(examples::load_picture(path));
  for (auto* list : {&pictures.to_learn, &pictures.to_test}) *list = with_smaller_ones(std::move(*list), 80);
  return pictures;
}

// A pair of pictures as a scene of one pair; what is smaller than a frame is continued by its border.
Scene scene_of(const std::string& name, const Image& first, const Image& second, const Image& flow) {
  Scene scene{name, {}};
  scene.pairs = {.shape = frame_shape, .target_size = 2 * frame_pixels};
  for (const Image* const image : {&first, &second})
    for (std::size_t i = 0; i < frame_pixels; ++i) {
      const std::size_t y = std::min(i / frame_shape.width, image->shape.height - 1);
      const std::size_t x = std::min(i % frame_shape.width, image->shape.width - 1);
      scene.pairs.values.push_back(examples::gray_byte(image->at(0, y, x), image->at(1, y, x), image->at(2, y, x)));
    }
  for (std::size_t i = 0; i < 2 * frame_pixels; ++i) {
    const std::size_t y = i % frame_pixels / frame_shape.width, x = i % frame_shape.width;
    const bool known = y < flow.shape.height && x < flow.shape.width;
    scene.pairs.targets.push_back(known ? flow.at(i / frame_pixels, y, x) : std::nanf(""));
  }
  return scene;
}

// Nothing of these was learned from. Their motions are brought to the few pixels that the networks know: a stereo pair
// is made eight times smaller, and its right picture moved by the middle of what is left, four pixels.
std::vector<Scene> load_scenes(const std::filesystem::path& data) {
  std::vector<Scene> scenes;
  const std::filesystem::path stereo = data / "flow" / "motorcycle", chairs = data / "flow" / "chairs_crop";
  if (!data.empty() && std::filesystem::is_directory(stereo)) {
    constexpr std::size_t smaller = 8, moved = 4;
    const Image left = shrink(examples::load_picture(stereo / "motorcycle_left.png"), smaller);
    const Image right = shrink(examples::load_picture(stereo / "motorcycle_right.png"), smaller);
    Image flow = shrink(examples::load_disparity(stereo / "motorcycle_disp.npz"), smaller);
    for (std::size_t i = 0; i < flow.values.size() / 2; ++i)
      flow.values[i] = flow.values[i] / static_cast<float>(smaller) + static_cast<float>(moved);
    scenes.push_back(scene_of("motorcycle", cut(left, {3, frame_shape.height, frame_shape.width}, 0, moved),
                              cut(right, {3, frame_shape.height, frame_shape.width}, 0, 0),
                              cut(flow, {2, frame_shape.height, frame_shape.width}, 0, moved)));
  }
  if (!data.empty() && std::filesystem::is_directory(chairs))
    scenes.push_back(scene_of("chairs", examples::load_picture(chairs / "00001_img1.ppm"),
                              examples::load_picture(chairs / "00001_img2.ppm"),
                              examples::load_flo(chairs / "00001_flow.flo")));
  return scenes;
}

// Mean distance from the flow to the truth, where that is known.
double end_point_error(std::span<const float> flow, std::span<const float> truth) {
  double sum = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; i < flow.size(); ++i) {
    if (i / frame_pixels % 2 != 0) continue;
    const float distance = std::hypot(flow[i] - truth[i], flow[i + frame_pixels] - truth[i + frame_pixels]);
    if (!std::isfinite(distance)) continue;
    sum += static_cast<double>(distance);
    ++known;
  }
  return sum / static_cast<double>(known);
}

struct Trained {
  std::string name;
  std::vector<std::vector<float>> flows;  // of each scene
};

// What the network says is what its circuit says, number for number.
template <class Net>
bool check_circuit(const Net& net, const std::vector<Scene>& scenes, const Trained& trained,
                   const std::filesystem::path& path) {
  const Circuit circuit = freeze(net);
  save(circuit, path);
  const auto lowest = std::stoll(circuit.notes().at("lowest"));
  const float scale = std::stof(circuit.notes().at("scale"));
  const ImageEngine engine(circuit);
  std::vector<std::uint32_t> numbers(circuit.output().size());
  bool equal = true;
  for (std::size_t i = 0; i < scenes.size(); ++i)
    for (std::size_t j = 0; j < scenes[i].pairs.size(); ++j) {
      engine.run(scenes[i].pairs.sample(j), std::span(numbers));
      for (std::size_t k = 0; k < numbers.size(); ++k)
        equal &=
            static_cast<float>(std::int64_t{numbers[k]} + lowest) * scale == trained.flows[i][j * numbers.size() + k];
    }
  std::printf("%s: circuit %s; a unit of its flow is %.4f pixels\n\n", trained.name.c_str(),
              equal ? "equal" : "DIFFERENT", static_cast<double>(scale));
  return equal;
}

template <bool Freezes, class Expression>
Trained train(const std::string& name, const Expression& expression, const Dataset<Byte>& pairs,
              const std::vector<Scene>& scenes, const Options& options, bool& equal) {
  auto learner = bind<Signal<Byte, piece_shape>>(expression, Seed{options.seed});
  std::printf("%s\n%s\n", name.c_str(), to_string(learner).c_str());
  fit(learner, pairs,
      {.epochs = options.epochs,
       .batch = options.batch,
       .optimizer = Adam{.rate = options.rate},
       .schedule = Cosine{},
       .loss = EndPointError{},
       .seed = Seed{options.seed},
       .threads = options.threads,
       .checkpoint = options.folder / (name + ".checkpoint"),
       .checkpoint_every_steps = 64,
       .resume = options.resume,
       .observer = progress_bar(ProgressLines::epochs)});
  auto net = bind<Signal<Byte, frame_shape>>(expression, Seed{options.seed});
  copy_parameters(learner, net);
  Trained trained{name, {}};
  for (const Scene& scene : scenes) trained.flows.push_back(outputs(net, scene.pairs, options.threads));
  if constexpr (Freezes) equal &= check_circuit(net, scenes, trained, options.folder / "optical_flow.lutra");
  return trained;
}

Image flow_of(std::span<const float> values) {
  Image flow({2, frame_shape.height, frame_shape.width});
  std::ranges::copy(values, flow.values.begin());
  return flow;
}

Picture picture_of_frame(std::span<const std::uint8_t> values) {
  Picture picture(frame_shape.height, frame_shape.width, {});
  for (std::size_t i = 0; i < frame_pixels; ++i)
    picture.at(i / frame_shape.width, i % frame_shape.width) = examples::gray(values[i]);
  return picture;
}

// A line for each of the last scenes and for some made pairs: both frames, the truth, and what the networks say.
void draw(const std::vector<Scene>& scenes, const std::vector<Trained>& networks, const std::filesystem::path& path) {
  std::vector<std::vector<Picture>> rows;
  for (std::size_t i = 0; i < scenes.size(); ++i)
    for (std::size_t j = 0; j < std::min<std::size_t>(scenes[i].pairs.size(), 6); ++j) {
      const auto values = scenes[i].pairs.sample(j);
      const auto to_picture = [](std::span<const float> flow) { return picture_of_flow(flow_of(flow), farthest); };
      rows.push_back({picture_of_frame(values.first(frame_pixels)), picture_of_frame(values.subspan(frame_pixels)),
                      to_picture(scenes[i].pairs.target(j))});
      for (const Trained& network : networks)
        rows.back().push_back(to_picture(std::span(network.flows[i]).subspan(j * 2 * frame_pixels, 2 * frame_pixels)));
    }
  write_png(examples::sheet(rows, 2), path);
}

int run(const Options& options) {
  const Pictures pictures = load_pictures(options.data);
  const auto textures = examples::make_textures(64, 160, Seed{options.seed});
  const auto unseen_textures = examples::make_textures(16, 160, Seed{options.seed + 1});
  const PairOptions small{.height = piece_shape.height,
                          .width = piece_shape.width,
                          .count = options.pairs,
                          .most = farthest,
                          .share = 0.5F,
                          .threads = options.threads};
  PairOptions large = small;
  large.height = frame_shape.height;
  large.width = frame_shape.width;
  large.count = 100;
  const Dataset<Byte> train_pairs = make_pairs(pictures.to_learn, textures, small, Seed{options.seed + 2});
  std::vector<Scene> scenes{
      {"unseen pairs", make_pairs(pictures.to_test, unseen_textures, large, Seed{options.seed + 3})}};
  for (Scene& scene : load_scenes(options.data)) scenes.push_back(std::move(scene));
  std::filesystem::create_directories(options.folder);

  std::vector<Trained> networks;
  bool equal = true;
  const auto wanted = [&](const char* name) { return options.network == "all" || options.network == name; };
  if (wanted("twin")) networks.push_back(train<false>("twin", twin, train_pairs, scenes, options, equal));
  if (wanted("inside"))
    networks.push_back(train<false>("inside", quantized_inside, train_pairs, scenes, options, equal));
  if (wanted("quantized")) networks.push_back(train<true>("quantized", quantized, train_pairs, scenes, options, equal));

  std::printf("end-point error, pixels  ");
  for (const Scene& scene : scenes) std::printf("%14s", scene.name.c_str());
  std::printf("\n%-25s", "no motion at all");
  for (const Scene& scene : scenes)
    std::printf("%14.3f", end_point_error(std::vector<float>(scene.pairs.targets.size()), scene.pairs.targets));
  for (const Trained& network : networks) {
    std::printf("\n%-25s", network.name.c_str());
    for (std::size_t i = 0; i < scenes.size(); ++i)
      std::printf("%14.3f", end_point_error(network.flows[i], scenes[i].pairs.targets));
  }
  draw(scenes, networks, options.folder / "optical_flow.png");
  std::printf("\nWritten to %s: optical_flow.png shows both frames, the true flow, and what each network says.\n",
              options.folder.c_str());
  return equal ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  if (const char* data = std::getenv("LUTRA_DATA"); data != nullptr) o.data = data;
  examples::CommandLine line("Trains networks for optical flow: of floats, and of few bits.");
  line.add("--data", &o.data, "folder with images/ and flow/ (default: $LUTRA_DATA; without it, textures alone)");
  line.add("--network", &o.network, "twin (floats), inside (few bits but for the ends), quantized (few bits) or all",
           {.one_of = {"all", "twin", "inside", "quantized"}});
  line.add("--pairs", &o.pairs, "to make and to learn from");
  line.add("--epochs", &o.epochs, "passes over the pairs");
  line.add("--batch", &o.batch, "pairs a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--out", &o.folder, "the folder to write to");
  line.add("--resume", &o.resume, "go on from the checkpoints in the folder");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    return run(o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "optical_flow: %s\n", error.what());
    return 1;
  }
}
