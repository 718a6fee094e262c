"""Makes layouts-old.h5 and layouts-new.h5: every way to store a column, a group and an attribute that is read.

    python make_layouts.py          (h5py, numpy)

Every column named c... of n elements holds 3 k + 1 for k = 0 .. n - 1.
"""

from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).parent


def column(n, dtype="<i2"):
    return (3 * np.arange(n) + 1).astype(dtype)


def columns(f, new):
    f.create_dataset("c plain", data=column(10, ">f4"))
    f.create_dataset("c single", data=column(40), chunks=(40,))
    f.create_dataset("c single gzip", data=column(40), chunks=(40,), compression="gzip")
    f.create_dataset("c fixed", data=column(50, "<u4"), chunks=(8,))
    f.create_dataset("c fixed shuffle gzip sum", data=column(50, "<f8"), chunks=(8,), shuffle=True, compression=9, fletcher32=True)
    f.create_dataset("c grows", data=column(300), chunks=(4,), maxshape=(None,))
    f.create_dataset("c grows gzip", data=column(60, ">i8"), chunks=(16,), maxshape=(None,), compression="gzip")
    f.create_dataset("c grows two ways", data=column(900)[:, None], chunks=(4, 1), maxshape=(None, None))
    f.create_dataset("c wide chunks", data=column(20)[:, None], chunks=(8, 3), maxshape=(None, 3))
    f.create_dataset("c scalar", data=np.int8(1))
    if new:  # indexes with pages and secondary blocks; the old one is a B-tree of any size
        f.create_dataset("c paged", data=column(2100, "<u2"), chunks=(2,))
        f.create_dataset("c grows far", data=column(9000), chunks=(4,), maxshape=(None,))
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((8,))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((30,))
    made = h5py.h5d.create(f.id, b"c implicit", h5py.h5t.STD_I16LE, space, early)
    h5py.Dataset(made)[:] = column(30)
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    made = h5py.h5d.create(f.id, b"c compact", h5py.h5t.STD_I16LE, space, compact)
    h5py.Dataset(made)[:] = column(30)
    f.create_dataset("holes", shape=(64,), dtype="<i2", chunks=(16,))[:16] = 1
    f.create_dataset("lzf", data=column(40), chunks=(40,), compression="lzf")
    f.create_dataset("table", data=column(12).reshape(3, 4))


def others(f):
    for k in range(40):
        f.create_group(f"many/{k}" + "x" * k)
    for k in range(30):
        f["many"].attrs[f"a{k}"] = k * 1.5
    f["many"].attrs["text"] = "µV of any length"
    f["many"].attrs["fixed text"] = np.bytes_(b"short")
    f["committed"] = np.dtype("<f8")
    f.create_dataset("c committed", data=column(10, "<f8"), dtype=f["committed"])
    f["alias"] = h5py.SoftLink("c plain")
    f["loop"] = h5py.SoftLink("/loop")
    f["nowhere"] = h5py.SoftLink("/nothing")
    for k in range(40):  # each leads twice to the next: 2^40 steps
        f[f"bomb {k}"] = h5py.SoftLink(f"/bomb {k + 1}/bomb {k + 1}")
    f["bomb 40"] = h5py.SoftLink("/")
    f["outside"] = h5py.ExternalLink("other.h5", "/data")
    rows = np.dtype([("at", "<i4"), ("name", "S8"), ("to", h5py.ref_dtype)])
    f.create_dataset("rows", data=np.array([(7, b"seven", f["c plain"].ref), (8, b"eight", f["many"].ref)], rows))


for name, how in (("layouts-old.h5", {}), ("layouts-new.h5", {"libver": "latest"})):
    with h5py.File(HERE / name, "w", **how) as f:
        columns(f, bool(how))
        others(f)
