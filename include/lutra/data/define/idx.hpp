#pragma once
// Defines what <lutra/data/idx.hpp> declares.

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <lutra/data/dataset.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/input_file.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

namespace detail {

struct IdxArray {
  std::vector<std::size_t> sizes;
  std::vector<std::uint8_t> values;
};

inline std::string hex_byte(std::uint32_t byte) {
  constexpr const char* digits = "0123456789abcdef";
  return {'0', 'x', digits[byte / 16 % 16], digits[byte % 16]};
}

/// The next big-endian 32-bit word.
inline std::uint32_t read_idx_word(io::InputFile& file, const std::string& meaning) {
  const std::string place = "byte " + std::to_string(file.position());
  std::array<std::uint8_t, 4> bytes{};
  const std::size_t count = file.read(bytes);
  if (count != 4) file.fail(place, "4 bytes (" + meaning + ")", count == 0 ? "the end" : std::to_string(count));
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// The number of dimensions, from the first four bytes.
inline std::size_t read_idx_magic(io::InputFile& file) {
  const std::uint32_t magic = read_idx_word(file, "the IDX magic number");
  const std::uint32_t type = magic >> 8 & 0xff;
  if (magic >> 16 != 0)
    file.fail("byte 0", "two zero bytes, as every IDX file has", hex_byte(magic >> 24) + " " + hex_byte(magic >> 16));
  if (type != 0x08) file.fail("byte 2", "type 0x08 (unsigned bytes)", "type " + hex_byte(type));
  return magic & 0xff;
}

inline std::vector<std::uint8_t> read_idx_values(io::InputFile& file, std::uint64_t size) {
  const std::string promised = std::to_string(size) + " bytes of values, as the header says";
  if (size > file.most_left())
    file.fail("byte " + std::to_string(file.position()), promised,
              "at most " + std::to_string(file.most_left()) + " left in the file");
  std::vector<std::uint8_t> values;
  std::size_t have = 0;
  while (have < size) {  // in pieces, so that a header's lie costs no more memory than the file's true size
    constexpr std::uint64_t piece = std::uint64_t{1} << 26;
    const auto room = static_cast<std::size_t>(std::min(size - have, piece));
    values.resize(have + room);
    const std::size_t count = file.read(std::span(values).subspan(have, room));
    have += count;
    if (count < room) file.fail("byte " + std::to_string(file.position()), promised, std::to_string(have));
  }
  std::array<std::uint8_t, 1> one{};
  if (file.read(one) != 0)
    file.fail("byte " + std::to_string(file.position() - 1), "the end of the file, as the header says", "more bytes");
  return values;
}

inline IdxArray read_idx(io::InputFile& file, std::size_t fewest, std::size_t most, const std::string& meaning) {
  const std::size_t dimensions = read_idx_magic(file);
  if (dimensions < fewest || dimensions > most)
    file.fail("byte 3", meaning, std::to_string(dimensions) + (dimensions == 1 ? " dimension" : " dimensions"));
  IdxArray array;
  std::uint64_t size = 1;
  for (std::size_t i = 0; i < dimensions; ++i) {
    const std::string place = "byte " + std::to_string(file.position());
    array.sizes.push_back(read_idx_word(file, "the size of dimension " + std::to_string(i)));
    if (array.sizes[i] == 0) file.fail(place, "a size of at least 1 for dimension " + std::to_string(i), "0");
    constexpr std::uint64_t limit = std::uint64_t{1}
                                    << 48;  // far past any memory; also keeps the product from wrapping
    if (size > limit / array.sizes[i]) file.fail(place, "no more than 2^48 values in all", "a larger product of sizes");
    size *= array.sizes[i];
  }
  array.values = read_idx_values(file, size);
  return array;
}

/// The first of the published names that is there: `part`-images-idx3-ubyte or `part`-images.idx3-ubyte, plain or .gz.
inline std::filesystem::path find_idx(const std::filesystem::path& folder, const std::string& name,
                                      const std::string& suffix) {
  for (const char* join : {"-", "."})
    for (const char* ending : {"", ".gz"}) {
      auto path = folder / std::string(name).append(join).append(suffix).append(ending);
      if (std::filesystem::exists(path)) return path;
    }
  throw Error("IDX file", folder.string(), name + "-" + suffix + " or " + name + "-" + suffix + ".gz in this folder",
              std::filesystem::is_directory(folder) ? "neither" : "no such folder");
}

}  // namespace detail

LUTRA_INLINE Images read_idx_images(const std::filesystem::path& path) {
  io::InputFile file(path, "IDX images");
  auto array = detail::read_idx(file, 2, 4, "2 to 4 dimensions, images first (a file of labels has 1)");
  const auto& sizes = array.sizes;
  Shape shape{.channels = sizes[1]};
  if (sizes.size() == 3) shape = Shape{.channels = 1, .height = sizes[1], .width = sizes[2]};
  if (sizes.size() == 4) shape = Shape{.channels = sizes[1], .height = sizes[2], .width = sizes[3]};
  return {.shape = shape, .values = std::move(array.values)};
}

LUTRA_INLINE std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path) {
  io::InputFile file(path, "IDX labels");
  return detail::read_idx(file, 1, 1, "1 dimension (files of images have 2 to 4)").values;
}

LUTRA_INLINE Dataset<Byte> load_idx(const std::filesystem::path& images_path, const std::filesystem::path& labels_path,
                                    std::size_t classes) {
  Images images = read_idx_images(images_path);
  const auto labels = read_idx_labels(labels_path);
  if (labels.size() != images.count())
    throw Error("IDX labels", labels_path.string(),
                std::to_string(images.count()) + " labels, one for each image of " + images_path.string(),
                std::to_string(labels.size()));
  if (classes == 0) classes = std::size_t{*std::max_element(labels.begin(), labels.end())} + 1;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= classes)
      throw Error("IDX labels", labels_path.string() + ", byte " + std::to_string(8 + i),
                  "a label below " + std::to_string(classes), std::to_string(labels[i]));
  return {.shape = images.shape,
          .values = std::move(images.values),
          .labels = {labels.begin(), labels.end()},
          .classes = classes,
          .targets = {},
          .target_size = 0};
}

LUTRA_INLINE TrainAndTest load_mnist(const std::filesystem::path& folder, std::size_t classes) {
  const auto part = [&](const std::string& name) {
    return load_idx(detail::find_idx(folder, name + "-images", "idx3-ubyte"),
                    detail::find_idx(folder, name + "-labels", "idx1-ubyte"), classes);
  };
  TrainAndTest sets{.train = part("train"), .test = part("t10k")};
  if (sets.test.shape != sets.train.shape)
    throw Error("IDX images", folder.string(),
                "test images of " + to_string(sets.train.shape) + " like the training ones",
                to_string(sets.test.shape));
  return sets;
}

}  // namespace lutra
