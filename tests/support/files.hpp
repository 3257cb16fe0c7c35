#pragma once
// What the tests of file readers share: a folder that vanishes, damaged and gzipped copies, and errors checked by what
// they say.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <lutra/error.hpp>
#include <lutra/io/temporary_folder.hpp>
#include <lutra/io/zlib.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace lutra::test {

/// An empty folder of this test's own, removed with everything in it.
class TemporaryFolder : public io::TemporaryFolder {
 public:
  /// Writes a file and returns its path.
  [[nodiscard]] std::filesystem::path file(const std::string& name, std::string_view content) const {
    std::ofstream out(path() / name, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!out.flush()) throw std::runtime_error("cannot write " + name);
    return path() / name;
  }
};

/// One gzip member.
inline std::string gzip(std::string_view content) {
  z_stream packer{};
  if (deflateInit2(&packer, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string packed(deflateBound(&packer, content.size()), '\0');
  packer.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  packer.avail_in = static_cast<uInt>(content.size());
  packer.next_out = reinterpret_cast<Bytef*>(packed.data());
  packer.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&packer, Z_FINISH);
  packed.resize(packed.size() - packer.avail_out);
  deflateEnd(&packer);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return packed;
}

/// Fails unless `action` throws an Error whose text has every one of `parts`.
template <class Action>
void check_error(Action&& action, std::initializer_list<std::string_view> parts) {
  try {
    action();
    BOOST_ERROR("nothing was thrown; expected an Error with '" + std::string(*parts.begin()) + "'");
  } catch (const Error& error) {
    const std::string_view text = error.what();
    for (const auto part : parts)
      BOOST_CHECK_MESSAGE(text.find(part) != text.npos, "'" << part << "' is not in: " << text);
  }
}

/// The folder of real data, where there is one.
inline std::optional<std::filesystem::path> data_folder() {
  const char* folder = std::getenv("LUTRA_DATA");
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  return folder;
}

}  // namespace lutra::test
