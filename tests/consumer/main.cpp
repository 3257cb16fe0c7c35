// The smallest program that uses the library: it says which version it was built with.

#include <iostream>
#include <lutra/version.hpp>
#include <string_view>

const char* version_in_second_file();

int main() {
    std::cout << "lutra " << lutra::version << '\n';
    return lutra::version == std::string_view{version_in_second_file()} ? 0 : 1;
}
