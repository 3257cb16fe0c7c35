// A second file with the same headers: a function that forgot `inline` would be defined twice and not link.

#include <lutra/version.hpp>

const char* version_in_second_file();

const char* version_in_second_file() { return lutra::version; }
