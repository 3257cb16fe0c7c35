#define BOOST_TEST_MODULE atomic_file
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>
#include <lutra/io/atomic_file.hpp>
#include <thread>

using namespace lutra;
using namespace lutra::io;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("lutra_atomic_file_" + std::to_string(::getpid()))) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() {
    fs::permissions(path, fs::perms::owner_all);
    fs::remove_all(path);
  }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator{}));
  }
  fs::path path;
};

/// While it lives no file may grow beyond `bytes`: what a full disk looks like to a writer.
struct SmallDisk {
  explicit SmallDisk(rlim_t bytes) : handler(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
  }
  rlimit before{};
  void (*handler)(int);
};

auto says(std::string text) {
  return [text = std::move(text)](const Error& e) { return std::string(e.what()).find(text) != std::string::npos; };
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(bytes_come_back_as_they_were_written, Folder) {
  const std::string bytes("line\r\n\0\xff", 8);
  write_file(path / "a", bytes);
  BOOST_TEST(read_file(path / "a") == bytes);
  write_file(path / "a", "");
  BOOST_TEST(read_file(path / "a").empty());
  std::string large(3 << 20, 'x');
  write_file(path / "a", large);
  BOOST_TEST((read_file(path / "a") == large));
  BOOST_TEST(entries() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_file_without_commit_vanishes_and_the_old_one_stays, Folder) {
  write_file(path / "a", "old");
  {
    AtomicFile file(path / "a");
    file.write("new");
    BOOST_TEST(entries() == 2);
  }
  BOOST_TEST(entries() == 1);
  BOOST_TEST(read_file(path / "a") == "old");
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_leaves_the_old_file_and_no_trace, Folder) {
  write_file(path / "a", "old");
  {
    const SmallDisk disk(1000);
    BOOST_CHECK_EXCEPTION(write_file(path / "a", std::string(5000, 'n')), Error, says((path / "a").string()));
  }
  BOOST_TEST(read_file(path / "a") == "old");
  BOOST_TEST(entries() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_missing_folder_or_a_file_in_its_place_is_named_with_the_reason, Folder) {
  BOOST_CHECK_EXCEPTION(write_file(path / "none" / "a", "x"), Error, says("No such file or directory"));
  write_file(path / "file", "x");
  BOOST_CHECK_EXCEPTION(write_file(path / "file" / "a", "x"), Error, says("Not a directory"));
  BOOST_CHECK_EXCEPTION(write_file(path, "x"), Error, says("a folder"));
  BOOST_CHECK_THROW(write_file("", "x"), Error);
  BOOST_CHECK_THROW(write_file(path / "", "x"), Error);
}

BOOST_FIXTURE_TEST_CASE(an_unwritable_folder_is_refused, Folder) {
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_exec);
  if (::geteuid() == 0) {
    BOOST_TEST_MESSAGE("left out: the superuser may write anywhere");
    return;
  }
  BOOST_CHECK_EXCEPTION(write_file(path / "a", "x"), Error, says("Permission denied"));
}

BOOST_AUTO_TEST_CASE(a_device_is_never_replaced_by_a_file) {
  BOOST_CHECK_EXCEPTION(write_file("/dev/null", "x"), Error, says("regular file"));
  BOOST_TEST(fs::is_character_file("/dev/null"));
}

BOOST_FIXTURE_TEST_CASE(a_link_stays_a_link_and_its_file_is_replaced, Folder) {
  write_file(path / "real", "old");
  fs::create_symlink("real", path / "link");
  write_file(path / "link", "new");
  BOOST_TEST(fs::is_symlink(path / "link"));
  BOOST_TEST(read_file(path / "real") == "new");
}

BOOST_FIXTURE_TEST_CASE(writers_of_the_same_path_never_mix, Folder) {
  std::vector<std::thread> writers;
  for (char letter = 'a'; letter < 'e'; ++letter)
    writers.emplace_back([&, letter] {
      for (int i = 0; i < 20; ++i) write_file(path / "shared", std::string(20000, letter));
    });
  for (auto& writer : writers) writer.join();
  const std::string got = read_file(path / "shared");
  BOOST_TEST(got.size() == 20000);
  BOOST_TEST((got == std::string(20000, got[0])));
  BOOST_TEST(entries() == 1);
}

BOOST_FIXTURE_TEST_CASE(reading_says_why_it_could_not, Folder) {
  BOOST_CHECK_EXCEPTION((void)read_file(path / "none"), Error, says("No such file or directory"));
  BOOST_CHECK_EXCEPTION((void)read_file(path), Error, says("a folder"));
  BOOST_CHECK_EXCEPTION((void)read_file(path / "none"), Error, says((path / "none").string()));
  BOOST_TEST(!read_file("/proc/self/status").empty());  // a file that says its size is 0
}

BOOST_FIXTURE_TEST_CASE(a_folder_gets_all_its_files_and_keeps_its_others, Folder) {
  write_folder(path / "new" / "deep", {{"a.v", "one"}, {"b.v", "two"}});
  BOOST_TEST(read_file(path / "new" / "deep" / "a.v") == "one");
  write_folder(path / "new" / "deep", {{"b.v", "three"}, {"c.v", "four"}});
  BOOST_TEST(read_file(path / "new" / "deep" / "a.v") == "one");
  BOOST_TEST(read_file(path / "new" / "deep" / "b.v") == "three");
  BOOST_TEST(read_file(path / "new" / "deep" / "c.v") == "four");
  write_folder(path / "empty" / "", {});
  BOOST_TEST(fs::is_directory(path / "empty"));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_does_not_fit_the_disk_stays_as_it_was, Folder) {
  write_file(path / "a", "old");
  {
    const SmallDisk disk(1000);
    BOOST_CHECK_THROW(write_folder(path, {{"a", "new"}, {"b", std::string(5000, 'n')}}), Error);
    BOOST_CHECK_THROW(write_folder(path / "x" / "y", {{"a", std::string(5000, 'n')}}), Error);
  }
  BOOST_TEST(read_file(path / "a") == "old");
  BOOST_TEST(entries() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_folder_with_a_folder_in_the_place_of_a_file_stays_as_it_was, Folder) {
  write_file(path / "a", "old");
  fs::create_directory(path / "b");
  BOOST_CHECK_EXCEPTION(write_folder(path, {{"a", "new"}, {"b", "new"}}), Error, says((path / "b").string()));
  BOOST_TEST(read_file(path / "a") == "old");
  BOOST_CHECK_THROW(write_folder(path / "a", {{"b", "x"}}), Error);
  BOOST_TEST(entries() == 2);
}

BOOST_FIXTURE_TEST_CASE(names_that_lead_out_of_the_folder_are_refused, Folder) {
  for (const std::string& name : {std::string(), std::string(".."), std::string("."), std::string("../a"),
                                  std::string("a/b"), std::string("a\0b", 3)})
    BOOST_CHECK_THROW(write_folder(path, {{"fine", "x"}, {name, "x"}}), Error);
  BOOST_TEST(entries() == 0);
}
