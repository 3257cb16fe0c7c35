#pragma once
// How a report looks: one style sheet, in the page itself, for light and dark screens, narrow ones and paper.

#include <string_view>

namespace lutra::report {

inline constexpr std::string_view style_text = R"(
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #ffffff; --ink: #17202b; --soft: #5b6878; --line: #dfe5ec; --track: #edf1f5;
  --main: #0b7a75; --main-rgb: 11 122 117; --other: #c8641b; --other-rgb: 200 84 40; --ghost: #b4bfcc;
  --good: #14804a; --good-back: #e2f4ea; --bad: #b3261e; --bad-back: #fbe6e4;
  --threshold: #7a5bc7; --lut: #0b7a75; --count: #b7791f; --add: #b7791f; --rearrange: #6b7a8c; --argmax: #b4407a;
  --weigh: #b7791f; --level: #7a5bc7; --max: #b4407a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1218; --card: #151c25; --ink: #e4ebf3; --soft: #93a1b2; --line: #27323f; --track: #1e2833;
    --main: #35c2b4; --main-rgb: 40 170 158; --other: #f0964f; --other-rgb: 226 112 62; --ghost: #4b5a6b;
    --good: #5fd39a; --good-back: #14352a; --bad: #ff8f86; --bad-back: #43201f;
    --threshold: #a78bfa; --lut: #35c2b4; --count: #e5b04c; --add: #e5b04c; --rearrange: #8fa0b3; --argmax: #f08ab8;
    --weigh: #e5b04c; --level: #a78bfa; --max: #f08ab8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header, section, footer { max-width: 1080px; margin: 0 auto; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; }
h2 { margin: 0 0 .25rem; font-size: 1.1rem; letter-spacing: -0.01em; }
header p { margin: .5rem 0 0; color: var(--soft); max-width: 70ch; }
code, .mono { font: .85em/1.4 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 1.5rem; }
.tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: .9rem 1rem; }
.tile .label { color: var(--soft); font-size: .8rem; }
.tile .value { font-size: 1.6rem; font-weight: 650; letter-spacing: -0.02em; line-height: 1.25; white-space: nowrap; }
.tile .note { color: var(--soft); font-size: .78rem; line-height: 1.35; }
.tile.first { border-color: var(--main); box-shadow: inset 0 3px 0 var(--main); }
.tile.first .value { color: var(--main); }
.card { margin-top: 1.25rem; padding: 1.25rem 1.4rem 1.4rem; }
.card > p { margin: 0 0 1rem; color: var(--soft); max-width: 75ch; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 500; font-size: .8rem; text-align: left; vertical-align: bottom; }
th, td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child:not(.stage) { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child td { border-bottom: 0; }
tr.total td { font-weight: 650; border-top: 2px solid var(--line); }
.right { text-align: right; white-space: nowrap; }
.soft { color: var(--soft); }
.small { font-size: .8rem; }
.name { font-weight: 550; }
.below { color: var(--soft); font-size: .8rem; font-weight: 400; }
td.stage { padding-left: calc(9px + .5rem); }
.stage .dot { margin-left: calc(-9px - .5rem); }
.how { min-width: 9rem; }
.bars { min-width: 130px; width: 24%; }
.bar { position: relative; height: 10px; border-radius: 5px; background: var(--track); overflow: hidden; }
.bar span { position: absolute; inset: 0 auto 0 0; border-radius: 5px; min-width: 2px; }
.bar .was { background: var(--ghost); }
.bar .is { background: var(--main); }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 3px; margin-right: .5rem; }
.badge { display: inline-block; padding: .1rem .55rem; border-radius: 99px; font-size: .8rem; font-weight: 600;
  white-space: nowrap; color: var(--soft); background: var(--track); }
.badge.good { color: var(--good); background: var(--good-back); }
.badge.bad { color: var(--bad); background: var(--bad-back); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 1.5rem; }
figure { margin: 0; min-width: 0; }
figcaption { color: var(--soft); font-size: .85rem; margin-bottom: .35rem; }
.key { margin-left: .9rem; white-space: nowrap; }
.key i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: .35rem; vertical-align: 3px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
svg .soft { fill: var(--soft); }
svg .name { font-size: 13px; font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
svg .front { fill: none; stroke: var(--main); stroke-width: 2; stroke-linejoin: round; }
svg .limit { stroke: var(--other); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .over { fill: var(--other); }
svg .point { fill: var(--card); stroke: var(--soft); stroke-width: 1.5; }
svg .point.first { fill: var(--main); stroke: var(--main); }
svg .point.pale { opacity: .5; }
svg .tiny { font-size: 11px; fill: var(--soft); }
svg .box { fill: var(--card); stroke: var(--line); stroke-width: 1.5; }
svg .flow { stroke: none; fill: var(--main); opacity: .2; }
svg .skip { fill: none; stroke: var(--other); stroke-width: 2; }
svg .head { fill: var(--other); }
.matrix { width: auto; margin: 0 auto; }
.matrix th { text-align: center; vertical-align: middle; padding: .3rem .4rem; }
.matrix td { border: 2px solid var(--card); border-radius: 6px; text-align: center; padding: .35rem .3rem;
  min-width: 3.1rem; background: var(--track); }
.matrix td.none { color: var(--ghost); }
.matrix td.share { background: none; color: var(--soft); font-size: .8rem; padding-left: .75rem; white-space: nowrap; }
footer { margin-top: 1.5rem; color: var(--soft); font-size: .8rem; }
@media (max-width: 560px) {
  body { padding: 1.25rem .75rem 2rem; }
  h1 { font-size: 1.5rem; }
  .card { padding: 1rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 8px; }
  .tile .value { font-size: 1.3rem; }
  th, td { padding: .4rem .5rem; }
}
@media print { body { background: none; padding: 0; } .card, .tile { break-inside: avoid; } }
)";

}  // namespace lutra::report
