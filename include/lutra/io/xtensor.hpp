#pragma once
// The parts of xtensor that lutra uses, wherever the installed version keeps them: up to 0.25 its headers lie in one
// folder, from 0.26 in several.

#if __has_include(<xtensor/io/xnpy.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/io/xnpy.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>
#endif
