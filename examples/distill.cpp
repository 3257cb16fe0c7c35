// Who tells a table what to read? A dense teacher, whose weights say which inputs matter; nobody, so that it searches
// on its own; or chance, for good. The same student of look-up tables three times. On the embedded digits; on MNIST,
// where $LUTRA_DATA/mnist is there.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/data/digits.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/lutra.hpp>
#include <lutra/search/ladder.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data;
  std::size_t teacher_epochs = 0, imitate = 1, task = 0, epochs = 100;
  std::uint64_t seed = 1;
  int threads = 0;
  bool validate = false;
};

// A teacher's layer: it reads bits and gives bits, and has float weights in between.
template <std::size_t Outputs>
constexpr auto dense_block() {
  return block(ToReal{} | Dense<Outputs>{} | BatchNorm{} | Binarize{});
}

// The student: two layers of as many tables. Wiring is what each of them reads.
template <std::size_t First, std::size_t Second, class FirstWiring, class SecondWiring>
auto student(const FirstWiring& first, const SecondWiring& second) {
  return block(StochasticLut<6, First, FirstWiring>{.initial = Initial::pass_through, .wiring = first}) |
         block(StochasticLut<6, Second, SecondWiring>{.initial = Initial::pass_through, .wiring = second}) |
         GroupSum<10>{.temperature = LadderStep{.plan = {}, .votes = Second}.temperature(10)} | Argmax{};
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
  const auto lesson = [&](std::size_t epochs) {
    FitOptions made = ladder_recipe(train.size(), epochs);
    made.seed = Seed{options.seed};
    made.threads = options.threads;
    made.observer = progress_bar(ProgressLines::epochs);
    return made;
  };

  // While it learns, the teacher is weaned off most of its inputs: what its largest weights say is then most of what it
  // knows.
  std::fprintf(stderr, "The teacher:\n");
  auto teacher = bind<Input>(
      encoder | dense_block<First>() | dense_block<Second>() | GroupSum<10>{.temperature = Second / 130.0F} | Argmax{},
      Seed{options.seed});
  fit_encoders(teacher, train);
  FitOptions teaching = lesson(options.teacher_epochs);
  teaching.optimizer = AdamW{.rate = 2e-3F};
  teaching.redraw = {};
  teaching.observer = pruning(teacher, {6, 6}, teaching.observer);
  fit(teacher, train, teaching, augment);

  // Each table begins with the six inputs that its counterpart weighs most, and may choose others. Block by block the
  // student learns to give the teacher's bits; at the end all of it learns the task.
  using Taught = LearnedWiring<8, ExplicitWiring>;
  auto distilled =
      bind<Input>(encoder | student<First, Second>(Taught{.first = wiring_of(teacher, 0, {.inputs = 6}), .near = 2},
                                                   Taught{.first = wiring_of(teacher, 1, {.inputs = 6})}),
                  Seed{options.seed});
  fit_encoders(distilled, train);
  distill(teacher, distilled, train,
          {.imitate = lesson(options.imitate),
           .task = lesson(options.task),
           .whole = lesson(options.epochs),
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
  const FitOptions alone = lesson(2 * (options.imitate + options.task) + options.epochs);
  std::fprintf(stderr, "The same student, that begins anywhere and chooses others:\n");
  auto searching = bind<Input>(encoder | student<First, Second>(LearnedWiring<8>{.near = 2}, LearnedWiring<8>{}),
                               Seed{options.seed});
  fit_encoders(searching, train);
  fit(searching, train, alone, augment);
  std::fprintf(stderr, "The same student, wired at random for good:\n");
  auto random = bind<Input>(encoder | student<First, Second>(RandomWiring{}, RandomWiring{}), Seed{options.seed});
  fit_encoders(random, train);
  fit(random, train, alone, augment);

  std::printf("%-26s %10s %8s %12s\n", options.validate ? "on images kept aside" : "on test images", "accuracy", "LUTs",
              "simplified");
  std::printf("%-26s %8.2f %% %8s %12s\n", "teacher, float", 100 * accuracy(teacher, test), "-", "-");
  print_row("distilled", distilled, test);
  print_row("searched without a teacher", searching, test);
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
  line.add("--teacher-epochs", &o.teacher_epochs,
           "passes over the training images for the teacher; 0: 15 of MNIST, 40 of the digits");
  line.add("--imitate", &o.imitate, "passes for each of the student's blocks against the teacher's");
  line.add("--task", &o.task, "passes for each of the student's blocks against the labels");
  line.add("--epochs", &o.epochs, "passes for the whole student");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--validate", &o.validate, "score on a sixth of the training images, kept aside, to choose options with");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    const bool digits = o.data.empty();
    if (o.teacher_epochs == 0) o.teacher_epochs = digits ? 40 : 15;
    auto [train, test] = digits ? split_digits() : load_mnist(o.data);
    if (o.validate) {
      auto parts = split(train, 5.0 / 6, Seed{7});
      train = std::move(parts.first);
      test = std::move(parts.second);
    }
    if (digits)
      return run<300, 300, 4, Signal<Byte, Shape{1, 8, 8}>>(train, test, o, random_shift<Byte>(train.shape, 1));
    return run<1900, 1100, 3, Signal<Byte, Shape{1, 28, 28}>>(train, test, o,
                                                              random_affine<Byte>(train.shape, {.interpolate = true}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "distill: %s\n", error.what());
    return 1;
  }
}
