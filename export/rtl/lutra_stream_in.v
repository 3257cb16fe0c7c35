// lutra_stream_in: an AXI4-Stream of images becomes the tokens of a pipeline
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
