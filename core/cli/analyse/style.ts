/** Two sets of colours, both apart from each other for colour-blind readers: blue buys, orange sells. */
export const STYLE = `
:root {
  --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --grid: #e4e8ec; --axis: #8c959f;
  --buy: #1f6fd6; --sell: #d4622a; --outside: #a5adb6; --rth: #1f6fd6; --eth: #8db7ee;
  --price: #24292f; --range: #9aa4ae; --vwap: #8a3ffc; --tpo: #5a8f3c; --poc: #b08800; --area: #8a3ffc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1217; --ink: #e6e9ed; --quiet: #9ba6b2; --grid: #232a32; --axis: #5b6672;
    --buy: #58a6ff; --sell: #f0883e; --outside: #66707b; --rth: #58a6ff; --eth: #2c5f9e;
    --price: #e6e9ed; --range: #66707b; --vwap: #c297ff; --tpo: #7ec35a; --poc: #e3b341; --area: #c297ff;
  }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 16px 20px 60px; }
h1 { font-size: 24px; } h2 { font-size: 20px; margin-top: 36px; }
.note { color: var(--quiet); }
figure { margin: 22px 0; }
figcaption { margin-bottom: 4px; }
svg { display: block; width: 100%; height: auto; font: 13px system-ui, sans-serif; }
svg text { fill: var(--quiet); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
svg text.name { fill: var(--ink); }
.key { color: var(--quiet); margin-left: 18px; white-space: nowrap; }
.key::before { content: ''; display: inline-block; width: 11px; height: 11px; margin-right: 6px; background: var(--outside); }
.key.buy::before { background: var(--buy); } .key.sell::before { background: var(--sell); }
.key.rth::before { background: var(--rth); } .key.eth::before { background: var(--eth); }
.key.vwap::before, .key.cumulative::before { background: var(--vwap); } .key.price::before { background: var(--price); }
line { shape-rendering: crispEdges; }
.grid { stroke: var(--grid); } .axis, .tick { stroke: var(--axis); }
rect.buy, .trade.buy { fill: var(--buy); } rect.sell, .trade.sell { fill: var(--sell); }
rect.outside, .trade.unknown { fill: var(--outside); } rect.rth { fill: var(--rth); } rect.eth { fill: var(--eth); }
rect.tpo { fill: var(--tpo); } rect.area { fill: var(--area); opacity: 0.1; }
.trade { fill-opacity: 0.55; stroke: var(--paper); }
path.range { stroke: var(--range); fill: none; } path.price { stroke: var(--price); stroke-width: 1.2; fill: none; }
path.vwap, path.cumulative { stroke: var(--vwap); stroke-width: 2; fill: none; }
path.band { fill: var(--area); opacity: 0.12; } rect.hover { fill: transparent; }
line.poc { stroke: var(--poc); stroke-width: 1.5; } line.edge { stroke: var(--area); stroke-dasharray: 5 4; }
details { margin: 14px 0; overflow-x: auto; } summary { font-weight: 600; cursor: pointer; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 6px; }
th, td { text-align: right; padding: 2px 12px; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; } th { color: var(--quiet); font-weight: 500; }
`;
