#pragma once
// A data file read from front to back, plain or gzipped, with the place of every byte known for error messages. Whether
// it is gzipped is told by its first two bytes, not by its name, and a damaged tail is as much an error as a short
// file.

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <lutra/error.hpp>
#include <lutra/io/zlib.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::io {

class InputFile {
 public:
  /// Opens the file. `kind` is the subject of this file's errors, such as "IDX file".
  /// Throws Error when it is missing, a folder, or unreadable.
  explicit InputFile(const std::filesystem::path& path, std::string kind = "data file")
      : path_(path.string()), kind_(std::move(kind)), buffer_(std::size_t{1} << 16) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (status.type() == std::filesystem::file_type::not_found) fail("", "a file that exists", "none");
    if (std::filesystem::is_directory(status)) fail("", "a file", "a folder");
    stream_.open(path, std::ios::binary);
    if (!stream_) fail("", "a readable file", std::strerror(errno));
    if (std::filesystem::is_regular_file(status)) {
      const auto size = std::filesystem::file_size(path, failure);
      if (!failure) file_size_ = size;
    }
    refill();
    if (packed_.size() >= 2 && packed_[0] == 0x1f && packed_[1] == 0x8b) start_unpacking();
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool gzipped() const noexcept { return unpacker_ != nullptr; }

  /// Bytes given so far, counted after unpacking.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

  /// No more bytes than this are still to come: what is left of a plain file; of a gzipped one, the most that deflate
  /// can have packed into it (1032 to 1). A header that promises more is wrong, and nothing need be allocated for it.
  [[nodiscard]] std::uint64_t most_left() const noexcept {
    constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();
    if (file_size_ == unknown) return unknown;
    const std::uint64_t whole = gzipped() ? std::min(file_size_, unknown / 1032) * 1032 : file_size_;
    return whole - std::min(whole, position_);
  }

  /// Fills `out` as far as the file goes, and returns how many bytes that was.
  /// Throws Error when gzipped data is cut short or damaged, or foreign bytes follow it.
  std::size_t read(std::span<std::uint8_t> out) {
    const std::size_t count = gzipped() ? unpack(out) : copy(out);
    position_ += count;
    return count;
  }

  /// All that is left.
  [[nodiscard]] std::string read_rest() {
    std::string text;
    std::size_t have = 0;
    for (;;) {
      const std::size_t room = std::clamp<std::size_t>(have, std::size_t{1} << 16, std::size_t{1} << 26);
      text.resize(have + room);
      const std::size_t count = read({reinterpret_cast<std::uint8_t*>(text.data()) + have, room});
      have += count;
      if (count < room) break;
    }
    text.resize(have);
    return text;
  }

  /// Throws an Error about this file; `place` may be empty.
  [[noreturn]] void fail(const std::string& place, std::string_view expected, std::string_view got) const {
    throw Error(kind_, place.empty() ? path_ : path_ + ", " + place, expected, got);
  }

 private:
  struct EndUnpacking {
    void operator()(z_stream* unpacker) const noexcept {
      inflateEnd(unpacker);
      delete unpacker;
    }
  };

  void start_unpacking() {
    auto unpacker = std::make_unique<z_stream>();
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(unpacker.get(), gzip_only) != Z_OK) fail("", "memory to unpack it", "none");
    unpacker_.reset(unpacker.release());
  }

  /// Reads the next piece of the file as it is on disk; `packed_` is empty at its end.
  void refill() {
    stream_.read(reinterpret_cast<char*>(buffer_.data()), static_cast<std::streamsize>(buffer_.size()));
    if (stream_.bad()) fail("byte " + std::to_string(position_), "a readable file", std::strerror(errno));
    packed_ = {buffer_.data(), static_cast<std::size_t>(stream_.gcount())};
  }

  std::size_t copy(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
      if (packed_.empty()) refill();
      if (packed_.empty()) break;
      const std::size_t count = std::min(out.size() - done, packed_.size());
      std::copy_n(packed_.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(done));
      packed_ = packed_.subspan(count);
      done += count;
    }
    return done;
  }

  std::size_t unpack(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size() && !unpacked_all_) {
      if (packed_.empty()) refill();
      constexpr std::size_t most = std::size_t{1} << 30;  // zlib counts in 32 bits
      const std::size_t room = std::min(out.size() - done, most);
      unpacker_->next_in = const_cast<Bytef*>(packed_.data());
      unpacker_->avail_in = static_cast<uInt>(packed_.size());
      unpacker_->next_out = out.data() + done;
      unpacker_->avail_out = static_cast<uInt>(room);
      const int result = inflate(unpacker_.get(), Z_NO_FLUSH);
      const bool at_end_of_file = packed_.empty();
      packed_ = packed_.subspan(packed_.size() - unpacker_->avail_in);
      done += room - unpacker_->avail_out;
      const std::string place = "unpacked byte " + std::to_string(position_ + done);
      if (result == Z_STREAM_END)
        start_next_member(place);
      else if (result == Z_BUF_ERROR && at_end_of_file)
        fail(place, "more gzipped data", "the end of the file");
      else if (result != Z_OK && result != Z_BUF_ERROR)
        fail(place, "sound gzipped data", unpacker_->msg != nullptr ? unpacker_->msg : zError(result));
    }
    return done;
  }

  /// A gzip file is one or more members, and nothing else.
  void start_next_member(const std::string& place) {
    if (packed_.empty()) refill();
    unpacked_all_ = packed_.empty();
    if (unpacked_all_) return;
    if (packed_[0] != 0x1f) fail(place, "the end of the gzipped data", "bytes that are not gzipped after it");
    inflateReset(unpacker_.get());
  }

  std::string path_, kind_;
  std::ifstream stream_;
  std::uint64_t file_size_ = std::numeric_limits<std::uint64_t>::max();
  std::vector<std::uint8_t> buffer_;
  std::span<const std::uint8_t> packed_;  ///< what of buffer_ is still to be used
  std::unique_ptr<z_stream, EndUnpacking> unpacker_;
  bool unpacked_all_ = false;
  std::uint64_t position_ = 0;
};

}  // namespace lutra::io
