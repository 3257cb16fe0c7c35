#pragma once
// The part of a stream's testbench that is the same for all: what it sends, what it looks at, what it says.

#include <string_view>

namespace lutra::hdl::detail {

/// Verilog between the testbench's sizes and the module's instance; NAME stands for the module's name. Inputs change
/// while the clock is low; what the next rising edge takes is looked at just before it.
inline constexpr std::string_view stream_testbench_text = R"verilog(
  reg  clk, rst;
  reg  [15:0] width, height;
  reg  [IN_BITS-1:0] s_data;
  reg  s_valid, s_last, s_user;
  wire s_ready;
  wire [OUT_BITS-1:0] m_data;
  wire m_valid, m_last, m_user;
  reg  m_ready;

  reg  [IN_BITS-1:0] pixels [0:PIXELS-1];
  reg  [OUT_BITS-1:0] answers [0:ANSWERS-1];
  reg  [95:0] frames [0:FRAMES-1];  // width and height, those of the output, and the latency
  integer began [0:FRAMES-1];       // the clock that took the first pixel

  integer clocks, quiet, waited, pause, latency, frame, column, row, sent, out_frame, out_column, out_row, got;
  reg  taken, given, held;
  reg  [OUT_BITS+1:0] held_beat;
  reg  [31:0] random;

  function [31:0] after(input [31:0] x);  // xorshift
    reg [31:0] y;
    begin
      y = x ^ (x << 13);
      y = y ^ (y >> 17);
      after = y ^ (y << 5);
    end
  endfunction

  function same_size(input integer n, input integer m);  // of two frames; there may be no such frame
    same_size = n >= 0 && m >= 0 && n < FRAMES && m < FRAMES && frames[n][95:64] == frames[m][95:64];
  endfunction

  task fail(input integer what);
    begin
      case (what)
        0: $display("FAIL: frame %0d, row %0d, column %0d is %h and not %h", out_frame, out_row, out_column, m_data, answers[got]);
        1: $display("FAIL: frame %0d, row %0d, column %0d has tuser %b, tlast %b", out_frame, out_row, out_column, m_user, m_last);
        2: $display("FAIL: frame %0d comes after %0d clocks and not %0d", out_frame, latency, frames[out_frame][31:0]);
        3: $display("FAIL: frame %0d, row %0d, column %0d has to wait though nothing else does", frame, row, column);
        4: $display("FAIL: a beat that was not taken has changed");
        5: $display("FAIL: nothing moves, after pixel %0d of %0d and beat %0d of %0d", sent, PIXELS, got, ANSWERS);
        default: $display("FAIL: a beat that belongs to no frame");
      endcase
      $fatal(1);
    end
  endtask

  task check(input pauses);
    begin
      if (got == ANSWERS) fail(6);
      // A memory that no file filled is all x, and x !== x is false: that must not pass.
      if (m_data !== answers[got] || ^answers[got] === 1'bx) fail(0);
      if (m_user !== (out_row == 0 && out_column == 0) || m_last !== (out_column + 1 == {16'd0, frames[out_frame][63:48]})) fail(1);
      // A frame that follows at once may push out what is left of this one sooner.
      if (m_user && !pauses && same_size(out_frame, out_frame - 1) && !same_size(out_frame, out_frame + 1)) begin
        latency = clocks - began[out_frame];
        if (latency != frames[out_frame][31:0]) fail(2);
      end
      got = got + 1;
      out_column = m_last ? 0 : out_column + 1;
      if (m_last) out_row = out_row + 1;
      if (m_last && out_row == {16'd0, frames[out_frame][47:32]}) begin
        out_row = 0;
        out_frame = out_frame + 1;
      end
    end
  endtask

  task cycle(input gaps, input stalls);
    begin
      random = after(random);
      if (pause > 0) pause = pause - 1;
      else if (!s_valid && sent < PIXELS && (!gaps || random[1:0] != 2'd0)) begin
        s_valid = 1'b1;
        s_data = pixels[sent];
        width = frames[frame][95:80];
        height = frames[frame][79:64];
        s_user = row == 0 && column == 0;
        s_last = column + 1 == {16'd0, width};
      end
      m_ready = !stalls || random[3:2] != 2'd0;
      #5;
      taken = s_valid && s_ready;
      given = m_valid && m_ready;
      if (held && (!m_valid || {m_user, m_last, m_data} !== held_beat)) fail(4);
      held = m_valid && !m_ready;
      held_beat = {m_user, m_last, m_data};
      // Frames of another size wait until the pipeline is empty; behind them nothing waits longer than a pixel takes.
      waited = s_valid && !s_ready ? waited + 1 : 0;
      if (waited == CLOCKS && !gaps && !stalls && same_size(frame, frame - 1) && same_size(frame, frame - 2)) fail(3);
      if (given) check(gaps || stalls);
      clk = 1'b1;
      #5 clk = 1'b0;
      if (taken) begin
        if (s_user) began[frame] = clocks;
        sent = sent + 1;
        column = s_last ? 0 : column + 1;
        if (s_last) row = row + 1;
        if (s_last && row == {16'd0, height}) begin
          row = 0;
          frame = frame + 1;
          if (gaps && random[6:4] == 3'd0) pause = {24'd0, random[15:8]};
        end
        s_valid = 1'b0;
      end
      quiet = taken || given ? 0 : quiet + 1;
      if (quiet > QUIET) fail(5);
      clocks = clocks + 1;
    end
  endtask

  task restart;
    begin
      s_valid = 1'b0;
      m_ready = 1'b0;
      held = 1'b0;
      rst = 1'b1;
      #5 clk = 1'b1;
      #5 clk = 1'b0;
      #5 clk = 1'b1;
      #5 clk = 1'b0;
      rst = 1'b0;
    end
  endtask

  // Sends all frames, or no more than the first pixels of them.
  task run(input gaps, input stalls, input integer most);
    begin
      frame = 0;
      column = 0;
      row = 0;
      sent = 0;
      out_frame = 0;
      out_column = 0;
      out_row = 0;
      got = 0;
      quiet = 0;
      waited = 0;
      pause = 0;
      while (sent < most) cycle(gaps, stalls);
      if (most == PIXELS) begin
        while (got < ANSWERS) cycle(gaps, stalls);
        repeat (64) cycle(gaps, stalls);
      end
    end
  endtask

  initial begin
    if (!$value$plusargs("seed=%d", random)) random = 32'd1;
    random = after(random ^ 32'h9e3779b9);
    $readmemh("NAME_frames.hex", frames);
    $readmemh("NAME_pixels.hex", pixels);
    $readmemh("NAME_answers.hex", answers);
    clocks = 0;
    latency = 0;
    clk = 1'b0;
    s_data = {IN_BITS{1'b0}};
    s_last = 1'b0;
    s_user = 1'b0;
    width = 16'd0;
    height = 16'd0;
    held_beat = {OUT_BITS + 2{1'b0}};
    restart;
    run(1'b0, 1'b0, PIXELS);
    run(1'b1, 1'b0, PIXELS);
    run(1'b0, 1'b1, PIXELS);
    run(1'b1, 1'b1, PIXELS);
    run(1'b0, 1'b1, PIXELS / 2);
    restart;
    run(1'b1, 1'b1, PIXELS);
    if (latency == 0) $display("PASS: %0d frames of %0d pixels in all", 5 * FRAMES, 5 * PIXELS);
    else $display("PASS: %0d frames of %0d pixels in all, latency %0d clocks", 5 * FRAMES, 5 * PIXELS, latency);
    $finish;
  end

)verilog";

}  // namespace lutra::hdl::detail
