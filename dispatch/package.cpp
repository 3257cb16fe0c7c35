// All exporters together, and the tools that check what they wrote: compiled once.

#include <cstdint>
#include <lutra/export/define/package.hpp>
#include <lutra/export/define/verify.hpp>

namespace lutra {

template verify::Result verify::run_c(const std::filesystem::path&, const std::string&, const Circuit&,
                                      std::span<const std::uint8_t>);
template verify::Result verify::run_c(const std::filesystem::path&, const std::string&, const Circuit&,
                                      std::span<const std::uint16_t>);

template Design package(const Circuit&, std::span<const std::uint8_t>, const hdl::VerilogOptions&);
template Design package(const Circuit&, std::span<const std::uint16_t>, const hdl::VerilogOptions&);

template std::vector<report::Agreement> check(const Circuit&, const std::filesystem::path&, const std::string&,
                                              const CheckedData<std::uint8_t>&, const std::filesystem::path&);
template std::vector<report::Agreement> check(const Circuit&, const std::filesystem::path&, const std::string&,
                                              const CheckedData<std::uint16_t>&, const std::filesystem::path&);

}  // namespace lutra
