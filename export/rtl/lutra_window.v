// lutra_window: the pixels around each pixel of an image that comes one pixel a clock
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
