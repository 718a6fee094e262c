import type { Figure, LegendItem, Panel } from "../figures/figure.ts";
import { html, type Markup, trusted } from "../markup.ts";

/** Puts a figure on the page under the next number. Absent figures leave nothing and use no number. */
export type FigureMaker = (figure: Figure | null) => Markup | null;

/** Figures are numbered in the order in which they are put on the page. */
export function numberedFigures(): FigureMaker {
  let number = 0;
  return (figure) => (figure === null ? null : figureMarkup(figure, ++number));
}

function figureMarkup(figure: Figure, number: number): Markup {
  return html`<figure id="figure-${number}" class="${figure.size}">
<h3 class="figure-title"><span class="figure-number">Figure ${number}</span> ${figure.title}</h3>
<ul class="legend">${figure.legend.map(legendItem)}</ul>
<div class="panels">${figure.panels.map(panelMarkup)}</div>
<figcaption>${figure.caption}</figcaption>
</figure>\n`;
}

function panelMarkup(panel: Panel): Markup {
  const tag = panel.tag && html` <span class="tag ${panel.tag.tone}">${panel.tag.text}</span>`;
  const note = panel.note && html`<p class="panel-note">${panel.note}</p>`;
  return html`<div class="panel"><p class="panel-title">${panel.title}${tag}</p>${note}${panel.svg}</div>\n`;
}

const SHAPES: Readonly<Record<LegendItem["shape"], string>> = {
  line: '<path d="M1,7H21" stroke-width="2"/>',
  dash: '<path d="M1,7H21" stroke-width="2" stroke-dasharray="5,3"/>',
  ring: '<circle cx="11" cy="7" r="4.5" stroke-width="1.5"/>',
  cross: '<path d="M7,3L15,11M15,3L7,11" stroke-width="1.8"/>',
  range:
    '<path d="M11,2V12" stroke-width="4" stroke-opacity=".35" stroke-linecap="round"/><circle cx="11" cy="7" r="3" fill="currentColor" stroke="none"/>',
  band: '<rect x="2" y="1" width="18" height="12" fill="currentColor" fill-opacity=".22" stroke="none"/>',
  area: '<rect x="2" y="1" width="18" height="12" fill="currentColor" stroke="none"/>',
};

function legendItem(item: LegendItem): Markup {
  // The colour is a constant of the palette, never user text.
  const swatch = trusted(
    `<svg class="swatch" aria-hidden="true" viewBox="0 0 22 14" width="22" height="14" fill="none" stroke="currentColor" style="color:${item.colour}">${SHAPES[item.shape]}</svg>`,
  );
  return html`<li>${swatch}${item.text}</li>`;
}
