/** Spikes in typed arrays that grow. */
export class SpikeList {
  cells = new Uint32Array(1024);
  /** In steps. */
  times = new Float64Array(1024);
  length = 0;

  add(cell: number, time: number): void {
    if (this.length === this.cells.length) this.#grow();
    this.cells[this.length] = cell;
    this.times[this.length++] = time;
  }

  #grow(): void {
    const [cells, times] = [new Uint32Array(2 * this.length), new Float64Array(2 * this.length)];
    cells.set(this.cells);
    times.set(this.times);
    [this.cells, this.times] = [cells, times];
  }

  /** Spikes up to `end` in the order of time, then of cells. */
  sorted(end: number): { cells: Uint32Array; times: Float64Array } {
    const order: number[] = [];
    for (let n = 0; n < this.length; n++) if (this.times[n] <= end) order.push(n);
    order.sort((a, b) => this.times[a] - this.times[b] || this.cells[a] - this.cells[b]);
    return {
      cells: Uint32Array.from(order, (n) => this.cells[n]),
      times: Float64Array.from(order, (n) => this.times[n]),
    };
  }
}
