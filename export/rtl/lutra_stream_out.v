// lutra_stream_out: the tokens at the end of a pipeline become an AXI4-Stream of images
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
