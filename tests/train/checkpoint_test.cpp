#define BOOST_TEST_MODULE checkpoint
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <lutra/train/fit.hpp>
#include <stdexcept>
#include <string>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <thread>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

struct Stop : std::runtime_error {
  Stop() : std::runtime_error("stop") {}
};

/// An observer that stops the run after `steps` more steps.
Observer stop_after(std::size_t steps) {
  return {.on_step =
              [left = steps](const StepInfo&) mutable {
                if (left-- == 0) throw Stop();
              },
          .on_epoch = {}};
}

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void same_history(const History& a, const History& b) {
  BOOST_REQUIRE(a.epochs.size() == b.epochs.size());
  for (std::size_t i = 0; i < a.epochs.size(); ++i) {
    BOOST_TEST(a.epochs[i].epoch == b.epochs[i].epoch);
    BOOST_TEST(a.epochs[i].train_loss == b.epochs[i].train_loss);
    BOOST_TEST(a.epochs[i].train_accuracy == b.epochs[i].train_accuracy);
    BOOST_TEST(a.epochs[i].validation_loss == b.epochs[i].validation_loss);
    BOOST_TEST(a.epochs[i].rate_factor == b.epochs[i].rate_factor);
    BOOST_TEST(b.epochs[i].seconds > 0);
  }
  BOOST_TEST(a.best_epoch == b.best_epoch);
  BOOST_TEST(a.stopped_early == b.stopped_early);
}

/// Room for files of at most `bytes`, as on a full disk, until this object ends.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

// ---- Parameters -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(parameters_come_back_to_the_bit_with_wiring_thresholds_and_running_means) {
  const TemporaryFolder folder;
  const auto data = clusters(60);
  const auto round_trip = [&](const auto& expression) {
    auto trained = task_network(expression, Seed{1}), other = task_network(expression, Seed{2});
    fit_encoders(trained, data);
    fit(trained, data, {.epochs = 1});
    BOOST_TEST((bits_of(other) != bits_of(trained)));
    save_parameters(trained, folder.path() / "net");
    load_parameters(other, folder.path() / "net");
    BOOST_TEST((bits_of(other) == bits_of(trained)));
    BOOST_TEST((predict(other, data) == predict(trained, data)));
  };
  round_trip(learned_logic);
  round_trip(dense);
  round_trip(Thermometer<2>{.spacing = Spacing::quantile} | StochasticLut<3, 9>{} | GroupSum<3>{});
}

BOOST_AUTO_TEST_CASE(every_damaged_byte_and_every_cut_of_a_parameter_file_is_refused) {
  const TemporaryFolder folder;
  constexpr auto expression = Thermometer<1>{} | StochasticLut<2, 3>{} | GroupSum<3>{};
  auto net = task_network(expression);
  save_parameters(net, folder.path() / "net");
  const std::string whole = content(folder.path() / "net");
  auto other = task_network(expression, Seed{2});
  const auto before = bits_of(other);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    BOOST_CHECK_THROW(load_parameters(other, folder.file("damaged", damaged)), Error);
    BOOST_CHECK_THROW(load_parameters(other, folder.file("cut", whole.substr(0, at))), Error);
  }
  check_error([&] { load_parameters(other, folder.file("longer", whole + "x")); }, {"bytes after its end", "longer"});
  check_error([&] { load_parameters(other, folder.path() / "missing"); }, {"cannot read", "missing"});
  check_error([&] { load_parameters(other, folder.file("foreign", "a text file, nothing else")); },
              {"not a parameter file", "foreign"});
  BOOST_TEST((bits_of(other) == before));
}

BOOST_AUTO_TEST_CASE(parameters_of_another_network_are_refused_with_both_named) {
  const TemporaryFolder folder;
  auto net = task_network(hard_logic), other = task_network(hard_logic);
  auto larger = task_network(Thermometer<3>{} | StochasticLut<4, 60>{} | StochasticLut<6, 24>{} | GroupSum<3>{});
  save_parameters(net, folder.path() / "net");
  const auto before = bits_of(larger);
  check_error([&] { load_parameters(larger, folder.path() / "net"); },
              {"parameters of another network", "StochasticLut<4, 60>", "StochasticLut<4, 48>"});
  BOOST_TEST((bits_of(larger) == before));
}

// ---- Runs that go on ------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_run_stopped_after_any_step_goes_on_to_the_same_bits_and_history) {
  const TemporaryFolder folder;
  const auto train = clusters(130), validation = clusters(50, 60, Seed{9});
  const auto goes_on = [&](const auto& expression, const Optimizer& optimizer, std::size_t every) {
    const FitOptions options{
        .epochs = 3, .batch = 32, .optimizer = optimizer, .schedule = Cosine{.warmup = 1}, .keep_best = true};
    auto unbroken = task_network(expression);
    const History expected = fit(unbroken, train, validation, options);
    for (std::size_t stop = 0; stop < 15; ++stop) {
      FitOptions broken = options;
      broken.checkpoint = folder.path() / ("run-" + std::to_string(stop));
      broken.checkpoint_every_steps = every;
      broken.observer = stop_after(stop);
      auto first = task_network(expression);
      BOOST_CHECK_THROW(fit(first, train, validation, broken), Stop);
      broken.resume = true;
      broken.observer = {};
      auto second = task_network(expression, Seed{77});  // what it starts with does not matter
      if (stop < std::min<std::size_t>(every, 5)) second = task_network(expression);  // nothing was written yet
      const History history = fit(second, train, validation, broken);
      BOOST_TEST((bits_of(second) == bits_of(unbroken)), "stopped after step " << stop);
      same_history(expected, history);
      std::filesystem::remove(broken.checkpoint);
    }
  };
  goes_on(learned_logic, Adam{.rate = 1e-2F}, 1);
  goes_on(expected_logic, AdamW{.rate = 1e-2F}, 2);
  goes_on(dense, Sgd{}, 3);
  goes_on(dense, Adam{}, 100);
}

BOOST_AUTO_TEST_CASE(a_process_killed_again_and_again_ends_with_the_bits_of_an_unbroken_one) {
  const TemporaryFolder folder;
  const auto data = clusters(200);
  // Children of a process with threads have none of them: one thread everywhere. Every step sleeps, so that
  // a child cannot end within its first time of life.
  FitOptions options{
      .epochs = 10,
      .batch = 10,
      .optimizer = Adam{.rate = 1e-2F},
      .threads = 1,
      .checkpoint = folder.path() / "run",
      .checkpoint_every_steps = 1,
      .resume = true,
      .observer = {.on_step = [](const StepInfo&) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); },
                   .on_epoch = {}}};
  Random random(Seed{4});
  int kills = 0;
  for (bool done = false; !done;) {
    BOOST_REQUIRE(kills < 2000);
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      int result = 1;
      try {
        auto net = task_network(learned_logic);
        fit(net, data, options);
        save_parameters(net, folder.path() / "result");
        result = 0;
      } catch (...) {
      }
      ::_exit(result);
    }
    // A slow machine may need longer lives to get anywhere.
    std::this_thread::sleep_for(std::chrono::microseconds(5000 + random.below(30000) + 100 * kills));
    ::kill(child, SIGKILL);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) {
      BOOST_REQUIRE(WEXITSTATUS(status) == 0);
      done = true;
    } else {
      ++kills;
    }
  }
  BOOST_TEST_MESSAGE("killed " << kills << " times");
  BOOST_TEST(kills > 0);
  auto unbroken = task_network(learned_logic), result = task_network(learned_logic, Seed{2});
  options.checkpoint.clear();
  options.checkpoint_every_steps = 0;
  options.resume = false;
  options.observer = {};
  fit(unbroken, data, options);
  load_parameters(result, folder.path() / "result");
  BOOST_TEST((bits_of(result) == bits_of(unbroken)));
}

BOOST_AUTO_TEST_CASE(a_finished_run_resumed_does_nothing_and_a_longer_one_goes_on) {
  const TemporaryFolder folder;
  const auto data = clusters(60);
  FitOptions options{.epochs = 2, .batch = 16, .checkpoint = folder.path() / "run", .resume = true};
  auto net = task_network(hard_logic);
  fit(net, data, options);
  auto again = task_network(hard_logic, Seed{9});
  BOOST_TEST(fit(again, data, options).epochs.size() == 2U);
  BOOST_TEST((bits_of(again) == bits_of(net)));

  options.epochs = 4;
  options.threads = 1;
  fit(again, data, options);
  auto unbroken = task_network(hard_logic);
  fit(unbroken, data, {.epochs = 4, .batch = 16});
  BOOST_TEST((bits_of(again) == bits_of(unbroken)));
}

BOOST_AUTO_TEST_CASE(without_resume_a_run_starts_anew_over_an_old_checkpoint) {
  const TemporaryFolder folder;
  const auto data = clusters(60);
  const FitOptions options{.epochs = 1, .batch = 16, .checkpoint = folder.path() / "run"};
  auto first = task_network(hard_logic), second = task_network(hard_logic);
  fit(first, data, options);
  fit(second, data, options);
  BOOST_TEST((bits_of(first) == bits_of(second)));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_gives_its_parameters_to_a_run_with_other_options) {
  const TemporaryFolder folder;
  auto net = task_network(dense), other = task_network(dense, Seed{3});
  fit(net, clusters(60), {.epochs = 1, .checkpoint = folder.path() / "run"});
  load_parameters(other, folder.path() / "run");
  BOOST_TEST((bits_of(other) == bits_of(net)));
}

// ---- What is refused ------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_run_is_refused_with_both_described) {
  const TemporaryFolder folder;
  const auto data = clusters(60);
  const FitOptions options{
      .epochs = 3, .batch = 16, .schedule = Cosine{}, .checkpoint = folder.path() / "run", .resume = true};
  auto net = task_network(hard_logic);
  fit(net, data, options);
  const std::string written = content(options.checkpoint);
  const auto before = bits_of(net);

  const auto refused = [&](const FitOptions& changed, const Dataset<Byte>& train,
                           std::initializer_list<std::string_view> parts) {
    check_error([&] { fit(net, train, changed); },
                {"checkpoint of another run", "expected 60 samples", "got 60 samples"});
    check_error([&] { fit(net, train, changed); }, parts);
    BOOST_TEST((bits_of(net) == before));
    BOOST_TEST((content(options.checkpoint) == written));
  };
  auto changed = options;
  changed.batch = 32;
  refused(changed, data, {"batch 32", "batch 16"});
  changed = options;
  changed.seed = Seed{5};
  refused(changed, data, {"seed 5", "seed 1"});
  changed = options;
  changed.optimizer = Adam{.rate = 2e-3F};
  refused(changed, data, {"Adam rate 0.002", "Adam rate 0.001"});
  changed.optimizer = Sgd{};
  refused(changed, data, {"Sgd rate 0.01 momentum 0.9", "Adam rate 0.001"});
  changed = options;
  changed.schedule = Constant{};
  refused(changed, data, {"Constant", "Cosine warmup 0 floor 0 over 3 epochs"});
  changed = options;
  changed.epochs = 4;  // a cosine over more epochs is another cosine
  refused(changed, data, {"over 4 epochs", "over 3 epochs"});
  changed = options;
  changed.loss = SoftmaxCrossEntropy{.smoothing = 0.1F};
  refused(changed, data, {"smoothing 0.1", "smoothing 0"});
  auto other_data = data;
  other_data.values[3] ^= 1;
  refused(options, other_data, {"60 samples #"});
  other_data = data;
  std::swap(other_data.labels[0], other_data.labels[1]);
  refused(options, other_data, {"60 samples #"});

  check_error([&] { fit(net, data, options, random_shift<Byte>(task_shape, 1)); },
              {"another run", "random_shift 1", "expected 60 samples"});
  check_error([&] { fit(net, clusters(61), options); }, {"another run", "expected 61 samples", "got 60 samples"});
  check_error([&] { fit(net, data, data, options); }, {"another run", "validation 60 samples", "validation none"});
  auto larger = task_network(learned_logic);
  check_error([&] { fit(larger, data, options); }, {"parameters of another network", "LearnedWiring<4>"});
  BOOST_TEST((bits_of(net) == before));
}

BOOST_AUTO_TEST_CASE(every_damaged_byte_and_every_cut_of_a_checkpoint_is_refused) {
  const TemporaryFolder folder;
  constexpr auto expression = Thermometer<1>{} | StochasticLut<2, 3>{} | GroupSum<3>{};
  const auto data = clusters(12);
  FitOptions options{.epochs = 1, .threads = 1, .checkpoint = folder.path() / "run", .resume = true};
  auto net = task_network(expression);
  fit(net, data, data, options);
  const std::string whole = content(options.checkpoint);
  auto other = task_network(expression, Seed{2});
  const auto before = bits_of(other);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    options.checkpoint = folder.file("damaged", damaged);
    BOOST_CHECK_THROW(fit(other, data, data, options), Error);
    BOOST_TEST((content(options.checkpoint) == damaged));
    options.checkpoint = folder.file("cut", whole.substr(0, at));
    BOOST_CHECK_THROW(fit(other, data, data, options), Error);
  }
  options.checkpoint = folder.file("foreign", "not ours");
  check_error([&] { fit(other, data, data, options); }, {"not a checkpoint", "foreign"});
  BOOST_TEST((bits_of(other) == before));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_leaves_the_older_files) {
  const TemporaryFolder folder;
  const auto data = clusters(60);
  auto net = task_network(hard_logic);
  const auto parameters = folder.path() / "net", run = folder.path() / "run";
  save_parameters(net, parameters);
  fit(net, data, {.epochs = 1, .checkpoint = run});
  const std::string old_parameters = content(parameters), old_run = content(run);
  {
    const FullDisk full(1000);
    check_error([&] { save_parameters(net, parameters); }, {"cannot write", "net", "File too large"});
    check_error([&] { fit(net, data, {.epochs = 2, .checkpoint = run, .resume = true}); },
                {"cannot write", "run", "File too large"});
  }
  BOOST_TEST((content(parameters) == old_parameters));
  BOOST_TEST((content(run) == old_run));
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);  // and nothing half-written
  auto resumed = task_network(hard_logic, Seed{3}), unbroken = task_network(hard_logic);
  fit(resumed, data, {.epochs = 2, .checkpoint = run, .resume = true});
  fit(unbroken, data, {.epochs = 2});
  BOOST_TEST((bits_of(resumed) == bits_of(unbroken)));
}
