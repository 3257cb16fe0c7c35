#pragma once
// The text of emitted C for windows of few-bit codes: what both ways of computing them share, and the one for few
// places. In the text @ stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view codes_text = R"(
/* Channels that lie one after another, so many bytes apart. */
typedef struct {
    uint32_t at, step, count;
} @_run_of_channels;

/* What becomes of a sum, which is lowest * (the sum of all codes) + scale * (what the bits of the weights choose): with
   bias added it is a number from 0 on. Output i is the number of limits that this is at least, or falling[i] minus that
   number if falling[i] is not 0; or, without limits, the number plus base[i]. */
typedef struct {
    uint32_t outputs, scale, lowest, bias, levels;
    const uint32_t *limit; /* [outputs][levels] */
    const unsigned char *falling;
    const uint32_t *base;
    uint32_t to, bytes;
} @_answers;

static uint32_t @_answer_of(const @_answers *a, size_t output, uint32_t sum) {
    const uint32_t *limit = a->limit + output * a->levels;
    uint32_t met = 0, j;
    if (a->base)
        return sum + a->base[output];
    for (j = 0; j < a->levels; ++j)
        met += sum >= limit[j];
    return a->falling[output] ? a->falling[output] - met : met;
}
)";

inline constexpr std::string_view ones_text = R"(
#if defined(__GNUC__) && (defined(__POPCNT__) || defined(__aarch64__)) && !defined($_PLAIN)
#define @_ones(word) ((uint32_t)__builtin_popcountll(word))
#else
static uint32_t @_ones(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (uint32_t)(word * 0x0101010101010101 >> 56);
}
#endif
)";

inline constexpr std::string_view dense_text = R"(
/* A window whose codes are planes of bits, 64 codes a word, beside the bits of its weights. */
typedef struct {
    const @_view *view;
    const @_run_of_channels *run;
    uint32_t runs, taps, bits, units, words, work;
    const int32_t *tap;     /* [taps]: row, column */
    const uint64_t *weight; /* [outputs][units][words] */
    @_answers answers;
} @_dense;

/* The planes of what is seen from a place; the sum of its codes. */
static uint32_t @_see(const @_memory *m, const @_dense *d, size_t y, size_t x, uint64_t *plane) {
    const @_view *v = d->view;
    uint32_t sum = 0, t, r, c, b;
    size_t i = 0;
    memset(plane, 0, (size_t)d->bits * d->words * sizeof *plane);
    for (t = 0; t < d->taps; ++t) {
        const int64_t row = (int64_t)y * v->stride_row + d->tap[2 * t];
        const int64_t column = (int64_t)x * v->stride_column + d->tap[2 * t + 1];
        const int inside = row >= 0 && column >= 0 && row < (int64_t)v->in_height && column < (int64_t)v->in_width;
        for (r = 0; r < d->runs; ++r) {
            const @_run_of_channels *run = d->run + r;
            const unsigned char *p;
            if (!inside) {
                i += run->count;
                continue;
            }
            p = @_place(m, run->at) + (size_t)row * v->in_width + (size_t)column;
            for (c = 0; c < run->count; ++c, ++i, p += run->step) {
                const uint64_t code = *p;
                sum += *p;
                for (b = 0; b < d->bits; ++b)
                    plane[b * d->words + i / 64] |= (code >> b & 1) << (i % 64);
            }
        }
    }
    return sum;
}

static void @_weigh_dense(const @_memory *m, const @_dense *d) {
    const @_answers *a = &d->answers;
    uint64_t *plane = (uint64_t *)(void *)(m->own + d->work);
    size_t y, x, o;
    uint32_t u, b, w;
    for (y = 0; y < d->view->height; ++y)
        for (x = 0; x < d->view->width; ++x) {
            const uint32_t start = a->bias + a->lowest * @_see(m, d, y, x, plane);
            const uint64_t *weight = d->weight;
            for (o = 0; o < a->outputs; ++o) {
                uint32_t sum = 0, value;
                for (u = 0; u < d->units; ++u, weight += d->words)
                    for (b = 0; b < d->bits; ++b) {
                        const uint64_t *codes = plane + b * d->words;
                        uint32_t ones = 0;
                        for (w = 0; w < d->words; ++w)
                            ones += @_ones(codes[w] & weight[w]);
                        sum += ones << (u + b);
                    }
                value = @_answer_of(a, o, start + a->scale * sum);
                @_store(m, a->to, a->bytes, (o * d->view->height + y) * d->view->width + x, &value, 1);
            }
        }
}
)";

}  // namespace lutra::c::detail
