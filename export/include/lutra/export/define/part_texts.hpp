#pragma once
// The text of the parts in export/rtl, as cmake/embed_parts.sh copies it.

#include <array>
#include <string_view>

namespace lutra::hdl::detail {

struct PartText {
  std::string_view name, text;
};

// clang-format off
inline constexpr std::array<PartText, 6> part_texts{{
{"lutra_collect", R"verilog(// lutra_collect: gathers a small image, pixel by pixel, for logic that reads all of it at once
//
//   in_data  the pixel; channel c is in_data[c*VALUE_WIDTH +: VALUE_WIDTH]
//   valid    all of an image is there, for one clock with ce
//   image    the image in that clock, and only then: the next one may already follow. Channel c of row y, column x is
//            image[((c*HEIGHT + y)*WIDTH + x)*VALUE_WIDTH +: VALUE_WIDTH]
//
// Pixels go through one long shift register, whose ends are wired to their places: no pixel needs an address.
//
// Latency: one clock with ce after the image's last pixel.
module lutra_collect #(
    parameter integer CHANNELS = 1,
    parameter integer VALUE_WIDTH = 1,
    parameter integer HEIGHT = 7,
    parameter integer WIDTH = 7
) (
    input wire clk,
    input wire rst,
    input wire ce,
    input wire in_px,
    input wire in_sof,
    input wire [CHANNELS*VALUE_WIDTH-1:0] in_data,
    output reg valid,
    output wire [CHANNELS*HEIGHT*WIDTH*VALUE_WIDTH-1:0] image
);

  localparam integer BITS = CHANNELS * VALUE_WIDTH;
  localparam integer PIXELS = HEIGHT * WIDTH;

  reg [31:0] missing;  // pixels of the image, after the last one that came; 0 also where no image has begun
  wire [31:0] missing_after = in_sof ? PIXELS[31:0] - 32'd1 : missing - 32'd1;
  wire push = in_px && (in_sof || missing != 32'd0);

  always @(posedge clk)
    if (rst) begin
      missing <= 32'd0;
      valid <= 1'b0;
    end else if (ce) begin
      if (push) missing <= missing_after;
      valid <= push && missing_after == 32'd0;
    end

  // The oldest pixel, that of row 0, column 0, ends up in the lowest bits.
  wire [PIXELS*BITS-1:0] arrivals;
  assign arrivals[(PIXELS-1)*BITS+:BITS] = in_data;

  genvar c, p;
  generate
    for (p = 0; p < PIXELS; p = p + 1) begin : place
      reg [BITS-1:0] pixel;
      always @(posedge clk) if (ce && push) pixel <= arrivals[p*BITS+:BITS];
      if (p > 0) begin : next
        assign arrivals[(p-1)*BITS+:BITS] = pixel;
      end
      for (c = 0; c < CHANNELS; c = c + 1) begin : channel
        assign image[(c*PIXELS+p)*VALUE_WIDTH+:VALUE_WIDTH] = pixel[c*VALUE_WIDTH+:VALUE_WIDTH];
      end
    end
  endgenerate

endmodule
)verilog"},
{"lutra_fold", R"verilog(// lutra_fold: what stands around logic that answers to a pixel in several steps, each of which gives a part of the answer
//
// Where a pixel may take several clocks, `ce` comes no oftener than that, and `tick` in each of these clocks: a clock
// without a tick is one in which everything waits. The logic is fed with the pixel and the number of the step, and what it
// gives CLOCKS ticks later is the next part of the answer, lowest part first.
//
//   ce, tick  the pipeline moves on to the next token; a clock counts
//   in_en     there is a token beside in_data; asked for where the pixel is held
//   in_data   the pixel; it stays for the ticks from one ce to the next
//   held      the pixel, as the logic reads it: with HOLD a copy, that stays until the next token
//   step      0 to STEPS - 1: what the logic is to give
//   part      what it gives, CLOCKS ticks later: values of VALUE_BITS side by side
//   out_data  the whole answer; what step s gives is out_data[s*OUT_BITS +: OUT_BITS]. With GROUPS above 1, the values of as
//             many steps one after another are added up, and out_data holds their sums
//
// GROUPS is a power of two, and STEPS a multiple of it. Sums are modulo 2^VALUE_BITS.
//
// Latency: with N ticks from one ce to the next, CLOCKS + WAIT + 1 must be M*N, and tokens must be G*N ticks apart, where
// STEPS is at most G*N. The answer stands at out_data M ce after the pixel at in_data, with HOLD G + M; it is then there
// for this one ce. Without HOLD G is 1.
module lutra_fold #(
    parameter integer IN_BITS = 8,
    parameter integer OUT_BITS = 8,
    parameter integer VALUE_BITS = OUT_BITS,
    parameter integer STEPS = 4,
    parameter integer GROUPS = 1,
    parameter integer CLOCKS = 0,
    parameter integer WAIT = 3,
    parameter integer HOLD = 0
) (
    input wire clk,
    input wire rst,
    input wire ce,
    input wire tick,
    input wire in_en,
    input wire [IN_BITS-1:0] in_data,
    output wire [IN_BITS-1:0] held,
    output reg [$clog2(STEPS)-1:0] step,
    input wire [OUT_BITS-1:0] part,
    output reg [STEPS/GROUPS*OUT_BITS-1:0] out_data
);

  localparam integer STEP_BITS = $clog2(STEPS);
  localparam integer LAST = STEPS - 1;

  wire start;
  generate
    if (HOLD != 0) begin : copy
      reg [IN_BITS-1:0] pixel;
      assign start = ce && in_en;
      always @(posedge clk) if (start) pixel <= in_data;
      assign held = pixel;
    end else begin : no_copy
      wire unused = in_en;
      assign start = ce;
      assign held = in_data;
    end
  endgenerate

  reg busy;  // with a step
  always @(posedge clk)
    if (rst) begin
      busy <= 1'b0;
      step <= {STEP_BITS{1'b0}};
    end else if (start) begin
      busy <= 1'b1;
      step <= {STEP_BITS{1'b0}};
    end else if (tick && busy) begin
      busy <= step != LAST[STEP_BITS-1:0];
      step <= step + 1'b1;
    end

  // What a reset leaves of these is gone before the next answer begins.
  wire late_busy;
  wire [OUT_BITS-1:0] late_part;
  generate
    if (CLOCKS + WAIT > 0) begin : busy_later
      reg [CLOCKS+WAIT-1:0] earlier;
      wire [CLOCKS+WAIT:0] all = {earlier, busy};
      always @(posedge clk) if (tick) earlier <= all[CLOCKS+WAIT-1:0];
      assign late_busy = all[CLOCKS+WAIT];
    end else begin : busy_now
      assign late_busy = busy;
    end
    if (WAIT > 0) begin : part_later
      reg [WAIT*OUT_BITS-1:0] earlier;
      wire [(WAIT+1)*OUT_BITS-1:0] all = {earlier, part};
      always @(posedge clk) if (tick) earlier <= all[WAIT*OUT_BITS-1:0];
      assign late_part = all[WAIT*OUT_BITS+:OUT_BITS];
    end else begin : part_now
      assign late_part = part;
    end
  endgenerate

  wire [OUT_BITS-1:0] late_value;
  wire whole;
  generate
    if (GROUPS > 1) begin : sums
      localparam integer GROUP_BITS = $clog2(GROUPS);
      reg [GROUP_BITS-1:0] group;  // of the part that is there
      reg [OUT_BITS-1:0] sum;
      wire late_first;
      if (CLOCKS + WAIT > 0) begin : first_later
        reg [CLOCKS+WAIT-1:0] earlier;
        wire [CLOCKS+WAIT:0] all = {earlier, step == {STEP_BITS{1'b0}}};
        always @(posedge clk) if (tick) earlier <= all[CLOCKS+WAIT-1:0];
        assign late_first = all[CLOCKS+WAIT];
      end else begin : first_now
        assign late_first = step == {STEP_BITS{1'b0}};
      end
      wire [GROUP_BITS-1:0] own = late_first ? {GROUP_BITS{1'b0}} : group;
      wire [OUT_BITS-1:0] so_far = own == {GROUP_BITS{1'b0}} ? {OUT_BITS{1'b0}} : sum;
      genvar v;
      for (v = 0; v < OUT_BITS / VALUE_BITS; v = v + 1) begin : value
        assign late_value[v*VALUE_BITS+:VALUE_BITS] = so_far[v*VALUE_BITS+:VALUE_BITS] + late_part[v*VALUE_BITS+:VALUE_BITS];
      end
      always @(posedge clk)
        if (tick && late_busy) begin
          group <= own + 1'b1;
          sum <= late_value;
        end
      assign whole = &own;
    end else begin : values
      assign late_value = late_part;
      assign whole = 1'b1;
    end
  endgenerate

  localparam integer ALL_BITS = STEPS / GROUPS * OUT_BITS;
  wire [ALL_BITS+OUT_BITS-1:0] moved = {late_value, out_data};
  always @(posedge clk) if (tick && late_busy && whole) out_data <= moved[ALL_BITS+OUT_BITS-1:OUT_BITS];

  wire unused = &{1'b0, moved[OUT_BITS-1:0]};  // the oldest part leaves

endmodule
)verilog"},
{"lutra_stream_in", R"verilog(// lutra_stream_in: an AXI4-Stream of images becomes the tokens of a pipeline
//
// Everything behind this part is one pipeline with one clock enable. In each clock with `ce` one token enters it: a pixel
// or, between frames, a blank. Inside of a frame it moves only when there is a pixel, so that a line is always as many
// tokens as the frame is wide; after a frame, whole blank lines follow until its last answer is out. A frame may follow
// the one before without a gap; one that comes later waits for the end of a blank line, and one of another size until
// the pipeline is empty.
//
// Frames always enter whole. A line that ends early (tlast) is filled with 0, a longer one is cut; where tuser, the start
// of a frame, comes too early, the rest of the frame before it is 0. What comes between a frame's end and the next tuser
// is dropped, and so are frames of a size outside of MIN and MAX, for which the pipeline has no answer or no room.
//
//   width, height            of the frame whose first pixel is at s_axis; taken together with that pixel
//   s_axis_*                 tuser: first pixel of a frame; tlast: last of a line. tready depends on registers alone
//   room, done               from lutra_stream_out: the pipeline may move; a frame's last answer is out
//   frame_width, _height     of all frames in the pipeline
//   ce                       the pipeline moves; where a pixel takes CLOCKS clocks, in one of as many
//   tick                     a clock counts: ce, and the CLOCKS - 1 clocks after it; between two ce are always as many
//   out_en                   there is a token; always
//   out_px, out_sof, out_sol it is a pixel; a frame's first pixel; in the first column of a line, blank or not
//   out_data                 the pixel; 0 where it had to be filled in
//
// Latency: a pixel that is taken stands at out_data two clocks later; one that follows another at once, CLOCKS + 1.
module lutra_stream_in #(
    parameter integer BITS = 8,
    parameter integer MIN_COLUMNS = 1,
    parameter integer MAX_COLUMNS = 65535,
    parameter integer MIN_ROWS = 1,
    parameter integer MAX_ROWS = 65535,
    parameter integer CLOCKS = 1
) (
    input wire clk,
    input wire rst,
    input wire [15:0] width,
    input wire [15:0] height,
    input wire [BITS-1:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    input wire s_axis_tlast,
    input wire s_axis_tuser,
    input wire room,
    input wire done,
    output reg [15:0] frame_width,
    output reg [15:0] frame_height,
    output reg ce,
    output reg tick,
    output wire out_en,
    output reg out_px,
    output reg out_sof,
    output reg out_sol,
    output reg [BITS-1:0] out_data
);

  // The beat that is looked at, and the size that stood beside it.
  reg head_valid, head_user, head_last;
  reg [BITS-1:0] head_data;
  reg [15:0] head_width, head_height;

  reg active;            // inside of a frame
  reg fill;              // the line ended early
  reg cut;               // the line is too long
  reg [15:0] column, row;  // of the next token
  reg [15:0] in_flight;  // frames that have begun and are not yet out
  reg [15:0] left;       // clocks before the pipeline may move again

  localparam integer MORE_COLUMNS = MAX_COLUMNS - MIN_COLUMNS;
  localparam integer MORE_ROWS = MAX_ROWS - MIN_ROWS;
  wire [15:0] more_columns = head_width - MIN_COLUMNS[15:0];
  wire [15:0] more_rows = head_height - MIN_ROWS[15:0];
  wire fits = more_columns <= MORE_COLUMNS[15:0] && more_rows <= MORE_ROWS[15:0];
  wire same_size = head_width == frame_width && head_height == frame_height;
  wire idle = in_flight == 16'd0;
  wire waiting = head_valid && head_user && fits && !active;

  localparam integer AGAIN = CLOCKS - 1;
  wire turn = room && left == 16'd0;
  wire start = waiting && same_size && column == 16'd0;
  wire next = active && head_valid && !head_user && !cut && !fill;
  wire zero = active && (fill || (head_valid && head_user));
  wire pixel = start || next || zero;
  wire go = turn && (pixel || !(active || idle));

  wire drop = head_valid && (active ? cut && !head_user : !head_user || !fits);
  wire take = drop || (turn && (start || next));
  assign s_axis_tready = !rst && (!head_valid || take);

  wire [15:0] column_after = column + 16'd1;
  wire [15:0] row_after = row + 16'd1;
  wire last_column = column_after == frame_width;
  wire last_row = row_after == frame_height;

  always @(posedge clk)
    if (rst) head_valid <= 1'b0;
    else if (s_axis_tready) begin
      head_valid <= s_axis_tvalid;
      head_user <= s_axis_tuser;
      head_last <= s_axis_tlast;
      head_data <= s_axis_tdata;
      head_width <= width;
      head_height <= height;
    end

  always @(posedge clk)
    if (rst) begin
      active <= 1'b0;
      fill <= 1'b0;
      cut <= 1'b0;
      column <= 16'd0;
      row <= 16'd0;
      frame_width <= 16'd0;
      frame_height <= 16'd0;
    end else begin
      if (go) begin
        column <= last_column ? 16'd0 : column_after;
        if (pixel) begin
          active <= !(last_column && last_row);
          fill <= !last_column && (fill || head_last);
          if (last_column) row <= last_row ? 16'd0 : row_after;
        end
      end else if (idle) begin
        // No blank lines any more: the next frame begins at once.
        column <= 16'd0;
        if (waiting) begin
          frame_width <= head_width;
          frame_height <= head_height;
        end
      end
      if (go && (start || next)) cut <= last_column && !head_last;
      else if (drop && head_last) cut <= 1'b0;
    end

  always @(posedge clk)
    if (rst) in_flight <= 16'd0;
    else if (go && start && !done) in_flight <= in_flight + 16'd1;
    else if (done && !(go && start)) in_flight <= in_flight - 16'd1;

  always @(posedge clk)
    if (rst) begin
      left <= 16'd0;
      tick <= 1'b0;
    end else begin
      left <= go ? AGAIN[15:0] : left - {15'd0, left != 16'd0};
      tick <= go || left != 16'd0;
    end

  // The token and `ce`, which goes everywhere, come straight from registers.
  assign out_en = 1'b1;
  always @(posedge clk)
    if (rst) begin
      ce <= 1'b0;
      out_px <= 1'b0;
      out_sof <= 1'b0;
      out_sol <= 1'b0;
    end else begin
      ce <= go;
      if (go) begin
        out_px <= pixel;
        out_sof <= start;
        out_sol <= column == 16'd0;
        out_data <= start || next ? head_data : {BITS{1'b0}};
      end
    end

endmodule
)verilog"},
{"lutra_stream_out", R"verilog(// lutra_stream_out: the tokens at the end of a pipeline become an AXI4-Stream of images
//
// Pixels go through a queue of four, because the pipeline stops one clock after it is told to: `room` says whether it may
// move in the clock after the next. So m_axis_tready reaches registers alone, and never the pipeline. Between a frame's
// last pixel and the next frame's first nothing is sent, whatever else the pipeline may still hold.
//
//   ce, in_px, in_sof, in_data  a token of the pipeline
//   out_width, out_height       of the frames that are sent
//   room, done                  for lutra_stream_in: the pipeline may move; a frame's last pixel is in the queue
//   m_axis_*                    tuser: first pixel of a frame; tlast: last of a line
//
// Latency: one clock. One pixel a clock.
module lutra_stream_out #(
    parameter integer BITS = 8
) (
    input wire clk,
    input wire rst,
    input wire ce,
    input wire [15:0] out_width,
    input wire [15:0] out_height,
    input wire in_px,
    input wire in_sof,
    input wire [BITS-1:0] in_data,
    output wire room,
    output wire done,
    output wire [BITS-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready,
    output wire m_axis_tlast,
    output wire m_axis_tuser
);

  reg active;              // of a frame
  reg [15:0] column, row;  // of its next pixel
  wire first = in_px && in_sof;
  wire push = ce && (first || (in_px && active));
  wire [15:0] column_after = first ? 16'd1 : column + 16'd1;
  wire [15:0] row_after = first ? 16'd1 : row + 16'd1;
  wire last_column = column_after == out_width;
  wire last_row = row_after == out_height;
  assign done = push && last_column && last_row;

  always @(posedge clk)
    if (rst) active <= 1'b0;
    else if (push) begin
      active <= !(last_column && last_row);
      column <= last_column ? 16'd0 : column_after;
      if (last_column) row <= row_after;
      else if (first) row <= 16'd0;
    end

  reg [BITS+1:0] queue[0:3];
  reg [1:0] newest, oldest;
  reg [2:0] count;
  wire pop = m_axis_tvalid && m_axis_tready;
  // One pixel may be on its way in this clock, and one in the next.
  assign room = count <= 3'd2;
  assign m_axis_tvalid = count != 3'd0;
  assign {m_axis_tuser, m_axis_tlast, m_axis_tdata} = queue[oldest];

  always @(posedge clk) if (push) queue[newest] <= {first, last_column, in_data};

  always @(posedge clk)
    if (rst) begin
      newest <= 2'd0;
      oldest <= 2'd0;
      count <= 3'd0;
    end else begin
      if (push) newest <= newest + 2'd1;
      if (pop) oldest <= oldest + 2'd1;
      if (push && !pop) count <= count + 3'd1;
      if (pop && !push) count <= count - 3'd1;
    end

endmodule
)verilog"},
{"lutra_token_delay", R"verilog(// lutra_token_delay: what goes with a pixel, beside logic that takes CLOCKS clocks
//
// Unlike pixels, these bits are cleared by a reset: a pixel that was left over would be taken for one of the next frame.
//
// Latency: CLOCKS clocks with ce; 0 is a wire.
module lutra_token_delay #(
    parameter integer CLOCKS = 1
) (
    input wire clk,
    input wire rst,
    input wire ce,
    input wire in_en,
    input wire in_px,
    input wire in_sof,
    input wire in_sol,
    output wire out_en,
    output wire out_px,
    output wire out_sof,
    output wire out_sol
);

  wire [4*CLOCKS+3:0] stages;
  assign stages[3:0] = {in_en, in_px, in_sof, in_sol};
  assign {out_en, out_px, out_sof, out_sol} = stages[4*CLOCKS+:4];

  genvar i;
  generate
    for (i = 0; i < CLOCKS; i = i + 1) begin : stage
      reg [3:0] token;
      always @(posedge clk)
        if (rst) token <= 4'd0;
        else if (ce) token <= stages[4*i+:4];
      assign stages[4*i+4+:4] = token;
    end
  endgenerate

  // Without stages there is no clock.
  wire unused = &{1'b0, clk, rst, ce};

endmodule
)verilog"},
{"lutra_window", R"verilog(// lutra_window: the pixels around each pixel of an image that comes one pixel a clock
//
// For the output place (y, x) all pixels (y*STRIDE_ROWS + r, x*STRIDE_COLUMNS + c) of the input with TOP <= r <= BOTTOM and
// LEFT <= c <= RIGHT, side by side; what lies outside of the frame is 0. A place exists where it and the EXTENT - 1 rows
// and columns after it lie inside of the frame: 1 where a border is added ("same"), the kernel's size where there is none
// ("valid"). A window of one pixel with a LAG is a delay.
//
//   ce                              the pipeline moves: without it nothing changes
//   in_en, in_px, in_sof, in_sol    there is a token; it is a pixel; a frame's first; in the first column of a line
//   out_en, out_px, out_sof, out_sol  the same for output places
//   taps                            tap (r, c) is taps[((r - TOP)*(RIGHT - LEFT + 1) + c - LEFT)*BITS +: BITS]
//
// Latency: the output place (y, x) comes two clocks with ce after the input token (y*STRIDE_ROWS + LAG_ROWS,
// x*STRIDE_COLUMNS + LAG_COLUMNS), counted on over the ends of lines. LAG must reach RIGHT and BOTTOM and EXTENT - 1; it
// may be more, so that branches meet.
//
// Older lines lie in one memory with all of them side by side in a word. One word is read and one written a token, and
// reads are registered: block RAM. Where lines begin and frames begin and end is remembered for lines and tokens, so that
// no size needs to be known.
module lutra_window #(
    parameter integer BITS = 8,
    parameter integer TOP = -1,
    parameter integer BOTTOM = 1,
    parameter integer LEFT = -1,
    parameter integer RIGHT = 1,
    parameter integer STRIDE_ROWS = 1,
    parameter integer STRIDE_COLUMNS = 1,
    parameter integer EXTENT_ROWS = 1,
    parameter integer EXTENT_COLUMNS = 1,
    parameter integer LAG_ROWS = 1,
    parameter integer LAG_COLUMNS = 1,
    parameter integer MAX_COLUMNS = 640
) (
    input wire clk,
    input wire rst,
    input wire ce,
    input wire in_en,
    input wire in_px,
    input wire in_sof,
    input wire in_sol,
    input wire [BITS-1:0] in_data,
    output reg out_en,
    output reg out_px,
    output reg out_sof,
    output reg out_sol,
    output wire [(BOTTOM-TOP+1)*(RIGHT-LEFT+1)*BITS-1:0] taps
);

  localparam integer COLUMNS = RIGHT - LEFT + 1;
  localparam integer LINES = LAG_ROWS - TOP;  // older than the one that comes in
  localparam integer REMEMBERED = TOP < 0 ? LINES : LAG_ROWS + 1;  // lines, the one that comes in is number 0
  // Pixels pass through column 0 of the window.
  localparam integer RIGHTMOST = RIGHT > 0 ? RIGHT : 0;
  localparam integer TOKENS = LEFT > 0 ? LAG_COLUMNS - LEFT : LAG_COLUMNS;  // before the one that comes in

  integer i;

  // -------------------------------------------------------------------------------------------------------------------
  // First clock: the token, the lines above it, and what is known of them. The place that it completes is LAG_ROWS lines
  // and LAG_COLUMNS tokens behind.

  reg en;
  reg [BITS-1:0] data;
  reg [LAG_COLUMNS:0] begins;             // a line, at this token and those before it
  reg [REMEMBERED-1:0] is_frame, is_first;  // lines: of a frame, and its first

  always @(posedge clk) if (ce && in_en) data <= in_data;

  always @(posedge clk)
    if (rst) begin
      en <= 1'b0;
      begins <= {LAG_COLUMNS + 1{1'b0}};
      is_frame <= {REMEMBERED{1'b0}};
      is_first <= {REMEMBERED{1'b0}};
    end else if (ce) begin
      en <= in_en;
      if (in_en) begin
        begins[0] <= in_sol;
        for (i = 1; i <= LAG_COLUMNS; i = i + 1) begins[i] <= begins[i-1];
      end
      if (in_sol) begin
        is_frame[0] <= in_px;
        is_first[0] <= in_sof;
        for (i = 1; i < REMEMBERED; i = i + 1) begin
          is_frame[i] <= is_frame[i-1];
          is_first[i] <= is_first[i-1];
        end
      end
    end

  wire [(LINES+1)*BITS-1:0] lines;  // this column of them
  assign lines[BITS-1:0] = data;

  generate
    if (LINES > 0) begin : older
      localparam integer ADDRESS_BITS = MAX_COLUMNS > 1 ? $clog2(MAX_COLUMNS) : 1;
      reg [LINES*BITS-1:0] memory[0:MAX_COLUMNS-1];
      reg [LINES*BITS-1:0] word, written;
      reg [ADDRESS_BITS-1:0] column;
      reg again;  // read while it was written, in frames of one column
      wire [ADDRESS_BITS-1:0] next = in_sol ? {ADDRESS_BITS{1'b0}} : column + 1'b1;
      always @(posedge clk)
        if (ce) begin
          if (en) begin
            memory[column] <= lines[LINES*BITS-1:0];
            written <= lines[LINES*BITS-1:0];
          end
          if (in_en) begin
            word <= memory[next];
            column <= next;
            again <= en && next == column;
          end
        end
      assign lines[(LINES+1)*BITS-1:BITS] = again ? written : word;
    end
  endgenerate

  // -------------------------------------------------------------------------------------------------------------------
  // Second clock: the window moves on by one token.

  wire move = ce && en;

  // Lines after the place's own: whether the frame has ended before them.
  wire rows_fit, columns_fit;
  generate
    if (EXTENT_ROWS > 1) begin : rows_extent
      assign rows_fit = &(is_frame[LAG_ROWS-1:LAG_ROWS-EXTENT_ROWS+1] & ~is_first[LAG_ROWS-1:LAG_ROWS-EXTENT_ROWS+1]);
    end else begin : rows_all
      assign rows_fit = 1'b1;
    end
    if (EXTENT_COLUMNS > 1) begin : columns_extent
      assign columns_fit = ~|begins[LAG_COLUMNS-1:LAG_COLUMNS-EXTENT_COLUMNS+1];
    end else begin : columns_all
      assign columns_fit = 1'b1;
    end
  endgenerate

  wire place_begins = begins[LAG_COLUMNS];
  wire place_in_frame, place_first;
  wire line_in_frame = is_frame[LAG_ROWS] && rows_fit;
  wire line_first = line_in_frame && is_first[LAG_ROWS];
  generate
    if (LAG_COLUMNS > 0) begin : behind
      reg [LAG_COLUMNS-1:0] in_frame, first;
      always @(posedge clk)
        if (rst) begin
          in_frame <= {LAG_COLUMNS{1'b0}};
          first <= {LAG_COLUMNS{1'b0}};
        end else if (move) begin
          in_frame[0] <= line_in_frame;
          first[0] <= line_first;
          for (i = 1; i < LAG_COLUMNS; i = i + 1) begin
            in_frame[i] <= in_frame[i-1];
            first[i] <= first[i-1];
          end
        end
      assign place_in_frame = in_frame[LAG_COLUMNS-1];
      assign place_first = place_begins && first[LAG_COLUMNS-1];
    end else begin : here
      assign place_in_frame = line_in_frame;
      assign place_first = place_begins && line_first;
    end
  endgenerate

  wire row_kept, column_kept;
  generate
    if (STRIDE_ROWS > 1) begin : row_stride
      localparam integer PHASE_BITS = $clog2(STRIDE_ROWS);
      localparam integer LAST = STRIDE_ROWS - 1;
      reg [PHASE_BITS-1:0] phase;
      wire [PHASE_BITS-1:0] line_phase = phase == LAST[PHASE_BITS-1:0] ? {PHASE_BITS{1'b0}} : phase + 1'b1;
      wire [PHASE_BITS-1:0] place_phase = place_first ? {PHASE_BITS{1'b0}} : place_begins ? line_phase : phase;
      always @(posedge clk)
        if (rst) phase <= {PHASE_BITS{1'b0}};
        else if (move) phase <= place_phase;
      assign row_kept = place_phase == {PHASE_BITS{1'b0}};
    end else begin : every_row
      assign row_kept = 1'b1;
    end
    if (STRIDE_COLUMNS > 1) begin : column_stride
      localparam integer PHASE_BITS = $clog2(STRIDE_COLUMNS);
      localparam integer LAST = STRIDE_COLUMNS - 1;
      reg [PHASE_BITS-1:0] phase;
      wire [PHASE_BITS-1:0] place_phase =
          place_begins || phase == LAST[PHASE_BITS-1:0] ? {PHASE_BITS{1'b0}} : phase + 1'b1;
      always @(posedge clk)
        if (rst) phase <= {PHASE_BITS{1'b0}};
        else if (move) phase <= place_phase;
      assign column_kept = place_phase == {PHASE_BITS{1'b0}};
    end else begin : every_column
      assign column_kept = 1'b1;
    end
  endgenerate

  wire kept = en && row_kept && column_kept && columns_fit;
  always @(posedge clk)
    if (rst) begin
      out_en <= 1'b0;
      out_px <= 1'b0;
      out_sof <= 1'b0;
      out_sol <= 1'b0;
    end else if (ce) begin
      out_en <= kept;
      out_px <= kept && place_in_frame;
      out_sof <= kept && place_first;
      out_sol <= kept && place_begins;
    end

  genvar r, c;
  generate
    for (r = TOP; r <= BOTTOM; r = r + 1) begin : row
      // Counted from the place's line: a line above is outside where the frame begins after it, one below where the frame
      // has ended.
      wire outside;
      if (r < 0) begin : above
        assign outside = |is_first[LAG_ROWS-r-1:LAG_ROWS];
      end else if (r > 0) begin : below
        assign outside = |(is_first[LAG_ROWS-1:LAG_ROWS-r] | ~is_frame[LAG_ROWS-1:LAG_ROWS-r]);
      end else begin : own
        assign outside = 1'b0;
      end

      // The row's pixel at this token, and at those before it.
      wire [(TOKENS+1)*BITS-1:0] pixels;
      assign pixels[BITS-1:0] = outside ? {BITS{1'b0}} : lines[(LAG_ROWS-r)*BITS+:BITS];
      if (TOKENS > 0) begin : behind
        reg [TOKENS*BITS-1:0] earlier;
        always @(posedge clk) if (move) earlier <= pixels[TOKENS*BITS-1:0];
        assign pixels[(TOKENS+1)*BITS-1:BITS] = earlier;
      end

      reg [(RIGHTMOST-LEFT+1)*BITS-1:0] cells;
      for (c = LEFT; c <= RIGHTMOST; c = c + 1) begin : column
        // Written so that tools take flip-flops with a reset, and no logic.
        if (c > 0) begin : right
          // Outside where a line begins between the place and this pixel.
          wire clear = move && |begins[LAG_COLUMNS-1:LAG_COLUMNS-c];
          always @(posedge clk)
            if (clear) cells[(c-LEFT)*BITS+:BITS] <= {BITS{1'b0}};
            else if (move) cells[(c-LEFT)*BITS+:BITS] <= pixels[(LAG_COLUMNS-c)*BITS+:BITS];
        end else if (c == 0) begin : own
          always @(posedge clk) if (move) cells[(c-LEFT)*BITS+:BITS] <= pixels[LAG_COLUMNS*BITS+:BITS];
        end else begin : left
          // What leaves to the left of a line stays outside of it.
          wire clear = move && place_begins;
          always @(posedge clk)
            if (clear) cells[(c-LEFT)*BITS+:BITS] <= {BITS{1'b0}};
            else if (move) cells[(c-LEFT)*BITS+:BITS] <= cells[(c-LEFT+1)*BITS+:BITS];
        end
      end
      assign taps[(r-TOP)*COLUMNS*BITS+:COLUMNS*BITS] = cells[COLUMNS*BITS-1:0];
    end
  endgenerate

endmodule
)verilog"},
}};
// clang-format on

}  // namespace lutra::hdl::detail
