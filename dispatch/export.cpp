// The exporters, compiled once.

#include <cstdint>
#include <lutra/export/define/blif.hpp>
#include <lutra/export/define/c.hpp>
#include <lutra/export/define/design.hpp>
#include <lutra/export/define/init.hpp>
#include <lutra/export/define/parts.hpp>
#include <lutra/export/define/testbench.hpp>
#include <lutra/export/define/verilog.hpp>

namespace lutra::hdl {

template Design testbench(const Circuit&, std::span<const std::uint8_t>, const VerilogOptions&,
                          std::span<const std::uint32_t>);
template Design testbench(const Circuit&, std::span<const std::uint16_t>, const VerilogOptions&,
                          std::span<const std::uint32_t>);

}  // namespace lutra::hdl
