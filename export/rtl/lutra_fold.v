// lutra_fold: what stands around logic that answers to a pixel in several steps, each of which gives a part of the answer
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
