// What is tested: a stream through a window and what may come after it. Between them stands a pixel that is the exclusive
// or of the first window's taps, tap i with i added to it.
module stream_dut #(
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
    parameter integer MAX_COLUMNS = 65,
    parameter integer SECOND = 0,  // 1: a window 3 x 3 with a border. 2: 2 x 2, stride 2, without. 3: images of 3 x 4
    parameter integer PACE = 1,    // clocks of a pixel
    parameter integer FOLD = 0,    // what stands between is computed in 4 steps: 1, without keeping the taps; 2, with
    parameter integer TAPS = (BOTTOM - TOP + 1) * (RIGHT - LEFT + 1),
    parameter integer OUT_BITS = (SECOND == 0 ? TAPS : SECOND == 1 ? 9 : SECOND == 2 ? 4 : 12) * BITS
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
    output wire [OUT_BITS-1:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready,
    output wire m_axis_tlast,
    output wire m_axis_tuser
);

  // Frames that give no answer are not let in.
  localparam integer KERNEL = SECOND == 2 ? 2 : 1;
  localparam integer MIN_ROWS = ((SECOND == 3 ? 3 : KERNEL) - 1) * STRIDE_ROWS + EXTENT_ROWS;
  localparam integer MIN_COLUMNS = ((SECOND == 3 ? 4 : KERNEL) - 1) * STRIDE_COLUMNS + EXTENT_COLUMNS;

  wire ce, tick, room, done;
  wire [15:0] frame_width, frame_height;
  wire en0, px0, sof0, sol0;
  wire [BITS-1:0] data0;
  lutra_stream_in #(
      .BITS(BITS),
      .MIN_ROWS(MIN_ROWS),
      .MIN_COLUMNS(MIN_COLUMNS),
      .MAX_ROWS(SECOND == 3 ? MIN_ROWS : 65535),
      .MAX_COLUMNS(SECOND == 3 ? MIN_COLUMNS : MAX_COLUMNS),
      .CLOCKS(PACE)
  ) source (
      .clk(clk), .rst(rst), .width(width), .height(height), .s_axis_tdata(s_axis_tdata),
      .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast),
      .s_axis_tuser(s_axis_tuser), .room(room), .done(done), .frame_width(frame_width), .frame_height(frame_height),
      .ce(ce), .tick(tick), .out_en(en0), .out_px(px0), .out_sof(sof0), .out_sol(sol0), .out_data(data0));

  wire en1, px1, sof1, sol1;
  wire [TAPS*BITS-1:0] taps1;
  lutra_window #(
      .BITS(BITS), .TOP(TOP), .BOTTOM(BOTTOM), .LEFT(LEFT), .RIGHT(RIGHT), .STRIDE_ROWS(STRIDE_ROWS),
      .STRIDE_COLUMNS(STRIDE_COLUMNS), .EXTENT_ROWS(EXTENT_ROWS), .EXTENT_COLUMNS(EXTENT_COLUMNS), .LAG_ROWS(LAG_ROWS),
      .LAG_COLUMNS(LAG_COLUMNS), .MAX_COLUMNS(MAX_COLUMNS)
  ) window (
      .clk(clk), .rst(rst), .ce(ce), .in_en(en0), .in_px(px0), .in_sof(sof0), .in_sol(sol0), .in_data(data0),
      .out_en(en1), .out_px(px1), .out_sof(sof1), .out_sol(sol1), .taps(taps1));
  wire [15:0] width1 = (frame_width - EXTENT_COLUMNS[15:0]) / STRIDE_COLUMNS[15:0] + 16'd1;
  wire [15:0] height1 = (frame_height - EXTENT_ROWS[15:0]) / STRIDE_ROWS[15:0] + 16'd1;

  // Two clocks of logic, or one of a quarter of it.
  localparam integer WHOLE = (1 + PACE) / PACE;
  localparam integer CLOCKS = FOLD == 0 ? 2 : FOLD == 1 ? WHOLE : WHOLE + (3 + PACE) / PACE;
  reg [BITS-1:0] mixed;
  wire [TAPS*BITS-1:0] mixing;
  wire [BITS-1:0] data2;
  integer i;
  always @* begin
    mixed = {BITS{1'b0}};
    for (i = 0; i < TAPS; i = i + 1) mixed = mixed ^ (mixing[i*BITS+:BITS] + i[BITS-1:0]);
  end
  generate
    if (FOLD == 0) begin : at_once
      reg [BITS-1:0] mixed_before, mixed_twice_before;
      always @(posedge clk)
        if (ce) begin
          mixed_before <= mixed;
          mixed_twice_before <= mixed_before;
        end
      assign mixing = taps1;
      assign data2 = mixed_twice_before;
    end else begin : in_steps
      wire [1:0] step;
      reg [BITS/4-1:0] part;
      always @(posedge clk) if (tick) part <= mixed[step*(BITS/4)+:BITS/4];
      lutra_fold #(
          .IN_BITS(TAPS * BITS), .OUT_BITS(BITS / 4), .STEPS(4), .CLOCKS(1), .WAIT(WHOLE * PACE - 2), .HOLD(FOLD - 1)
      ) fold (
          .clk(clk), .rst(rst), .ce(ce), .tick(tick), .in_en(en1), .in_data(taps1), .held(mixing), .step(step),
          .part(part), .out_data(data2));
    end
  endgenerate
  wire en2, px2, sof2, sol2;
  lutra_token_delay #(
      .CLOCKS(CLOCKS)
  ) beside (
      .clk(clk), .rst(rst), .ce(ce), .in_en(en1), .in_px(px1), .in_sof(sof1), .in_sol(sol1), .out_en(en2),
      .out_px(px2), .out_sof(sof2), .out_sol(sol2));

  wire px3, sof3;
  wire [OUT_BITS-1:0] taps3;
  wire [15:0] width3, height3;
  generate
    if (SECOND == 1 || SECOND == 2) begin : second
      wire en3, sol3;
      lutra_window #(
          .BITS(BITS),
          .TOP(SECOND == 2 ? 0 : -1),
          .LEFT(SECOND == 2 ? 0 : -1),
          .STRIDE_ROWS(KERNEL),
          .STRIDE_COLUMNS(KERNEL),
          .EXTENT_ROWS(KERNEL),
          .EXTENT_COLUMNS(KERNEL),
          .MAX_COLUMNS(MAX_COLUMNS)
      ) window (
          .clk(clk), .rst(rst), .ce(ce), .in_en(en2), .in_px(px2), .in_sof(sof2), .in_sol(sol2), .in_data(data2),
          .out_en(en3), .out_px(px3), .out_sof(sof3), .out_sol(sol3), .taps(taps3));
      assign width3 = width1 / KERNEL[15:0];
      assign height3 = height1 / KERNEL[15:0];
    end else if (SECOND == 3) begin : collected
      lutra_collect #(
          .CHANNELS(2), .VALUE_WIDTH(BITS / 2), .HEIGHT(3), .WIDTH(4)
      ) collect (
          .clk(clk), .rst(rst), .ce(ce), .in_px(px2), .in_sof(sof2), .in_data(data2), .valid(px3), .image(taps3));
      assign sof3 = px3;
      assign width3 = 16'd1;
      assign height3 = 16'd1;
    end else begin : only
      assign px3 = px1;
      assign sof3 = sof1;
      assign taps3 = taps1;
      assign width3 = width1;
      assign height3 = height1;
    end
  endgenerate

  lutra_stream_out #(
      .BITS(OUT_BITS)
  ) sink (
      .clk(clk), .rst(rst), .ce(ce), .out_width(width3), .out_height(height3), .in_px(px3), .in_sof(sof3),
      .in_data(taps3), .room(room), .done(done), .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast), .m_axis_tuser(m_axis_tuser));

endmodule
