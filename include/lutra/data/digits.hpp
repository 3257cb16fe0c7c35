#pragma once
// The small set of handwritten digits that the examples carry with them: large enough to learn from in seconds, small
// enough to lie in the repository.

#include <filesystem>
#include <lutra/data/dataset.hpp>
#include <lutra/signal.hpp>

namespace lutra {

/// The 1797 digits of examples/data/digits.csv.gz (UCI Optical Recognition of Handwritten Digits, test part; Alpaydin
/// and Kaynak), or any CSV file like it: 64 whole numbers 0..16, then the digit. Values stay 0..16 and are not
/// stretched to 0..255, so encoders with thresholds spread over a whole Byte see only its lowest part: fit thresholds
/// to the data. Throws Error when the file is not that.
[[nodiscard]] Dataset<Byte> load_digits(const std::filesystem::path& path);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/data/define/digits.hpp>
#endif
