// A second file with the same headers: a function that forgot `inline` would be defined twice and not link.

#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>

const char* version_in_second_file();
std::size_t luts_in_second_file(const lutra::Circuit& circuit);

const char* version_in_second_file() { return lutra::version; }

std::size_t luts_in_second_file(const lutra::Circuit& circuit) { return circuit.lut_nodes(); }
