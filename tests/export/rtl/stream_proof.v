// What a proof looks at: a short stream, whose source and sink do what they like, and watchers that say where it is wrong.
//
// FAULTS = 0: the source sends whole frames of 2 x 2 pixels, and every beat must come out, in order, with its tuser and
//             tlast. `pick` marks one beat, any, and the watcher follows it.
//             FOLD = 1: a pixel takes two clocks, and what comes of it is put together in two steps.
// FAULTS = 1: tuser and tlast come as they like, and still whole frames must come out.
module stream_proof #(
    parameter integer FAULTS = 0,
    parameter integer FOLD = 0
) (
    input wire clk,
    input wire restart,
    input wire data,
    input wire valid,
    input wire last,
    input wire user,
    input wire ready,
    input wire pick,
    output reg wrong = 1'b0
);

  // It begins with a reset, and more may come.
  reg begun = 1'b0;
  always @(posedge clk) begun <= 1'b1;
  wire rst = restart || !begun;

  wire s_ready, m_data, m_valid, m_last, m_user;
  wire ce, tick, room, done;
  wire [15:0] frame_width, frame_height;
  wire en0, px0, sof0, sol0, data0, en1, px1, sof1, sol1, data1;
  reg [1:0] sent;  // beats of the frame
  wire s_last = FAULTS != 0 ? last : sent[0];
  wire s_user = FAULTS != 0 ? user : sent == 2'd0;

  lutra_stream_in #(
      .BITS(1), .CLOCKS(1 + FOLD)
  ) source (
      .clk(clk), .rst(rst), .width(16'd2), .height(16'd2), .s_axis_tdata(data), .s_axis_tvalid(valid),
      .s_axis_tready(s_ready), .s_axis_tlast(s_last), .s_axis_tuser(s_user), .room(room), .done(done),
      .frame_width(frame_width), .frame_height(frame_height), .ce(ce), .tick(tick), .out_en(en0), .out_px(px0), .out_sof(sof0),
      .out_sol(sol0), .out_data(data0));

  lutra_window #(
      .BITS(1), .TOP(0), .BOTTOM(0), .LEFT(0), .RIGHT(0), .LAG_ROWS(1 - FOLD), .LAG_COLUMNS(1), .MAX_COLUMNS(2)
  ) window (
      .clk(clk), .rst(rst), .ce(ce), .in_en(en0), .in_px(px0), .in_sof(sof0), .in_sol(sol0), .in_data(data0),
      .out_en(en1), .out_px(px1), .out_sof(sof1), .out_sol(sol1), .taps(data1));

  // In one step the pixel, in the other its opposite.
  wire px2, sof2, data2, mismatch;
  generate
    if (FOLD != 0) begin : in_steps
      wire step, held, en2, sol2;
      reg part;
      wire [1:0] both;
      always @(posedge clk) if (tick) part <= held ^ step;
      lutra_fold #(
          .IN_BITS(1), .OUT_BITS(1), .STEPS(2), .CLOCKS(1), .WAIT(0)
      ) fold (
          .clk(clk), .rst(rst), .ce(ce), .tick(tick), .in_en(en1), .in_data(data1), .held(held), .step(step),
          .part(part), .out_data(both));
      lutra_token_delay beside (
          .clk(clk), .rst(rst), .ce(ce), .in_en(en1), .in_px(px1), .in_sof(sof1), .in_sol(sol1), .out_en(en2),
          .out_px(px2), .out_sof(sof2), .out_sol(sol2));
      assign data2 = both[0];
      assign mismatch = ce && px2 && both[0] == both[1];
    end else begin : at_once
      assign px2 = px1;
      assign sof2 = sof1;
      assign data2 = data1;
      assign mismatch = 1'b0;
    end
  endgenerate

  lutra_stream_out #(
      .BITS(1)
  ) sink (
      .clk(clk), .rst(rst), .ce(ce), .out_width(frame_width), .out_height(frame_height), .in_px(px2), .in_sof(sof2),
      .in_data(data2), .room(room), .done(done), .m_axis_tdata(m_data), .m_axis_tvalid(m_valid), .m_axis_tready(ready),
      .m_axis_tlast(m_last), .m_axis_tuser(m_user));

  // A beat that is not taken stays as it is.
  reg stalled;
  reg [2:0] held;
  wire [2:0] beat = {m_data, m_last, m_user};
  wire unstable = stalled && (!m_valid || held != beat);

  // Frames come out whole.
  reg [1:0] received;
  wire torn = m_valid && (m_user != (received == 2'd0) || m_last != received[0]);

  // The picked beat comes after those before it; nothing comes that was not sent.
  wire take = valid && s_ready;
  wire give = m_valid && ready;
  reg [4:0] outstanding, ahead;
  reg picked, picked_data;
  wire invented = m_valid && outstanding == 5'd0;
  wire changed = m_valid && picked && ahead == 5'd0 && m_data != picked_data;

  always @(posedge clk)
    if (rst) begin
      stalled <= 1'b0;
      sent <= 2'd0;
      received <= 2'd0;
      outstanding <= 5'd0;
      picked <= 1'b0;
      wrong <= 1'b0;
    end else begin
      stalled <= m_valid && !ready;
      held <= beat;
      if (take) sent <= sent + 2'd1;
      if (give) received <= received + 2'd1;
      outstanding <= outstanding + {4'd0, take} - {4'd0, give};
      if (take && pick && !picked) begin
        picked <= 1'b1;
        picked_data <= data;
        ahead <= outstanding - {4'd0, give};
      end else if (picked && give) begin
        ahead <= ahead - 5'd1;
        if (ahead == 5'd0) picked <= 1'b0;
      end
      wrong <= unstable || torn || mismatch || (FAULTS == 0 && (invented || changed));
    end

endmodule
