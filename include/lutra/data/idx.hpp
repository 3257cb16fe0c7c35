#pragma once
// IDX files, the format of MNIST, Fashion-MNIST and their kin: a big-endian header (two zero bytes, a type, the number
// of dimensions, each dimension's size) and then raw values. Read plain or gzipped, and refused unless every byte is
// accounted for.

#include <cstdint>
#include <filesystem>
#include <lutra/data/dataset.hpp>
#include <lutra/signal.hpp>
#include <vector>

namespace lutra {

/// Images without their labels: `values` holds count() × shape.size() bytes, one image after another, C·H·W inside.
struct Images {
  Shape shape;
  std::vector<std::uint8_t> values;

  [[nodiscard]] std::size_t count() const noexcept { return values.size() / shape.size(); }
};

/// A data set in the two parts in which it is published.
struct TrainAndTest {
  Dataset<Byte> train;
  Dataset<Byte> test;
};

/// Images of unsigned bytes. N×H×W gives Shape{1, H, W}, N×C×H×W gives Shape{C, H, W}, N×n gives Shape{n}.
/// Throws Error naming file and byte for anything else.
[[nodiscard]] Images read_idx_images(const std::filesystem::path& path);

/// One unsigned byte a sample. Throws Error naming file and byte for anything else.
[[nodiscard]] std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path);

/// Images with their labels. `classes` 0 means the largest label and one.
/// Throws Error when either file is damaged or foreign, when their counts differ, or when a label is not below
/// `classes`.
[[nodiscard]] Dataset<Byte> load_idx(const std::filesystem::path& images_path, const std::filesystem::path& labels_path,
                                     std::size_t classes = 0);

/// MNIST, Fashion-MNIST or another set under the same four names (train-images-idx3-ubyte, train-labels-idx1-ubyte,
/// t10k-..., each plain or .gz) in one folder. Throws Error naming the file that is missing or wrong.
[[nodiscard]] TrainAndTest load_mnist(const std::filesystem::path& folder, std::size_t classes = 10);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/data/define/idx.hpp>
#endif
