/** The HDF5 library, loaded when the first HDF5 file is written. Files are read without it (`openHdf5`). */
import type * as h5wasm from "h5wasm";

/** h5wasm: the HDF5 C library in WebAssembly. Its files lie in a file system of its own, in memory. */
export type H5 = typeof h5wasm;

let loading: Promise<H5> | undefined;

/**
 * Loads the library (4 MB, about 0.2 s, once). The same build runs in Node, in browsers and in workers: `h5wasm/node` would
 * reach through to the disk, which this room does not touch.
 */
export function loadHdf5(): Promise<H5> {
  loading ??= import("h5wasm").then(async (h5) => {
    await h5.ready;
    return h5;
  });
  return loading;
}
