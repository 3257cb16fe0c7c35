// The report, compiled once.

#include <lutra/export/define/report.hpp>
