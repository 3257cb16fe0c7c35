#pragma once
// The text of emitted C for circuits of numbers: what works row by row on values of 8, 16 or 32 bits. In the text @
// stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

/// ~W is the type of a weight.
inline constexpr std::string_view rows_text = R"(
typedef ~W @_weight;

/* What is read: images of one size, or single values as images of one pixel; what is written has another size. */
typedef struct {
    uint32_t in_height, in_width, height, width, stride_row, stride_column;
} @_view;

/* A channel: where it begins, bytes of a value, and from how far away it is seen. */
typedef struct {
    uint32_t at;
    int32_t row, column;
    uint32_t bytes;
} @_source;

/* What a stage reads, and where what it gives begins. */
typedef struct {
    const @_view *view;
    const @_source *source;
    uint32_t outputs, to, bytes;
} @_rows;

/* Addresses beyond the memory are those of the sample. */
static const unsigned char *@_place(const @_memory *m, uint32_t at) {
    return at < $_BYTES ? m->own + at : m->sample + (at - $_BYTES);
}
)";

inline constexpr std::string_view number_value_text = R"(
static uint32_t @_value(const unsigned char *p, uint32_t bytes) {
    uint16_t two;
    uint32_t four;
    if (bytes == 1)
        return *p;
    if (bytes == 2) {
        memcpy(&two, p, 2);
        return two;
    }
    memcpy(&four, p, 4);
    return four;
}
)";

inline constexpr std::string_view own_text = R"(
/* Addresses beyond the memory are, for what is written, those of the answers. */
static unsigned char *@_own(const @_memory *m, uint32_t at) {
    return at < $_BYTES ? m->own + at : m->answers + (at - $_BYTES);
}
)";

inline constexpr std::string_view store_text = R"(
/* Values i, i + 1, ... at `to` become these n. */
static void @_store(const @_memory *m, uint32_t to, uint32_t bytes, size_t i, const uint32_t *from, size_t n) {
    unsigned char *p = @_own(m, to) + i * bytes;
    size_t k;
    if (bytes == 1)
        for (k = 0; k < n; ++k)
            p[k] = (unsigned char)from[k];
    else if (bytes == 2)
        for (k = 0; k < n; ++k) {
            const uint16_t two = (uint16_t)from[k];
            memcpy(p + 2 * k, &two, 2);
        }
    else
        memcpy(p, from, 4 * n);
}
)";

inline constexpr std::string_view load_row_text = R"(
/* What is seen of a channel from n places of line y, from column x on: outside of the image 0. */
static void @_load(const @_memory *m, const @_view *v, const @_source *s, size_t y, size_t x, size_t n, uint32_t *to) {
    const int64_t row = (int64_t)y * v->stride_row + s->row, width = v->in_width, step = v->stride_column;
    int64_t column = (int64_t)x * step + s->column;
    const unsigned char *line;
    size_t k = 0, inside;
    if (row < 0 || row >= (int64_t)v->in_height) {
        memset(to, 0, n * sizeof *to);
        return;
    }
    line = @_place(m, s->at) + (size_t)row * v->in_width * s->bytes;
    for (; k < n && column < 0; ++k, column += step)
        to[k] = 0;
    inside = column < width ? k + (size_t)((width - column + step - 1) / step) : k;
    inside = inside < n ? inside : n;
    if (s->bytes == 1) {
        const unsigned char *p = line + column;
        for (; k < inside; ++k, p += step)
            to[k] = *p;
    } else
        for (; k < inside; ++k, column += step)
            to[k] = @_value(line + column * s->bytes, s->bytes);
    for (; k < n; ++k)
        to[k] = 0;
}

/* From here on: for each output, for each line, for up to 64 places of it. */
#define $_EACH_PLACE(r) \
    for (y = 0; y < (r)->view->height; ++y) \
        for (x = 0; x < (r)->view->width; x += n) \
            if ((n = (r)->view->width - x < 64 ? (r)->view->width - x : 64) != 0)
#define $_GIVE(r, values) \
    @_store(m, (r)->to, (r)->bytes, (i * (r)->view->height + y) * (r)->view->width + x, values, n)
)";

inline constexpr std::string_view sum_text = R"(
/* Output i is offset[i] plus the sum of its next terms[i] sources, each times its weight, if there are weights. */
static void @_sum(const @_memory *m, const @_rows *r, const uint32_t *terms, const @_weight *weight,
                  const uint32_t *offset) {
    const @_source *source = r->source;
    uint32_t in[64], sum[64];
    size_t i, j, k, n, x, y;
    for (i = 0; i < r->outputs; ++i) {
        $_EACH_PLACE(r) {
            for (k = 0; k < n; ++k)
                sum[k] = offset[i];
            for (j = 0; j < terms[i]; ++j) {
                const uint32_t w = weight ? (uint32_t)weight[j] : 1u;
                @_load(m, r->view, source + j, y, x, n, in);
                for (k = 0; k < n; ++k)
                    sum[k] += w * in[k];
            }
            $_GIVE(r, sum);
        }
        source += terms[i];
        weight = weight ? weight + terms[i] : weight;
    }
}
)";

inline constexpr std::string_view steps_text = R"(
/* Output i is how many of the next steps[i] limits source i is at least, or, where falling[i] is 1, is below. */
static void @_steps(const @_memory *m, const @_rows *r, const unsigned char *falling, const uint32_t *steps,
                    const uint32_t *limit) {
    uint32_t in[64], met[64];
    size_t i, j, k, n, x, y;
    for (i = 0; i < r->outputs; ++i) {
        $_EACH_PLACE(r) {
            @_load(m, r->view, r->source + i, y, x, n, in);
            memset(met, 0, n * sizeof *met);
            for (j = 0; j < steps[i]; ++j)
                for (k = 0; k < n; ++k)
                    met[k] += (in[k] >= limit[j]) != falling[i];
            $_GIVE(r, met);
        }
        limit += steps[i];
    }
}
)";

inline constexpr std::string_view look_up_text = R"(
/* Output i is a bit of the next words of table: its next pins[i] sources say which, the first one the lowest bit. */
static void @_look_up(const @_memory *m, const @_rows *r, const unsigned char *pins, const uint64_t *table) {
    const @_source *source = r->source;
    uint32_t in[64], at[64];
    size_t i, j, k, n, x, y;
    for (i = 0; i < r->outputs; ++i) {
        $_EACH_PLACE(r) {
            memset(at, 0, sizeof at);
            for (j = 0; j < pins[i]; ++j) {
                @_load(m, r->view, source + j, y, x, n, in);
                for (k = 0; k < n; ++k)
                    at[k] |= in[k] << j;
            }
            for (k = 0; k < n; ++k)
                at[k] = (uint32_t)(table[at[k] / 64] >> (at[k] % 64) & 1);
            $_GIVE(r, at);
        }
        source += pins[i];
        table += pins[i] <= 6 ? 1 : (size_t)1 << (pins[i] - 6);
    }
}
)";

inline constexpr std::string_view most_text = R"(
/* Output i is the largest of `count` sources, the next for each output; or which of them it is, the first where there
   are several. */
static void @_most(const @_memory *m, const @_rows *r, size_t count, int which) {
    const @_source *source = r->source;
    uint32_t in[64], most[64], first[64];
    size_t i, j, k, n, x, y;
    for (i = 0; i < r->outputs; ++i) {
        $_EACH_PLACE(r) {
            memset(first, 0, sizeof first);
            @_load(m, r->view, source, y, x, n, most);
            for (j = 1; j < count; ++j) {
                @_load(m, r->view, source + j, y, x, n, in);
                for (k = 0; k < n; ++k)
                    if (in[k] > most[k]) {
                        most[k] = in[k];
                        first[k] = (uint32_t)j;
                    }
            }
            $_GIVE(r, which ? first : most);
        }
        source += count;
    }
}
)";

inline constexpr std::string_view move_text = R"(
/* Output i is what is seen of source i, whose values have as many bytes. */
static void @_move(const @_memory *m, const @_rows *r) {
    const @_view *v = r->view;
    const int64_t step = v->stride_column, width = v->in_width;
    unsigned char *out = @_own(m, r->to);
    size_t i, y, k, inside;
    for (i = 0; i < r->outputs; ++i)
        for (y = 0; y < v->height; ++y, out += (size_t)v->width * r->bytes) {
            const @_source *s = r->source + i;
            const int64_t row = (int64_t)y * v->stride_row + s->row;
            const unsigned char *from = @_place(m, s->at);
            int64_t column = s->column;
            memset(out, 0, (size_t)v->width * r->bytes);
            if (row < 0 || row >= (int64_t)v->in_height)
                continue;
            for (k = 0; k < v->width && column < 0; ++k)
                column += step;
            inside = column < width ? k + (size_t)((width - column + step - 1) / step) : k;
            inside = inside < v->width ? inside : v->width;
            from += ((size_t)row * v->in_width + (size_t)(k < inside ? column : 0)) * r->bytes;
            if (step == 1)
                memcpy(out + k * r->bytes, from, (inside - k) * r->bytes);
            else if (r->bytes == 1)
                for (; k < inside; ++k, from += step)
                    out[k] = *from;
            else
                for (; k < inside; ++k, from += step * r->bytes)
                    memcpy(out + k * r->bytes, from, r->bytes);
        }
}
)";

inline constexpr std::string_view spread_text = R"(
#define $_SPREAD(in_type, out_type) \
    for (x = 0; x < in->in_width; ++x) { \
        in_type value; \
        out_type wide; \
        memcpy(&value, from + x * sizeof value, sizeof value); \
        wide = value; \
        memcpy(out + x * columns * sizeof wide, &wide, sizeof wide); \
    }

/* Each pixel becomes rows times columns of them: output channel by output channel, the channels that these are. */
static void @_spread(const @_memory *m, const uint32_t *channel, const @_view *in, size_t channels, size_t rows,
                     size_t columns, uint32_t from_bytes, uint32_t to, uint32_t bytes) {
    const size_t line = in->in_width * columns * bytes;
    unsigned char *lines = @_own(m, to);
    size_t c, y, x, k;
    for (c = 0; c < channels; ++c, channel += rows * columns)
        for (y = 0; y < in->in_height * rows; ++y, lines += line)
            for (k = 0; k < columns; ++k) {
                const unsigned char *from = @_place(m, channel[y % rows * columns + k]);
                unsigned char *out = lines + k * bytes;
                from += y / rows * in->in_width * from_bytes;
                if (bytes == 1)
                    $_SPREAD(uint8_t, uint8_t)
                else if (bytes == 2)
                    $_SPREAD(uint16_t, uint16_t)
                else if (from_bytes == 1)
                    $_SPREAD(uint8_t, uint32_t)
                else if (from_bytes == 2)
                    $_SPREAD(uint16_t, uint32_t)
                else
                    $_SPREAD(uint32_t, uint32_t)
            }
}
)";

inline constexpr std::string_view pick_text = R"(
/* Values from wherever they are. */
static void @_pick(const @_memory *m, const uint32_t *from, size_t count, uint32_t from_bytes, uint32_t to,
                   uint32_t bytes) {
    size_t i;
    for (i = 0; i < count; ++i) {
        const uint32_t value = @_value(@_place(m, from[i]), from_bytes);
        @_store(m, to, bytes, i, &value, 1);
    }
}
)";

}  // namespace lutra::c::detail
