"""The style of report.html: light and dark on a screen, black on white on paper."""

STYLE = """
:root { color-scheme: light dark; --ground: #ffffff; --raised: #f3f6f9; --ink: #1a1f27;
  --quiet: #4d5866; --line: #c9d1db; --link: #0b5cad; --error: #a1121f; --warning: #7a5200;
  --good: #14603a; --note: #35657a; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181f; --raised: #1e242d;
  --ink: #e8ecf2; --quiet: #b3bdc9; --line: #3b4552; --link: #8cc0f7; --error: #ff9ca3;
  --warning: #f0c35a; --good: #7fd6a4; --note: #9fc6d8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere; }
header, nav, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 0.5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
a { color: var(--link); }
.verdict { border-left: 0.4rem solid; padding: 0.6rem 1rem; background: var(--raised);
  font-size: 1.15rem; max-width: none; }
.verdict.rejected, .verdict.errors { border-color: var(--error); }
.verdict.warnings { border-color: var(--warning); }
.verdict.clean { border-color: var(--good); }
.figures { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1rem 0; padding: 0; }
.figures div { flex: 1 1 7rem; background: var(--raised); border: 1px solid var(--line);
  border-radius: 0.3rem; padding: 0.4rem 0.7rem; display: flex; flex-direction: column-reverse;
  justify-content: flex-end; }
.figures dt { color: var(--quiet); font-size: 0.9rem; }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0;
  padding: 0; }
nav a { display: inline-block; padding: 0.25rem 0; }
table { border-collapse: collapse; margin: 0.75rem 0 1rem; font-size: 0.95rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
table.problems, table.chart, table.facts { width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1.25rem 0.4rem 0;
  border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-weight: 600; font-size: 0.88rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.wide { overflow-x: auto; overflow-wrap: break-word; }
.wide .schools, .wide .changes { min-width: 38rem; }
.wide .chart { min-width: 26rem; }
thead th, .chart tbody th { overflow-wrap: normal; }
.schools td:nth-child(2), .changes tbody th { white-space: nowrap; }
.wide:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.problems th:first-child { width: 3rem; text-align: right; padding-right: 0.75rem; }
.problems th:last-child, .problems td:last-child { width: 9rem; }
td > p { margin: 0 0 0.2rem; max-width: none; }
.problems .what { font-weight: 600; }
.quiet, .problems td:last-child p + p { color: var(--quiet); font-size: 0.9rem; }
.chart th:last-child, .chart td:last-child { width: 45%; }
.bar { display: block; width: 100%; height: 1.1rem; }
th .error { color: var(--error); } th .warning { color: var(--warning); }
th .note { color: var(--note); }
.bar .error { fill: var(--error); } .bar .warning { fill: var(--warning); }
.bar .note { fill: var(--note); }
pre { background: var(--raised); border: 1px solid var(--line); padding: 0.6rem 0.8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.9rem; }
.facts th { font-weight: 400; color: var(--quiet); }
.facts th:first-child { width: 13rem; }
footer { margin-top: 2.5rem; padding-bottom: 2rem; color: var(--quiet); font-size: 0.9rem; }
@media (max-width: 40rem) {
  .problems th:last-child, .problems td:last-child { width: 6rem; }
  .facts th:first-child { width: 7.5rem; } th, td { padding-right: 0.75rem; }
  .chart th:last-child, .chart td:last-child { width: 20%; }
  .wide .chart { min-width: 22rem; font-size: 0.85rem; }
  .chart th, .chart td { padding-right: 0.5rem; }
  h1 { font-size: 1.4rem; } }
@page { margin: 15mm 14mm 17mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  :root { color-scheme: light; --ground: #fff; --raised: #fff; --ink: #000; --quiet: #333;
    --line: #999; --link: #000; --error: #a1121f; --warning: #b07a0a; --good: #14603a;
    --note: #35657a; }
  html { font-size: 9.5pt; } body { line-height: 1.35; }
  header, main, footer { max-width: none; padding: 0; }
  h1 { font-size: 16pt; margin-top: 0; } h2 { font-size: 13pt; margin-top: 7mm; }
  h1, h2, h3, caption { break-after: avoid; }
  p { orphans: 3; widows: 3; max-width: none; }
  nav { display: none; }
  .wide { overflow: visible; overflow-wrap: anywhere; }
  .wide table.schools, .wide table.changes, .wide table.chart { min-width: 0; font-size: 8.5pt; }
  thead { display: table-header-group; }
  th, td { padding-right: 3mm; } tr, .figures, .verdict, pre { break-inside: avoid; }
  .figures { gap: 2mm; } .figures div { padding: 1mm 2mm; flex-basis: 18mm; }
  .figures dd { font-size: 13pt; }
  .verdict, .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
