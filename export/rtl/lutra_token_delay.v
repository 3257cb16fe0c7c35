// lutra_token_delay: what goes with a pixel, beside logic that takes CLOCKS clocks
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
