// lutra_collect: gathers a small image, pixel by pixel, for logic that reads all of it at once
//
//   in_data  the pixel; channel c is in_data[c*VALUE_WIDTH +: VALUE_WIDTH]
//   valid    all of an image is there, for one clock with ce
//   image    the image in that clock, and only then: the next one may already follow. Channel c of row y, column x is
//            image[((c*HEIGHT + y)*WIDTH + x)*VALUE_WIDTH +: VALUE_WIDTH]
//
// Pixels go through one long shift register, whose ends are wired to their places: no pixel needs an address.
//
// Latency: one clock with ce after the image's last pixel.
module lutra_collect #(
    parameter integer CHANNELS = 1,
    parameter integer VALUE_WIDTH = 1,
    parameter integer HEIGHT = 7,
    parameter integer WIDTH = 7
) (
    input wire clk,
    input wire rst,
    input wire ce,
    input wire in_px,
    input wire in_sof,
    input wire [CHANNELS*VALUE_WIDTH-1:0] in_data,
    output reg valid,
    output wire [CHANNELS*HEIGHT*WIDTH*VALUE_WIDTH-1:0] image
);

  localparam integer BITS = CHANNELS * VALUE_WIDTH;
  localparam integer PIXELS = HEIGHT * WIDTH;

  reg [31:0] missing;  // pixels of the image, after the last one that came; 0 also where no image has begun
  wire [31:0] missing_after = in_sof ? PIXELS[31:0] - 32'd1 : missing - 32'd1;
  wire push = in_px && (in_sof || missing != 32'd0);

  always @(posedge clk)
    if (rst) begin
      missing <= 32'd0;
      valid <= 1'b0;
    end else if (ce) begin
      if (push) missing <= missing_after;
      valid <= push && missing_after == 32'd0;
    end

  // The oldest pixel, that of row 0, column 0, ends up in the lowest bits.
  wire [PIXELS*BITS-1:0] arrivals;
  assign arrivals[(PIXELS-1)*BITS+:BITS] = in_data;

  genvar c, p;
  generate
    for (p = 0; p < PIXELS; p = p + 1) begin : place
      reg [BITS-1:0] pixel;
      always @(posedge clk) if (ce && push) pixel <= arrivals[p*BITS+:BITS];
      if (p > 0) begin : next
        assign arrivals[(p-1)*BITS+:BITS] = pixel;
      end
      for (c = 0; c < CHANNELS; c = c + 1) begin : channel
        assign image[(c*PIXELS+p)*VALUE_WIDTH+:VALUE_WIDTH] = pixel[c*VALUE_WIDTH+:VALUE_WIDTH];
      end
    end
  endgenerate

endmodule
