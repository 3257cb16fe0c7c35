// What is tested: a stream through one window, or through two: the second looks at the exclusive or of the first's taps.
// (The parts are tested in their places; the C++ test knows what must come out.)
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
    parameter integer SECOND = 0,  // a second window, 3 x 3, and two clocks of logic before it
    parameter integer TAPS = (BOTTOM - TOP + 1) * (RIGHT - LEFT + 1),
    parameter integer OUT_BITS = (SECOND != 0 ? 9 : TAPS) * BITS
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

  wire ce, room, done;
  wire [15:0] frame_width, frame_height;
  wire en0, px0, sof0, sol0;
  wire [BITS-1:0] data0;
  lutra_stream_in #(
      .BITS(BITS), .MAX_COLUMNS(MAX_COLUMNS), .MIN_COLUMNS(EXTENT_COLUMNS), .MIN_ROWS(EXTENT_ROWS)
  ) source (
      .clk(clk), .rst(rst), .width(width), .height(height), .s_axis_tdata(s_axis_tdata),
      .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast),
      .s_axis_tuser(s_axis_tuser), .room(room), .done(done), .frame_width(frame_width), .frame_height(frame_height),
      .ce(ce), .out_en(en0), .out_px(px0), .out_sof(sof0), .out_sol(sol0), .out_data(data0));

  wire en1, px1, sof1, sol1;
  wire [TAPS*BITS-1:0] taps1;
  lutra_window #(
      .BITS(BITS), .TOP(TOP), .BOTTOM(BOTTOM), .LEFT(LEFT), .RIGHT(RIGHT), .STRIDE_ROWS(STRIDE_ROWS),
      .STRIDE_COLUMNS(STRIDE_COLUMNS), .EXTENT_ROWS(EXTENT_ROWS), .EXTENT_COLUMNS(EXTENT_COLUMNS), .LAG_ROWS(LAG_ROWS),
      .LAG_COLUMNS(LAG_COLUMNS), .MAX_COLUMNS(MAX_COLUMNS)
  ) window (
      .clk(clk), .rst(rst), .ce(ce), .in_en(en0), .in_px(px0), .in_sof(sof0), .in_sol(sol0), .in_data(data0),
      .out_en(en1), .out_px(px1), .out_sof(sof1), .out_sol(sol1), .taps(taps1));

  wire px3, sof3;
  wire [OUT_BITS-1:0] taps3;
  generate
    if (SECOND != 0) begin : second
      reg [BITS-1:0] mixed, data2;
      integer i;
      always @(posedge clk)
        if (ce) begin
          mixed = {BITS{1'b0}};
          for (i = 0; i < TAPS; i = i + 1) mixed = mixed ^ taps1[i*BITS+:BITS] + i[BITS-1:0];
          data2 <= mixed;
        end
      reg [BITS-1:0] data3;
      always @(posedge clk) if (ce) data3 <= data2;
      wire en2, px2, sof2, sol2;
      lutra_token_delay #(.CLOCKS(2)) beside (
          .clk(clk), .rst(rst), .ce(ce), .in_en(en1), .in_px(px1), .in_sof(sof1), .in_sol(sol1),
          .out_en(en2), .out_px(px2), .out_sof(sof2), .out_sol(sol2));
      wire en3, sol3;
      lutra_window #(.BITS(BITS), .MAX_COLUMNS(MAX_COLUMNS)) window (
          .clk(clk), .rst(rst), .ce(ce), .in_en(en2), .in_px(px2), .in_sof(sof2), .in_sol(sol2), .in_data(data3),
          .out_en(en3), .out_px(px3), .out_sof(sof3), .out_sol(sol3), .taps(taps3));
      wire unused = &{1'b0, en3, sol3};
    end else begin : only
      assign px3 = px1;
      assign sof3 = sof1;
      assign taps3 = taps1;
      wire unused = &{1'b0, en1, sol1};
    end
  endgenerate

  wire [31:0] out_width = ({16'd0, frame_width} - EXTENT_COLUMNS) / STRIDE_COLUMNS + 1;
  wire [31:0] out_height = ({16'd0, frame_height} - EXTENT_ROWS) / STRIDE_ROWS + 1;
  lutra_stream_out #(.BITS(OUT_BITS)) sink (
      .clk(clk), .rst(rst), .ce(ce), .out_width(out_width[15:0]), .out_height(out_height[15:0]), .in_px(px3),
      .in_sof(sof3), .in_data(taps3), .room(room), .done(done), .m_axis_tdata(m_axis_tdata),
      .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast),
      .m_axis_tuser(m_axis_tuser));

endmodule
