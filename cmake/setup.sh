#!/usr/bin/env bash
# Installs what the project needs, and does nothing when it is all there.
#
#   cmake/setup.sh GROUP...
#
#   build   compile and run the examples
#   prove   the hardware tools that simulate, prove and count emitted Verilog
#   test    everything: both groups above, the second compiler, and the checkers
#   bench   compile and run the benchmarks, and plot what they measured
#   peers   what the benchmarks are compared with, where it is large: PyTorch and oneDNN, 0.6 GB
#
# Works on Debian and Ubuntu, as root or with sudo. On other systems it names the packages and stops; once they are
# installed there, LUTRA_SKIP_SETUP=1 passes this step.
set -euo pipefail

build_packages=(g++ cmake ninja-build libxtensor-dev libxsimd-dev xtl-dev zlib1g-dev nlohmann-json3-dev
    libcli11-dev libstb-dev)
prove_packages=(yosys verilator iverilog berkeley-abc make)
test_packages=(clang libboost-test-dev libbenchmark-dev clang-tidy clang-format ccache git qemu-user
    g++-aarch64-linux-gnu)
bench_packages=(libbenchmark-dev gnuplot-nox time)
peers_packages=(python3-torch libdnnl-dev)

if [ $# -eq 0 ]; then
    set -- build
fi
wanted=()
for group in "$@"; do
    case $group in
        build) wanted+=("${build_packages[@]}") ;;
        prove) wanted+=("${prove_packages[@]}") ;;
        test) wanted+=("${build_packages[@]}" "${prove_packages[@]}" "${test_packages[@]}") ;;
        bench) wanted+=("${build_packages[@]}" "${bench_packages[@]}") ;;
        peers) wanted+=("${peers_packages[@]}") ;;
        *)
            echo "usage: $0 {build|prove|test|bench|peers}..." >&2
            exit 2
            ;;
    esac
done

if [ -n "${LUTRA_SKIP_SETUP:-}" ]; then
    exit 0
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    {
        echo "lutra: this system has no apt-get. Please install what these Debian packages contain:"
        printf '  %s\n' "${wanted[@]}"
        echo "and run again with LUTRA_SKIP_SETUP=1."
    } >&2
    exit 1
fi

# dpkg-query fails when it does not know a package at all: that package is simply not in its list.
installed=$(dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
    # A library's name has its architecture behind it, as in zlib1g-dev:amd64.
    if ! grep -Eq "^installed ${package//+/\\+}(:|$)" <<<"$installed"; then
        missing+=("$package")
    fi
done
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

echo "lutra: installing ${missing[*]}"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        echo "lutra: this needs root, and sudo does not work without a password here. Please run:" >&2
        echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo -n)
fi

apt() {
    # Another apt may be at work (unattended upgrades): wait for it.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

install_missing() {
    # What packages say while they are set up matters only when one cannot be.
    local log
    log=$(mktemp)
    if apt install --yes --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    cat "$log" >&2
    rm -f "$log"
    return 1
}

# The package lists may be missing (a fresh container) or out of date (a file that is gone): only then fetch them.
known=$(apt-cache show "${missing[@]}" 2>/dev/null | grep -c '^Package: ' || true)
if [ "$known" -lt ${#missing[@]} ]; then
    apt update
    install_missing
elif ! install_missing; then
    echo "lutra: trying again with fresh package lists"
    apt update
    install_missing
fi
