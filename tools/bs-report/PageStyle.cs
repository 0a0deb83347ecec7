namespace Backshift.Tools.Report;

/// <summary>The style of the page.</summary>
internal static class PageStyle
{
    internal const string Css = """
        :root {
          color-scheme: light dark;
          --text: #1d2329; --back: #ffffff; --faint: #5b6670; --line: #d8dee4; --card: #f4f6f8; --mark: #2f6fb3; --warn: #a3420f;
        }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e3e8ed; --back: #14181c; --faint: #9aa6b1; --line: #323a42; --card: #1d2329; --mark: #6ba7e5; --warn: #f0a070; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
        p { margin: .25rem 0 .75rem; }
        .note { color: var(--faint); font-size: .875rem; }
        .name { overflow-wrap: anywhere; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        .warn { color: var(--warn); font-weight: 600; }
        .bad { border: 1px solid var(--warn); border-radius: .5rem; padding: 0 1rem; margin-top: 1rem; }
        .bad h2 { margin-top: .75rem; color: var(--warn); }
        ul { padding-left: 1.25rem; margin: .25rem 0; }
        .sums { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0; }
        .sums div { background: var(--card); border-radius: .5rem; padding: .75rem 1rem; }
        .sums dt { color: var(--faint); font-size: .875rem; }
        .sums dd { margin: 0; font-size: 1.4rem; font-weight: 600; line-height: 1.3; }
        .sums dd.note { font-size: .8rem; font-weight: 400; }
        .chart { display: flex; align-items: stretch; gap: 2px; height: 10rem; border-bottom: 1px solid var(--line); }
        .chart span { flex: 1 1 0; display: flex; align-items: flex-end; }
        .chart i { display: block; width: 100%; min-height: 1px; background: var(--mark); border-radius: 2px 2px 0 0; }
        .axis { display: flex; justify-content: space-between; gap: 1rem; }
        details { margin: .5rem 0; }
        summary { cursor: pointer; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
        th { color: var(--faint); font-weight: 500; white-space: nowrap; vertical-align: bottom; }
        td { white-space: nowrap; }
        td.name { white-space: normal; min-width: 8rem; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .bar { width: 20%; min-width: 4rem; vertical-align: middle; }
        @media (max-width: 40rem) {
          th { white-space: normal; }
          td.name { min-width: 6.5rem; }
          th, td { padding-right: .5rem; }
          th:last-child:empty, .bar { display: none; }
        }
        .bar i { display: block; height: .6rem; min-width: 1px; background: var(--mark); border-radius: 2px; }
        """;
}
