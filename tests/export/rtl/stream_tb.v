`timescale 1ns / 1ps
// Plays beats from a file into stream_dut and compares what comes out with a file, with random stalls on both sides.
//
//   +beats=FILE     width height tuser tlast tdata (hexadecimal), one beat a line
//   +answers=FILE   tuser tlast tdata (hexadecimal), one beat a line
//   +gap=N +stall=N how often of 256 no beat is offered, and none is taken
//   +pauses=1       sometimes a long pause before a frame
//   +resets=N       so many resets at random times, each followed by everything from the start
//   +streaming=N    so many beats at the start are taken without a pause but one after the first, for its size
//   +latency=N      the first answer stands after so many edges, with that which takes the first beat; 0: any
//   +seed=N
module stream_tb;

  parameter integer BITS = 8;
  parameter integer OUT_BITS = 72;
  // The other parameters of stream_dut are given by the command line; here only those that reach it.
  parameter integer TOP = -1, BOTTOM = 1, LEFT = -1, RIGHT = 1;
  parameter integer STRIDE_ROWS = 1, STRIDE_COLUMNS = 1, EXTENT_ROWS = 1, EXTENT_COLUMNS = 1;
  parameter integer LAG_ROWS = 1, LAG_COLUMNS = 1, MAX_COLUMNS = 65, SECOND = 0;
  parameter integer PACE = 1, FOLD = 0;

  reg clk = 1'b0;
  always #5 clk = !clk;

  reg rst = 1'b1;
  reg [15:0] width = 0, height = 0;
  reg [BITS-1:0] s_data = 0;
  reg s_valid = 1'b0, s_last = 1'b0, s_user = 1'b0, m_ready = 1'b0;
  wire s_ready, m_valid, m_last, m_user;
  wire [OUT_BITS-1:0] m_data;

  // Between two edges the bench turns inputs around for a moment: no handshake may follow them.
  reg probe = 1'b0;
  stream_dut #(
      .BITS(BITS), .TOP(TOP), .BOTTOM(BOTTOM), .LEFT(LEFT), .RIGHT(RIGHT), .STRIDE_ROWS(STRIDE_ROWS),
      .STRIDE_COLUMNS(STRIDE_COLUMNS), .EXTENT_ROWS(EXTENT_ROWS), .EXTENT_COLUMNS(EXTENT_COLUMNS), .LAG_ROWS(LAG_ROWS),
      .LAG_COLUMNS(LAG_COLUMNS), .MAX_COLUMNS(MAX_COLUMNS), .SECOND(SECOND), .PACE(PACE), .FOLD(FOLD)
  ) dut (
      .clk(clk), .rst(rst), .width(width), .height(height), .s_axis_tdata(s_data), .s_axis_tvalid(s_valid ^ probe),
      .s_axis_tready(s_ready), .s_axis_tlast(s_last ^ probe), .s_axis_tuser(s_user ^ probe), .m_axis_tdata(m_data),
      .m_axis_tvalid(m_valid), .m_axis_tready(m_ready ^ probe), .m_axis_tlast(m_last), .m_axis_tuser(m_user));

  reg [1024*8-1:0] beats_name, answers_name;
  integer beats, answers, gap, stall, pauses, resets, streaming, latency, seed;
  integer unused, taken, sent, pause, after, first_clock, first_answer, until_reset;
  integer clock = 0;
  reg beats_end, answers_end;
  integer next_width, next_height;
  reg next_user, next_last;
  reg [BITS-1:0] next_data;
  reg answer_user, answer_last;
  reg [OUT_BITS-1:0] answer;

  task fail;
    input [8*40-1:0] why;
    begin
      $display("FAIL: %0s, at answer %0d, clock %0d", why, sent, clock);
      $fatal;
    end
  endtask

  task read_beat;
    begin
      beats_end = 5 != $fscanf(beats, "%d %d %d %d %h", next_width, next_height, next_user, next_last, next_data);
    end
  endtask

  task read_answer;
    begin
      answers_end = 3 != $fscanf(answers, "%d %d %h", answer_user, answer_last, answer);
    end
  endtask

  task rewind;
    begin
      unused = $rewind(beats);
      unused = $rewind(answers);
      read_beat;
      read_answer;
      taken = 0;
      sent = 0;
      first_clock = -1;
      first_answer = -1;
    end
  endtask

  initial begin
    gap = 0; stall = 0; pauses = 0; resets = 0; streaming = 0; latency = 0; seed = 1;
    unused = $value$plusargs("beats=%s", beats_name);
    unused = $value$plusargs("answers=%s", answers_name);
    unused = $value$plusargs("gap=%d", gap);
    unused = $value$plusargs("stall=%d", stall);
    unused = $value$plusargs("pauses=%d", pauses);
    unused = $value$plusargs("resets=%d", resets);
    unused = $value$plusargs("streaming=%d", streaming);
    unused = $value$plusargs("latency=%d", latency);
    unused = $value$plusargs("seed=%d", seed);
    beats = $fopen(beats_name, "r");
    answers = $fopen(answers_name, "r");
    after = 0; pause = 0; until_reset = 20;
    rewind;
    repeat (3) @(posedge clk);
    #1;
    if (resets == 0) rst <= 1'b0;
  end

  function integer random;
    input integer below;
    begin
      random = $unsigned($random(seed)) % below;
    end
  endfunction

  // The source offers a beat until it is taken.
  always @(posedge clk)
    if (rst) s_valid <= 1'b0;
    else begin
      if (s_valid && s_ready) begin
        taken = taken + 1;
        if (first_clock < 0) first_clock = clock;
      end
      if (s_valid && !s_ready && taken > 1 && taken < streaming) fail("a bubble");
      if (!s_valid || s_ready) begin
        if (pause == 0 && pauses != 0 && next_user && random(3) == 0) pause = 1 + random(4) * random(100);
        if (beats_end || pause > 1 || random(256) < gap) begin
          s_valid <= 1'b0;
          s_data <= random(256);
          s_user <= random(2);
          s_last <= random(2);
          width <= random(65536);
          height <= random(65536);
          if (pause > 1) pause = pause - 1;
        end else begin
          s_valid <= 1'b1;
          s_data <= next_data;
          s_user <= next_user;
          s_last <= next_last;
          // The size counts with a frame's first pixel alone.
          width <= next_user ? next_width : random(65536);
          height <= next_user ? next_height : random(65536);
          pause = 0;
          read_beat;
        end
      end
    end

  // The sink compares every beat that it takes, and sees that one that it does not take stays as it is.
  reg stalled = 1'b0;
  reg [OUT_BITS+1:0] held;
  always @(posedge clk) begin
    clock <= clock + 1;
    m_ready <= random(256) >= stall;
    stalled <= !rst && m_valid && !m_ready;
    held <= {m_user, m_last, m_data};
    if (!rst) begin
      if (stalled && (m_valid !== 1'b1 || held !== {m_user, m_last, m_data})) fail("a stalled beat has changed");
      if (m_valid === 1'bx || s_ready === 1'bx) fail("a handshake is undefined");
      if (m_valid && first_answer < 0) begin
        first_answer = clock;
        if (latency != 0 && first_answer - first_clock != latency) fail("another latency");
      end
      if (m_valid && m_ready) begin
        if (answers_end) fail("a beat too many");
        if (m_user !== answer_user || m_last !== answer_last) fail("tuser or tlast differ");
        if (m_data !== answer) begin
          $display("got %h, expected %h", m_data, answer);
          fail("tdata differs");
        end
        sent = sent + 1;
        read_answer;
      end
    end
    if (answers_end && beats_end && !s_valid && resets == 0) after = after + 1;
    if (after == 300) begin
      $display("PASS: %0d beats in %0d clocks", sent, clock);
      $finish;
    end
    if (clock == 30000) fail("an answer is missing");
  end

  always @(negedge clk) begin : turned
    reg ready, valid;
    ready = s_ready;
    valid = m_valid;
    probe = 1'b1;
    #1;
    if (!rst && (ready !== s_ready || valid !== m_valid)) fail("a handshake follows an input");
    probe = 1'b0;
  end

  always @(posedge clk)
    if (rst && resets != 0) begin
      resets = resets - 1;
      until_reset = random(150);
      rewind;
      rst <= 1'b0;
    end else if (resets != 0) begin
      until_reset = until_reset - 1;
      rst <= until_reset < 0;
    end

endmodule
