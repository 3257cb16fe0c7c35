#pragma once
// Files that are either wholly written or not touched at all, and a reader that says why it could not read. Bytes go to
// a temporary name in the same folder, reach the disk, and only then take their final name; a failure leaves no trace.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <lutra/error.hpp>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace lutra::io {

namespace detail {

[[noreturn]] inline void fail(const std::string& what, const std::filesystem::path& path, int reason) {
  throw Error(what, path.string(), {}, std::generic_category().message(reason));
}

/// An open file descriptor; closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int close() noexcept { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

/// The file that `path` stands for: a link is followed, so that it stays a link. Throws Error where something other
/// than a regular file is in the way: renaming over a device or a folder is never what was meant.
inline std::filesystem::path writable_target(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto found = std::filesystem::weakly_canonical(path, ignored);
  auto target = std::filesystem::is_symlink(path, ignored) && !found.empty() ? found : path;
  const auto type = std::filesystem::status(target, ignored).type();
  if (type == std::filesystem::file_type::directory) throw Error("cannot write", path.string(), "a file", "a folder");
  if (std::filesystem::exists(target, ignored) && type != std::filesystem::file_type::regular)
    throw Error("cannot write", path.string(), "a regular file", "a device, pipe or socket");
  if (!target.has_filename()) throw Error("cannot write", path.string(), "the name of a file", "none");
  return target;
}

/// Makes the names in a folder last through a power cut. Some file systems cannot; the files themselves are on disk.
inline void sync_folder(const std::filesystem::path& folder) noexcept {
  const Descriptor fd(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) (void)::fsync(fd.get());
}

}  // namespace detail

/// A file being written under a temporary name beside its final one. Without commit() it vanishes with this object.
/// Every member throws Error, naming the path and the system's reason, where the system refuses.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path)
      : target_(detail::writable_target(path)), temporary_(temporary_name(target_)), file_(create()) {}

  AtomicFile(AtomicFile&& other) noexcept
      : target_(std::move(other.target_)),
        temporary_(std::exchange(other.temporary_, {})),
        file_(std::move(other.file_)) {}
  AtomicFile& operator=(AtomicFile&&) = delete;

  ~AtomicFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  /// Appends bytes, as they are.
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) detail::fail("cannot write", target_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  /// Waits until every byte is on the disk and closes the file, still under its temporary name.
  void finish() {
    if (file_.get() < 0) return;
    // Pipes of a network file system and the like cannot sync; everything else must.
    if (::fsync(file_.get()) != 0 && errno != EINVAL && errno != ENOTSUP) detail::fail("cannot write", target_, errno);
    if (file_.close() != 0) detail::fail("cannot write", target_, errno);
  }

  /// Gives the file its name, replacing an older one in a single step.
  void commit() {
    finish();
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) detail::fail("cannot write", target_, errno);
    temporary_.clear();
    detail::sync_folder(target_.parent_path());
  }

 private:
  // Two writers of one path, in this process or another, must not share a temporary name.
  static std::filesystem::path temporary_name(const std::filesystem::path& target) {
    static std::atomic<unsigned> counter{0};
    const std::string suffix = std::to_string(::getpid()) + "-" + std::to_string(counter++);
    return target.parent_path() / ("." + target.filename().string().substr(0, 200) + ".partial-" + suffix);
  }

  [[nodiscard]] detail::Descriptor create() {
    detail::Descriptor file(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.get() < 0) detail::fail("cannot write", target_, errno);
    return file;
  }

  std::filesystem::path target_, temporary_;
  detail::Descriptor file_;
};

/// Writes `bytes` to `path`, wholly or not at all; an older file stays as it was until the new one is on disk.
/// Throws Error, naming the path and the reason: a missing or unwritable folder, a full disk, a folder of that name.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

namespace detail {

/// Creates a folder with its parents, and removes what it created unless kept.
class NewFolder {
 public:
  explicit NewFolder(const std::filesystem::path& folder) {
    std::error_code reason;
    for (auto path = folder; !path.empty() && !std::filesystem::exists(path, reason); path = path.parent_path()) {
      created_.push_back(path);
      if (path == path.parent_path()) break;
    }
    std::filesystem::create_directories(folder, reason);
    if (reason || !std::filesystem::is_directory(folder)) {
      remove();
      throw Error("cannot create folder", folder.string(), {}, reason ? reason.message() : "a file has that name");
    }
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder() { remove(); }
  void keep() noexcept { created_.clear(); }

 private:
  void remove() noexcept {
    std::error_code ignored;
    for (const auto& path : created_) std::filesystem::remove(path, ignored);
    created_.clear();
  }
  std::vector<std::filesystem::path> created_;
};

}  // namespace detail

/// Writes a set of files (name → content) into a folder, which is created with its parents where it is missing; other
/// files in it stay. All contents are on disk under temporary names before the first file takes its name, so a full
/// disk or an unwritable folder leaves everything as it was. Throws Error, naming the path and the reason; also where a
/// name is not that of a plain file (empty, "..", with a slash).
inline void write_folder(const std::filesystem::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files)
    if (name.empty() || name == "." || name == ".." || name.find_first_of(std::string_view("/\0", 2)) != name.npos)
      throw Error("cannot write", folder.string(), "plain file names", "'" + name + "'");
  detail::NewFolder made(folder);
  std::vector<AtomicFile> written;
  written.reserve(files.size());
  for (const auto& [name, content] : files) {
    written.emplace_back(folder / name).write(content);
    written.back().finish();
  }
  for (auto& file : written) file.commit();
  made.keep();
}

/// Every byte of a file. Throws Error, naming the path and the reason: missing, a folder, unreadable.
[[nodiscard]] inline std::string read_file(const std::filesystem::path& path) {
  const detail::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) detail::fail("cannot read", path, errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) detail::fail("cannot read", path, errno);
  if (S_ISDIR(status.st_mode)) throw Error("cannot read", path.string(), "a file", "a folder");
  // The size is a first guess only: a pipe has none, and a file may grow meanwhile.
  std::string bytes(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(2 * size);
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) detail::fail("cannot read", path, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace lutra::io
