// Three networks for the same digits: a teacher of dense layers, a student of look-up tables that is wired and trained
// by it, and the same student wired at random. On the embedded digits; on MNIST, where $LUTRA_DATA/mnist is there.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/data/digits.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data;
  std::size_t teacher_epochs = 15, imitate = 3, task = 0, epochs = 100, batch = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  bool validate = false;
};

// A teacher's layer: it reads bits and gives bits, and has float weights in between.
template <std::size_t Outputs>
constexpr auto dense_block() {
  return block(ToReal{} | Dense<Outputs>{} | BatchNorm{} | Binarize{});
}

// The student's counterpart of the same two blocks: trees of 7 tables over 36 inputs each, then a table an output.
template <std::size_t First, std::size_t Second>
auto student(const ExplicitWiring& first, const ExplicitWiring& second) {
  return block(lut_trees<6, First>(first)) | block(StochasticLut<6, Second, ExplicitWiring>{.wiring = second}) |
         GroupSum<10>{.temperature = Second / 180.0F} | Argmax{};
}

template <std::size_t First, std::size_t Second>
auto random_student() {
  return block(lut_trees<6, First>()) | block(StochasticLut<6, Second>{}) |
         GroupSum<10>{.temperature = Second / 180.0F} | Argmax{};
}

template <class Net>
void print_row(const char* name, Net& net, const Dataset<Byte>& test) {
  const Circuit frozen = freeze(net), circuit = simplify(frozen);
  std::vector<std::uint32_t> classes(test.size());
  Engine(circuit).classify(std::span(test.values), classes);
  std::printf("%-26s %8.2f %% %8zu %12zu\n", name, 100 * accuracy(classes, test.labels), frozen.lut_nodes(),
              circuit.lut_nodes());
}

template <std::size_t First, std::size_t Second, std::size_t Levels, class Input>
int run(const Dataset<Byte>& train, const Dataset<Byte>& test, const Options& options,
        const Augmentation<Byte>& augment) {
  constexpr auto encoder = Thermometer<Levels>{.spacing = Spacing::quantile};
  const auto lesson = [&](std::size_t epochs, const Optimizer& optimizer) {
    return FitOptions{.epochs = epochs,
                      .batch = options.batch,
                      .optimizer = optimizer,
                      .schedule = Cosine{},
                      .seed = Seed{options.seed},
                      .threads = options.threads,
                      .observer = progress_bar(ProgressLines::epochs)};
  };

  // While it learns, the teacher is weaned off most of its inputs: what its largest weights say is then most of what it
  // knows.
  std::fprintf(stderr, "The teacher:\n");
  auto teacher = bind<Input>(
      encoder | dense_block<First>() | dense_block<Second>() | GroupSum<10>{.temperature = Second / 130.0F} | Argmax{},
      Seed{options.seed});
  fit_encoders(teacher, train);
  FitOptions teaching = lesson(options.teacher_epochs, AdamW{.rate = 2e-3F});
  teaching.observer = pruning(teacher, {36, 6}, teaching.observer);
  fit(teacher, train, teaching, augment);

  // Each tree reads the 36 inputs that its counterpart weighs most, six that lie together in each of its tables. Block
  // by block the student learns to give the teacher's bits; at the end all of it learns the task.
  auto distilled = bind<Input>(
      encoder |
          student<First, Second>(
              wiring_of(teacher, 0, {.inputs = 36, .image = Shape{Levels, Input::shape.height, Input::shape.width}}),
              wiring_of(teacher, 1, {.inputs = 6})),
      Seed{options.seed});
  fit_encoders(distilled, train);
  const Adam adam{.rate = 1e-2F};
  distill(teacher, distilled, train,
          {.imitate = lesson(options.imitate, adam),
           .task = lesson(options.task, adam),
           .whole = lesson(options.epochs, adam),
           .on_lesson =
               [](const LessonInfo& info) {
                 const char* const what[] = {"imitates", "learns the task", "all blocks learn the task"};
                 if (info.block > 0)
                   std::fprintf(stderr, "The student, block %zu of %zu ", info.block, info.blocks);
                 else
                   std::fprintf(stderr, "The student, ");
                 std::fprintf(stderr, "%s:\n", what[static_cast<int>(info.lesson)]);
               }},
          augment);

  // For comparison, as many epochs of the same student that has no teacher.
  std::fprintf(stderr, "The same student, wired at random:\n");
  auto random = bind<Input>(encoder | random_student<First, Second>(), Seed{options.seed});
  fit_encoders(random, train);
  fit(random, train, lesson(options.imitate + options.task + options.epochs, adam), augment);

  std::printf("%-26s %10s %8s %12s\n", options.validate ? "on images kept aside" : "on test images", "accuracy", "LUTs",
              "simplified");
  std::printf("%-26s %8.2f %% %8s %12s\n", "teacher, float", 100 * accuracy(teacher, test), "-", "-");
  print_row("distilled", distilled, test);
  print_row("wired at random", random, test);
  return 0;
}

TrainAndTest split_digits() {
  auto parts = split(load_digits(LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz"), 0.8, Seed{1});
  return {std::move(parts.first), std::move(parts.second)};
}

int main(int argc, char** argv) {
  Options o;
  if (const char* data = std::getenv("LUTRA_DATA"); data != nullptr) o.data = std::filesystem::path(data) / "mnist";
  examples::CommandLine line("Trains a dense teacher, a logic network that learns from it, and one that does not.");
  line.add("--data", &o.data, "folder with the four IDX files (default: $LUTRA_DATA/mnist; without it, the digits)");
  line.add("--teacher-epochs", &o.teacher_epochs, "passes over the training images for the teacher");
  line.add("--imitate", &o.imitate, "passes for each of the student's blocks against the teacher's");
  line.add("--task", &o.task, "passes for each of the student's blocks against the labels");
  line.add("--epochs", &o.epochs, "passes for the whole student");
  line.add("--batch", &o.batch, "images a step; 0: 32 of the digits, 128 of MNIST");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--validate", &o.validate, "score on a sixth of the training images, kept aside, to choose options with");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    const bool digits = o.data.empty();
    if (o.batch == 0) o.batch = digits ? 32 : 128;
    auto [train, test] = digits ? split_digits() : load_mnist(o.data);
    if (o.validate) {
      auto parts = split(train, 5.0 / 6, Seed{7});
      train = std::move(parts.first);
      test = std::move(parts.second);
    }
    if (digits)
      return run<60, 300, 4, Signal<Byte, Shape{1, 8, 8}>>(train, test, o, random_shift<Byte>(train.shape, 1));
    return run<300, 900, 3, Signal<Byte, Shape{1, 28, 28}>>(train, test, o, random_affine<Byte>(train.shape));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "distill: %s\n", error.what());
    return 1;
  }
}
