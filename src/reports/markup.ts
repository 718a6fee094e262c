/** HTML that is known to be safe; only `html` and `trusted` make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Markup | string | number | false | null | undefined | readonly Piece[];

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML text or a quoted attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]);
}

/**
 * Template tag: whatever is put in is escaped unless it is Markup itself, so a file name cannot become a tag
 * by forgetting a call. False and absent pieces leave nothing behind; lists are joined.
 */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(strings.reduce((out, part, k) => out + render(pieces[k - 1]) + part));
}

/** Marks text that we made ourselves (an SVG from Plot, the style sheet) as HTML. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (Array.isArray(piece)) return piece.map(render).join("");
  if (piece === null || piece === undefined || piece === false) return "";
  return escapeHtml(String(piece));
}

export interface Column<Row> {
  /** Header text, with the unit where the column has one. */
  readonly header: string;
  readonly cell: (row: Row) => Markup | string;
  /** Numbers are right-aligned with equal digit widths. */
  readonly numeric?: boolean;
}

/** A table whose first column names the row. It scrolls sideways inside its own box on narrow screens. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  // The visible title stands outside the box that scrolls, so that it wraps on a narrow screen.
  return html`<p class="table-title" aria-hidden="true">${caption}</p>
<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption class="hidden">${caption}</caption>
<thead><tr>${columns.map((c) => html`<th scope="col"${numericClass(c.numeric)}>${c.header}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${columns.map((c, k) => tableCell(c, row, k === 0))}</tr>\n`)}</tbody>
</table></div>`;
}

function tableCell<Row>(column: Column<Row>, row: Row, first: boolean): Markup {
  const text = column.cell(row);
  return first
    ? html`<th scope="row"${numericClass(column.numeric)}>${text}</th>`
    : html`<td${numericClass(column.numeric)}>${text}</td>`;
}

function numericClass(numeric: boolean | undefined): Markup {
  return trusted(numeric ? ' class="num"' : "");
}

/** A bullet list, or nothing when there is nothing to list. */
export function list(items: readonly (string | Markup)[], className = ""): Markup | null {
  return items.length === 0
    ? null
    : html`<ul class="${className}">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
