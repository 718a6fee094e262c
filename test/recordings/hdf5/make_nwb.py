"""Makes the NWB files in this folder with pynwb, and expected.json with what pynwb says of them.

    python make_nwb.py          (pynwb 4.2.0, h5py, numpy)

Values are small whole numbers, so that a reader that takes the wrong series, sample or factor is seen at once.
"""

import json
from datetime import datetime, timezone
from pathlib import Path
from shutil import copyfile

import h5py
import numpy as np
from pynwb import H5DataIO, NWBHDF5IO, NWBFile, TimeSeries
from pynwb.icephys import (
    CurrentClampSeries,
    CurrentClampStimulusSeries,
    IZeroClampSeries,
    VoltageClampSeries,
    VoltageClampStimulusSeries,
)

HERE = Path(__file__).parent
START = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


def new_file(name):
    nwb = NWBFile(session_description=name, identifier=name, session_start_time=START)
    device = nwb.create_device(name="amplifier")
    return nwb, device


def electrode(nwb, device, name="electrode 0", **more):
    return nwb.create_icephys_electrode(name=name, description=name, device=device, **more)


def voltage(sweep, samples=60):
    return (-70 + sweep + (np.arange(samples) % 20)).astype(np.int16)


def current(sweep, samples=60):
    i = np.zeros(samples, np.int16)
    i[20:40] = 10 * (sweep + 1)
    return i


def pair(nwb, at, k, v=None, i=None, names=("v {}", "i {}"), rate=10000.0, add=True, **more):
    """One current-clamp sweep: stored mV and pA, with the conversions to V and A."""
    v = voltage(k) if v is None else v
    i = current(k) if i is None else i
    time = dict(starting_time=2.0 * k, rate=rate)
    response = CurrentClampSeries(name=names[0].format(k), data=v, conversion=1e-3, electrode=at, **time, **more)
    stimulus = CurrentClampStimulusSeries(
        name=names[1].format(k), data=i, conversion=1e-12, electrode=at, **time,
        **({"sweep_number": more["sweep_number"]} if "sweep_number" in more else {}),
    )
    if add:
        nwb.add_acquisition(response)
        nwb.add_stimulus(stimulus)
    return response, stimulus


def write(nwb, name):
    with NWBHDF5IO(HERE / name, "w") as io:
        io.write(nwb, cache_spec=False)


def table():
    """intracellular_recordings; the stimuli are in the reverse order; int16 in compressed chunks, with an offset."""
    nwb, device = new_file("table")
    at = electrode(nwb, device, seal="2.5 GOhm", resistance="5 MOhm", location="CA1")
    for k in range(3):
        packed = H5DataIO(voltage(k), compression="gzip", chunks=(16,))
        response, stimulus = pair(
            nwb, at, k, v=packed, names=("response {}", f"stimulus {2 - k}"), add=False,
            offset=0.5, gain=0.01, bias_current=5e-12, bridge_balance=12e6, capacitance_compensation=3e-12,
            stimulus_description="steps",
        )
        nwb.add_intracellular_recording(electrode=at, response=response, stimulus=stimulus)
    write(nwb, "table.nwb")


def windows():
    """One long response and one long stimulus; the table cuts three sweeps out of them."""
    nwb, device = new_file("windows")
    at = electrode(nwb, device)
    v = np.concatenate([voltage(k) for k in range(3)] + [np.full(7, 99, np.int16)])
    i = np.concatenate([np.zeros(5, np.int16)] + [current(k) for k in range(3)])
    response, stimulus = pair(nwb, at, 0, v=v, i=i, add=False)
    for k in range(3):
        nwb.add_intracellular_recording(
            electrode=at, response=response, response_start_index=60 * k, response_index_count=60,
            stimulus=stimulus, stimulus_start_index=5 + 60 * k, stimulus_index_count=60,
        )
    write(nwb, "windows.nwb")


def sweep_numbers():
    """sweep_number attributes, another order of the names, one response without a stimulus."""
    nwb, device = new_file("sweep numbers")
    at = electrode(nwb, device)
    for k in range(3):
        response, stimulus = pair(
            nwb, at, k, names=(f"x{2 - k}", f"y{k}"), add=False, sweep_number=np.uint64(10 + k)
        )
        nwb.add_acquisition(response)
        if k != 1:
            nwb.add_stimulus(stimulus)
    write(nwb, "sweep-numbers.nwb")


def names():
    """Nothing but the names says which stimulus belongs to which response; 12 sweeps, so that 10 follows 9 and not 1."""
    nwb, device = new_file("names")
    at = electrode(nwb, device)
    for k in range(1, 13):
        pair(nwb, at, k, names=("ic__Step__{}", "ics__Step__{}"))
    write(nwb, "names.nwb")


def groups():
    """Two electrodes, two rates, a voltage-clamp sweep, and plain TimeSeries beside them."""
    nwb, device = new_file("groups")
    first, second = electrode(nwb, device), electrode(nwb, device, "electrode 1")
    pair(nwb, first, 0, names=("a{}", "sa{}"))
    pair(nwb, first, 1, names=("a{}", "sa{}"))
    pair(nwb, second, 2, names=("b{}", "sb{}"))
    pair(nwb, first, 3, names=("c{}", "sc{}"), rate=20000.0)
    clamp = dict(electrode=first, starting_time=9.0, rate=10000.0)
    nwb.add_acquisition(VoltageClampSeries(name="vc", data=current(4), conversion=1e-12, **clamp))
    nwb.add_stimulus(VoltageClampStimulusSeries(name="vcs", data=voltage(4), conversion=1e-3, **clamp))
    nwb.add_acquisition(TimeSeries(name="bath temperature", data=[30.0, 31.0], unit="C", starting_time=0.0, rate=1.0))
    write(nwb, "groups.nwb")


def voltage_clamp():
    nwb, device = new_file("voltage clamp")
    clamp = dict(electrode=electrode(nwb, device), starting_time=0.0, rate=10000.0)
    nwb.add_acquisition(VoltageClampSeries(name="vc", data=current(0), conversion=1e-12, **clamp))
    nwb.add_stimulus(VoltageClampStimulusSeries(name="vcs", data=voltage(0), conversion=1e-3, **clamp))
    write(nwb, "voltage-clamp.nwb")


def timestamps(name, jitter_s):
    """Timestamps instead of a rate; the current is a plain TimeSeries of doubles, [n, 1]."""
    nwb, device = new_file(name)
    time = 3.0 + np.arange(60) / 10000.0
    time[30:] += jitter_s
    response = CurrentClampSeries(
        name="v", data=voltage(0).astype(float), conversion=1e-3, electrode=electrode(nwb, device), timestamps=time
    )
    nwb.add_acquisition(response)
    nwb.add_stimulus(TimeSeries(name="i", data=current(0).astype(float)[:, None], unit="pA", timestamps=response))
    write(nwb, f"{name}.nwb")


def plain():
    """TimeSeries alone, as converters of other formats write them: the current is recorded; the last sweep was stopped."""
    nwb, _ = new_file("plain")
    for k in range(3):
        v = voltage(k) / 1000.0
        v[50:] = np.nan if k == 2 else v[50:]
        time = dict(starting_time=2.0 * k, rate=10000.0)
        nwb.add_acquisition(TimeSeries(name=f"membrane {k}", data=v, unit="V", **time))
        nwb.add_acquisition(TimeSeries(name=f"pipette {k}", data=current(k) / 1000.0, unit="nA", **time))
    write(nwb, "plain.nwb")


def stopped():
    """A sweep that was stopped: voltage and stimulus end in NaN, and the table counts all samples."""
    nwb, device = new_file("stopped")
    at = electrode(nwb, device)
    v, i = voltage(0).astype(np.float32), current(0).astype(np.float32)
    v[55:] = i[55:] = np.nan
    response, stimulus = pair(nwb, at, 0, v=v, i=i, add=False)
    nwb.add_intracellular_recording(electrode=at, response=response, stimulus=stimulus)
    write(nwb, "stopped.nwb")


def zero():
    """The amplifier's I = 0 mode: no stimulus, no current."""
    nwb, device = new_file("zero")
    at = electrode(nwb, device)
    nwb.add_acquisition(
        IZeroClampSeries(name="rest", data=voltage(0), conversion=1e-3, electrode=at, starting_time=0.0, rate=10000.0)
    )
    write(nwb, "zero.nwb")


def links():
    """Soft links inside the file, then one to another file."""
    nwb, device = new_file("links")
    pair(nwb, electrode(nwb, device), 0)
    write(nwb, "soft-links.nwb")
    with h5py.File(HERE / "soft-links.nwb", "a") as f:
        f.move("acquisition/v 0/data", "scratch_data")
        f["acquisition/v 0/data"] = h5py.SoftLink("/scratch_data")
        f.move("stimulus/presentation/i 0", "elsewhere")
        f["stimulus/presentation/i 0"] = h5py.SoftLink("/elsewhere")
    copyfile(HERE / "soft-links.nwb", HERE / "external-link.nwb")
    with h5py.File(HERE / "external-link.nwb", "a") as f:
        del f["acquisition/v 0/data"]
        f["acquisition/v 0/data"] = h5py.ExternalLink("other.nwb", "/data")


def latest():
    """What groups.nwb holds, in the newest layout of HDF5 (superblock 3, dense attributes and links), after a user block."""
    with h5py.File(HERE / "names.nwb", "r") as old:
        with h5py.File(HERE / "latest.nwb", "w", libver="latest", userblock_size=512) as new:
            for key, value in old.attrs.items():
                if key != ".specloc":
                    new.attrs[key] = value
            for key in old:
                copy_into(old, new, key)


def copy_into(old, new, path):
    """By hand: h5py's copy keeps the old layout."""
    link = old.get(path, getlink=True)
    if isinstance(link, h5py.SoftLink):
        new[path] = h5py.SoftLink(link.path)
        return
    item = old[path]
    if isinstance(item, h5py.Group):
        made = new.create_group(path)
        for key in item:
            copy_into(old, new, f"{path}/{key}")
    elif item.shape == (60,):
        made = new.create_dataset(path, data=item[()], chunks=(16,), compression="gzip", shuffle=True, fletcher32=True)
    else:
        made = new.create_dataset(path, data=item[()], dtype=item.dtype)
    for key, value in item.attrs.items():
        if not isinstance(value, h5py.Reference):
            made.attrs[key] = value


def old_nwb():
    """NWB 1.0, as the Allen Institute wrote it: refused."""
    with h5py.File(HERE / "nwb1.nwb", "w") as f:
        f["nwb_version"] = "NWB-1.0.5"
        series = f.create_group("acquisition/timeseries/Sweep_1")
        series.attrs["neurodata_type"] = "TimeSeries"
        series["data"] = np.zeros(4)


def stimfit(name, channels, sections=3, yunits=("mV", "pA")):
    """As Stimfit writes: a group per channel, section_N with data and a table of dt and units."""
    with h5py.File(HERE / name, "w") as f:
        head = np.dtype([("channels", "<i4"), ("date", "S8"), ("time", "S8")])
        f.create_dataset("description", data=np.array([(channels, b"06/05/24", b"07:08:09")], head))
        comment = np.dtype([("comment", "S12")])
        f.create_dataset("comment", data=np.array([(b"no comment",)], comment))
        for c in range(channels):
            group = f.create_group(["Vm", "Im", "Other"][c])
            table = group.create_dataset("description", data=np.array([(sections,)], np.dtype([("n_sections", "<i4")])))
            table.attrs["TITLE"] = np.bytes_(f"Description of channel {c}")
            for k in range(sections):
                section = group.create_group(f"section_{k}")
                samples = voltage(k) if c == 0 else current(k)
                section.create_dataset("data", data=samples.astype(np.float32))
                row = np.dtype([("dt", "<f8"), ("xunits", "S2"), ("yunits", "S2")], align=True)
                section.create_dataset("description", data=np.array([(0.1, b"ms", yunits[min(c, 1)].encode())], row))


def tiny(name, **how):
    """The least that is NWB 2, with a kind of everything, for tests that damage it byte by byte."""
    with h5py.File(HERE / name, "w", **how) as f:
        f.attrs["nwb_version"] = "2.6.0"
        f["general/intracellular_ephys/e/seal"] = "2 GOhm"
        for path, kind, unit, values in (
            ("acquisition/v", "CurrentClampSeries", "volts", voltage(0)),
            ("stimulus/presentation/i", "CurrentClampStimulusSeries", "amperes", current(0)),
        ):
            series = f.create_group(path)
            series.attrs["neurodata_type"] = kind
            series.attrs["sweep_number"] = np.uint32(0)
            data = series.create_dataset("data", data=values, chunks=(30,), compression="gzip")
            data.attrs["unit"] = unit
            data.attrs["conversion"] = 1e-3 if unit == "volts" else 1e-12
            series.create_dataset("starting_time", data=0.0).attrs["rate"] = 10000.0
            series["electrode"] = h5py.SoftLink("/general/intracellular_ephys/e")


def expected():
    """Every series as pynwb reads it: stored numbers, conversion and offset applied, in V and A."""
    said = {}
    for path in sorted(HERE.glob("*.nwb")):
        if path.name in ("external-link.nwb", "soft-links.nwb", "nwb1.nwb", "latest.nwb") or path.name.startswith("tiny"):
            continue
        with NWBHDF5IO(path, "r") as io:
            nwb = io.read()
            said[path.name] = {
                series.name: {
                    "unit": series.unit,
                    "rate": series.rate,
                    "values": [None if np.isnan(x) else float(f"{x:.9g}") for x in np.ravel(series.data[:]) * series.conversion + series.offset],
                }
                for series in [*nwb.acquisition.values(), *nwb.stimulus.values()]
            }
    with h5py.File(HERE.parent / "99111002.nwb", "r") as f:  # its extension's schema is not installed
        for group in ("acquisition", "stimulus/presentation"):
            for name, series in f[group].items():
                data = series["data"][:].astype(float) * series["data"].attrs["conversion"]
                picked = [data[0], data[1234], data[-1], data.min(), data.max(), data.sum()]
                said.setdefault("99111002.nwb", {})[name] = {
                    "unit": series["data"].attrs["unit"],
                    "rate": series["starting_time"].attrs["rate"],
                    "first, 1235th, last, least, most, sum": [float(f"{x:.9g}") for x in picked],
                }
    (HERE / "expected.json").write_text(json.dumps(said) + "\n")


if __name__ == "__main__":
    table()
    windows()
    sweep_numbers()
    names()
    groups()
    voltage_clamp()
    timestamps("timestamps", 0.0)
    timestamps("gap", 0.0005)
    plain()
    zero()
    stopped()
    links()
    latest()
    old_nwb()
    tiny("tiny.nwb")
    tiny("tiny-latest.nwb", libver="latest")
    stimfit("steps.h5", 2)
    stimfit("voltage-only.h5", 1)
    expected()
