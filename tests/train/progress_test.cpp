#define BOOST_TEST_MODULE progress
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <lutra/train/fit.hpp>
#include <lutra/train/progress.hpp>
#include <stdexcept>
#include <string>
#include <support/tasks.hpp>

using namespace lutra;
using namespace lutra::test;

namespace {

const StepInfo middle{.epoch = 2,
                      .epochs = 4,
                      .step = 50,
                      .steps = 100,
                      .loss = 0.12345,
                      .accuracy = 0.98765,
                      .samples_per_second = 123456,
                      .seconds_left = 83.4};

/// What a run of two epochs writes with this progress bar to a file that is no terminal.
std::string written(ProgressLines lines) {
  std::FILE* const file = std::tmpfile();
  auto net = task_network(hard_logic);
  fit(net, clusters(60), clusters(30), {.epochs = 2, .observer = progress_bar(lines, file)});
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

/// A terminal with a width, and what has been written to it.
struct Terminal {
  int own = -1, other = -1;
  std::FILE* out = nullptr;

  explicit Terminal(unsigned short columns) {
    const winsize size{24, columns, 0, 0};
    BOOST_REQUIRE(::openpty(&own, &other, nullptr, nullptr, const_cast<winsize*>(&size)) == 0);
    out = ::fdopen(other, "w");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(out);
    ::close(own);
  }
  /// All that was written so far. It arrives piece by piece; a form feed behind it says that it is all there.
  std::string read() {
    std::fputc('\f', out);
    std::fflush(out);
    std::string text;
    while (text.empty() || text.back() != '\f') {
      char piece[4096];
      const ssize_t got = ::read(own, piece, sizeof piece);
      BOOST_REQUIRE(got > 0);
      text.append(piece, static_cast<std::size_t>(got));
    }
    text.pop_back();
    return text;
  }
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_line_of_a_step_reads_well_and_fits_the_window) {
  BOOST_TEST(detail::step_line(middle, 120) ==
             "epoch 2/4 [#########...............] 123.5 k/s, 1:23 left, loss 0.1235, accuracy 98.77 %");
  BOOST_TEST(detail::step_line(middle, 80) ==
             "epoch 2/4 [#####..........] 123.5 k/s, 1:23 left, loss 0.1235, accuracy 98.77 %");
  BOOST_TEST(detail::step_line(middle, 66) == "epoch 2/4 123.5 k/s, 1:23 left, loss 0.1235, accuracy 98.77 %");
  BOOST_TEST(detail::step_line(middle, 30) == "epoch 2/4 123.5 k/s, 1:23 lef");
  for (std::size_t columns = 1; columns < 140; ++columns)
    BOOST_TEST(detail::step_line(middle, columns).size() < columns);

  StepInfo without_accuracy = middle;
  without_accuracy.accuracy = std::nan("");
  BOOST_TEST(detail::step_line(without_accuracy, 120) ==
             "epoch 2/4 [#########...............] 123.5 k/s, 1:23 left, loss 0.1235");
  StepInfo first = middle, last = middle;
  first.epoch = 1;
  first.step = 1;
  last.epoch = 4;
  last.step = 100;
  BOOST_TEST(count(detail::step_line(first, 120), "#") == 0U);
  BOOST_TEST(count(detail::step_line(last, 120), "#") == 24U);
}

BOOST_AUTO_TEST_CASE(the_line_of_an_epoch_says_what_there_is) {
  EpochResult epoch{.epoch = 3,
                    .train_loss = 0.5,
                    .train_accuracy = 0.875,
                    .validation_loss = 0.25,
                    .validation_accuracy = 0.9,
                    .seconds = 3725};
  BOOST_TEST(detail::epoch_line(epoch) ==
             "epoch 3: loss 0.5000, accuracy 87.50 %; validation loss 0.2500, accuracy 90.00 %; 1:02:05");
  epoch.validation_loss = epoch.validation_accuracy = std::nan("");
  BOOST_TEST(detail::epoch_line(epoch) == "epoch 3: loss 0.5000, accuracy 87.50 %; 1:02:05");
  epoch.train_accuracy = std::nan("");
  epoch.seconds = 59.6;
  BOOST_TEST(detail::epoch_line(epoch) == "epoch 3: loss 0.5000; 1:00");
  epoch.train_loss = 0.00012345;
  BOOST_TEST(detail::epoch_line(epoch) == "epoch 3: loss 1.23e-04; 1:00");
  epoch.train_loss = 0;
  BOOST_TEST(detail::epoch_line(epoch) == "epoch 3: loss 0.0000; 1:00");
}

BOOST_AUTO_TEST_CASE(durations_and_rates_choose_their_units) {
  BOOST_TEST(detail::duration_text(0) == "0:00");
  BOOST_TEST(detail::duration_text(59.4) == "0:59");
  BOOST_TEST(detail::duration_text(3600) == "1:00:00");
  BOOST_TEST(detail::duration_text(1e12) == "99:59:59");
  BOOST_TEST(detail::rate_text(12) == "12 /s");
  BOOST_TEST(detail::rate_text(1234) == "1.2 k/s");
  BOOST_TEST(detail::rate_text(2.5e6) == "2.5 M/s");
}

BOOST_AUTO_TEST_CASE(a_file_gets_nothing_or_one_line_an_epoch_as_asked) {
  BOOST_TEST(written(ProgressLines::automatic).empty());
  const std::string text = written(ProgressLines::epochs);
  BOOST_TEST(count(text, "\n") == 2U);
  BOOST_TEST(text.rfind("epoch 1: loss ", 0) == 0U);
  BOOST_TEST(count(text, "\nepoch 2: loss ") == 1U);
  BOOST_TEST(count(text, "validation loss ") == 2U);
  BOOST_TEST(count(text, "\x1b") == 0U);
  BOOST_TEST(count(text, "\r") == 0U);
}

BOOST_AUTO_TEST_CASE(a_terminal_gets_one_line_that_ends_however_training_ends) {
  const auto data = clusters(60);
  auto net = task_network(hard_logic);
  {
    Terminal terminal(70);
    fit(net, data, {.epochs = 2, .observer = progress_bar(ProgressLines::automatic, terminal.out)});
    const std::string text = terminal.read();
    BOOST_TEST(count(text, "\n") == 1U);
    BOOST_TEST(text.rfind("\repoch 1/2 ", 0) == 0U);
    BOOST_TEST(count(text, "epoch 2/2 ") == 1U);
    BOOST_TEST(text.substr(text.size() - 2) == "\r\n");
  }
  {
    Terminal terminal(70);
    Observer bar = progress_bar(ProgressLines::automatic, terminal.out);
    FitOptions options{.epochs = 2,
                       .observer = {.on_step =
                                        [&](const StepInfo& info) {
                                          bar.on_step(info);
                                          throw std::runtime_error("stop");
                                        },
                                    .on_epoch = {}}};
    BOOST_CHECK_THROW(fit(net, data, options), std::runtime_error);
    BOOST_TEST(count(terminal.read(), "\n") == 0U);
    bar = {};
    BOOST_TEST(terminal.read() == "\r\n");
  }
  {
    Terminal terminal(70);
    fit(net, data, {.epochs = 2, .observer = progress_bar(ProgressLines::epochs, terminal.out)});
    const std::string text = terminal.read();
    BOOST_TEST(count(text, "\nepoch") + count(text, "\x1b[Kepoch") >= 1U);
    BOOST_TEST(count(text, "epoch 1: loss") == 1U);
    BOOST_TEST(count(text, "epoch 2: loss") == 1U);
  }
}
