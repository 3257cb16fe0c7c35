// The report and the plot of a search, compiled once.

#include <lutra/export/define/plot.hpp>
#include <lutra/export/define/report.hpp>
