#pragma once
// NumPy's .npy files as xtensor arrays and as data sets: the way in for whoever prepares data in Python, and the way
// out for whoever looks at it there. The only header of the data readers that costs xtensor's compile time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <lutra/data/dataset.hpp>
#include <lutra/data/npy_file.hpp>
#include <lutra/error.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/io/xtensor.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// Where an array of images N×a×b×c has its channels: N×C×H×W, or N×H×W×C as image libraries write it.
enum class Channels { first, last };

namespace detail {

template <class T>
[[nodiscard]] std::string npy_range_text() {
  using Limits = std::numeric_limits<T>;
  if (std::is_floating_point_v<T>) return "a number that a float of " + std::to_string(sizeof(T)) + " bytes holds";
  return "a whole number " + std::to_string(Limits::min()) + ".." + std::to_string(Limits::max());
}

}  // namespace detail

/// An array of any shape, plain or gzipped, row-major or column-major, little- or big-endian. Its elements may be
/// truth values, integers or floats of any width so long as each is a number that T holds; only a float read as a
/// shorter float is rounded. Throws Error naming the file and the byte or element that is wrong.
template <class T>
[[nodiscard]] xt::xarray<T> read_npy(const std::filesystem::path& path) {
  static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, long double>,
                "lutra: read_npy gives integers, float or double");
  const auto npy = detail::read_npy_file(path);
  const auto& shape = npy.header.shape;
  auto array = xt::xarray<T>::from_shape(shape);
  std::vector<std::size_t> at(shape.size()), stride(shape.size(), 1);  // of the file
  for (std::size_t i = 1; i < shape.size(); ++i)
    if (npy.header.column_major)
      stride[i] = stride[i - 1] * shape[i - 1];
    else
      stride[shape.size() - 1 - i] = stride[shape.size() - i] * shape[shape.size() - i];
  std::size_t from = 0;
  for (std::size_t i = 0; i < npy.count(); ++i) {
    const auto element = detail::npy_element<T>(npy, from);
    if (!element)
      throw Error("npy file", path.string() + ", element " + std::to_string(i) + " in row-major order",
                  detail::npy_range_text<T>(), detail::npy_element_text(npy, from));
    array.data()[i] = *element;
    for (std::size_t d = shape.size(); d-- > 0;) {  // the next place in row-major order
      from += stride[d];
      if (++at[d] < shape[d]) break;
      from -= stride[d] * shape[d];
      at[d] = 0;
    }
  }
  return array;
}

/// Writes an array or expression, wholly or not at all. Throws Error when the file cannot be written.
template <class Expression>
void save_npy(const std::filesystem::path& path, const xt::xexpression<Expression>& array) {
  io::write_file(path, xt::dump_npy(array));
}

/// Images of bytes with their labels. N×n gives Shape{n}, N×H×W gives Shape{1, H, W}, and N×C×H×W, or N×H×W×C with
/// Channels::last, gives Shape{C, H, W}. `places` labels an image, or none; `classes` 0 means the largest label and
/// one. Throws Error when there are other dimensions, or labels do not match.
[[nodiscard]] inline Dataset<Byte> to_dataset(const xt::xarray<std::uint8_t>& images,
                                              std::span<const std::uint32_t> labels = {}, std::size_t classes = 0,
                                              Channels channels = Channels::first, std::size_t places = 1) {
  const std::vector<std::size_t> sizes(images.shape().begin(), images.shape().end());
  if (sizes.size() < 2 || sizes.size() > 4)
    throw Error("array of images", "", "2 to 4 dimensions, images first", std::to_string(sizes.size()));
  const std::span<const std::uint8_t> values(images.data(), images.size());
  if (sizes.size() == 2) return make_dataset<Byte>(Shape{.channels = sizes[1]}, values, labels, classes, places);
  if (sizes.size() == 3)
    return make_dataset<Byte>(Shape{.channels = 1, .height = sizes[1], .width = sizes[2]}, values, labels, classes,
                              places);
  if (channels == Channels::first)
    return make_dataset<Byte>(Shape{.channels = sizes[1], .height = sizes[2], .width = sizes[3]}, values, labels,
                              classes, places);

  const std::size_t pixels = sizes[1] * sizes[2], depth = sizes[3];
  std::vector<std::uint8_t> planes(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t image = i / (pixels * depth), pixel = i / depth % pixels, channel = i % depth;
    planes[(image * depth + channel) * pixels + pixel] = values[i];
  }
  return make_dataset<Byte>(Shape{.channels = depth, .height = sizes[1], .width = sizes[2]}, planes, labels, classes,
                            places);
}

/// Images (N×n, N×H×W or N×C×H×W) and labels (N whole numbers of any type, or N×H×W for those of pixels) from two
/// files. Throws Error naming the file and what is wrong in it.
[[nodiscard]] inline Dataset<Byte> load_npy(const std::filesystem::path& images_path,
                                            const std::filesystem::path& labels_path, std::size_t classes = 0,
                                            Channels channels = Channels::first) {
  const auto images = read_npy<std::uint8_t>(images_path);
  if (images.dimension() < 2 || images.dimension() > 4 || images.size() == 0)
    throw Error("npy images", images_path.string(), "2 to 4 dimensions, images first, and none empty",
                std::to_string(images.dimension()) + " dimensions, " + std::to_string(images.size()) + " values");
  const auto labels = read_npy<std::uint32_t>(labels_path);
  const std::size_t count = images.shape()[0];
  if ((labels.dimension() != 1 && labels.dimension() != 3) || labels.size() == 0 || labels.shape()[0] != count)
    throw Error("npy labels", labels_path.string(),
                std::to_string(count) + " labels in 1 dimension, or label images in 3, one for each image of " +
                    images_path.string(),
                std::to_string(labels.size()) + " in " + std::to_string(labels.dimension()));
  if (classes != 0)
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels.data()[i] >= classes)
        throw Error("npy labels", labels_path.string() + ", element " + std::to_string(i),
                    "a label below " + std::to_string(classes), std::to_string(labels.data()[i]));
  return to_dataset(images, {labels.data(), labels.size()}, classes, channels, labels.size() / count);
}

/// Writes a data set as load_npy reads it: N×C×H×W bytes and N labels of 32 bits, or N×1×places where there are
/// several. Throws Error when it has no labels, or a file cannot be written.
inline void save_npy(const std::filesystem::path& images_path, const std::filesystem::path& labels_path,
                     const Dataset<Byte>& data) {
  data.validate();
  if (data.labels.empty()) throw Error("npy labels", labels_path.string(), "a data set with labels", "none");
  const std::vector<std::size_t> shape{data.size(), data.shape.channels, data.shape.height, data.shape.width};
  save_npy(images_path, xt::adapt(data.values, shape));
  std::vector<std::size_t> labels{data.size()};
  if (data.places > 1) labels.insert(labels.end(), {1, data.places});
  save_npy(labels_path, xt::adapt(data.labels, labels));
}

}  // namespace lutra
