// The exporters, compiled once.

#include <cstdint>
#include <lutra/export/define/blif.hpp>
#include <lutra/export/define/c.hpp>
#include <lutra/export/define/design.hpp>
#include <lutra/export/define/init.hpp>
#include <lutra/export/define/parts.hpp>
#include <lutra/export/define/stream.hpp>
#include <lutra/export/define/stream_plan.hpp>
#include <lutra/export/define/stream_testbench.hpp>
#include <lutra/export/define/stream_timing.hpp>
#include <lutra/export/define/testbench.hpp>
#include <lutra/export/define/verilog.hpp>

namespace lutra::hdl {

template Design testbench(const Circuit&, std::span<const std::uint8_t>, const VerilogOptions&,
                          std::span<const std::uint32_t>);
template Design testbench(const Circuit&, std::span<const std::uint16_t>, const VerilogOptions&,
                          std::span<const std::uint32_t>);

template Design stream_testbench(const Circuit&, std::span<const std::uint8_t>, const StreamOptions&);
template Design stream_testbench(const Circuit&, std::span<const std::uint16_t>, const StreamOptions&);
template Design stream_testbench(const Circuit&, std::span<const StreamFrame<std::uint8_t>>, const StreamOptions&);
template Design stream_testbench(const Circuit&, std::span<const StreamFrame<std::uint16_t>>, const StreamOptions&);

}  // namespace lutra::hdl
