#pragma once
// The text of emitted C for instruction sets that shuffle bytes: sixteen outputs look their sums of four codes up in
// one instruction, in the table of a place. In the text @ stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

/// What the instruction sets are called by. A vector is $_SIDE places beside each other, sixteen bytes each.
inline constexpr std::string_view shuffle_sets_text = R"(
#if defined($_PLAIN)
#elif defined(__AVX2__)
#include <immintrin.h>
#define $_SIDE 2
typedef __m256i @_vector;
typedef __m128i @_row;
#define $_LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define $_STORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define $_SAME(p) _mm256_broadcastsi128_si256($_LOAD_ROW(p))
#define $_LOOK_UP(table, index) _mm256_shuffle_epi8(table, index)
#define $_ADD_BYTES(a, b) _mm256_add_epi8(a, b)
#define $_ADD_WORDS(a, b) _mm256_add_epi16(a, b)
#define $_LOW_BYTES(v) _mm256_and_si256(v, _mm256_set1_epi16(255))
#define $_HIGH_BYTES(v) _mm256_srli_epi16(v, 8)
#define $_HIGH_BITS(v) _mm256_srli_epi16(v, 15)
#define $_TIMES(v, factor) _mm256_mullo_epi16(v, _mm256_set1_epi16((short)(factor)))
#define $_PACK(low, high) _mm256_packus_epi16(low, high)
#define $_NOTHING _mm256_setzero_si256()
#elif defined(__SSSE3__)
#include <tmmintrin.h>
#define $_SIDE 1
typedef __m128i @_vector, @_row;
#define $_LOAD(p) $_LOAD_ROW(p)
#define $_STORE(p, v) $_STORE_ROW(p, v)
#define $_SAME(p) $_LOAD_ROW(p)
#define $_LOOK_UP(table, index) _mm_shuffle_epi8(table, index)
#define $_ADD_BYTES(a, b) _mm_add_epi8(a, b)
#define $_ADD_WORDS(a, b) _mm_add_epi16(a, b)
#define $_LOW_BYTES(v) _mm_and_si128(v, _mm_set1_epi16(255))
#define $_HIGH_BYTES(v) _mm_srli_epi16(v, 8)
#define $_HIGH_BITS(v) _mm_srli_epi16(v, 15)
#define $_TIMES(v, factor) _mm_mullo_epi16(v, _mm_set1_epi16((short)(factor)))
#define $_PACK(low, high) _mm_packus_epi16(low, high)
#define $_NOTHING _mm_setzero_si128()
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)
#include <arm_neon.h>
#define $_SIDE 1
typedef uint8x16_t @_vector, @_row;
#define @_words(v) vreinterpretq_u16_u8(v)
#define @_bytes(v) vreinterpretq_u8_u16(v)
#define $_LOAD(p) vld1q_u8(p)
#define $_STORE(p, v) vst1q_u8(p, v)
#define $_SAME(p) vld1q_u8(p)
#define $_LOOK_UP(table, index) vqtbl1q_u8(table, index)
#define $_ADD_BYTES(a, b) vaddq_u8(a, b)
#define $_ADD_WORDS(a, b) @_bytes(vaddq_u16(@_words(a), @_words(b)))
#define $_LOW_BYTES(v) @_bytes(vandq_u16(@_words(v), vdupq_n_u16(255)))
#define $_HIGH_BYTES(v) @_bytes(vshrq_n_u16(@_words(v), 8))
#define $_HIGH_BITS(v) @_bytes(vshrq_n_u16(@_words(v), 15))
#define $_TIMES(v, factor) @_bytes(vmulq_n_u16(@_words(v), (uint16_t)(factor)))
#define $_PACK(low, high) vcombine_u8(vmovn_u16(@_words(low)), vmovn_u16(@_words(high)))
#define $_NOTHING vdupq_n_u8(0)
#define $_LOAD_ROW(p) vld1q_u8(p)
#define $_STORE_ROW(p, v) vst1q_u8(p, v)
#define $_ADD_ROWS(a, b) vaddq_u8(a, b)
#define $_ZIP_LOW(a, b) vzip1q_u8(a, b)
#define $_ZIP_HIGH(a, b) vzip2q_u8(a, b)
#endif

#if defined($_SIDE) && !defined($_LOAD_ROW)
#define $_LOAD_ROW(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define $_STORE_ROW(p, v) _mm_storeu_si128((__m128i *)(void *)(p), v)
#define $_ADD_ROWS(a, b) _mm_add_epi8(a, b)
#define $_ZIP_LOW(a, b) _mm_unpacklo_epi8(a, b)
#define $_ZIP_HIGH(a, b) _mm_unpackhi_epi8(a, b)
#endif

#ifdef $_SIDE
/* Sums stay in their registers: compilers would move them around. */
#if !defined(__GNUC__)
#define $_HOLD(v)
#elif defined(__aarch64__)
#define $_HOLD(v) __asm__("" : "+w"(v));
#else
#define $_HOLD(v) __asm__("" : "+x"(v));
#endif
#define $_APART 16 /* bytes between the tables of two places */
#define $_IN_LINES(c) (c)->narrow
#define $_MAKE_TABLES(c, line, table) @_make_shuffled(c, line, table)
#define $_SHUFFLED(c) (c)->narrow
#define $_SHUFFLE(m, c, table, first, start, piece, pieces) @_shuffle(m, c, table, first, start, piece, pieces)
#else
#define $_APART 1
#define $_IN_LINES(c) 0
#define $_MAKE_TABLES(c, line, table) @_make_tables(c, table)
#define $_SHUFFLED(c) 0
#define $_SHUFFLE(m, c, table, first, start, piece, pieces) (void)0
#endif
)";

/// ~L and ~H are, for each two codes of two bits, the sums of those that a number of four bits chooses, as its lower or
/// upper half.
inline constexpr std::string_view shuffle_tables_text = R"(
#ifdef $_SIDE
static const unsigned char @_lower_pair[256] = {~L};
static const unsigned char @_upper_pair[256] = {~H};

/* The tables of four channels, one place after another. */
static void @_make_shuffled(const @_convolution *c, unsigned char *const line[4], unsigned char *table) {
    unsigned char four[8];
    size_t i, k;
    if (!c->narrow) {
        @_make_tables(c, table);
        return;
    }
    for (i = 0; i < c->length; i += 8) {
        @_keep(four, @_word(line[0] + i) | @_word(line[1] + i) << 2 | @_word(line[2] + i) << 4 |
                         @_word(line[3] + i) << 6);
        for (k = 0; k < 8; ++k, table += 16)
            $_STORE_ROW(table, $_ADD_ROWS($_LOAD_ROW(@_lower_pair + (four[k] & 15) * 16),
                                          $_LOAD_ROW(@_upper_pair + (four[k] >> 4) * 16)));
    }
}
#endif
)";

inline constexpr std::string_view shuffle_text = R"(
#ifdef $_SIDE
/* Sixteen lines of sixteen bytes become columns: four times those of the two halves alternate. */
static void @_transpose(const unsigned char *from, unsigned char *to, size_t apart) {
    @_row a[16], b[16];
    size_t i;
    for (i = 0; i < 8; ++i) {
        const @_row low = $_LOAD_ROW(from + 16 * i), high = $_LOAD_ROW(from + 16 * (i + 8));
        a[2 * i] = $_ZIP_LOW(low, high);
        a[2 * i + 1] = $_ZIP_HIGH(low, high);
    }
    for (i = 0; i < 8; ++i) {
        b[2 * i] = $_ZIP_LOW(a[i], a[i + 8]);
        b[2 * i + 1] = $_ZIP_HIGH(a[i], a[i + 8]);
    }
    for (i = 0; i < 8; ++i) {
        a[2 * i] = $_ZIP_LOW(b[i], b[i + 8]);
        a[2 * i + 1] = $_ZIP_HIGH(b[i], b[i + 8]);
    }
    for (i = 0; i < 8; ++i) {
        $_STORE_ROW(to + 2 * i * apart, $_ZIP_LOW(a[i], a[i + 8]));
        $_STORE_ROW(to + (2 * i + 1) * apart, $_ZIP_HIGH(a[i], a[i + 8]));
    }
}

#define $_EACH_OF_4(DO, o) DO(0, o) DO(1, o) DO(2, o) DO(3, o)
#define $_SUM(p, o) @_vector s##p##o = $_NOTHING;
#define $_TABLE(p, o) const @_vector t##p = $_LOAD(t + p * 16 * $_SIDE);
#define $_STEP(p, o) s##p##o = $_ADD_BYTES(s##p##o, $_LOOK_UP(t##p, w##o)); $_HOLD(s##p##o)
#define $_FLUSH(p, o) \
    low[o * 4 + p] = $_ADD_WORDS(low[o * 4 + p], $_LOW_BYTES(s##p##o)); \
    high[o * 4 + p] = $_ADD_WORDS(high[o * 4 + p], $_HIGH_BYTES(s##p##o));

/* n steps of one block of outputs, or of two, at four vectors of places. */
static void @_look_up_one(const unsigned char *table, const uint32_t *at, const unsigned char *weight, size_t n,
                          @_vector *low, @_vector *high) {
    $_EACH_OF_4($_SUM, 0)
    for (; n != 0; --n, ++at, weight += 16) {
        const unsigned char *t = table + *at;
        const @_vector w0 = $_SAME(weight);
        $_EACH_OF_4($_TABLE, 0)
        $_EACH_OF_4($_STEP, 0)
    }
    $_EACH_OF_4($_FLUSH, 0)
}

static void @_look_up_two(const unsigned char *table, const uint32_t *at, const unsigned char *weight, size_t apart,
                          size_t n, @_vector *low, @_vector *high) {
    $_EACH_OF_4($_SUM, 0)
    $_EACH_OF_4($_SUM, 1)
    for (; n != 0; --n, ++at, weight += 16) {
        const unsigned char *t = table + *at;
        const @_vector w0 = $_SAME(weight), w1 = $_SAME(weight + apart);
        $_EACH_OF_4($_TABLE, 0)
        $_EACH_OF_4($_STEP, 0)
        $_EACH_OF_4($_STEP, 1)
    }
    $_EACH_OF_4($_FLUSH, 0)
    $_EACH_OF_4($_FLUSH, 1)
}

/* The sums of so many blocks at four vectors of places are added to what they begin with. */
static void @_shuffle_sums(const @_convolution *c, const unsigned char *table, size_t block, size_t blocks,
                           @_vector *all_low, @_vector *all_high) {
    const size_t plane_bytes = (size_t)c->phases * ((c->channels + 3) / 4) * 16 * c->length;
    uint32_t u, p;
    size_t step, i;
    for (u = 0; u < c->units; ++u) {
        const unsigned char *weight = c->weight + ((size_t)u * c->blocks + block) * c->steps * 16;
        for (p = 0; p < c->planes; ++p) {
            const uint32_t factor = c->answers.scale << (u + 2 * p);
            @_vector low[8], high[8];
            for (i = 0; i < 4 * blocks; ++i)
                low[i] = high[i] = $_NOTHING;
            for (step = 0; step < c->steps; step += c->flush_after) {
                const size_t n = c->steps - step < c->flush_after ? c->steps - step : c->flush_after;
                if (blocks == 2)
                    @_look_up_two(table + p * plane_bytes, c->at + step, weight + 16 * step, (size_t)c->steps * 16, n,
                                  low, high);
                else
                    @_look_up_one(table + p * plane_bytes, c->at + step, weight + 16 * step, n, low, high);
            }
            for (i = 0; i < 4 * blocks; ++i) {
                all_low[i] = $_ADD_WORDS(all_low[i], $_TIMES(low[i], factor));
                all_high[i] = $_ADD_WORDS(all_high[i], $_TIMES(high[i], factor));
            }
        }
    }
}

/* Of sixteen outputs at each place of a vector: the codes. */
static @_vector @_reached(const @_convolution *c, size_t block, @_vector low, @_vector high) {
    const unsigned char *reach = (const unsigned char *)(c->reach + block * c->answers.levels * 16);
    @_vector met_low = $_NOTHING, met_high = $_NOTHING;
    uint32_t j;
    for (j = 0; j < c->answers.levels; ++j, reach += 32) {
        met_low = $_ADD_WORDS(met_low, $_HIGH_BITS($_ADD_WORDS(low, $_SAME(reach))));
        met_high = $_ADD_WORDS(met_high, $_HIGH_BITS($_ADD_WORDS(high, $_SAME(reach + 16))));
    }
    return $_PACK(met_low, met_high);
}

/* Words of two vectors, as those of sixteen outputs at each place. */
static void @_keep_words(@_vector low, @_vector high, uint16_t (*to)[16]) {
    unsigned char first[16 * $_SIDE], last[16 * $_SIDE];
    size_t i;
    $_STORE(first, low);
    $_STORE(last, high);
    for (i = 0; i < $_SIDE; ++i) {
        memcpy(to[i], first + 16 * i, 16);
        memcpy(to[i] + 8, last + 16 * i, 16);
    }
}

/* All outputs at 64 places. */
static void @_shuffle(const @_memory *m, const @_convolution *c, const unsigned char *table, size_t first,
                      const uint32_t *start, const @_piece *piece, size_t pieces) {
    unsigned char codes[2][64 * 16], lines[16 * 64]; /* of each place sixteen outputs; of each output 64 places */
    uint16_t sums[2][64][16], words[64][8];
    const size_t places = piece[pieces - 1].from + piece[pieces - 1].count;
    size_t block, o, i, k;
    memset(codes, 0, sizeof codes);
    memset(sums, 0, sizeof sums);
    for (i = 0; i < 64; ++i)
        for (k = 0; k < 8; ++k)
            words[i][k] = (uint16_t)start[i];
    for (block = 0; block < c->blocks; block += 2) {
        const size_t blocks = c->blocks - block < 2 ? 1 : 2;
        for (i = 0; i < places; i += 4 * $_SIDE) {
            @_vector low[8], high[8];
            for (k = 0; k < 4 * blocks; ++k)
                low[k] = high[k] = $_LOAD((const unsigned char *)words[i + k % 4 * $_SIDE]);
            @_shuffle_sums(c, table + (first + i) * 16, block, blocks, low, high);
            for (k = 0; k < 4 * blocks; ++k) {
                const size_t place = i + k % 4 * $_SIDE;
                if (c->reach)
                    $_STORE(codes[k / 4] + place * 16, @_reached(c, block + k / 4, low[k], high[k]));
                else
                    @_keep_words(low[k], high[k], sums[k / 4] + place);
            }
        }
        for (k = 0; k < blocks; ++k) {
            const size_t from = (block + k) * 16, left = c->answers.outputs - from;
            if (c->reach)
                for (i = 0; i < 64; i += 16)
                    @_transpose(codes[k] + i * 16, lines + i, 64);
            for (o = 0; o < 16 && o < left; ++o)
                if (c->reach) {
                    @_put_codes(m, c, from + o, lines + o * 64, piece, pieces);
                } else {
                    uint32_t own[64];
                    for (i = 0; i < 64; ++i)
                        own[i] = sums[k][i][o];
                    @_put_sums(m, c, from + o, own, piece, pieces);
                }
        }
    }
}
#endif
)";

}  // namespace lutra::c::detail
