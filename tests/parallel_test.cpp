#define BOOST_TEST_MODULE parallel
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <lutra/parallel.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace lutra;

BOOST_AUTO_TEST_CASE(everything_is_done_once_at_any_thread_count) {
  for (const int threads : {1, 2, 3, 16})
    for (const std::size_t count : {0, 1, 2, 3, 7, 100}) {
      std::vector<std::atomic<int>> done(count);
      parallel_for(threads, count, [&](std::size_t i) { ++done[i]; });
      for (const auto& times : done) BOOST_TEST(times == 1);
    }
}

BOOST_AUTO_TEST_CASE(the_exception_of_the_lowest_index_is_thrown_on) {
  for (const int threads : {1, 2, 3})
    for (int round = 0; round < 50; ++round)
      BOOST_CHECK_EXCEPTION(parallel_for(threads, 20,
                                         [](std::size_t i) {
                                           if (i % 5 == 3) throw std::runtime_error(std::to_string(i));
                                         }),
                            std::runtime_error,
                            [](const std::runtime_error& error) { return std::string(error.what()) == "3"; });
}

BOOST_AUTO_TEST_CASE(a_loop_inside_of_a_loop_is_done_too) {
  std::atomic<int> done = 0;
  parallel_for(2, 4, [&](std::size_t) { parallel_for(2, 5, [&](std::size_t) { ++done; }); });
  BOOST_TEST(done == 20);
}

BOOST_AUTO_TEST_CASE(many_short_loops_from_several_threads_at_once_are_all_done) {
  std::atomic<std::size_t> done = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&] {
      for (std::size_t round = 0; round < 2000; ++round) {
        std::vector<std::size_t> own(round % 23);
        parallel_for(1 + static_cast<int>(round % 5), own.size(), [&](std::size_t i) { own[i] = i + 1; });
        for (std::size_t i = 0; i < own.size(); ++i) done += own[i] == i + 1;
      }
    });
  for (std::thread& caller : callers) caller.join();
  std::size_t expected = 0;
  for (std::size_t round = 0; round < 2000; ++round) expected += 3 * (round % 23);
  BOOST_TEST(done == expected);
}

BOOST_AUTO_TEST_CASE(a_forked_process_has_no_helpers_and_needs_none) {
  std::atomic<int> before = 0;
  parallel_for(3, 100, [&](std::size_t) { ++before; });
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    std::atomic<int> done = 0;
    parallel_for(3, 100, [&](std::size_t) { ++done; });
    ::_exit(done == 100 ? 0 : 1);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

BOOST_AUTO_TEST_CASE(pieces_cover_the_whole_in_order) {
  for (std::size_t count = 0; count <= 20; ++count)
    for (std::size_t piece = 1; piece <= 7; ++piece) {
      const Pieces pieces{count, piece};
      std::size_t at = 0;
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        BOOST_TEST(pieces.begin(i) == at);
        BOOST_TEST(pieces.end(i) > at);
        BOOST_TEST(pieces.end(i) - at <= piece);
        at = pieces.end(i);
      }
      BOOST_TEST(at == count);
    }
  BOOST_TEST((Pieces{0, 0}).size() == 0U);
}

BOOST_AUTO_TEST_CASE(zero_threads_stand_for_all_that_there_are) {
  BOOST_TEST(thread_count(0) >= 1);
  BOOST_TEST(thread_count(-3) == thread_count(0));
  BOOST_TEST(thread_count(3) == 3);
}
