// What of searches is the same for all networks, compiled once.

#include <lutra/search/define/ladder.hpp>
#include <lutra/search/define/progress.hpp>
#include <lutra/search/define/result.hpp>
#include <lutra/search/define/session.hpp>
