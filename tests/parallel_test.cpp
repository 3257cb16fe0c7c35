#define BOOST_TEST_MODULE parallel
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <lutra/parallel.hpp>
#include <stdexcept>
#include <string>
#include <vector>

using namespace lutra;

BOOST_AUTO_TEST_CASE(everything_is_done_once_at_any_thread_count) {
    for (const int threads : {1, 2, 3, 16})
        for (const std::size_t count : {0, 1, 2, 3, 7, 100}) {
            std::vector<std::atomic<int>> done(count);
            parallel_for(threads, count, [&](std::size_t i) { ++done[i]; });
            for (const auto& times : done)
                BOOST_TEST(times == 1);
        }
}

BOOST_AUTO_TEST_CASE(the_exception_of_the_lowest_index_is_thrown_on) {
    for (const int threads : {1, 2, 3})
        for (int round = 0; round < 50; ++round)
            BOOST_CHECK_EXCEPTION(parallel_for(threads, 20,
                                               [](std::size_t i) {
                                                   if (i % 5 == 3)
                                                       throw std::runtime_error(std::to_string(i));
                                               }),
                                  std::runtime_error,
                                  [](const std::runtime_error& error) { return std::string(error.what()) == "3"; });
}

BOOST_AUTO_TEST_CASE(a_loop_inside_of_a_loop_is_done_too) {
    std::atomic<int> done = 0;
    parallel_for(2, 4, [&](std::size_t) { parallel_for(2, 5, [&](std::size_t) { ++done; }); });
    BOOST_TEST(done == 20);
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
#ifdef _OPENMP
    BOOST_TEST(thread_count(3) == 3);
#endif
}
