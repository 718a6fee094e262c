/** The style sheet of the report: system fonts only, one set of custom properties for light, dark and paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --ink: #1d2327; --muted: #5b646b; --line: #dcdfdb; --grid: #e6e8e4; --soft: #f3f4f1;
  --recorded: #1d2327; --cloned: #d55e00; --current: #0072b2; --interpolated: #00815e; --held-out: #f5ebcb; --beyond: #f3e1eb;
  --before: #6d757b; --after: #0072b2; --therapeutic: #d6ede3;
  --tag-bg: #f5ebcb; --tag-ink: #4a3b00; --alert: #d55e00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --ink: #e7e9ea; --muted: #a3abb1; --line: #343a3f; --grid: #2a2f33; --soft: #1d2125;
    --recorded: #e7e9ea; --cloned: #f0883e; --current: #56b4e9; --interpolated: #2fc49a; --held-out: #3d351c; --beyond: #3c2634;
    --before: #98a1a7; --after: #56b4e9; --therapeutic: #1c3a30;
    --tag-bg: #3d351c; --tag-ink: #f3e3ac; --alert: #f0883e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 56px; }
p, li { max-width: 74ch; overflow-wrap: anywhere; }
h1, h2, .sentence { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", serif; font-weight: 600; }
h1 { font-size: 32px; line-height: 1.2; margin: 4px 0 20px; overflow-wrap: anywhere; }
h2 { font-size: 24px; line-height: 1.25; margin: 56px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 16px; margin: 24px 0 6px; }
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
ul { padding-left: 20px; margin: 6px 0 12px; }
.brand { color: var(--muted); font-size: 14px; letter-spacing: .04em; margin: 0; }
.verdict { border-left: 6px solid var(--line); padding: 4px 0 4px 20px; margin: 0 0 20px; }
.sentence { font-size: 22px; line-height: 1.4; font-weight: 500; margin: 0 0 8px; max-width: 62ch; }
.support { margin: 0 0 8px; }
.research { color: var(--muted); font-size: 14px; margin: 0; }
.alert { border: 1px solid var(--alert); border-left-width: 6px; border-radius: 4px; padding: 10px 16px; margin: 16px 0; max-width: 80ch; }
.alert h3 { margin-top: 0; }
.alert ul { margin-bottom: 0; }
.small, figcaption, .spread { font-size: 14px; color: var(--muted); }
.spread { font-size: 13px; white-space: nowrap; }
.unit { font-size: 15px; color: var(--muted); }
.tag { display: inline-block; font-size: 12.5px; line-height: 1.4; padding: 1px 8px; border-radius: 10px; font-weight: 500; }
.tag.mark { background: var(--tag-bg); color: var(--tag-ink); }
.tag.plain { background: var(--soft); color: var(--ink); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 18px 24px; margin: 20px 0 8px; }
.facts dt { font-size: 14px; color: var(--muted); }
.facts dd { margin: 0; font-size: 22px; line-height: 1.3; }
.words { margin: 8px 0 12px; }
.words > div { display: grid; grid-template-columns: minmax(90px, 170px) 1fr; gap: 4px 20px; padding: 6px 0; border-bottom: 1px solid var(--line); }
.words dt { color: var(--muted); }
.words dd { margin: 0; max-width: 74ch; overflow-wrap: anywhere; min-width: 0; }
.scroll { overflow-x: auto; margin: 6px 0 10px; position: relative; }
.scroll:focus-visible { outline: 2px solid var(--after); outline-offset: 2px; }
/* Not collapsed: a sticky cell would lose its borders. */
table { border-collapse: separate; border-spacing: 0; font-size: 14.5px; min-width: min(100%, 560px); }
.table-title { font-weight: 600; font-size: 14.5px; margin: 16px 0 0; break-after: avoid; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
td code, th code { white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: 6px 20px 6px 0; border-bottom: 1px solid var(--line); }
thead th { vertical-align: bottom; font-weight: 500; color: var(--muted); font-size: 13.5px; line-height: 1.35; border-bottom-color: var(--muted); max-width: 15ch; }
tbody th { font-weight: 500; }
tbody th, thead th:first-child { position: sticky; left: 0; background: var(--paper); }
th.num, td.num { text-align: right; white-space: nowrap; }
thead th.num { white-space: normal; }
.meter { display: inline-block; width: 48px; height: 6px; margin-right: 10px; border-radius: 3px; background: var(--grid); vertical-align: middle; overflow: hidden; }
.meter > span { display: block; height: 100%; background: var(--before); }
figure { margin: 36px 0; }
.figure-title { margin: 0 0 8px; }
.figure-number { color: var(--muted); font-weight: 500; margin-right: 6px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 0 0 14px; font-size: 14px; }
.legend li { display: inline-flex; align-items: center; gap: 7px; }
.swatch { flex: none; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 22px 24px; }
.halves .panels { grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
.panel { min-width: 0; break-inside: avoid; }
.halves .panel { max-width: 540px; }
.thirds .panel { max-width: 460px; }
.panel-title { margin: 0 0 2px; font-size: 14px; font-weight: 600; display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: baseline; justify-content: space-between; }
.panel-note { margin: 0 0 2px; font-size: 13.5px; color: var(--muted); }
.plot { display: block; width: 100%; height: auto; }
.plot text { white-space: pre; }
figcaption { margin-top: 10px; max-width: 80ch; }
details { margin: 12px 0; }
summary { cursor: pointer; font-weight: 600; font-size: 14.5px; }
footer { margin-top: 40px; padding-top: 16px; border-top: 1px solid var(--line); }
@media (max-width: 600px) {
  main { padding: 24px 16px 40px; }
  h1 { font-size: 26px; } h2 { font-size: 21px; margin-top: 40px; } .sentence { font-size: 19px; }
  .facts { grid-template-columns: repeat(2, 1fr); gap: 14px 16px; }
  .words > div { grid-template-columns: 1fr; }
}
@page { size: A4; margin: 14mm; }
@media print {
  :root { --paper: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; background: #fff; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 20pt; } h2 { font-size: 15pt; margin-top: 20pt; } .sentence { font-size: 13pt; }
  h3 { font-size: 11pt; } .small, figcaption, .research, .legend, .panel-note, summary, .table-title { font-size: 9pt; } .panel-title, .unit, .facts dt { font-size: 9.5pt; } .facts dd { font-size: 14pt; }
  tbody th, thead th:first-child { position: static; }
  h2, h3, .legend { break-after: avoid; }
  tr, .alert, .verdict, .words > div, .facts > div { break-inside: avoid; }
  figure { margin: 18pt 0; }
  table { font-size: 8.5pt; min-width: 0; } th, td { padding: 3pt 8pt 3pt 0; } thead th, .spread { font-size: 7.5pt; }
  .scroll { overflow: visible; }
  .panels { grid-template-columns: repeat(2, 1fr); gap: 12pt 14pt; }
  .halves .panels { grid-template-columns: repeat(2, 1fr); }
  .halves .panel:only-child { grid-column: 1 / -1; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
