#pragma once
// A folder for files that nobody wants to keep.

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <lutra/error.hpp>
#include <string>
#include <system_error>

namespace lutra::io {

/// An empty folder of its own, under the system's folder for such things; removed with everything in it. Throws Error
/// where there can be none.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code reason;
    std::string name =
        (std::filesystem::temp_directory_path(reason) / "lutra-XXXXXX").string();  // mkdtemp fills in the X
    if (!reason && ::mkdtemp(name.data()) == nullptr) reason.assign(errno, std::generic_category());
    if (reason) throw Error("temporary folder", name, "a folder to work in", reason.message());
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& file) const { return path_ / file; }

 private:
  std::filesystem::path path_;
};

}  // namespace lutra::io
